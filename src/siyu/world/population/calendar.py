"""When people come: the days of a brand's history, some busier than others, and the hours of a day.

A busy day counts for more than a day: chance runs in "turns", of which every day has as many as it is busy, and the calendar
says on which day a turn lies. So a process that is even in turns is lively at week-ends, on special days and in season.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import accumulate

from siyu.kernel.clock import require_aware
from siyu.world.population.chance import Chance, Weighted
from siyu.world.population.playbook_fields import number, numbers


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Which days and hours are busy. All is told, line by line, in the playbook's file."""

    days: int = number(7, 3_650)
    weekdays: tuple[float, ...] = numbers(7, 0.01, 100)
    special_day: int = number(0, 31)
    special_business: float = number(0.01, 100)
    season_swing: float = number(0, 0.99)
    season_peak_day: int = number(1, 366)
    first_hour: int = number(0, 23)
    hours: tuple[float, ...] = numbers(None, 0, 1_000)


class TradingCalendar:
    """The last days before `anchor`, the beginning of a business day in `zone`: as many as the rhythm has, or `days`."""

    def __init__(self, anchor: datetime, zone: tzinfo, rhythm: Rhythm, days: int | None = None) -> None:
        self.anchor = require_aware(anchor)
        self.days = rhythm.days if days is None else days
        self.begins_at = self.anchor - timedelta(days=self.days)
        self._rhythm, self._zone = rhythm, zone
        noon = self.begins_at + timedelta(hours=12)
        business = [business_on((noon + timedelta(days=day)).astimezone(zone), rhythm) for day in range(self.days)]
        self._ends = list(accumulate(business))
        self._hours = Weighted(dict(enumerate(rhythm.hours, rhythm.first_hour)))

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
        hour = chance.pick(self._hours)
        return self.begins_at + timedelta(days=day, hours=hour, seconds=int(chance.share() * 3600))

    def is_special_day(self, day: int) -> bool:
        return self.local_day(day) == self._rhythm.special_day

    def local_day(self, day: int) -> int:
        """The day of the month."""
        return (self.begins_at + timedelta(days=day, hours=12)).astimezone(self._zone).day

    def weekday(self, day: int) -> int:
        """0 for Monday."""
        return (self.begins_at + timedelta(days=day, hours=12)).astimezone(self._zone).weekday()


def business_on(at: datetime, rhythm: Rhythm) -> float:
    """How busy the day of `at` is, by its own clock: so many turns it has."""
    from_peak = at.timetuple().tm_yday - rhythm.season_peak_day
    season = 1 + rhythm.season_swing * math.cos(2 * math.pi * from_peak / 365.25)
    special = rhythm.special_business if at.day == rhythm.special_day else 1.0
    return rhythm.weekdays[at.weekday()] * season * special


def grown_share(share: float, growth: float) -> float:
    """By when that share (0 to 1) of all have come, 0 to 1, where more come from day to day: on the last as many more than on
    the first as `growth` is, of an average day's."""
    first = 1 - growth / 2
    return (math.sqrt(first * first + 2 * growth * share) - first) / growth
