"""When people come: the days of the brand's history, some busier than others, and the hours of a day.

A busy day counts for more than a day: chance runs in "turns", of which every day has as many as it is busy, and the calendar
says on which day a turn lies. So a process that is even in turns is lively at week-ends, on member days and in summer.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from datetime import datetime, timedelta, tzinfo
from itertools import accumulate

from siyu.kernel.clock import require_aware
from siyu.world.brand import MEMBER_DAY
from siyu.world.chance import Chance, Weighted

HISTORY_DAYS = 548
"""Eighteen months."""

_WEEKDAYS = (0.86, 0.84, 0.9, 0.95, 1.12, 1.22, 1.11)
_MEMBER_DAY_BUSINESS = 2.1
_SUMMER_SWING = 0.17
_HOTTEST_DAY = 205
_HOURS = Weighted(
    {
        hour: float(weight)
        for hour, weight in zip(range(7, 23), (2, 4, 4, 5, 7, 9, 8, 10, 11, 9, 7, 6, 7, 7, 5, 3), strict=True)
    }
)


class TradingCalendar:
    """The last HISTORY_DAYS days before `anchor`, the beginning of a business day in `zone`."""

    def __init__(self, anchor: datetime, zone: tzinfo, days: int = HISTORY_DAYS) -> None:
        self.anchor = require_aware(anchor)
        self.days = days
        self.begins_at = self.anchor - timedelta(days=days)
        noon = self.begins_at + timedelta(hours=12)
        business = [_business((noon + timedelta(days=day)).astimezone(zone)) for day in range(days)]
        self._ends = list(accumulate(business))
        self._zone = zone

    @property
    def turns(self) -> float:
        """How many turns there are in all."""
        return self._ends[-1]

    def day_of(self, turn: float) -> int:
        """The day (0 for the first) on which a turn lies."""
        return min(bisect_right(self._ends, turn), self.days - 1)

    def turn_of(self, day: int) -> float:
        """The first turn of a day."""
        return self._ends[day - 1] if day > 0 else 0.0

    def moment(self, day: int, chance: Chance) -> datetime:
        """A moment at which people come, on that day."""
        hour = chance.pick(_HOURS)
        return self.begins_at + timedelta(days=day, hours=hour, seconds=int(chance.share() * 3600))

    def is_member_day(self, day: int) -> bool:
        return self.local_day(day) == MEMBER_DAY

    def local_day(self, day: int) -> int:
        """The day of the month."""
        return (self.begins_at + timedelta(days=day, hours=12)).astimezone(self._zone).day


def _business(noon: datetime) -> float:
    summer = 1 + _SUMMER_SWING * math.cos(2 * math.pi * (noon.timetuple().tm_yday - _HOTTEST_DAY) / 365.25)
    member = _MEMBER_DAY_BUSINESS if noon.day == MEMBER_DAY else 1.0
    return _WEEKDAYS[noon.weekday()] * summer * member
