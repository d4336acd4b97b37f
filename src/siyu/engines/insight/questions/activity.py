"""Lifecycle and stickiness: in which periods customers were active. Each is a row with a bit for each period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.metrics.contracts import Lifecycle, Stickiness
from siyu.engines.insight.questions.asking import TIME, Asking, Marks, events_of, matching, named
from siyu.engines.insight.terms.periods import Periods, lengthened, periods_of
from siyu.engines.insight.terms.whom import Ids
from siyu.platform.columns.queries import Parameters

Life = Literal["new", "returning", "resurrecting", "dormant"]
LIVES: tuple[Life, ...] = ("new", "returning", "resurrecting", "dormant")


@dataclass(frozen=True, slots=True)
class LifePeriod:
    """`active` = new + returning + resurrecting; returning + dormant are those active in the period before."""

    starts_on: date
    new: int
    returning: int
    resurrecting: int
    dormant: int
    is_open: bool

    @property
    def active(self) -> int:
        return self.new + self.returning + self.resurrecting


@dataclass(frozen=True, slots=True)
class StickyDay:
    """How many were active on a day, and in the days that end with it."""

    day: date
    active: int
    active_of_days: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class StickinessAnswer:
    """`days_active[n]`: who was active on n + 1 of the last days of the period."""

    days: Sequence[StickyDay]
    days_active: Sequence[int]


def lifecycle(asking: Asking, question: Lifecycle) -> list[LifePeriod]:
    """The four kinds of customers in each period."""
    periods = periods_of(question.period, question.grain, asking.as_of, asking.zone)
    parameters = Parameters()
    begun = [n for n in range(len(periods)) if periods.has_begun(n)]
    if not begun:
        return []
    counted = [f"countIf({_life(kind, n)})" for n in begun for kind in LIVES]
    ((*found,),) = asking.rows(
        parameters,
        f"SELECT {', '.join(counted)} FROM ({_lives(asking, question, periods, parameters)})",  # noqa: S608 - our own words
    )
    told = [found[4 * place : 4 * place + 4] for place in range(len(begun))]
    return [
        LifePeriod(periods.days[n], new, returning, resurrecting, dormant, periods.is_partial(n))
        for n, (new, returning, resurrecting, dormant) in zip(begun, told, strict=True)
    ]


def lifecycle_people(asking: Asking, question: Lifecycle, starts_on: date, kind: Life) -> Ids:
    """The customers of a kind in a period, ascending."""
    periods = periods_of(question.period, question.grain, asking.as_of, asking.zone)
    parameters = Parameters()
    holds = _life(kind, periods.days.index(starts_on)) if starts_on in periods.days else "0"
    return asking.people(parameters, _lives(asking, question, periods, parameters), holds)


def _lives(asking: Asking, question: Lifecycle, periods: Periods, parameters: Parameters) -> str:
    """SQL: `customer_id`, `first` (the bit of the period of the first such event ever, -1 before all), and the bits: bit 0 is the
    period before the first one."""
    wide = lengthened(periods, 1, 0, asking.zone)
    return _marked(asking, question.events, wide, parameters)


def _marked(asking: Asking, chosen: Sequence[EventMatch], wide: Periods, parameters: Parameters) -> str:
    last = parameters.bind(min(wide.end_ms - 1, asking.as_of_ms), "Int64")
    where = (
        f"{named(chosen, parameters)} AND {matching(chosen, parameters)}"
        f" AND occurred_at <= fromUnixTimestamp64Milli({last}, 'UTC')"
    )
    rows = events_of(asking.whom, where, parameters, f"{TIME} AS t")
    start = parameters.bind(wide.start_ms, "Int64")
    number = wide.number("t", parameters)
    marks = Marks(len(wide)).columns(f"if(t >= {start}, {number}, 0)", f"t >= {start}")
    first = f"if(min(t) < {start}, toInt32(-1), toInt32({wide.number('min(t)', parameters)}))"
    return f"SELECT customer_id, {first} AS first, {', '.join(marks)} FROM ({rows}) GROUP BY customer_id"  # noqa: S608


def _life(kind: Life, n: int) -> str:
    """SQL of whether somebody is of a kind in period n; its bit is n + 1."""
    marks = Marks(n + 2)
    now, before = marks.any(n + 1, n + 1), marks.any(n, n)
    return {
        "new": f"{now} AND first = {n + 1}",
        "returning": f"{now} AND {before}",
        "resurrecting": f"{now} AND NOT {before} AND first < {n + 1}",
        "dormant": f"{before} AND NOT {now}",
    }[kind]


def stickiness(asking: Asking, question: Stickiness) -> StickinessAnswer:
    """Of each day who was active, and of how many."""
    parameters = Parameters()
    periods, wide = _days(asking, question)
    size = question.of_days
    begun = [n for n in range(len(periods)) if periods.has_begun(n)]
    marks = Marks(len(wide))
    counted = [
        part
        for n in begun
        for part in (
            f"countIf({marks.any(n + size - 1, n + size - 1)})",
            f"countIf({marks.any(n, n + size - 1)})",
        )
    ]
    last = begun[-1] if begun else 0
    times = f"sumMapIf([{marks.count(last, last + size - 1)}], [toUInt64(1)], {marks.any(last, last + size - 1)})"
    ((*found, bars),) = asking.rows(
        parameters,
        f"SELECT {', '.join([*counted, times])} FROM ({_marked(asking, question.events, wide, parameters)})",  # noqa: S608
    )
    by_days = dict(zip(bars[0], bars[1], strict=True))
    return StickinessAnswer(
        [StickyDay(periods.days[n], found[2 * n], found[2 * n + 1], periods.is_partial(n)) for n in begun],
        [int(by_days.get(n + 1, 0)) for n in range(size)],
    )


def stickiness_people(asking: Asking, question: Stickiness, days: int | None, day: date | None) -> Ids:
    """Who was active on so many of the last days, or who was active on a day, ascending."""
    parameters = Parameters()
    periods, wide = _days(asking, question)
    size, marks = question.of_days, Marks(len(wide))
    begun = [n for n in range(len(periods)) if periods.has_begun(n)]
    holds = []
    if days is not None:
        last = begun[-1] if begun else 0
        holds.append(f"{marks.count(last, last + size - 1)} = {days}")
    if day is not None:
        n = periods.days.index(day) + size - 1 if day in periods.days else -1
        holds.append(marks.any(n, n) if n >= 0 else "0")
    per_customer = _marked(asking, question.events, wide, parameters)
    return asking.people(parameters, per_customer, " AND ".join(holds) or "0")


def _days(asking: Asking, question: Stickiness) -> tuple[Periods, Periods]:
    """The days, and with those before that the first of them looks back to."""
    periods = periods_of(question.period, "day", asking.as_of, asking.zone)
    return periods, lengthened(periods, question.of_days - 1, 0, asking.zone)
