"""The intake door over HTTP, and clients nobody here wrote."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key, list_keys, revoke_key
from siyu.domain.customers.reading import get_customer
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock, ScaledClock
from siyu.kernel.ids import SeededIds
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.conftest import KEYS, START
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, named
from tests.faces.api.listening import listening

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
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request_body")


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
    assert answer.status_code == 400


def test_what_the_inbox_may_owe_is_measured_by_the_machines_own_time(
    context: ApiContext, database_url: str, clock: ManualClock, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siyu.faces.api.intake.LAG_CACHE_SECONDS", 0.0)
    fast = Database(database_url, clock=ScaledClock(START, START, 600, clock), ids=SeededIds(9), keys=KEYS)
    try:
        with TestClient(create_app(replace(context, database=fast))) as client:
            for seconds, status in ((0, 200), (50, 200), (11, 429)):
                clock.advance(timedelta(seconds=seconds))
                assert client.post("/v1/track", json=track(seconds), headers=headers).status_code == status
    finally:
        fast.close()


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


@pytest.mark.parametrize(("long", "short"), [(name, name[0]) for name in ("track", "page", "screen", "identify")])
def test_each_call_has_its_path_and_the_browsers_short_one(
    client: TestClient, database: Database, headers: dict[str, str], long: str, short: str
) -> None:
    for number, path in enumerate((long, short)):
        answer = client.post(f"/v1/{path}", json=track(number, type=..., traits={"name": "x"}), headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"success": True, "accepted": 1, "refused": []})
    name = {"track": "page_seen", "page": "page_viewed", "screen": "screen_viewed", "identify": "customer_identified"}
    assert len(named(drained(database), name[long])) == 2


@pytest.mark.parametrize("path", ["batch", "b", "import"])
def test_an_import_is_a_batch(client: TestClient, database: Database, headers: dict[str, str], path: str) -> None:
    told = {"batch": [track(1, timestamp="2019-05-01T00:00:00Z"), track(2, userId=None)]}
    answer = client.post(f"/v1/{path}", json=told, headers=headers)
    assert (answer.json()["success"], answer.json()["accepted"], len(answer.json()["refused"])) == (True, 1, 1)
    assert named(drained(database), "page_seen")[0].occurred_at.year == 2019


@pytest.mark.parametrize(
    ("path", "changes", "code"),
    [
        ("group", {}, "bad_group"),
        ("g", {"groupId": "g1", "userId": None}, "no_identity"),
        ("alias", {"userId": "u"}, "no_identity"),
        ("a", {"previousId": "x", "userId": None}, "no_identity"),
        ("page", {"properties": 1}, "bad_properties"),
    ],
)
def test_a_fault_of_a_single_call_is_named(
    client: TestClient, headers: dict[str, str], path: str, changes: dict[str, Any], code: str
) -> None:
    answer = client.post(f"/v1/{path}", json=track(1, **changes), headers=headers)
    assert (answer.status_code, answer.json()["success"], answer.json()["refused"][0]["code"]) == (400, False, code)


def test_a_group_and_an_alias_are_taken(client: TestClient, database: Database, headers: dict[str, str]) -> None:
    assert client.post("/v1/group", json=track(1, groupId="g1"), headers=headers).status_code == 200
    assert client.post("/v1/alias", json=track(2, userId="u1", previousId="old"), headers=headers).status_code == 200
    events = drained(database)
    assert len(named(events, "account_joined")) == 1
    (created,) = named(events, "profile_created")
    assert len(created.properties["profile_ids"]) == 2


def test_limits_are_told(client: TestClient, headers: dict[str, str]) -> None:
    large = track(1, properties={"text": "x" * 33_000})
    answer = client.post("/v1/track", json=large, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "too_large")
    answer = client.post("/v1/batch", json={"batch": [large, track(2)]}, headers=headers)
    assert (answer.json()["accepted"], answer.json()["refused"][0]["code"]) == (1, "too_large")
    batches: list[list[object]] = [[{}] * 2501, ["x" * 1000] * 520]
    for batch in batches:
        answer = client.post("/v1/batch", json={"batch": batch}, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "too_large")


@pytest.mark.parametrize("path", ["track", "batch"])
def test_a_beacon_tells_its_write_key_in_the_body(client: TestClient, database: Database, key: str, path: str) -> None:
    event = track(1)
    told = {"writeKey": key, **({"batch": [event]} if path == "batch" else event)}
    beacon = {"Content-Type": "text/plain;charset=UTF-8", "Origin": "https://shop.example"}
    answer = client.post(f"/v1/{path}", content=json.dumps(told), headers=beacon)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    wrong = json.dumps({**told, "writeKey": "nobody"})
    assert client.post(f"/v1/{path}", content=wrong, headers=beacon).status_code == 401
    header = {**beacon, "Authorization": "Basic " + b64encode(b"nobody:").decode()}
    assert client.post(f"/v1/{path}", content=json.dumps(told), headers=header).status_code == 401
    assert len(named(drained(database), "page_seen")) == 1


def test_browsers_are_let_in_at_the_intake_and_nowhere_else(client: TestClient, headers: dict[str, str]) -> None:
    asks = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = client.options("/v1/batch", headers=asks)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Max-Age"] == "86400"
    assert {"authorization", "content-type"} <= set(answer.headers["Access-Control-Allow-Headers"].lower().split(","))
    assert "Access-Control-Allow-Credentials" not in answer.headers
    for path in ("/api/session", "/v1", "/v1x/batch", "/readyz"):
        answer = client.options(path, headers=asks)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.status_code in {404, 405}
    refused = client.post("/v1/batch", content=b"{", headers={"Origin": "https://shop.example"})
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, "*")


def test_origins_may_be_named(context: ApiContext, headers: dict[str, str]) -> None:
    settings = replace(context.settings, intake_origins="https://shop.example, https://app.example")
    with TestClient(create_app(replace(context, settings=settings))) as client:
        for origin, is_allowed in (("https://app.example", True), ("https://evil.example", False)):
            asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            answer = client.options("/v1/track", headers=asks)
            assert (answer.status_code == 200) is is_allowed
            assert answer.headers.get("Access-Control-Allow-Origin") == (origin if is_allowed else None)


def test_browsers_may_read_that_the_database_is_away(
    client: TestClient, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise psycopg.OperationalError("away")

    monkeypatch.setattr("siyu.faces.api.intake.put_batches", fail)
    answer = client.post("/v1/track", json=track(1), headers={**headers, "Origin": "https://shop.example"})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (503, "*")


def test_what_is_older_than_ids_are_remembered_is_refused(
    context: ApiContext, database: Database, headers: dict[str, str]
) -> None:
    settings = replace(context.settings, dedupe_days=30)
    with TestClient(create_app(replace(context, settings=settings))) as client:
        answer = client.post("/v1/track", json=track(1, timestamp="2026-04-01T00:00:00Z"), headers=headers)
        assert (answer.status_code, answer.json()["refused"][0]["code"]) == (400, "too_old")
        assert client.post("/v1/track", json=track(2), headers=headers).status_code == 200


@pytest.fixture
def address(context: ApiContext) -> Iterator[str]:
    """A real server on loopback over the test's database."""
    with listening(context) as address:
        yield address


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
    client.page("u1", "门店", "首页", {"url": "https://x.example/"})
    client.screen("u1", "会员", "会员码", {"tab": 2})
    client.group("u1", "g1", {"plan": "gold"})
    client.alias("old-u1", "u1")
    client.track("old-u1", "Article Read")
    client.flush()
    client.join()
    assert errors == []
    events = drained(database)
    assert len(named(events, "order_completed")) == 250
    assert len(named(events, "页面_浏览")) == 1
    (page,), (screen,) = named(events, "page_viewed"), named(events, "screen_viewed")
    assert (page.properties["name"], page.properties["url"]) == ("首页", "https://x.example/")
    assert (page.properties["category"], screen.properties["tab"]) == ("门店", 2)
    assert page.properties["context"]["library"]["version"]
    assert named(events, "account_joined")[0].properties["group_id"] == "g1"
    with database.read() as reading:
        customer = get_customer(reading, SYSTEM, named(events, "order_completed")[0].profile_id)
        before = get_customer(reading, SYSTEM, named(events, "article_read")[0].profile_id)
    assert before.customer_id == customer.customer_id
    assert customer.attributes["name"] == "李雷"
    assert ("email", "lilei@example.com") in {tuple(each.identity) for each in customer.identities}
