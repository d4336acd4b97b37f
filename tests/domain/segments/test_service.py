"""Segments in PostgreSQL: drafts and versions, membership by flips, events exactly once, merges."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.customers.contracts import CUSTOMERS_MERGED
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import (
    DefinitionInUseError,
    DefinitionStatus,
    InvalidDefinitionError,
    StaleDefinitionError,
)
from siyu.domain.segments import reading, rules, service
from siyu.domain.segments.contracts import (
    MERGE_CONSUMER,
    SEGMENT_ENTERED,
    SEGMENT_EXITED,
    Change,
    Evaluated,
    Merge,
)
from siyu.domain.segments.definition import parse_definition
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import ForbiddenError, NotFoundError
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import SeededIds
from siyu.kernel.paging import PageRequest
from siyu.platform.eventlog.consuming import Consumer, consume_once
from siyu.platform.eventlog.reading import Stretch, head_position, read_events
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database, UnitOfWork

SIYU = system_actor("test")
ANALYST = Actor(ActorKind.STAFF, "7", frozenset({"segments.read", "segments.write"}))
STRANGER = Actor(ActorKind.STAFF, "8", frozenset({"customers.read"}))
BUYERS = {"kind": "event_count", "event": "order_paid", "operator": "at_least", "count": 1}
SILENT = {"kind": "recency", "event": "order_paid", "operator": "more_than", "days": 90}


def a_live_segment(database: Database) -> int:
    with database.begin() as work:
        made = service.create(work, SIYU, "买过的人", BUYERS)
        service.publish(work, SIYU, made.segment_id)
    return made.segment_id


def refresh(database: Database, segment_id: int, members: Iterable[int], *, version: int = 1) -> Change | None:
    """A refresh that found these members, in columns that have all of the log."""
    with database.autocommit() as driver:
        sequence_once(driver)
        position = head_position(driver)
    with database.begin() as work:
        now = work.clock.now()
        return service.apply_refresh(
            work, SIYU, Evaluated(segment_id, version, rules.ids_from(members), now, position, cost_ms=3)
        )


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


def test_a_segment_lives_through_drafts_and_versions(database: Database) -> None:
    with database.begin() as work:
        made = service.create(work, ANALYST, "买过的人", BUYERS)
        assert (made.status, made.version, made.definition) == (DefinitionStatus.DRAFT, None, None)
        assert (made.draft, made.sentence_zh) == (parse_definition(BUYERS), "购买过")
    with database.begin() as work:
        published = service.publish(work, SIYU, made.segment_id)
        assert (published.status, published.version, published.draft) == (DefinitionStatus.LIVE, 1, None)
        assert published.definition == parse_definition(BUYERS)
    with database.begin() as work:
        saved = service.save(work, ANALYST, made.segment_id, "沉默的人", SILENT)
        assert saved.definition == parse_definition(BUYERS)
        assert (saved.draft, saved.sentence_en) == (parse_definition(SILENT), "Customers who have bought")
        with pytest.raises(StaleDefinitionError):
            service.save(work, ANALYST, made.segment_id, "沉默的人", SILENT, revision=published.revision)
    with database.read() as work:
        assert [(each.segment_id, each.version) for each in reading.live_segments(work)] == [(made.segment_id, 1)]
    with database.begin() as work:
        assert service.stop(work, SIYU, made.segment_id).status is DefinitionStatus.STOPPED
        assert reading.live_segments(work) == []
        assert service.resume(work, SIYU, made.segment_id).status is DefinitionStatus.LIVE
        assert service.publish(work, SIYU, made.segment_id).version == 2


def test_a_bad_definition_is_never_kept(database: Database) -> None:
    with database.begin() as work:
        with pytest.raises(InvalidDefinitionError):
            service.create(work, SIYU, "坏的", {"kind": "all", "of": []})
        made = service.create(work, SIYU, "好的", BUYERS)
        with pytest.raises(InvalidDefinitionError):
            service.save(work, SIYU, made.segment_id, "坏的", {**BUYERS, "count": -1})
        assert service.get(work, SIYU, made.segment_id).name == "好的"


def verbs(work: UnitOfWork, segment_id: int) -> list[tuple[Actor, Callable[[Actor], object]]]:
    """Each verb with somebody who may not do it."""
    found = Evaluated(segment_id, 1, rules.ids_from([1]), work.clock.now(), 0, 0)
    return [
        (STRANGER, lambda actor: service.create(work, actor, "x", BUYERS)),
        (STRANGER, lambda actor: service.save(work, actor, segment_id, "x", BUYERS)),
        (STRANGER, lambda actor: service.get(work, actor, segment_id)),
        (STRANGER, lambda actor: service.list_segments(work, actor, PageRequest())),
        (STRANGER, lambda actor: service.delete(work, actor, segment_id)),
        (ANALYST, lambda actor: service.publish(work, actor, segment_id)),
        (ANALYST, lambda actor: service.stop(work, actor, segment_id)),
        (ANALYST, lambda actor: service.resume(work, actor, segment_id)),
        (ANALYST, lambda actor: service.delete(work, actor, segment_id)),
        (ANALYST, lambda actor: service.move_members(work, actor, [Merge(1, 2)])),
        (ANALYST, lambda actor: service.apply_refresh(work, actor, found)),
    ]


def test_rights_are_asked_for(database: Database) -> None:
    segment_id = a_live_segment(database)
    with database.begin() as work:
        for actor, verb in verbs(work, segment_id):
            with pytest.raises(ForbiddenError):
                verb(actor)
        assert service.get(work, SIYU, segment_id).status is DefinitionStatus.LIVE


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


def test_what_was_changed_meanwhile_is_not_refreshed(database: Database) -> None:
    segment_id = a_live_segment(database)
    assert refresh(database, segment_id, [1], version=2) is None
    with database.begin() as work:
        service.stop(work, SIYU, segment_id)
    assert refresh(database, segment_id, [1]) is None
    with database.begin() as work:
        service.delete(work, SIYU, segment_id)
    assert refresh(database, segment_id, [1]) is None
    assert told(database) == []


def test_a_new_version_tells_who_changed_with_its_number(database: Database) -> None:
    segment_id = a_live_segment(database)
    refresh(database, segment_id, [1, 2])
    with database.begin() as work:
        service.save(work, SIYU, segment_id, "沉默", SILENT)
        service.publish(work, SIYU, segment_id)
    assert members(database, segment_id) == [1, 2]
    assert refresh(database, segment_id, [2, 3], version=2) == Change(1, 1, 2)
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
