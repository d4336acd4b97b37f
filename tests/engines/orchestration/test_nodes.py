"""What single nodes and rules do, on PostgreSQL: branches that wait to be sure, faults, clocks, versions, groups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import (
    AttributePlan,
    BranchPlan,
    EnterPlan,
    EntryState,
    GoalPlan,
    GroupMessagePlan,
    JourneyNumbers,
    JourneyPlan,
    MessagePlan,
    TagPlan,
    TargetsPlan,
    TriggerPlan,
    WaitPlan,
    WaitUntilPlan,
    WayPlan,
)
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import JudgedRequest, MessageRequest, ReachRules
from siyu.domain.segments.contracts import AUDIENCE_CONSUMER
from siyu.domain.tags import service as tags
from siyu.engines.orchestration import advance_once, keep_up_once, let_in_once
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.eventlog.reading import head_position
from siyu.platform.postgres.database import Database
from tests.engines.orchestration.orchestrating import a_planned, entered, follow, move, numbers, requested
from tests.engines.scenery import SIYU, a_segment, enter, some_customers, the_log

ZONE = ZoneInfo("Asia/Shanghai")
BY_HAND = TriggerPlan("by_hand")


def message(key: str, goes_on: int | None = None) -> MessagePlan:
    return MessagePlan(key, ("webhook",), "你好", goes_on)


def let_in(database: Database, journey: int, who: list[int], key: str = "once") -> int:
    with database.begin() as work:
        return journeys.enter(work, SIYU, journey, who, key).entered


def states(database: Database, journey: int) -> list[tuple[int | None, str, str, str | None]]:
    """(whose, state, node, fault) of each entry, the oldest first."""
    with database.read() as reading:
        rows = journeys_reading.list_entries(reading, SIYU, journey, PageRequest()).rows
    return [(each.customer_id, each.state.value, each.node, each.fault) for each in reversed(rows)]


def built(database: Database, segment: int, members: list[int]) -> None:
    """As audience finds a segment out."""
    with database.begin() as work:
        work.driver.execute(
            "INSERT INTO segments.states (segment_id, version, document, size, built_at, cost_ms)"
            " VALUES (%s, 1, '{}', 0, now(), 0)",
            (segment,),
        )
        work.driver.execute(
            "INSERT INTO segments.membership (chunk, segment_id, members) VALUES (0, %s, 0::bit(4096))", (segment,)
        )
        for member in members:
            work.driver.execute(
                "UPDATE segments.membership SET members = set_bit(members, %s, 1) WHERE segment_id = %s",
                (member, segment),
            )


def audience_follows(database: Database) -> None:
    with database.autocommit() as driver:
        driver.execute(
            "INSERT INTO log.consumers (name, position) VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET position = excluded.position",
            (AUDIENCE_CONSUMER, head_position(driver)),
        )


def test_a_branch_waits_until_it_is_known_who_is_in_its_segments(database: Database, clock: ManualClock) -> None:
    segment, gold = a_segment(database), a_segment(database)
    nodes = (
        AttributePlan("level", "level", "gold", 1),
        BranchPlan("part", (WayPlan("gold", gold, 2),), 3),
        message("golden"),
        message("plain"),
    )
    journey = a_planned(database, JourneyPlan(nodes, 0, (entered(segment),)))
    she, he = some_customers(database, 2)
    enter(database, segment, [she, he])
    follow(database)
    assert move(database) == 2
    clock.advance(timedelta(seconds=1))
    assert move(database) == 2  # the segment was never found out
    built(database, gold, [she])
    clock.advance(timedelta(seconds=1))
    assert move(database) == 2  # it was, but before the attribute was set
    assert [each[1:3] for each in states(database, journey)] == [("active", "part")] * 2
    follow(database)
    audience_follows(database)
    clock.advance(timedelta(seconds=1))
    move(database)
    assert sorted(requested(database)) == [(she, 2), (he, 3)]
    assert numbers(database, journey) == JourneyNumbers(entered=2, completed=2)


def test_a_branch_that_never_knows_holds_whom_it_keeps_and_tells(database: Database, clock: ManualClock) -> None:
    segment, unbuilt = a_segment(database), a_segment(database)
    nodes = (BranchPlan("part", (WayPlan("in", unbuilt, None),), None),)
    journey = a_planned(database, JourneyPlan(nodes, 0, (entered(segment),)))
    (she,) = some_customers(database, 1)
    enter(database, segment, [she])
    follow(database)
    move(database)
    clock.advance(timedelta(hours=1, seconds=5))
    move(database)
    assert states(database, journey) == [(she, "paused", "part", "branch_not_ready")]
    (paused,) = the_log(database, "journey_paused")
    assert (paused.properties["node"], paused.properties["fault"]) == ("part", "branch_not_ready")
    assert numbers(database, journey) == JourneyNumbers(entered=1, active=1, paused=1)
    built(database, unbuilt, [])
    audience_follows(database)
    with database.begin() as work:
        assert journeys.retry(work, SIYU, journey, node=(1, "nowhere")) == 0
        assert journeys.retry(work, SIYU, journey, node=(1, "part")) == 1
    move(database)
    assert numbers(database, journey) == JourneyNumbers(entered=1, completed=1)


def test_what_fails_for_one_holds_that_one_alone(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = (WaitPlan("rest", 1, 1), AttributePlan("mark", "level", "gold", 2), message("last"))
    journey = a_planned(database, JourneyPlan(nodes, 0, (BY_HAND,)))
    people = some_customers(database, 40)
    unlucky = people[17]
    assert let_in(database, journey, people) == 40
    move(database)
    clock.advance(timedelta(minutes=1))
    told = customers.set_attributes

    def fails_for_one(work: object, actor: object, changes: list[AttributeChange]) -> int:
        if any(each.profile_id == unlucky for each in changes):
            raise ValueError("something about this one")
        return told(work, actor, changes)  # type: ignore[arg-type]  # what it was called with

    with monkeypatch.context() as broken:
        broken.setattr(customers, "set_attributes", fails_for_one)
        move(database)
    assert [each for each in states(database, journey) if each[1] != "completed"] == [
        (unlucky, "paused", "mark", "unforeseen")
    ]
    assert sorted(who for who, _ in requested(database)) == [each for each in people if each != unlucky]
    with database.begin() as work:
        assert journeys.retry(work, SIYU, journey) == 1
    move(database)
    assert numbers(database, journey) == JourneyNumbers(entered=40, completed=40)
    assert sorted(requested(database)) == [(each, 2) for each in people]


def test_a_node_that_fails_for_all_holds_all_and_a_person_may_end_them(database: Database) -> None:
    with database.begin() as work:
        group = tags.create_group(work, SIYU, "旅程", "blue", is_exclusive=False, owner_id=None)
        tag_id = tags.create_tag(work, SIYU, group.group_id, "一").tags[0].tag_id
        tags.archive_tag(work, SIYU, tag_id)
    journey = a_planned(database, JourneyPlan((TagPlan("mark", (tag_id,), (), None),), 0, (BY_HAND,)))
    people = some_customers(database, 50)
    let_in(database, journey, people)
    move(database)
    found = states(database, journey)
    assert {each[1:] for each in found} == {("paused", "mark", "archived_tag")}
    with database.read() as reading:
        held = journeys_reading.list_entries(
            reading, SIYU, journey, PageRequest(size=3), node="mark", states=[EntryState.PAUSED]
        )
    assert len(held.rows) == 3
    assert held.next_after is not None
    with database.begin() as work:
        assert journeys.end_by_hand(work, SIYU, journey, [each.entry_id for each in held.rows]) == 3
    assert numbers(database, journey) == JourneyNumbers(entered=50, active=47, exited=3, paused=47)


def test_a_goal_ends_the_way_and_counts_after_it(database: Database, clock: ManualClock) -> None:
    segment, buyers = a_segment(database), a_segment(database)
    goals = (GoalPlan("bought", 7, True, segment_id=buyers),)
    plan = JourneyPlan((WaitPlan("rest", 60 * 24, None),), 0, (entered(segment),), goals=goals)
    journey = a_planned(database, plan)
    she, he, they = some_customers(database, 3)
    enter(database, segment, [she, he, they])
    follow(database)
    move(database)
    clock.advance(timedelta(hours=1))
    enter(database, buyers, [she])
    follow(database)
    clock.advance(timedelta(days=3))
    move(database)
    enter(database, buyers, [she, he])  # his has been through: it counts, and changes nothing else
    follow(database)
    clock.advance(timedelta(days=5))
    enter(database, buyers, [they])
    follow(database)
    assert numbers(database, journey) == JourneyNumbers(entered=3, completed=2, goal=1)
    assert [event.profile_id for event in the_log(database, "journey_goal_reached")] == [she, he]


def test_a_new_version_takes_along_who_rests_at_what_is_there_still(database: Database, clock: ManualClock) -> None:
    first = (WaitPlan("a", 60, 1), WaitPlan("b", 60, 2), message("old"))
    journey = a_planned(database, JourneyPlan(first, 0, (BY_HAND,)))
    she, he, they = some_customers(database, 3)
    for who in (she, he, they):
        let_in(database, journey, [who], str(who))
        move(database)
        clock.advance(timedelta(minutes=30))
        move(database)
    # she and he are at b, they at a
    second = (message("new"), WaitPlan("a", 60, 0), WaitPlan("gone", 5, 0))
    a_planned(database, JourneyPlan(second, 1, (BY_HAND,), on_new_version="move"), journey)
    while keep_up_once(database, 1):
        pass
    with database.read() as reading:
        entries = journeys_reading.list_entries(reading, SIYU, journey, PageRequest()).rows
        resting = [each.resting for each in journeys_reading.node_numbers(reading, journey, 2)]
    assert {(each.customer_id, each.version, each.node) for each in entries} == {
        (she, 1, "b"),
        (he, 1, "b"),
        (they, 2, "a"),
    }
    assert resting == [0, 1, 0]
    clock.advance(timedelta(hours=1))
    move(database)
    clock.advance(timedelta(hours=1))
    move(database)
    assert sorted(requested(database)) == [(she, 2), (he, 2), (they, 0)]


def test_a_schedule_and_a_birthday_let_in_each_once(database: Database, clock: ManualClock) -> None:
    regulars = a_segment(database)
    people = some_customers(database, 5)
    built(database, regulars, people[:3])
    with database.begin() as work:
        at = work.clock.now()
        born = {people[0]: "1990-06-02", people[1]: "1988-06-02T08:00", people[2]: "06-02", people[4]: "2001-06-03"}
        changes = [AttributeChange(who, {"birthday": day}, at) for who, day in born.items()]
        customers.set_attributes(work, SIYU, changes)
    again = {"re_entry": "after_end"}
    nine = TriggerPlan("schedule", segment_id=regulars, at="09:00", weekdays=(2, 3), starts_on="2026-06-01")
    scheduled = a_planned(database, JourneyPlan((message("a"),), 0, (nine,), **again))  # type: ignore[arg-type]  # as said
    day = TriggerPlan("date", attribute="birthday", at="10:00", yearly=True)
    birthdays = a_planned(database, JourneyPlan((message("b"),), 0, (day,)))
    assert not let_in_once(database, ZONE)
    clock.set(datetime(2026, 6, 2, 2, 30, tzinfo=UTC))  # half past ten on Tuesday
    while let_in_once(database, ZONE, 2):
        move(database)
    move(database)
    assert numbers(database, scheduled).entered == 3
    assert sorted(who for who, _, _, _ in states(database, birthdays) if who) == people[:2]
    clock.set(datetime(2026, 6, 4, 0, 30, tzinfo=UTC))  # a standstill of nearly two days: Wednesday's is made up for
    while let_in_once(database, ZONE):
        pass
    move(database)
    assert numbers(database, scheduled).entered == 6
    assert numbers(database, birthdays).entered == 3  # and that of the third, whose day it was
    clock.set(datetime(2026, 6, 30, 0, 0, tzinfo=UTC))
    while let_in_once(database, ZONE):
        pass
    assert numbers(database, scheduled).entered == 6  # a Tuesday too, but an hour too early


def test_the_best_hour_is_the_one_at_which_links_are_followed(database: Database, clock: ManualClock) -> None:
    she, he = some_customers(database, 2)
    with database.begin() as work:
        for number, clicked in enumerate(
            ("2026-05-30T12:10Z", "2026-05-31T12:40Z", "2026-05-31T09:00Z", "2025-09-01T01:00Z")
        ):
            key = f"journey:{number}:0:0"
            request = MessageRequest(key, she, 1, 1, 0, ("webhook",))
            messages.admit(work, SIYU, [JudgedRequest(request, she, ("webhook",), None)], ReachRules(), ZONE)
            work.driver.execute("UPDATE messages.messages SET clicked_at = %s WHERE message_key = %s", (clicked, key))
    nodes = (WaitUntilPlan("rest", None, "best_hour", (), 1), message("late"))
    journey = a_planned(database, JourneyPlan(nodes, 0, (BY_HAND,)))
    let_in(database, journey, [she, he])
    move(database)
    with database.read() as reading:
        due = {
            each.customer_id: each.due_at
            for each in journeys_reading.list_entries(reading, SIYU, journey, PageRequest()).rows
        }
    assert due == {  # eight in the evening; of him nothing is known, so at ten
        she: datetime(2026, 6, 1, 12, 0, tzinfo=UTC),
        he: datetime(2026, 6, 2, 2, 0, tzinfo=UTC),
    }


def test_groups_walk_and_nothing_is_told_of_customers(database: Database, clock: ManualClock) -> None:
    with database.begin() as work:
        rows = work.driver.execute(
            "INSERT INTO groups.groups (corp_id, chat_id, name, notice, owner_userid, status, version, digest, created_at)"
            " SELECT 'c', 'chat' || n, '群', '', 'u', 0, '1', '', now() FROM generate_series(1, 3) AS n RETURNING group_id"
        ).fetchall()
        work.driver.execute("UPDATE groups.groups SET dissolved_at = now() WHERE chat_id = 'chat3'")
        work.driver.execute("UPDATE groups.groups SET created_at = %s", (work.clock.now(),))
        work.driver.execute(
            "UPDATE groups.groups SET created_at = created_at - '1 day'::interval WHERE chat_id = 'chat2'"
        )
    groups = [row[0] for row in rows]
    after = a_planned(database, JourneyPlan((WaitPlan("rest", 60, None),), 0, (BY_HAND,), subject="group"))
    nodes = (
        GroupMessagePlan("hello", "早", 1),
        WaitPlan("rest", 60, 2),
        GroupMessagePlan("again", "晚", 3),
        EnterPlan("on", after, None),
    )
    daily = TriggerPlan("schedule", at="09:00")
    everyone = TargetsPlan(all=True)
    plan = JourneyPlan(nodes, 0, (daily,), subject="group", targets=everyone)
    journey = a_planned(database, plan)
    second_day = TriggerPlan("date", attribute="created_on", days=1, at="09:00")
    rest = (WaitPlan("rest", 6000, None),)
    young = a_planned(database, JourneyPlan(rest, 0, (second_day,), subject="group", targets=everyone))
    clock.advance(timedelta(days=1))
    while let_in_once(database, ZONE):
        pass
    move(database)
    clock.advance(timedelta(hours=1))
    move(database)
    with database.read() as reading:
        asked = reading.driver.execute("SELECT post_key FROM sends.posts ORDER BY 1").fetchall()
    assert len(asked) == 4
    assert len({key for (key,) in asked}) == 4
    assert numbers(database, journey) == JourneyNumbers(entered=2, completed=2)
    assert the_log(database, "journey_entered", "journey_completed") == []
    assert groups[2] not in {row[0] for row in asked}
    assert numbers(database, after) == JourneyNumbers(entered=2, active=2)
    with database.read() as reading:
        (entry,) = journeys_reading.list_entries(reading, SIYU, young, PageRequest()).rows
    assert entry.group_id == groups[0]  # the other one was made a day before


def test_a_lower_journey_gives_way_in_its_lane(database: Database) -> None:
    def in_lane(priority: int) -> int:
        nodes = (WaitPlan("rest", 60, None),)
        return a_planned(database, JourneyPlan(nodes, 0, (BY_HAND,), lane="main", priority=priority))

    low, middle, high = (in_lane(priority) for priority in (1, 5, 9))
    (she,) = some_customers(database, 1)
    assert let_in(database, middle, [she]) == 1
    assert let_in(database, low, [she]) == 0
    assert let_in(database, high, [she]) == 1
    assert let_in(database, high, [she]) == 1  # the same key is answered the same
    assert numbers(database, low) == JourneyNumbers(passed_over=1)
    assert numbers(database, middle) == JourneyNumbers(entered=1, exited=1)
    (passed_over,) = the_log(database, "journey_passed_over")
    assert passed_over.properties["journey_id"] == low
    (exited,) = the_log(database, "journey_exited")
    assert (exited.properties["journey_id"], exited.properties["reason"]) == (middle, "outranked")
    assert advance_once(database) == 1
