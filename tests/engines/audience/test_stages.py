"""Movements follow from the log: entries, exits and merges are read once, whatever the consumer's steps."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from siyu.domain.customers.contracts import CUSTOMERS_MERGED
from siyu.domain.segments import reading, rules, service, store
from siyu.domain.segments.contracts import (
    LADDERS_CONSUMER,
    SEGMENT_ENTERED,
    SEGMENT_EXITED,
    STAGE_CHANGED,
    ListCondition,
    SegmentCondition,
)
from siyu.domain.segments.keeping_contracts import Ids
from siyu.domain.segments.ladders_rules import as_document, stage_condition
from siyu.domain.segments.ladders_templates import layers
from siyu.engines.audience.evaluate import evaluate
from siyu.engines.audience.stages import follow_stages
from siyu.kernel.actors import Scope
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.consuming import Consumer
from siyu.platform.postgres.database import Database
from tests.engines.audience.histories import NOON, Happening, History, Person, put
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


class NoSets:
    """For conditions that ask for no sets."""

    def members(self, leaf: SegmentCondition | ListCondition) -> Ids:
        raise AssertionError(leaf)


def test_who_came_is_in_the_pool_by_itself_after_seven_days(columns: Columns) -> None:
    def came(who: int, ago: timedelta) -> Happening:
        return Happening("profile_created", who, NOON - ago, {}, "customers")

    week = timedelta(days=7)
    put(
        columns,
        History(
            [Person(n) for n in range(1, 5)],
            [
                came(1, week - timedelta(milliseconds=1)),
                came(2, week),
                came(3, timedelta()),
                Happening("order_paid", 3, NOON, {"total_fen": 1}, "orders"),
                *(
                    Happening("order_paid", 4, NOON - timedelta(days=days), {"total_fen": 1}, "orders")
                    for days in (1, 2, 3, 4)
                ),
            ],
        ),
    )
    keys = ("to_convert", "pool", "core")
    found = evaluate(
        columns,
        [stage_condition(layers(), key) for key in keys],
        NOON,
        zone=ZoneInfo("Asia/Shanghai"),
        sets=NoSets(),
        scope=Scope(),
    )
    standing = [np.unpackbits(each, count=len(found.ids)).astype(bool) for each in found.matches]
    assert {key: found.ids[each].tolist() for key, each in zip(keys, standing, strict=True)} == {
        "to_convert": [1],
        "pool": [2, 3],
        "core": [4],
    }


def test_a_moment_that_is_followed_in_parts_passes_no_other_stage(database: Database, clock: ManualClock) -> None:
    """Where more is told at one moment than one step takes, an exit can be followed when membership is further on already."""
    with database.begin() as work:
        made = service.create_ladder(work, SIYU, "分层", as_document(layers()))
        segment_of = service.publish_ladder(work, SIYU, made.ladder_id).segments

    def tell(name: str, stage: str, *customer_ids: int) -> None:
        with database.begin() as work:
            properties = {"segment_id": segment_of[stage], "version": 1, "reason": "event"}
            work.record(
                NewEvent(name, work.ids.new_id(), each, work.clock.now(), "segments", properties)
                for each in customer_ids
            )

    tell(SEGMENT_ENTERED, "to_convert", 7, 8)
    clock.advance(timedelta(minutes=1))
    tell(SEGMENT_EXITED, "to_convert", 7, 8)
    tell(SEGMENT_ENTERED, "pool", 7)
    clock.advance(timedelta(minutes=1))
    tell(SEGMENT_EXITED, "pool", 7)
    tell(SEGMENT_ENTERED, "core", 7, 8)
    with database.begin() as work:
        store.flip(work.driver, segment_of["core"], rules.bits_of(rules.ids_from([7, 8])))
    drain(database, Consumer(LADDERS_CONSUMER, {name: [follow_stages] for name in NAMES}, events_max=1))
    moved = [
        (each.profile_id, each.properties["from"], each.properties["to"]) for each in the_log(database, STAGE_CHANGED)
    ]
    assert [each[1:] for each in moved if each[0] == 7] == [
        (None, "to_convert"),
        ("to_convert", "pool"),
        ("pool", "core"),
    ]
    assert [each[1:] for each in moved if each[0] == 8] == [(None, "to_convert"), ("to_convert", None), (None, "core")]
