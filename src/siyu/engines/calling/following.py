"""Events that endpoints are told of become calls."""

from __future__ import annotations

from collections.abc import Sequence

from siyu.domain.definitions.contracts import passes
from siyu.domain.hooks import reading as hooks_reading
from siyu.domain.hooks import service as hooks
from siyu.domain.hooks.contracts import HOOKS_CONSUMER, EventCall
from siyu.engines.calling.making import ACTOR
from siyu.kernel.events import Event
from siyu.platform.eventlog.consuming import Consumer, Progress, consume_once
from siyu.platform.postgres.database import Database, UnitOfWork


def call_by_events_once(database: Database) -> Progress | None:
    """The next stretch of the log for endpoints. Which events they are told of changes with them, so the consumer is made anew each
    time; where there are none the cursor just moves on."""
    with database.read() as reading:
        names = {match.event for matches in hooks_reading.subscriptions(reading).values() for match in matches}
    return consume_once(database, Consumer(HOOKS_CONSUMER, dict.fromkeys(names, (follow_events,))))


def follow_events(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Asks for a call of every endpoint that is told of such an event, once."""
    calls = []
    for endpoint_id, matches in sorted(hooks_reading.subscriptions(work).items()):
        for event in events:
            if any(each.event == event.name and passes(event.properties, each.where) for each in matches):
                calls.append(
                    EventCall(
                        endpoint_id,
                        event.event_id,
                        event.profile_id,
                        event.name,
                        event.occurred_at,
                        event.properties,
                    )
                )
    hooks.request_event_calls(work, ACTOR, calls)
