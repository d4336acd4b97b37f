"""Movements follow from the log: entries, exits and merges are read once, whatever the consumer's steps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from siyu.domain.customers.contracts import CUSTOMERS_MERGED
from siyu.domain.segments import reading, service
from siyu.domain.segments.contracts import LADDERS_CONSUMER, SEGMENT_ENTERED, SEGMENT_EXITED, STAGE_CHANGED
from siyu.domain.segments.ladders_rules import as_document
from siyu.domain.segments.ladders_templates import layers
from siyu.engines.audience.stages import follow_stages
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import NewEvent
from siyu.platform.eventlog.consuming import Consumer
from siyu.platform.postgres.database import Database
from tests.engines.scenery import SIYU, drain, the_log

NAMES = (SEGMENT_ENTERED, SEGMENT_EXITED, CUSTOMERS_MERGED)


@pytest.mark.parametrize("events_max", [1, 10_000])
def test_the_log_is_followed(database: Database, clock: ManualClock, events_max: int) -> None:
    with database.begin() as work:
        made = service.create_ladder(work, SIYU, "分层", as_document(layers()))
        segment_of = service.publish_ladder(work, SIYU, made.ladder_id).segments

    def tell(*told: tuple[str, str, int], reason: str = "event") -> None:
        clock.advance(timedelta(minutes=1))
        with database.begin() as work:
            work.record(
                NewEvent(
                    name,
                    work.ids.new_id(),
                    customer_id,
                    work.clock.now(),
                    "segments",
                    {"segment_id": segment_of[stage], "version": 1, "reason": reason},
                )
                for name, stage, customer_id in told
            )

    tell((SEGMENT_ENTERED, "to_convert", 7), (SEGMENT_ENTERED, "pool", 8), reason="built")
    tell((SEGMENT_EXITED, "to_convert", 7), (SEGMENT_ENTERED, "pool", 7))
    with database.begin() as work:
        merged = {"winner_id": 7, "loser_id": 8}
        work.record([NewEvent(CUSTOMERS_MERGED, work.ids.new_id(), 7, work.clock.now(), "customers", merged)])
    tell((SEGMENT_ENTERED, "core", 7), (SEGMENT_EXITED, "pool", 7), (SEGMENT_ENTERED, "to_convert", 9))
    drain(database, Consumer(LADDERS_CONSUMER, {name: [follow_stages] for name in NAMES}, events_max=events_max))
    moved = [(each.profile_id, each.properties) for each in the_log(database, STAGE_CHANGED)]
    of = {"ladder_id": made.ladder_id, "reason": "event"}
    assert moved == [
        (7, {**of, "from": "to_convert", "to": "pool"}),
        (7, {**of, "from": "pool", "to": "core"}),
        (9, {**of, "from": None, "to": "to_convert"}),
    ]
    with database.read() as found:
        assert {each.customer_id: each.stage for each in reading.stages_of(found, [7, 8, 9])} == {
            7: "core",
            9: "to_convert",
        }
