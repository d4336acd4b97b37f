"""Reading journeys: plans for the engines, numbers for the faces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, Literal

from siyu.domain.definitions.reading import get_version
from siyu.domain.journeys import rules, store
from siyu.domain.journeys.contracts import (
    ArmPlan,
    CustomerJourney,
    EntryState,
    JourneyNumbers,
    JourneyVersion,
    JumpPlan,
    SendPlan,
    SplitPlan,
    StepNumbers,
    StepPlan,
    WaitPlan,
)
from siyu.platform.postgres.database import Reading

_KINDS: Final[dict[type[StepPlan], Literal["wait", "send", "split"]]] = {
    WaitPlan: "wait",
    SendPlan: "send",
    SplitPlan: "split",
}


def plans(reading: Reading, versions: Collection[JourneyVersion]) -> dict[JourneyVersion, tuple[StepPlan, ...]]:
    """The steps of published versions."""
    return store.select_plans(reading.driver, versions)


def numbers(reading: Reading, journey_ids: Collection[int]) -> dict[int, JourneyNumbers]:
    """How many are where, for each of the journeys."""
    counts: dict[int, dict[str, int]] = {journey_id: {} for journey_id in journey_ids}
    for journey_id, state, count in store.count_entries(reading.driver, journey_ids):
        counts[journey_id][state] = count
    return {
        journey_id: JourneyNumbers(
            entered=sum(states.values()),
            active=states.get(EntryState.ACTIVE, 0),
            completed=states.get(EntryState.COMPLETED, 0),
            exited=states.get(EntryState.EXITED, 0),
        )
        for journey_id, states in counts.items()
    }


def hold_outs(reading: Reading, versions: Collection[JourneyVersion]) -> dict[JourneyVersion, int]:
    """How many percent of the customers walk a version without its messages; versions where nobody does are left out."""
    return store.select_hold_outs(reading.driver, versions)


def arm_by_lot(journey_id: int, at: int, split: SplitPlan, customer_id: int) -> ArmPlan:
    """The arm that falls to a customer at place `at` of a journey's plan, by its weight and the same every time."""
    return rules.arm_by_lot(journey_id, at, split, customer_id)


def step_numbers(reading: Reading, journey_id: int, version: int) -> Sequence[StepNumbers]:
    """For each step of a published version, and each arm of its splits: how many are at it, and how many went past it."""
    plan = store.select_plans(reading.driver, [(journey_id, version)]).get((journey_id, version), ())
    around = rules.arms_around(plan)
    entries = [
        (step, count if state == EntryState.ACTIVE else 0, count, frozenset(arms))
        for step, state, arms, count in store.count_steps(reading.driver, journey_id, version)
    ]

    def standing(places: range) -> int:
        return sum(active for step, active, _, _ in entries if step in places)

    arms = {arm.path for each in plan if isinstance(each, SplitPlan) for arm in each.arms}
    found: list[StepNumbers] = []
    for at, each in enumerate(plan):
        if isinstance(each, JumpPlan) or each.path in arms:  # a text of several is told as the arm it is
            continue
        done = sum(count for step, _, count, taken in entries if step > at and around[at] <= taken)
        kind = _KINDS[type(each)]
        found.append(StepNumbers(each.path, kind, standing(range(at, at + 1)), done))
        for arm in each.arms if isinstance(each, SplitPlan) else ():
            inside = range(arm.start, sum(arm.start in places for places in around) + arm.start)
            went = sum(count for _, _, count, taken in entries if arm.start in taken)
            found.append(StepNumbers(arm.path, "arm", standing(inside), went))
    return found


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """Every way through a journey that began with one of the profiles, for the person herself."""
    return [
        {
            "journey": get_version(reading, journey_id, version).name,
            "state": state,
            "entered_at": entered_at,
            "ended_at": ended_at,
            "end_reason": reason,
        }
        for journey_id, version, state, entered_at, ended_at, reason in store.select_told(reading.driver, profile_ids)
    ]


def journeys_of(reading: Reading, customer_id: int) -> list[CustomerJourney]:
    """The customer's latest way through each journey they were ever in."""
    return [
        CustomerJourney(
            journey_id=journey_id,
            name=get_version(reading, journey_id, version).name,
            version=version,
            state=EntryState(state),
            entered_at=entered_at,
            ended_at=ended_at,
        )
        for journey_id, version, state, entered_at, ended_at in store.select_latest_entries(reading.driver, customer_id)
    ]
