"""What may be wrong with a journey, and what to do about it, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import ErrorDetails

from siyu.domain.definitions.contracts import Faults, InvalidDefinitionError, Path, path_in


@dataclass(frozen=True, slots=True)
class JourneyFault:
    """Something that is wrong: where, and at which node (None: it is about the whole). A warning keeps nobody from
    publishing."""

    node: str | None
    path: str
    reason: str
    reason_zh: str
    is_warning: bool = False


FAULTS: Final = Faults(
    {
        "text": ("请填写文字。", "Write something here."),
        "long": ("太长了，最多 {limit} 个字。", "This is too long; at most {limit} characters."),
        "few": ("至少要有 {limit} 项。", "Give at least {limit} of these."),
        "many": ("太多了，最多 {limit} 项。", "There are too many; at most {limit}."),
        "key": (
            "请用小写英文字母开头，后接小写字母、数字或下划线。",
            "Use a small letter first, then small letters, digits or underscores.",
        ),
        "time": ("请填形如 09:30 的时间。", "Give a time like 09:30."),
        "receiver": ("请选由谁来做。", "Choose who is to do it."),
        "chosen": ("请从列表里选一个。", "Choose one of the list."),
        "deep": ("嵌套太深。", "It is nested too deeply."),
        "document": ("这里应是一个旅程。", "Put a journey here."),
        "node_twice": ("两个节点用了同一个代号，请改一个。", "Two nodes have the same key; change one of them."),
        "no_node": ("没有代号为 {key} 的节点，请重新连接。", "There is no node {key}; connect this again."),
        "unreachable": ("没有路通到这个节点，请连上它或删去。", "No way leads here; connect this node or remove it."),
        "not_for_subject": (
            "这种旅程里不能有这一项：它是为{subject_zh}设计的。",
            "A journey about {subject} cannot have this.",
        ),
        "subject_changed": (
            "已发布的旅程不能改换对象，请另建一个旅程。",
            "A journey that was published stays about whom it is; make another one.",
        ),
        "cycle": (
            "从这里可以不停地绕圈：{names}。请在圈里放一个至少 {limit} 分钟的等待。",
            "From here one could go round without end: {names}. Put a wait of at least {limit} minutes into the circle.",
        ),
        "messages": (
            "同一个人走一次最多可能收到超过 {limit} 条消息，请减少消息或拉长循环。",
            "One person could get more than {limit} messages on one way through; send fewer, or make the circle longer.",
        ),
        "many_a_day": (
            "走到这里的人一天内会收到 {count} 条消息，每天的上限是 {limit} 条，多出来的不会发出。",
            "Whoever comes here gets {count} messages within a day; the limit is {limit} a day, the others will not go out.",
        ),
        "goal": ("请选一个事件或一个人群，恰好一项。", "Choose an event or a segment, one of the two."),
        "twice": ("同一项写了两次，请去掉一个。", "This stands twice; remove one."),
        "variants": (
            "不同文案要和一个实验一起用：请选实验并至少写一种文案，或把两者都去掉。",
            "Variants and the experiment that decides on them go together.",
        ),
        "template": (
            "占位符写法不对，应为 {{{{ 属性 }}}} 或 {{{{ 属性|默认值 }}}}。",
            "Places are written {{{{ attribute }}}} or {{{{ attribute|instead }}}}.",
        ),
        "link": ("请填 http:// 或 https:// 开头的网址。", "Give an address that begins with http:// or https://."),
        "no_tags": ("请选要打上或去掉的标签。", "Choose tags to give or to take."),
        "both": ("这个标签又打上又去掉，请去掉一处。", "This tag is given and taken; remove it on one side."),
        "sealed_attribute": (
            "手机号、邮箱等是身份，不能由旅程改写。",
            "Phones and e-mail say who somebody is; a journey cannot change them.",
        ),
        "whom": ("请选要发给哪些群或账号。", "Choose which groups or accounts it is for."),
        "no_targets": (
            "以客户为对象的旅程不用选群或账号，请去掉。",
            "A journey about customers has no targets; remove this.",
        ),
        "schedule_segment": ("请选定时进入的人群。", "Choose the segment whose members come in."),
        "no_segment": ("没有这个人群，请另选。", "There is no such segment; choose another."),
        "segment_live": ("这个人群还没有发布，请先发布它。", "This segment is not live; publish it first."),
        "no_experiment": ("没有这个实验。", "There is no such experiment."),
        "experiment_over": (
            "这个实验已经结束：请换一个，或把它得出的做法直接写进旅程。",
            "This experiment has ended; take another, or write what it showed into the journey.",
        ),
        "arms": (
            "实验的分组已不同（{names}），请重新选择这个实验。",
            "The experiment has other arms: {names}; choose it again.",
        ),
        "no_tag": ("没有这个标签，或它已停用，请另选。", "There is no such tag, or it is archived; choose another."),
        "no_persona": ("没有这个人设，请另选。", "There is no such persona; choose another."),
        "no_staff": ("没有这位员工，或已停用，请另选。", "There is no such member of staff any more; choose another."),
        "no_group": ("没有这个群，或已解散，请另选。", "There is no such group any more; choose another."),
        "no_code": ("没有这个在用的群码，请另选。", "There is no such group code in force; choose another."),
        "no_script": ("没有这条话术，请另选。", "There is no such script; choose another."),
        "no_pool": ("没有这个券码池，请另选。", "There is no such pool of codes; choose another."),
        "no_endpoint": ("没有这个回调地址，或已停用，请另选。", "There is no such endpoint in use; choose another."),
        "no_journey": ("没有这个旅程，请另选。", "There is no such journey; choose another."),
        "journey_live": ("这个旅程还没有发布，请先发布它。", "This journey is not live; publish it first."),
        "journey_subject": ("只能进入对象相同的旅程。", "Only a journey about the same can be entered."),
        "journey_itself": (
            "旅程会再次进入自己：{names}。请去掉其中一处。",
            "The journey would enter itself: {names}. Break it somewhere.",
        ),
    },
    of_lists={},
    limits={},
)

_OF_PYDANTIC: Final[Mapping[str, str]] = {
    "missing": "missing",
    "union_tag_not_found": "missing",
    "union_tag_invalid": "kind",
    "model_attributes_type": "part",
    "dataclass_type": "part",
    "dict_type": "part",
    "mapping_type": "part",
    "unexpected_keyword_argument": "extra",
    "literal_error": "choice",
    "int_type": "whole",
    "float_type": "number",
    "bool_type": "truth",
    "string_type": "text",
    "string_unicode": "control",
    "string_pattern_mismatch": "key",
    "string_too_short": "text",
    "string_too_long": "long",
    "tuple_type": "part",
    "too_short": "few",
    "too_long": "many",
    "greater_than_equal": "at_least",
    "less_than_equal": "at_most",
}
_OF_FIELDS: Final[Mapping[str, str]] = {"at": "time", "starts_on": "day", "ends_on": "day", "to": "receiver"}
_LIMITS: Final = ("max_length", "min_length", "ge", "le")


def fault_at(
    path: Sequence[str | int], reason: str, *, node: str | None = None, is_warning: bool = False, **fields: object
) -> JourneyFault:
    """A fault in our words; `reason` is one of those above."""
    return fault_of(FAULTS.fault(path, reason, **fields), node=node, is_warning=is_warning)


def fault_of(
    error: InvalidDefinitionError, *, node: str | None, at: Path = (), is_warning: bool = False
) -> JourneyFault:
    """What another room finds wrong with a part that stands `at` some place of the document."""
    path = ".".join(str(part) for part in (*at, error.fields["path"]) if part != "")
    return JourneyFault(node, path, str(error.fields["reason"]), str(error.fields["reason_zh"]), is_warning)


def faults_of_shape(document: object, errors: Sequence[ErrorDetails]) -> list[JourneyFault]:
    """All of pydantic's errors in our words, one for each place."""
    found: dict[str, JourneyFault] = {}
    for error in errors:
        path = path_in(document, error["loc"])
        if error["type"] == "missing":
            path.append(error["loc"][-1])
        if error["type"] in {"union_tag_not_found", "union_tag_invalid"}:
            path.append("kind")
        if "to" in path:  # of the choices there pydantic tells one by one
            path = path[: path.index("to") + 1]
        if error["type"] == "too_short" and _is_long_enough(document, path, error):
            continue  # its items were told already
        context = error.get("ctx", {})
        told = FAULTS.fault(
            path,
            _reason(error, path),
            limit=next((context[name] for name in _LIMITS if context.get(name) is not None), None),
            choices=str(context.get("expected_tags") or context.get("expected") or "").replace("'", ""),
        )
        fault = fault_of(told, node=_node_at(document, path))
        found.setdefault(fault.path, fault)
    return list(found.values())


def refusal(faults: Sequence[JourneyFault], names: Mapping[str, str]) -> InvalidDefinitionError:
    """The error for faults of which at least one is no warning: the first in words, all in its fields. `names`: of the
    nodes."""
    first = next(fault for fault in faults if not fault.is_warning)
    name = names.get(first.node, first.node) if first.node is not None else None
    return InvalidDefinitionError(
        first.path,
        f"“{name}”: {first.reason}" if name is not None else first.reason,
        f"“{name}”：{first.reason_zh}" if name is not None else first.reason_zh,
        node=first.node,
        faults=[
            {"node": each.node, "path": each.path, "reason": each.reason, "reason_zh": each.reason_zh}
            for each in faults
            if not each.is_warning
        ],
    )


def _reason(error: ErrorDetails, path: Sequence[str | int]) -> str:
    field = str(path[-1]) if path else ""
    reason = _OF_PYDANTIC.get(error["type"], "unknown")
    if not path and reason == "part":
        return "document"
    if error["loc"] and error["loc"][-1] in {"int", "float"}:
        return "number"
    if reason == "missing":
        return reason
    if reason == "at_least" and field.endswith("_id"):
        return "chosen"
    return _OF_FIELDS.get(field, "plain_value" if field == "value" and reason != "long" else reason)


def _is_long_enough(document: object, path: Sequence[str | int], error: ErrorDetails) -> bool:
    """Whether the list as it was sent has what pydantic misses: items that are none were not counted."""
    sent: Any = document
    for part in path:
        sent = sent[part]
    return isinstance(sent, list | tuple) and len(sent) >= error.get("ctx", {}).get("min_length", 0)


def _node_at(document: object, path: Sequence[str | int]) -> str | None:
    """The key of the node that a place is in."""
    for node in _nodes_around(document, path):
        key = node.get("key") if isinstance(node, dict) else None
        return key if isinstance(key, str) else None
    return None


def _nodes_around(document: object, path: Sequence[str | int]) -> Iterator[object]:
    if len(path) > 1 and path[0] == "nodes" and isinstance(path[1], int) and isinstance(document, dict):
        yield document["nodes"][path[1]]
