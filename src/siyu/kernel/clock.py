"""Where time comes from. Nothing else in Siyu asks the library for the time, so a whole installation can run in simulated time."""

from __future__ import annotations

from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class ScaledClock:
    """Simulated time: it was `begins_at` when it really was `real_from`, and has gone `speed` times as fast since. Processes
    that are told the same three agree to the microsecond, and one that is started again goes on where it would have been."""

    real_from: datetime
    begins_at: datetime
    speed: int = 1
    real: Clock = field(default_factory=SystemClock, compare=False)

    def now(self) -> datetime:
        return self.begins_at + (self.real.now() - self.real_from) * self.speed

    def at_speed(self, speed: int) -> ScaledClock:
        """This clock from now on at another speed: it leaps nowhere, backwards least of all."""
        real_now = self.real.now()
        return ScaledClock(real_now, self.begins_at + (real_now - self.real_from) * self.speed, speed, self.real)

    @property
    def text(self) -> str:
        """What another process has to be told beside the speed."""
        return f"{self.real_from.isoformat()}/{self.begins_at.isoformat()}"

    @classmethod
    def from_text(cls, text: str, speed: int) -> ScaledClock:
        """The clock that somebody told; ValueError where it cannot be understood."""
        real_from, _, begins_at = text.partition("/")
        return cls(
            require_aware(datetime.fromisoformat(real_from)), require_aware(datetime.fromisoformat(begins_at)), speed
        )


def real_span(clock: Clock, span: timedelta) -> timedelta:
    """How long `span` of the machine's own time is on this clock. For leases, time-outs and people at a screen, who do not get
    faster with a clock that does."""
    return span * clock.speed if isinstance(clock, ScaledClock) else span


def require_aware(instant: datetime) -> datetime:
    """The same instant in UTC; ValueError for one without a time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


def milliseconds_of(instant: datetime) -> int:
    """Whole milliseconds since 1970, what is left of one cut off: as the columns keep an instant."""
    return (instant - EPOCH) // timedelta(milliseconds=1)
