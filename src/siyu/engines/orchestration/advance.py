"""Moves entries on, thousands in a handful of statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial

from siyu.domain.customers import service as customers
from siyu.domain.experiments import service as experiments
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import ArmPlan, Arrival, DueEntry, JourneyVersion, Move, SplitPlan
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import MessageRequest
from siyu.domain.segments import reading as segments
from siyu.engines.orchestration.walking import Walk, walk
from siyu.kernel.actors import system_actor
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import Database, UnitOfWork

ACTOR = system_actor("orchestration")
BATCH = 20_000


def run_once(database: Database, batch: int = BATCH) -> bool:
    """One round of everything this engine does by itself; False where nothing was to be done."""
    taken_in = take_in_once(database, batch)
    moved = advance_once(database, batch)
    return bool(taken_in or moved)


def advance_once(database: Database, batch: int = BATCH) -> int:
    """Moves the entries that are due, each through all of its instant steps up to the next wait or its end; gives how many.

    The claim, the moves and the messages asked for commit together. Several workers may do this at the same time.
    """
    with database.begin() as work:
        customers.hold_known(work, ACTOR)  # before entries are locked: who erases takes the two in this order
        entries = journeys.lock_due_entries(work, ACTOR, batch)
        if not entries:
            return 0
        standing: dict[JourneyVersion, dict[int, list[DueEntry]]] = {}
        for entry in entries:
            places = standing.setdefault((entry.journey_id, entry.version), {})
            places.setdefault(entry.step, []).append(entry)
        plans = journeys_reading.plans(work, standing)
        now = work.clock.now()
        moves: list[Move] = []
        for version, places in standing.items():
            found = walk(plans[version], places, partial(_deal, work))
            for step, minutes, resting in found.rests:
                moves.append(Move(resting, step, None if minutes is None else now + timedelta(minutes=minutes)))
            messages.request_messages(work, ACTOR, _requests(found))
        journeys.move_entries(work, ACTOR, moves)
        return len(entries)


def _deal(work: UnitOfWork, at: int, split: SplitPlan, entries: Sequence[DueEntry]) -> list[ArmPlan]:
    """The arms of all entries that come to a split: as their experiment says, asked once for all of them, or by lot."""
    if split.experiment_id is None:
        return [journeys_reading.arm_by_lot(each.journey_id, at, split, each.customer_id) for each in entries]
    given = experiments.assign(
        work, ACTOR, split.experiment_id, {entry.customer_id for entry in entries}, segments.is_member
    )
    arms = {arm.key: arm for arm in split.arms}
    return [arms.get(given.get(entry.customer_id, ""), split.arms[0]) for entry in entries]


def _requests(found: Walk) -> Iterator[MessageRequest]:
    for step, plan, entries in found.sends:
        for entry in entries:
            yield MessageRequest(
                message_key=f"journey:{entry.entry_id}:{step}",
                profile_id=entry.customer_id,
                definition_id=entry.journey_id,
                version=entry.version,
                step=step,
                channels=plan.channels,
                purpose=plan.purpose,
            )


def take_in_once(database: Database, batch: int = BATCH) -> int:
    """Takes the next members of a segment into a journey that has just been published; gives how many were looked at.

    In the order of their ids, a batch at a time, the place kept in the database: a million members need no
    transaction of a million rows, and a crash goes on where the last commit stood. Who comes later comes by event.
    """
    with database.begin() as work:
        journey = journeys.lock_taking_in(work, ACTOR)
        if journey is None:
            return 0
        members = segments.members_of(work, journey.segment_id)
        batch_ids = [int(member) for member in members[members > journey.taken_in_to][:batch]]
        now = work.clock.now()
        arrivals = [
            Arrival(
                segment_id=journey.segment_id,
                profile_id=customer_id,
                customer_id=customer_id,
                occurred_at=now,
                cause_event_id=derived_id("journey_taking_in", journey.journey_id, customer_id),
            )
            for customer_id in batch_ids
        ]
        journeys.start_entries(work, ACTOR, arrivals, journey_id=journey.journey_id)
        journeys.save_taking_in(work, ACTOR, journey.journey_id, batch_ids[-1] if batch_ids else None)
        return len(batch_ids)
