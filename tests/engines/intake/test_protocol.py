"""Segment's other calls: page, screen, group, alias, import; and what else its spec lets a client send."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.domain.customers.reading import get_customer
from siyu.engines.intake.contracts import BadRequestBodyError, TooLargeError
from siyu.engines.intake.door import Admission, admit_batch, admit_single, find_write_key
from siyu.engines.intake.draining import arrivals_of
from siyu.engines.intake.rules import TYPES
from siyu.kernel.actors import system_actor
from siyu.kernel.ids import SeededIds
from siyu.platform.inbox.inbox import put_batches
from siyu.platform.postgres.database import Database
from tests.conftest import START
from tests.engines.intake.test_door import admit, track
from tests.engines.intake.test_draining import drained, identify, named, put

SYSTEM = system_actor("test")
DAYS = 30
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    [
        *("type", "messageId", "userId", "anonymousId", "previousId", "groupId", "event", "name", "category"),
        *("timestamp", "originalTimestamp", "sentAt", "properties", "traits", "context", "integrations", "writeKey"),
    ]
)
EVENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(TYPES)), "userId": st.just("u") | ANYTHING, "event": TEXTS | ANYTHING},
    optional={"previousId": TEXTS, "groupId": TEXTS, "anonymousId": TEXTS, "timestamp": st.just(START.isoformat())},
)
ODD_EVENTS = st.tuples(EVENTS, st.dictionaries(FIELDS, ANYTHING, max_size=3)).map(lambda parts: parts[0] | parts[1])


def call(kind: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    return track(number, **{"type": kind, "event": ..., "properties": ...} | changes)


def put_body(database: Database, document: Any) -> Admission:
    admission = admit_batch(json.dumps(document).encode(), source="web", received_at=database.clock.now(), shards=1)
    with database.begin() as work:
        put_batches(work, admission.batches)
    return admission


@pytest.mark.parametrize(("kind", "name"), [("page", "page_viewed"), ("screen", "screen_viewed")])
def test_a_page_and_a_screen_are_views_with_their_names(database: Database, kind: str, name: str) -> None:
    put(
        database,
        call(kind, 1, name="首页", category="门店", properties={"url": "https://x.example/", "name": "old"}),
        call(kind, 2, name=None, category=7),
        call(kind, 3, properties={"name": "kept"}),
    )
    told = [event.properties for event in named(drained(database), name)]
    assert told == [{"url": "https://x.example/", "name": "首页", "category": "门店"}, {}, {"name": "kept"}]


def test_a_group_is_an_account_that_was_joined(database: Database) -> None:
    put(database, call("group", 1, groupId="g1", traits={"plan": "gold"}), call("group", 2, groupId=7, traits=None))
    told = [event.properties for event in named(drained(database), "account_joined")]
    assert told == [{"group_id": "g1", "traits": {"plan": "gold"}}, {"group_id": "7", "traits": {}}]


@pytest.mark.parametrize("former", ["user", "device"])
@pytest.mark.parametrize("alias_comes_first", [True, False])
def test_an_alias_links_what_a_person_was_called_before(
    database: Database, former: str, alias_comes_first: bool
) -> None:
    before = track(1, userId="old") if former == "user" else track(1, userId=..., anonymousId="old")
    alias = call("alias", 2, userId="new", previousId="old")
    for each in (alias, before) if alias_comes_first else (before, alias):
        put(database, each)
        drained(database)
    put(database, track(3, userId="new"))
    events = drained(database)
    seen = named(events, "page_seen")
    with database.read() as reading:
        first, second = (get_customer(reading, SYSTEM, event.profile_id) for event in seen)
    assert first.customer_id == second.customer_id
    merged = set() if alias_comes_first else {"customers_merged"}  # who comes whole is one from the start
    assert {event.name for event in events} == {"page_seen", "profile_created"} | merged
    with database.read() as reading:
        causes = reading.driver.execute("SELECT DISTINCT cause FROM customers.merges").fetchall()
    assert causes == [("alias",)] * len(merged)


def test_a_repeated_alias_counts_once_and_a_device_of_it_is_linked_too(database: Database) -> None:
    for _ in range(2):
        put(database, call("alias", 1, userId="new", previousId="old", anonymousId="a"))
    drained(database)
    with database.read() as reading:
        rows = reading.driver.execute("SELECT count(*), count(DISTINCT customer_id) FROM customers.profiles").fetchall()
    assert rows == [(4, 1)]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (call("alias", userId="u"), "no_identity"),
        (call("alias", userId=None, previousId="old"), "no_identity"),
        (call("alias", userId=None, anonymousId="a", previousId="old"), "no_identity"),
        (call("alias", userId="u", previousId=True), "no_identity"),
        (call("alias", userId="u", previousId=" "), "no_identity"),
        (call("alias", userId="u", previousId="null"), "bad_identity"),
        (call("group"), "bad_group"),
        (call("group", groupId=""), "bad_group"),
        (call("group", groupId="g" * 257), "bad_group"),
        (call("group", groupId=["g"]), "bad_group"),
        (call("group", groupId="g", traits=[1]), "bad_properties"),
        (call("page", properties="x"), "bad_properties"),
        (call("screen", userId=None), "no_identity"),
        (call("page", sentAt="soon"), "bad_timestamp"),
    ],
)
def test_each_fault_of_the_other_calls_has_a_code(event: dict[str, Any], code: str) -> None:
    assert [refusal.code for refusal in admit(event).refusals] == [code]


def test_what_one_type_needs_may_be_anything_in_another() -> None:
    assert admit(track(1, name={"a": 1}, category=[], groupId={}, previousId=[], integrations=[1])).refusals == []


def test_an_event_may_tell_when_it_was_sent_where_its_request_does_not(database: Database) -> None:
    sent_at = START + timedelta(days=1)
    seen = (sent_at - timedelta(hours=1)).isoformat()
    put(database, track(1, timestamp=seen, sentAt=sent_at.isoformat()))
    put_body(
        database,
        {"batch": [track(2, timestamp=seen, sentAt=START.isoformat())], "sentAt": sent_at.isoformat()},
    )
    at = [event.occurred_at for event in named(drained(database), "page_seen")]
    assert at == [START - timedelta(hours=1)] * 2


def test_the_original_timestamp_is_the_clients_own(database: Database) -> None:
    told = START - timedelta(hours=2)
    put(database, track(1, originalTimestamp=told.isoformat(), timestamp=START.isoformat()))
    assert named(drained(database), "page_seen")[0].occurred_at == told


def test_history_keeps_its_own_times(database: Database) -> None:
    put(database, track(1, timestamp="2019-05-01T00:00:00Z"))
    assert named(drained(database), "page_seen")[0].occurred_at.year == 2019


def test_a_batchs_context_is_below_that_of_each_event_and_both_are_kept_with_it(database: Database) -> None:
    put_body(
        database,
        {
            "context": {
                "ip": "203.0.113.77",
                "locale": "zh-CN",
                "page": {"title": "批", "path": "/"},
                "traits": {"a": 1},
            },
            "integrations": {"All": True},
            "batch": [
                track(1, context={"page": {"title": "件"}, "device": {"advertisingId": "A"}, "userAgent": "M"}),
                track(2, context=None, integrations={"All": False}),
                track(3, properties={"context": "own"}),
                call("page", 4, name="首页", context={"locale": "en"}),
                call("identify", 5, userId="u1"),
            ],
        },
    )
    events = drained(database)
    seen = [event.properties for event in named(events, "page_seen")]
    assert seen == [
        {"number": 1, "context": {"locale": "zh-CN", "page": {"title": "件", "path": "/"}}},
        {"number": 2, "context": {"locale": "zh-CN", "page": {"title": "批", "path": "/"}}},
        {"context": "own"},
    ]
    (page,) = named(events, "page_viewed")
    assert page.properties == {"name": "首页", "context": {"locale": "en", "page": {"title": "批", "path": "/"}}}
    (identified,) = named(events, "customer_identified")
    assert identified.properties == {"a": 1}


def test_a_context_for_a_whole_batch_is_limited_for_it_is_stored_with_each_event() -> None:
    with pytest.raises(TooLargeError):
        admit(track(1), context={"traits": {"text": "x" * 5000}})
    assert admit(track(1), context={"userAgent": "x" * 5000}).batches[0].context == b""


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b'{"writeKey":"k","batch":[{"a":1}]}', "k"),
        (b'{"event":"x"}', None),
        (b'{"writeKey":7}', None),
        (b'{"writeKey":"k","event":"\\ud800"}', "k"),
        (b"[]", None),
        (b"", None),
        (b'{"writeKey":"\xff"}', None),
    ],
)
def test_the_body_may_tell_the_write_key(body: bytes, key: str | None) -> None:
    assert find_write_key(body) == key


def test_a_write_key_in_the_body_is_not_kept() -> None:
    admission = admit_single(
        b'{"writeKey":"k","event":"x","userId":"u"}', "track", source="w", received_at=START, shards=1
    )
    assert b"writeKey" not in admission.batches[0].body


def test_what_is_older_than_ids_are_remembered_is_refused() -> None:
    hours = (DAYS * 24 - 1, DAYS * 24, DAYS * 24 + 1)
    events = [track(n, timestamp=(START - timedelta(hours=n)).isoformat()) for n in hours]
    body = json.dumps({"batch": [*events, track(1, timestamp=...)]}).encode()
    admission = admit_batch(body, source="web", received_at=START, shards=1, dedupe_days=DAYS)
    assert [(refusal.index, refusal.code) for refusal in admission.refusals] == [(2, "too_old")]
    assert admit(*events).refusals == []
    single = json.dumps(events[2]).encode()
    one = admit_single(single, "track", source="web", received_at=START, shards=1, dedupe_days=DAYS)
    assert [refusal.code for refusal in one.refusals] == ["too_old"]


def test_a_wrong_clock_makes_no_event_young_enough() -> None:
    """What counts is the client's own time, by which its message is remembered."""
    old = START - timedelta(days=DAYS + 1)
    body = json.dumps({"batch": [track(1, timestamp=old.isoformat())], "sentAt": old.isoformat()}).encode()
    admission = admit_batch(body, source="web", received_at=START, shards=1, dedupe_days=DAYS)
    assert [refusal.code for refusal in admission.refusals] == ["too_old"]


@given(st.lists(ODD_EVENTS, min_size=1, max_size=5), ANYTHING, ANYTHING)
def test_whatever_is_sent_is_taken_or_refused_one_by_one(events: list[Any], context: Any, integrations: Any) -> None:
    body = json.dumps({"batch": events, "context": context, "integrations": integrations}).encode()
    try:
        admission = admit_batch(body, source="web", received_at=START, shards=3, dedupe_days=DAYS)
    except BadRequestBodyError:
        assert b"NaN" in body or b"Infinity" in body
        return
    assert admission.accepted + len(admission.refusals) == len(events)
    assert all(refusal.code and refusal.reason for refusal in admission.refusals)
    assert [refusal.index for refusal in admission.refusals] == sorted({r.index for r in admission.refusals})
    arrivals = [arrival for batch in admission.batches for arrival in arrivals_of(SeededIds(1), batch)]
    assert len(arrivals) == admission.accepted
    assert all(isinstance(json.loads(arrival.document), dict) and arrival.identities for arrival in arrivals)


def test_identify_still_tells_of_a_person_and_is_no_event(database: Database) -> None:
    put(database, identify(1, "u", "a", name="李雷"))
    assert {event.name for event in drained(database)} == {"profile_created", "customer_identified"}
