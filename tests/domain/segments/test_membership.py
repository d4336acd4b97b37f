"""Membership in PostgreSQL: by flips, events exactly once, dues, merges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.customers.contracts import CUSTOMERS_MERGED
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import (
    DefinitionInUseError,
)
from siyu.domain.segments import reading, rules, service
from siyu.domain.segments.contracts import (
    MERGE_CONSUMER,
    NEVER_MS,
    SEGMENT_ENTERED,
    SEGMENT_EXITED,
    SEGMENT_MOVED,
    Change,
    Found,
    Merge,
    Reason,
    Standing,
)
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import NotFoundError
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import SeededIds
from siyu.kernel.paging import PageRequest
from siyu.platform.eventlog.consuming import Consumer, consume_once, slowest_position
from siyu.platform.eventlog.reading import Stretch, head_position, read_events
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database

SIYU = system_actor("test")
ANALYST = Actor(ActorKind.STAFF, "7", frozenset({"segments.read", "segments.write"}))
STRANGER = Actor(ActorKind.STAFF, "8", frozenset({"customers.read"}))
BUYERS = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1}
SILENT = {
    "kind": "moment",
    "event": "order_paid",
    "which": "last",
    "window": {"kind": "rolling", "least": {"amount": 90, "unit": "day"}},
}
NOBODY = np.empty(0, np.uint64)


def a_live_segment(database: Database, document: Mapping[str, object] = BUYERS) -> int:
    with database.begin() as work:
        made = service.create(work, SIYU, "买过的人", document)
        service.publish(work, SIYU, made.segment_id)
    return made.segment_id


def find(database: Database, segment_id: int, members: Iterable[int], **more: Any) -> Found:
    """What somebody found who asked about everybody, in columns that have all of the log."""
    with database.autocommit() as driver:
        sequence_once(driver)
        position = min(head_position(driver), slowest_position(driver, [MERGE_CONSUMER]) or 0)
    ids = rules.ids_from(members)
    with database.read() as work:
        served = next(each for each in reading.wanted(work) if each.segment_id == segment_id)
        found = Found(
            segments=[served],
            ids=ids,
            matches=[np.packbits(np.ones(len(ids), np.uint8))],
            due_ms=np.full(len(ids), NEVER_MS, np.int64),
            unsettled=NOBODY,
            asked=None,
            reasons=np.array([Reason.BUILT], np.uint8),
            since=reading.standing(work),
            as_of=work.clock.now(),
            position=position,
            is_build=True,
        )
    return replace(found, **more)


def refresh(database: Database, segment_id: int, members: Iterable[int]) -> Change | None:
    """A build that found these members."""
    return apply(database, find(database, segment_id, members)).get(segment_id)


def apply(database: Database, found: Found) -> dict[int, Change]:
    with database.begin() as work:
        return service.apply_found(work, SIYU, found) or {}


def follow(database: Database) -> None:
    """The consumer of merges comes to the end of the log."""
    with database.autocommit() as driver:
        sequence_once(driver)
    while consume_once(database, Consumer(MERGE_CONSUMER, {})):
        pass


def members(database: Database, segment_id: int) -> list[int]:
    with database.read() as work:
        return [int(each) for each in reading.members_of(work, segment_id)]


def told(database: Database) -> list[tuple[str, int]]:
    with database.autocommit() as driver:
        sequence_once(driver)
        events = read_events(driver, Stretch(0, head_position(driver), 0), [SEGMENT_ENTERED, SEGMENT_EXITED])
    return [(event.name, event.profile_id) for event in events]


def test_a_list_shows_size_and_when(database: Database, clock: ManualClock) -> None:
    first, second = a_live_segment(database), a_live_segment(database)
    refresh(database, first, [1, 2, 9000])
    with database.read() as work:
        page = service.list_segments(work, SIYU, PageRequest(size=1))
        assert [each.segment_id for each in page.rows] == [second]
        assert page.rows[0].state.size is None
        rest = service.list_segments(work, SIYU, PageRequest(size=5, after=page.next_after))
        assert [(each.state.size, each.state.refreshed_at, each.state.version) for each in rest.rows] == [
            (3, clock.now(), 1)
        ]


def test_entering_and_leaving_is_told_once(database: Database, clock: ManualClock) -> None:
    segment_id = a_live_segment(database)
    assert refresh(database, segment_id, [1, 5000, 5001]) == Change(entered=3, exited=0, size=3)
    assert refresh(database, segment_id, [1, 5000, 5001]) == Change(entered=0, exited=0, size=3)
    clock.advance(timedelta(minutes=1))
    assert refresh(database, segment_id, [1, 2]) == Change(entered=1, exited=2, size=2)
    assert refresh(database, segment_id, []) == Change(entered=0, exited=2, size=0)
    entered, exited = SEGMENT_ENTERED, SEGMENT_EXITED
    assert told(database) == [
        *[(entered, each) for each in (1, 5000, 5001)],
        (entered, 2),
        *[(exited, each) for each in (5000, 5001)],
        *[(exited, each) for each in (1, 2)],
    ]
    with database.autocommit() as driver:
        events = read_events(driver, Stretch(0, head_position(driver), 0), [entered, exited])
        assert driver.execute("SELECT count(*) FROM segments.membership").fetchone() == (0,)
    assert len({event.event_id for event in events}) == len(events)
    assert {(event.source, event.properties["segment_id"], event.properties["version"]) for event in events} == {
        ("segments", segment_id, 1)
    }
    assert events[-1].occurred_at == clock.now()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sets(st.one_of(st.integers(1, 40), st.integers(4090, 4100), st.integers(1, 30_000)), max_size=30)))
def test_membership_is_what_was_found_last(database: Database, findings: list[set[int]]) -> None:
    segment_id = a_live_segment(database)
    before: set[int] = set()
    for found in findings:
        assert refresh(database, segment_id, found) == Change(len(found - before), len(before - found), len(found))
        assert members(database, segment_id) == sorted(found)
        before = found
    with database.read() as work:
        everybody = {*before, 1, 4096, 29_999}
        assert reading.is_member(work, segment_id, everybody) == before
        assert all((segment_id in reading.segments_of(work, each)) == (each in before) for each in (1, 40, 4096))


def test_what_was_changed_meanwhile_is_not_touched(database: Database) -> None:
    segment_id = a_live_segment(database)
    found = find(database, segment_id, [1])
    with database.begin() as work:
        service.save(work, SIYU, segment_id, "沉默", SILENT)
        service.publish(work, SIYU, segment_id)
    assert apply(database, found) == {}
    found = find(database, segment_id, [1])
    with database.begin() as work:
        service.stop(work, SIYU, segment_id)
    assert apply(database, found) == {}
    with database.begin() as work:
        service.delete(work, SIYU, segment_id)
    assert apply(database, replace(found, since=find_standing(database))) == {}
    assert told(database) == []


def find_standing(database: Database) -> Standing:
    with database.read() as work:
        return reading.standing(work)


def test_two_who_found_something_at_the_same_time_do_not_both_change_it(database: Database) -> None:
    segment_id = a_live_segment(database)
    one, other = find(database, segment_id, [1]), find(database, segment_id, [2])
    assert apply(database, one) == {segment_id: Change(1, 0, 1)}
    with database.begin() as work:
        assert service.apply_found(work, SIYU, other) is None
    assert members(database, segment_id) == [1]
    assert told(database) == [(SEGMENT_ENTERED, 1)]


def test_a_stopped_segment_keeps_its_members_and_when_they_were_true(database: Database, clock: ManualClock) -> None:
    segment_id, other = a_live_segment(database), a_live_segment(database, SILENT)
    refresh(database, segment_id, [1, 2])
    stopped_at = clock.now()
    with database.begin() as work:
        service.stop(work, SIYU, segment_id)
    clock.advance(timedelta(hours=1))
    refresh(database, other, [5])
    with database.read() as work:
        states = reading.states_of(work, [segment_id, other])
        assert [each.segment_id for each in reading.kept(work)] == [other]
    assert (states[segment_id].is_kept, states[segment_id].refreshed_at, states[segment_id].size) == (
        False,
        stopped_at,
        2,
    )
    assert (states[other].is_kept, states[other].refreshed_at) == (True, clock.now())
    with database.begin() as work:
        service.resume(work, SIYU, segment_id)
        assert [each.segment_id for each in reading.waiting(work)] == [segment_id]
    assert refresh(database, segment_id, [2, 3]) == Change(1, 1, 2)


def test_some_are_looked_at_and_the_others_stay(database: Database, clock: ManualClock) -> None:
    segment_id = a_live_segment(database)
    refresh(database, segment_id, [1, 2, 9000])
    clock.advance(timedelta(minutes=1))
    asked = rules.ids_from([2, 3, 4])
    found = find(database, segment_id, [3], asked=asked, is_build=False, reasons=np.array([1, 2, 0], np.uint8))
    assert apply(database, found) == {segment_id: Change(1, 1, 3)}
    assert members(database, segment_id) == [1, 3, 9000]
    with database.autocommit() as driver:
        sequence_once(driver)
    with database.read() as work:
        last = read_events(work.driver, Stretch(0, 10, 0), [SEGMENT_ENTERED, SEGMENT_EXITED])[3:]
        hours = work.driver.execute("SELECT size, entered, exited FROM segments.sizes").fetchall()
    assert [(each.name, each.profile_id, each.properties["reason"]) for each in last] == [
        (SEGMENT_ENTERED, 3, "list"),
        (SEGMENT_EXITED, 2, "event"),
    ]
    assert hours == [(3, 4, 1)]


def dues(database: Database) -> dict[int, tuple[int, int]]:
    with database.read() as work:
        rows = work.driver.execute("SELECT customer_id, due_ms, reason FROM segments.dues").fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def test_dues_follow_what_was_found(database: Database, clock: ManualClock) -> None:
    segment_id, now_ms = a_live_segment(database), int(clock.now().timestamp() * 1000)
    first = np.array([now_ms + 5, NEVER_MS, now_ms + 7], np.int64)
    apply(database, find(database, segment_id, [1, 2, 3], due_ms=first))
    assert dues(database) == {1: (now_ms + 5, 0), 3: (now_ms + 7, 0)}
    later = np.array([now_ms + 9, now_ms + 2], np.int64)
    apply(database, find(database, segment_id, [1, 3], due_ms=later, unsettled=rules.ids_from([8])))
    assert dues(database) == {1: (now_ms + 5, 0), 3: (now_ms + 2, 0), 8: (now_ms, int(Reason.BUILT))}, (
        "a build only lowers"
    )
    asked = rules.ids_from([1, 3, 8])
    why = np.array([Reason.EVENT, Reason.TIME, Reason.EVENT], np.uint8)
    found = find(database, segment_id, [1], due_ms=later[:1], asked=asked, reasons=why, is_build=False)
    apply(database, replace(found, unsettled=rules.ids_from([8])))
    assert dues(database) == {1: (now_ms + 9, 0), 8: (now_ms, int(Reason.EVENT))}
    apply(database, find(database, segment_id, [4], due_ms=later[:1], is_build=False))
    assert dues(database) == {4: (now_ms + 9, 0)}, "who was asked about everybody leaves nobody else due"


def test_calls_are_answered_each_once(database: Database) -> None:
    segment_id = a_live_segment(database)
    with database.begin() as work:
        service.make_due(work, [5, 3])
    with database.read() as work:
        first = reading.calls(work)
        assert [(each.customer_id, each.reason) for each in first] == [(5, Reason.LIST), (3, Reason.LIST)]
        assert reading.next_due_ms(work) == 0
    with database.begin() as work:
        service.make_due(work, rules.ids_from([5]))
    apply(database, find(database, segment_id, [1], calls=[each.call_id for each in first]))
    with database.read() as work:
        assert [each.customer_id for each in reading.calls(work)] == [5]


def test_a_new_version_tells_who_changed_with_its_number(database: Database) -> None:
    segment_id = a_live_segment(database)
    refresh(database, segment_id, [1, 2])
    with database.begin() as work:
        service.save(work, SIYU, segment_id, "沉默", SILENT)
        service.publish(work, SIYU, segment_id)
    assert members(database, segment_id) == [1, 2]
    assert refresh(database, segment_id, [2, 3]) == Change(1, 1, 2)
    with database.autocommit() as driver:
        sequence_once(driver)
        last = read_events(driver, Stretch(0, head_position(driver), 0), [SEGMENT_ENTERED, SEGMENT_EXITED])[2:]
    assert [(event.name, event.profile_id, event.properties["version"]) for event in last] == [
        (SEGMENT_ENTERED, 3, 2),
        (SEGMENT_EXITED, 1, 2),
    ]


def test_a_deleted_segment_keeps_nobody_and_one_in_use_stays(database: Database) -> None:
    segment_id = a_live_segment(database)
    refresh(database, segment_id, [1, 2])
    with database.begin() as work:
        user = definitions.create(work, SIYU, "journey", "旅程", {}, [segment_id])
    with database.begin() as work, pytest.raises(DefinitionInUseError):
        service.delete(work, SIYU, segment_id)
    assert members(database, segment_id) == [1, 2]
    with database.begin() as work:
        definitions.delete(work, SIYU, user.definition_id)
        service.delete(work, SIYU, segment_id)
    assert members(database, segment_id) == []
    with database.read() as work, pytest.raises(NotFoundError):
        service.get(work, SIYU, segment_id)


def test_a_merge_moves_membership_and_tells_nobody(database: Database) -> None:
    both, loser_only, neither = (a_live_segment(database) for _ in range(3))
    refresh(database, both, [3, 5000])
    refresh(database, loser_only, [5000, 7])
    refresh(database, neither, [7])
    before = told(database)
    with database.begin() as work:
        service.move_members(work, SIYU, [Merge(winner_id=3, loser_id=5000)])
    assert [members(database, each) for each in (both, loser_only, neither)] == [[3], [3, 7], [7]]
    assert told(database) == before
    with database.read() as work:
        sizes = {each: state.size for each, state in reading.states_of(work, [both, loser_only, neither]).items()}
    assert sizes == {both: 1, loser_only: 2, neither: 1}
    assert refresh(database, loser_only, [7]) == Change(entered=0, exited=1, size=1)
    assert told(database)[len(before) :] == [(SEGMENT_EXITED, 3)]
    with database.read() as work:
        moved = read_events(work.driver, Stretch(0, head_position(work.driver), 0), [SEGMENT_MOVED])
    assert [(each.profile_id, each.properties) for each in moved] == [
        (3, {"segment_id": each, "from_customer_id": 5000}) for each in (both, loser_only)
    ]


def test_who_is_being_merged_waits_until_all_have_followed(database: Database) -> None:
    segment_id = a_live_segment(database)
    refresh(database, segment_id, [3, 9])
    follow(database)
    with database.begin() as work:
        work.record(
            [
                NewEvent(
                    CUSTOMERS_MERGED, SeededIds(1).new_id(), 9, work.clock.now(), "t", {"winner_id": 4, "loser_id": 9}
                )
            ]
        )
    # the columns show the merge already, the membership has not followed: neither may be told in or out
    assert refresh(database, segment_id, [3, 4]) == Change(entered=0, exited=0, size=2)
    with database.read() as work:
        seen = reading.states_of(work, [segment_id])[segment_id].position
    with database.begin() as work:
        service.move_members(work, SIYU, [Merge(4, 9)])
    follow(database)
    assert refresh(database, segment_id, [3, 4]) == Change(entered=0, exited=0, size=2)
    assert members(database, segment_id) == [3, 4]
    assert told(database) == [(SEGMENT_ENTERED, 3), (SEGMENT_ENTERED, 9)]
    with database.read() as work:
        assert reading.states_of(work, [segment_id])[segment_id].position > seen


def test_a_hundred_thousand_enter_at_once(database: Database) -> None:
    segment_id = a_live_segment(database)
    ids = np.arange(1, 200_001, 2, dtype=np.uint64)
    assert refresh(database, segment_id, ids.tolist()) == Change(100_000, 0, 100_000)
    with database.read() as work:
        assert np.array_equal(reading.members_of(work, segment_id), ids)
        row = work.driver.execute(
            "SELECT count(*), count(DISTINCT event_id) FROM log.events WHERE name = %s", (SEGMENT_ENTERED,)
        ).fetchone()
    assert row == (100_000, 100_000)
