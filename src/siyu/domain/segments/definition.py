"""From a JSON document to a tree of conditions and back. A bad document is refused with the path of the fault and what to do."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from siyu.domain.customers.contracts import SEALED_KINDS, identifying_kind
from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.segments.contracts import (
    CONDITIONS_MAX,
    DEPTH_MAX,
    NUMBER_MAX,
    TEXT_LENGTH_MAX,
    VALUES_MAX,
    AllCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    EventCountCondition,
    EventSumCondition,
    Leaf,
    NotCondition,
)

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
"""Pydantic's view of the language: checks shapes and gives the JSON schema."""

REASONS = {
    "missing": ("请填写这一项。", "Fill this in."),
    "object": ("这里应是一个条件。", "Put a condition here."),
    "kind": ("没有这种条件，可选：{choices}。", "There is no such kind of condition; choose one of {choices}."),
    "extra": ("没有这一项，请去掉它。", "There is no such field; remove it."),
    "choice": ("请从这些里选一个：{choices}。", "Choose one of {choices}."),
    "whole": ("请填一个整数。", "Give a whole number."),
    "number": ("请填一个数字。", "Give a number."),
    "text": ("请填 1 到 {limit} 个字的文字。", "Give a text of 1 to {limit} characters."),
    "control": ("文字里有看不见的控制字符，请去掉。", "There are control characters in this text; remove them."),
    "name": ("这个名字里有“.:`”，不能用作条件。", "This name contains “.:`” and cannot be used in a condition."),
    "at_least": ("请填不小于 {limit} 的数。", "Give a number of at least {limit}."),
    "at_most": ("请填不大于 {limit} 的数。", "Give a number of at most {limit}."),
    "empty": ("请至少加一个条件。", "Add at least one condition."),
    "list": ("这里应是一列条件。", "Put a list of conditions here."),
    "many": ("条件太多，最多 {limit} 个。", "There are too many conditions; at most {limit} are allowed."),
    "deep": ("条件套得太深，最多 {limit} 层。", "Conditions are nested too deep; at most {limit} levels are allowed."),
    "no_value": ("“有值 / 没有值”不需要填比较的值。", "“is set” and “is not set” take no value; remove it."),
    "sealed": (
        "手机号、邮箱等是加密保存的，只能判断“有值 / 没有值”。",
        "Phones and e-mail are kept sealed; only “is set” and “is not set” can be asked of them.",
    ),
    "plain_value": ("请填一段文字、一个数字或是 / 否。", "Give a text, a number, or true or false."),
    "text_value": ("请填要查找的文字。", "Give the text to look for."),
    "ordered_value": (
        "请填一个数字，或形如 2026-03-01 的日期。",
        "Give a number, or a day like 2026-03-01.",
    ),
    "values": ("请填 1 到 {limit} 个值。", "Give a list of 1 to {limit} values."),
    "unknown": ("这一项看不懂，请检查。", "This cannot be understood; check it."),
}
"""What to do about each kind of fault, in Chinese and in English."""

_OF_PYDANTIC = {
    "missing": "missing",
    "union_tag_not_found": "missing",
    "union_tag_invalid": "kind",
    "model_attributes_type": "object",
    "dataclass_type": "object",
    "unexpected_keyword_argument": "extra",
    "literal_error": "choice",
    "int_type": "whole",
    "string_type": "text",
    "string_unicode": "control",
    "string_too_short": "text",
    "string_too_long": "text",
    "tuple_type": "list",
    "too_short": "empty",
    "too_long": "many",
    "greater_than_equal": "at_least",
    "less_than_equal": "at_most",
}


def parse_definition(document: object) -> Condition:
    """The tree of a document; InvalidDefinitionError with the first fault otherwise."""
    _check_size(document)
    try:
        condition: Condition = CONDITION.validate_python(document)
    except ValidationError as error:
        raise _explained(document, error.errors(include_url=False)[0]) from None
    for path, leaf in _leaves(condition, ()):
        _check_leaf(path, leaf)
    return condition


def as_document(condition: Condition) -> dict[str, Any]:
    """The document of a tree, in its one spelling."""
    document: dict[str, Any] = CONDITION.dump_python(condition, mode="json")
    return document


def leaves(condition: Condition) -> list[Leaf]:
    """The conditions at the ends of the tree, from left to right."""
    return [leaf for _, leaf in _leaves(condition, ())]


def slides(condition: Condition) -> bool:
    """Whether the mere passing of time can change who matches."""
    return any(
        not isinstance(leaf, AttributeCondition)
        and (not isinstance(leaf, EventCountCondition | EventSumCondition) or leaf.within_days is not None)
        for leaf in leaves(condition)
    )


Path = tuple[str | int, ...]


def _fault(path: Sequence[str | int], reason: str, **numbers: object) -> InvalidDefinitionError:
    chinese, english = REASONS[reason]
    return InvalidDefinitionError(
        ".".join(str(part) for part in path), english.format(**numbers), chinese.format(**numbers)
    )


def _check_size(document: object) -> None:
    """Before anything walks the document by recursion: how deep it is, and how many conditions it has."""
    waiting: list[tuple[Path, object, int]] = [((), document, 1)]
    count = 0
    while waiting:
        path, node, depth = waiting.pop()
        if depth > DEPTH_MAX:
            raise _fault(path, "deep", limit=DEPTH_MAX)
        count += 1
        if count > CONDITIONS_MAX:
            raise _fault((), "many", limit=CONDITIONS_MAX)
        inner = node.get("of") if isinstance(node, dict) else None
        if isinstance(inner, dict):
            waiting.append(((*path, "of"), inner, depth + 1))
        elif isinstance(inner, list | tuple):
            waiting.extend(((*path, "of", n), each, depth + 1) for n, each in enumerate(inner))


def _explained(document: object, error: ErrorDetails) -> InvalidDefinitionError:
    path = _path_in(document, error["loc"])
    if error["type"] == "missing":
        path.append(error["loc"][-1])
    reason = _OF_PYDANTIC.get(error["type"], "unknown")
    if error["type"] == "union_tag_not_found":
        path.append("kind")
    elif path and path[-1] == "value":
        reason = "number" if "value" in error["loc"] and _is_sum(document, path) else "plain_value"
    context = error.get("ctx", {})
    choices = str(context.get("expected") or context.get("expected_tags") or "")
    limits = {
        "text": TEXT_LENGTH_MAX,
        "many": CONDITIONS_MAX,
        "at_least": context.get("ge"),
        "at_most": context.get("le"),
    }
    if reason == "kind":
        path.append("kind")
    return _fault(path, reason, limit=limits.get(reason), choices=choices.replace("'", "").replace(" or ", ", "))


def _path_in(document: object, place: Sequence[str | int]) -> list[str | int]:
    """Pydantic's place of an error without the names of kinds and types it mixes in: just the way through the document."""
    path: list[str | int] = []
    node: Any = document
    for part in place:
        in_list = isinstance(node, list | tuple) and isinstance(part, int) and part < len(node)
        if in_list or (isinstance(node, dict) and part in node):
            path.append(part)
            node = node[part]
    return path


def _is_sum(document: Any, path: Sequence[str | int]) -> bool:
    for part in path[:-1]:
        document = document[part]
    return isinstance(document, dict) and document.get("kind") == "event_sum"


def _leaves(condition: Condition, path: Path) -> Iterator[tuple[Path, Leaf]]:
    if isinstance(condition, AllCondition | AnyCondition):
        for n, each in enumerate(condition.of):
            yield from _leaves(each, (*path, "of", n))
    elif isinstance(condition, NotCondition):
        yield from _leaves(condition.of, (*path, "of"))
    else:
        yield path, condition


def _check_leaf(path: Path, leaf: Leaf) -> None:
    if isinstance(leaf, AttributeCondition):
        _check_name((*path, "name"), leaf.name)
        if leaf.operator not in {"is_set", "is_not_set"}:
            _check_in_plain((*path, "operator"), leaf.name)
        _check_value((*path, "value"), leaf)
        return
    _check_text((*path, "event"), leaf.event)
    if isinstance(leaf, EventSumCondition):
        _check_name((*path, "property"), leaf.property)
        _check_in_plain((*path, "property"), leaf.property)
        _check_number((*path, "value"), leaf.value)


def _check_value(path: Path, leaf: AttributeCondition) -> None:
    value = leaf.value
    if leaf.operator in {"is_set", "is_not_set"}:
        if value is not None:
            raise _fault(path, "no_value")
    elif leaf.operator == "one_of":
        if not isinstance(value, tuple) or not 1 <= len(value) <= VALUES_MAX:
            raise _fault(path, "values", limit=VALUES_MAX)
        for n, each in enumerate(value):
            _check_plain((*path, n), each)
    elif value is None:
        raise _fault(path, "missing")
    elif leaf.operator == "contains":
        if not isinstance(value, str):
            raise _fault(path, "text_value")
        _check_text(path, value)
    elif leaf.operator in {"at_least", "at_most"}:
        if isinstance(value, bool) or not (isinstance(value, int | float) or _is_day(value)):
            raise _fault(path, "ordered_value")
        _check_plain(path, value)
    else:
        _check_plain(path, value)


def _check_plain(path: Path, value: object) -> None:
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        _check_number(path, value)
    elif isinstance(value, str):
        _check_text(path, value)
    else:
        raise _fault(path, "plain_value")


def _check_number(path: Path, value: float) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise _fault(path, "number")
    if value > NUMBER_MAX:
        raise _fault(path, "at_most", limit=int(NUMBER_MAX))
    if value < -NUMBER_MAX:
        raise _fault(path, "at_least", limit=-int(NUMBER_MAX))


def _check_name(path: Path, name: str) -> None:
    _check_text(path, name)
    if ".:`" in name:  # columns would read it as a type
        raise _fault(path, "name")


def _check_in_plain(path: Path, name: str) -> None:
    """Columns have nothing but a masked form of phones and e-mail: a comparison would match nobody, or too many."""
    if identifying_kind(name.rsplit(".", 1)[-1]) in SEALED_KINDS:
        raise _fault(path, "sealed")


def _check_text(path: Path, text: str) -> None:
    if not text.strip() or len(text) > TEXT_LENGTH_MAX:
        raise _fault(path, "text", limit=TEXT_LENGTH_MAX)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise _fault(path, "control")


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or len(value) != len("2026-03-01"):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
