"""From the log to the columns to the membership and back into the log: who entered and who left is told once, and rightly."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, Identity
from siyu.domain.segments import reading, service
from siyu.domain.segments.contracts import (
    MERGE_CONSUMER,
    MERGE_EVENTS,
    SEGMENT_ENTERED,
    SEGMENT_EXITED,
    SegmentNotLiveError,
    SegmentState,
    SegmentVersion,
)
from siyu.domain.segments.definition import parse_definition, slides
from siyu.engines.audience.evaluate import members
from siyu.engines.audience.merges import follow_merges
from siyu.engines.audience.refresh import Audience, is_due, refresh_due, refresh_now, run_once
from siyu.engines.projection.projecting import COLUMNS_CONSUMER, columns_projector
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import BusyError, ForbiddenError
from siyu.kernel.events import Event, NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.consuming import Consumer, consume_once
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.reading import Stretch, head_position, read_events
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database

SIYU = system_actor("test")
MERGES = Consumer(MERGE_CONSUMER, {name: [follow_merges] for name in MERGE_EVENTS})
TWICE = {"kind": "event_count", "event": "order_paid", "operator": "at_least", "count": 2}
SILENT = {"kind": "recency", "event": "order_paid", "operator": "more_than", "days": 90}
SHANGHAI = {"kind": "attribute", "name": "city", "operator": "is", "value": "上海"}


@pytest.fixture
def audience(database: Database, columns: Columns) -> Audience:
    return Audience(database, columns, (COLUMNS_CONSUMER,))


def a_segment(database: Database, definition: dict[str, Any]) -> int:
    with database.begin() as work:
        made = service.create(work, SIYU, "一群人", definition)
        service.publish(work, SIYU, made.segment_id)
    return made.segment_id


def known(database: Database, *names: str) -> list[int]:
    """The profiles of people known by these names."""
    with database.begin() as work:
        groups: dict[Sequence[Identity], datetime] = {(Identity("user_id", name),): work.clock.now() for name in names}
        profile_of = customers.resolve(work, SIYU, groups)
    return [profile_of[Identity("user_id", name)] for name in names]


def is_one_person(database: Database, one: str, other: str) -> None:
    with database.begin() as work:
        customers.resolve(work, SIYU, {(Identity("user_id", one), Identity("user_id", other)): work.clock.now()})


def buys(database: Database, *profile_ids: int) -> None:
    with database.begin() as work:
        at = work.clock.now()
        work.record(
            NewEvent("order_paid", work.ids.new_id(), each, at, "orders", {"total_fen": 100}) for each in profile_ids
        )


def lives_in(database: Database, profile_id: int, city: str) -> None:
    with database.begin() as work:
        customers.set_attributes(work, SIYU, [AttributeChange(profile_id, {"city": city}, work.clock.now())])


def project(database: Database, columns: Columns) -> None:
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
    while project_once(database, columns_projector(columns)):
        pass


def follow(database: Database) -> None:
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
    while consume_once(database, MERGES):
        pass


def catch_up(audience: Audience) -> None:
    """Everything there is has gone everywhere, and every segment has been refreshed since."""
    project(audience.database, audience.columns)
    follow(audience.database)
    clock = audience.database.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(minutes=2))
    refresh_due(audience)


def told(database: Database) -> list[tuple[str, int]]:
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
        events: Sequence[Event] = read_events(
            driver, Stretch(0, head_position(driver), 0), [SEGMENT_ENTERED, SEGMENT_EXITED]
        )
    assert len({event.event_id for event in events}) == len(events)
    return [(event.name, event.profile_id) for event in events]


def in_segment(database: Database, segment_id: int) -> list[int]:
    with database.read() as work:
        return [int(each) for each in reading.members_of(work, segment_id)]


def test_who_buys_twice_enters_and_who_falls_silent_too(audience: Audience, clock: ManualClock) -> None:
    database = audience.database
    ada, bo = known(database, "ada", "bo")
    silent = a_segment(database, {"kind": "all", "of": [TWICE, SILENT]})
    buys(database, ada, ada, bo)
    catch_up(audience)
    assert told(database) == []
    clock.advance(timedelta(days=89))
    assert run_once(audience)
    assert in_segment(database, silent) == []
    clock.advance(timedelta(days=1))
    assert run_once(audience)
    assert not run_once(audience)
    assert in_segment(database, silent) == [ada]
    buys(database, ada)
    catch_up(audience)
    assert in_segment(database, silent) == []
    assert told(database) == [(SEGMENT_ENTERED, ada), (SEGMENT_EXITED, ada)]


def test_it_never_claims_to_have_seen_what_the_columns_have_not(audience: Audience, clock: ManualClock) -> None:
    database = audience.database
    (ada,) = known(database, "ada")
    segment_id = a_segment(database, TWICE)
    catch_up(audience)
    with database.read() as work:
        before = reading.states_of(work, [segment_id])[segment_id]
    buys(database, ada, ada)
    follow(database)
    clock.advance(timedelta(hours=1))
    assert refresh_due(audience) == 1
    with database.read() as work:
        between = reading.states_of(work, [segment_id])[segment_id]
    assert (between.position, between.size) == (before.position, 0)
    project(database, audience.columns)
    clock.advance(timedelta(seconds=6))
    assert refresh_due(audience) == 1
    with database.read() as work:
        after = reading.states_of(work, [segment_id])[segment_id]
    assert after.position > between.position
    assert (after.size, after.version, after.refreshed_at) == (1, 1, clock.now())


def test_a_merge_in_the_columns_first_tells_nothing_false(audience: Audience, clock: ManualClock) -> None:
    database = audience.database
    ada, bo = known(database, "ada", "bo")
    segment_id = a_segment(database, SHANGHAI)
    lives_in(database, bo, "上海")
    catch_up(audience)
    assert told(database) == [(SEGMENT_ENTERED, bo)]
    is_one_person(database, "ada", "bo")
    project(database, audience.columns)
    assert members(audience.columns, parse_definition(SHANGHAI), clock.now()).tolist() == [ada]
    clock.advance(timedelta(minutes=10))
    assert refresh_due(audience) == 1
    assert in_segment(database, segment_id) == [bo]
    catch_up(audience)
    assert in_segment(database, segment_id) == [ada]
    lives_in(database, ada, "北京")
    catch_up(audience)
    assert told(database) == [(SEGMENT_ENTERED, bo), (SEGMENT_EXITED, ada)]


def test_only_one_process_refreshes(audience: Audience, clock: ManualClock) -> None:
    database = audience.database
    segment_id = a_segment(database, TWICE)
    with database.autocommit() as driver:
        driver.execute("SELECT pg_advisory_lock(hashtextextended('audience', 0))")
        assert refresh_due(audience) == 0
    assert refresh_due(audience) == 1
    assert refresh_now(audience, SIYU, segment_id) is not None


def test_a_busy_engine_says_so(audience: Audience, monkeypatch: pytest.MonkeyPatch) -> None:
    segment_id = a_segment(audience.database, TWICE)
    monkeypatch.setattr("siyu.engines.audience.refresh.LOCK_WAIT_SECONDS", 1)
    with audience.database.autocommit() as driver:
        driver.execute("SELECT pg_advisory_lock(hashtextextended('audience', 0))")
        with pytest.raises(BusyError):
            refresh_now(audience, SIYU, segment_id)


def test_a_refresh_asked_for_needs_the_right_and_a_live_segment(audience: Audience) -> None:
    database = audience.database
    analyst = Actor(ActorKind.STAFF, "7", frozenset({"segments.read", "segments.write"}))
    operator = Actor(ActorKind.STAFF, "9", analyst.rights | {"segments.publish"})
    segment_id = a_segment(database, TWICE)
    with pytest.raises(ForbiddenError):
        refresh_now(audience, analyst, segment_id)
    change = refresh_now(audience, operator, segment_id)
    assert change is not None
    assert change.size == 0
    with database.read() as work:
        row = work.driver.execute(
            "SELECT actor_id, subject FROM company.audit WHERE verb = 'segments.refresh'"
        ).fetchone()
    assert row == ("9", f"segment:{segment_id}")
    with database.begin() as work:
        service.stop(work, SIYU, segment_id)
    with pytest.raises(SegmentNotLiveError):
        refresh_now(audience, operator, segment_id)


@pytest.mark.parametrize(
    ("definition", "state", "position", "seconds", "expected"),
    [
        (TWICE, SegmentState(1), 0, 0, True),
        (TWICE, SegmentState(1, version=1), 5, 1, False),
        (TWICE, SegmentState(1, version=1), 5, 4.9, False),
        (TWICE, SegmentState(1, version=1), 5, 5, True),
        (TWICE, SegmentState(1, version=1, cost_ms=1000), 5, 9.9, False),
        (TWICE, SegmentState(1, version=1, cost_ms=1000), 5, 10, True),
        (TWICE, SegmentState(1, version=2), 0, 0, True),
        (TWICE, SegmentState(1, version=1), 0, 599, False),
        (TWICE, SegmentState(1, version=1), 0, 600, True),
        (SILENT, SegmentState(1, version=1), 0, 59, False),
        (SILENT, SegmentState(1, version=1), 0, 60, True),
        (SILENT, SegmentState(1, version=1, cost_ms=30_000), 9, 299, False),
        (TWICE, SegmentState(1, version=1), 0, -1, True),
    ],
)
def test_when_a_segment_is_due(
    clock: ManualClock, definition: dict[str, Any], state: SegmentState, position: int, seconds: float, expected: bool
) -> None:
    condition = parse_definition(definition)
    version = SegmentVersion(1, 1, condition, slides(condition))
    if state.version is not None:
        state = SegmentState(1, state.version, 0, clock.now(), 0, 1, state.cost_ms)
    assert is_due(version, state, position, clock.now() + timedelta(seconds=seconds)) is expected


NAMES = ("ada", "bo", "cy", "di", "ed")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.sampled_from(NAMES), st.just("")),
        st.tuples(st.just("move"), st.sampled_from(NAMES), st.sampled_from(["上海", "北京"])),
        st.tuples(st.just("merge"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
        st.tuples(st.sampled_from(["project", "follow", "refresh", "refresh", "day"]), st.just(""), st.just("")),
    ),
    min_size=10,
    max_size=40,
)


_numbers = itertools.count()


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(STEPS)
def test_whatever_comes_in_whatever_order(
    audience: Audience, clock: ManualClock, steps: list[tuple[str, str, str]]
) -> None:
    """Events tell just what a refresh changed, and nothing else changes without a merge. In the end members are who matches."""
    database, number = audience.database, next(_numbers)
    named = {name: f"{name}{number}" for name in NAMES}
    profile_of = dict(zip(NAMES, known(database, *named.values()), strict=True))
    recent = {"kind": "recency", "event": "order_paid", "operator": "within", "days": 2}
    asked: list[dict[str, Any]] = [TWICE, {"kind": "any", "of": [SHANGHAI, recent]}, {"kind": "not", "of": SHANGHAI}]
    segment_ids = [a_segment(database, each) for each in asked]
    for verb, name, what in steps:
        if verb == "buy":
            buys(database, profile_of[name])
        elif verb == "move":
            lives_in(database, profile_of[name], what)
        elif verb == "merge" and name != what:
            is_one_person(database, named[name], named[what])
        elif verb == "project":
            project(database, audience.columns)
        elif verb == "follow":
            follow(database)
        elif verb == "refresh":
            refresh_and_compare(audience, clock, segment_ids)
        elif verb == "day":
            clock.advance(timedelta(days=1))
    project(database, audience.columns)
    follow(database)
    refresh_and_compare(audience, clock, segment_ids)
    for segment_id, definition in zip(segment_ids, asked, strict=True):
        expected = members(audience.columns, parse_definition(definition), clock.now()).tolist()
        assert in_segment(database, segment_id) == expected
        with database.begin() as work:
            assert service.get(work, SIYU, segment_id).state.size == len(expected)
            service.delete(work, SIYU, segment_id)


def refresh_and_compare(audience: Audience, clock: ManualClock, segment_ids: Sequence[int]) -> None:
    """Refreshes all segments; what is told must be just what it changed."""
    database = audience.database
    told_before = len(told(database))
    before = {each: set(in_segment(database, each)) for each in segment_ids}
    clock.advance(timedelta(minutes=11))
    assert refresh_due(audience) == len(segment_ids)
    after = {each: set(in_segment(database, each)) for each in segment_ids}
    with database.read() as work:
        everybody = {each for ids in [*before.values(), *after.values()] for each in ids}
        now_of = customers_reading.current_customer_ids(work, everybody)
    for segment_id in segment_ids:
        for changed in before[segment_id] ^ after[segment_id]:
            same_person = {each for each in before[segment_id] if now_of[each] == now_of[changed]}
            assert now_of[changed] == changed, "told of somebody who is another by now"
            assert same_person <= {changed}, "told of somebody who is in as another still"
    entered = [each for segment_id in segment_ids for each in after[segment_id] - before[segment_id]]
    exited = [each for segment_id in segment_ids for each in before[segment_id] - after[segment_id]]
    expected = Counter([*((SEGMENT_ENTERED, each) for each in entered), *((SEGMENT_EXITED, each) for each in exited)])
    assert Counter(told(database)[told_before:]) == expected
