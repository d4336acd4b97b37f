"""When a call is tried again and when an endpoint is let be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from siyu.domain.hooks.contracts import ATTEMPTS_MAX, Answered, BadCallError, BadEndpointError, CallRequest
from siyu.domain.hooks.rules import check_call, checked_name, next_try, pause_after
from tests.conftest import START

BUSY = Answered(is_taken=False, is_final=False, told="http_503", milliseconds=5)
REFUSED = Answered(is_taken=False, is_final=True, told="http_400", milliseconds=5)


def test_a_call_is_tried_for_about_a_day_at_growing_distances() -> None:
    now, waits = START, []
    for attempts in range(1, ATTEMPTS_MAX):
        again = next_try(attempts, BUSY, now)
        assert again is not None
        waits.append(again - now)
        now = again
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=10)
    assert timedelta(hours=18) < now - START < timedelta(hours=30)
    assert next_try(ATTEMPTS_MAX, BUSY, now) is None
    assert next_try(1, REFUSED, now) is None


def test_who_says_when_to_come_again_is_listened_to() -> None:
    told = Answered(is_taken=False, is_final=False, told="http_429", milliseconds=5, after_seconds=3600)
    assert next_try(1, told, START) == START + timedelta(hours=1)


def test_an_endpoint_that_fails_again_and_again_is_let_be_for_longer_and_longer() -> None:
    assert [pause_after(failures, START) for failures in range(5)] == [None] * 5
    ends = [pause_after(failures, START) for failures in (5, 6, 7, 12, 500)]
    assert [end - START for end in ends if end] == [
        timedelta(seconds=30),
        timedelta(seconds=60),
        timedelta(seconds=120),
        timedelta(hours=1),
        timedelta(hours=1),
    ]


def test_what_cannot_be_told_is_refused() -> None:
    check_call(CallRequest("k", 1, 1, {"name": "王"}))
    for bad in (
        CallRequest("", 1, 1, {}),
        CallRequest("k", 1, 1, {"": "x"}),
        CallRequest("k", 1, 1, {"name": "x" * 2001}),
        CallRequest("k", 1, 1, {f"f{n}": "" for n in range(51)}),
    ):
        with pytest.raises(BadCallError):
            check_call(bad)
    with pytest.raises(BadEndpointError):
        checked_name(" \n ")
