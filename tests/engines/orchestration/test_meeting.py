"""Where two things happen to an entry at once: a node lets its customer into what ends it, a version moves while it is held."""

from __future__ import annotations

from datetime import timedelta

import pytest
from psycopg.errors import LockNotAvailable

from siyu.assembly.simulation.journey_checks import arithmetic_faults
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange
from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import (
    AttributePlan,
    BranchPlan,
    EnterPlan,
    JourneyNumbers,
    JourneyPlan,
    MessagePlan,
    TagPlan,
    TaskPlan,
    WaitEventPlan,
    WaitPlan,
    WayPlan,
)
from siyu.domain.segments.contracts import SEGMENT_ENTERED
from siyu.domain.tags import service as tags
from siyu.domain.tasks import reading as tasks_reading
from siyu.domain.tasks import service as tasks
from siyu.engines.orchestration import advance_once, keep_up_once
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.engines.orchestration.orchestrating import a_planned, entered, follow, move, numbers, requested
from tests.engines.orchestration.test_nodes import BY_HAND, let_in, message, states
from tests.engines.scenery import SIYU, a_segment, enter, some_customers, the_log


def test_who_is_let_into_what_outranks_it_ends_there(database: Database) -> None:
    (she,) = some_customers(database, 1)
    high = a_planned(database, JourneyPlan((WaitPlan("rest", 60, None),), 0, (BY_HAND,), lane="main", priority=9))
    late = MessagePlan("late", ("webhook",), "你好", 3)
    nodes = (message("first", 1), EnterPlan("over", high, 2), late, WaitPlan("rest", 60, None))
    low = a_planned(database, JourneyPlan(nodes, 0, (BY_HAND,), lane="main", priority=1))
    let_in(database, low, [she])
    move(database)
    assert states(database, low) == [(she, "exited", "over", None)]
    assert states(database, high) == [(she, "active", "rest", None)]
    assert numbers(database, low) == JourneyNumbers(entered=1, exited=1)
    with database.read() as reading:
        assert [each.resting for each in journeys_reading.node_numbers(reading, low, 1)] == [0, 0, 0, 0]
        assert list(arithmetic_faults(reading)) == []
    assert requested(database) == [(she, 0)]


def test_an_entry_of_the_same_round_that_is_outranked_stays_ended(database: Database) -> None:
    she, he = some_customers(database, 2)
    high = a_planned(database, JourneyPlan((WaitPlan("rest", 60, None),), 0, (BY_HAND,), lane="main", priority=9))
    earlier = a_planned(database, JourneyPlan((message("x", 1), WaitPlan("r", 60, None)), 0, (BY_HAND,), lane="main"))
    short = a_planned(database, JourneyPlan((message("x"),), 0, (BY_HAND,), lane="main"))
    nodes = (EnterPlan("over", high, None),)
    other = a_planned(database, JourneyPlan(nodes, 0, (BY_HAND,)))
    for journey, who in ((earlier, [she]), (short, [he]), (other, [she, he])):
        let_in(database, journey, who)
    move(database)
    assert states(database, earlier) == [(she, "exited", "r", None)]
    assert numbers(database, earlier) == JourneyNumbers(entered=1, exited=1)
    assert numbers(database, short) == JourneyNumbers(entered=1, completed=1)
    assert numbers(database, other) == JourneyNumbers(entered=2, completed=2)
    with database.read() as reading:
        assert [each.resting for each in journeys_reading.node_numbers(reading, earlier, 1)] == [0, 0]
        assert list(arithmetic_faults(reading)) == []


def test_a_version_move_waits_for_who_is_just_moving(database: Database) -> None:
    (she,) = some_customers(database, 1)
    journey = a_planned(database, JourneyPlan((WaitPlan("a", 60, None),), 0, (BY_HAND,)))
    let_in(database, journey, [she])
    move(database)
    a_planned(database, JourneyPlan((WaitPlan("a", 60, None),), 0, (BY_HAND,), on_new_version="move"), journey)
    with database.begin() as other:
        other.driver.execute("SELECT 1 FROM journeys.entries FOR UPDATE")
        keep_up_once(database)
    keep_up_once(database)
    with database.read() as reading:
        assert [each.resting for each in journeys_reading.node_numbers(reading, journey, 2)] == [1]


def test_whom_a_fault_holds_tries_what_the_new_version_does(database: Database) -> None:
    (she,) = some_customers(database, 1)
    with database.begin() as work:
        group = tags.create_group(work, SIYU, "旅程", "blue", is_exclusive=False, owner_id=None)
        gone = tags.create_tag(work, SIYU, group.group_id, "一").tags[0].tag_id
        tags.archive_tag(work, SIYU, gone)
    journey = a_planned(database, JourneyPlan((TagPlan("mark", (gone,), (), None),), 0, (BY_HAND,)))
    let_in(database, journey, [she])
    move(database)
    mended = (message("new", 1), AttributePlan("mark", "level", "gold", None))
    a_planned(database, JourneyPlan(mended, 0, (BY_HAND,), on_new_version="move"), journey)
    keep_up_once(database)
    assert move(database) == 0
    assert states(database, journey) == [(she, "paused", "mark", "archived_tag")]
    with database.begin() as work:
        held = [[each.paused for each in journeys_reading.node_numbers(work, journey, version)] for version in (1, 2)]
        assert held == [[0], [0, 1]]
        assert journeys.retry(work, SIYU, journey) == 1
    move(database)
    assert numbers(database, journey) == JourneyNumbers(entered=1, completed=1)
    with database.read() as reading:
        assert list(arithmetic_faults(reading)) == []


def test_who_begins_a_node_of_the_new_version_comes_to_it_now(database: Database, clock: ManualClock) -> None:
    (she,) = some_customers(database, 1)
    journey = a_planned(database, JourneyPlan((WaitPlan("a", 60 * 5, None),), 0, (BY_HAND,)))
    let_in(database, journey, [she])
    move(database)
    clock.advance(timedelta(hours=2))
    branch = BranchPlan("a", (WayPlan("in", a_segment(database), None),), None)
    a_planned(database, JourneyPlan((branch,), 0, (BY_HAND,), on_new_version="move"), journey)
    keep_up_once(database)
    move(database)
    assert states(database, journey) == [(she, "active", "a", None)]  # an hour begins in which its segment is found out


def test_a_task_asked_for_by_an_older_version_wakes_who_has_moved(database: Database, clock: ManualClock) -> None:
    (she,) = some_customers(database, 1)
    task = TaskPlan("call", "致电", "", 600, 1, wait=True, on_expired=None)
    journey = a_planned(database, JourneyPlan((task, message("done")), 0, (BY_HAND,)))
    let_in(database, journey, [she])
    move(database)
    later = TaskPlan("call", "致电", "", 600, 2, wait=True, on_expired=None)
    nodes = (message("first", 1), later, message("thanks"))
    a_planned(database, JourneyPlan(nodes, 0, (BY_HAND,), on_new_version="move"), journey)
    keep_up_once(database)
    with database.begin() as work:
        (key,) = work.driver.execute("SELECT task_key FROM tasks.tasks").fetchone() or ("",)
        assert tasks.end_requested(work, SIYU, [key]) == 1
    follow(database)
    clock.advance(timedelta(minutes=1))
    assert advance_once(database) == 1
    assert numbers(database, journey) == JourneyNumbers(entered=1, completed=1)


def test_who_is_taken_out_leaves_no_task_behind(database: Database) -> None:
    she, he = some_customers(database, 2)
    nodes = (TaskPlan("greet", "问候", "", 600, 1), TaskPlan("call", "致电", "", 600, None, wait=True))
    journey = a_planned(database, JourneyPlan(nodes, 0, (BY_HAND,)))
    let_in(database, journey, [she, he])
    move(database)
    with database.begin() as work:
        page = journeys_reading.list_entries(work, SIYU, journey, PageRequest(), customer_ids=[she])
        assert journeys.end_by_hand(work, SIYU, journey, [each.entry_id for each in page.rows]) == 1
    follow(database)
    ended = the_log(database, "task_ended")
    assert [(each.profile_id, each.properties["outcome"]) for each in ended] == [(she, "skipped")] * 2


def test_what_a_customer_is_called_is_no_template_of_a_task(database: Database) -> None:
    (she,) = some_customers(database, 1)
    with database.begin() as work:
        customers.set_attributes(work, SIYU, [AttributeChange(she, {"name": "{{ city"}, work.clock.now())])
    journey = a_planned(database, JourneyPlan((TaskPlan("call", "致电 {{ name }}", "", 600, None),), 0, (BY_HAND,)))
    let_in(database, journey, [she])
    move(database)
    with database.read() as reading:
        found = tasks_reading.tasks_of_customer(reading, SIYU, she)
        texts = tasks_reading.texts_of(reading, found)
    assert [each.title for each in texts.values()] == ["致电 {{ city"]


def test_nobody_comes_in_while_they_are_erased(database: Database) -> None:
    (she,) = some_customers(database, 1)
    journey = a_planned(database, JourneyPlan((WaitPlan("rest", 60, None),), 0, (BY_HAND,)))
    with database.begin() as erasing, database.begin() as work:
        customers.lock_erasing(erasing, SIYU)
        work.driver.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(LockNotAvailable), work.attempt():
            journeys.enter(work, SIYU, journey, [she], "once")
    assert states(database, journey) == []


def test_a_segment_may_be_waited_for_by_name(database: Database) -> None:
    """Events of segments are looked at by name where a journey does; of another segment they wake nobody."""
    begin, gold, silver = (a_segment(database) for _ in range(3))
    wait = WaitEventPlan("rest", EventMatch(SEGMENT_ENTERED, (Filter("segment_id", "is", gold),)), 60, 1, None)
    asked = MessagePlan("say", ("webhook",), "你好", None)
    a_planned(database, JourneyPlan((wait, asked), 0, (entered(begin),)))
    she, he = some_customers(database, 2)
    enter(database, begin, [she, he])
    follow(database)
    assert move(database) == 2
    enter(database, gold, [she])
    enter(database, silver, [he])
    follow(database)
    move(database)
    assert requested(database) == [(she, 1)]
