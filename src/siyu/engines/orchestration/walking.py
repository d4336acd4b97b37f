"""Walks entries of one version to their next wait or to the end, through splits on the way: all who stand at one place at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from siyu.domain.journeys.contracts import ArmPlan, DueEntry, JumpPlan, SendPlan, SplitPlan, StepPlan, WaitPlan
from siyu.engines.orchestration.course import course_from

Deal = Callable[[int, SplitPlan, Sequence[DueEntry]], Sequence[ArmPlan]]
"""Which arm each entry takes at a split, that stands at this place of the plan."""


@dataclass
class Walk:
    """`sends`: whose messages are asked for at which step. `rests`: who waits where, and for how many minutes; None at the end."""

    sends: list[tuple[int, SendPlan, Sequence[DueEntry]]] = field(default_factory=list)
    rests: list[tuple[int, int | None, Sequence[DueEntry]]] = field(default_factory=list)


def walk(plan: Sequence[StepPlan], standing: dict[int, list[DueEntry]], deal: Deal) -> Walk:
    """The way of entries that are done with the steps at which they are `standing`.

    A plan never goes back: whoever stands farthest behind goes first, so that all who come to a place leave it together, and no
    place is come to twice, however many ways lead there.
    """
    found = Walk()
    while standing:
        at = min(standing)
        entries = standing.pop(at)
        course = course_from(plan, at)
        found.sends += [(step, send, entries) for step, send in course.sends]
        match course.stop:
            case SplitPlan() as split:
                for entry, arm in zip(entries, deal(course.step, split, entries), strict=True):
                    gone = replace(entry, arms=(*entry.arms, arm.start))
                    standing.setdefault(arm.start - 1, []).append(gone)
            case JumpPlan(to):
                standing.setdefault(to - 1, []).extend(entries)
            case WaitPlan() as wait:
                found.rests.append((course.step, wait.minutes, entries))
            case None:
                found.rests.append((course.step, None, entries))
    return found
