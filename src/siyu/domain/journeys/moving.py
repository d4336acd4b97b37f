"""How entries move, rest, wake, are held by faults and let go again. Part of `service`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal

import numpy as np

from siyu.domain.journeys import counts_store, entering_store, plans_store, telling
from siyu.domain.journeys import moving_store as store
from siyu.domain.journeys.counts_store import Counts
from siyu.domain.journeys.entering import RUN_RIGHT
from siyu.domain.journeys.entries_contracts import (
    EVERYWHERE,
    JOURNEY_COMPLETED,
    JOURNEY_PAUSED,
    OWN_BATCH,
    PASSAGES_KEPT_DAYS,
    STATES,
    AskedBy,
    DueEntries,
    EntryState,
    JourneyVersion,
    Moved,
    Numbers,
    Onward,
    Timer,
    Waiting,
    Way,
)
from siyu.domain.journeys.plan import EnterPlan, JourneyPlan
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork

_STATE_OF: Final[Mapping[Way, Literal["active", "paused"]]] = {Way.RESTING: "active", Way.PAUSED: "paused"}
_PAUSED = STATES.index(EntryState.PAUSED)
_COMPLETED = STATES.index(EntryState.COMPLETED)


def lock_due_entries(work: UnitOfWork, actor: Actor, entries_max: int) -> DueEntries | None:
    """Entries that are to move on, locked, of all running journeys in equal shares; at most about `entries_max`. None where nobody
    is. Until the commit nobody is woken."""
    actor.require(RUN_RIGHT)
    now = work.clock.now()
    journey_ids = store.select_due_journeys(work.driver, now)
    if not journey_ids:
        return None
    store.share_rests(work.driver)
    due = store.lock_due(work.driver, journey_ids, max(1, entries_max // len(journey_ids)), now)
    return due if len(due) else None


def move_entries(work: UnitOfWork, actor: Actor, moves: Sequence[Moved], plans: Mapping[int, JourneyPlan]) -> None:
    """Puts entries that were locked where they have come to. OWN_BATCH as a ready position stands for what this unit of work
    records itself. `plans` are those of the moves, by their number."""
    actor.require(RUN_RIGHT)
    if any((moved.ready_positions == OWN_BATCH).any() for moved in moves):
        work.append_recorded()
        batch = -store.last_batch(work.driver)
        moves = [
            replace(moved, ready_positions=np.where(moved.ready_positions == OWN_BATCH, batch, moved.ready_positions))
            for moved in moves
        ]
    now = work.clock.now()
    still_in = _still_in(work, moves, plans)
    store.save_moves(work.driver, moves, now)
    counts: Counts = Counter()
    for number, moved in enumerate(still_in):
        _count(counts, moves[number].version, moved)
        completed = np.flatnonzero(moved.states == _COMPLETED)
        is_customer = plans[number].subject == "customer"
        work.record(telling.events(work, JOURNEY_COMPLETED, _rows(moved, completed, is_customer=is_customer)))
        for held in np.flatnonzero(moved.states == _PAUSED).tolist():
            rows = _rows(moved, np.array([held]), is_customer=is_customer)
            visit = str(moved.entries.visits[held])
            node = plans[number].places[int(moved.places[held])].key
            fault = moved.fault_list[int(moved.faults[held]) - 1]
            work.record(telling.events(work, JOURNEY_PAUSED, rows, visit, node=node, fault=fault.code))
    counts_store.add(work.driver, counts)


def _still_in(work: UnitOfWork, moves: Sequence[Moved], plans: Mapping[int, JourneyPlan]) -> Sequence[Moved]:
    """The moves without those whose way has ended meanwhile, in this very unit of work: a node let them into a journey that
    outranks theirs. That they ended is told and counted; they did so at that node."""
    if not any(isinstance(node, EnterPlan) for plan in plans.values() for node in plan.places):
        return moves
    ended = store.select_ended(work.driver, [each for moved in moves for each in moved.entries.entry_ids.tolist()])
    if not ended:
        return moves
    places = {
        entry_id: place
        for moved in moves
        for entry_id, place in zip(moved.entries.entry_ids.tolist(), moved.places.tolist(), strict=True)
    }
    store.save_places(work.driver, {each: places[each] for each in ended})
    return [moved.taken(np.flatnonzero(~np.isin(moved.entries.entry_ids, ended))) for moved in moves]


def open_among(work: UnitOfWork, actor: Actor, entries: DueEntries) -> Numbers:
    """By their numbers those of the entries, locked by this unit of work, that it has not ended itself meanwhile."""
    actor.require(RUN_RIGHT)
    ended = store.select_ended(work.driver, entries.entry_ids.tolist())
    return np.flatnonzero(~np.isin(entries.entry_ids, ended))


def _rows(moved: Moved, chosen: Numbers, *, is_customer: bool) -> list[entering_store.EntryRow]:
    if not len(chosen):
        return []
    entries = moved.entries.taken(chosen)
    journey_id, version = int(entries.journey_ids[0]), int(entries.versions[0])
    return [
        entering_store.EntryRow(entry_id, journey_id, version, subject_id, 0, is_customer)
        for entry_id, subject_id in zip(entries.entry_ids.tolist(), entries.subject_ids.tolist(), strict=True)
    ]


def _count(counts: Counts, whose: JourneyVersion, moved: Moved) -> None:
    journey_id, version = whose
    for place, many in _tallied(moved.entries.places):
        counts[journey_id, version, place, Way.RESTING] -= many
    for state, way in enumerate((Way.RESTING, Way.PAUSED)):
        for place, many in _tallied(moved.places[moved.states == state]):
            counts[journey_id, version, place, way] += many
    counts[journey_id, version, EVERYWHERE, Way.COMPLETED] += int((moved.states == _COMPLETED).sum())
    for (place, edge), many in moved.passed.items():
        counts[journey_id, version, place, edge] += many


def _tallied(places: Numbers) -> list[tuple[int, int]]:
    found, many = np.unique(places, return_counts=True)
    return list(zip(found.tolist(), many.tolist(), strict=True))


def positions_of(work: UnitOfWork, actor: Actor, batch_ids: Collection[int]) -> dict[int, int]:
    """The positions in the log of batches that have one by now."""
    actor.require(RUN_RIGHT)
    return store.positions_of(work.driver, batch_ids)


def head_position(work: UnitOfWork, actor: Actor) -> int:
    """How far the log is: what stands there now had come before whoever comes to rest now."""
    actor.require(RUN_RIGHT)
    return store.head_position(work.driver)


def lock_rests(work: UnitOfWork, actor: Actor) -> None:
    """First in the unit of work of whoever wakes entries: until the commit nobody comes to rest."""
    actor.require(RUN_RIGHT)
    store.lock_rests(work.driver)


def waiting_for(
    work: UnitOfWork, actor: Actor, names: Sequence[str], customers: Sequence[int], positions: Sequence[int]
) -> list[Waiting]:
    """Entries that rest for events of these names about these customers, which came later than they did; in the events' order."""
    actor.require(RUN_RIGHT)
    return store.select_waiting(work.driver, names, customers, positions) if names else []


def wake(work: UnitOfWork, actor: Actor, entries: Mapping[int, int]) -> None:
    """Lets entries go on whose event has come, {entry: its position}."""
    actor.require(RUN_RIGHT)
    if entries:
        store.wake(work.driver, entries, work.clock.now())


def wake_by_key(work: UnitOfWork, actor: Actor, keys: Sequence[AskedBy], *, is_done: bool, position: int) -> int:
    """Lets entries go on that rest for what they asked for. Who was moved to another version since rests at the node of the same
    key there."""
    actor.require(RUN_RIGHT)
    if not keys:
        return 0
    versions = store.select_versions(work.driver, [each.entry_id for each in keys])
    moved = {
        (versions[each.entry_id][0], version)
        for each in keys
        if each.entry_id in versions and versions[each.entry_id][1] != each.version
        for version in (each.version, versions[each.entry_id][1])
    }
    plans = plans_store.select_plans(work.driver, moved) if moved else {}
    found: list[tuple[int, int, int]] = []
    for each in keys:
        journey_id, version = versions.get(each.entry_id, (0, each.version))
        place: int | None = each.place
        if version != each.version:
            before = plans.get((journey_id, each.version))
            known = before is not None and each.place < len(before.places)
            place = plans[journey_id, version].place_of(before.places[each.place].key) if before and known else None
        if place is not None:
            found.append((each.entry_id, place, each.visit))
    onward = Onward.WOKEN if is_done else Onward.IN_VAIN
    return store.wake_by_key(work.driver, found, onward, position, work.clock.now()) if found else 0


def retry(
    work: UnitOfWork,
    actor: Actor,
    journey_id: int,
    *,
    entry_ids: Collection[int] | None = None,
    node: tuple[int, str] | None = None,
) -> int:
    """Lets entries that a fault holds try again what failed: those named, those at a node (version, key), or all of the journey;
    gives how many."""
    actor.require("journeys.enter")
    place: tuple[int, int] | None = None
    if node is not None:
        plan = plans_store.select_plans(work.driver, [(journey_id, node[0])]).get((journey_id, node[0]))
        found = plan.place_of(node[1]) if plan else None
        if found is None:
            return 0
        place = node[0], found
    rows = store.resume_paused(work.driver, journey_id, entry_ids, place, work.clock.now())
    counts: Counts = Counter()
    for row in rows:
        counts[row.journey_id, row.version, row.place, Way.PAUSED] -= 1
        counts[row.journey_id, row.version, row.place, Way.RESTING] += 1
    counts_store.add(work.driver, counts)
    return len(rows)


def add_up_counts(work: UnitOfWork, actor: Actor) -> bool:
    """Makes fewer rows of what is counted; whether there were too many."""
    actor.require(RUN_RIGHT)
    return counts_store.add_up(work.driver)


def forget_passages(
    work: UnitOfWork, actor: Actor, size: int, since: datetime | None = None
) -> tuple[int, datetime | None]:
    """Forgets by what places those came, from `since` on, who ended long ago; gives of how many moves, and when the last was.
    That they came, and how many, stays."""
    actor.require(RUN_RIGHT)
    return store.delete_passages(work.driver, since, work.clock.now() - timedelta(days=PASSAGES_KEPT_DAYS), size)


def move_versions(work: UnitOfWork, actor: Actor, size: int) -> int:
    """Moves the next entries of older versions to the one in force, where a journey says so: those at a node which is there still.
    At one that has changed they begin it anew; whom a fault holds there is held until it is tried again, and then does the new
    one. Gives how many."""
    actor.require(RUN_RIGHT)
    journey = store.lock_moving_journey(work.driver)
    if journey is None:
        return 0
    journey_id, version = journey
    older = store.select_older_versions(work.driver, journey_id, version)
    plans = plans_store.select_plans(work.driver, [(journey_id, each) for each in [*older, version]])
    for each in older:
        places = _same_places(plans[journey_id, each], plans[journey_id, version])
        moved = _moved(work, journey_id, (each, version), places, size)
        if moved:
            return moved
        if store.is_anybody_at(work.driver, journey_id, each, places):
            return 0  # another worker moves them just now: they come along the next time
    store.end_moving(work.driver, journey_id)
    return 0


def _moved(
    work: UnitOfWork, journey_id: int, versions: tuple[int, int], places: Mapping[int, tuple[int, bool]], size: int
) -> int:
    older, newer = versions
    counts: Counts = Counter()
    total = 0
    for way, state in _STATE_OF.items():
        for old_place, new_place, many in store.move_version(
            work.driver, journey_id, versions, state, places, size - total, work.clock.now()
        ):
            counts[journey_id, older, old_place, way] -= many
            counts[journey_id, newer, new_place, way] += many
            total += many
    counts_store.add(work.driver, counts)
    return total


def _same_places(old: JourneyPlan, new: JourneyPlan) -> dict[int, tuple[int, bool]]:
    found: dict[int, tuple[int, bool]] = {}
    for place, node in enumerate(old.places):
        there = new.place_of(node.key)
        if there is not None:
            found[place] = there, _without_edges(node) == _without_edges(new.places[there])
    return found


def _without_edges(node: object) -> dict[str, object]:
    ways = {"next", "on_timeout", "on_expired", "on_empty", "otherwise", "ways", "arms"}
    return {name: getattr(node, name) for name in node.__slots__ if name not in ways}  # type: ignore[attr-defined]  # all plans have them


def list_timers(work: UnitOfWork, actor: Actor) -> list[Timer]:
    """All triggers that go by the clock."""
    actor.require(RUN_RIGHT)
    return plans_store.select_timers(work.driver)


def lock_timer(work: UnitOfWork, actor: Actor, journey_id: int, n: int) -> Timer | None:
    """One of the timers, locked; None where it is gone, or another worker has it."""
    actor.require(RUN_RIGHT)
    return plans_store.lock_timer(work.driver, journey_id, n)


def save_timer(work: UnitOfWork, actor: Actor, timer: Timer, occasion_at: datetime, taken_to: int | None) -> None:
    """Which occasion a timer is at, and how far: the last subject that was let in, None when all were."""
    actor.require(RUN_RIGHT)
    plans_store.save_timer(work.driver, timer.journey_id, timer.n, occasion_at, taken_to)
