"""How long to wait before the next attempt. Pure; what spreads the attempts comes out of the message's own key."""

from __future__ import annotations

from datetime import timedelta

from siyu.kernel.ids import derived_id

ATTEMPTS_MAX = 12
"""With these waits about six hours; the time that a channel rests is not counted."""
FIRST_WAIT = timedelta(seconds=30)
WAIT_MAX = timedelta(hours=1)
SPREAD = 0.2

FIRST_REST = timedelta(seconds=1)
REST_MAX = timedelta(minutes=1)


def wait_before_next(message_key: str, attempts: int, asked_for_seconds: float | None = None) -> timedelta:
    """After `attempts` tries: twice as long each time up to a limit, spread by a fifth so that what failed together does
    not come back together; never earlier than the other side asked for."""
    doubled = _doubled(FIRST_WAIT, attempts - 1, WAIT_MAX)
    share = derived_id("spread", message_key, attempts).int / 2**128
    spread = doubled * (1 - SPREAD + 2 * SPREAD * share)
    return max(spread, timedelta(seconds=asked_for_seconds or 0))


def rest_after(failures: int, asked_for_seconds: float | None = None) -> timedelta:
    """How long a channel is left alone that could not be reached `failures` times in a row."""
    doubled = _doubled(FIRST_REST, failures - 1, REST_MAX)
    return max(doubled, timedelta(seconds=asked_for_seconds or 0))


def _doubled(first: timedelta, times: int, limit: timedelta) -> timedelta:
    factor: int = 1 << min(times, 20)
    return min(first * factor, limit)
