"""Questions over random worlds come to what the plain reference finds; what adds up adds up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.metrics.contracts import (
    AttributeBreakdown,
    BetweenDays,
    Bracket,
    Completion,
    Funnel,
    FunnelStep,
    LastPeriods,
    Length,
    Lifecycle,
    Paths,
    PropertyBreakdown,
    RetentionQuestion,
    SegmentBreakdown,
    Stickiness,
    TagBreakdown,
)
from siyu.engines.insight.questions.activity import (
    LIVES,
    lifecycle,
    lifecycle_people,
    stickiness,
    stickiness_people,
)
from siyu.engines.insight.questions.asking import Asking
from siyu.engines.insight.questions.completion import completion, completion_people
from siyu.engines.insight.questions.funnel import HISTOGRAM_MS, FunnelPeople, funnel, funnel_people
from siyu.engines.insight.questions.paths import OTHER, PathsPeople, paths, paths_people
from siyu.engines.insight.questions.retention import RetentionPeople, retention, retention_people
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.whom import asked_whom
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from tests.engines.audience.histories import NOON, Happening, History, Person, empty, put
from tests.engines.insight import questions_reference as plain

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
NAMES = ("viewed", "added", "paid", "read")
COLOURS = ("red", "blue", "green", None)
QUESTIONS = 3
PEOPLE = 14
"""Profiles; the last of them are other people's now."""


def random_world(random: Random) -> History:
    """Few people who do much at few instants: round ones, the same ones, and both sides of midnight."""
    midnight = NOON - timedelta(hours=12)
    instants = [
        midnight - timedelta(days=random.randrange(40), milliseconds=random.choice((0, 1, 0, 1, 600_000)))
        for _ in range(12)
    ]
    instants += [NOON - timedelta(minutes=random.randrange(60 * 24 * 20)) for _ in range(12)]
    instants += [NOON, NOON + timedelta(milliseconds=1), NOON + timedelta(days=3)]
    happenings = [
        Happening(
            random.choice(NAMES),
            random.randrange(PEOPLE),
            random.choice(instants) + timedelta(minutes=random.choice((0, 0, 0, 5, 20, 200))),
            {"colour": random.choice(COLOURS), "n": random.randrange(4)},
            random.choice(("test", "test", "tags", "web")),
            random.randrange(1, 4),
        )
        for _ in range(random.choice((30, 90, 150)))
    ]
    merged = {13: 2, 12: 2, 11: 5}
    people = [
        Person(
            n,
            {"city": random.choice(("上海", "北京"))} if n % 3 else {},
            random.choice(("1.", "1.2.", "3.")),
            is_deleted=n in merged,
            is_erased=n == 4,
            tag_ids=sorted(random.sample((1, 2, 3), random.randrange(3))),
        )
        for n in range(1, PEOPLE)
    ]
    return History(people, happenings, merged)


def random_events(random: Random) -> tuple[EventMatch, ...]:
    return tuple(
        EventMatch(name, random.choice(((), (), (Filter("colour", "is", "red"),), (Filter("n", "at_least", 2),))))
        for name in random.sample(NAMES, random.choice((1, 1, 2)))
    )


def random_period(random: Random) -> LastPeriods | BetweenDays:
    if random.random() < 0.5:
        return LastPeriods(random.randrange(1, 30))
    if random.random() < 0.3:
        return LastPeriods(random.randrange(1, 4), random.choice(("week", "month")))
    return BetweenDays(f"2026-05-{random.randrange(1, 15):02}", f"2026-0{random.choice(('5-28', '6-01', '6-03'))}")


def random_funnel(random: Random) -> Funnel:
    orders: tuple[Literal["ordered", "strict", "any"], ...] = ("ordered", "ordered", "strict", "any")
    order = random.choice(orders)
    steps = [
        FunnelStep(
            random_events(random),
            random_events(random) if n and order != "any" and random.random() < 0.3 else (),
        )
        for n in range(random.randrange(2, 5))
    ]
    window = random.choice((Length(10, "minute"), Length(1, "hour"), Length(1), Length(7), Length(30)))
    return Funnel(tuple(steps), window, random_period(random), order, random.choice(("day", "week", "month")))


def random_retention(random: Random) -> RetentionQuestion:
    hows: tuple[Literal["on", "since", "brackets"], ...] = ("on", "since", "brackets")
    how = random.choice(hows)
    return RetentionQuestion(
        random_events(random),
        random_period(random),
        random.choice(((), random_events(random))),
        random.choice(("ever", "period")),
        random.choice(("day", "day", "week", "month")),
        how,
        random.randrange(1, 9),
        (Bracket(1, 1), Bracket(2, 4), Bracket(3, 9)) if how == "brackets" else (),
    )


def random_asking(random: Random, columns: Columns) -> tuple[Asking, ZoneInfo]:
    zone = random.choice((SHANGHAI, SHANGHAI, NEW_YORK))
    return Asking(columns, NOON, zone), zone


@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_every_question_comes_to_what_the_reference_finds(columns: Columns, seed: int) -> None:
    random = Random(seed)
    history = random_world(random)
    empty(columns)
    put(columns, history)
    for _ in range(QUESTIONS):
        asking, zone = random_asking(random, columns)
        world = plain.World(history, NOON, zone, None)
        check_funnel(asking, world, random_funnel(random))
        check_retention(asking, world, random_retention(random))
        check_paths(asking, world, random)
        check_activity(asking, world, random)
        check_completion(asking, world, random)


def named(world: plain.World, customers: Any) -> list[int]:
    """Those who can be picked out."""
    return sorted(each for each in customers if each in world.people and not world.people[each].is_erased)


def check_funnel(asking: Asking, world: plain.World, question: Funnel) -> None:
    found, wanted = funnel(asking, question), plain.funnel_counts(world, question, HISTOGRAM_MS)
    assert tuple(found.reached) == wanted["reached"], question
    assert {each.starts_on: tuple(each.reached) for each in found.days} == wanted["days"], question
    size = len(question.steps)
    for (low, high), times in wanted["times"].items():
        told = found.whole if (low, high) == (0, size - 1) else found.times[low]
        assert (told is None) == (times is None), question
        if told is not None and times is not None:
            assert ((told.quarter_ms, told.median_ms, told.three_quarters_ms), told.bars) == times, question
    reached = plain.funnel(world, question)
    for step in (1, size):
        people = funnel_people(asking, question, FunnelPeople(step))
        assert people.tolist() == named(world, [who for who, came in reached.items() if len(came) >= step])
    dropped = funnel_people(asking, question, FunnelPeople(1, dropped=True))
    assert dropped.tolist() == named(world, [who for who, came in reached.items() if len(came) == 1])


def check_retention(asking: Asking, world: plain.World, question: RetentionQuestion) -> None:
    found, wanted = retention(asking, question), plain.retention_counts(world, question)
    told = [
        (
            each.starts_on,
            each.customers,
            [None if cell is None else (cell.customers, cell.is_open) for cell in each.cells],
        )
        for each in found.cohorts
    ]
    assert told == wanted, question
    for n in range(len(found.brackets)):
        over = [(size, cell[0]) for _, size, cells in wanted if (cell := cells[n]) is not None and not cell[1]]
        assert (found.whole.of[n], found.whole.back[n]) == (sum(a for a, _ in over), sum(b for _, b in over))
    back = plain.retention(world, question)
    day = found.cohorts[0].starts_on
    for gone in (False, True):
        people = retention_people(asking, question, RetentionPeople(day, 0, gone))
        inside = [who for who, (cohort, came) in back.items() if cohort == day and (0 in came) != gone]
        assert people.tolist() == named(world, inside), question


def check_paths(asking: Asking, world: plain.World, random: Random) -> None:
    question = Paths(
        EventMatch(random.choice(NAMES)),
        random_period(random),
        random.choice(("from", "to")),
        random.choice(((), NAMES[:3])),
        random.randrange(2, 6),
        random.choice((1, 2, 8)),
        random.random() < 0.5,
        random.choice((Length(5, "minute"), Length(30, "minute"), Length(3))),
    )
    found, lists = paths(asking, question), plain.path_lists(world, question)
    assert found.goes == len(lists)
    assert found.customers == len({who for who, _ in lists})
    steps: list[Counter[str]] = [Counter() for _ in range(question.steps + 1)]
    for _, names in lists:
        for step, name in enumerate(names):
            steps[step][name] += 1
    shown = [sorted(each, key=lambda name: (-each[name], name))[: question.top] for each in steps]
    lumped = [(who, [name if name in shown[n] else OTHER for n, name in enumerate(names)]) for who, names in lists]
    nodes = Counter((step, name) for _, names in lumped for step, name in enumerate(names))
    flows = Counter((n, one, other) for _, names in lumped for n, (one, other) in enumerate(pairwise(names)))
    assert {(each.step, each.name): each.goes for each in found.nodes} == nodes, question
    assert {(each.step, each.name, each.to): each.goes for each in found.flows} == flows
    for node in found.nodes:
        out = sum(each.goes for each in found.flows if (each.step, each.name) == (node.step, node.name))
        came = sum(each.goes for each in found.flows if (each.step + 1, each.to) == (node.step, node.name))
        assert out + node.ended == node.goes
        assert node.step == 0 or came == node.goes
        if node.step != 1:
            continue
        people = paths_people(asking, question, PathsPeople(node.step, node.name))
        assert people.tolist() == named(
            world, {who for who, names in lumped if names[node.step : node.step + 1] == [node.name]}
        )
    if found.flows:
        flow = found.flows[0]
        people = paths_people(asking, question, PathsPeople(flow.step, flow.name, flow.to))
        along = {who for who, names in lumped if names[flow.step : flow.step + 2] == [flow.name, flow.to]}
        assert people.tolist() == named(world, along)


def check_activity(asking: Asking, world: plain.World, random: Random) -> None:
    chosen = random.choice(((), random_events(random)))
    question = Lifecycle(random_period(random), chosen, random.choice(("day", "week", "month")))
    found = lifecycle(asking, question)
    assert [(x.starts_on, x.new, x.returning, x.resurrecting, x.dormant) for x in found] == plain.lifecycle(
        world, question
    )
    for before, now in pairwise(found):
        assert now.returning + now.dormant == before.active
    last = found[-1]
    everybody = [lifecycle_people(asking, question, last.starts_on, kind) for kind in LIVES]
    active = plain.active_periods(world, chosen, question.grain)
    assert np.sort(np.concatenate(everybody[:3])).tolist() == named(
        world, [w for w, d in active.items() if last.starts_on in d]
    )
    sticky = Stickiness(random_period(random), chosen, random.choice((7, 30)))
    answer, (days, times) = stickiness(asking, sticky), plain.stickiness(world, sticky)
    assert ([(x.day, x.active, x.active_of_days) for x in answer.days], list(answer.days_active)) == (days, times)
    by_day = plain.active_periods(world, chosen, "day")
    end = days[-1][0]
    assert stickiness_people(asking, sticky, None, end).tolist() == named(
        world, [w for w, d in by_day.items() if end in d]
    )


def check_completion(asking: Asking, world: plain.World, random: Random) -> None:
    opened, finished = random.sample(NAMES, 2)
    question = Completion(
        EventMatch(opened),
        EventMatch(finished),
        random.choice(("colour", "n")),
        random_period(random),
        random.choice((Length(1, "hour"), Length(3))),
    )
    found, wanted = completion(asking, question), plain.completion(world, question)
    assert {x.content: (x.opened, x.finished, x.median_ms) for x in found.rows} == wanted, question
    assert found.contents == len(wanted)
    for row in found.rows[:1]:
        sizes = [len(completion_people(asking, question, row.content, finished=each)) for each in (True, False)]
        assert sum(sizes) <= row.opened


@pytest.fixture
def small(columns: Columns) -> Columns:
    """Four customers: 1 and 2 in 上海, 3 in 北京, 4 without a city."""
    at = NOON - timedelta(days=1)
    happenings = [
        Happening("viewed", who, at + timedelta(minutes=who), {"colour": "red" if who < 3 else "blue"})
        for who in (1, 2, 3, 4)
    ]
    happenings += [Happening("paid", who, at + timedelta(hours=who), {"colour": "blue"}) for who in (1, 3)]
    people = [
        Person(1, {"city": "上海"}, "1.", tag_ids=[7, 8]),
        Person(2, {"city": "上海"}, "1.2.", tag_ids=[7]),
        Person(3, {"city": "北京"}, "3."),
        Person(4, {}, "3."),
    ]
    put(columns, History(people, happenings))
    return columns


FUNNEL = Funnel((FunnelStep((EventMatch("viewed"),)), FunnelStep((EventMatch("paid"),))), Length(1), LastPeriods(7))


def parts_of(asking: Asking, breakdown: Any) -> dict[tuple[str, str], list[int]]:
    found = funnel(asking, replace(FUNNEL, breakdown=breakdown))
    assert list(found.reached) == [4, 2]
    for part in found.parts:
        for step in (1, 2):
            people = funnel_people(asking, replace(FUNNEL, breakdown=breakdown), FunnelPeople(step, group=part.group))
            assert len(people) == part.reached[step - 1]
    return {(part.group.kind, part.group.key): list(part.reached) for part in found.parts}


def test_a_funnel_is_broken_down_by_what_the_customer_is_and_by_what_the_first_event_says(small: Columns) -> None:
    asking = Asking(
        small, NOON, SHANGHAI, part_ids=(7, 8, 9), members={5: np.array([1, 3], np.uint64), 6: np.array([3], np.uint64)}
    )
    assert parts_of(asking, AttributeBreakdown("city")) == {
        ("value", "上海"): [2, 1],
        ("value", "北京"): [1, 1],
        ("missing", ""): [1, 0],
    }
    assert parts_of(asking, AttributeBreakdown("city", 1)) == {
        ("value", "上海"): [2, 1],
        ("other", ""): [1, 1],
        ("missing", ""): [1, 0],
    }
    assert parts_of(asking, PropertyBreakdown("colour")) == {("value", "blue"): [2, 1], ("value", "red"): [2, 1]}
    assert parts_of(asking, TagBreakdown(1)) == {
        ("value", "7"): [2, 1],
        ("value", "8"): [1, 1],
        ("missing", ""): [2, 1],
    }
    assert parts_of(asking, SegmentBreakdown((5, 6))) == {
        ("value", "5"): [2, 2],
        ("value", "6"): [1, 1],
        ("missing", ""): [2, 0],
    }


def test_who_may_see_few_asks_about_few(small: Columns) -> None:
    with asked_whom(small, Scope("1.")) as whom:
        assert list(funnel(Asking(small, NOON, SHANGHAI, whom), FUNNEL).reached) == [2, 1]
    with asked_whom(small, Scope(), np.array([2, 3, 4], np.uint64)) as whom:
        assert list(funnel(Asking(small, NOON, SHANGHAI, whom), FUNNEL).reached) == [3, 1]
    with asked_whom(small, Scope("", own_only=True)) as whom:
        assert list(funnel(Asking(small, NOON, SHANGHAI, whom), FUNNEL).reached) == [0, 0]
    assert small.query("SELECT count() FROM system.tables WHERE startsWith(name, 'asked_')")[0][0] == 0


def test_retention_is_broken_down_and_says_what_is_still_open(small: Columns) -> None:
    question = RetentionQuestion(
        (EventMatch("viewed"),),
        LastPeriods(2),
        (EventMatch("paid"),),
        "period",
        "day",
        "on",
        1,
        (),
        None,
        AttributeBreakdown("city"),
    )
    found = retention(Asking(small, NOON, SHANGHAI), question)
    assert [each.customers for each in found.cohorts] == [4, 0]
    assert [cell.is_open for each in found.cohorts for cell in each.cells if cell] == [True]
    assert {part.group: part.customers for part in found.parts} == {
        Group("value", "上海"): 2,
        Group("value", "北京"): 1,
        Group("missing"): 1,
    }


def test_a_month_across_summer_time_has_whole_days(columns: Columns) -> None:
    """In New York 8 March 2026 has 23 hours; an event at its last minute is of that day."""
    at = datetime(2026, 3, 8, 23, 59, tzinfo=NEW_YORK)
    put(columns, History([Person(1)], [Happening("viewed", 1, at)]))
    asking = Asking(columns, NOON, NEW_YORK)
    found = lifecycle(asking, Lifecycle(BetweenDays("2026-03-01", "2026-03-31"), (), "day"))
    assert [each.starts_on.day for each in found if each.new] == [8]
