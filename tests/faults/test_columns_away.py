"""The columns engine killed, and stopped: a clear answer in time, no pile of threads, and all well when it is back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.service import ensure_first_admin
from siyu.engines.projection.projecting import columns_projector
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsUnavailableError
from siyu.platform.columns.process import running_columns
from siyu.platform.columns.schema import ensure_schema
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.faults.small_disk import stopped, took

EMAIL, PASSWORD = "admin@example.com", "correct horse battery"
ANSWER_SECONDS = 2
SUMMARY = "/api/summary"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "columns"


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    with running_columns(folder) as url:
        yield url


def columns_at(url: str) -> Columns:
    return Columns(url, retry_seconds=1, answer_seconds=ANSWER_SECONDS)


def client_of(database: Database, columns: Columns, home: Path) -> TestClient:
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    context = ApiContext(Settings(home=home), database, columns, "a secret of the tests")
    return TestClient(create_app(context), raise_server_exceptions=False)


def engine_at(url: str) -> psutil.Process:
    port = urlsplit(url).port
    return next(
        each
        for each in psutil.Process().children(recursive=True)
        if any(found.laddr.port == port and found.status == "LISTEN" for found in each.net_connections())
    )


def recorded(database: Database, count: int) -> None:
    with database.begin() as work:
        work.record(
            NewEvent("numbered", work.ids.new_id(), 1, work.clock.now(), "test", {"n": n}) for n in range(count)
        )
    with database.autocommit() as driver:
        sequence_once(driver)


def in_columns(columns: Columns) -> int:
    return int(columns.query("SELECT count() FROM events WHERE name = 'numbered'")[0][0])


def test_an_engine_that_says_nothing_is_given_up_in_time(database: Database, url: str, tmp_path: Path) -> None:
    columns = columns_at(url)
    ensure_schema(columns)
    recorded(database, 10)
    with client_of(database, columns, tmp_path) as client:
        assert client.post("/api/session", json={"email": EMAIL, "password": PASSWORD}).status_code == 200
        assert client.get(SUMMARY).status_code == 200
        with stopped(engine_at(url)):
            reasons = client.get("/readyz").json()["reasons"]
            assert reasons["columns"] == "columns_unavailable"
            with ThreadPoolExecutor(24) as pool:
                started = time.monotonic()
                asking = [pool.submit(client.get, SUMMARY) for _ in range(24)]
                time.sleep(0.2)
                for path in ("/healthz", "/api/session", "/api/keys"):
                    assert took(lambda: client.get(path)) < 8, path  # noqa: B023
                    assert client.get(path).status_code == 200
                for each in asking:
                    answer = each.result(timeout=120)
                    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "columns_unavailable")
                    assert int(answer.headers["Retry-After"]) > 0
                assert time.monotonic() - started < 90
            with pytest.raises(ColumnsUnavailableError):
                project_once(database, columns_projector(columns))
        assert client.get(SUMMARY).status_code == 200
    while project_once(database, columns_projector(columns)):
        pass
    assert in_columns(columns) == 10
    columns.close()


def test_an_engine_that_is_killed_loses_and_doubles_nothing(
    database: Database, folder: Path, url: str, tmp_path: Path
) -> None:
    columns = columns_at(url)
    ensure_schema(columns)
    before = in_columns(columns)
    recorded(database, 25)
    engine = engine_at(url)
    engine.kill()
    engine.wait(20)
    started = time.monotonic()
    with pytest.raises(ColumnsUnavailableError):
        columns.query("SELECT 1")
    assert time.monotonic() - started < 20
    with pytest.raises(ColumnsUnavailableError):
        project_once(database, columns_projector(columns))
    columns.close()
    with running_columns(folder) as again:
        columns = columns_at(again)
        while project_once(database, columns_projector(columns)):
            pass
        assert in_columns(columns) == before + 25
        columns.close()
