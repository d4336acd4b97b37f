"""How long is waited."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from siyu.engines.reach.backoff import ATTEMPTS_MAX, rest_after, wait_before_next


@given(st.text(max_size=20), st.integers(1, 1000))
def test_waits_grow_and_are_bounded(key: str, attempts: int) -> None:
    wait = wait_before_next(key, attempts)
    expected = min(timedelta(seconds=30) * 2 ** min(attempts - 1, 10), timedelta(hours=1))
    assert expected * 0.8 <= wait <= expected * 1.2
    assert wait == wait_before_next(key, attempts)


def test_what_failed_together_comes_back_apart() -> None:
    waits = [wait_before_next(f"journey:{n}:0", 3) for n in range(200)]
    assert max(waits) - min(waits) > timedelta(seconds=120) * 0.3


def test_the_other_side_may_ask_for_longer() -> None:
    assert wait_before_next("a", 1, 600) == timedelta(seconds=600)
    assert wait_before_next("a", 1, 1) >= timedelta(seconds=24)
    assert rest_after(1, 90) == timedelta(seconds=90)


def test_all_attempts_together_last_some_hours() -> None:
    total = sum((wait_before_next("a", n) for n in range(1, ATTEMPTS_MAX)), timedelta())
    assert timedelta(hours=4) < total < timedelta(hours=8)


def test_a_channel_rests_longer_each_time_and_a_minute_at_most() -> None:
    assert [rest_after(n).total_seconds() for n in (1, 2, 3, 7, 1000)] == [1, 2, 4, 60, 60]
