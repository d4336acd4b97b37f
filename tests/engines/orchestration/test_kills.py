"""Processes that move entries are killed again and again: nobody is skipped, nobody goes twice."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from datetime import timedelta
from random import Random

from siyu.domain.journeys.contracts import ArmPlan as Arm
from siyu.domain.journeys.contracts import (
    AttributePlan,
    JourneyNumbers,
    JourneyPlan,
    MessagePlan,
    SplitPlan,
    TriggerPlan,
    WaitPlan,
)
from siyu.engines.orchestration import advance_once
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from tests.conftest import opened
from tests.engines.orchestration.orchestrating import a_planned, numbers
from tests.engines.orchestration.test_nodes import let_in
from tests.engines.scenery import some_customers, the_log

KILLS = int(os.environ.get("SIYU_TEST_KILLS", "20"))
PEOPLE, BATCH = 120, 5


def message(key: str, goes_on: int | None) -> MessagePlan:
    return MessagePlan(key, ("webhook",), "你好", goes_on)


def test_kills_skip_nobody_and_move_nobody_twice(database: Database, clock: ManualClock) -> None:
    nodes = (
        message("first", 1),
        WaitPlan("rest", 1, 2),
        AttributePlan("mark", "level", "gold", 3),
        SplitPlan("part", (Arm("a", 1, 4), Arm("b", 1, 5))),
        message("one", 5),
        WaitPlan("again", 1, 6),
        message("last", None),
    )
    journey = a_planned(database, JourneyPlan(nodes, 0, (TriggerPlan("by_hand"),)))
    people = some_customers(database, PEOPLE)
    assert let_in(database, journey, people) == PEOPLE
    chance = Random(1)
    for kill in range(KILLS):
        killed_within(database.url, clock, chance.uniform(0.0, 0.15))
        if kill % (KILLS // 4 or 1) == 0:
            clock.advance(timedelta(seconds=30))
    for _ in range(3):
        clock.advance(timedelta(minutes=1))
        while advance_once(database, BATCH):
            pass
    assert numbers(database, journey) == JourneyNumbers(entered=PEOPLE, completed=PEOPLE)
    with database.read() as reading:
        rows = reading.driver.execute(
            "SELECT e.customer_id, e.visits, array_agg(p.n ORDER BY p.n), count(*) FROM journeys.entries e"
            " JOIN journeys.passages p USING (entry_id) GROUP BY 1, 2"
        ).fetchall()
        paths = reading.driver.execute(
            "SELECT e.customer_id, p.places FROM journeys.entries e JOIN journeys.passages p USING (entry_id)"
            " ORDER BY e.entry_id, p.n"
        ).fetchall()
    assert {(visits, tuple(numbered)) for _, visits, numbered, _ in rows} == {(3, (0, 1, 2))}
    assert len(rows) == PEOPLE
    came_to: dict[int, list[int]] = {}
    for customer, places in paths:
        came_to.setdefault(customer, []).extend(places)
    assert {tuple(each) for each in came_to.values()} == {(0, 1, 2, 3, 4, 5, 6), (0, 1, 2, 3, 5, 6)}
    asked = Counter((event.profile_id, event.properties["step"]) for event in the_log(database, "message_requested"))
    assert asked == {(who, place): 1 for who, way in came_to.items() for place in way if place in (0, 4, 6)}
    ended = Counter(event.profile_id for event in the_log(database, "journey_completed"))
    assert ended == dict.fromkeys(people, 1)


def killed_within(url: str, clock: ManualClock, seconds: float) -> None:
    """A process that moves whoever is due until it is killed."""
    child = os.fork()
    if child == 0:
        try:
            with opened(url, clock, seed=os.getpid()) as mine:
                while True:
                    advance_once(mine, BATCH)
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
