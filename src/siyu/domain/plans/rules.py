"""From documents to plans and reviews, and who may see whose. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from siyu.domain.definitions.contracts import DefinitionStatus, Faults, Path, check_parts, is_day
from siyu.domain.plans.contracts import (
    AFTER_MAX,
    BUDGET_MAX,
    LINKED_MAX,
    METRICS_MAX,
    PEOPLE_MAX,
    PERIOD_DAYS_MAX,
    PHASES_MAX,
    ROLES_MAX,
    SEGMENTS_MAX,
    TARGETS_MAX,
    TASKS_MAX,
    WORDS_MAX,
    CampaignPlan,
    MetricResult,
    Review,
    ReviewNumbers,
    Stage,
    Task,
)
from siyu.kernel.actors import Scope
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import PageRequest

_T = TypeVar("_T")

PLAN: TypeAdapter[CampaignPlan] = TypeAdapter(CampaignPlan)
REVIEW: TypeAdapter[Review] = TypeAdapter(Review)
NUMBERS: TypeAdapter[ReviewNumbers] = TypeAdapter(ReviewNumbers)
RESULT: TypeAdapter[MetricResult] = TypeAdapter(MetricResult)

_MANY: Final = {
    "segment_ids": SEGMENTS_MAX,
    "phases": PHASES_MAX,
    "roles": ROLES_MAX,
    "staff_ids": PEOPLE_MAX,
    "tasks": TASKS_MAX,
    "after": AFTER_MAX,
    "budget": BUDGET_MAX,
    "targets": TARGETS_MAX,
    "linked_ids": LINKED_MAX,
    "metric_ids": METRICS_MAX,
}
_WORDS: Final = frozenset({"goal", "duty", "note", "went_well", "went_badly"})
FAULTS: Final = Faults(
    {
        **{
            field: (f"这里应是一列，最多 {most} 项。", f"Put a list of at most {most}.")
            for field, most in _MANY.items()
        },
        "words": (f"最多 {WORDS_MAX} 个字。", f"At most {WORDS_MAX} characters."),
        "outside": (
            "这几天不在方案的日期之内，请改一项。",
            "These days are not within those of the plan; change one of them.",
        ),
        "long": (
            f"最多 {PERIOD_DAYS_MAX} 天，请改短一些。",
            f"At most {PERIOD_DAYS_MAX} days; make it shorter.",
        ),
        "no_phase": ("没有这个阶段，请另选。", "There is no such phase; choose another."),
        "no_task": ("没有这项任务，请另选。", "There is no such task; choose another."),
        "circle": ("任务互相等待，谁也开始不了，请去掉一项。", "These tasks wait for each other; remove one of them."),
        "metric_twice": (
            "这个指标的目标写了两次，请去掉一个。",
            "This metric's target stands twice; remove one of them.",
        ),
        "no_segment": ("没有这个人群，请另选。", "There is no such segment; choose another."),
        "no_metric": ("没有这个指标，请另选。", "There is no such metric; choose another."),
        "no_linked": (
            "只能关联旅程、表单、人群和实验。",
            "Only journeys, forms, segments and experiments can be linked.",
        ),
        "no_plan": ("没有这个方案，请另选。", "There is no such plan; choose another."),
        "no_review": ("没有这次复盘，请另选。", "There is no such review; choose another."),
        "no_staff": ("没有这位员工，请另选。", "There is no such member of staff; choose another."),
        "campaign_fixed": (
            "方案批准过，活动代号就不能再改了，它是 {campaign}。",
            "The plan was approved: its campaign stays {campaign}.",
        ),
    },
    of_lists={field: field for field in _MANY},
    limits={},
)


def parse_plan(document: object) -> CampaignPlan:
    """The plan of a document; InvalidDefinitionError with the first fault otherwise."""
    plan = _parsed(PLAN, document)
    _check_texts((), plan)
    _check_days((), plan.begins_on, plan.ends_on)
    if (plan.until_on - plan.since_on).days >= PERIOD_DAYS_MAX:
        raise FAULTS.fault(("ends_on",), "long")
    _check_keys("phases", [each.key for each in plan.phases])
    for n, phase in enumerate(plan.phases):
        _check_days(("phases", n), phase.begins_on, phase.ends_on)
        if phase.begins_on < plan.begins_on or phase.ends_on > plan.ends_on:
            raise FAULTS.fault(("phases", n, "begins_on"), "outside")
    phases = {each.key for each in plan.phases}
    _check_tasks(plan, phases)
    seen = set()
    for n, target in enumerate(plan.targets):
        if target.phase is not None and target.phase not in phases:
            raise FAULTS.fault(("targets", n, "phase"), "no_phase")
        if (target.metric_id, target.phase) in seen:
            raise FAULTS.fault(("targets", n, "metric_id"), "metric_twice")
        seen.add((target.metric_id, target.phase))
    return plan


def parse_review(document: object) -> Review:
    """The review of a document; InvalidDefinitionError with the first fault otherwise."""
    review = _parsed(REVIEW, document)
    _check_texts((), review)
    _check_days((), review.begins_on, review.ends_on)
    if (review.until_on - review.since_on).days >= PERIOD_DAYS_MAX:
        raise FAULTS.fault(("ends_on",), "long")
    if len(set(review.metric_ids)) < len(review.metric_ids):
        raise FAULTS.fault(("metric_ids",), "metric_twice")
    return review


def plan_document(plan: CampaignPlan) -> dict[str, Any]:
    """The document of a plan, in its one spelling."""
    document: dict[str, Any] = PLAN.dump_python(plan, mode="json")
    return document


def review_document(review: Review) -> dict[str, Any]:
    """The document of a review, in its one spelling."""
    document: dict[str, Any] = REVIEW.dump_python(review, mode="json")
    return document


def stage_of(status: DefinitionStatus, begun_at: datetime | None) -> Stage:
    """How far a plan has come."""
    if status is DefinitionStatus.DRAFT:
        return "drafted"
    if status is DefinitionStatus.STOPPED:
        return "closed"
    return "running" if begun_at is not None else "approved"


def is_rearranged(before: CampaignPlan, after: CampaignPlan) -> bool:
    """Whether nothing but its tasks is another: who does what when needs nobody's approval again."""
    return replace(before, tasks=()) == replace(after, tasks=())


def is_seen(scope: Scope, path: str | None) -> bool:
    """Whether what belongs to the unit of that path (None: to the company) is seen: from below, from above, not from beside."""
    if scope.unit_path is None or path is None:
        return True
    return path.startswith(scope.unit_path) or scope.unit_path.startswith(path)


def is_within(scope: Scope, path: str | None) -> bool:
    """Whether the unit of that path (None: the company) is one's own or below it."""
    return scope.unit_path is None or (path is not None and path.startswith(scope.unit_path))


def place_of(page: PageRequest) -> int | None:
    """Before which number a page of a list goes on; None for the first page."""
    if page.after is None:
        return None
    if not (page.after.isdecimal() and page.after.isascii() and len(page.after) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    return int(page.after)


def _parsed(adapter: TypeAdapter[_T], document: object) -> _T:
    try:
        parsed = adapter.validate_python(document)
    except ValidationError as error:
        raise FAULTS.explained(document, error.errors(include_url=False)) from None
    return parsed


def _check_texts(path: Path, node: object) -> None:
    """As of all documents, but that words may be long, go over several lines, and be none."""
    if isinstance(node, tuple):
        for n, each in enumerate(node):
            _check_texts((*path, n), each)
    elif dataclasses.is_dataclass(node):
        for field in dataclasses.fields(node):
            _check_texts((*path, field.name), getattr(node, field.name))
    elif isinstance(node, str) and path[-1] in _WORDS:
        if len(node) > WORDS_MAX:
            raise FAULTS.fault(path, "words")
        if node.strip():
            for line in node.replace("\r\n", "\n").split("\n"):
                if not line.replace("\t", " ").isprintable():
                    raise FAULTS.fault(path, "control")
    else:
        check_parts(path, node)


def _check_days(path: Path, begins_on: str, ends_on: str) -> None:
    for field, day in (("begins_on", begins_on), ("ends_on", ends_on)):
        if not is_day(day) or not "2000-01-01" <= day < "2200-01-01":
            raise FAULTS.fault((*path, field), "day")
    if begins_on > ends_on:
        raise FAULTS.fault((*path, "ends_on"), "days_reversed")


def _check_keys(field: str, keys: Sequence[str]) -> None:
    for n, key in enumerate(keys):
        if key in keys[:n]:
            raise FAULTS.fault((field, n, "key"), "key_twice")


def _check_tasks(plan: CampaignPlan, phases: Collection[str]) -> None:
    tasks = {each.key: each for each in plan.tasks}
    _check_keys("tasks", [each.key for each in plan.tasks])
    for n, task in enumerate(plan.tasks):
        _check_days(("tasks", n), task.begins_on, task.ends_on)
        if task.phase is not None and task.phase not in phases:
            raise FAULTS.fault(("tasks", n, "phase"), "no_phase")
        for place, key in enumerate(task.after):
            if key not in tasks:
                raise FAULTS.fault(("tasks", n, "after", place), "no_task")
        if _waits_for_itself(task, tasks):
            raise FAULTS.fault(("tasks", n, "after"), "circle")


def _waits_for_itself(task: Task, tasks: Mapping[str, Task]) -> bool:
    waiting, seen = list(task.after), set[str]()
    while waiting:
        key = waiting.pop()
        if key == task.key:
            return True
        if key in tasks and key not in seen:
            seen.add(key)
            waiting += tasks[key].after
    return False
