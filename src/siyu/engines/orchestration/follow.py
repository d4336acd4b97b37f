"""Follows the log: who entered or left a segment, and which customers were merged or split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from siyu.domain.customers.contracts import CUSTOMERS_MERGED, CUSTOMERS_SPLIT
from siyu.domain.customers.reading import current_customer_ids
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import Arrival
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED
from siyu.engines.orchestration.advance import ACTOR
from siyu.kernel.events import Event
from siyu.platform.eventlog.consuming import Handler
from siyu.platform.postgres.database import UnitOfWork

CONSUMER_NAME = "orchestration"
_SEGMENT_EVENTS = (SEGMENT_ENTERED, SEGMENT_EXITED)


def follow_log(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Handles a batch of the log. Merges first: whom a profile belongs to is looked up as of now, so an entering that stands
    in the log before the merge finds the customer who came out of it."""
    changed = [event for event in events if event.name not in _SEGMENT_EVENTS]
    if changed:
        journeys.follow_customers(work, ACTOR, set(customers_in(changed)))
    for entered, left in _rounds(work, [event for event in events if event.name in _SEGMENT_EVENTS]):
        journeys.end_entries_on_leave(work, ACTOR, left)
        journeys.start_entries(work, ACTOR, entered)


def customers_in(events: Sequence[Event]) -> Iterator[int]:
    """The customers that merges and splits speak of."""
    for event in events:
        yield event.profile_id
        for name in ("winner_id", "loser_id"):
            customer_id = event.properties.get(name)
            if isinstance(customer_id, int):
                yield customer_id


def _rounds(work: UnitOfWork, events: Sequence[Event]) -> list[tuple[list[Arrival], list[Arrival]]]:
    """The events as rounds of (entered, left), so that a round is one statement each: the n-th event of a customer about a
    segment stands in the n-th round. Nearly always there is one."""
    customer_of = current_customer_ids(work, {event.profile_id for event in events}) if events else {}
    rounds: list[tuple[list[Arrival], list[Arrival]]] = []
    seen: dict[tuple[int, int], int] = {}
    for event in events:
        customer_id = customer_of.get(event.profile_id, event.profile_id)
        segment_id = int(event.properties["segment_id"])
        number = seen.get((segment_id, customer_id), 0)
        seen[segment_id, customer_id] = number + 1
        if number == len(rounds):
            rounds.append(([], []))
        arrival = Arrival(segment_id, event.profile_id, customer_id, event.occurred_at, event.event_id)
        rounds[number][0 if event.name == SEGMENT_ENTERED else 1].append(arrival)
    return rounds


HANDLERS: Mapping[str, Handler] = {
    SEGMENT_ENTERED: follow_log,
    SEGMENT_EXITED: follow_log,
    CUSTOMERS_MERGED: follow_log,
    CUSTOMERS_SPLIT: follow_log,
}
"""What this engine asks of the log, for one consumer called CONSUMER_NAME; one handler, so that it sees the events in order."""
