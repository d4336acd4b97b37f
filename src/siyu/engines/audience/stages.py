"""Movements on ladders follow from who enters and exits the stages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from siyu.domain.customers.contracts import CUSTOMERS_MERGED, CUSTOMERS_SPLIT
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED, Merge, StageFlip
from siyu.kernel.actors import system_actor
from siyu.kernel.events import Event
from siyu.platform.postgres.database import UnitOfWork

ACTOR = system_actor("audience")


def follow_stages(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Handles entries, exits, merges and splits in the log's order."""
    segments.follow_stages(work, ACTOR, list(_flips(events)))


def _flips(events: Sequence[Event]) -> Iterator[StageFlip | Merge]:
    for event in events:
        told = event.properties
        if event.name in (CUSTOMERS_MERGED, CUSTOMERS_SPLIT):
            yield Merge(
                winner_id=int(told["winner_id"]),
                loser_id=int(told["loser_id"]),
                is_split=event.name == CUSTOMERS_SPLIT,
                cause=event.event_id.hex,
            )
        elif event.name in (SEGMENT_ENTERED, SEGMENT_EXITED):
            yield StageFlip(
                segment_id=int(told["segment_id"]),
                customer_id=event.profile_id,
                is_entry=event.name == SEGMENT_ENTERED,
                at=event.occurred_at,
                reason=str(told.get("reason", "")),
                cause=event.event_id.hex,
                position=event.position,
            )
