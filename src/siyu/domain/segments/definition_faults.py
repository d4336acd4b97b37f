"""What may be wrong with a definition, and what to do about it, in Chinese and in English. Part of `definition`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic_core import ErrorDetails

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.segments.contracts import CONDITIONS_MAX, FILTERS_MAX, STEPS_MAX, TEXT_LENGTH_MAX, VALUES_MAX

Path = tuple[str | int, ...]

REASONS = {
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
    "at_least": ("请填不小于 {limit} 的数。", "Give a number of at least {limit}."),
    "at_most": ("请填不大于 {limit} 的数。", "Give a number of at most {limit}."),
    "empty": ("请至少加一个条件。", "Add at least one condition."),
    "list": ("这里应是一列条件。", "Put a list of conditions here."),
    "many": ("条件太多，最多 {limit} 个。", "There are too many conditions; at most {limit} are allowed."),
    "deep": ("条件套得太深，最多 {limit} 层。", "Conditions are nested too deep; at most {limit} levels are allowed."),
    "filters": ("这里应是一列筛选，最多 {limit} 个。", "Put a list of at most {limit} filters here."),
    "steps": ("请排出 2 到 {limit} 步。", "Give 2 to {limit} steps."),
    "without": ("这里应是一列事件，最多 {limit} 个。", "Put a list of at most {limit} events here."),
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
    "no_window": ("请填“最近”与“之前”中的至少一项。", "Give `most`, `least` or both."),
    "window_empty": (
        "“之前”须短于“最近”，否则这段时间里没有任何时刻。",
        "`least` must be shorter than `most`: nothing lies between.",
    ),
    "no_days": ("请填开始日期、结束日期中的至少一项。", "Give `since_on`, `until_on` or both."),
    "days_reversed": ("结束日期早于开始日期，请改一项。", "The window ends before it begins; change one of the days."),
    "not_begun": ("这段时间还没开始，请填不大于 {limit} 的数。", "That time has not begun yet; give at most {limit}."),
    "needs_property": ("请填按哪个属性来算。", "Name the property to reckon with."),
    "no_property": ("次数与天数不按属性来算，请去掉它。", "Counts of events and days take no property; remove it."),
    "first_step": ("第一步之前没有别的步骤，请去掉这一项。", "Nothing comes before the first step; remove this."),
    "absent_last": ("只有最后一步可以是“没有发生”。", "Only the last step can be the one that did not happen."),
    "absent_within": ("“没有发生”须说在多长时间内。", "Say within what time it did not happen."),
    "absent_without": (
        "“没有发生”的一步不能再排除别的事件，请去掉这一项。",
        "A step that did not happen takes no `without`; remove it.",
    ),
    "of_periods": ("不能多于总的期数 {limit}。", "Give at most the {limit} periods there are."),
    "whose_day": ("请填属性或事件，恰好一项。", "Name an attribute or an event, one of the two."),
    "event_only": ("这一项只用于事件，请去掉它。", "This is for events alone; remove it."),
    "from_to": ("开始不能大于结束，请改一项。", "The beginning lies after the end; change one of them."),
    "sample_empty": ("开始须小于结束，否则没有人在内。", "The beginning must be below the end, or nobody is in it."),
    "needs_channel": ("这个用途按渠道同意，请填渠道。", "Consent to this purpose goes by channel; name the channel."),
    "no_channel": (
        "这个用途不分渠道，请去掉渠道。",
        "Consent to this purpose does not go by channel; remove the channel.",
    ),
    "channel": (
        "渠道名由小写字母、数字与下划线组成，例如 sms。",
        "A channel is named like sms: small letters, digits, underscores.",
    ),
    "one_channel": ("“可以联系”须指明一个渠道，不能是全部。", "“Allowed” is asked of one channel, not of all."),
    "no_segment": ("没有这个人群，请另选。", "There is no such segment; choose another."),
    "not_published": ("这个人群还没有发布过，请先发布它。", "That segment was never published; publish it first."),
    "no_list": ("没有这份名单，请另选。", "There is no such list; choose another."),
    "no_scheme": ("没有这个 RFM 方案，或其中没有这一格。", "There is no such RFM scheme, or no such cell in it."),
    "no_ladder": ("没有这个阶梯，或其中没有这一级。", "There is no such ladder, or no such stage on it."),
    "cycle": (
        "人群互相引用成了圈：{names}。请去掉其中一处。",
        "Segments refer to each other in a circle: {names}. Break it somewhere.",
    ),
    "expanded": (
        "展开引用的人群后共有 {count} 个条件，最多 {limit} 个。请精简。",
        "With the segments it refers to it comes to {count} conditions; at most {limit} are allowed. Make it smaller.",
    ),
    "expanded_deep": (
        "人群引用人群，套得太深，最多 {limit} 层。请精简。",
        "Segments refer to segments too deep; at most {limit} levels are allowed. Make it flatter.",
    ),
    "user": (
        "引用它的人群「{name}」会因此不能用：{chinese}",
        "Segment “{name}”, which refers to it, could no longer be used: {english}",
    ),
    "key": (
        "请用小写英文字母开头，后接小写字母、数字或下划线。",
        "Use a small letter first, then small letters, digits or underscores.",
    ),
    "key_twice": ("这个代号用了两次，请改一个。", "This key stands twice; change one of them."),
    "rfm_measure_twice": ("同一个指标写了两次，请去掉一个。", "The same measure stands twice; remove one."),
    "rfm_no_measure": (
        "这个方案没有用到这个指标，请先加上它的分界。",
        "The scheme does not score this measure; give it cut-offs first.",
    ),
    "rfm_cuts_up": ("分界值应从小到大。", "Cut-offs go up, from small to large."),
    "rfm_cuts_down": ("“最近一次”的分界天数应从大到小。", "Cut-offs of recency go down, from many days to few."),
    "rfm_mean": ("按平均值只能有一个分界。", "The mean gives one cut-off alone."),
    "rfm_grid": (
        "分档组合太多，最多 {limit} 种。",
        "There are too many combinations of scores; at most {limit} are allowed.",
    ),
    "rfm_gap": ("没有一格包含 {scores} 的客户，请补上。", "No cell holds those with {scores}; add them to one."),
    "rfm_overlap": (
        "{scores} 的客户已在“{cell}”里，两格不能重叠。",
        "Those with {scores} are in “{cell}” already; cells may not overlap.",
    ),
    "ladder_rest": ("只有最低一级可以不写条件。", "Only the lowest stage may go without a condition."),
    "ladder_steps": ("至少要有一级不是旁支。", "At least one stage has to be a step and no branch."),
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
_OF_LISTS = {"where": "filters", "steps": "steps", "without": "without"}
_LIMITS: dict[str, object] = {
    "text": TEXT_LENGTH_MAX,
    "many": CONDITIONS_MAX,
    "filters": FILTERS_MAX,
    "steps": STEPS_MAX,
    "without": STEPS_MAX,
    "values": VALUES_MAX,
}


def fault(path: Sequence[str | int], reason: str, **fields: object) -> InvalidDefinitionError:
    """The error that says where the fault is and what to do; `reason` is one of REASONS."""
    chinese, english = REASONS[reason]
    return InvalidDefinitionError(
        ".".join(str(part) for part in path), english.format(**fields), chinese.format(**fields)
    )


def explained(document: object, errors: Sequence[ErrorDetails]) -> InvalidDefinitionError:
    """The first of pydantic's errors in our words."""
    error = errors[0]
    path = _path_in(document, error["loc"])
    if error["type"] == "missing":
        path.append(error["loc"][-1])
    reason = _reason(error, path)
    if error["type"] in {"union_tag_not_found", "union_tag_invalid"}:
        path.append("kind")
    context = error.get("ctx", {})
    limits = {**_LIMITS, "at_least": context.get("ge"), "at_most": context.get("le")}
    return fault(path, reason, limit=limits.get(reason), choices=_choices(document, errors))


def _reason(error: ErrorDetails, path: Sequence[str | int]) -> str:
    field = path[-1] if path else ""
    reason = _OF_PYDANTIC.get(error["type"], "unknown")
    if error["loc"] and error["loc"][-1] in {"int", "float"}:  # of a number, whole or not
        return "number"
    if reason in {"list", "empty", "many"} and field != "of":
        return _OF_LISTS.get(str(field), "values")
    if field == "value" and reason != "missing":
        return "plain_value"
    if reason == "object" and not (field in {"", "of"} or (isinstance(field, int) and path[-2] == "of")):
        return "part"
    return reason


def _choices(document: object, errors: Sequence[ErrorDetails]) -> str:
    """All that could stand there: pydantic tells of a choice among several lists one by one."""
    path = _path_in(document, errors[0]["loc"])
    told = [
        str(each.get("ctx", {}).get("expected") or each.get("ctx", {}).get("expected_tags") or "")
        for each in errors
        if each["type"] == errors[0]["type"] and _path_in(document, each["loc"]) == path
    ]
    return ", ".join(told).replace("'", "").replace(" or ", ", ")


def _path_in(document: object, place: Sequence[str | int]) -> list[str | int]:
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
