"""How an entry goes through the steps of its version: which are done at once, and where it comes to rest or parts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from siyu.domain.journeys.contracts import JumpPlan, SendPlan, SplitPlan, StepPlan, WaitPlan


@dataclass(frozen=True, slots=True)
class Course:
    """`sends`: the steps whose messages are asked for on the way. `step` is where it comes to: a wait, a split, the end of an arm,
    or, where `stop` is None, behind the last step."""

    sends: tuple[tuple[int, SendPlan], ...]
    step: int
    stop: WaitPlan | SplitPlan | JumpPlan | None


def course_from(steps: Sequence[StepPlan], at: int) -> Course:
    """The course of whoever is done with step `at` (-1: has not begun)."""
    sends: list[tuple[int, SendPlan]] = []
    for index in range(at + 1, len(steps)):
        step = steps[index]
        if not isinstance(step, SendPlan):
            return Course(tuple(sends), index, step)
        sends.append((index, step))
    return Course(tuple(sends), len(steps), None)
