"""Which definitions make a journey, and what is kept of a published one: a flat plan, in which arms are left by jumps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from siyu.domain.content.contracts import BadLinkError, BadTemplateError, MessageContent
from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.journeys.contracts import (
    SPLITS_DEEP_MAX,
    STEPS_MAX,
    ArmPlan,
    Document,
    JourneyDefinition,
    JumpPlan,
    SendPlan,
    SendStep,
    SendVariant,
    SplitPlan,
    SplitStep,
    Step,
    StepPlan,
    WaitPlan,
    WaitStep,
)
from siyu.kernel.lots import drawn

_definition = TypeAdapter(JourneyDefinition)

_REASONS_ZH = {
    "missing": "这里缺少必填的内容。",
    "extra_forbidden": "不认识这一项，请删去。",
    "string_too_short": "不能为空。",
    "string_too_long": "太长了，最多 {max_length} 个字符。",
    "too_short": "至少要有 {min_length} 项。",
    "too_long": "太多了，最多 {max_length} 项。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than_equal": "不能大于 {le}。",
    "int_type": "请填整数。",
    "string_type": "请填文字。",
    "bool_type": "请填是或否。",
    "string_pattern_mismatch": "请用小写英文字母开头，后接小写字母、数字或下划线。",
}
_KINDS: Final = frozenset({"wait", "send", "split"})


def parse_definition(document: Any) -> JourneyDefinition:
    """The definition in a document; InvalidDefinitionError names the first fault, where it is and what to do about it."""
    try:
        definition = _definition.validate_python(document)
    except ValidationError as error:
        raise _fault(error.errors(include_url=False, include_input=False)[0]) from error
    except RecursionError as error:
        raise InvalidDefinitionError("", "It is nested too deeply.", "嵌套太深。") from error
    all_steps = list(_all_steps(definition.steps, "steps"))
    if len(all_steps) > STEPS_MAX:
        raise InvalidDefinitionError(
            "steps", f"At most {STEPS_MAX} steps in all.", f"步骤太多，总共最多 {STEPS_MAX} 步。"
        )
    for path, step in all_steps:
        if isinstance(step, SplitStep):
            _check_split(step, path)
        elif isinstance(step, SendStep):
            _check_send(step, path)
    return definition


def document_of(definition: JourneyDefinition) -> Document:
    """The document of a definition: what `parse_definition` reads back."""
    return cast("Document", _definition.dump_python(definition, mode="json"))


def experiments_in(definition: JourneyDefinition) -> list[tuple[str, int, tuple[str, ...], bool]]:
    """(path, experiment_id, the arms named there, whether these have to be all) for each place where an experiment decides."""
    found: list[tuple[str, int, tuple[str, ...], bool]] = []
    for path, step in _all_steps(definition.steps, "steps"):
        if isinstance(step, SplitStep) and step.experiment_id is not None:
            found.append((path, step.experiment_id, tuple(arm.key for arm in step.arms), True))
        elif isinstance(step, SendStep) and step.experiment_id is not None:
            found.append((path, step.experiment_id, tuple(each.arm for each in step.variants), False))
    return found


def check_arms(path: str, named: Sequence[str], arms: Sequence[str], *, are_all: bool) -> None:
    """Refuses arms that are not the experiment's: all of them, the control first, or just some."""
    if (tuple(named) != tuple(arms)) if are_all else not set(named) <= set(arms):
        told = ", ".join(arms)
        raise InvalidDefinitionError(
            f"{path}.experiment_id",
            f"The experiment has other arms: {told}; choose it again.",
            f"实验的分组已不同（{told}），请重新选择这个实验。",
        )


def planned(definition: JourneyDefinition) -> tuple[list[StepPlan], dict[int, MessageContent]]:
    """The steps as the engine does them, one after the other, and what is said at each that sends; a plan never goes back."""
    laid = _Laid([], {})
    _lay(laid, definition.steps, "steps")
    return laid.plan, laid.contents


def arm_by_lot(journey_id: int, at: int, split: SplitPlan, customer_id: int) -> ArmPlan:
    """The arm that falls to a customer at place `at` of a journey's plan, by its weight and the same every time."""
    return split.arms[drawn(f"split:{journey_id}:{at}:{customer_id}", [arm.weight for arm in split.arms])]


def arms_around(plan: Sequence[StepPlan]) -> list[frozenset[int]]:
    """For each place of the plan where the arms begin that it stands in."""
    around: list[set[int]] = [set() for _ in plan]
    for split in plan:
        if not isinstance(split, SplitPlan):
            continue
        # every arm ends with a jump to where the ways meet: the first one's tells where the last arm ends
        first_end = plan[split.arms[1].start - 1]
        meeting = first_end.to if isinstance(first_end, JumpPlan) else len(plan)
        ends = [*(arm.start for arm in split.arms[1:]), meeting]
        for arm, end in zip(split.arms, ends, strict=True):
            for at in range(arm.start, end):
                around[at].add(arm.start)
    return [frozenset(each) for each in around]


@dataclass(frozen=True)
class _Laid:
    """As far as a plan is laid."""

    plan: list[StepPlan]
    contents: dict[int, MessageContent]

    def send(self, step: SendStep, variant: SendVariant | None, path: str) -> None:
        content = step.content(variant)
        self.contents[len(self.plan)] = content
        self.plan.append(SendPlan(step.channels, content.title, step.purpose, path))


def _lay(laid: _Laid, steps: Sequence[Step], path: str) -> None:
    for n, step in enumerate(steps):
        at = f"{path}.{n}"
        match step:
            case WaitStep():
                laid.plan.append(WaitPlan(step.minutes, at))
            case SplitStep():
                arms = [(arm.key, arm.weight) for arm in step.arms]
                paths = [f"{at}.arms.{m}" for m in range(len(arms))]
                for m in _lay_split(laid.plan, step.experiment_id, arms, at, paths):
                    _lay(laid, step.arms[m].steps, f"{at}.arms.{m}.steps")
            case SendStep(experiment_id=None):
                laid.send(step, None, at)
            case SendStep():
                # whoever is in no arm that is named goes the first way, of the step's own text
                arms = [("", 1), *((each.arm, 1) for each in step.variants)]
                paths = [f"{at}.base", *(f"{at}.variants.{m}" for m in range(len(step.variants)))]
                for m in _lay_split(laid.plan, step.experiment_id, arms, at, paths):
                    laid.send(step, step.variants[m - 1] if m else None, paths[m])


def _lay_split(
    plan: list[StepPlan], experiment_id: int | None, arms: Sequence[tuple[str, int]], path: str, paths: Sequence[str]
) -> Iterator[int]:
    """Lays a split and what holds its arms together; the steps of each arm are laid by the caller when it is handed out."""
    split_at = len(plan)
    plan.append(SplitPlan(experiment_id, (), path))
    laid: list[ArmPlan] = []
    ends: list[int] = []
    for n, (key, weight) in enumerate(arms):
        laid.append(ArmPlan(key, weight, len(plan), paths[n]))
        yield n
        ends.append(len(plan))
        plan.append(JumpPlan(0))
    for end in ends:
        plan[end] = JumpPlan(len(plan))
    plan[split_at] = SplitPlan(experiment_id, tuple(laid), path)


def _all_steps(steps: Sequence[Step], path: str) -> Iterator[tuple[str, Step]]:
    """Every step, also those within arms, with its place in the document."""
    for n, step in enumerate(steps):
        yield f"{path}.{n}", step
        if isinstance(step, SplitStep):
            for m, arm in enumerate(step.arms):
                yield from _all_steps(arm.steps, f"{path}.{n}.arms.{m}.steps")


def _check_split(step: SplitStep, path: str) -> None:
    if path.count(".arms.") >= SPLITS_DEEP_MAX:
        raise InvalidDefinitionError(
            path,
            f"Splits stand within each other at most {SPLITS_DEEP_MAX} deep.",
            f"分流最多嵌套 {SPLITS_DEEP_MAX} 层。",
        )
    _check_keys([arm.key for arm in step.arms], f"{path}.arms", "key")


def _check_send(step: SendStep, path: str) -> None:
    if (step.experiment_id is None) != (not step.variants):
        raise InvalidDefinitionError(
            f"{path}.experiment_id",
            "Variants and the experiment that decides on them go together.",
            "不同文案要和一个实验一起用：请选实验并至少写一种文案，或把两者都去掉。",
        )
    _check_keys([each.arm for each in step.variants], f"{path}.variants", "arm")
    for n, channel in enumerate(step.fallbacks):
        if channel in step.channels[: n + 1]:
            raise InvalidDefinitionError(
                f"{path}.fallbacks.{n}", "This channel stands twice; take one away.", "这个渠道写了两次，请去掉一个。"
            )
    _check_content(step.content(), path)
    for n, each in enumerate(step.variants):
        _check_content(step.content(each), f"{path}.variants.{n}")


def _check_keys(keys: Collection[str], path: str, field: str) -> None:
    seen: set[str] = set()
    for n, key in enumerate(keys):
        if key in seen:
            raise InvalidDefinitionError(
                f"{path}.{n}.{field}", "This key stands twice; change one of them.", "这个代号用了两次，请改一个。"
            )
        seen.add(key)


def _check_content(content: MessageContent, path: str) -> None:
    try:
        content.check()
    except BadTemplateError as error:
        raise InvalidDefinitionError(
            f"{path}.{error.fields['field']}", error.detail, "占位符写法不对，应为 {{ 属性 }} 或 {{ 属性|默认值 }}。"
        ) from error
    except BadLinkError as error:
        raise InvalidDefinitionError(
            f"{path}.{error.fields['field']}", error.detail, "链接须以 http:// 或 https:// 开头。"
        ) from error


def _fault(error: ErrorDetails) -> InvalidDefinitionError:
    reason = error["msg"].removesuffix(".") + "."
    pattern = _REASONS_ZH.get(error["type"], "这里的内容不对。")
    reason_zh = pattern.format_map({name: value for name, value in error.get("ctx", {}).items() if value is not None})
    return InvalidDefinitionError(".".join(_path(error["loc"])), reason, reason_zh)


def _path(location: Sequence[int | str]) -> list[str]:
    """The place in the document itself: without the word that the validator puts in after a step's number, its kind."""
    parts: list[str] = []
    is_kind_next = False
    for n, part in enumerate(location):
        if not (is_kind_next and part in _KINDS):
            parts.append(str(part))
        is_kind_next = isinstance(part, int) and n > 0 and location[n - 1] == "steps"
    return parts
