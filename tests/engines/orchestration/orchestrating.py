"""The engine as tests drive it, and what they ask afterwards."""

from __future__ import annotations

from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys.contracts import JourneyNumbers
from siyu.engines.orchestration import CONSUMER_NAME, HANDLERS
from siyu.platform.eventlog.consuming import Consumer
from siyu.platform.postgres.database import Database
from tests.engines.scenery import drain, the_log

ORCHESTRATION = Consumer(CONSUMER_NAME, {name: [handler] for name, handler in HANDLERS.items()})


def follow(database: Database) -> None:
    """Lets the engine handle the log to its end."""
    drain(database, ORCHESTRATION)


def numbers(database: Database, journey_id: int) -> JourneyNumbers:
    """How many are where."""
    with database.read() as reading:
        return journeys_reading.numbers(reading, [journey_id])[journey_id]


def requested(database: Database) -> list[tuple[int, int]]:
    """(customer, step) of each message asked for, in order."""
    events = the_log(database, "message_requested")
    return [(event.profile_id, event.properties["step"]) for event in events]
