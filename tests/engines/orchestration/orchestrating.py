"""The engine as tests drive it, and what they ask afterwards. Versions are put in force as plans: how documents become plans is
tested with the room."""

from __future__ import annotations

from siyu.domain.definitions import service as definitions
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import JOURNEY_KIND, JourneyNumbers, JourneyPlan, TriggerPlan
from siyu.engines.orchestration import advance_once
from siyu.engines.orchestration.follow import consumer
from siyu.platform.postgres.database import Database
from tests.engines.scenery import SIYU, drain, the_log

ORCHESTRATION = consumer()


def entered(segment_id: int, *, members: bool = False) -> TriggerPlan:
    """Entering a segment."""
    return TriggerPlan("segment_entered", segment_id=segment_id, include_members=members)


def a_planned(database: Database, plan: JourneyPlan, journey_id: int | None = None) -> int:
    """A journey in force with this plan, or the next version of one."""
    with database.begin() as work:
        if journey_id is None:
            journey_id = definitions.create(work, SIYU, JOURNEY_KIND, "唤回", {}).definition_id
        else:
            definitions.save_draft(work, SIYU, journey_id, "唤回", {}, kind=JOURNEY_KIND)
        published = definitions.publish(work, SIYU, journey_id, kind=JOURNEY_KIND)
        journeys.keep_plan(work, SIYU, journey_id, published.version or 1, plan)
    return journey_id


def follow(database: Database) -> None:
    """Lets the engine handle the log to its end."""
    drain(database, ORCHESTRATION)


def move(database: Database) -> int:
    """Moves everybody who is due, also who is due again at once; gives how many moves that were."""
    moved = 0
    while now := advance_once(database):
        moved += now
    return moved


def numbers(database: Database, journey_id: int) -> JourneyNumbers:
    """How many are where."""
    with database.read() as reading:
        return journeys_reading.numbers(reading, [journey_id])[journey_id]


def requested(database: Database) -> list[tuple[int, int]]:
    """(customer, step) of each message asked for, in order."""
    events = the_log(database, "message_requested")
    return [(event.profile_id, event.properties["step"]) for event in events]
