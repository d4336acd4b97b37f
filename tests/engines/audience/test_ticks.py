"""From the log to the columns to the membership and back into the log: who entered and who left is told once, and rightly."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from siyu.domain.company import service as company
from siyu.domain.customers import service as customers
from siyu.domain.segments import lists, reading, service
from siyu.domain.segments.contracts import (
    NEVER_MS,
    SEGMENT_ENTERED,
    SEGMENT_EXITED,
    Ids,
    ListMode,
    SegmentNotLiveError,
)
from siyu.engines.audience import keeping
from siyu.engines.audience.auditing import audit
from siyu.engines.audience.evaluate import Answers, evaluate
from siyu.engines.audience.keeping import LOCK, STEP_BACK_MAX, Audience, has_work, tick_once
from siyu.engines.audience.refresh import refresh_all, refresh_now
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import BusyError, ForbiddenError
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.conftest import KEYS
from tests.engines.audience.keeping_scenes import (
    SHANGHAI,
    SILENT,
    SIYU,
    TWICE,
    a_segment,
    buys,
    is_one_person,
    known,
    lives_in,
    told,
    told_why,
)
from tests.engines.audience.keeping_steps import an_audience, follow, in_segment, project, settle


@pytest.fixture
def audience(database: Database, columns: Columns) -> Audience:
    return an_audience(database, columns)


@pytest.fixture
def whom(monkeypatch: pytest.MonkeyPatch) -> list[Ids | None]:
    """Whom the columns were asked about by ticks, in order."""
    whom: list[Ids | None] = []

    def watched(*arguments: Any, **named: Any) -> Answers:
        whom.append(named["whom"])
        return evaluate(*arguments, **named)

    monkeypatch.setattr(keeping, "evaluate", watched)
    return whom


def test_who_buys_twice_enters_and_who_falls_silent_does_at_the_very_moment(
    audience: Audience, clock: ManualClock
) -> None:
    database = audience.database
    ada, bo = known(database, "ada", "bo")
    silent = a_segment(database, {"kind": "all", "of": [TWICE, SILENT]})
    buys(database, ada, ada, bo)
    bought_at = clock.now()
    settle(audience)
    assert told(database) == []
    clock.set(bought_at + timedelta(days=90) - timedelta(milliseconds=1))
    tick_once(audience)
    assert in_segment(database, silent) == []
    clock.advance(timedelta(milliseconds=1))
    assert has_work(audience)
    assert tick_once(audience) is not None
    assert in_segment(database, silent) == [ada]
    assert not has_work(audience)
    buys(database, ada)
    settle(audience)
    assert in_segment(database, silent) == []
    assert told_why(database) == [(SEGMENT_ENTERED, ada, "time"), (SEGMENT_EXITED, ada, "event")]


def test_whom_time_cannot_move_is_never_due(audience: Audience) -> None:
    """Neither a build nor a tick keeps a time that does not come."""
    database = audience.database
    ada, bo = known(database, "ada", "bo")
    a_segment(database, TWICE)
    buys(database, ada, ada)
    settle(audience)
    lives_in(database, bo, "上海")
    buys(database, bo)
    settle(audience)
    with database.read() as work:
        assert reading.next_due_ms(work) == NEVER_MS
        assert work.driver.execute("SELECT count(*) FROM segments.dues").fetchone() == (0,)


def test_it_never_claims_to_have_seen_what_the_columns_have_not(audience: Audience, clock: ManualClock) -> None:
    database = audience.database
    (ada,) = known(database, "ada")
    segment_id = a_segment(database, TWICE)
    settle(audience)
    with database.read() as work:
        before = reading.states_of(work, [segment_id])[segment_id]
    buys(database, ada, ada)
    follow(database)
    clock.advance(timedelta(hours=1))
    assert tick_once(audience) is not None
    with database.read() as work:
        between = reading.states_of(work, [segment_id])[segment_id]
    assert (between.position, between.size, between.refreshed_at) == (before.position, 0, clock.now())
    settle(audience)
    with database.read() as work:
        after = reading.states_of(work, [segment_id])[segment_id]
    assert after.position > between.position
    assert (after.size, after.version, after.is_kept) == (1, 1, True)


def test_a_merge_in_the_columns_first_tells_nothing_false(
    audience: Audience, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = audience.database
    ada, bo = known(database, "ada", "bo")
    segment_id = a_segment(database, SHANGHAI)
    lives_in(database, bo, "上海")
    settle(audience)
    assert told(database) == [(SEGMENT_ENTERED, bo)]
    is_one_person(database, "ada", "bo")
    project(audience)
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "catch_up_with_merges", lambda _database: None)
        clock.advance(timedelta(minutes=10))
        assert tick_once(audience) is not None
    assert in_segment(database, segment_id) == [bo]
    settle(audience)
    assert in_segment(database, segment_id) == [ada]
    lives_in(database, ada, "北京")
    settle(audience)
    assert told_why(database) == [(SEGMENT_ENTERED, bo, "built"), (SEGMENT_EXITED, ada, "event")]


def test_the_reasons_are_told(audience: Audience) -> None:
    database = audience.database
    ada, bo, cy = known(database, "ada", "bo", "cy")
    with database.begin() as work:
        list_id = lists.create_list(work, SIYU, "名单").list_id
    on_list = a_segment(database, {"kind": "list", "list_id": list_id})
    once = a_segment(database, {"kind": "event", "event": "order_paid", "operator": "exactly", "value": 1})
    buys(database, ada, bo, cy)
    settle(audience)
    built = [(SEGMENT_ENTERED, each, "built") for each in (ada, bo, cy)]
    assert told_why(database) == built
    with database.begin() as work:
        lists.change_list(work, SIYU, list_id, ListMode.ADD, [cy])
    settle(audience)
    is_one_person(database, "ada", "bo")
    settle(audience)
    with database.begin() as work:
        assert service.leave_segments(work, SIYU, [cy]) == {cy: 2}
    assert told_why(database)[3:] == [
        (SEGMENT_ENTERED, cy, "list"),
        (SEGMENT_EXITED, ada, "merge"),
        (SEGMENT_EXITED, cy, "erasure"),
        (SEGMENT_EXITED, cy, "erasure"),
    ]
    assert [in_segment(database, each) for each in (on_list, once)] == [[], []]


def test_where_nothing_happened_the_columns_are_asked_nothing(
    audience: Audience, clock: ManualClock, whom: list[Ids | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = audience.database
    ada, bo = known(database, "ada", "bo")
    a_segment(database, TWICE)
    buys(database, ada, bo)
    settle(audience)
    whom.clear()

    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError("the columns were asked")

    with monkeypatch.context() as patch:
        patch.setattr(Columns, "_attempts", refuse)
        assert tick_once(audience) is None
        clock.advance(timedelta(days=40))
        ticked = tick_once(audience)
        assert ticked is not None
        assert ticked.customers == 0
        assert ticked.as_of == clock.now()
    assert whom == []


def test_it_asks_about_those_something_happened_to(audience: Audience, whom: list[Ids | None]) -> None:
    database = audience.database
    people = known(database, *(f"u{n}" for n in range(30)))
    segment_id = a_segment(database, TWICE)
    settle(audience)
    whom.clear()
    buys(database, *people[:3], people[0])
    lives_in(database, people[7], "上海")
    with database.begin() as work:
        service.make_due(work, [people[9]])
    project(audience)
    ticked = tick_once(audience)
    assert ticked is not None
    assert ticked.customers == 5
    (asked_about,) = whom
    assert asked_about is not None
    assert asked_about.tolist() == sorted([*people[:3], people[7], people[9]])
    assert in_segment(database, segment_id) == [people[0]]


def test_only_one_process_ticks(audience: Audience) -> None:
    database = audience.database
    (ada,) = known(database, "ada")
    segment_id = a_segment(database, TWICE)
    settle(audience)
    buys(database, ada, ada)
    project(audience)
    with database.autocommit() as driver:
        driver.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (LOCK,))
        assert tick_once(audience) is None
        assert in_segment(database, segment_id) == []
    assert tick_once(audience) is not None
    assert in_segment(database, segment_id) == [ada]


def test_two_processes_at_once_tell_everything_once(audience: Audience, columns: Columns) -> None:
    database = audience.database
    people = known(database, *(f"u{n}" for n in range(12)))
    segment_id = a_segment(database, TWICE)
    settle(audience)
    other = Database(database.url, clock=database.clock, ids=database.ids, keys=KEYS)
    failures: list[BaseException] = []

    def tick(mine: Audience) -> None:
        try:
            while not stop.is_set():
                tick_once(mine)
        except BaseException as error:
            failures.append(error)
            raise

    stop = threading.Event()
    threads = [
        threading.Thread(target=tick, args=(mine,))
        for mine in (audience, an_audience(other, Columns(columns_url(columns))))
    ]
    for thread in threads:
        thread.start()
    for n in range(0, 12, 3):
        buys(database, *people[n : n + 3], *people[n : n + 3])
        project(audience)
    stop.set()
    for thread in threads:
        thread.join()
    settle(audience)
    other.close()
    assert failures == []
    assert in_segment(database, segment_id) == sorted(people)
    assert sorted(told(database)) == [(SEGMENT_ENTERED, each) for each in sorted(people)]


def columns_url(columns: Columns) -> str:
    return f"http://{columns.user}:{columns.password}@{columns._host}:{columns._port}/{columns.database}"


def test_a_busy_engine_says_so(audience: Audience, monkeypatch: pytest.MonkeyPatch) -> None:
    segment_id = a_segment(audience.database, TWICE)
    settle(audience)
    monkeypatch.setattr("siyu.engines.audience.refresh.LOCK_WAIT_SECONDS", 1)
    with audience.database.autocommit() as driver:
        driver.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (LOCK,))
        with pytest.raises(BusyError):
            refresh_now(audience, SIYU, segment_id)


def test_a_refresh_asked_for_needs_the_right_and_a_live_segment(audience: Audience) -> None:
    database = audience.database
    analyst = Actor(ActorKind.STAFF, "7", frozenset({"segments.read", "segments.write"}))
    operator = Actor(ActorKind.STAFF, "9", analyst.rights | {"segments.publish"})
    (ada,) = known(database, "ada")
    segment_id = a_segment(database, TWICE)
    buys(database, ada, ada)
    project(audience)
    with pytest.raises(ForbiddenError):
        refresh_now(audience, analyst, segment_id)
    change = refresh_now(audience, operator, segment_id)
    assert (change.entered, change.exited, change.size) == (1, 0, 1)
    assert refresh_now(audience, operator, segment_id).size == 1
    with database.read() as work:
        row = work.driver.execute(
            "SELECT actor_id, subject FROM company.audit WHERE verb = 'segments.refresh'"
        ).fetchone()
    assert row == ("9", f"segment:{segment_id}")
    with database.begin() as work:
        service.stop(work, SIYU, segment_id)
    with pytest.raises(SegmentNotLiveError):
        refresh_now(audience, operator, segment_id)


def test_a_clock_that_steps_back_a_little_is_waited_for(audience: Audience, clock: ManualClock) -> None:
    database = audience.database
    (ada,) = known(database, "ada")
    recent = {**SILENT, "window": {"kind": "rolling", "most": {"amount": 1, "unit": "hour"}}}
    segment_id = a_segment(database, recent)
    settle(audience)
    before = clock.now()
    clock.set(before - STEP_BACK_MAX)
    buys(database, ada, ago=timedelta(hours=1) - STEP_BACK_MAX)
    project(audience)
    ticked = tick_once(audience)
    assert ticked is not None
    assert (ticked.as_of, ticked.customers) == (before, 1)
    assert in_segment(database, segment_id) == [], "an hour ago as of the last tick"
    clock.set(before - STEP_BACK_MAX - timedelta(seconds=1))
    ticked = tick_once(audience)
    assert ticked is not None
    assert (ticked.as_of, ticked.customers) == (clock.now(), None)
    assert in_segment(database, segment_id) == [ada]
    assert audit(audience)[0].is_right


def test_an_audit_finds_what_is_wrong_and_nothing_else(audience: Audience) -> None:
    database = audience.database
    ada, bo, cy, di = known(database, "ada", "bo", "cy", "di")
    segment_id, other = a_segment(database, TWICE), a_segment(database, SHANGHAI)
    buys(database, *[ada, bo, cy] * 2)
    assert audit(audience) == []
    settle(audience)
    assert [(each.checked, each.is_right) for each in audit(audience)] == [(4, True), (4, True)]
    with database.begin() as work:
        work.driver.execute(
            "UPDATE segments.membership SET members = set_bit(set_bit(set_bit(members, %s, 0), %s, 1), %s, 0)"
            " WHERE segment_id = %s",
            (ada, di, cy, segment_id),
        )
    buys(database, cy)
    found = {each.segment_id: each for each in audit(audience)}
    assert (found[segment_id].wrongly_out.tolist(), found[segment_id].wrongly_in.tolist()) == ([ada], [di])
    assert found[segment_id].checked == 3, "something has come about one of them since"
    assert found[other].is_right
    assert list(found) == [segment_id, other]
    assert [each.segment_id for each in audit(audience, [other])] == [other]


def test_everything_at_once(audience: Audience) -> None:
    database = audience.database
    (ada,) = known(database, "ada")
    first, second = a_segment(database, TWICE), a_segment(database, SHANGHAI)
    buys(database, ada, ada)
    project(audience)
    assert refresh_all(audience, is_told=False) == 2
    assert [in_segment(database, each) for each in (first, second)] == [[ada], []]
    assert told(database) == []
    lives_in(database, ada, "上海")
    project(audience)
    assert refresh_all(audience) == 2
    assert told(database) == [(SEGMENT_ENTERED, ada)]


def test_a_unit_that_is_moved_takes_its_customers_along(audience: Audience) -> None:
    database = audience.database
    ada, bo = known(database, "ada", "bo")
    with database.begin() as work:
        company.ensure_first_admin(work, "a@example.com", "correct horse", "云岭咖啡")
        (root,) = company.list_units(work, SIYU)
        east, west = (company.create_unit(work, SIYU, name, root.unit_id) for name in ("华东", "华西"))
        customers.set_custody(work, SIYU, ada, unit_id=east.unit_id, staff_id=None)
        customers.set_custody(work, SIYU, bo, unit_id=west.unit_id, staff_id=None)
    segment_id = a_segment(database, {"kind": "unit", "unit_ids": [west.unit_id]})
    settle(audience)
    assert in_segment(database, segment_id) == [bo]
    with database.begin() as work:
        company.move_unit(work, SIYU, east.unit_id, west.unit_id)
    settle(audience)
    assert in_segment(database, segment_id) == sorted([ada, bo])
    assert told_why(database)[1:] == [(SEGMENT_ENTERED, ada, "event")]
