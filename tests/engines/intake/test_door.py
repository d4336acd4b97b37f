"""What the door admits and what it refuses, and why."""

from __future__ import annotations

import contextlib
import importlib
import json
import pkgutil
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import siyu.domain
from siyu.domain.customers.consent_contracts import PURPOSES
from siyu.domain.customers.contracts import Identity
from siyu.engines.intake.contracts import OWN_EVENTS, BadRequestBodyError, SentEvent, TooLargeError
from siyu.engines.intake.door import Admission, admit_batch, admit_single
from siyu.engines.intake.rules import BadEventError, event_name, instant_of, shard_of, times_of
from tests.conftest import START


def track(number: int = 1, **changes: Any) -> dict[str, Any]:
    event = {
        "type": "track",
        "messageId": f"m{number}",
        "userId": f"u{number}",
        "event": "Page Seen",
        "timestamp": START.isoformat(),
        "properties": {"number": number},
    }
    return {name: value for name, value in (event | changes).items() if value is not ...}


def admit(*events: Any, shards: int = 1, **fields: Any) -> Admission:
    body = json.dumps({"batch": list(events), **fields}).encode()
    return admit_batch(body, source="web", received_at=START, shards=shards)


def test_good_events_are_kept_and_each_bad_one_is_refused_with_its_index() -> None:
    admission = admit(track(1), track(2, userId=...), "text", track(3), track(4, event=" "), track(5, timestamp="soon"))
    assert admission.accepted == 2
    assert [event["messageId"] for event in json.loads(admission.batches[0].body)] == ["m1", "m3"]
    assert [(refusal.index, refusal.code) for refusal in admission.refusals] == [
        (1, "no_identity"),
        (2, "bad_json"),
        (4, "bad_name"),
        (5, "bad_timestamp"),
    ]
    assert all(refusal.reason for refusal in admission.refusals)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "alien"}, "bad_type"),
        ({"type": ...}, "bad_type"),
        ({"messageId": ""}, "bad_message_id"),
        ({"messageId": "x" * 201}, "bad_message_id"),
        ({"userId": "x" * 257}, "bad_identity"),
        ({"userId": {"a": 1}}, "bad_json"),
        ({"properties": [1]}, "bad_properties"),
        ({"type": "identify", "traits": 1}, "bad_properties"),
        ({"type": "identify", "context": {"traits": 1}}, "bad_context"),
        ({"properties": {"text": "a\x00b"}}, "bad_text"),
        ({"properties": {"text": "x" * 33_000}}, "too_large"),
        ({"timestamp": "1850-01-01T00:00:00Z"}, "bad_timestamp"),
        ({"timestamp": "2026-02-30T00:00:00Z"}, "bad_timestamp"),
        ({"timestamp": "9999-12-31T23:59:59-23:00"}, "bad_timestamp"),
        ({"event": "x" * 101}, "bad_name"),
        ({"event": "Message Requested"}, "reserved_name"),
        ({"properties": json.loads("[" * 64 + "]" * 64)}, "too_deep"),
        ({"type": "identify", "traits": json.loads('{"a":' * 64 + "1" + "}" * 64)}, "too_deep"),
    ],
)
def test_each_fault_has_a_code(changes: dict[str, Any], code: str) -> None:
    admission = admit(track(**changes))
    assert [refusal.code for refusal in admission.refusals] == [code]
    assert admission.batches == []


def test_nobody_outside_tells_what_siyu_alone_may_tell() -> None:
    """A constant whose value is its own name in small letters is the name of an event that a room records, or a purpose."""
    told = {
        value
        for room in pkgutil.iter_modules(siyu.domain.__path__)
        for name, value in vars(importlib.import_module(f"siyu.domain.{room.name}.contracts")).items()
        if isinstance(value, str) and value == name.lower() and "_" in value
    }
    of_others_too = {
        "group_joined",
        "group_left",
    }  # groups may be kept by another system, and nothing follows from them
    assert told - set(PURPOSES) - of_others_too == OWN_EVENTS


def test_brackets_in_texts_are_no_levels() -> None:
    assert admit(track(properties={"text": "[{" * 200 + '\\"[' * 100, "list": [[]] * 100})).accepted == 1


def test_half_a_surrogate_pair_is_replaced_and_nothing_else() -> None:
    """As a browser sends a text that was cut within an emoji."""
    told = rb'"\ud83d, \ud83c\udf8f, \\ud83d, \udc00\ud83d"'
    body = b'{"batch":[' + json.dumps(track(1)).encode()[:-1] + b',"context":{"page":' + told + b"}}]}"
    batch = admit_batch(body, source="web", received_at=START, shards=1).batches[0].body
    assert json.loads(batch)[0]["context"]["page"] == "\ufffd, 🎏, \\ud83d, \ufffd\ufffd"
    single = admit_single(b'{"event":"Cut","userId":"\\ud83d"}', "track", source="web", received_at=START, shards=1)
    assert json.loads(single.batches[0].body)[0]["userId"] == "\ufffd"


def test_a_single_event_is_kept_to_the_letter() -> None:
    body = b'{"userId":"u1","event":"Paid","properties":{"n":12345678901234567890123,"x":1.10,"t":"\\u79c1"}}'
    admission = admit_single(body, "track", source="web", received_at=START, shards=1)
    assert b'{"n":12345678901234567890123,"x":1.10,"t":"\\u79c1"}' in admission.batches[0].body


def test_an_escaped_backslash_before_u0000_is_text_and_welcome() -> None:
    assert admit(track(properties={"text": "\\u0000"})).accepted == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"batch": 1}', b"\xff\xfe", b'{"batch": [], "sentAt": "soon"}'])
def test_what_is_no_batch_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(BadRequestBodyError):
        admit_batch(body, source="web", received_at=START, shards=1)


def test_limits_of_a_request() -> None:
    with pytest.raises(TooLargeError):
        admit_batch(b" " * 500 * 1024 + b"1", source="web", received_at=START, shards=1)
    with pytest.raises(TooLargeError):
        admit_batch(b'{"batch":[' + b",".join([b"1"] * 2501) + b"]}", source="web", received_at=START, shards=1)
    with pytest.raises(TooLargeError):
        admit_single(b'{"event":"' + b"x" * 33_000 + b'"}', "track", source="web", received_at=START, shards=1)


def test_a_single_event_has_the_type_of_its_path() -> None:
    body = json.dumps(track(type=...)).encode()
    admission = admit_single(body, "track", source="web", received_at=START, shards=1)
    assert json.loads(admission.batches[0].body)[0]["type"] == "track"


@given(st.binary(max_size=200))
def test_no_body_breaks_the_door(body: bytes) -> None:
    for admit_it in (admit_batch, partial(admit_single, kind="track")):
        with contextlib.suppress(BadRequestBodyError, TooLargeError):
            admit_it(body, source="web", received_at=START, shards=3)


def test_events_of_one_person_go_to_one_shard() -> None:
    admission = admit(*(track(n, userId=f"u{n % 7}") for n in range(70)), shards=4)
    homes: dict[str, set[int]] = {}
    for batch in admission.batches:
        for event in json.loads(batch.body):
            homes.setdefault(event["userId"], set()).add(batch.shard)
    assert sum(batch.size for batch in admission.batches) == 70
    assert len(admission.batches) > 1
    assert all(len(shards) == 1 for shards in homes.values())
    assert homes["u3"] == {shard_of(Identity("user_id", "u3"), 4)}


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2015-2-02T00:30:08.276Z", datetime(2015, 2, 2, 0, 30, 8, 276000, UTC)),
        ("2026-06-01T12:00:00+08:00", START),
        ("2026-06-01 04:00", START),
        ("2026-06-01T04:00:00.123456789Z", START + timedelta(microseconds=123456)),
        ("2026-06-01", datetime(2026, 6, 1, tzinfo=UTC)),
        ("2026-6-1", datetime(2026, 6, 1, tzinfo=UTC)),
    ],
)
def test_instants_are_read_as_clients_write_them(text: str, instant: datetime) -> None:
    assert instant_of(text) == instant


@given(st.text(max_size=30))
def test_any_text_is_an_instant_or_is_refused(text: str) -> None:
    with contextlib.suppress(BadEventError):
        assert instant_of(text).tzinfo is not None


def test_a_wrong_client_clock_is_corrected() -> None:
    """The client is a day fast: it sent at START + 1 day what it saw an hour before."""
    sent_at = START + timedelta(days=1)
    event = SentEvent(timestamp=(sent_at - timedelta(hours=1)).isoformat())
    assert times_of(event, received_at=START, sent_at=sent_at)[0] == START - timedelta(hours=1)
    assert times_of(event, received_at=START, sent_at=None)[0] == START


@pytest.mark.parametrize("sent_at", ["9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"])
@pytest.mark.parametrize("told", ["1970-01-01T00:00:01Z", "9999-12-31T23:00:00Z"])
def test_no_clock_is_so_wrong_that_the_door_breaks(sent_at: str, told: str) -> None:
    admission = admit(track(1, timestamp=told), track(2, timestamp=sent_at), sentAt=sent_at)
    assert {refusal.code for refusal in admission.refusals} <= {"bad_timestamp"}
    assert admission.accepted >= 1


def test_the_hour_is_the_clients_own_so_that_a_retry_falls_into_it() -> None:
    event = SentEvent(timestamp="2026-06-01T12:59:00+08:00")
    for sent_at in (None, START + timedelta(days=3)):
        assert times_of(event, received_at=START, sent_at=sent_at)[1] == int(START.timestamp() // 3600)
    assert times_of(SentEvent(), received_at=START, sent_at=None) == (START, 0)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Order Completed", "order_completed"),
        ("orderCompleted", "order_completed"),
        ("order_completed", "order_completed"),
        ("  App: Opened! ", "app_opened"),
        ("加入 购物车", "加入_购物车"),
    ],
)
def test_event_names_have_one_spelling(sent: str, kept: str) -> None:
    assert event_name(sent) == kept
