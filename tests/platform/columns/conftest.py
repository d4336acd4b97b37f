"""One embedded columns engine for these tests; each takes tables of its own names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from siyu.platform.columns.client import Columns


@pytest.fixture(scope="session")
def url(columns_url: str) -> str:
    """The URL of this run's engine."""
    return columns_url


@pytest.fixture(scope="session")
def columns(url: str) -> Iterator[Columns]:
    """A client of it."""
    columns = Columns(url, retry_seconds=5)
    yield columns
    columns.close()


@pytest.fixture
def a_table(columns: Columns) -> Iterator[Callable[[str, str], str]]:
    """Makes a table of the given name and shape; it is dropped after the test."""
    made: list[str] = []

    def make(name: str, shape: str) -> str:
        columns.command(
            f"CREATE TABLE {name} ({shape}) ENGINE = MergeTree ORDER BY tuple() "
            "SETTINGS non_replicated_deduplication_window = 1000"
        )
        made.append(name)
        return name

    yield make
    for name in made:
        columns.command(f"DROP TABLE {name} SYNC")
