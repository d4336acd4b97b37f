"""Retention: who came back, of those who began in each period.

One row for each customer who began: the period of their beginning, and a bit for each period in which they came back. All
counts are looks at these bits, so how many cells there are costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from siyu.domain.metrics.contracts import Bracket, RetentionQuestion
from siyu.engines.insight.questions.asking import TIME, Asking, Marks, events_of, matching, named
from siyu.engines.insight.terms.breakdowns import Group, Groups, found_groups
from siyu.engines.insight.terms.periods import Periods, lengthened, occurred_between, periods_of
from siyu.engines.insight.terms.whom import Ids
from siyu.kernel.errors import InvalidError
from siyu.platform.columns.queries import Parameters

MARKED_MAX = 512
"""So many periods at most, from the first cohort to the last period in which somebody can come back."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many came back; `is_open` where some of the cohort still have time to."""

    customers: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who began in a period. A cell is None where its time has not come for anybody."""

    starts_on: date
    customers: int
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Curve:
    """Cohorts taken together: of those for whom the time of a cell is over, how many there are (`of`) and came back."""

    group: Group | None
    customers: int
    of: Sequence[int]
    back: Sequence[int]


@dataclass(frozen=True, slots=True)
class RetentionAnswer:
    """`brackets`: what the cells stand for."""

    brackets: Sequence[Bracket]
    cohorts: Sequence[Cohort]
    whole: Curve
    parts: Sequence[Curve]


@dataclass(frozen=True, slots=True)
class RetentionPeople:
    """Whom to name: of one cohort (None: all), who came back in a cell (from 0; None: the whole cohort), or `gone`: who did not."""

    starts_on: date | None
    cell: int | None = None
    gone: bool = False
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    question: RetentionQuestion
    asking: Asking
    cohorts: Periods
    marked: Periods
    parameters: Parameters
    groups: Groups | None

    @property
    def brackets(self) -> Sequence[Bracket]:
        if self.question.how == "brackets":
            return self.question.brackets
        return [Bracket(n, n if self.question.how == "on" else 0) for n in range(1, self.question.offsets + 1)]

    @property
    def marks(self) -> Marks:
        return Marks(len(self.marked))

    def per_customer(self) -> str:
        """SQL: `customer_id`, `cohort`, the bits, `slot`."""
        question, parameters = self.question, self.parameters
        start = matching(question.start, parameters)
        first = f"{start} AND {self.cohorts.within(TIME, parameters)}" if question.first == "period" else start
        # a look at both kinds of events at once: by which names, and from when on, depends on which of them are asked for
        last_ms = min(self.marked.end_ms - 1, self.asking.as_of_ms)
        if question.first == "ever":
            when = f"occurred_at <= fromUnixTimestamp64Milli({parameters.bind(last_ms, 'Int64')}, 'UTC')"
        else:
            when = occurred_between(parameters, self.marked.start_ms, last_ms)
        names = "1" if not question.back else named((*question.start, *question.back), parameters)
        own = self.groups is not None and self.groups.is_of_events
        slots = [f"{self.groups.of_event(parameters)} AS part"] if own and self.groups is not None else []
        within = self.marked.within("t", parameters)
        number = self.marked.number("t", parameters)
        events = events_of(
            self.asking.whom,
            f"{names} AND {when}",
            parameters,
            f"{TIME} AS t",
            f"{first} AS starts",
            f"{matching(question.back, parameters)} AS returns",
            *(["position", "n", *slots] if own else slots),
        )
        marks = self.marks.columns(f"if({within}, {number}, 0)", f"returns AND {within}")
        slot = ["argMinIf(part, (t, position, n), starts) AS slot"] if own else []
        inside = self.cohorts.within("began", parameters)
        sql = (
            f"SELECT customer_id, countIf(starts) AS started, minIf(t, starts) AS began, {', '.join([*marks, *slot])}"  # noqa: S608
            f" FROM ({events}) GROUP BY customer_id HAVING started > 0 AND {inside}"
        )
        kept = ", ".join([*(f"m{n}" for n in range(self.marks.words)), *(["slot"] if own else [])])
        sql = f"SELECT customer_id, {self.cohorts.number('began', parameters)} AS cohort, {kept} FROM ({sql})"  # noqa: S608
        if self.groups is None or own:
            return sql
        looked_up = self.groups.of_customers(parameters, self.asking.whom)
        return f"SELECT f.*, g.slot AS slot FROM ({sql}) AS f LEFT JOIN ({looked_up}) AS g USING (customer_id)"  # noqa: S608

    def came_back(self, cohort: int, bracket: Bracket) -> str:
        """SQL of whether somebody of a cohort did."""
        most = len(self.marked) - 1 if self.question.how == "since" else cohort + bracket.most
        return self.marks.any(cohort + bracket.least, most)

    def state(self, cohort: int, bracket: Bracket) -> str:
        """Whether the time of a cell is to come, runs, or is over."""
        last = self.marked.as_of_ms
        least = self.marked.bounds_ms[cohort + bracket.least]
        most = bracket.most if self.question.how != "since" else bracket.least
        if least > last:
            return "to come"
        return "open" if self.marked.bounds_ms[cohort + most + 1] - 1 > last else "over"


def retention(asking: Asking, question: RetentionQuestion) -> RetentionAnswer:
    """The matrix, and the curve of all cohorts together."""
    with _run(asking, question) as run:
        begun = [n for n in range(len(run.cohorts)) if run.cohorts.has_begun(n)]
        cells = [f"countIf({_by_cohort(run, begun, bracket)})" for bracket in run.brackets]
        by_slot = run.groups is not None
        slot = "slot" if by_slot else "toUInt8(0)"
        sets = "(cohort), (cohort, slot)" if by_slot else "(cohort)"
        kind = "grouping(slot)" if by_slot else "1"
        sql = (
            f"SELECT {kind} AS summed, cohort, {slot}, count(), {', '.join(cells)}"  # noqa: S608 - our own words
            f" FROM ({run.per_customer()}) GROUP BY GROUPING SETS ({sets})"
        )
        answer = _answer(run, asking.rows(run.parameters, sql))
        if run.groups is None or not run.groups.is_several:
            return answer
    return replace(retention(asking, replace(question, breakdown=None)), parts=answer.parts)


def retention_people(asking: Asking, question: RetentionQuestion, whom: RetentionPeople) -> Ids:
    """The customers of a cell, ascending."""
    with _run(asking, question) as run:
        cohorts = [
            n for n, day in enumerate(run.cohorts.days) if run.cohorts.has_begun(n) and whom.starts_on in (None, day)
        ]
        holds = [f"cohort IN {run.parameters.bind(cohorts, 'Array(UInt16)')}"]
        if whom.cell is not None:
            bracket = run.brackets[whom.cell]
            came = _by_cohort(run, cohorts, bracket)
            holds.append(f"NOT ({came})" if whom.gone else came)
            if whom.starts_on is None:  # as in the curve: those for whom its time is over
                over = [n for n in cohorts if run.state(n, bracket) == "over"]
                holds.append(f"cohort IN {run.parameters.bind(over, 'Array(UInt16)')}")
        if whom.group is not None:
            holds.append("0" if run.groups is None else f"slot = {run.groups.slot(whom.group)}")
        return asking.people(run.parameters, run.per_customer(), " AND ".join(holds))


def _by_cohort(run: _Run, cohorts: Sequence[int], bracket: Bracket) -> str:
    """SQL of whether somebody came back in a bracket, whatever the cohort is."""
    if not cohorts:
        return "0"
    cases = ", ".join(f"cohort = {n}, {run.came_back(n, bracket)}" for n in cohorts)
    return f"multiIf({cases}, 0)"


@contextmanager
def _run(asking: Asking, question: RetentionQuestion) -> Iterator[_Run]:
    cohorts = periods_of(question.period, question.grain, asking.as_of, asking.zone)
    longest = max((each.most for each in question.brackets), default=question.offsets)
    marked = lengthened(cohorts, 0, longest, asking.zone)
    if question.how == "since":  # up to now
        while not marked.is_partial(len(marked) - 1) and len(marked) <= MARKED_MAX:
            marked = lengthened(marked, 0, 1, asking.zone)
    if len(marked) > MARKED_MAX:
        raise InvalidError(f"That comes to more than {MARKED_MAX} periods; take longer ones, or fewer.", field="period")
    if question.breakdown is None:
        yield _Run(question, asking, cohorts, marked, Parameters(), None)
        return
    own = Parameters()
    where = f"{named(question.start, own)} AND {matching(question.start, own)} AND {cohorts.occurred(own)}"
    with found_groups(
        asking.columns, question.breakdown, asking.whom, where, own, ids=asking.part_ids, members=asking.members
    ) as groups:
        yield _Run(question, asking, cohorts, marked, Parameters(), groups)


def _answer(run: _Run, rows: Sequence[tuple[Any, ...]]) -> RetentionAnswer:
    size = len(run.brackets)
    nobody = (0,) * (size + 1)
    by_cohort = {row[1]: row[3:] for row in rows if row[0] == 1}
    cohorts = []
    for n, day in enumerate(run.cohorts.days):
        if not run.cohorts.has_begun(n):
            continue
        count, *back = by_cohort.get(n, nobody)
        states = [run.state(n, bracket) for bracket in run.brackets]
        cells = [
            None if state == "to come" else Cell(found, state == "open")
            for found, state in zip(back, states, strict=True)
        ]
        cohorts.append(Cohort(day, count, cells))
    parts = []
    if run.groups is not None:
        for slot in sorted({row[2] for row in rows if row[0] == 0}, key=lambda slot: (slot == 0, slot)):
            own = {row[1]: row[3:] for row in rows if row[0] == 0 and row[2] == slot}
            parts.append(_curve(run, run.groups.group(slot), own))
    return RetentionAnswer(run.brackets, cohorts, _curve(run, None, by_cohort), parts)


def _curve(run: _Run, group: Group | None, by_cohort: Mapping[int, Sequence[int]]) -> Curve:
    of, back = [], []
    for place, bracket in enumerate(run.brackets):
        over = [row for n, row in by_cohort.items() if run.state(n, bracket) == "over"]
        of.append(sum(row[0] for row in over))
        back.append(sum(row[1 + place] for row in over))
    return Curve(group, sum(row[0] for row in by_cohort.values()), of, back)
