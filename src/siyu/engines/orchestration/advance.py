"""Moves entries on, thousands in a handful of statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

import numpy as np

from siyu.domain.customers import service as customers
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import Arrival, DueEntries, EnterPlan, JourneyPlan, JourneyVersion, Moved, Numbers
from siyu.domain.segments import reading as segments
from siyu.engines.orchestration.doing import ACTOR, Nodes, Round
from siyu.engines.orchestration.walking import walk
from siyu.kernel.ids import derived_hex
from siyu.platform.numbers import distinct
from siyu.platform.postgres.database import Database, UnitOfWork

BATCH = 20_000
SHANGHAI = ZoneInfo("Asia/Shanghai")


def run_once(database: Database, batch: int = BATCH, zone: ZoneInfo = SHANGHAI) -> bool:
    """One round of what moves entries; False where nothing was to be done."""
    taken_in = take_in_once(database, batch)
    moved = advance_once(database, batch, zone)
    return bool(taken_in or moved or keep_up_once(database, batch))


def advance_once(database: Database, batch: int = BATCH, zone: ZoneInfo = SHANGHAI) -> int:
    """Moves the entries that are due, each through all that is done at once up to the next rest or its end; gives how many.

    The claim, the moves and what nodes do elsewhere commit together. Several workers may do this at the same time.
    """
    with database.begin() as work:
        customers.hold_known(work, ACTOR)  # before entries are locked: who erases takes the two in this order
        due = journeys.lock_due_entries(work, ACTOR, batch)
        if due is None:
            return 0
        shared = Round(work, zone, work.clock.now())
        moves: list[Moved] = []
        plans: dict[int, JourneyPlan] = {}
        by_version = _by_version(_resolved(work, due))
        known = journeys_reading.plans(work, by_version)
        for version, everybody in by_version.items():
            entries = everybody
            if shared.has_let_in:
                entries = everybody.taken(journeys.open_among(work, ACTOR, everybody))
            if not len(entries):
                continue
            plan = known[version]
            if moves and any(isinstance(node, EnterPlan) for node in plan.places):
                # whom it lets in elsewhere may end here: by then each of these has to be where they have come to
                journeys.move_entries(work, ACTOR, moves, plans)
                moves, plans = [], {}
            plans[len(moves)] = plan
            moves.append(walk(plan, entries, Nodes(shared, plan, entries).do))
        journeys.move_entries(work, ACTOR, moves, plans)
        return len(due)


def _by_version(due: DueEntries) -> dict[JourneyVersion, DueEntries]:
    found: dict[JourneyVersion, DueEntries] = {}
    for journey_id in distinct(due.journey_ids).tolist():
        of_journey = np.flatnonzero(due.journey_ids == journey_id)
        for version in distinct(due.versions[of_journey]).tolist():
            found[journey_id, version] = due.taken(of_journey[due.versions[of_journey] == version])
    return found


def _resolved(work: UnitOfWork, due: DueEntries) -> DueEntries:
    """With the positions of what had none yet when it was recorded, as far as there are by now."""
    waiting: Numbers = distinct(due.ready_positions[due.ready_positions < 0])
    if not len(waiting):
        return due
    positions: Mapping[int, int] = journeys.positions_of(work, ACTOR, [-each for each in waiting.tolist()])
    ready = due.ready_positions.copy()
    for batch_id, position in positions.items():
        ready[ready == -batch_id] = position
    everybody = due.taken(np.arange(len(due)))
    everybody.ready_positions[:] = ready
    return everybody


def take_in_once(database: Database, batch: int = BATCH) -> int:
    """Takes the next members of a segment into a journey that has just been published; gives how many were looked at.

    In the order of their ids, a batch at a time, the place kept in the database: a million members need no
    transaction of a million rows, and a crash goes on where the last commit stood. Who comes later comes by event.
    """
    with database.begin() as work:
        journey = journeys.lock_taking_in(work, ACTOR)
        if journey is None:
            return 0
        version = journey.journey_id, journey.version
        plan = journeys_reading.plans(work, [version])[version]
        wanted = {
            each.segment_id
            for each in plan.triggers
            if each.kind == "segment_entered" and each.include_members and each.segment_id is not None
        }
        batch_ids = _members_after(work, wanted, journey.taken_in_to, batch)
        now = work.clock.now()
        cause = derived_hex("journey_taking_in", str(journey.journey_id), str(journey.version))
        arrivals = [Arrival(journey.journey_id, each, each, now, cause) for each in batch_ids]
        journeys.start_entries(work, ACTOR, arrivals)
        journeys.save_taking_in(work, ACTOR, journey.journey_id, batch_ids[-1] if batch_ids else None)
        return len(batch_ids)


def _members_after(work: UnitOfWork, segment_ids: Collection[int], after: int, size: int) -> list[int]:
    """The next members of any of the segments, ascending."""
    found: set[int] = set()
    for segment_id in segment_ids:
        members = segments.members_of(work, segment_id)
        start = int(np.searchsorted(members, np.uint64(after), side="right"))
        found.update(members[start : start + size].tolist())
    return sorted(found)[:size]


def keep_up_once(database: Database, batch: int = BATCH) -> bool:
    """Moves entries of older versions to the one in force where a journey says so, and adds up what is counted; whether there was
    anything to do."""
    with database.begin() as work:
        moved = journeys.move_versions(work, ACTOR, batch)
    with database.begin() as work:
        return journeys.add_up_counts(work, ACTOR) or bool(moved)
