"""Calls are made once for a key, tried again, given up, and an endpoint that fails is let be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.hooks import reading, service
from siyu.domain.hooks.contracts import (
    Answered,
    BadEndpointError,
    Call,
    CallRequest,
    CallState,
    DueCall,
    EndpointInUseError,
)
from siyu.engines.calling.following import call_by_events_once
from siyu.engines.calling.making import make_calls_once
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import PageRequest
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database

SIYU = system_actor("test")
URL = "https://shop.example/siyu"


class Outside:
    """Answers as it is told to, and notes what it was told."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.seen: list[tuple[str, str, Mapping[str, Any]]] = []

    def call(self, call: DueCall, document: Mapping[str, Any]) -> Answered:
        self.seen.append((call.call_key, call.secret, document))
        told = self.answers.get(call.call_key, self.answers.get("", "http_200"))
        return Answered(told == "http_200", told in ("http_400", "http_410"), told, 3, is_gone=told == "http_410")


def anywhere(_url: str) -> None:
    """Every address will do."""


def nowhere(_url: str) -> None:
    raise BadEndpointError(field="url")


def calls(database: Database, **asked: Any) -> list[Call]:
    with database.read() as looking:
        return list(service.list_calls(looking, SIYU, PageRequest(50, None), **asked).rows)


def test_a_call_is_made_once_for_a_key_and_again_until_it_is_taken(database: Database, clock: ManualClock) -> None:
    with database.begin() as work:
        groups: dict[Sequence[Identity], datetime] = {(Identity("user_id", "u1"),): work.clock.now()}
        (customer_id,) = customers.resolve(work, SIYU, groups).values()
        made = service.create_endpoint(work, SIYU, "商城", URL, anywhere, tells_who=True)
        endpoint_id = made.endpoint.endpoint_id
        with pytest.raises(BadEndpointError):
            service.create_endpoint(work, SIYU, "里面", "http://127.0.0.1", nowhere)
        regional = Actor(ActorKind.STAFF, "7", frozenset({"hooks.read", "hooks.write"}), Scope("1.2."))
        with pytest.raises(ForbiddenError):  # it would be told of everybody
            service.create_endpoint(work, regional, "分店", URL, anywhere, tells_who=True)
        with pytest.raises(ForbiddenError):
            service.save_endpoint(work, regional, endpoint_id, "分店", URL, anywhere, tells_who=True)
        requests = [
            CallRequest(key, number, customer_id, {"name": "王小雨"})
            for key, number in (("a", endpoint_id), ("b", endpoint_id), ("c", 999))
        ]
        assert service.request_calls(work, SIYU, requests) == 2
        assert service.request_calls(work, SIYU, requests) == 0
        with pytest.raises(EndpointInUseError):
            service.delete_endpoint(work, SIYU, endpoint_id)
    with database.read() as looking:
        stored = looking.driver.execute("SELECT sealed FROM hooks.calls").fetchall()
        assert all("王小雨".encode() not in bytes(row[0]) for row in stored)
        assert reading.told_of(looking, [customer_id])[0]["content"] == {"fields": {"name": "王小雨"}}
    outside = Outside()
    outside.answers = {"a": "http_503", "b": "http_400"}
    assert make_calls_once(database, outside) == 1  # after a failure the rest of the turn is left
    assert make_calls_once(database, outside) == 1
    assert [(each.call_key, each.state, each.attempts, each.told) for each in calls(database)] == [
        ("b", CallState.FAILED, 1, "http_400"),
        ("a", CallState.WAITING, 1, "http_503"),
    ]
    key, secret, document = outside.seen[0]
    assert (key, secret) == ("a", made.secret)
    assert document["customer"] == {"id": customer_id, "identities": [{"kind": "user_id", "value": "u1"}]}
    assert document["fields"] == {"name": "王小雨"}
    assert make_calls_once(database, outside) == 0
    clock.advance(timedelta(seconds=10))
    outside.answers = {}
    assert make_calls_once(database, outside) == 1
    with database.begin() as work:
        assert service.replay_calls(work, SIYU, endpoint_id) == 1
    assert make_calls_once(database, outside) == 1
    assert {each.state for each in calls(database)} == {CallState.TAKEN}
    with database.begin() as work:
        last = calls(database)[-1]
        assert [each.told for each in service.list_attempts(work, SIYU, last.call_id)] == ["http_503", "http_200"]
        ((_, numbers),) = service.list_endpoints(work, SIYU)
        assert (numbers.waiting, numbers.taken, numbers.failed, numbers.last_told) == (0, 2, 0, "http_200")
        assert service.forget_profiles(work, SIYU, [customer_id]) == {customer_id: 2}


def test_an_endpoint_that_fails_is_let_be_and_one_that_is_gone_is_switched_off(
    database: Database, clock: ManualClock
) -> None:
    with database.begin() as work:
        endpoint_id = service.create_endpoint(work, SIYU, "商城", URL, anywhere).endpoint.endpoint_id
        for _ in range(7):
            service.try_endpoint(work, SIYU, endpoint_id)
    outside = Outside()
    outside.answers = {"": "unreachable:ConnectError"}
    assert [make_calls_once(database, outside) for _ in range(6)] == [1, 1, 1, 1, 1, 0]
    clock.advance(timedelta(seconds=29))
    assert make_calls_once(database, outside) == 0
    clock.advance(timedelta(seconds=1))
    assert make_calls_once(database, outside) == 1  # one alone, to see
    assert make_calls_once(database, outside) == 0
    clock.advance(timedelta(seconds=60))
    outside.answers = {}
    assert make_calls_once(database, outside) == 1
    assert make_calls_once(database, outside) == 6
    with database.begin() as work:
        service.try_endpoint(work, SIYU, endpoint_id)
    outside.answers = {"": "http_410"}
    assert make_calls_once(database, outside) == 1
    with database.begin() as work:
        assert not service.get_endpoint(work, SIYU, endpoint_id).is_enabled
        assert reading.endpoint_names(work) == {}
        service.delete_endpoint(work, SIYU, endpoint_id)
    assert calls(database) == []


def test_an_endpoint_is_told_of_its_events_once(database: Database) -> None:
    match = EventMatch("coupon_stock_low", (Filter("free", "at_most", 5),))
    with database.begin() as work:
        endpoint_id = service.create_endpoint(work, SIYU, "机器人", URL, anywhere, events=[match]).endpoint.endpoint_id
        for free in (3, 9):
            told = {"pool_id": 1, "free": free}
            event_id = derived_id("low", free)
            work.record([NewEvent("coupon_stock_low", event_id, 0, work.clock.now(), "promotions", told)])
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
    while call_by_events_once(database):
        pass
    (call,) = calls(database, endpoint_id=endpoint_id)
    assert (call.event, call.customer_id) == ("coupon_stock_low", None)
    outside = Outside()
    assert make_calls_once(database, outside) == 1
    event = outside.seen[0][2]["event"]
    assert (event["name"], event["properties"]) == ("coupon_stock_low", {"pool_id": 1, "free": 3})
    with database.begin() as work:
        before = work.seals.newest
        assert service.reseal(work, SIYU, 10) == 0
        assert reading.sealed_by_key(work) == {before: 2}
