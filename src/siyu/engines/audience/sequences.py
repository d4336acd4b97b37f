"""Sequences of events: the rows of all that stands in one come sorted by customer and time, and are gone through step by step.

Let R be the events that complete the steps so far. The next step, at t, wants an event p of R before t, not too long before, with
nothing forbidden strictly between. If any p will do, the latest of R before t will: it is no further from t, and less lies
between. So one predecessor has to be looked at for each event, and it is found for all of them at once. By the same argument
the chain over the latest predecessors is the one that began last, and so the last to leave the window.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.contracts import EventMatch, SequenceCondition, Step
from siyu.engines.audience.frames import Bits, Frame, Positions
from siyu.engines.audience.queries import LONG_AGO
from siyu.engines.audience.scans import WORD_BITS, Reach, word_of
from siyu.engines.audience.spans import Moment, Span, length_ms, span_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.comparing import passing
from siyu.platform.columns.queries import Parameters, Query
from siyu.platform.columns.schema import CUSTOMER_OF

ROWS_AT_ONCE = 2_000_000
"""So many at most are held at a time; of more the customers are gone through in parts."""
_SORT_BITS = 63

Flags = NDArray[np.bool_]
Times = NDArray[np.int64]
Places = NDArray[np.int64]


@dataclass
class Courses:
    """Conditions whose rows are read together: all that want the same property to be the same, or none. Each different event that
    stands in them has a bit in the flags of a row; a word is full some day."""

    same: str | None
    moment: Moment
    reach: Reach
    wants_due: bool
    parameters: Parameters = field(init=False)
    bits: dict[str, int] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    members: list[Course] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parameters = self.reach.parameters(self.names)
        if self.same is not None:
            self._likeness(self.same)  # said now, for copies are made before the rows are asked for

    def takes(self, leaf: SequenceCondition) -> bool:
        """Whether there is room for another condition."""
        return leaf.same == self.same and len(self.bits) + 2 * len(leaf.steps) <= WORD_BITS

    def add(self, key: str, leaf: SequenceCondition) -> None:
        """One more condition; `key` is what the answer will be known by."""
        span = span_of(leaf.window, self.moment)
        steps = tuple(self._bit([step]) for step in leaf.steps)
        without = tuple(self._bit(step.without) if step.without else None for step in leaf.steps)
        self.members.append(Course(key, leaf, span, steps, without))

    def run(self, columns: Columns, frame: Frame) -> Mapping[str, Bits]:
        """The answers for everybody in the frame; notes there when they are due."""
        holds = {course.key: np.zeros(frame.size, np.uint8) for course in self.members}
        for rows in self.parts(columns, frame):
            for course in self.members:
                own = course.own(rows)
                if not len(own.times):
                    continue
                found = course.chains(own)
                holds[course.key][own.positions[found.ends]] = 1
                if self.wants_due:
                    course.note_due(own, frame, found)
        return {key: np.packbits(each) for key, each in holds.items()}

    def parts(self, columns: Columns, frame: Frame) -> Iterator[Rows]:
        """All rows that matter, of so many customers at a time as fit."""
        parts = 1
        if not self.reach.asked:
            count = self._query("count() AS found")
            parts = max(-(-int(columns.query_column(count.sql, count.parameters)[0]) // ROWS_AT_ONCE), 1)
        for part in range(parts):
            rows = self._rows(columns, frame, part, parts)
            if len(rows.times):
                yield rows

    def _bit(self, matches: Iterable[Step | EventMatch]) -> int:
        flag = " OR ".join(self._matching(each) for each in matches)
        return self.bits.setdefault(flag, len(self.bits))

    def _matching(self, match: Step | EventMatch) -> str:
        self.names.add(match.event)
        name = f"name = {self.parameters.bind(match.event, 'String')}"
        filters = passing(self.parameters, match.where)
        return f"({name} AND {filters})" if filters else f"({name})"

    def _likeness(self, same: str) -> str:
        return self.parameters.place("properties", same).likeness

    def rows_query(self, part: int = 0, parts: int = 1) -> Query:
        """All rows that matter, of one part of the customers."""
        likeness = ""
        if self.same is not None:
            likeness = f", {self._likeness(self.same)} AS likeness"
        return self._query(
            f"{CUSTOMER_OF} AS customer_id, t AS at_ms, {word_of(list(self.bits))} AS flags{likeness}",
            f" AND flags != 0{' AND likeness != 0' if likeness else ''}"
            + (f" AND intHash64(customer_id) % {int(parts)} = {int(part)}" if parts > 1 else ""),
        )

    def _rows(self, columns: Columns, frame: Frame, part: int, parts: int) -> Rows:
        query = self.rows_query(part, parts)
        dtypes: dict[str, type[np.generic]] = {"customer_id": np.uint64, "at_ms": np.int64, "flags": np.uint64}
        dtypes |= {} if self.same is None else {"likeness": np.uint64}
        found = columns.query_arrays(query.sql, dtypes, query.parameters)
        return sorted_rows(frame.positions(found["customer_id"]), found["at_ms"], found["flags"], found.get("likeness"))

    def _query(self, selected: str, more: str = "") -> Query:
        bind = self.parameters.bind
        bounds = [course.span.after_ms for course in self.members]
        known = [bound for bound in bounds if bound is not None]
        lower = f" AND t > {bind(min(known), 'Int64')}" if len(known) == len(bounds) else ""
        return self.parameters.query(
            f"WITH toUnixTimestamp64Milli(occurred_at) AS t SELECT {selected} FROM {self.reach.events}"  # noqa: S608
            f" WHERE name IN {bind(sorted(self.names), 'Array(String)')}"
            f" AND t <= {bind(self.moment.ms, 'Int64')}{lower}{self.reach.where(self.parameters)}{more}"
        )


@dataclass(frozen=True, slots=True)
class Chains:
    """`ends` are the events that complete a condition (or after which what must not come did not), `begun` when the chain up to
    each began. At `waiting` one may still wait for what must not come, until `waiting_ms`."""

    ends: Flags
    begun: Times
    waiting: Positions
    waiting_ms: Times


@dataclass(frozen=True, slots=True)
class Course:
    """One condition: its window, the bits of its steps, and of what each forbids before itself."""

    key: str
    leaf: SequenceCondition
    span: Span
    steps: tuple[int, ...]
    without: tuple[int | None, ...]

    def own(self, rows: Rows) -> Rows:
        """The rows that matter to it."""
        wanted = 0
        for bit in (*self.steps, *self.without):
            wanted |= 0 if bit is None else 1 << bit
        keep = (rows.flags & np.uint64(wanted)) != 0
        if self.span.after_ms is not None:
            keep &= rows.times > self.span.after_ms
        return rows if keep.all() else rows.only(keep)

    def chains(self, rows: Rows) -> Chains:
        """Goes through the steps, for all customers at once."""
        inside = np.ones(len(rows.times), np.bool_) if self.span.upto_ms is None else rows.times <= self.span.upto_ms
        ends: Flags = rows.flag(self.steps[0]) & inside
        begun: Times = np.where(ends, rows.times, LONG_AGO)
        for step, bit, forbidden in list(zip(self.leaf.steps, self.steps, self.without, strict=True))[1:]:
            if step.is_absent:
                return self._absent(rows, step, ends, begun, rows.flag(bit))
            before = rows.latest_before(ends)
            there = follows(rows, step, before, None if forbidden is None else rows.flag(forbidden))
            ends = there & rows.flag(bit) & inside
            begun = np.where(ends, begun[np.maximum(before, 0)], LONG_AGO)
        return Chains(ends, begun, np.empty(0, np.int64), np.empty(0, np.int64))

    def _absent(self, rows: Rows, step: Step, ends: Flags, begun: Times, comes: Flags) -> Chains:
        within = 0 if step.within is None else length_ms(step.within)
        after = rows.earliest_after(comes)
        until = rows.times + within
        came = (after >= 0) & (rows.times[np.maximum(after, 0)] <= until)
        is_over = until <= self.span.moment.ms
        waits = ends & ~came & ~is_over
        return Chains(ends & ~came & is_over, begun, rows.positions[waits], until[waits])

    def note_due(self, rows: Rows, frame: Frame, found: Chains) -> None:
        """As the window moves, it loses the last chain there is, or wins an event; which need not complete any."""
        frame.note_due_at(found.waiting, found.waiting_ms)
        if self.span.leaving is not None and found.ends.any():
            last = np.full(frame.size, LONG_AGO, np.int64)
            np.maximum.at(last, rows.positions[found.ends], found.begun[found.ends])
            those = np.flatnonzero(last > LONG_AGO)
            frame.note_due_at(those, self.span.changes_ms(last[those], self.span.leaving))
        if self.span.entering is not None and self.span.upto_ms is not None:
            outside = rows.times > self.span.upto_ms
            frame.note_due_at(rows.positions[outside], self.span.changes_ms(rows.times[outside], self.span.entering))


def completed_ms(columns: Columns, frame: Frame, leaf: SequenceCondition, moment: Moment, reach: Reach) -> int | None:
    """When somebody in the frame completed it for the last time, if ever."""
    courses = Courses(leaf.same, moment, reach, wants_due=False)
    courses.add("", leaf)
    (course,) = courses.members
    found: list[int] = []
    for rows in courses.parts(columns, frame):
        own = course.own(rows)
        found += own.times[course.chains(own).ends].tolist()
    last = leaf.steps[-1]
    waited = length_ms(last.within) if last.is_absent and last.within is not None else 0
    return max(found) + waited if found else None


def follows(rows: Rows, step: Step, before: Places, forbidden: Flags | None) -> Flags:
    """The events that come after the one `before` as the step wants it."""
    there: Flags = before >= 0
    since = rows.times[np.maximum(before, 0)]
    if step.within is not None:
        there &= rows.times - since <= length_ms(step.within)
    if forbidden is not None:
        last = rows.latest_before(forbidden)
        there &= ~((last >= 0) & (rows.times[np.maximum(last, 0)] > since))
    return there


@dataclass(frozen=True, slots=True)
class Rows:
    """Events sorted by customer, by what is the same, and by time. For each: where those of its own begin and end (`group_start`,
    `group_end`) and where those of the same instant do."""

    positions: Positions
    times: Times
    flags: NDArray[np.uint64]
    group_start: Places
    group_end: Places
    tie_start: Places
    tie_end: Places

    def only(self, keep: Flags) -> Rows:
        """Some of them."""
        groups, ties = self.group_start[keep], self.tie_start[keep]
        return Rows(
            self.positions[keep],
            self.times[keep],
            self.flags[keep],
            *_bounds(_changes(groups)),
            *_bounds(_changes(ties)),
        )

    def flag(self, bit: int) -> Flags:
        """Whether a bit is set."""
        found: Flags = (self.flags & np.uint64(1 << bit)) != 0
        return found

    def latest_before(self, marked: Flags) -> Places:
        """The place of the last marked one strictly earlier among its own; -1 where there is none."""
        if not len(marked):
            return np.empty(0, np.int64)
        latest = np.maximum.accumulate(np.where(marked, np.arange(len(marked)), -1))
        found = np.where(self.tie_start > 0, latest[self.tie_start - 1], -1)
        return np.where(found >= self.group_start, found, -1)

    def earliest_after(self, marked: Flags) -> Places:
        """The place of the first marked one strictly later among its own; -1 where there is none."""
        size = len(marked)
        ahead = np.append(np.where(marked, np.arange(size), size), size)
        earliest = np.minimum.accumulate(ahead[::-1])[::-1]
        found = earliest[self.tie_end]
        return np.where(found < self.group_end, found, -1)


def sorted_rows(
    positions: Positions, times: Times, flags: NDArray[np.uint64], likeness: NDArray[np.uint64] | None
) -> Rows:
    """Rows of those who are asked about (position not -1) in their order."""
    here = positions >= 0
    if not here.all():
        positions, times, flags = positions[here], times[here], flags[here]
        likeness = None if likeness is None else likeness[here]
    order = _order(positions, times, likeness)
    positions, times, flags = positions[order], times[order], flags[order]
    new_group = _changes(positions)
    if likeness is not None:
        likeness = likeness[order]
        new_group[1:] |= likeness[1:] != likeness[:-1]
    new_tie = new_group.copy()
    new_tie[1:] |= times[1:] != times[:-1]
    return Rows(positions, times, flags, *_bounds(new_group), *_bounds(new_tie))


def _order(positions: Positions, times: Times, likeness: NDArray[np.uint64] | None) -> Places:
    if likeness is not None or not len(times):
        return np.lexsort((times, positions) if likeness is None else (times, likeness, positions))
    first, last = int(times.min()), int(times.max())
    bits = (last - first).bit_length()
    if int(positions.max()).bit_length() + bits > _SORT_BITS:
        return np.lexsort((times, positions))
    return np.argsort((positions << bits) + (times - first))  # one number is sorted in a tenth of the time


def _changes(values: NDArray[np.int64]) -> Flags:
    """Where a value is another one than before."""
    found = np.ones(len(values), np.bool_)
    found[1:] = values[1:] != values[:-1]
    return found


def _bounds(begins: Flags) -> Iterator[Places]:
    """For each row where its run begins and ends, given which rows begin one."""
    size = len(begins)
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, size))
    yield np.repeat(starts, lengths)
    yield np.repeat(starts + lengths, lengths)
