"""The one evaluator: who fulfils conditions as of an instant, and until when that stays so. Whatever asks "who?" asks here.

Equal leaves are asked once for all conditions, in one scan for each name of an event and one of the customers' rows; sequences
have their own. Answers are bits over everybody, and conditions are algebra on them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.contracts import (
    ActedCondition,
    AllCondition,
    AnniversaryCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    ConsentCondition,
    EntryCondition,
    EstimateCondition,
    IdentityCondition,
    Ids,
    KeeperCondition,
    Leaf,
    ListCondition,
    NotCondition,
    RfmCondition,
    SampleCondition,
    SegmentCondition,
    SequenceCondition,
    StageCondition,
    TagCondition,
    UnitCondition,
)
from siyu.engines.audience.acts import as_event
from siyu.engines.audience.asked import asked_about, drop_left
from siyu.engines.audience.copying import CUSTOMERS_MAX, Copies, TooManyEventsError, copied
from siyu.engines.audience.customer_rows import RowLeaf, Rows, newer
from siyu.engines.audience.estimates import Edition
from siyu.engines.audience.frames import Bits, Frame
from siyu.engines.audience.leaves import ScannedLeaf
from siyu.engines.audience.lots import drawn
from siyu.engines.audience.scans import ANSWERS_MAX, Reach, Scan, told_in_future
from siyu.engines.audience.sequences import Courses
from siyu.engines.audience.spans import Moment
from siyu.engines.audience.spelled import key_of
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns

QUERIES_AT_ONCE = 2
SAMPLE_SIZE = 10
_OF_ROWS = (
    AttributeCondition,
    TagCondition,
    KeeperCondition,
    UnitCondition,
    ConsentCondition,
    IdentityCondition,
    EntryCondition,
)
EVERYTHING = Scope()
_Ask = Callable[[], Mapping[str, Bits]]


class Sets(Protocol):
    """What is not in the columns."""

    def members(self, leaf: SegmentCondition | ListCondition) -> Ids:
        """Who is in a stopped segment, or stands on a list."""
        ...


class NoSets:
    """Where nobody is in any set."""

    def members(self, leaf: SegmentCondition | ListCondition) -> Ids:  # noqa: ARG002  # the protocol's
        """Nobody."""
        return np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True)
class Answers:
    """Who is asked about (alive, not erased, in scope, settled; ascending), and for each condition one bit for each of them, packed
    as `np.packbits` does. `due_ms`: the next instant at which time alone can change an answer, NEVER_MS where none. `unsettled`:
    whose row in the columns is newer than the position asked for, and who therefore are not in `ids`."""

    ids: Ids
    matches: Sequence[NDArray[np.uint8]]
    due_ms: NDArray[np.int64]
    unsettled: Ids

    def members(self, number: int) -> Ids:
        """Who fulfils the condition of that number, ascending."""
        found: Ids = self.ids[np.unpackbits(self.matches[number], count=len(self.ids)).astype(bool)]
        return found


def evaluate(
    columns: Columns,
    conditions: Sequence[Condition],
    as_of: datetime,
    *,
    zone: ZoneInfo,
    sets: Sets,
    whom: Ids | None = None,
    scope: Scope = EVERYTHING,
    upto: int | None = None,
    wants_due: bool = False,
) -> Answers:
    """Asks expanded conditions about everybody, or about `whom`. Events with a position after `upto` do not count."""
    if whom is None:
        drop_left(columns)
    with asked_about(columns, whom, upto) as reach:

        def worked(reach: Reach, copies: Copies | None = None) -> _Work:
            work = _Work(columns, Moment(as_of, zone), reach, scope, sets, wants_due)
            for condition in conditions:
                work.add(condition)
            work.run(copies)
            return work

        work = _worked_over_copies(columns, reach, worked) if whom is not None and len(whom) <= CUSTOMERS_MAX else None
        work = work or worked(reach)
        frame, matches = work.frame, [work.bits(condition) for condition in conditions]
        # Asked last: the projection writes rows before it moves their events, so whoever changed meanwhile is seen here.
        unsettled = np.empty(0, np.uint64) if upto is None else newer(columns, upto, reach)
    keep = ~np.isin(frame.ids, unsettled)
    if whom is not None:  # among those looked at are all who were merged into somebody asked about
        keep &= np.isin(frame.ids, whom)
        unsettled = unsettled[np.isin(unsettled, whom)]
    return _only(keep, Answers(frame.ids, matches, frame.due_ms, unsettled))


def _worked_over_copies(columns: Columns, reach: Reach, worked: Callable[[Reach, Copies], _Work]) -> _Work | None:
    """None where they did too much for that."""
    with suppress(TooManyEventsError), copied(columns, reach) as (over_copies, copies):
        return worked(over_copies, copies)
    return None


def _only(keep: NDArray[np.bool_], answers: Answers) -> Answers:
    if keep.all():
        return answers
    size = len(answers.ids)
    matches = [np.packbits(np.unpackbits(each, count=size)[keep]) for each in answers.matches]
    return Answers(answers.ids[keep], matches, answers.due_ms[keep], answers.unsettled)


@dataclass
class _Work:
    """One question: its leaves gathered into scans, their answers, and the algebra over them."""

    columns: Columns
    moment: Moment
    reach: Reach
    scope: Scope
    sets: Sets
    wants_due: bool
    rows: Rows = field(init=False)
    asked: set[str] = field(default_factory=set)
    scans: dict[str, list[Scan]] = field(default_factory=dict)
    sequences: list[Courses] = field(default_factory=list)
    editions: dict[tuple[str, int | None], list[Edition]] = field(default_factory=dict)
    others: dict[str, SegmentCondition | ListCondition | SampleCondition] = field(default_factory=dict)
    known: dict[str, Bits] = field(default_factory=dict)
    frame: Frame = field(init=False)

    def __post_init__(self) -> None:
        self.rows = Rows(self.moment, self.scope, self.reach, self.wants_due)

    def add(self, condition: Condition) -> None:
        """Gathers the leaves of a condition."""
        if isinstance(condition, AllCondition | AnyCondition):
            for each in condition.of:
                self.add(each)
        elif isinstance(condition, NotCondition):
            self.add(condition.of)
        elif (key := key_of(condition)) not in self.asked:
            self.asked.add(key)
            self._place(key, condition)

    def _place(self, key: str, leaf: Leaf) -> None:
        if isinstance(leaf, RfmCondition | StageCondition):
            raise ValueError(f"a {leaf.kind} condition is asked in its expanded form")
        if isinstance(leaf, _OF_ROWS) or (isinstance(leaf, AnniversaryCondition) and leaf.attribute is not None):
            row_leaf: RowLeaf = leaf
            self.rows.add(key, row_leaf)
        elif isinstance(leaf, EstimateCondition):
            self._edition(leaf).add(key, leaf)
        elif isinstance(leaf, SegmentCondition | ListCondition | SampleCondition):
            self.others[key] = leaf
        elif isinstance(leaf, SequenceCondition):
            self._courses(leaf).add(key, leaf)
        else:
            scanned: ScannedLeaf = as_event(leaf) if isinstance(leaf, ActedCondition) else leaf
            self._scan(scanned.event or "").add(key, scanned)

    def _scan(self, event: str) -> Scan:
        """Where there is room for a condition over these events."""
        several = self.scans.setdefault(event, [])
        if not several or len(several[-1].answers) >= ANSWERS_MAX:
            several.append(Scan(event, self.moment, self.reach, self.wants_due))
        return several[-1]

    def _edition(self, leaf: EstimateCondition) -> Edition:
        """Where there is room for a condition over this edition."""
        several = self.editions.setdefault((leaf.model, leaf.edition), [])
        if not several or len(several[-1].answers) >= ANSWERS_MAX:
            several.append(Edition(leaf.model, leaf.edition, self.reach))
        return several[-1]

    def _courses(self, leaf: SequenceCondition) -> Courses:
        """Where there is room for a sequence."""
        found = next((each for each in self.sequences if each.takes(leaf)), None)
        if found is None:
            found = Courses(leaf.same, self.moment, self.reach, self.wants_due)
            self.sequences.append(found)
        return found

    def run(self, copies: Copies | None = None) -> None:
        """Asks everything. Where copies of the events are wanted, they are made before the events are asked for."""
        with ThreadPoolExecutor(QUERIES_AT_ONCE, "audience") as pool:
            framed = pool.submit(self.rows.frame, self.columns)
            making: list[Future[None]] = []
            if copies is not None and self._names:
                making = [pool.submit(make) for make in copies.making(self.columns, self._names)]
            self.frame = framed.result()
            if not self.frame.size:
                self.known = dict.fromkeys(self.asked, np.empty(0, np.uint8))
                return
            asking = [pool.submit(ask) for ask in self._of_rows()] if making else []
            for key, leaf in self.others.items():
                self.known[key] = self._set(leaf)
            for made in making:
                made.result()
            if copies is not None and making:
                copies.check(self.columns)
            asking += [pool.submit(ask) for ask in (*self._of_events(), *(() if making else self._of_rows()))]
            for asked in asking:
                self.known.update(asked.result())

    @property
    def _names(self) -> set[str]:
        """Of the events that are asked about."""
        return {*self.scans, *(name for each in self.sequences for name in each.names)}

    def _of_events(self) -> Iterator[_Ask]:
        """What takes longest is begun first, so that nobody waits for it alone in the end."""
        scans = sorted(chain(*self.scans.values()), key=lambda scan: -len(scan.answers))
        yield from (partial(courses.run, self.columns, self.frame) for courses in self.sequences)
        yield from (partial(scan.run, self.columns, self.frame) for scan in scans)
        if self.wants_due and self._names:
            yield self._future

    def _of_rows(self) -> Iterator[_Ask]:
        yield from (partial(each.run, self.columns, self.frame) for each in chain(*self.editions.values()))
        if self.rows.answers:
            yield partial(self.rows.run, self.columns, self.frame)

    def _future(self) -> Mapping[str, Bits]:
        customer_ids, due_ms = told_in_future(self.columns, self._names, self.moment, self.reach)
        self.frame.note_due(customer_ids, due_ms)
        return {}

    def _set(self, leaf: SegmentCondition | ListCondition | SampleCondition) -> Bits:
        if isinstance(leaf, SampleCondition):
            return np.packbits(drawn(leaf, self.frame.ids))
        return self.frame.among(self.sets.members(leaf))

    def bits(self, condition: Condition) -> Bits:
        """The answer to a condition."""
        if isinstance(condition, NotCondition):
            return self.frame.opposite(self.bits(condition.of))
        if isinstance(condition, AllCondition | AnyCondition):
            join = np.bitwise_and if isinstance(condition, AllCondition) else np.bitwise_or
            result = self.bits(condition.of[0])
            for each in condition.of[1:]:
                result = join(result, self.bits(each))
            return result
        return self.known[key_of(condition)]


@dataclass(frozen=True, slots=True)
class Preview:
    """How many of all customers match as of an instant, and who the newest of them are."""

    count: int
    total: int
    sample_ids: Sequence[int]
    elapsed_ms: int


def preview(
    columns: Columns,
    condition: Condition,
    as_of: datetime,
    scope: Scope,
    *,
    zone: ZoneInfo,
    sets: Sets,
    whom: Ids | None = None,
) -> Preview:
    """What an operator sees while designing: only customers in their scope count (of `whom`, where that is told)."""
    started = time.perf_counter()
    answers = evaluate(columns, [condition], as_of, zone=zone, sets=sets, whom=whom, scope=scope)
    found = answers.members(0)
    newest = [int(customer_id) for customer_id in found[: -SAMPLE_SIZE - 1 : -1]]
    return Preview(len(found), len(answers.ids), newest, milliseconds_since(started))


def members(
    columns: Columns,
    condition: Condition,
    as_of: datetime,
    scope: Scope = EVERYTHING,
    *,
    zone: ZoneInfo,
    sets: Sets,
) -> Ids:
    """The ids of all who match, ascending."""
    return evaluate(columns, [condition], as_of, zone=zone, sets=sets, scope=scope).members(0)


def milliseconds_since(started: float) -> int:
    """Whole milliseconds since `time.perf_counter()` was `started`."""
    return round((time.perf_counter() - started) * 1000)
