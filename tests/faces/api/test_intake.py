"""The intake door over HTTP, and clients nobody here wrote."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key, list_keys, revoke_key
from siyu.domain.customers.reading import get_customer
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, named

SYSTEM = system_actor("test")


@pytest.fixture
def key(context: ApiContext) -> str:
    with context.database.begin() as work:
        return create_key(work, SYSTEM, KeyKind.WRITE, "web", None).secret


@pytest.fixture
def headers(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}


def test_what_is_acknowledged_is_in_the_inbox(client: TestClient, database: Database, headers: dict[str, str]) -> None:
    answer = client.post("/v1/batch", json={"batch": [track(1), track(2, userId=None), track(3)]}, headers=headers)
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "accepted": 2,
        "refused": [{"index": 1, "code": "no_identity", "reason": "userId or anonymousId is needed"}],
    }
    assert [event.source for event in named(drained(database), "page_seen")] == ["web", "web"]


@pytest.mark.parametrize(
    "authorization", [None, "Basic", "Basic !", "Basic " + b64encode(b"nobody:").decode(), "Bearer x"]
)
def test_without_a_good_key_nothing_is_taken(client: TestClient, database: Database, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = client.post("/v1/track", json=track(1), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthenticated")
    assert drained(database) == []


def test_a_revoked_key_stops_working(
    client: TestClient, database: Database, clock: ManualClock, headers: dict[str, str]
) -> None:
    assert client.post("/v1/track", json=track(1), headers=headers).status_code == 200
    with database.begin() as work:
        (key,) = list_keys(work, SYSTEM, PageRequest()).rows
        revoke_key(work, SYSTEM, key.key_id)
    clock.advance(timedelta(minutes=1))
    assert client.post("/v1/track", json=track(2), headers=headers).status_code == 401


def test_a_single_bad_event_is_answered_400_with_the_reason(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/v1/track", json=track(1, event=" "), headers=headers)
    assert (answer.status_code, answer.json()["success"], answer.json()["refused"][0]["code"]) == (
        400,
        False,
        "bad_name",
    )
    answer = client.post("/v1/batch", content=b"{", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_request_body")


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
def test_gzip_is_understood_under_any_content_type(
    client: TestClient, database: Database, headers: dict[str, str], content_type: str
) -> None:
    body = gzip.compress(json.dumps({"batch": [track(1)]}).encode())
    answer = client.post("/v1/batch", content=body, headers={**headers, "Content-Type": content_type})
    assert answer.json()["accepted"] == 1
    assert len(named(drained(database), "page_seen")) == 1


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"x" * 100)[:-9], b"\x1f\x8bnonsense", gzip.compress(b" " * 60_000_000)],
    ids=["cut", "bad", "bomb"],
)
def test_gzip_that_is_no_good_is_refused(client: TestClient, headers: dict[str, str], body: bytes) -> None:
    answer = client.post("/v1/batch", content=body, headers=headers)
    assert answer.status_code == 422


def test_the_door_closes_while_the_inbox_is_too_full(
    client: TestClient, database: Database, clock: ManualClock, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siyu.faces.api.intake.LAG_CACHE_SECONDS", 0.0)
    assert client.post("/v1/track", json=track(1), headers=headers).status_code == 200
    clock.advance(timedelta(seconds=61))
    answer = client.post("/v1/track", json=track(2), headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert len(named(drained(database), "page_seen")) == 1
    assert client.post("/v1/track", json=track(2), headers=headers).status_code == 200


@pytest.fixture
def address(context: ApiContext) -> Iterator[str]:
    """A real server on loopback over the test's database."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(context), log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


def _segment_client(key: str, address: str, errors: list[Any]) -> Any:
    return import_module("segment.analytics").Client(
        key, host=address, gzip=True, max_retries=2, on_error=lambda error, items: errors.append((error, items))
    )


def _rudder_client(key: str, address: str, errors: list[Any]) -> Any:
    return import_module("rudderstack.analytics").Client(
        key, host=address, gzip=True, max_retries=2, on_error=lambda error, items: errors.append((error, items))
    )


@pytest.mark.parametrize("make_client", [_segment_client, _rudder_client])
def test_clients_nobody_here_wrote(
    address: str, database: Database, key: str, make_client: Callable[[str, str, list[Any]], Any]
) -> None:
    """The clients of Segment and RudderStack as they are on PyPI, unchanged."""
    errors: list[Any] = []
    client = make_client(key, address, errors)
    client.identify("u1", {"name": "李雷", "email": "lilei@example.com"})
    for number in range(250):
        client.track("u1", "Order Completed", {"order_id": f"o{number}", "total": 12.5})
    client.track("u2", "页面 浏览")
    client.flush()
    client.join()
    assert errors == []
    events = drained(database)
    assert len(named(events, "order_completed")) == 250
    assert len(named(events, "页面_浏览")) == 1
    with database.read() as reading:
        customer = get_customer(reading, SYSTEM, named(events, "order_completed")[0].profile_id)
    assert customer.attributes["name"] == "李雷"
    assert ("email", "lilei@example.com") in {tuple(each.identity) for each in customer.identities}
