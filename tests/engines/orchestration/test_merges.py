"""Journeys of customers who are merged and split."""

from __future__ import annotations

from datetime import timedelta

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys.contracts import JourneyNumbers
from siyu.engines.orchestration import advance_once
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from tests.engines.orchestration.orchestrating import follow, numbers, requested
from tests.engines.scenery import (
    SIYU,
    a_journey,
    a_segment,
    enter,
    leave,
    send,
    some_customers,
    split,
    the_log,
    wait,
)


def merge(database: Database, one: str, other: str) -> None:
    with database.begin() as work:
        customers.resolve(work, SIYU, {(Identity("user_id", one), Identity("user_id", other)): work.clock.now()})


def test_a_merge_brings_two_entries_together(database: Database, clock: ManualClock) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, wait(10), send(), exit_on_leave=True)
    first, second, third = some_customers(database, 3)
    enter(database, segment, [second, third])
    follow(database)
    advance_once(database)
    clock.advance(timedelta(minutes=1))
    enter(database, segment, [first])
    follow(database)
    merge(database, "u0", "u1")
    follow(database)
    (exited,) = the_log(database, "journey_exited")
    assert exited.properties["reason"] == "merged"
    assert numbers(database, journey) == JourneyNumbers(entered=3, active=2, completed=0, exited=1)
    clock.advance(timedelta(minutes=10))
    advance_once(database)
    # The earlier entry, which was the second customer's, went on as the first's.
    assert sorted(requested(database)) == [(first, 1), (third, 1)]
    leave(database, segment, [first])
    follow(database)
    with database.read() as reading:
        (mine,) = journeys_reading.journeys_of(reading, first)
        assert journeys_reading.journeys_of(reading, second) == []
    assert (mine.journey_id, mine.name, mine.state) == (journey, "唤回", "completed")


def test_entering_before_a_merge_and_told_after_it_counts_for_who_remains(database: Database) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, send())
    first, second = some_customers(database, 2)
    enter(database, segment, [second])
    merge(database, "u0", "u1")
    follow(database)
    advance_once(database)
    assert requested(database) == [(first, 0)]
    assert numbers(database, journey).entered == 1


def test_chains_of_merges_in_one_batch(database: Database) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, wait(10))
    everybody = some_customers(database, 6)
    enter(database, segment, everybody)
    follow(database)
    for one, other in [("u5", "u4"), ("u4", "u3"), ("u2", "u1"), ("u3", "u1"), ("u1", "u0")]:
        merge(database, one, other)
    follow(database)
    assert numbers(database, journey) == JourneyNumbers(entered=6, active=1, completed=0, exited=5)
    with database.read() as reading:
        assert [each.journey_id for each in journeys_reading.journeys_of(reading, everybody[0])] == [journey]


def test_a_split_gives_entries_back(database: Database) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, wait(10), send())
    first, second = some_customers(database, 2)
    enter(database, segment, [second])
    follow(database)
    merge(database, "u0", "u1")
    follow(database)
    with database.read() as reading:
        assert [each.journey_id for each in journeys_reading.journeys_of(reading, first)] == [journey]
    split(database, first, second)
    follow(database)
    with database.read() as reading:
        assert journeys_reading.journeys_of(reading, first) == []
        assert [each.journey_id for each in journeys_reading.journeys_of(reading, second)] == [journey]


def test_a_split_and_a_merge_that_pass_each_other(database: Database) -> None:
    segment = a_segment(database)
    journey = a_journey(database, segment, wait(10))
    first, second, third = some_customers(database, 3)
    enter(database, segment, [second])
    follow(database)
    merge(database, "u0", "u1")
    follow(database)  # the second's entry stands with the first
    enter(database, segment, [third])
    follow(database)
    split(database, first, second)
    merge(database, "u0", "u2")  # the third's comes to the first, from whom the second's is only just leaving
    follow(database)
    assert numbers(database, journey) == JourneyNumbers(entered=2, active=2, completed=0, exited=0)
    with database.read() as reading:
        for customer in (first, second):
            assert [each.state for each in journeys_reading.journeys_of(reading, customer)] == ["active"]
