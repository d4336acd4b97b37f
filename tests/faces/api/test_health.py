"""Liveness, readiness, metrics."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.company.service import create_key, create_unit
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform import readiness
from siyu.platform.eventlog.sequencer import run_sequencer
from siyu.platform.inbox.inbox import InboxBatch
from siyu.platform.inbox.quarantine import put_aside
from siyu.platform.metrics import exposition
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.conftest import START


@contextmanager
def _sequencing(database: Database) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=run_sequencer, args=(database, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)
        assert not thread.is_alive()


def _until(condition: Callable[[], bool], within_seconds: float = 20) -> None:
    until = time.monotonic() + within_seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to be"
        time.sleep(0.01)


def _checks(client: TestClient) -> dict[str, bool]:
    answer = client.get("/readyz")
    checks: dict[str, bool] = answer.json()["checks"]
    assert answer.status_code == (200 if all(checks.values()) else 503)
    return checks


def test_it_lives_without_any_store(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_readiness_tells_how_many_events_are_in_quarantine(client: TestClient, database: Database) -> None:
    assert client.get("/readyz").json()["quarantined"] == 0
    with database.begin() as work:
        put_aside(work, InboxBatch(0, "web", START, None, 3, b"[]"), "KeyError", START)
    assert client.get("/readyz").json()["quarantined"] == 3
    with database.read() as reading:
        assert b"siyu_inbox_quarantined 3.0" in exposition(reading.driver)


def test_readiness_says_what_is_missing(client: TestClient, database: Database) -> None:
    assert _checks(client) == {"database": True, "consumers": True, "sequencer": False, "columns": False, "space": True}
    with _sequencing(database):
        _until(lambda: _checks(client)["sequencer"])
    assert _checks(client)["sequencer"] is False


def test_a_consumer_that_is_far_behind_is_seen(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _sequencing(database):
        with database.begin() as work:
            work.driver.execute("INSERT INTO log.consumers (name) VALUES ('slow')")
            work.record([NewEvent("trial_done", derived_id("trial"), 0, work.clock.now(), "trial")])
        with database.autocommit() as driver:
            _until(lambda: readiness.lag_seconds(driver)["slow"] > 0)
        assert _checks(client)["consumers"] is True
        monkeypatch.setattr(readiness, "LAG_SECONDS_MAX", 0)
        assert _checks(client)["consumers"] is False
        text = client.get("/metrics", headers=_key(database)).text
    assert 'siyu_consumer_lag{consumer="slow"} 1.0' in text
    assert "siyu_log_head_position 1.0" in text
    assert "siyu_inbox_events 0.0" in text


def test_a_database_that_is_gone_makes_it_not_ready(settings_of_nowhere: Settings) -> None:
    gone = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with TestClient(create_app(ApiContext(settings_of_nowhere, gone)), client=("127.0.0.1", 1)) as client:
        checks = dict.fromkeys(("database", "consumers", "sequencer", "columns"), False)
        assert _checks(client) == {**checks, "space": True}
        reasons = client.get("/readyz").json()["reasons"]
        assert reasons["database"] == reasons["sequencer"] == "database_unavailable"
        assert reasons["columns"] == "columns_unavailable"
        assert "siyu_database_up 0.0" in client.get("/metrics").text
        answer = client.get("/api/session", headers={"Cookie": "siyu_session=x"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    gone.close()


def test_the_numbers_are_for_this_machine_or_a_key(context: ApiContext, database: Database) -> None:
    with TestClient(create_app(context), client=("127.0.0.1", 1)) as here:
        here.get("/healthz")
        answer = here.get("/metrics")
        assert 'siyu_requests_total{method="GET",route="/healthz",status="200"}' in answer.text
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert here.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401
    with TestClient(create_app(context), client=("203.0.113.9", 1)) as there:
        assert there.get("/metrics").status_code == 401
        assert there.get("/metrics", headers={"Authorization": "Bearer siyu_api_guess"}).status_code == 401
        assert there.get("/metrics", headers=_key(database)).status_code == 200
        assert there.get("/metrics", headers=_key(database, Role.FRONTLINE)).status_code == 403
        with database.begin() as work:
            unit_id = create_unit(work, system_actor("test"), "华东", 1).unit_id
        assert there.get("/metrics", headers=_key(database, unit_id=unit_id)).status_code == 403


@pytest.fixture
def settings_of_nowhere() -> Settings:
    return Settings()


def _key(database: Database, role: Role = Role.ADMIN, unit_id: int | None = None) -> dict[str, str]:
    with database.begin() as work:
        made = create_key(work, system_actor("test"), KeyKind.API, "prometheus", role, unit_id)
    return {"Authorization": f"Bearer {made.secret}"}
