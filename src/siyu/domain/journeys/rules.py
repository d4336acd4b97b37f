"""Which definitions make a journey, and what is kept of a published one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from siyu.domain.content.contracts import BadLinkError, BadTemplateError, Template, checked_link
from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.journeys.contracts import (
    Document,
    JourneyDefinition,
    SendPlan,
    SendStep,
    StepPlan,
    WaitPlan,
)

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
}


def parse_definition(document: Any) -> JourneyDefinition:
    """The definition in a document; InvalidDefinitionError names the first fault, where it is and what to do about it."""
    try:
        definition = _definition.validate_python(document)
    except ValidationError as error:
        raise _fault(error.errors(include_url=False, include_input=False)[0]) from error
    except RecursionError as error:
        raise InvalidDefinitionError("", "It is nested too deeply.", "嵌套太深。") from error
    for index, step in enumerate(definition.steps):
        if isinstance(step, SendStep):
            _check_texts(step, f"steps.{index}")
    return definition


def document_of(definition: JourneyDefinition) -> Document:
    """The document of a definition: what `parse_definition` reads back."""
    return cast("Document", _definition.dump_python(definition, mode="json"))


def _check_texts(step: SendStep, path: str) -> None:
    for name, text in (("title", step.title), ("body", step.body)):
        try:
            Template.parse(text)
        except BadTemplateError as error:
            raise InvalidDefinitionError(
                f"{path}.{name}", error.detail, "占位符写法不对，应为 {{ 属性 }} 或 {{ 属性|默认值 }}。"
            ) from error
    if step.link_url is not None:
        try:
            checked_link(step.link_url)
        except BadLinkError as error:
            raise InvalidDefinitionError(
                f"{path}.link_url", error.detail, "链接须以 http:// 或 https:// 开头。"
            ) from error


def _fault(error: ErrorDetails) -> InvalidDefinitionError:
    reason = error["msg"].removesuffix(".") + "."
    pattern = _REASONS_ZH.get(error["type"], "这里的内容不对。")
    reason_zh = pattern.format_map({name: value for name, value in error.get("ctx", {}).items() if value is not None})
    return InvalidDefinitionError(".".join(_path(error["loc"])), reason, reason_zh)


def _path(location: Sequence[int | str]) -> list[str]:
    """The place in the document itself: without the word that the validator puts in after a step's number, its kind."""
    parts = [str(part) for part in location]
    if parts[:1] == ["steps"] and len(parts) > 2:
        del parts[2]
    return parts


def links_in(definition: JourneyDefinition) -> set[str]:
    """The addresses that its messages link to."""
    return {step.link_url for step in definition.steps if isinstance(step, SendStep) and step.link_url is not None}


def planned(definition: JourneyDefinition, link_ids: Mapping[str, int]) -> list[StepPlan]:
    """The steps as the engine does them."""
    return [
        SendPlan(
            channel=step.channel,
            title=step.title,
            body=step.body,
            link_id=link_ids[step.link_url] if step.link_url is not None else None,
        )
        if isinstance(step, SendStep)
        else WaitPlan(step.minutes)
        for step in definition.steps
    ]
