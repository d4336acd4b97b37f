"""Walks entries of one version from where they are to where they rest or end: all who stand at one node at once. What the nodes do
is told to it; it knows the ways alone, and keeps count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from siyu.domain.journeys.contracts import (
    OWN_BATCH,
    STATES,
    DueEntries,
    Edge,
    EntryState,
    Fault,
    JourneyPlan,
    Moved,
    NodePlan,
    Numbers,
    Onward,
    TaskPlan,
    WaitEventPlan,
    WaitPlan,
    WaitUntilPlan,
    edges_of,
)
from siyu.platform.numbers import distinct

RESTS: Final = -1
"""Instead of the number of an edge: stays here."""
FAILS: Final = -2
"""Instead of the number of an edge: a fault holds the entry."""
GOES_ROUND: Final = Fault("journey_goes_round", "It came back to where it had been without having waited.")

_ACTIVE, _PAUSED, _COMPLETED = (
    STATES.index(each) for each in (EntryState.ACTIVE, EntryState.PAUSED, EntryState.COMPLETED)
)


@dataclass(slots=True)
class Done:
    """What a node did with those who stood at it: for each the number of the edge they go, RESTS, or FAILS. Who rests does so until
    `due_us`; `onward` says what then. `faults` number those who fail."""

    edges: Numbers
    due_us: Numbers | None = None
    onward: Onward = Onward.ON_TIME
    awaiting: str | None = None
    ready_position: int | None = None
    faults: Mapping[int, Fault] = field(default_factory=dict)
    changes_traits: bool = False


Do = Callable[[int, NodePlan, Numbers, Numbers], Done]
"""Does a node: (its place, it, who stands there by number, how far the log has to be read for them)."""


def walk(plan: JourneyPlan, entries: DueEntries, do: Do) -> Moved:
    """Where the entries of a version come to, and by which way."""
    return _Walk(plan, entries, do).done()


class _Walk:
    def __init__(self, plan: JourneyPlan, entries: DueEntries, do: Do) -> None:
        size = len(entries)
        self._plan, self._entries, self._do = plan, entries, do
        self._ranks = ranks(plan)
        self._standing: dict[int, list[Numbers]] = {}
        self._places = entries.places.copy()
        self._states = np.zeros(size, dtype=np.int64)
        self._onwards = np.zeros(size, dtype=np.int64)
        self._due_us = np.zeros(size, dtype=np.int64)
        self._ready = entries.ready_positions.copy()
        self._awaiting = np.zeros(size, dtype=np.int64)
        self._faults = np.zeros(size, dtype=np.int64)
        self._paths = np.zeros(size, dtype=np.int64)
        self._awaited: dict[str, int] = {}
        self._fault_numbers: dict[Fault, int] = {}
        self._path_numbers: dict[tuple[int, ...], int] = {(): 0}
        self._path_list: list[tuple[int, ...]] = [()]
        self._passed: Counter[tuple[int, int]] = Counter()

    def done(self) -> Moved:
        self._begin()
        while self._standing:
            place = min(self._standing, key=self._ranks.__getitem__)
            chosen = np.concatenate(self._standing.pop(place))
            chosen.sort()
            self._step(place, chosen)
        return Moved(
            entries=self._entries,
            places=self._places,
            states=self._states,
            onwards=self._onwards,
            due_us=np.where(self._states == _ACTIVE, self._due_us, self._entries.arrived_us),
            ready_positions=self._ready,
            awaiting=self._awaiting,
            faults=self._faults,
            paths=self._paths,
            awaited=list(self._awaited),
            fault_list=list(self._fault_numbers),
            path_list=self._path_list,
            passed=self._passed,
        )

    def _begin(self) -> None:
        entries = self._entries
        for place in distinct(entries.places).tolist():
            here = entries.places == place
            edges = edges_of(self._plan.places[place])
            to_do = np.flatnonzero(here & (entries.onwards == Onward.TO_DO))
            fresh, again = to_do[entries.visits[to_do] == 0], to_do[entries.visits[to_do] > 0]
            self._arrive(place, fresh)
            if len(again):
                self._standing.setdefault(place, []).append(again)
            in_time = here & (
                (entries.onwards == Onward.WOKEN) | ((entries.onwards == Onward.ON_TIME) & (len(edges) == 1))
            )
            self._go(place, 0, edges[0], np.flatnonzero(in_time))
            rest = here & (entries.onwards != Onward.TO_DO) & ~in_time
            self._go(place, len(edges) - 1, edges[-1], np.flatnonzero(rest))

    def _step(self, place: int, chosen: Numbers) -> None:
        node = self._plan.places[place]
        done = self._do(place, node, chosen, self._ready[chosen])
        self._places[chosen] = place
        if done.changes_traits:
            self._ready[chosen] = OWN_BATCH
        for number, edge in enumerate(edges_of(node)):
            self._pass(place, number, edge, chosen[done.edges == number])
        self._rest(chosen, done)
        for number, fault in done.faults.items():
            self._hold(chosen[number : number + 1], fault)

    def _rest(self, chosen: Numbers, done: Done) -> None:
        resting = done.edges == RESTS
        if not resting.any() or done.due_us is None:
            return
        who = chosen[resting]
        self._due_us[who] = done.due_us[resting]
        self._onwards[who] = done.onward
        if done.ready_position is not None:
            self._ready[who] = done.ready_position
        if done.awaiting is not None:
            self._awaiting[who] = self._awaited.setdefault(done.awaiting, len(self._awaited) + 1)

    def _hold(self, who: Numbers, fault: Fault) -> None:
        self._states[who] = _PAUSED
        self._faults[who] = self._fault_numbers.setdefault(fault, len(self._fault_numbers) + 1)

    def _pass(self, place: int, number: int, edge: Edge, who: Numbers) -> None:
        """Along an edge without having rested: never back, or one would go round for ever."""
        if len(who) and edge is not None and self._ranks[edge] <= self._ranks[place]:
            self._hold(who, GOES_ROUND)
            return
        self._go(place, number, edge, who)

    def _go(self, place: int, number: int, edge: Edge, who: Numbers) -> None:
        if not len(who):
            return
        self._passed[place, number] += len(who)
        if edge is None:
            self._states[who] = _COMPLETED
        else:
            self._arrive(edge, who)

    def _arrive(self, place: int, who: Numbers) -> None:
        if not len(who):
            return
        self._places[who] = place
        before, which = np.unique(self._paths[who], return_inverse=True)
        after = np.array([self._path(self._path_list[each], place) for each in before.tolist()], dtype=np.int64)
        self._paths[who] = after[which]
        self._standing.setdefault(place, []).append(who)

    def _path(self, before: tuple[int, ...], place: int) -> int:
        path = (*before, place)
        number = self._path_numbers.setdefault(path, len(self._path_list))
        if number == len(self._path_list):
            self._path_list.append(path)
        return number


def ranks(plan: JourneyPlan) -> Mapping[int, int]:
    """An order of the places in which whoever does not rest only goes up; where that cannot be, the edge that closes a ring goes
    down."""
    order: list[int] = []
    seen: set[int] = set()
    for root in range(len(plan.places)):
        if root in seen:
            continue
        seen.add(root)
        way: list[tuple[int, Sequence[int]]] = [(root, _at_once(plan, root))]
        while way:
            place, rest = way[-1]
            if not rest:
                order.append(place)
                way.pop()
                continue
            way[-1] = place, rest[1:]
            if rest[0] not in seen:
                seen.add(rest[0])
                way.append((rest[0], _at_once(plan, rest[0])))
    return {place: rank for rank, place in enumerate(reversed(order))}


def _at_once(plan: JourneyPlan, place: int) -> Sequence[int]:
    """Where one may come to from a place without having rested there."""
    node = plan.places[place]
    if is_rest(node):
        return ()
    return tuple(edge for edge in edges_of(node) if edge is not None)


def is_rest(node: NodePlan) -> bool:
    """Whether nobody passes it at once."""
    match node:
        case WaitPlan() | WaitEventPlan():
            return True
        case WaitUntilPlan(day=day):
            return day is None
        case TaskPlan(wait=wait):
            return wait
        case _:
            return False
