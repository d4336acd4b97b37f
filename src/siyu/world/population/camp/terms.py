"""Terms of the camp: one begins every Monday, for whoever paid by Sunday evening; each has classes, each class a teacher.

A term is known by its Monday ("2026-06-01"). How many classes it has depends on how many are expected, which the population's
size tells; in which class somebody is, their number does. So nobody has to know of all the others.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta, tzinfo

from siyu.world.population.calendar import TradingCalendar
from siyu.world.population.camp.brand import CLASS_TEACHERS
from siyu.world.population.camp.rules import CampRules
from siyu.world.population.people import lot

CLOSES_AT = time(20)
"""Of the Sunday before."""
_WEEK = timedelta(days=7)
_CLASS = 11


def term_for(at: datetime, zone: tzinfo) -> date:
    """The Monday on which somebody begins who pays then."""
    local = at.astimezone(zone)
    monday = local.date() + timedelta(days=7 - local.weekday())
    return monday + _WEEK if local.weekday() == 6 and local.time() >= CLOSES_AT else monday


def opens_at(term: date, zone: tzinfo) -> datetime:
    """From when on somebody begins with that term who pays: the one before it closes then."""
    return datetime.combine(term - _WEEK - timedelta(days=1), CLOSES_AT, zone)


def begins_at(term: date, zone: tzinfo) -> datetime:
    """Midnight of the term's Monday."""
    return datetime.combine(term, time(), zone)


def teacher_of_class(term: date, class_number: int) -> int:
    """Which of the teachers has that class (from 1) of the term: a place in `brand.CLASS_TEACHERS`."""
    return (term.toordinal() // 7 * 3 + class_number - 1) % len(CLASS_TEACHERS)


class Terms:
    """The terms of a population of so many, of whom as many pay as the rules say."""

    def __init__(self, seed: int, customers: int, calendar: TradingCalendar, zone: tzinfo, rules: CampRules) -> None:
        self._seed, self._customers, self._calendar = seed, customers, calendar
        self._zone, self._rules = zone, rules
        self._classes: dict[date, int] = {}

    def term_for(self, at: datetime) -> date:
        """The Monday on which somebody begins who pays then."""
        return term_for(at, self._zone)

    def begins_at(self, term: date) -> datetime:
        """Midnight of the term's Monday."""
        return begins_at(term, self._zone)

    def starts_at(self, term: date) -> datetime:
        """The same, in UTC, as the calendar counts days."""
        day = timedelta(days=1)
        return self._calendar.begins_at + round((self.begins_at(term) - self._calendar.begins_at) / day) * day

    @property
    def all(self) -> tuple[date, ...]:
        """Every term that somebody may have begun, or is waiting for, at the anchor; the earliest first."""
        first = term_for(self._calendar.begins_at, self._zone)
        last = term_for(self._calendar.anchor - timedelta(seconds=1), self._zone)
        return tuple(first + week * _WEEK for week in range((last - first) // _WEEK + 1))

    def classes(self, term: date) -> int:
        """How many classes a term has."""
        if term not in self._classes:
            self._classes[term] = self._count_classes(term)
        return self._classes[term]

    def class_of(self, term: date, number: int) -> int:
        """The class, from 1, of person `number` in that term."""
        return 1 + int(lot(self._seed, number, _CLASS, term.toordinal()) * self.classes(term))

    def _count_classes(self, term: date) -> int:
        closes = datetime.combine(term - timedelta(days=1), CLOSES_AT, self._zone)
        came = self._came_by(closes) - self._came_by(closes - _WEEK)
        return max(1, math.ceil(came * self._customers * self._rules.funnel.pays / self._rules.class_people_mean))

    def _came_by(self, at: datetime) -> float:
        """How many of all, 0 to 1, have come by then; after the anchor as many go on coming as on the last day."""
        days = (at - self._calendar.begins_at) / timedelta(days=1)
        whole = min(max(days, 0.0), float(self._calendar.days))
        return (
            _grown(whole / self._calendar.days, self._rules.arrivals.growth)
            + max(0.0, days - whole) / self._calendar.days
        )


def _grown(share: float, growth: float) -> float:
    """How many have come by that share of the time; `calendar.grown_share` the other way round."""
    return (1 - growth / 2) * share + growth * share * share / 2
