"""Sentences in Chinese. Part of `sentences`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from siyu.domain.segments.contracts import (
    ActedCondition,
    AllCondition,
    AnniversaryCondition,
    AnyCondition,
    AttributeCondition,
    CalendarWindow,
    Condition,
    ConsentCondition,
    Duration,
    EntryCondition,
    EstimateCondition,
    EventCondition,
    EventMatch,
    EventValueCondition,
    Filter,
    FixedWindow,
    IdentityCondition,
    KeeperCondition,
    Leaf,
    ListCondition,
    MomentCondition,
    NotCondition,
    RegularCondition,
    ResumedCondition,
    RfmCondition,
    RollingWindow,
    SampleCondition,
    SegmentCondition,
    SequenceCondition,
    StageCondition,
    Step,
    StoppedCondition,
    TagCondition,
    UnitCondition,
    Value,
    Window,
)
from siyu.domain.segments.naming_contracts import NamedKind, Names
from siyu.domain.segments.sentences_words import (
    ATTRIBUTE_WORDS,
    CHANNEL_WORDS,
    ESTIMATE_WORDS,
    IDENTITY_WORDS,
    NAMED_WORDS,
    PROPERTY_WORDS,
    PURPOSE_WORDS,
    VALUES_SHOWN_MAX,
    event_words,
    is_fen,
    number,
    yuan,
)

_UNITS = {"hour": "小时", "day": "天", "week": "周"}
_NOW = {"day": "今天", "week": "本周", "month": "本月", "quarter": "本季度", "year": "今年"}
_BEFORE = {"day": "昨天", "week": "上周", "month": "上个月", "quarter": "上个季度", "year": "去年"}
_CALENDAR = {"day": "天", "week": "周", "month": "个月", "quarter": "个季度", "year": "年"}
_THAT = {"day": "那一天", "week": "那一周", "month": "那个月", "quarter": "那个季度", "year": "那一年"}
_WHICH = {"first": "首次", "last": "最近一次"}
_OF_COUNTS = {"at_least": "至少", "at_most": "至多", "exactly": "恰好", "more_than": "多于", "less_than": "少于"}
_OF_NUMBERS = {"at_least": "不低于", "at_most": "不高于", "exactly": "等于", "more_than": "高于", "less_than": "低于"}
_OF_DAYS = {"at_least": "不早于", "at_most": "不晚于", "more_than": "晚于", "less_than": "早于"}
_MEASURES = {"sum": "合计", "min": "最小值", "max": "最大值", "average": "平均值"}
_CONSENT = {"granted": "已同意{}", "withdrawn": "已拒绝{}", "unasked": "未曾对{}表态", "allowed": "现在可以对其{}"}


def sentence_zh(condition: Condition, names: Names) -> str:
    """The whole definition: 「购买至少 2 次，且最近一次购买在 90 天以前」."""
    return _tree(condition, names, is_top=True)


def _tree(condition: Condition, names: Names, *, is_top: bool = False) -> str:
    if isinstance(condition, AllCondition | AnyCondition):
        if len(condition.of) == 1:
            return _tree(condition.of[0], names, is_top=is_top)
        joined = ("，且" if isinstance(condition, AllCondition) else "，或").join(
            _tree(each, names) for each in condition.of
        )
        return joined if is_top else f"（{joined}）"
    if isinstance(condition, NotCondition):
        inner = _tree(condition.of, names)
        return f"不满足{inner}" if _is_group(condition.of) else f"不满足（{inner}）"
    return leaf_zh(condition, names)


def _is_group(condition: Condition) -> bool:
    while isinstance(condition, AllCondition | AnyCondition):
        if len(condition.of) > 1:
            return True
        condition = condition.of[0]
    return False


def leaf_zh(leaf: Leaf, names: Names) -> str:
    """One condition alone."""
    return _leaf(leaf, names)


@singledispatch
def _leaf(leaf: object, _names: Names) -> str:
    raise TypeError(f"no words for {type(leaf).__name__}")


@_leaf.register
def _(leaf: AttributeCondition, _names: Names) -> str:
    name = ATTRIBUTE_WORDS[leaf.name][0] if leaf.name in ATTRIBUTE_WORDS else f"「{leaf.name}」"
    if leaf.operator in {"in_last_days", "in_next_days"}:
        days = "到今天为止的" if leaf.operator == "in_last_days" else "从今天起的"
        return f"{name}的日期在{days} {leaf.value} 天内"
    return _compared(name, leaf.operator, leaf.value, leaf.name)


@_leaf.register
def _(leaf: EventCondition, _names: Names) -> str:
    window, verb, filters = _window(leaf.window), event_words(leaf.event).chinese, _filters(leaf.where)
    if leaf.measure == "count":
        bound = (leaf.operator, leaf.value)
        if bound in {("at_least", 1), ("more_than", 0)}:
            return f"{window}有过{verb}{filters}" if filters else f"{window}{verb}过"
        if bound in {("exactly", 0), ("at_most", 0), ("less_than", 1)}:
            return f"{window}没有{verb}{filters}" if leaf.window else f"从未{verb}{filters}"
        return f"{window}{verb}{filters}{_OF_COUNTS[leaf.operator]} {number(leaf.value)} 次"
    if leaf.measure == "days":
        return f"{window}有{verb}{filters}的天数{_OF_COUNTS[leaf.operator]} {number(leaf.value)} 天"
    name = _property(leaf.property or "")
    if leaf.measure == "distinct":
        return f"{window}{verb}{filters}的{name}{_OF_COUNTS[leaf.operator]} {number(leaf.value)} 种"
    value = _number(leaf.value, leaf.property)
    return f"{window}{verb}{filters}的{name}{_MEASURES[leaf.measure]}{_OF_NUMBERS[leaf.operator]} {value}"


@_leaf.register
def _(leaf: MomentCondition, _names: Names) -> str:
    return f"{_WHICH[leaf.which]}{_verb(leaf)}是在{_window(leaf.window)}"


@_leaf.register
def _(leaf: EventValueCondition, _names: Names) -> str:
    name = f"{_window(leaf.window)}{_WHICH[leaf.which]}{_verb(leaf)}的{_property(leaf.property)}"
    return _compared(name, leaf.operator, leaf.value, leaf.property)


@_leaf.register
def _(leaf: SequenceCondition, _names: Names) -> str:
    told = f"{_window(leaf.window)}{_verb(leaf.steps[0])}"
    for n, step in enumerate(leaf.steps[1:]):
        told += ("后" if n == 0 else "，再") + _step(step)
    return told + (f"（各步的{_property(leaf.same)}相同）" if leaf.same else "")


def _step(step: Step) -> str:
    within = f" {_long(step.within)}内" if step.within else ""
    without = f"（期间没有{'、'.join(_verb(each) for each in step.without)}）" if step.without else ""
    return f"{within}{'没有' if step.is_absent else ''}{_verb(step)}{without}"


@_leaf.register
def _(leaf: RegularCondition, _names: Names) -> str:
    unit = _UNITS[leaf.unit]
    return f"最近 {leaf.periods} {unit}中至少 {leaf.at_least} {unit}有{_verb(leaf)}"


@_leaf.register
def _(leaf: ResumedCondition, _names: Names) -> str:
    return f"最近 {_long(leaf.within)}重新{_verb(leaf)}，此前至少 {_long(leaf.after)}没有过"


@_leaf.register
def _(leaf: StoppedCondition, _names: Names) -> str:
    return f"最近 {_long(leaf.since)}没有{_verb(leaf)}，而在那之前的 {_long(leaf.before)}内至少有 {number(leaf.at_least)} 次"


@_leaf.register
def _(leaf: ActedCondition, _names: Names) -> str:
    return f"{_window(leaf.window)}有过行为"


@_leaf.register
def _(leaf: AnniversaryCondition, _names: Names) -> str:
    if leaf.event is not None:
        filters = _filters(leaf.where)
        whose = f"{_WHICH[leaf.which]}{event_words(leaf.event).chinese}{filters}的周年日"
    elif leaf.attribute == "birthday":
        whose = "生日"
    else:
        name = leaf.attribute or ""
        whose = f"{ATTRIBUTE_WORDS[name][0] if name in ATTRIBUTE_WORDS else f'「{name}」'}的周年日"
    start, end = leaf.from_days, leaf.to_days
    if start == end:
        return f"{whose}是{_away(start)}"
    if start == 0:
        return f"{whose}在未来 {end} 天内"
    if end == 0:
        return f"{whose}在过去 {-start} 天内"
    return f"{whose}在{_away(start)}至{_away(end)}之间"


def _away(days: int) -> str:
    if days == 0:
        return "今天"
    return f" {days} 天后" if days > 0 else f" {-days} 天前"


@_leaf.register
def _(leaf: TagCondition, names: Names) -> str:
    if leaf.operator == "all_of" and len(leaf.tag_ids) > 1:
        return f"同时有标签{_called('tag', leaf.tag_ids, names, '和')}"
    return f"有标签{_called('tag', leaf.tag_ids, names, '或')}"


@_leaf.register
def _(leaf: KeeperCondition, names: Names) -> str:
    return f"由{_called('staff', leaf.staff_ids, names, '或')}负责"


@_leaf.register
def _(leaf: UnitCondition, names: Names) -> str:
    return f"属于{_called('unit', leaf.unit_ids, names, '或')}及其下级"


@_leaf.register
def _(leaf: ConsentCondition, _names: Names) -> str:
    purpose = PURPOSE_WORDS[leaf.purpose][0] if leaf.purpose in PURPOSE_WORDS else f"「{leaf.purpose}」"
    channel = ""
    if leaf.channel is not None:
        channel = f"（{CHANNEL_WORDS[leaf.channel][0] if leaf.channel in CHANNEL_WORDS else leaf.channel}）"
    if leaf.state == "allowed" and leaf.channel is not None:
        return f"现在可以发{purpose}{channel}"
    return _CONSENT[leaf.state].format(purpose + channel)


@_leaf.register
def _(leaf: IdentityCondition, _names: Names) -> str:
    return f"有{'或'.join(IDENTITY_WORDS[each][0] if each in IDENTITY_WORDS else each for each in leaf.identities)}"


@_leaf.register
def _(leaf: EntryCondition, _names: Names) -> str:
    return f"首次来自{_several(leaf.channels, '或')}"


@_leaf.register
def _(leaf: SegmentCondition, names: Names) -> str:
    return f"在人群{_called('segment', [leaf.segment_id], names, '')}中"


@_leaf.register
def _(leaf: ListCondition, names: Names) -> str:
    return f"在名单{_called('list', [leaf.list_id], names, '')}中"


@_leaf.register
def _(leaf: EstimateCondition, _names: Names) -> str:
    name = ESTIMATE_WORDS[leaf.model, leaf.name][0]
    return _compared(name, leaf.operator, leaf.value, leaf.name)


@_leaf.register
def _(leaf: SampleCondition, _names: Names) -> str:
    return f"在随机样本「{leaf.name}」的 {number(leaf.from_percent)}%–{number(leaf.to_percent)}% 中"


@_leaf.register
def _(leaf: RfmCondition, names: Names) -> str:
    return f"在 RFM 方案{_called('rfm', [leaf.scheme_id], names, '')}的{_parts(leaf.scheme_id, leaf.cells, names)}中"


@_leaf.register
def _(leaf: StageCondition, names: Names) -> str:
    return f"处于阶梯{_called('ladder', [leaf.ladder_id], names, '')}的{_parts(leaf.ladder_id, leaf.stages, names)}"


def _called(kind: NamedKind, ids: Sequence[int], names: Names, last: str) -> str:
    """The names of things; 「标签 12」 for one that has none."""
    word = NAMED_WORDS[kind][0]
    return _listed([f"「{names.things.get((kind, each), f'{word} {each}')}」" for each in ids], last)


def _parts(definition_id: int, keys: Sequence[str], names: Names) -> str:
    known = [names.parts.get((definition_id, each)) for each in keys]
    return _several([name[0] if name else key for name, key in zip(known, keys, strict=True)], "或")


def _several(values: Sequence[str], last: str) -> str:
    return _listed([f"“{each}”" for each in values], last)


def _listed(shown: Sequence[str], last: str) -> str:
    if len(shown) > VALUES_SHOWN_MAX:
        return f"{'、'.join(shown[:VALUES_SHOWN_MAX])}等 {len(shown)} 个{'之一' if last == '或' else ''}"
    return last.join(shown) if len(shown) <= 2 else f"{'、'.join(shown[:-1])}{last}{shown[-1]}"


def _verb(
    match: EventMatch
    | Step
    | MomentCondition
    | EventValueCondition
    | RegularCondition
    | ResumedCondition
    | StoppedCondition,
) -> str:
    return event_words(match.event).chinese + _filters(match.where)


def _filters(where: Sequence[Filter]) -> str:
    told = "，且".join(_compared(_property(each.property), each.operator, each.value, each.property) for each in where)
    return f"（其中{told}）" if told else ""


def _property(name: str) -> str:
    return PROPERTY_WORDS[name][0] if name in PROPERTY_WORDS else f"「{name}」"


def _compared(name: str, operator: str, value: Value, key: str) -> str:
    if operator in {"is_set", "is_not_set"}:
        return f"{name}{'有值' if operator == 'is_set' else '没有值'}"
    if isinstance(value, tuple):
        several = [_value(each, key) for each in value]
        if operator == "has_all":
            return f"{name}同时包含 {_listed(several, '和')}"
        is_one = "是" if operator == "one_of" else "不是"
        return f"{name}{is_one} {several[0]}" if len(several) == 1 else f"{name}{is_one} {_listed(several, '、')}之一"
    shown = _value(value, key)
    if operator == "starts_with":
        return f"{name}以 {shown} 开头"
    if operator in _OF_DAYS:
        return f"{name}{(_OF_DAYS if isinstance(value, str) else _OF_NUMBERS)[operator]} {shown}"
    return f"{name}{ {'is': '是', 'is_not': '不是', 'contains': '包含'}[operator] } {shown}"


def _value(value: Value, key: str) -> str:
    if isinstance(value, bool):
        return "真" if value else "假"
    return _number(value, key) if isinstance(value, int | float) else f"“{value}”"


def _number(value: float, key: str | None) -> str:
    if is_fen(key):
        return yuan(value) or f"{number(value)} 分"
    return number(value)


def _long(duration: Duration) -> str:
    return f"{duration.amount} {_UNITS[duration.unit]}"


def _window(window: Window | None) -> str:
    if isinstance(window, RollingWindow):
        if window.most is None:
            return f" {_long(window.least)}以前" if window.least else ""
        return (
            f"最近 {_long(window.most)}"
            if window.least is None
            else f" {_long(window.most)}前至 {_long(window.least)}前"
        )
    if isinstance(window, CalendarWindow):
        return _calendar(window)
    return _fixed(window) if window else ""


def _calendar(window: CalendarWindow) -> str:
    unit, back, count = window.unit, window.back, window.count
    if count == 1:
        if back <= 1:
            return _BEFORE[unit] if back else _NOW[unit]
        return f" {back} {_CALENDAR[unit]}前的{_THAT[unit]}"
    if count == back + 1:
        return f"含{_NOW[unit]}的最近 {count} {_CALENDAR[unit]}"
    if count == back:
        return f"{_NOW[unit]}之前的 {count} {_CALENDAR[unit]}"
    return f" {back} {_CALENDAR[unit]}前的{_THAT[unit]}起共 {count} {_CALENDAR[unit]}"


def _fixed(window: FixedWindow) -> str:
    if window.since_on is None:
        return f"截至 {window.until_on} "
    return f"自 {window.since_on} 起" if window.until_on is None else f" {window.since_on} 至 {window.until_on} "
