"""What may be wrong with a document, and what to do about it, in Chinese and in English. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from siyu.domain.definitions.filtering import FILTERS_MAX, TEXT_LENGTH_MAX, VALUES_MAX
from siyu.kernel.errors import InvalidError

Path = tuple[str | int, ...]

SHARED_REASONS: Mapping[str, tuple[str, str]] = {
    "missing": ("请填写这一项。", "Fill this in."),
    "object": ("这里应是一个条件。", "Put a condition here."),
    "part": ("这里应是一组字段。", "Put an object with fields here."),
    "kind": ("没有这一种，可选：{choices}。", "There is no such kind; choose one of {choices}."),
    "extra": ("没有这一项，请去掉它。", "There is no such field; remove it."),
    "choice": ("请从这些里选一个：{choices}。", "Choose one of {choices}."),
    "whole": ("请填一个整数。", "Give a whole number."),
    "number": ("请填一个数字。", "Give a number."),
    "truth": ("请填是或否。", "Give true or false."),
    "text": ("请填 1 到 {limit} 个字的文字。", "Give a text of 1 to {limit} characters."),
    "control": ("文字里有看不见的控制字符，请去掉。", "There are control characters in this text; remove them."),
    "name": ("这个名字里有“.:`”，不能用作条件。", "This name contains “.:`” and cannot be used in a condition."),
    "unchosen": ("请选一个。", "Choose one."),
    "at_least": ("请填不小于 {limit} 的数。", "Give a number of at least {limit}."),
    "at_most": ("请填不大于 {limit} 的数。", "Give a number of at most {limit}."),
    "empty": ("请至少加一个条件。", "Add at least one condition."),
    "list": ("这里应是一列条件。", "Put a list of conditions here."),
    "many": ("条件太多，最多 {limit} 个。", "There are too many conditions; at most {limit} are allowed."),
    "filters": ("这里应是一列筛选，最多 {limit} 个。", "Put a list of at most {limit} filters here."),
    "no_value": ("“有值 / 没有值”不需要填比较的值。", "“is set” and “is not set” take no value; remove it."),
    "sealed": (
        "手机号、邮箱等是加密保存的，只能判断“有值 / 没有值”。",
        "Phones and e-mail are kept sealed; only “is set” and “is not set” can be asked of them.",
    ),
    "plain_value": ("请填一段文字、一个数字或是 / 否。", "Give a text, a number, or true or false."),
    "text_value": ("请填一段文字。", "Give a text."),
    "contained_value": ("请填要查找的文字或数字。", "Give the text or the number to look for."),
    "ordered_value": ("请填一个数字，或形如 2026-03-01 的日期。", "Give a number, or a day like 2026-03-01."),
    "values": ("请填一列值，1 到 {limit} 个。", "Give a list of 1 to {limit} values."),
    "day": ("请填形如 2026-03-01 的真实日期。", "Give a real day like 2026-03-01."),
    "days_reversed": ("结束日期早于开始日期，请改一项。", "The window ends before it begins; change one of the days."),
    "key": (
        "请用小写英文字母开头，后接小写字母、数字或下划线。",
        "Use a small letter first, then small letters, digits or underscores.",
    ),
    "key_twice": ("这个代号用了两次，请改一个。", "This key stands twice; change one of them."),
    "unknown": ("这一项看不懂，请检查。", "This cannot be understood; check it."),
}
"""What to do about each kind of fault that any document may have, in Chinese and in English."""

_OF_PYDANTIC: Mapping[str, str] = {
    "missing": "missing",
    "union_tag_not_found": "missing",
    "union_tag_invalid": "kind",
    "model_attributes_type": "object",
    "dataclass_type": "object",
    "unexpected_keyword_argument": "extra",
    "literal_error": "choice",
    "int_type": "whole",
    "float_type": "number",
    "bool_type": "truth",
    "string_type": "text",
    "string_unicode": "control",
    "string_pattern_mismatch": "key",
    "string_too_short": "text",
    "string_too_long": "text",
    "tuple_type": "list",
    "too_short": "empty",
    "too_long": "many",
    "greater_than_equal": "at_least",
    "less_than_equal": "at_most",
}


class InvalidDefinitionError(InvalidError):
    """This definition cannot be used."""

    code = "invalid_definition"

    def __init__(self, path: str, reason: str, reason_zh: str, **fields: Any) -> None:
        """`path` leads to the fault ("of.1.count", empty for the whole); the reasons say what to do about it."""
        super().__init__(
            f"{path}: {reason}" if path else reason, path=path, reason=reason, reason_zh=reason_zh, **fields
        )


class Faults:
    """How a room tells what is wrong with its documents: by the reasons that all have, and by its own.

    `of_lists` names the reason for a list (by its field) that is too long, too short or none at all, `limits` what a reason
    says of its limit. `nests` is the field in which documents of this kind stand within each other.
    """

    def __init__(
        self,
        reasons: Mapping[str, tuple[str, str]],
        *,
        of_lists: Mapping[str, str],
        limits: Mapping[str, object],
        nests: str = "",
    ) -> None:
        self.reasons = {**SHARED_REASONS, **reasons}
        self._of_lists = {"where": "filters", **of_lists}
        self._limits = {"text": TEXT_LENGTH_MAX, "filters": FILTERS_MAX, "values": VALUES_MAX, **limits}
        self._nests = nests

    def fault(self, path: Sequence[str | int], reason: str, **fields: object) -> InvalidDefinitionError:
        """The error that says where the fault is and what to do; `reason` is one of `reasons`."""
        chinese, english = self.reasons[reason]
        return InvalidDefinitionError(
            ".".join(str(part) for part in path), english.format(**fields), chinese.format(**fields)
        )

    def explained(self, document: object, errors: Sequence[ErrorDetails]) -> InvalidDefinitionError:
        """The first of pydantic's errors in our words."""
        error = errors[0]
        path = path_in(document, error["loc"])
        if error["type"] == "missing":
            path.append(error["loc"][-1])
        reason = self._reason(error, path)
        if error["type"] in {"union_tag_not_found", "union_tag_invalid"}:
            path.append("kind")
        context = error.get("ctx", {})
        limits = {**self._limits, "at_least": context.get("ge"), "at_most": context.get("le")}
        return self.fault(path, reason, limit=limits.get(reason), choices=_choices(document, errors))

    def _reason(self, error: ErrorDetails, path: Sequence[str | int]) -> str:
        field = path[-1] if path else ""
        reason = _OF_PYDANTIC.get(error["type"], "unknown")
        if error["loc"] and error["loc"][-1] in {"int", "float"}:  # of a number, whole or not
            return "number"
        if reason in {"list", "empty", "many"} and field != self._nests:
            return self._of_lists.get(str(field), "values")
        if reason == "at_least" and str(field).endswith("_id"):  # 0 is what stands for none
            return "unchosen"
        if field == "value" and reason != "missing":
            return "plain_value"
        if reason == "object" and not (
            field in {"", self._nests} or (isinstance(field, int) and path[-2] == self._nests)
        ):
            return "part"
        return reason


def _choices(document: object, errors: Sequence[ErrorDetails]) -> str:
    """All that could stand there: pydantic tells of a choice among several lists one by one."""
    path = path_in(document, errors[0]["loc"])
    told = [
        str(each.get("ctx", {}).get("expected") or each.get("ctx", {}).get("expected_tags") or "")
        for each in errors
        if each["type"] == errors[0]["type"] and path_in(document, each["loc"]) == path
    ]
    return ", ".join(told).replace("'", "").replace(" or ", ", ")


def path_in(document: object, place: Sequence[str | int]) -> list[str | int]:
    """Pydantic's place of an error without the names of kinds and types it mixes in: just the way through the document."""
    path: list[str | int] = []
    node: Any = document
    is_told = False  # whether the kind of this node was passed: a kind and a field may have one name
    for part in place:
        if isinstance(node, dict) and not is_told and node.get("kind") == part:
            is_told = True
            continue
        in_list = isinstance(node, list | tuple) and isinstance(part, int) and part < len(node)
        if in_list or (isinstance(node, dict) and part in node):
            path.append(part)
            node, is_told = node[part], False
            if part == "value":  # what stands below has no names of ours
                break
    return path
