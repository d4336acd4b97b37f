"""How an entry goes through its steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from siyu.domain.journeys.contracts import SendPlan, StepPlan, WaitPlan
from siyu.engines.orchestration.course import course_from

SEND = SendPlan("webhook", "a", "b", None)


def test_instant_steps_are_done_at_once() -> None:
    steps: list[StepPlan] = [SEND, SEND, WaitPlan(5), SEND]
    first = course_from(steps, -1)
    assert ([index for index, _ in first.sends], first.step, first.wait_minutes) == ([0, 1], 2, 5)
    last = course_from(steps, first.step)
    assert ([index for index, _ in last.sends], last.step, last.wait_minutes) == ([3], 4, None)


@given(st.lists(st.sampled_from([SEND, WaitPlan(1), WaitPlan(7)]), min_size=1, max_size=30))
def test_every_step_is_passed_once_and_in_order(steps: list[StepPlan]) -> None:
    passed: list[int] = []
    waited = 0
    at = -1
    for _ in range(len(steps) + 1):
        course = course_from(steps, at)
        passed += [index for index, _ in course.sends]
        if course.wait_minutes is None:
            break
        waited += course.wait_minutes
        passed.append(course.step)
        at = course.step
    assert passed == list(range(len(steps)))
    assert waited == sum(step.minutes for step in steps if isinstance(step, WaitPlan))
