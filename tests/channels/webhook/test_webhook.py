"""The webhook channel against a real receiver."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from siyu.channels.webhook import WebhookChannel, is_signed, signature
from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import OutgoingMessage, SendingChannel, SendOutcome, SendResult
from siyu.kernel.clock import ManualClock
from siyu.platform.http import HttpLimits, OutgoingHttp, RefusedUrlError
from siyu.platform.settings import SettingsError
from tests.channels.receiver import Received, Receiver, Reply, receiving
from tests.conftest import START

SECRET = "shared with the receiver"


def message(number: int) -> OutgoingMessage:
    return OutgoingMessage(
        message_key=f"journey:{number}:0",
        customer_id=number,
        identities=[Identity("phone", f"1380000{number:04}")],
        title="你好",
        body="看看这个",
        link_url="https://brand.example/l/abc",
        preferences_url="https://brand.example/h5/preferences/def",
    )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def channel(receiver: Receiver, clock: ManualClock) -> Iterator[WebhookChannel]:
    made = WebhookChannel(receiver.url, SECRET, clock)
    yield made
    made.close()


def test_it_is_a_channel(channel: WebhookChannel) -> None:
    as_such: SendingChannel = channel
    assert (as_such.name, as_such.batch_max, as_such.identity_kinds) == ("webhook", 100, None)


def test_a_batch_arrives_whole_and_signed(channel: WebhookChannel, receiver: Receiver, clock: ManualClock) -> None:
    results = channel.send([message(1), message(2)])
    assert results == [SendResult(f"journey:{n}:0", SendOutcome.ACCEPTED) for n in (1, 2)]
    (request,) = receiver.requests
    assert request.messages[0] == {
        "key": "journey:1:0",
        "customer": {"id": 1, "identities": [{"kind": "phone", "value": "13800000001"}]},
        "title": "你好",
        "body": "看看这个",
        "link_url": "https://brand.example/l/abc",
        "preferences_url": "https://brand.example/h5/preferences/def",
    }
    assert is_signed(SECRET, request.body, request.headers["siyu-signature"], clock.now())
    assert not is_signed("another", request.body, request.headers["siyu-signature"], clock.now())


def test_the_same_messages_have_the_same_idempotency_key(
    channel: WebhookChannel, receiver: Receiver, clock: ManualClock
) -> None:
    channel.send([message(1), message(2)])
    clock.advance(timedelta(minutes=9))
    channel.send([message(1), message(2)])
    channel.send([message(1)])
    first, again, other = [request.headers["idempotency-key"] for request in receiver.requests]
    assert first == again != other


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"results": [{"key": "journey:1:0", "status": "rejected", "reason": "no such member"}]}, "rejected"),
        ({"results": [{"key": "journey:1:0", "status": "delivered"}]}, "delivered"),
        ({"results": [{"key": "journey:1:0", "status": "accepted", "reason": "x"}]}, "accepted"),
        ({"results": [{"key": "journey:1:0", "status": "perhaps"}]}, "accepted"),
        ({"results": [{"key": "someone else's", "status": "rejected"}]}, "accepted"),
        ({"results": [{"key": 7, "status": []}, None, {"key": "journey:1:0", "status": ["rejected"]}]}, "accepted"),
        ({"results": "all fine"}, "accepted"),
        ([], "accepted"),
    ],
)
def test_the_answer_may_speak_of_single_messages(
    channel: WebhookChannel, receiver: Receiver, document: object, expected: str
) -> None:
    receiver.reply = lambda _: Reply(document=document)
    first, second = channel.send([message(1), message(2)])
    assert (first.outcome, second.outcome) == (expected, "accepted")
    assert first.reason == ("no such member" if expected == "rejected" else None)


@pytest.mark.parametrize("raw", [b"", b"OK", b"\xff\xfe", b"[" * 100_000, b'{"results": [' + b'"x",' * 100_000])
def test_an_answer_that_is_no_json_is_an_answer(channel: WebhookChannel, receiver: Receiver, raw: bytes) -> None:
    receiver.reply = lambda _: Reply(raw=raw)
    assert channel.send([message(1)])[0].outcome is SendOutcome.ACCEPTED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (204, SendOutcome.ACCEPTED),
        (301, SendOutcome.UNREACHABLE),
        (400, SendOutcome.REJECTED),
        (401, SendOutcome.UNREACHABLE),
        (403, SendOutcome.UNREACHABLE),
        (404, SendOutcome.UNREACHABLE),
        (408, SendOutcome.UNREACHABLE),
        (410, SendOutcome.REJECTED),
        (422, SendOutcome.REJECTED),
        (425, SendOutcome.UNREACHABLE),
        (429, SendOutcome.UNREACHABLE),
        (500, SendOutcome.UNREACHABLE),
        (503, SendOutcome.UNREACHABLE),
    ],
)
def test_what_a_status_means(channel: WebhookChannel, receiver: Receiver, status: int, outcome: SendOutcome) -> None:
    headers = {"Retry-After": "90", "Location": "http://127.0.0.1:1/"}
    receiver.reply = lambda _: Reply(status, headers=headers, raw=b"")
    (result,) = channel.send([message(1)])
    assert result.outcome is outcome
    assert result.retry_after_seconds == (90 if outcome is SendOutcome.UNREACHABLE else None)
    assert result.reason == (None if outcome is SendOutcome.ACCEPTED else f"http_{status}")
    assert len(receiver.requests) == 1


def test_one_bad_message_takes_no_other_with_it(channel: WebhookChannel, receiver: Receiver) -> None:
    bad = {"journey:17:0", "journey:60:0"}
    receiver.reply = lambda request: Reply(422 if bad & set(request.keys) else 200)
    results = channel.send([message(n) for n in range(100)])
    assert [each.message_key for each in results] == [f"journey:{n}:0" for n in range(100)]
    assert {each.message_key for each in results if each.outcome is SendOutcome.REJECTED} == bad
    assert all(each.outcome is SendOutcome.ACCEPTED for each in results if each.message_key not in bad)
    taken = [key for request in receiver.requests if not bad & set(request.keys) for key in request.keys]
    assert len(taken) == len(set(taken)) == 98
    assert len(receiver.requests) < 30


def test_a_refusal_that_names_the_bad_ones_needs_one_more_request(channel: WebhookChannel, receiver: Receiver) -> None:
    named = {"results": [{"key": "journey:3:0", "status": "rejected", "reason": "no such member"}]}
    receiver.reply = lambda request: Reply(400, named) if "journey:3:0" in request.keys else Reply()
    results = channel.send([message(n) for n in range(10)])
    assert [each.outcome for each in results].count(SendOutcome.ACCEPTED) == 9
    assert results[3] == SendResult("journey:3:0", SendOutcome.REJECTED, "no such member")
    assert len(receiver.requests) == 2


def test_a_refusal_that_always_names_the_wrong_ones_comes_to_an_end(
    channel: WebhookChannel, receiver: Receiver
) -> None:
    receiver.reply = lambda _: Reply(400, {"results": [{"key": "somebody else's", "status": "rejected"}]})
    results = channel.send([message(n) for n in range(8)])
    assert {each.outcome for each in results} == {SendOutcome.REJECTED}
    assert len(receiver.requests) == 15


def test_a_receiver_that_goes_away_during_the_search_is_left_alone(channel: WebhookChannel, receiver: Receiver) -> None:
    receiver.reply = lambda _: Reply([400, 200, 400, 503][len(receiver.requests) - 1])
    results = channel.send([message(n) for n in range(8)])
    outcomes = [each.outcome for each in results]
    assert outcomes[:4] == [SendOutcome.ACCEPTED] * 4
    assert outcomes[4:6] == [SendOutcome.UNREACHABLE] * 2
    assert outcomes[6:] == [SendOutcome.DEFERRED] * 2
    assert len(receiver.requests) == 4


def test_the_search_has_an_end(channel: WebhookChannel, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siyu.channels.webhook.channel.SEARCH_SECONDS_MAX", -1.0)
    results = channel.send([message(1), message(2)])
    assert {each.outcome for each in results} == {SendOutcome.DEFERRED}
    assert receiver.requests == []


def test_silence_is_unreachable(receiver: Receiver, clock: ManualClock) -> None:
    stop = threading.Event()

    def wait(_: Received) -> Reply:
        stop.wait(10)
        return Reply()

    receiver.reply = wait
    channel = WebhookChannel(receiver.url, SECRET, clock, OutgoingHttp(HttpLimits(read_seconds=0.1)))
    (result,) = channel.send([message(1)])
    stop.set()
    channel.close()
    assert result == SendResult("journey:1:0", SendOutcome.UNREACHABLE, "unreachable:ReadTimeout")


def test_what_it_does_not_do(clock: ManualClock, channel: WebhookChannel) -> None:
    with pytest.raises(RefusedUrlError):
        WebhookChannel("ftp://brand.example/", SECRET, clock)
    with pytest.raises(SettingsError, match="webhook_secret"):
        WebhookChannel("https://brand.example/", "", clock)
    with pytest.raises(ValueError, match="100"):
        channel.send([message(n) for n in range(101)])


def test_a_signature_grows_old() -> None:
    value = signature(SECRET, b"body", START)
    assert is_signed(SECRET, b"body", value, START + timedelta(minutes=5))
    assert not is_signed(SECRET, b"body", value, START + timedelta(minutes=5, seconds=1))
    assert not is_signed(SECRET, b"other", value, START)
    later = int(START.timestamp()) + 60
    assert not is_signed(SECRET, b"body", value.replace(str(int(START.timestamp())), str(later)), START)


@pytest.mark.parametrize("value", ["", "t=,v1=", "t=x,v1=y", "v1=abc", "t=99999999999999,v1=a", "t=1,v1=é"])
def test_nonsense_is_no_signature(value: str) -> None:
    assert not is_signed(SECRET, b"body", value, START)
