"""From a JSON document to a question and back. A bad document is refused with the path of the fault and what to do. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from siyu.domain.definitions.contracts import Faults, Path, check_in_plain, check_name, check_part, check_parts, is_day
from siyu.domain.metrics.questions_language import (
    STEPS_MAX,
    TOUCHES_MAX,
    Attribution,
    Bracket,
    Completion,
    Funnel,
    Question,
    RetentionQuestion,
    TouchPoint,
)
from siyu.domain.metrics.questions_words import (
    CHOICES_MAX,
    PERIODS_MAX,
    SEGMENTS_MAX,
    UNIT_MS,
    AttributeBreakdown,
    BetweenDays,
    LastPeriods,
    Length,
    PropertyBreakdown,
)

DAYS_MAX = 800
LENGTH_DAYS_MAX = 366
_DAYS = {"day": 1, "week": 7, "month": 31}
FAULTS = Faults(
    {
        "events": ("请选 1 到 {limit} 个事件。", "Choose 1 to {limit} events."),
        "steps": ("请排出 2 到 {limit} 步。", "Give 2 to {limit} steps."),
        "touches": ("请给出 1 到 {limit} 种触点。", "Give 1 to {limit} kinds of touches."),
        "segments": ("请选 1 到 {limit} 个人群。", "Choose 1 to {limit} segments."),
        "first_step": ("第一步之前没有别的步骤，请去掉这一项。", "Nothing comes before the first step; remove this."),
        "any_order": ("“任意顺序”没有先后，请去掉这一项。", "In any order nothing lies between; remove this."),
        "long": ("时间太长，最多 {limit} 天。", "That is too long; at most {limit} days are allowed."),
        "needs_brackets": ("请至少分一段。", "Give at least one bracket."),
        "no_brackets": ("只有“自定义分段”才分段，请去掉它。", "Brackets are for custom ones alone; remove them."),
        "reversed": ("开始不能大于结束，请改一项。", "The beginning lies after the end; change one of them."),
    },
    of_lists={
        "steps": "steps",
        "events": "events",
        "start": "events",
        "back": "events",
        "converted": "events",
        "without": "events",
        "segment_ids": "segments",
        "touches": "touches",
        "brackets": "needs_brackets",
    },
    limits={"events": CHOICES_MAX, "steps": STEPS_MAX, "segments": SEGMENTS_MAX, "touches": TOUCHES_MAX},
)
QUESTION: TypeAdapter[Question] = TypeAdapter(Question)
"""Pydantic's view of the language: checks shapes and gives the JSON schema."""


def parse_question(document: object) -> Question:
    """The question of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        question: Question = QUESTION.validate_python(document)
    except ValidationError as error:
        raise FAULTS.explained(document, error.errors(include_url=False)) from None
    check_parts((), question)
    return question


def question_document(question: Question) -> dict[str, Any]:
    """The document of a question, in its one spelling."""
    document: dict[str, Any] = QUESTION.dump_python(question, mode="json")
    return document


@check_part.register
def _(node: LastPeriods, path: Path) -> None:
    if node.amount * _DAYS[node.unit] > DAYS_MAX:
        raise FAULTS.fault((*path, "amount"), "at_most", limit=min(PERIODS_MAX, DAYS_MAX // _DAYS[node.unit]))


@check_part.register
def _(node: BetweenDays, path: Path) -> None:
    for field, day in (("since_on", node.since_on), ("until_on", node.until_on)):
        if not is_day(day) or not "1971-01-01" <= day < "2200-01-01":
            raise FAULTS.fault((*path, field), "day")
    if node.until_on < node.since_on:
        raise FAULTS.fault((*path, "until_on"), "days_reversed")
    if (date.fromisoformat(node.until_on) - date.fromisoformat(node.since_on)).days >= DAYS_MAX:
        raise FAULTS.fault((*path, "until_on"), "long", limit=DAYS_MAX)


@check_part.register
def _(node: Length, path: Path) -> None:
    if node.ms > LENGTH_DAYS_MAX * UNIT_MS["day"]:
        raise FAULTS.fault((*path, "amount"), "at_most", limit=LENGTH_DAYS_MAX * UNIT_MS["day"] // UNIT_MS[node.unit])


@check_part.register
def _(node: PropertyBreakdown, path: Path) -> None:
    check_in_plain((*path, "property"), node.property)


@check_part.register
def _(node: AttributeBreakdown, path: Path) -> None:
    check_in_plain((*path, "attribute"), node.attribute)


@check_part.register
def _(node: Completion, path: Path) -> None:
    check_in_plain((*path, "property"), node.property)


@check_part.register
def _(node: Bracket, path: Path) -> None:
    if node.least > node.most:
        raise FAULTS.fault((*path, "most"), "reversed")


@check_part.register
def _(node: Funnel, path: Path) -> None:
    if node.steps[0].without:
        raise FAULTS.fault((*path, "steps", 0, "without"), "first_step")
    for n, step in enumerate(node.steps):
        if step.without and node.order == "any":
            raise FAULTS.fault((*path, "steps", n, "without"), "any_order")


@check_part.register
def _(node: RetentionQuestion, path: Path) -> None:
    if node.how == "brackets" and not node.brackets:
        raise FAULTS.fault((*path, "brackets"), "needs_brackets")
    if node.how != "brackets" and node.brackets:
        raise FAULTS.fault((*path, "brackets"), "no_brackets")


@check_part.register
def _(node: Attribution, path: Path) -> None:
    if node.value is not None:
        check_name((*path, "value"), node.value)
        check_in_plain((*path, "value"), node.value)


@check_part.register
def _(node: TouchPoint, path: Path) -> None:
    if node.property is not None:
        check_in_plain((*path, "property"), node.property)
