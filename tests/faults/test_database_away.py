"""PostgreSQL stopped, restarted, cut off in the middle of a transaction, out of connections: told in time, nothing half done."""

from __future__ import annotations

import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key, ensure_first_admin
from siyu.engines.intake.draining import drain_once
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.running import running_postgres
from siyu.platform.postgres.troubles import trouble_of
from siyu.platform.settings import Settings
from tests.conftest import KEYS
from tests.faults.small_disk import stopped, took, wait_for

SYSTEM = system_actor("test")
PATIENCE_SECONDS = 2


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A PostgreSQL of these tests' own, which they may stop."""
    with running_postgres() as url:
        database = Database(url)
        migrate(database.engine)
        with database.begin() as work:
            ensure_first_admin(work, "admin@example.com", "correct horse battery", "晨曦茶饮")
        database.close()
        yield url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url, keys=KEYS, pool_size=3, statement_seconds_max=PATIENCE_SECONDS)
    yield database
    database.close()


@pytest.fixture
def client(database: Database, tmp_path: Path) -> Iterator[TestClient]:
    context = ApiContext(Settings(home=tmp_path), database, secret_key="a secret of the tests")
    with TestClient(create_app(context), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def headers(database: Database) -> dict[str, str]:
    with database.begin() as work:
        secret = create_key(work, SYSTEM, KeyKind.WRITE, "site").secret
    return {"Authorization": "Basic " + b64encode(f"{secret}:".encode()).decode()}


def postmaster(url: str) -> psutil.Process:
    """The server's first process, below which all its others are."""
    with psycopg.connect(url) as driver:
        row = driver.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        parent = psutil.Process(row[0]).parent()
    assert parent is not None
    return parent


def event(number: int) -> dict[str, object]:
    return {"messageId": f"m{number}", "userId": f"u{number % 7}", "event": "Numbered"}


def send(client: TestClient, headers: dict[str, str], number: int) -> int:
    return client.post("/v1/track", json=event(number), headers=headers).status_code


def counted(database: Database) -> int:
    while drain_once(database, 0) or drain_once(database, 1):
        pass
    with database.read() as reading:
        row = reading.driver.execute("SELECT count(*) FROM log.events WHERE name = 'numbered'").fetchone()
    return int(row[0]) if row else 0


def test_a_database_that_says_nothing_is_given_up_in_time(
    client: TestClient, headers: dict[str, str], database: Database, url: str
) -> None:
    assert [send(client, headers, number) for number in range(3)] == [200] * 3
    before = counted(database)
    limit = 3 * (PATIENCE_SECONDS + 5) + 10
    with stopped(postmaster(url)):
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["reasons"]["database"]) == (503, "database_silent")
        assert took(lambda: client.get("/readyz")) < 6
        with ThreadPoolExecutor(30) as pool:
            started = time.monotonic()
            sending = [pool.submit(send, client, headers, 100 + number) for number in range(30)]
            assert took(lambda: client.get("/healthz")) < 2, "what needs no database answers meanwhile"
            assert {each.result(timeout=120) for each in sending} <= {503, 429}
            assert time.monotonic() - started < limit
    for number in range(100, 130):
        wait_for(lambda: send(client, headers, number) == 200, 30, "the database to be back")  # noqa: B023
    assert client.get("/readyz").json()["checks"]["database"] is True
    assert counted(database) == before + 30


def test_a_transaction_that_is_cut_off_is_told_and_leaves_nothing(database: Database) -> None:
    with database.begin() as work:
        work.driver.execute("CREATE TABLE IF NOT EXISTS public.halves (n int)")
    with pytest.raises((psycopg.OperationalError, sa.exc.DBAPIError)) as caught:
        cut_off_within(database)
    trouble = trouble_of(caught.value)
    assert trouble is not None
    assert trouble.code == "database_unavailable"
    with database.read() as reading:
        assert reading.driver.execute("SELECT * FROM public.halves").fetchall() == []


def cut_off_within(database: Database) -> None:
    with database.begin() as work:
        work.driver.execute("INSERT INTO public.halves VALUES (1)")
        row = work.driver.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        with database.autocommit() as other:
            other.execute("SELECT pg_terminate_backend(%s)", row)
        wait_for(lambda: not psutil.pid_exists(row[0]), 10, "the connection to be cut")
        work.driver.execute("INSERT INTO public.halves VALUES (2)")


def test_a_commit_that_nobody_answers_is_an_error_and_not_a_success(database: Database, url: str) -> None:
    server = postmaster(url)
    with pytest.raises((psycopg.OperationalError, sa.exc.DBAPIError)) as caught, stopped(server):
        raise_at_commit(database)
    assert trouble_of(caught.value) is not None


def raise_at_commit(database: Database) -> None:
    with database.begin() as work:
        work.driver.execute("SELECT 1")


def test_whoever_finds_no_free_connection_is_told_to_come_back(
    database: Database, client: TestClient, headers: dict[str, str]
) -> None:
    assert send(client, headers, 500) == 200
    release = threading.Event()

    def hold() -> None:
        with database.begin():
            release.wait(60)

    with ThreadPoolExecutor(6) as pool:
        holding = [pool.submit(hold) for _ in range(6)]
        wait_for(lambda: database.engine.pool.checkedout() == 6, 10, "all connections to be held")  # type: ignore[attr-defined]  # of the kind of pool in use
        answer = client.post("/v1/track", json=event(501), headers=headers)
        release.set()
        for each in holding:
            each.result(timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert send(client, headers, 501) == 200


def test_a_migration_that_is_cut_off_leaves_the_shape_as_it_was(url: str) -> None:
    plain = sa.make_url(url)
    with psycopg.connect(url, autocommit=True) as driver:
        driver.execute("CREATE DATABASE half_migrated")
    target = plain.set(database="half_migrated").render_as_string(hide_password=False)
    with psycopg.connect(target, autocommit=True) as driver:  # what a later migration meets, and fails at
        driver.execute("CREATE SCHEMA messages")
    database = Database(target)
    with pytest.raises(sa.exc.ProgrammingError):
        migrate(database.engine)
    with psycopg.connect(target, autocommit=True) as driver:
        found = driver.execute("SELECT to_regclass('alembic_version'), to_regclass('log.events')").fetchone()
        assert found == (None, None), "all of it or nothing"
        driver.execute("DROP SCHEMA messages")
    migrate(database.engine)
    migrate(database.engine)
    database.close()
