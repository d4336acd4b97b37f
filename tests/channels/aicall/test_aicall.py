"""Calls of a robot: handed over in their hours, each once, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from siyu.channels.aicall.callbacks import EndedCall, ended_calls
from siyu.channels.aicall.channel import AiCallChannel, seconds_until_open
from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import OutgoingMessage, SendOutcome
from siyu.kernel.clock import ManualClock
from siyu.platform.callbacks.xml import CallbackMalformedError
from siyu.platform.http import OutgoingHttp
from siyu.world.vendors.server import VendorServer
from siyu.world.vendors.vendors import Vendors
from siyu.world.wecom.faults import Fault, FaultKind

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def vendors(clock: ManualClock) -> Iterator[VendorServer]:
    with VendorServer(Vendors(clock)) as server:
        yield server


def message(key: str, phone: str | None = "13800000001") -> OutgoingMessage:
    return OutgoingMessage(
        key, 1, [Identity("phone", phone)] if phone else [], "新品", "今天有新品", None, "https://x.example"
    )


def test_calls_are_handed_over_once_and_in_their_hours(vendors: VendorServer, clock: ManualClock) -> None:
    world = vendors.vendors
    hour = clock.now().astimezone(ZONE).hour

    def channel(hour_from: int, hour_to: int, secret: str = world.account.secret) -> AiCallChannel:
        return AiCallChannel(
            f"{vendors.url}/calls",
            secret,
            clock,
            ZONE,
            http,
            script_id="s-1",
            hour_from=hour_from,
            hour_to=hour_to,
            cost_fen=30,
        )

    with OutgoingHttp() as http:
        closed = channel((hour + 2) % 24, (hour + 3) % 24 or 24).send([message("a")])[0]
        assert (closed.outcome, closed.reason) == (SendOutcome.DEFERRED, "outside_hours")
        assert closed.retry_after_seconds is not None
        assert 3600 < closed.retry_after_seconds <= 7200
        open_now = channel(hour, (hour + 1) % 24 or 24)
        world.faults.add(Fault(FaultKind.LOSE_ANSWER))
        assert open_now.send([message("a")])[0].outcome is SendOutcome.UNREACHABLE
        assert open_now.find_outcomes(["a", "b"]).keys() == {"a"}
        results = open_now.send([message("a"), message("b"), message("c", phone=None)])
        assert [each.outcome for each in results] == [SendOutcome.ACCEPTED, SendOutcome.ACCEPTED, SendOutcome.REJECTED]
        assert (world.ledger.times, open_now.cost_fen) == ({"a": 1, "b": 1}, 30)
        assert (open_now.check(), [each.code for each in channel(0, 24, "no").check()]) == ([], ["wrong_secret"])


@pytest.mark.parametrize(
    ("hour", "hours", "wait_hours"),
    [
        (8, (9, 20), 1),
        (9, (9, 20), 0),
        (19, (9, 20), 0),
        (20, (9, 20), 13),
        (23, (22, 2), 0),
        (1, (22, 2), 0),
        (3, (22, 2), 19),
    ],
)
def test_hours(hour: int, hours: tuple[int, int], wait_hours: int) -> None:
    now = datetime(2026, 3, 2, hour, tzinfo=ZONE)
    assert seconds_until_open(now, *hours) == timedelta(hours=wait_hours).total_seconds()


def test_what_became_of_calls() -> None:
    told = {
        "calls": [
            {"key": "a", "is_answered": True, "seconds": 42, "intent": "interested"},
            {"key": "b", "is_answered": False},
        ]
    }
    assert ended_calls(json.dumps(told).encode()) == [EndedCall("a", True, 42, "interested"), EndedCall("b", False)]
    for body in (
        b"",
        b"{}",
        b'{"calls": [{"key": 7}]}',
        b'{"calls": [{"key": "a", "is_answered": true, "seconds": -1}]}',
    ):
        with pytest.raises(CallbackMalformedError):
            ended_calls(body)
