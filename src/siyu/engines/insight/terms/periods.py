"""Periods of the business calendar: where each begins and ends, and the SQL that finds the period of an instant. Pure.

All of it is reckoned here, in Python's own calendar, and the columns only compare milliseconds: so a zone with summer time, or
one that changes its mind, needs nothing of the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from siyu.domain.metrics.contracts import BetweenDays, LastPeriods
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.queries import Parameters

Unit = Literal["day", "week", "month"]
NOWHERE = 65_535
"""The number of what lies in no period."""


def day_start_ms(day: date, zone: ZoneInfo) -> int:
    """When a day begins in a zone."""
    return milliseconds_of(datetime(day.year, day.month, day.day, tzinfo=zone))


def start_of(day: date, unit: Unit) -> date:
    """The first day of the period that a day is in."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def moved(start: date, unit: Unit, by: int) -> date:
    """The first day of the period that is `by` periods later than the one beginning on `start`."""
    if unit == "month":
        year, month = divmod(start.year * 12 + start.month - 1 + by, 12)
        return date(year, month + 1, 1)
    return start + timedelta(days=by * (7 if unit == "week" else 1))


@dataclass(frozen=True, slots=True)
class Periods:
    """Whole periods, one after the other: period n lies from `bounds_ms[n]` up to before `bounds_ms[n + 1]`; `days` are their first
    days. The last ones may not be over yet, or may not have begun, at `as_of_ms`."""

    unit: Unit
    days: Sequence[date]
    bounds_ms: Sequence[int]
    as_of_ms: int

    @property
    def start_ms(self) -> int:
        return self.bounds_ms[0]

    @property
    def end_ms(self) -> int:
        """The first instant after all of them."""
        return self.bounds_ms[-1]

    def __len__(self) -> int:
        return len(self.days)

    def is_partial(self, number: int) -> bool:
        """Whether it is not over yet."""
        return self.bounds_ms[number + 1] > self.as_of_ms + 1

    def has_begun(self, number: int) -> bool:
        return self.bounds_ms[number] <= self.as_of_ms

    def within(self, time: str, parameters: Parameters) -> str:
        """SQL of the instants (in milliseconds) in any of them that have come."""
        last = min(self.end_ms - 1, self.as_of_ms)
        return f"({time} >= {parameters.bind(self.start_ms, 'Int64')} AND {time} <= {parameters.bind(last, 'Int64')})"

    def occurred(self, parameters: Parameters, column: str = "occurred_at") -> str:
        """The same of the column itself, which lets the engine pass over what lies elsewhere."""
        last = min(self.end_ms - 1, self.as_of_ms)
        return occurred_between(parameters, self.start_ms, last, column)

    def number(self, time: str, parameters: Parameters) -> str:
        """SQL of the number of the period of an instant that lies in one of them."""
        width = self._width
        if width is not None:
            start = parameters.bind(self.start_ms, "Int64")
            return f"toUInt16(intDiv({time} - {start}, {parameters.bind(width, 'Int64')}))"
        bounds = parameters.bind(list(self.bounds_ms[:-1]), "Array(Int64)")
        return f"toUInt16(indexOf({bounds}, roundDown({time}, {bounds})) - 1)"

    @property
    def _width(self) -> int | None:
        widths = {after - before for before, after in zip(self.bounds_ms, self.bounds_ms[1:], strict=False)}
        return widths.pop() if len(widths) == 1 else None


def occurred_between(parameters: Parameters, first_ms: int, last_ms: int, column: str = "occurred_at") -> str:
    """SQL of events from one instant to another, both included."""
    first = f"fromUnixTimestamp64Milli({parameters.bind(first_ms, 'Int64')}, 'UTC')"
    last = f"fromUnixTimestamp64Milli({parameters.bind(last_ms, 'Int64')}, 'UTC')"
    return f"({column} >= {first} AND {column} <= {last})"


def periods_of(period: LastPeriods | BetweenDays, unit: Unit, as_of: datetime, zone: ZoneInfo) -> Periods:
    """The periods of a unit that a question is about. The first and the last are whole ones, even where the days that were asked
    for begin or end within them."""
    today = as_of.astimezone(zone).date()
    if isinstance(period, LastPeriods):
        first = moved(start_of(today, period.unit), period.unit, 1 - period.amount)
        until = today
    else:
        first, until = date.fromisoformat(period.since_on), date.fromisoformat(period.until_on)
    return between(first, until, unit, as_of, zone)


def between(first: date, last: date, unit: Unit, as_of: datetime, zone: ZoneInfo) -> Periods:
    """The periods from that of one day to that of another."""
    days = [start_of(first, unit)]
    while (following := moved(days[-1], unit, 1)) <= last:
        days.append(following)
    bounds = [day_start_ms(day, zone) for day in (*days, moved(days[-1], unit, 1))]
    return Periods(unit, tuple(days), tuple(bounds), milliseconds_of(as_of))


def lengthened(periods: Periods, before: int, after: int, zone: ZoneInfo) -> Periods:
    """With so many more periods before and after."""
    days = [moved(periods.days[0], periods.unit, n) for n in range(-before, 0)]
    days += [*periods.days, *(moved(periods.days[-1], periods.unit, n + 1) for n in range(after))]
    bounds = [day_start_ms(day, zone) for day in (*days, moved(days[-1], periods.unit, 1))]
    return Periods(periods.unit, tuple(days), tuple(bounds), periods.as_of_ms)
