"""How entries go through their steps: the compiled plan, walked by all at once, against a plain interpreter of the document that
walks one customer at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.journeys import rules
from siyu.domain.journeys.contracts import (
    ArmPlan,
    DueEntry,
    JourneyDefinition,
    JumpPlan,
    SegmentEnteredTrigger,
    SendPlan,
    SendStep,
    SendVariant,
    SplitArm,
    SplitPlan,
    SplitStep,
    Step,
    StepPlan,
    WaitPlan,
    WaitStep,
)
from siyu.engines.orchestration.course import course_from
from siyu.engines.orchestration.walking import walk

SEND = SendPlan(("webhook",), "a")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_instant_steps_are_done_at_once() -> None:
    steps: list[StepPlan] = [SEND, SEND, WaitPlan(5), SEND]
    first = course_from(steps, -1)
    assert ([index for index, _ in first.sends], first.step, first.stop) == ([0, 1], 2, WaitPlan(5))
    last = course_from(steps, first.step)
    assert ([index for index, _ in last.sends], last.step, last.stop) == ([3], 4, None)


def a_journey(steps: Sequence[Step]) -> JourneyDefinition:
    return JourneyDefinition(SegmentEnteredTrigger(1), tuple(steps), "never", exit_on_leave=False)


def test_arms_are_laid_one_behind_the_other_and_meet() -> None:
    split = SplitStep((SplitArm("a", "A", 3, (WaitStep(1),)), SplitArm("b", "B", 1)))
    plan, _ = rules.planned(a_journey([split, WaitStep(9)]))
    assert plan == [
        SplitPlan(None, (ArmPlan("a", 3, 1, "steps.0.arms.0"), ArmPlan("b", 1, 3, "steps.0.arms.1")), "steps.0"),
        WaitPlan(1, "steps.0.arms.0.steps.0"),
        JumpPlan(4),
        JumpPlan(4),
        WaitPlan(9, "steps.1"),
    ]
    assert rules.arms_around(plan) == [frozenset(), frozenset({1}), frozenset({1}), frozenset({3}), frozenset()]


def texts(steps: st.SearchStrategy[list[Step]], depth: int) -> st.SearchStrategy[list[Step]]:
    """Lists of steps, splits among them up to a depth."""
    arms = st.lists(st.tuples(st.integers(1, 3), steps), min_size=2, max_size=3)
    split = arms.map(
        lambda made: SplitStep(
            tuple(SplitArm("abc"[n], "x", weight, tuple(inner)) for n, (weight, inner) in enumerate(made))
        )
    )
    return st.lists(leaves() | split, max_size=3) if depth else st.lists(leaves(), max_size=3)


def leaves() -> st.SearchStrategy[Step]:
    variants = st.lists(st.sampled_from("ab"), unique=True, min_size=1, max_size=2).map(
        lambda arms: SendStep(
            "webhook", "base", "b", experiment_id=7, variants=tuple(SendVariant(arm, arm, "b") for arm in arms)
        )
    )
    waits = st.integers(1, 3).map(WaitStep)
    return st.one_of(waits, st.just(SendStep("webhook", "plain", "b")), variants)


STEPS = texts(texts(texts(texts(st.just([]), 0), 1), 2), 3)


def choice(customer: int, path: str, arms: int) -> int:
    """Which arm a customer takes; any rule will do, as long as both readings ask the same one."""
    return hash((customer, path)) % arms


def plainly(steps: Sequence[Step], path: str, customer: int, told: list[tuple[str, str]]) -> None:
    """One customer's way through the document, step by step."""
    for n, step in enumerate(steps):
        at = f"{path}.{n}"
        if isinstance(step, WaitStep):
            told.append(("wait", f"{step.minutes}"))
        elif isinstance(step, SplitStep):
            arm = choice(customer, at, len(step.arms))
            plainly(step.arms[arm].steps, f"{at}.arms.{arm}.steps", customer, told)
        else:
            arm = choice(customer, at, len(step.variants) + 1) if step.variants else 0
            told.append(("send", step.variants[arm - 1].title if arm else step.title))


@settings(max_examples=25)
@given(STEPS)
def test_a_plan_that_all_walk_at_once_leads_each_the_way_of_the_document(steps: list[Step]) -> None:
    plan, _ = rules.planned(a_journey(steps))
    customers = range(1, 9)
    told: dict[int, list[tuple[str, str]]] = defaultdict(list)
    standing = {-1: [DueEntry(n, 1, 1, n, -1) for n in customers]}
    rounds = 0
    done: dict[int, DueEntry] = {}

    def deal(at: int, split: SplitPlan, entries: Sequence[DueEntry]) -> list[ArmPlan]:
        assert plan[at] is split
        return [split.arms[choice(each.customer_id, split.path, len(split.arms))] for each in entries]

    while standing:
        rounds += 1
        assert rounds <= 3 * len(plan) + 2
        found = walk(plan, standing, deal)
        for _, send, entries in sorted(found.sends, key=lambda each: each[0]):
            for entry in entries:
                told[entry.customer_id].append(("send", send.title))
        standing = {}
        for step, minutes, entries in found.rests:
            for entry in entries:
                if minutes is None:
                    done[entry.customer_id] = entry
                    assert step == len(plan)
                else:
                    told[entry.customer_id].append(("wait", f"{minutes}"))
                    standing.setdefault(step, []).append(entry)
    around = rules.arms_around(plan)
    for customer in customers:
        expected: list[tuple[str, str]] = []
        plainly(steps, "steps", customer, expected)
        assert told[customer] == expected
        taken = frozenset(done[customer].arms)
        passed = [
            each for at, each in enumerate(plan) if around[at] <= taken and not isinstance(each, JumpPlan | SplitPlan)
        ]
        assert len(passed) == len(expected)


def test_so_many_go_each_way_as_its_weight_says() -> None:
    split = SplitPlan(None, (ArmPlan("a", 1, 1), ArmPlan("b", 3, 2)))
    taken = [rules.arm_by_lot(5, 0, split, customer).key for customer in range(1, 8001)]
    assert 1850 < taken.count("a") < 2150
    assert taken == [rules.arm_by_lot(5, 0, split, customer).key for customer in range(1, 8001)]
    other = [rules.arm_by_lot(6, 0, split, customer).key for customer in range(1, 8001)]
    both = sum(one == two == "a" for one, two in zip(taken, other, strict=True))
    assert 400 < both < 600
