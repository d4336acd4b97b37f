"""What WeCom's answers say of a hand-over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from siyu.domain.contacts.contracts import HandoverState, OutsideTransfer, Refusal, TransferState
from siyu.domain.contacts.inheriting_rules import GIVEN_UP_AFTER, after_refusal, answered, looked_up

NOW = datetime(2026, 6, 1, tzinfo=UTC)
JUST, LONG = timedelta(), GIVEN_UP_AFTER
DONE, WAITING, REFUSED, FULL = TransferState.DONE, TransferState.WAITING, TransferState.REFUSED, TransferState.FULL


@pytest.mark.parametrize(
    ("errcode", "is_group", "since", "state", "is_over"),
    [
        (0, False, JUST, "waiting", False),
        (0, True, JUST, "done", True),
        (90504, True, JUST, "done", True),
        (90504, False, JUST, "failed", True),
        (40128, False, JUST, "limited", True),
        (40099, False, JUST, "taker_full", True),
        (40129, False, JUST, "planned", False),
        (40129, False, LONG, "failed", True),
        (45009, True, JUST, "planned", False),
        (-1, False, JUST, "planned", False),
        (40131, False, JUST, "failed", True),
    ],
)
def test_an_answer(errcode: int, is_group: bool, since: timedelta, state: str, is_over: bool) -> None:
    step = answered(errcode, is_group=is_group, since=since)
    assert (step.state.value, step.wait is None) == (state, is_over)
    assert step.is_to_look == (errcode == 40129 and state == "planned")


@pytest.mark.parametrize(
    ("state", "done_after_hours", "is_certain", "expected"),
    [
        (WAITING, None, False, "waiting"),
        (DONE, 24, True, "done"),
        (DONE, -48, True, None),  # of an earlier time
        (DONE, None, True, "done"),
        (DONE, None, False, None),
        (REFUSED, None, True, "refused"),
        (REFUSED, None, False, None),  # perhaps of an earlier time
        (FULL, None, True, "taker_full"),
        (None, None, True, None),
    ],
)
def test_what_is_looked_up(
    state: TransferState | None, done_after_hours: int | None, is_certain: bool, expected: str | None
) -> None:
    done_at = None if done_after_hours is None else NOW + timedelta(hours=done_after_hours)
    found = None if state is None else OutsideTransfer("wm1", state, done_at)
    step = looked_up(found, NOW, NOW + timedelta(days=1), is_certain=is_certain)
    assert (step.state.value if step is not None else None) == expected


def test_what_is_never_told_is_given_up() -> None:
    step = looked_up(None, NOW, NOW + LONG, is_certain=True)
    assert step is not None
    assert step.state is HandoverState.FAILED
    assert looked_up(None, NOW, NOW + LONG, is_certain=False) is None


def test_a_whole_call_that_is_refused() -> None:
    assert after_refusal(Refusal.RETRY, 0, 0).state is HandoverState.ASKED  # it may have been done
    throttled = after_refusal(Refusal.WAIT, 45009, 3600)
    assert (throttled.state, throttled.wait) == (HandoverState.PLANNED, timedelta(hours=1))
    assert after_refusal(Refusal.CONFIGURATION, 60020, 0).state is HandoverState.PLANNED
    assert after_refusal(Refusal.FINAL, 40097, 0).state is HandoverState.FAILED
