"""Sequences of events: the rows of all that stands in one come sorted by customer and time, and are gone through step by step.

Let R be the events that complete the steps so far. The next step, at t, wants an event p of R before t, not too long before, with
nothing forbidden strictly between. If any p will do, the latest of R before t will: it is no further from t, and less lies
between. So one predecessor has to be looked at for each event, and it is found for all of them at once. By the same argument
the chain over the latest predecessors is the one that began last, and so the last to leave the window.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.contracts import EventMatch, SequenceCondition, Step
from siyu.engines.audience.comparing import passing
from siyu.engines.audience.frames import Bits, Frame, Positions
from siyu.engines.audience.queries import LONG_AGO, Parameters, Query
from siyu.engines.audience.scans import Reach, word_of
from siyu.engines.audience.spans import Moment, Span, length_ms, span_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMER_OF, EVENTS

ROWS_AT_ONCE = 2_000_000
"""So many at most are held at a time; of more the customers are gone through in parts."""
_SORT_BITS = 63

Flags = NDArray[np.bool_]
Times = NDArray[np.int64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Course:
    """One condition, to be asked. Bit n of a row's flags says that it may be step n, bit `len(steps)` + n that step n forbids it
    before itself."""

    key: str
    leaf: SequenceCondition
    moment: Moment
    reach: Reach
    wants_due: bool

    def run(self, columns: Columns, frame: Frame) -> Mapping[str, Bits]:
        """The answer for everybody in the frame; notes there when it is due."""
        holds = np.zeros(frame.size, np.uint8)
        for rows in self._parts(columns, frame):
            valid, begun = self.chains(rows, frame)
            holds[rows.positions[valid]] = 1
            if self.wants_due:
                self._note_moves(rows, frame, valid, begun)
        return {self.key: np.packbits(holds)}

    def completed_ms(self, columns: Columns, frame: Frame) -> int | None:
        """When somebody in the frame completed it for the last time, if ever."""
        found: list[int] = []
        for rows in self._parts(columns, frame):
            valid, _ = self.chains(rows, frame)
            found += rows.times[valid].tolist()
        last = self.leaf.steps[-1]
        waited = length_ms(last.within) if last.is_absent and last.within is not None else 0
        return max(found) + waited if found else None

    def _parts(self, columns: Columns, frame: Frame) -> Iterator[Rows]:
        count = self._query("count() AS found")
        size = int(columns.query_column(count.sql, count.parameters)[0])
        parts = -(-size // ROWS_AT_ONCE)
        for part in range(parts):
            rows = self._rows(columns, frame, part, parts)
            if len(rows.times):
                yield rows

    @property
    def names(self) -> set[str]:
        """Of the events that stand in it."""
        steps = self.leaf.steps
        return {step.event for step in steps} | {each.event for step in steps for each in step.without}

    @property
    def _span(self) -> Span:
        return span_of(self.leaf.window, self.moment)

    def _rows(self, columns: Columns, frame: Frame, part: int, parts: int) -> Rows:
        parameters = Parameters()
        flags, likeness = self._flags(parameters), ""
        dtypes: dict[str, type[np.generic]] = {"customer_id": np.uint64, "at_ms": np.int64, "flags": np.uint64}
        if self.leaf.same is not None:
            likeness = f", {parameters.place('properties', self.leaf.same).likeness} AS likeness"
            dtypes["likeness"] = np.uint64
        query = self._query(
            f"{CUSTOMER_OF} AS customer_id, t AS at_ms, {flags} AS flags{likeness}",
            f" AND flags != 0{' AND likeness != 0' if likeness else ''}"
            + (f" AND intHash64(customer_id) % {int(parts)} = {int(part)}" if parts > 1 else ""),
            parameters,
        )
        found = columns.query_arrays(query.sql, dtypes, query.parameters)
        return sorted_rows(frame.positions(found["customer_id"]), found["at_ms"], found["flags"], found.get("likeness"))

    def _query(self, selected: str, more: str = "", parameters: Parameters | None = None) -> Query:
        parameters = parameters or Parameters()
        after_ms = self._span.after_ms
        lower = "" if after_ms is None else f" AND t > {parameters.bind(after_ms, 'Int64')}"
        return parameters.query(
            f"WITH toUnixTimestamp64Milli(occurred_at) AS t SELECT {selected} FROM {EVENTS}"  # noqa: S608
            f" WHERE name IN {parameters.bind(sorted(self.names), 'Array(String)')}"
            f" AND t <= {parameters.bind(self.moment.ms, 'Int64')}{lower}{self.reach.where(parameters)}{more}"
        )

    def _flags(self, parameters: Parameters) -> str:
        def matching(match: Step | EventMatch) -> str:
            name = f"name = {parameters.bind(match.event, 'String')}"
            filters = passing(parameters, match.where)
            return f"({name} AND {filters})" if filters else f"({name})"

        steps = self.leaf.steps
        found = [matching(step) for step in steps]
        found += [" OR ".join(matching(each) for each in step.without) for step in steps]
        return word_of([flag or "0" for flag in found])

    def chains(self, rows: Rows, frame: Frame) -> tuple[Flags, Times]:
        """The events that complete it (or after which the absent one did not come), and when the chain up to each began. Notes
        until when one may still wait for what is absent."""
        steps, span = self.leaf.steps, self._span
        inside = np.ones(len(rows.times), np.bool_) if span.upto_ms is None else rows.times <= span.upto_ms
        valid = rows.flag(0) & inside
        begun = np.where(valid, rows.times, LONG_AGO)
        for number, step in enumerate(steps[1:], 1):
            if step.is_absent:
                valid, pending = self._absent(rows, step, valid, rows.flag(number))
                if self.wants_due:
                    frame.note_due_at(*pending)
            else:
                forbidden = rows.flag(len(steps) + number) if step.without else None
                before = rows.latest_before(valid)
                valid = follows(rows, step, before, forbidden) & rows.flag(number) & inside
                begun = np.where(valid, begun[np.maximum(before, 0)], LONG_AGO)
        return valid, begun

    def _absent(self, rows: Rows, step: Step, valid: Flags, comes: Flags) -> tuple[Flags, tuple[Positions, Times]]:
        """The events after which it did not come in time, and until when others may still wait for it."""
        within = 0 if step.within is None else length_ms(step.within)
        after = rows.earliest_after(comes)
        ends = rows.times + within
        came = (after >= 0) & (rows.times[np.maximum(after, 0)] <= ends)
        waits = valid & ~came & (ends > self.moment.ms)
        return valid & ~came & (ends <= self.moment.ms), (rows.positions[waits], ends[waits])

    def _note_moves(self, rows: Rows, frame: Frame, valid: Flags, begun: Times) -> None:
        """As the window moves, it loses the last chain there is, or wins an event; which need not complete any."""
        span = self._span
        if span.leaving is not None and valid.any():
            last = np.full(frame.size, LONG_AGO, np.int64)
            np.maximum.at(last, rows.positions[valid], begun[valid])
            those = np.flatnonzero(last > LONG_AGO)
            frame.note_due_at(those, span.changes_ms(last[those], span.leaving))
        if span.entering is not None and span.upto_ms is not None:
            outside = rows.times > span.upto_ms
            frame.note_due_at(rows.positions[outside], span.changes_ms(rows.times[outside], span.entering))


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
    new_group = np.ones(len(order), np.bool_)
    new_group[1:] = positions[1:] != positions[:-1]
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


def _bounds(begins: Flags) -> Iterator[Places]:
    """For each row where its run begins and ends, given which rows begin one."""
    size = len(begins)
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, size))
    yield np.repeat(starts, lengths)
    yield np.repeat(starts + lengths, lengths)
