"""How an entry goes through the steps of its version: which are done at once, and where it comes to rest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from siyu.domain.journeys.contracts import SendPlan, StepPlan, WaitPlan


@dataclass(frozen=True, slots=True)
class Course:
    """`sends`: the steps whose messages are asked for on the way. It ends waiting at `step` for `wait_minutes`, or, where
    that is None, behind the last step."""

    sends: tuple[tuple[int, SendPlan], ...]
    step: int
    wait_minutes: int | None


def course_from(steps: Sequence[StepPlan], at: int) -> Course:
    """The course of whoever is done with step `at` (-1: has not begun)."""
    sends: list[tuple[int, SendPlan]] = []
    for index in range(at + 1, len(steps)):
        step = steps[index]
        if isinstance(step, WaitPlan):
            return Course(tuple(sends), index, step.minutes)
        sends.append((index, step))
    return Course(tuple(sends), len(steps), None)
