"""Yearly returns of a day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from siyu.domain.segments.contracts import NEVER_MS, AnniversaryCondition
from siyu.engines.audience.spans import Moment
from siyu.platform.columns.queries import Parameters

_A_LEAP_YEAR = 2000
_NO_YEAR = 0
_ALL_DAYS = [f"{day:%m-%d}" for day in (date(_A_LEAP_YEAR, 1, 1) + timedelta(days=number) for number in range(366))]
"""The days of a year, like 02-29."""


@dataclass(frozen=True, slots=True)
class Returns:
    """Which days return from so many to so many days from today."""

    leaf: AnniversaryCondition
    moment: Moment
    parameters: Parameters

    def holds(self, month_and_day: str, year: str) -> str:
        """SQL for a day given by SQL: a text like 05-20, and its year, of which the first return is one after."""
        by_year: dict[int, list[str]] = {}
        for day in self._days():
            by_year.setdefault(day.year, []).extend(_returning(day))
        return (
            "("
            + " OR ".join(
                f"({month_and_day} IN {self.parameters.bind(days, 'Array(String)')}"
                f" AND {year} < {self.parameters.bind(number, 'Int64')})"
                for number, days in by_year.items()
            )
            + ")"
        )

    def due(self, month_and_day: str) -> str:
        """SQL of when that next begins or ends to hold, whatever the year: of two returns of one day at most one is ever in reach,
        since they are 365 days apart and reach is at most 361."""
        changes = self._changes()
        days = self.parameters.bind(list(changes), "Array(String)")
        instants = self.parameters.bind(list(changes.values()), "Array(Int64)")
        return f"transform({month_and_day}, {days}, {instants}, {self.parameters.bind(NEVER_MS, 'Int64')})"

    def _days(self, later: int = 0) -> list[date]:
        today = self.moment.today + timedelta(days=later)
        return [today + timedelta(days=number) for number in range(self.leaf.from_days, self.leaf.to_days + 1)]

    def _changes(self) -> dict[str, int]:
        """When each day of the year next changes sides. A return on day r is in reach from r - to_days on and no more after
        r - from_days."""
        today = self.moment.today
        found: dict[str, date] = {}
        for number in range(-181, 400 + 181):
            returned = today + timedelta(days=number)
            begins = returned - timedelta(days=self.leaf.to_days)
            ends = returned - timedelta(days=self.leaf.from_days - 1)
            for change in (begins, ends):
                if change > today:
                    for day in _returning(returned):
                        found[day] = min(found.get(day, change), change)
        return {day: self.moment.day_start_ms(found[day]) for day in _ALL_DAYS if day in found}


def _returning(day: date) -> list[str]:
    """The days that return on this one."""
    own = f"{day:%m-%d}"
    is_short = day.month == 2 and day.day == 28 and (day + timedelta(days=1)).month == 3
    return [own, "02-29"] if is_short else [own]


def day_parts(text: str) -> tuple[str, str]:
    """SQL of the month and day, and of the year, of a text like "1990-05-20…" or "05-20" (of no year, and so before all); of no day
    at all for anything else."""
    is_whole = f"match({text}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
    is_short = f"match({text}, '^[0-9]{{2}}-[0-9]{{2}}$')"
    month_and_day = f"ifNull(multiIf({is_whole}, substring({text}, 6, 5), {is_short}, {text}, ''), '')"
    year = f"if(ifNull({is_whole}, 0), toInt64OrZero(ifNull(substring({text}, 1, 4), '')), {_NO_YEAR})"
    return month_and_day, year
