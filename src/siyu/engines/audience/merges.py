"""Membership follows customers who were merged or split."""

from __future__ import annotations

from collections.abc import Sequence

from siyu.domain.customers.contracts import CUSTOMERS_SPLIT
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import MERGE_CONSUMER, MERGE_EVENTS, Merge
from siyu.kernel.actors import system_actor
from siyu.kernel.events import Event
from siyu.platform.eventlog.consuming import Consumer, consume_once
from siyu.platform.postgres.database import Database, UnitOfWork

ACTOR = system_actor("audience")


def catch_up_with_merges(database: Database) -> None:
    """Follows all merges there are, unless another process is at it; the tick need not wait for anybody then."""
    while consume_once(database, MERGES):
        pass


def follow_merges(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Handles `customers_merged` and `customers_split`, both {winner_id, loser_id}, in the log's order."""
    segments.move_members(
        work,
        ACTOR,
        [
            Merge(
                winner_id=int(event.properties["winner_id"]),
                loser_id=int(event.properties["loser_id"]),
                is_split=event.name == CUSTOMERS_SPLIT,
                cause=event.event_id.hex,
            )
            for event in events
        ],
    )


MERGES = Consumer(MERGE_CONSUMER, {name: [follow_merges] for name in MERGE_EVENTS})
