"""Funnels: how far customers came, in which time, and where they were lost.

One row for each customer who began: the place of their first event of step 1 in the period is `k1`, and the events of each
other step stand in an array of places; `k2`, `k3` … are the first in them after the step before, within the window of `k1`.
Arrays are of no order: each is gone through once for the least place after a bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.metrics.contracts import Funnel
from siyu.engines.insight.questions.asking import ORDER, Asking, events_of, matching, named, place_after, time_of
from siyu.engines.insight.terms.breakdowns import Group, Groups, found_groups
from siyu.engines.insight.terms.periods import Periods, occurred_between, periods_of
from siyu.engines.insight.terms.whom import Ids
from siyu.platform.columns.queries import Parameters

HISTOGRAM_MS = tuple(
    minutes * 60_000
    for minutes in (0, 1, 5, 15, 30, 60, 180, 360, 720, 1440, 2880, 4320, 10_080, 20_160, 43_200, 86_400, 129_600)
)
"""Where the bars of the histogram begin: 0, 1 minute … 1 hour … 1 day, 2, 3, 7, 14, 30, 60, 90 days."""
_NEVER = "CAST(0, 'UInt128')"


@dataclass(frozen=True, slots=True)
class Times:
    """How long it took from one step to the next, in milliseconds; `bars`: {beginning of the bar: customers}."""

    quarter_ms: int
    median_ms: int
    three_quarters_ms: int
    bars: dict[int, int]


@dataclass(frozen=True, slots=True)
class FunnelPart:
    """How many of a group came to each step."""

    group: Group
    reached: Sequence[int]


@dataclass(frozen=True, slots=True)
class FunnelDay:
    """How many of those who began in a period came to each step; `is_open` where some of them still have time."""

    starts_on: date
    reached: Sequence[int]
    is_open: bool


@dataclass(frozen=True, slots=True)
class FunnelAnswer:
    """`reached[n]`: who came to step n + 1. `times[n]`: from step n + 1 to the next, None where nobody did; `whole`: from the first
    to the last."""

    reached: Sequence[int]
    times: Sequence[Times | None]
    whole: Times | None
    parts: Sequence[FunnelPart]
    days: Sequence[FunnelDay]


@dataclass(frozen=True, slots=True)
class FunnelPeople:
    """Whom of a funnel to name: who came to step `step` (from 1), or no further (`dropped`); of one group, of one period."""

    step: int
    dropped: bool = False
    group: Group | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    funnel: Funnel
    asking: Asking
    periods: Periods
    parameters: Parameters
    groups: Groups | None

    @property
    def size(self) -> int:
        return len(self.funnel.steps)

    def per_customer(self) -> str:
        """SQL: `customer_id`, the places `k1` … (0 for a step that was not reached), `period`, `slot`."""
        found = self._places() if self.funnel.order == "any" else self._chain()
        period = self.periods.number(time_of("k1"), self.parameters)
        kept = ", ".join(f"k{n + 1}" for n in range(self.size))
        own = ", slot" if self.groups is not None and self.groups.is_of_events else ""
        sql = f"SELECT customer_id, {kept}, {period} AS period{own} FROM ({found})"  # noqa: S608 - our own words
        if self.groups is None or self.groups.is_of_events:
            return sql
        looked_up = self.groups.of_customers(self.parameters, self.asking.whom)
        return f"SELECT f.*, g.slot AS slot FROM ({sql}) AS f LEFT JOIN ({looked_up}) AS g USING (customer_id)"  # noqa: S608

    def _events(self, *columns: str) -> str:
        own = [each for step in self.funnel.steps for each in (*step.events, *step.without)]
        last_ms = min(self.periods.end_ms - 1 + self.funnel.window.ms, self.asking.as_of_ms)
        where = f"{named(own, self.parameters)} AND {occurred_between(self.parameters, self.periods.start_ms, last_ms)}"
        slot = self.groups.of_event(self.parameters) if self.groups is not None and self.groups.is_of_events else ""
        return events_of(
            self.asking.whom, where, self.parameters, f"{ORDER} AS k", *columns, *([f"{slot} AS part"] if slot else [])
        )

    def _matches(self, events: Sequence[EventMatch]) -> str:
        return matching(events, self.parameters)

    def _grouped(self, begins: str, arrays: Sequence[str]) -> str:
        inside = self.periods.within(time_of("k"), self.parameters)
        columns = [f"minIf(k, {begins} AND {inside}) AS k1", *arrays]
        if self.groups is not None and self.groups.is_of_events:
            columns.append(f"argMinIf(part, k, {begins} AND {inside}) AS slot")
        return ", ".join(columns)

    def _chain(self) -> str:
        steps = self.funnel.steps
        flags = [f"{self._matches(step.events)} AS s{n + 1}" for n, step in enumerate(steps)]
        flags += [f"{self._matches(step.without)} AS x{n + 1}" for n, step in enumerate(steps) if step.without]
        arrays = [f"groupArrayIf(k, s{n + 1}) AS a{n + 1}" for n in range(1, self.size)]
        arrays += [f"groupArrayIf(k, x{n + 1}) AS b{n + 1}" for n, step in enumerate(steps) if step.without]
        if self.funnel.order == "strict":
            anyone = " OR ".join(f"s{n + 1}" for n in range(self.size))
            arrays.append(f"groupArrayIf(k, {anyone}) AS every")
        sql = (
            f"SELECT customer_id, {self._grouped('s1', arrays)} FROM ({self._events(*flags)})"  # noqa: S608
            " GROUP BY customer_id HAVING k1 != 0"
        )
        limit = place_after(f"{time_of('k1')} + {self.parameters.bind(self.funnel.window.ms, 'Int64')}")
        sql = f"SELECT *, {limit} AS bound FROM ({sql})"  # noqa: S608
        for n in range(2, self.size + 1):
            sql = f"SELECT *, {self._following(n)} AS k{n} FROM ({sql})"  # noqa: S608
        return sql

    def _following(self, n: int) -> str:
        """SQL of the place of step n: the first one after the step before; 0 where it was not reached."""
        before = f"k{n - 1}"
        found = f"arrayMin(arrayFilter(x -> x > {before} AND x < bound, a{n}))"
        holds = [f"{before} != 0"]
        if self.funnel.order == "strict":
            holds.append(f"{found} = arrayMin(arrayFilter(x -> x > {before}, every))")
        if self.funnel.steps[n - 1].without:
            holds.append(f"NOT arrayExists(x -> x > {before} AND x < {found}, b{n})")
        return f"if({' AND '.join(holds)}, {found}, {_NEVER})"

    def _places(self) -> str:
        """In any order: the first event of any step begins; then each step's first, in the order in which they came."""
        flags = [f"{self._matches(step.events)} AS s{n + 1}" for n, step in enumerate(self.funnel.steps)]
        arrays = [f"groupArrayIf(k, s{n + 1}) AS a{n + 1}" for n in range(self.size)]
        anyone = "(" + " OR ".join(f"s{n + 1}" for n in range(self.size)) + ")"
        sql = (
            f"SELECT customer_id, {self._grouped(anyone, arrays)} FROM ({self._events(*flags)})"  # noqa: S608
            " GROUP BY customer_id HAVING k1 != 0"
        )
        limit = place_after(f"{time_of('k1')} + {self.parameters.bind(self.funnel.window.ms, 'Int64')}")
        firsts = ", ".join(f"arrayMin(arrayFilter(x -> x >= k1 AND x < {limit}, a{n + 1}))" for n in range(self.size))
        ordered = (
            f"SELECT *, arrayResize(arraySort(arrayFilter(x -> x != 0, [{firsts}])), {self.size}) AS came FROM ({sql})"  # noqa: S608
        )
        places = ", ".join(f"came[{n}] AS k{n}" for n in range(2, self.size + 1))
        slot = ", slot" if self.groups is not None and self.groups.is_of_events else ""
        return f"SELECT customer_id, k1, {places}{slot} FROM ({ordered})"  # noqa: S608

    def took(self, before: int, after: int) -> str:
        return f"({time_of(f'k{after}')} - {time_of(f'k{before}')})"


def funnel(asking: Asking, question: Funnel) -> FunnelAnswer:
    """The numbers of a funnel."""
    with _run(asking, question) as run:
        reached = [f"countIf(k{n + 1} != 0)" for n in range(run.size)]
        pairs = [*((n, n + 1) for n in range(1, run.size)), (1, run.size)]
        times = [part for before, after in pairs for part in _times(run, before, after)]
        sets = "(), (period)" if run.groups is None else "(), (period), (slot)"
        kind = "grouping(period)" if run.groups is None else "grouping(period) + 2 * grouping(slot)"
        slot = "toUInt8(0)" if run.groups is None else "slot"
        sql = (
            f"SELECT {kind} AS kind, period, {slot}, {', '.join(reached)}, {', '.join(times)}"  # noqa: S608 - our own words
            f" FROM ({run.per_customer()}) GROUP BY GROUPING SETS ({sets})"
        )
        answer = _answer(run, asking.rows(run.parameters, sql))
        if run.groups is None or not run.groups.is_several:
            return answer
    return replace(funnel(asking, replace(question, breakdown=None)), parts=answer.parts)


def funnel_people(asking: Asking, question: Funnel, whom: FunnelPeople) -> Ids:
    """The customers of a step, ascending."""
    with _run(asking, question) as run:
        holds = [f"k{whom.step} != 0"]
        if whom.dropped and whom.step < run.size:
            holds.append(f"k{whom.step + 1} = 0")
        if whom.starts_on is not None:
            number = list(run.periods.days).index(whom.starts_on) if whom.starts_on in run.periods.days else -1
            holds.append(f"period = {number}")
        if whom.group is not None:
            holds.append("0" if run.groups is None else f"slot = {run.groups.slot(whom.group)}")
        return asking.people(run.parameters, run.per_customer(), " AND ".join(holds))


@contextmanager
def _run(asking: Asking, question: Funnel) -> Iterator[_Run]:
    periods = periods_of(question.period, question.grain, asking.as_of, asking.zone)
    parameters = Parameters()
    if question.breakdown is None:
        yield _Run(question, asking, periods, parameters, None)
        return
    own = Parameters()
    begin = question.steps[0].events
    if question.order == "any":
        begin = tuple(each for step in question.steps for each in step.events)
    where = f"{named(begin, own)} AND {matching(begin, own)} AND {periods.occurred(own)}"
    with found_groups(
        asking.columns, question.breakdown, asking.whom, where, own, ids=asking.part_ids, members=asking.members
    ) as groups:
        yield _Run(question, asking, periods, parameters, groups)


def _times(run: _Run, before: int, after: int) -> list[str]:
    took, there = run.took(before, after), f"k{after} != 0"
    bars = run.parameters.bind(list(HISTOGRAM_MS), "Array(Int64)")
    return [
        f"quantilesExactIf(0.25, 0.5, 0.75)({took}, {there})",
        f"sumMapIf([roundDown({took}, {bars})], [toUInt64(1)], {there})",
    ]


def _answer(run: _Run, rows: Sequence[tuple[Any, ...]]) -> FunnelAnswer:
    size, window = run.size, run.funnel.window.ms
    whole: tuple[Any, ...] = next((row for row in rows if row[0] == (1 if run.groups is None else 3)), ())
    reached = whole[3 : 3 + size] if whole else (0,) * size
    times = [
        _told(reached[n + 1], *whole[3 + size + 2 * n : 5 + size + 2 * n]) if whole else None for n in range(size - 1)
    ]
    last = _told(reached[-1], *whole[3 + 3 * size - 2 : 3 + 3 * size]) if whole else None
    # which of several sets of groups a row is of: grouping() is 1 for what was summed up over
    by_day = {row[1]: row[3 : 3 + size] for row in rows if row[0] == (0 if run.groups is None else 2)}
    by_part = {row[2]: row[3 : 3 + size] for row in rows if run.groups is not None and row[0] == 1}
    days = [
        FunnelDay(day, by_day.get(n, (0,) * size), run.periods.bounds_ms[n + 1] - 1 + window > run.periods.as_of_ms)
        for n, day in enumerate(run.periods.days)
        if run.periods.has_begun(n)
    ]
    parts = (
        [] if run.groups is None else [FunnelPart(run.groups.group(slot), by_part[slot]) for slot in _ordered(by_part)]
    )
    return FunnelAnswer(reached, times, last, parts, days)


def _ordered(slots: dict[int, Any]) -> list[int]:
    """The largest group first, all others and what is missing at the end."""
    return sorted(slots, key=lambda slot: (slot == 0, slot))


def _told(customers: int, quartiles: Sequence[int], bars: tuple[Sequence[int], Sequence[int]]) -> Times | None:
    if not customers:
        return None
    low, median, high = (int(each) for each in quartiles)
    return Times(low, median, high, dict(zip(bars[0], bars[1], strict=True)))
