"""What tests stand on: one embedded PostgreSQL for the whole run, a fresh migrated database for each test that asks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
import sqlalchemy as sa

from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import SeededIds
from siyu.platform.columns.client import Columns
from siyu.platform.columns.process import running_columns
from siyu.platform.columns.schema import TABLES, ensure_schema, reload_customer_of
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.server import running_postgres

START = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
"""Noon of a Monday in Shanghai."""

TEMPLATE = "siyu_template"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of this run's PostgreSQL."""
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def template(postgres_url: str) -> str:
    """A migrated database that others are cloned from."""
    _administer(postgres_url, f'CREATE DATABASE "{TEMPLATE}"')
    database = Database(_named(postgres_url, TEMPLATE))
    migrate(database.engine)
    database.close()
    return TEMPLATE


@pytest.fixture
def clock() -> ManualClock:
    """The time in this test; it moves only when told."""
    return ManualClock(START)


@pytest.fixture
def database_url(postgres_url: str, template: str) -> Iterator[str]:
    """A fresh migrated database of its own."""
    name = f"test_{next(_numbers)}"
    _administer(postgres_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _named(postgres_url, name)
    _administer(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(database_url: str, clock: ManualClock) -> Iterator[Database]:
    """A fresh database under the test's clock and seeded ids."""
    database = Database(database_url, clock=clock, ids=SeededIds(1))
    yield database
    database.close()


@pytest.fixture(scope="session")
def columns_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of this run's columns engine."""
    with running_columns(tmp_path_factory.mktemp("columns")) as url:
        yield url


@pytest.fixture
def columns(columns_url: str) -> Iterator[Columns]:
    """Empty columns."""
    client = Columns(columns_url)
    ensure_schema(client)
    for table in TABLES:
        client.command(f"TRUNCATE TABLE {table}")
    reload_customer_of(client)
    yield client
    client.close()


def _administer(url: str, statement: str) -> None:
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


def _named(url: str, name: str) -> str:
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)
