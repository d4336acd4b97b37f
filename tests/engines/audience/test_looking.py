"""Overlaps against plain sets; who was in at the end of a day, and since when, from what the log tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.customers import service as customers
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED, SEGMENT_MOVED
from siyu.engines.audience.looking import members_before, overlap, since_when
from siyu.engines.projection.projecting import columns_projector
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from tests.engines.scenery import some_customers

SIYU = system_actor("test")
SEGMENT, OTHER = 7, 8


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sets(st.one_of(st.integers(1, 40), st.integers(2**22 - 3, 2**22 + 3))), min_size=2, max_size=6))
def test_an_overlap_is_that_of_sets(sets: list[set[int]]) -> None:
    by_id = {100 - number: members for number, members in enumerate(sets)}
    parts = overlap({each: np.asarray(sorted(members), np.uint64) for each, members in by_id.items()})
    assert len(parts) == len({part.segment_ids for part in parts}) == 2 ** len(sets) - 1
    for part in parts:
        inside = set.intersection(*(by_id[each] for each in part.segment_ids))
        outside = set().union(*(members for each, members in by_id.items() if each not in part.segment_ids))
        assert part.count == len(inside - outside)
    assert sum(part.count for part in parts) == len(set().union(*sets))
    for each, members in by_id.items():
        assert sum(part.count for part in parts if each in part.segment_ids) == len(members)


def tell(database: Database, name: str, customer_id: int, segment_id: int = SEGMENT, **more: int) -> None:
    properties: Mapping[str, object] = {"segment_id": segment_id, **more}
    with database.begin() as work:
        work.record([NewEvent(name, work.ids.new_id(), customer_id, work.clock.now(), "segments", properties)])


def project(database: Database, columns: Columns) -> None:
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
    while project_once(database, columns_projector(columns)):
        pass


def test_who_was_in_and_since_when(database: Database, columns: Columns, clock: ManualClock) -> None:
    a, b, c = some_customers(database, 3)
    days: list[datetime] = []

    def next_day() -> None:
        clock.advance(timedelta(hours=12))
        days.append(clock.now())
        clock.advance(timedelta(hours=12))

    for each in (a, b):
        tell(database, SEGMENT_ENTERED, each)
    tell(database, SEGMENT_ENTERED, c, OTHER)
    entered_at = clock.now()
    next_day()
    tell(database, SEGMENT_EXITED, a)
    next_day()
    with database.begin() as work:
        customers.merge(work, SIYU, [a, b], "同一人")
    tell(database, SEGMENT_MOVED, a, from_customer_id=b)
    next_day()
    with database.begin() as work:
        customers.split(work, SIYU, a, profile_ids=[b], reason="两个人")
    next_day()
    tell(database, SEGMENT_EXITED, a)
    tell(database, SEGMENT_ENTERED, b)
    again_at = clock.now()
    next_day()
    project(database, columns)
    found = [members_before(columns, SEGMENT, day).tolist() for day in days]
    assert found == [[a, b], [b], [a], [a], [b]]
    assert members_before(columns, OTHER, days[-1]).tolist() == [c]
    assert members_before(columns, SEGMENT, days[0] - timedelta(days=1)).tolist() == []
    assert since_when(columns, [b], [SEGMENT, OTHER]) == {SEGMENT: again_at}
    assert since_when(columns, [c], [SEGMENT, OTHER]) == {OTHER: entered_at}
    assert since_when(columns, [a], [SEGMENT]) == {}


def test_a_merged_customer_is_in_since_the_first_of_them_was(
    database: Database, columns: Columns, clock: ManualClock
) -> None:
    a, b = some_customers(database, 2)
    tell(database, SEGMENT_ENTERED, b)
    first = clock.now()
    clock.advance(timedelta(days=1))
    tell(database, SEGMENT_ENTERED, a)
    clock.advance(timedelta(days=1))
    with database.begin() as work:
        customers.merge(work, SIYU, [a, b], "同一人")
    tell(database, SEGMENT_MOVED, a, from_customer_id=b)
    project(database, columns)
    assert since_when(columns, [a, b], [SEGMENT]) == {SEGMENT: first}
    clock.advance(timedelta(days=1))
    tell(database, SEGMENT_EXITED, a)
    project(database, columns)
    assert since_when(columns, [a, b], [SEGMENT]) == {}
    assert members_before(columns, SEGMENT, clock.now() + timedelta(days=1)).tolist() == []
