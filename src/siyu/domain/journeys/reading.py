"""Reading journeys: plans for the engines, numbers for the faces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from siyu.domain.definitions.reading import get_version
from siyu.domain.journeys import store
from siyu.domain.journeys.contracts import (
    CustomerJourney,
    EntryState,
    JourneyNumbers,
    JourneyVersion,
    StepNumbers,
    StepPlan,
)
from siyu.platform.postgres.database import Reading


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


def step_numbers(reading: Reading, journey_id: int, version: int, steps: int) -> Sequence[StepNumbers]:
    """For each step of one version: how many are at it, and how many went past it."""
    rows = store.count_steps(reading.driver, journey_id, version)
    return [
        StepNumbers(
            waiting=sum(count for step, state, count in rows if step == index and state == EntryState.ACTIVE),
            done=sum(count for step, _, count in rows if step > index),
        )
        for index in range(steps)
    ]


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
