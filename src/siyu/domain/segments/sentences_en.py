"""Sentences in English. Part of `sentences`."""

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

_NOW = {"day": "today", "week": "this week", "month": "this month", "quarter": "this quarter", "year": "this year"}
_BEFORE = {
    "day": "yesterday",
    "week": "last week",
    "month": "last month",
    "quarter": "last quarter",
    "year": "last year",
}
_BOUNDS = {
    "at_least": "at least",
    "at_most": "at most",
    "exactly": "exactly",
    "more_than": "more than",
    "less_than": "less than",
}
_OF_DAYS = {"at_least": "is not before", "at_most": "is not after", "more_than": "is after", "less_than": "is before"}
_OPERATORS = {"is": "is", "is_not": "is not", "contains": "contains", "starts_with": "starts with"}
_OF_LISTS = {"one_of": "is one of", "not_one_of": "is not one of", "has_all": "contains all of"}
_MEASURES = {"min": "smallest", "max": "largest", "sum": "summed over", "average": "averaged over"}
_CONSENT = {
    "granted": "who agreed to {}",
    "withdrawn": "who refused {}",
    "unasked": "who never spoke of {}",
    "allowed": "for whom {} is allowed now",
}


def sentence_en(condition: Condition, names: Names) -> str:
    """The whole definition: "Customers who bought at least 2 times and who last bought 90 days ago or earlier"."""
    return f"Customers {_tree(condition, names, is_top=True)}"


def _tree(condition: Condition, names: Names, *, is_top: bool = False) -> str:
    if isinstance(condition, AllCondition | AnyCondition):
        if len(condition.of) == 1:
            return _tree(condition.of[0], names, is_top=is_top)
        joined = (" and " if isinstance(condition, AllCondition) else " or ").join(
            _tree(each, names) for each in condition.of
        )
        return joined if is_top else f"({joined})"
    if isinstance(condition, NotCondition):
        inner = _tree(condition.of, names)
        return f"except those {inner}" if is_top else f"who are not among those {inner}"
    return leaf_en(condition, names)


def leaf_en(leaf: Leaf, names: Names) -> str:
    """One condition alone: "who have bought"."""
    return _leaf(leaf, names)


@singledispatch
def _leaf(leaf: object, _names: Names) -> str:
    raise TypeError(f"no words for {type(leaf).__name__}")


@_leaf.register
def _(leaf: AttributeCondition, _names: Names) -> str:
    name = ATTRIBUTE_WORDS[leaf.name][1] if leaf.name in ATTRIBUTE_WORDS else f"“{leaf.name}”"
    if leaf.operator in {"in_last_days", "in_next_days"}:
        days = "that end with today" if leaf.operator == "in_last_days" else "that begin with today"
        return f"whose {name} is a day in the {leaf.value} days {days}"
    return f"whose {_compared(name, leaf.operator, leaf.value, leaf.name)}"


@_leaf.register
def _(leaf: EventCondition, _names: Names) -> str:
    words, filters, window = event_words(leaf.event), _filters(leaf.where), _window(leaf.window)
    bound = f"{_BOUNDS[leaf.operator]} {number(leaf.value)}"
    if leaf.measure == "count":
        if (leaf.operator, leaf.value) in {("at_least", 1), ("more_than", 0)}:
            return f"who {words.past if leaf.window else f'have {words.participle}'}{filters}{window}"
        if (leaf.operator, leaf.value) in {("exactly", 0), ("at_most", 0), ("less_than", 1)}:
            done = f"did not {words.infinitive}" if leaf.window else f"have never {words.participle}"
            return f"who {done}{filters}{window}"
        return f"who {words.past}{filters} {bound} {'time' if leaf.value == 1 else 'times'}{window}"
    if leaf.measure == "days":
        return f"who {words.past}{filters} on {bound} different {'day' if leaf.value == 1 else 'days'}{window}"
    times = f"the times they {words.past}{filters}{window}"
    name = _property(leaf.property or "")
    if leaf.measure == "distinct":
        return f"with {bound} different {'value' if leaf.value == 1 else 'values'} of {name} in {times}"
    measure = _MEASURES[leaf.measure]
    value = f"{_BOUNDS[leaf.operator]} {_number(leaf.value, leaf.property)}"
    if leaf.measure in {"min", "max"}:
        return f"whose {measure} {name} of {times} is {value}"
    return f"whose {name}, {measure} {times}, is {value}"


@_leaf.register
def _(leaf: MomentCondition, _names: Names) -> str:
    return f"who {leaf.which} {event_words(leaf.event).past}{_filters(leaf.where)}{_window(leaf.window)}"


@_leaf.register
def _(leaf: EventValueCondition, _names: Names) -> str:
    name = f"{_property(leaf.property)} of the {leaf.which} time they {event_words(leaf.event).past}"
    name += f"{_filters(leaf.where)}{_window(leaf.window)},"
    return f"whose {_compared(name, leaf.operator, leaf.value, leaf.property)}"


@_leaf.register
def _(leaf: SequenceCondition, _names: Names) -> str:
    first = leaf.steps[0]
    told = f"who {event_words(first.event).past}{_filters(first.where)}"
    told += "".join(f" and then {_step(each)}" for each in leaf.steps[1:])
    told += f", all with the same {_property(leaf.same)}" if leaf.same else ""
    return told + (f", all of it{_window(leaf.window)}" if leaf.window else "")


def _step(step: Step) -> str:
    words = event_words(step.event)
    told = f"did not {words.infinitive}" if step.is_absent else words.past
    told += _filters(step.where) + (f" within {_long(step.within)}" if step.within else "")
    if step.without:
        between = " nor ".join(f"{event_words(each.event).participle}{_filters(each.where)}" for each in step.without)
        told += f" (not having {between} in between)"
    return told


@_leaf.register
def _(leaf: RegularCondition, _names: Names) -> str:
    verb = f"{event_words(leaf.event).past}{_filters(leaf.where)}"
    return f"who {verb} in at least {leaf.at_least} of the last {leaf.periods} {leaf.unit}s"


@_leaf.register
def _(leaf: ResumedCondition, _names: Names) -> str:
    verb = f"{event_words(leaf.event).past} again{_filters(leaf.where)}"
    return f"who {verb} in the last {_long(leaf.within)}, after at least {_long(leaf.after)} without"


@_leaf.register
def _(leaf: StoppedCondition, _names: Names) -> str:
    verb = f"have not {event_words(leaf.event).participle}{_filters(leaf.where)} in the last {_long(leaf.since)}"
    times = f"{number(leaf.at_least)} {'time' if leaf.at_least == 1 else 'times'}"
    return f"who {verb} but did at least {times} in the {_long(leaf.before)} before that"


@_leaf.register
def _(leaf: ActedCondition, _names: Names) -> str:
    return f"who {'did' if leaf.window else 'have done'} something themselves{_window(leaf.window)}"


@_leaf.register
def _(leaf: AnniversaryCondition, _names: Names) -> str:
    if leaf.event is not None:
        verb = f"{event_words(leaf.event).past}{_filters(leaf.where)}"
        whose = f"whose anniversary of the {leaf.which} time they {verb}"
    elif leaf.attribute == "birthday":
        whose = "whose birthday"
    else:
        name = leaf.attribute or ""
        whose = f"whose anniversary of {ATTRIBUTE_WORDS[name][1] if name in ATTRIBUTE_WORDS else f'“{name}”'}"
    start, end = leaf.from_days, leaf.to_days
    if start == end:
        return f"{whose} is {_away(start)}"
    if start == 0:
        return f"{whose} is in the next {_days(end)}"
    if end == 0:
        return f"{whose} is in the past {_days(-start)}"
    return f"{whose} is between {_away(start)} and {_away(end)}"


def _away(days: int) -> str:
    if days == 0:
        return "today"
    return f"{_days(days)} from now" if days > 0 else f"{_days(-days)} ago"


@_leaf.register
def _(leaf: TagCondition, names: Names) -> str:
    if leaf.operator == "all_of" and len(leaf.tag_ids) > 1:
        return f"who bear all of the tags {_called('tag', leaf.tag_ids, names, 'and')}"
    return f"who bear the tag {_called('tag', leaf.tag_ids, names)}"


@_leaf.register
def _(leaf: KeeperCondition, names: Names) -> str:
    return f"who are kept by {_called('staff', leaf.staff_ids, names)}"


@_leaf.register
def _(leaf: UnitCondition, names: Names) -> str:
    return f"who belong to {_called('unit', leaf.unit_ids, names)} or a unit below"


@_leaf.register
def _(leaf: ConsentCondition, _names: Names) -> str:
    purpose = PURPOSE_WORDS[leaf.purpose][1] if leaf.purpose in PURPOSE_WORDS else f"“{leaf.purpose}”"
    if leaf.channel is not None:
        purpose += f" ({CHANNEL_WORDS[leaf.channel][1] if leaf.channel in CHANNEL_WORDS else leaf.channel})"
    return _CONSENT[leaf.state].format(purpose)


@_leaf.register
def _(leaf: IdentityCondition, _names: Names) -> str:
    kinds = [IDENTITY_WORDS[each][1] if each in IDENTITY_WORDS else each for each in leaf.identities]
    return f"who are known by {' or '.join(kinds)}"


@_leaf.register
def _(leaf: EntryCondition, _names: Names) -> str:
    return f"who first came by {_several(leaf.channels)}"


@_leaf.register
def _(leaf: SegmentCondition, names: Names) -> str:
    return f"who are in segment {_called('segment', [leaf.segment_id], names)}"


@_leaf.register
def _(leaf: ListCondition, names: Names) -> str:
    return f"who are on list {_called('list', [leaf.list_id], names)}"


@_leaf.register
def _(leaf: EstimateCondition, _names: Names) -> str:
    name = ESTIMATE_WORDS[leaf.model, leaf.name][1]
    return f"whose {_compared(name, leaf.operator, leaf.value, leaf.name)}"


@_leaf.register
def _(leaf: SampleCondition, _names: Names) -> str:
    return f"who are in random sample “{leaf.name}” from {number(leaf.from_percent)}% to {number(leaf.to_percent)}%"


@_leaf.register
def _(leaf: RfmCondition, names: Names) -> str:
    return f"who are in {_parts(leaf.scheme_id, leaf.cells, names)} of RFM scheme {_called('rfm', [leaf.scheme_id], names)}"


@_leaf.register
def _(leaf: StageCondition, names: Names) -> str:
    return f"who stand on {_parts(leaf.ladder_id, leaf.stages, names)} of ladder {_called('ladder', [leaf.ladder_id], names)}"


def _called(kind: NamedKind, ids: Sequence[int], names: Names, last: str = "or") -> str:
    """The names of things; “tag 12” for one that has none."""
    return _several([names.things.get((kind, each), f"{NAMED_WORDS[kind][1]} {each}") for each in ids], last)


def _parts(definition_id: int, keys: Sequence[str], names: Names) -> str:
    known = [names.parts.get((definition_id, each)) for each in keys]
    return _several([name[1] if name else key for name, key in zip(known, keys, strict=True)])


def _several(values: Sequence[str], last: str = "or") -> str:
    return _listed([f"“{each}”" for each in values], last)


def _listed(shown: Sequence[str], last: str) -> str:
    if len(shown) > VALUES_SHOWN_MAX:
        return f"{', '.join(shown[:VALUES_SHOWN_MAX])} {last} {len(shown) - VALUES_SHOWN_MAX} more"
    return f" {last} ".join(shown) if len(shown) <= 2 else f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def _filters(where: Sequence[Filter]) -> str:
    told = " and ".join(_compared(_property(each.property), each.operator, each.value, each.property) for each in where)
    return f" (where {told})" if told else ""


def _property(name: str) -> str:
    return PROPERTY_WORDS[name][1] if name in PROPERTY_WORDS else f"“{name}”"


def _compared(name: str, operator: str, value: Value, key: str) -> str:
    if operator in {"is_set", "is_not_set"}:
        return f"{name} is {'known' if operator == 'is_set' else 'not known'}"
    if isinstance(value, tuple):
        if len(value) == 1 and operator != "has_all":
            return f"{name} {'is' if operator == 'one_of' else 'is not'} {_value(value[0], key)}"
        several = _listed([_value(each, key) for each in value], "and" if operator == "has_all" else "or")
        return f"{name} {_OF_LISTS[operator]} {several}"
    shown = _value(value, key)
    if operator in _OF_DAYS:
        return f"{name} {_OF_DAYS[operator] if isinstance(value, str) else f'is {_BOUNDS[operator]}'} {shown}"
    return f"{name} {_OPERATORS[operator]} {shown}"


def _value(value: Value, key: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value, key) if isinstance(value, int | float) else f"“{value}”"


def _number(value: float, key: str | None) -> str:
    if is_fen(key):
        return yuan(value) or f"{number(value)} fen"
    return number(value)


def _long(duration: Duration) -> str:
    return f"{duration.amount} {duration.unit}" if duration.amount == 1 else f"{duration.amount} {duration.unit}s"


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _window(window: Window | None) -> str:
    """With a blank before it, to be put behind what was done."""
    if isinstance(window, RollingWindow):
        if window.most is None:
            return f" {_long(window.least)} ago or earlier" if window.least else ""
        if window.least is None:
            return f" in the last {_long(window.most)}"
        return f" from {_long(window.most)} to {_long(window.least)} ago"
    if isinstance(window, CalendarWindow):
        return f" {_calendar(window)}"
    return f" {_fixed(window)}" if window else ""


def _calendar(window: CalendarWindow) -> str:
    unit, back, count = window.unit, window.back, window.count
    if count == 1:
        if back <= 1:
            return _BEFORE[unit] if back else _NOW[unit]
        return f"in the {unit} {back} {unit}s ago"
    if count == back + 1:
        return f"in the last {count} {unit}s of the calendar, {_NOW[unit]} included"
    if count == back:
        return f"in the {count} {unit}s before {_NOW[unit]}"
    return f"in the {count} {unit}s that began with the {unit} {back} {unit}s ago"


def _fixed(window: FixedWindow) -> str:
    if window.since_on is None:
        return f"until {window.until_on}"
    return f"since {window.since_on}" if window.until_on is None else f"from {window.since_on} to {window.until_on}"
