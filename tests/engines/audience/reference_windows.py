"""Whether an event lies in a window, found out slowly: by walking over the calendar day by day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from siyu.domain.segments.contracts import CalendarWindow, Duration, FixedWindow, RollingWindow, Window
from tests.engines.audience.histories import Happening


class Asking(Protocol):
    """As of when, and where days begin."""

    @property
    def as_of(self) -> datetime: ...

    @property
    def zone(self) -> ZoneInfo: ...


def length(duration: Duration) -> timedelta:
    return (
        duration.amount
        * {"hour": timedelta(hours=1), "day": timedelta(hours=24), "week": timedelta(hours=168)}[duration.unit]
    )


def periods_ago(unit: str, each: Happening, as_of: datetime) -> int:
    """In which period back from `as_of` it lies: the end of a period belongs to it, its beginning does not."""
    period, size = 0, timedelta(hours=24 if unit == "day" else 168)
    while each.occurred_at <= as_of - (period + 1) * size:
        period += 1
    return period


def is_in(window: Window | None, each: Happening, asked: Asking) -> bool:
    """Whether an event that has happened lies in the window."""
    if window is None:
        return True
    if isinstance(window, RollingWindow):
        ago = asked.as_of - each.occurred_at
        return (window.most is None or ago < length(window.most)) and (
            window.least is None or ago >= length(window.least)
        )
    day = each.occurred_at.astimezone(asked.zone).date()
    if isinstance(window, FixedWindow):
        return (window.since_on or "0001-01-01") <= day.isoformat() <= (window.until_on or "9999-12-31")
    return 0 <= window.back - _units_between(window, day, asked.as_of.astimezone(asked.zone).date()) < window.count


def _units_between(window: CalendarWindow, day: date, today: date) -> int:
    """How many times a unit begins after the one day up to the other."""
    if day > today:
        return -_units_between(window, today, day)
    begun = 0
    while day < today:
        day += timedelta(days=1)
        begun += _begins(window.unit, day)
    return begun


def _begins(unit: str, day: date) -> bool:
    return {
        "day": True,
        "week": day.weekday() == 0,
        "month": day.day == 1,
        "quarter": day.day == 1 and day.month in {1, 4, 7, 10},
        "year": day.day == 1 and day.month == 1,
    }[unit]
