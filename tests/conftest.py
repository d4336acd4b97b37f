"""What tests stand on: one PostgreSQL for the whole run, a fresh migrated database for each test that asks, empty columns.

Both stores are the embedded ones, unless the environment names others: `SIYU_TEST_DATABASE_URL`, a PostgreSQL 15 or later as a
role that may CREATE DATABASE, and `SIYU_TEST_COLUMNS_URL`, a ClickHouse as a user that may CREATE DATABASE. Databases that are
made there are dropped at the end.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import SeededIds
from siyu.platform import crypto
from siyu.platform.collection import collect_seldom
from siyu.platform.columns.client import Columns
from siyu.platform.columns.process import running_columns
from siyu.platform.columns.schema import CUSTOMER_OF_DICTIONARY, TABLES, empty_tables, ensure_schema
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.running import running_postgres
from siyu.platform.sealing.ring import DataKey, KeyRing
from tests.scheduling import LongestFirst, rank

START = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
"""Noon of a Monday in Shanghai."""

DATABASE_VARIABLE = "SIYU_TEST_DATABASE_URL"
COLUMNS_VARIABLE = "SIYU_TEST_COLUMNS_URL"
OWN = f"siyu_test_{os.getpid()}"
"""How names begin that this run makes on a server which others may use as well."""

KEYS = KeyRing([DataKey(1, bytes(range(32)))])
"""What the tests seal with."""

REAL_HASHER = crypto._hasher
"""What the product hashes passwords with."""

DROP_SECONDS = 20.0

_numbers = itertools.count(1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongestFirst | None:
    """Who gives out tests by file gives out the long ones first."""
    return LongestFirst(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The same order for all processes; a run in one stays as it was collected."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: rank(item.nodeid))


def pytest_collection_finish() -> None:
    """As in our processes: what the tests' modules hold, a gigabyte in all, is not looked through for garbage again and again."""
    collect_seldom()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Password hashes that take no time; that the real ones do is tested with them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crypto, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of this run's PostgreSQL, leading to a database that has no shape."""
    if outside := os.environ.get(DATABASE_VARIABLE):
        administer(outside, f'CREATE DATABASE "{OWN}"')
        yield named(outside, OWN)
        administer(outside, f'DROP DATABASE "{OWN}" WITH (FORCE)')
        return
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def template(postgres_url: str) -> Iterator[str]:
    """A migrated database that others are cloned from."""
    name = f"{OWN}_template"
    administer(postgres_url, f'CREATE DATABASE "{name}"')
    database = Database(named(postgres_url, name))
    migrate(database.engine)
    database.close()
    yield name
    administer(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def clock() -> ManualClock:
    """The time in this test; it moves only when told."""
    return ManualClock(START)


@pytest.fixture
def database_url(postgres_url: str, template: str) -> Iterator[str]:
    """A fresh migrated database of its own."""
    with cloned(postgres_url, template) as url:
        yield url


@pytest.fixture
def database(database_url: str, clock: ManualClock) -> Iterator[Database]:
    """A fresh database under the test's clock and seeded ids."""
    with opened(database_url, clock) as database:
        yield database


@pytest.fixture(scope="session")
def columns_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of this run's columns engine."""
    if outside := os.environ.get(COLUMNS_VARIABLE):
        server = Columns(outside)
        server.command(f"CREATE DATABASE {OWN}")
        yield urlunsplit(urlsplit(outside)._replace(path=f"/{OWN}"))
        server.command(f"DROP DATABASE {OWN} SYNC")
        server.close()
        return
    with running_columns(tmp_path_factory.mktemp("columns")) as url:
        yield url


@pytest.fixture
def columns(columns_url: str) -> Iterator[Columns]:
    """Empty columns."""
    with emptied(columns_url) as client:
        yield client


@contextmanager
def emptied(url: str) -> Iterator[Columns]:
    """The columns at `url` without a row. Making nine things that are there already takes longer than asking whether they are."""
    client = Columns(url)
    there = {name for (name,) in client.query("SELECT name FROM system.tables WHERE database = currentDatabase()")}
    if not there.issuperset((*TABLES, CUSTOMER_OF_DICTIONARY)):
        ensure_schema(client)
    empty_tables(client)
    yield client
    client.close()


@contextmanager
def opened(url: str, clock: ManualClock | None = None, seed: int = 1) -> Iterator[Database]:
    """The database at `url` for the length of the block; without a clock, at the hour when tests begin. Over rows that were made
    with ids of one `seed` it takes another."""
    database = Database(url, clock=clock or ManualClock(START), ids=SeededIds(seed), keys=KEYS)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def cloned(server_url: str, template: str) -> Iterator[str]:
    """A database made from `template` for the length of the block; `template0` gives an empty one."""
    name = f"{OWN}_{next(_numbers)}"
    # Copying files is several times faster than copying by way of the write-ahead log where nothing is synced to the disk.
    administer(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    yield named(server_url, name)
    administer(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def administer(url: str, statement: str) -> None:
    """Runs a statement outside of the database it is about, which could not be dropped or cloned from within."""
    until = time.monotonic() + DROP_SECONDS
    with psycopg.connect(named(url, "postgres"), autocommit=True) as connection:
        while True:
            try:
                connection.execute(statement.encode())
            except psycopg.errors.InsufficientPrivilege:  # one of the server's own processes looks at it just now
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return


def named(url: str, name: str) -> str:
    """Where the database `name` on the same server is."""
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)
