"""Windows at an instant, and when they will have moved past an event. Pure.

A window comes to two bounds in milliseconds, after < t <= upto. What moves are the bounds; an event leaves when `after` reaches
it and enters when `upto` does. `changes` says when, given the earliest event beyond a bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.contracts import HOURS, NEVER_MS, CalendarWindow, Duration, FixedWindow, Window
from siyu.engines.audience.queries import LONG_AGO
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.queries import Parameters

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
_FIRST_YEAR = 1800
"""Columns hold no event before."""
_LAST_YEAR = 9990

Pick = Callable[[int], str]
"""SQL of the event that counts among those after a bound: its time, or NEVER_MS."""


def length_ms(duration: Duration) -> int:
    """A length of time in milliseconds."""
    return duration.amount * HOURS[duration.unit] * HOUR_MS


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant that is asked for, and whose days count."""

    as_of: datetime
    zone: ZoneInfo

    @property
    def ms(self) -> int:
        return milliseconds_of(self.as_of)

    @property
    def today(self) -> date:
        return self.as_of.astimezone(self.zone).date()

    def day_start_ms(self, day: date) -> int:
        """When a day begins here."""
        return milliseconds_of(datetime(day.year, day.month, day.day, tzinfo=self.zone))

    def unit_start_ms(self, unit: str, offset: int) -> int:
        """When the unit of the calendar begins that is `offset` units after the present one."""
        today = self.today
        if unit == "day":
            return self._start_ms(today.toordinal() + offset)
        if unit == "week":
            return self._start_ms(today.toordinal() - today.weekday() + 7 * offset)
        months = {"month": 1, "quarter": 3, "year": 12}[unit]
        number = (today.year * 12 + today.month - 1) // months + offset
        year, month = divmod(number * months, 12)
        if year < _FIRST_YEAR:
            return LONG_AGO
        return self.day_start_ms(date(year, month + 1, 1)) if year < _LAST_YEAR else NEVER_MS

    def _start_ms(self, ordinal: int) -> int:
        return self.day_start_ms(date.fromordinal(ordinal)) if ordinal > _FIRST_YEAR * 366 else LONG_AGO


@dataclass(frozen=True, slots=True)
class Turning:
    """How a calendar window moves: over the event in unit `base` (counted from the present one) at the next turn of `unit`, over
    the one in the unit after it at the turn after that."""

    unit: str
    base: int


@dataclass(frozen=True, slots=True)
class Span:
    """A window at an instant. `leaving` and `entering` say when an event beyond `after`, or beyond `upto`, is reached: so many
    milliseconds after it, or as the calendar turns; None where that bound does not move."""

    moment: Moment
    after_ms: int | None = None
    upto_ms: int | None = None
    leaving: int | Turning | None = None
    entering: int | Turning | None = None

    def within(self, time: str, parameters: Parameters) -> str:
        """SQL of the events in it; nothing where all that have happened are."""
        parts = []
        if self.after_ms is not None:
            parts.append(f"{time} > {parameters.bind(self.after_ms, 'Int64')}")
        if self.upto_ms is not None and self.upto_ms < self.moment.ms:
            parts.append(f"{time} <= {parameters.bind(self.upto_ms, 'Int64')}")
        return " AND ".join(parts)

    @property
    def only_leaves(self) -> bool:
        """Whether time alone can bring nothing in."""
        return self.entering is None

    def changes(self, pick: Pick, parameters: Parameters) -> list[str]:
        """SQL of the instants at which it moves over the events that `pick` finds."""
        found = []
        if self.leaving is not None and self.after_ms is not None:
            found.append(self._change(pick(self.after_ms), self.leaving, parameters))
        if self.entering is not None and self.upto_ms is not None:
            found.append(self._change(pick(self.upto_ms), self.entering, parameters))
        return found

    def changes_ms(self, times_ms: NDArray[np.int64], by: int | Turning) -> NDArray[np.int64]:
        """The same in numbers, for one event each."""
        if isinstance(by, int):
            return times_ms + by
        turns = self._turns(by)
        bounds = np.array([bound for bound, _ in turns], np.int64)
        instants = np.array([*(turn for _, turn in turns), NEVER_MS], np.int64)
        return instants[np.searchsorted(bounds, times_ms, side="right")]

    def _change(self, time: str, by: int | Turning, parameters: Parameters) -> str:
        if isinstance(by, int):
            return f"({time} + {parameters.bind(by, 'Int64')})"
        turns = ", ".join(
            f"{time} < {parameters.bind(bound, 'Int64')}, {parameters.bind(turn, 'Int64')}"
            for bound, turn in self._turns(by)
        )
        return f"multiIf({turns}, {parameters.bind(NEVER_MS, 'Int64')})"

    def _turns(self, by: Turning) -> list[tuple[int, int]]:
        """(an event before this, is not reached before that turn): turns 1, 2, 4, 8 … away, so that who is asked again and again
        while the window comes nearer is asked a few times and not at every turn."""
        reach = -by.base + 1
        found, step = [], 1
        while step <= reach:
            is_last = step * 2 > reach
            bound = NEVER_MS if is_last else self.moment.unit_start_ms(by.unit, by.base + 2 * step - 1)
            found.append((bound, self.moment.unit_start_ms(by.unit, step)))
            step *= 2
        return found


def span_of(window: Window | None, moment: Moment) -> Span:
    """What a window comes to."""
    if window is None:
        return Span(moment)
    if isinstance(window, FixedWindow):
        since = date.fromisoformat(window.since_on) if window.since_on else None
        until = date.fromisoformat(window.until_on) + timedelta(days=1) if window.until_on else None
        return Span(
            moment,
            None if since is None else moment.day_start_ms(since) - 1,
            None if until is None else moment.day_start_ms(until) - 1,
        )
    if isinstance(window, CalendarWindow):
        is_ahead = window.count > window.back
        end = moment.unit_start_ms(window.unit, window.count - window.back) - 1
        return Span(
            moment,
            moment.unit_start_ms(window.unit, -window.back) - 1,
            None if is_ahead else end,
            Turning(window.unit, -window.back),
            None if is_ahead else Turning(window.unit, window.count - window.back),
        )
    most = None if window.most is None else length_ms(window.most)
    least = None if window.least is None else length_ms(window.least)
    return Span(
        moment,
        None if most is None else moment.ms - most,
        None if least is None else moment.ms - least,
        most,
        least,
    )
