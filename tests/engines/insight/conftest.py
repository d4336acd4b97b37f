"""One columns engine for all tests of this folder; empty tables for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from siyu.platform.columns.client import Columns
from siyu.platform.columns.process import running_columns
from siyu.platform.columns.schema import ensure_schema
from tests.engines.audience.histories import empty


@pytest.fixture(scope="session")
def columns_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_columns(tmp_path_factory.mktemp("columns")) as url:
        yield url


@pytest.fixture
def columns(columns_url: str) -> Iterator[Columns]:
    client = Columns(columns_url)
    ensure_schema(client)
    empty(client)
    yield client
    client.close()
