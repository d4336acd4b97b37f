"""Where time comes from. Nothing else in Siyu asks the library for the time, so a whole installation can run in simulated time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Tells the present instant, always aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is told to move; for tests and rehearsal."""

    def __init__(self, now: datetime) -> None:
        self._now = require_aware(now)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by

    def set(self, now: datetime) -> None:
        self._now = require_aware(now)


def require_aware(instant: datetime) -> datetime:
    """The same instant in UTC; ValueError for one without a time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


def milliseconds_of(instant: datetime) -> int:
    """Whole milliseconds since 1970, what is left of one cut off: as the columns keep an instant."""
    return (instant - EPOCH) // timedelta(milliseconds=1)
