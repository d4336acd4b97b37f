"""Columns of their own for demos: everybody's would be read by the workers of the demo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from siyu.platform.columns.client import Columns
from siyu.platform.columns.process import running_columns
from siyu.platform.columns.schema import TABLES, ensure_schema


@pytest.fixture(scope="package")
def columns_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_columns(tmp_path_factory.mktemp("columns")) as url:
        yield url


@pytest.fixture
def columns(columns_url: str) -> Iterator[Columns]:
    client = Columns(columns_url)
    ensure_schema(client)
    for table in TABLES:
        client.command(f"TRUNCATE TABLE {table}")
    client.command("SYSTEM RELOAD DICTIONARY customer_of")
    yield client
    client.close()
