"""One embedded columns engine for these tests; each takes tables of its own names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from siyu.platform.columns.client import Columns
from siyu.platform.columns.process import running_columns


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of this run's engine."""
    with running_columns(tmp_path_factory.mktemp("columns")) as url:
        yield url


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
