"""Journeys from coming in to the last node, on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import JourneyNumbers
from siyu.engines.orchestration import advance_once, publishing, run_once, take_in_once
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.engines.orchestration.orchestrating import follow, numbers, requested
from tests.engines.scenery import (
    SIYU,
    a_draft,
    a_journey,
    a_segment,
    enter,
    leave,
    recorded_statements,
    send,
    some_customers,
    the_log,
    wait,
)


def standing(database: Database, journey_id: int, version: int = 1) -> list[tuple[int, int]]:
    """(how many rest there, how many have passed) of each node."""
    with database.read() as reading:
        found = journeys_reading.node_numbers(reading, journey_id, version)
    return [(each.resting, each.passed) for each in found]


def test_a_customer_goes_through_step_by_step(database: Database, clock: ManualClock) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, send(), wait(60), wait(30), send(), exit_on_leave=False)
    (she,) = some_customers(database, 1)
    enter(database, segment, [she])
    follow(database)
    assert requested(database) == []
    assert advance_once(database) == 1
    assert requested(database) == [(she, 0)]
    assert standing(database, journey) == [(0, 1), (1, 0), (0, 0), (0, 0)]

    clock.advance(timedelta(minutes=59, seconds=59))
    assert advance_once(database) == 0
    clock.advance(timedelta(seconds=1))
    assert advance_once(database) == 1
    assert advance_once(database) == 0
    clock.advance(timedelta(minutes=30))
    assert advance_once(database) == 1
    assert requested(database) == [(she, 0), (she, 3)]
    assert numbers(database, journey) == JourneyNumbers(entered=1, completed=1)
    names = [event.name for event in the_log(database, "journey_entered", "journey_completed", "journey_exited")]
    assert names == ["journey_entered", "journey_completed"]


def test_instant_steps_need_no_tick_each(database: Database) -> None:
    segment = a_segment(database)
    a_journey(database, segment, *[send() for _ in range(20)])
    enter(database, segment, some_customers(database, 3))
    follow(database)
    assert advance_once(database) == 3
    assert len(requested(database)) == 60
    assert advance_once(database) == 0


def test_who_leaves_the_segment_leaves_the_journey(database: Database, clock: ManualClock) -> None:
    segment = a_segment(database)
    strict = a_journey(database, segment, wait(60), send())
    lax = a_journey(database, segment, wait(60), send(), exit_on_leave=False)
    she, he = some_customers(database, 2)
    enter(database, segment, [she, he])
    follow(database)
    advance_once(database)
    leave(database, segment, [she])
    follow(database)
    clock.advance(timedelta(hours=1))
    assert advance_once(database) == 3
    assert numbers(database, strict) == JourneyNumbers(entered=2, active=0, completed=1, exited=1)
    assert numbers(database, lax) == JourneyNumbers(entered=2, active=0, completed=2, exited=0)
    (exited,) = the_log(database, "journey_exited")
    assert (exited.profile_id, exited.properties["reason"]) == (she, "left_segment")


@pytest.mark.parametrize(("re_entry", "entries"), [("never", 1), ("after_end", 3)])
def test_coming_back(database: Database, re_entry: str, entries: int) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, wait(60), re_entry={"mode": re_entry})
    (she,) = some_customers(database, 1)
    for _ in range(2):
        enter(database, segment, [she])
        leave(database, segment, [she])
    follow(database)  # all four in one batch
    enter(database, segment, [she])
    follow(database)
    found = numbers(database, journey)
    assert found.entered == entries
    assert found.active == (1 if re_entry == "after_end" else 0)


def test_entering_twice_is_one_entry(database: Database) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, wait(60), re_entry={"mode": "after_end"})
    (she,) = some_customers(database, 1)
    enter(database, segment, [she, she])
    follow(database)
    enter(database, segment, [she])
    follow(database)
    assert numbers(database, journey).entered == 1
    assert len(the_log(database, "journey_entered")) == 1


def test_an_entry_keeps_the_version_it_began_with(database: Database, clock: ManualClock) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, wait(10), send("旧"), exit_on_leave=False)
    she, he = some_customers(database, 2)
    enter(database, segment, [she])
    follow(database)
    advance_once(database)
    with database.begin() as work:
        draft = a_draft(segment, wait(5), wait(5), send("新"), exit_on_leave=False)
        publishing.save(work, SIYU, journey, "唤回", draft)
        assert publishing.publish(work, SIYU, journey).version == 2
    enter(database, segment, [he])
    follow(database)
    advance_once(database)
    clock.advance(timedelta(minutes=10))
    while advance_once(database):
        clock.advance(timedelta(minutes=5))
    seen = [
        (e.profile_id, e.properties["version"], e.properties["step"]) for e in the_log(database, "message_requested")
    ]
    assert sorted(seen) == [(she, 1, 1), (he, 2, 2)]


def test_a_paused_journey_holds_everybody_and_still_lets_in_and_out(database: Database, clock: ManualClock) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, wait(10), send())
    she, he, they = some_customers(database, 3)
    enter(database, segment, [she, he])
    follow(database)
    advance_once(database)
    with database.begin() as work:
        journeys.pause(work, SIYU, journey)
    enter(database, segment, [they])
    leave(database, segment, [he])
    follow(database)
    clock.advance(timedelta(hours=1))
    assert advance_once(database) == 0
    with database.begin() as work:
        journeys.resume(work, SIYU, journey)
    assert advance_once(database) == 2
    assert requested(database) == [(she, 1)]
    clock.advance(timedelta(minutes=10))
    advance_once(database)
    assert requested(database) == [(she, 1), (they, 1)]


def test_journeys_share_a_batch(database: Database) -> None:
    segment = a_segment(database)
    crowded = a_journey(database, segment, wait(1))
    crowd = some_customers(database, 30)
    enter(database, segment, crowd)
    follow(database)
    other = a_segment(database)
    quiet = a_journey(database, other, wait(1))
    enter(database, other, crowd[:2])
    follow(database)
    assert advance_once(database, batch=10) == 7
    # all who came stand at the first node; those who have moved rest there
    for journey, count in ((quiet, 2), (crowded, 5)):
        with database.read() as reading:
            rows = reading.driver.execute(
                "SELECT count(*) FROM journeys.entries WHERE journey_id = %s AND onward = 1", (journey,)
            ).fetchall()
        assert rows == [(count,)]


def test_a_step_that_fails_half_way_leaves_everything_as_it_was(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, send(), wait(10))
    people = some_customers(database, 5)
    enter(database, segment, people)
    follow(database)
    with monkeypatch.context() as broken:
        broken.setattr(UnitOfWork, "append_recorded", _fail)
        with pytest.raises(psycopg.OperationalError):
            advance_once(database)
    assert requested(database) == []
    assert standing(database, journey) == [(5, 0), (0, 0)]
    assert advance_once(database) == 5
    assert requested(database) == [(person, 0) for person in people]


def _fail(_: UnitOfWork) -> None:
    raise psycopg.OperationalError("the machine went away")


def put_members(database: Database, segment: int, members: list[int]) -> None:
    bits = bytearray(512)
    for member in members:
        assert member < 4096
        bits[member // 8] |= 128 >> (member % 8)
    text = "".join(f"{byte:08b}" for byte in bits)
    with database.begin() as work:
        work.driver.execute(
            "INSERT INTO segments.membership (chunk, segment_id, members) VALUES (0, %s, %s::bit(4096))",
            (segment, text),
        )


def test_members_at_the_first_publish_come_in(database: Database) -> None:
    segment = a_segment(database)
    people = some_customers(database, 25)
    put_members(database, segment, people[:24])
    journey = a_journey(database, segment, send(), members=True, re_entry={"mode": "after_end"})
    assert [take_in_once(database, 10) for _ in range(5)] == [10, 10, 4, 0, 0]
    assert numbers(database, journey).entered == 24
    while run_once(database):
        pass
    assert [customer for customer, _ in requested(database)] == people[:24]
    with database.begin() as work:
        draft = a_draft(segment, send(), members=True, re_entry={"mode": "after_end"})
        publishing.save(work, SIYU, journey, "唤回", draft)
        publishing.publish(work, SIYU, journey)
    assert take_in_once(database) == 0


def test_who_was_taken_in_is_not_let_in_again_by_the_event_of_before(database: Database, clock: ManualClock) -> None:
    segment = a_segment(database)
    (she,) = some_customers(database, 1)
    put_members(database, segment, [she])
    enter(database, segment, [she])  # not handled yet
    clock.advance(timedelta(seconds=1))
    journey = a_journey(database, segment, send(), members=True, re_entry={"mode": "after_end"})
    while run_once(database):
        pass
    follow(database)
    assert numbers(database, journey) == JourneyNumbers(entered=1, completed=1)


def test_workers_that_move_at_the_same_time_skip_nobody_and_move_nobody_twice(database: Database) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, send(), send(), wait(1))
    people = list(range(1, 3_001))
    enter(database, segment, people)
    follow(database)

    def work_until_done(_: int) -> int:
        moved = 0
        while numbers(database, journey).active and (now := advance_once(database, 50)):
            moved += now
        return moved

    with ThreadPoolExecutor(4) as pool:
        moved = list(pool.map(work_until_done, range(4)))
    while rest := advance_once(database, 50):  # what the others held locked when a worker looked
        moved.append(rest)
    assert sum(moved) == 3_000
    assert sorted(requested(database)) == sorted((person, step) for person in people for step in (0, 1))


def test_twenty_thousand_entries_take_a_handful_of_statements(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = a_segment(database)
    a_journey(database, segment, send(), wait(10))
    people = list(range(1, 20_001))
    enter(database, segment, people)
    statements = recorded_statements(monkeypatch)
    follow(database)
    for_entering = len(statements)
    statements.clear()
    assert advance_once(database) == 20_000
    for_moving = len(statements)
    assert len(the_log(database, "message_requested")) == 20_000
    assert for_entering < 40, statements
    assert for_moving <= 5, statements
