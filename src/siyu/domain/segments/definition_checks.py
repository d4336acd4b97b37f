"""What pydantic cannot say of a condition: what goes with what. Part of `definition`."""

from __future__ import annotations

import dataclasses
import math
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import singledispatch

from siyu.domain.customers.contracts import (
    ALL_CHANNELS,
    IDENTITY_KINDS,
    PURPOSES,
    SEALED_KINDS,
    identifying_kind,
    is_channel,
)
from siyu.domain.segments.contracts import (
    COUNT_MAX,
    DAYS_MAX,
    HOURS,
    NUMBER_MAX,
    TEXT_LENGTH_MAX,
    UNITS_MAX,
    VALUES_MAX,
    AnniversaryCondition,
    AttributeCondition,
    CalendarWindow,
    ConsentCondition,
    Duration,
    EventCondition,
    EventValueCondition,
    Filter,
    FixedWindow,
    IdentityCondition,
    Leaf,
    RegularCondition,
    RollingWindow,
    SampleCondition,
    SequenceCondition,
    Value,
)
from siyu.domain.segments.definition_faults import Path, fault

WITHOUT_VALUE = frozenset({"is_set", "is_not_set"})
OF_LISTS = frozenset({"one_of", "not_one_of", "has_all"})
ORDERED = frozenset({"at_least", "at_most", "more_than", "less_than"})
BY_DAYS = frozenset({"in_last_days", "in_next_days"})
OF_EVENTS = frozenset({"count", "days"})
WHOLE = frozenset({*OF_EVENTS, "distinct"})
_NAMES = frozenset({"property", "same", "attribute"})


def check_leaf(path: Path, leaf: Leaf) -> None:
    """InvalidDefinitionError where the parts of a condition are no condition together."""
    _walk(path, leaf)


def _walk(path: Path, node: object) -> None:
    if isinstance(node, str):
        _check_text(path, node)
    elif isinstance(node, tuple):
        for n, each in enumerate(node):
            _walk((*path, n), each)
    elif isinstance(node, int | float):
        _check_number(path, node)
    elif node is not None:
        for each in dataclasses.fields(node):  # type: ignore[arg-type]  # what else is there is one of the language's own
            _walk((*path, each.name), getattr(node, each.name))
            if each.name in _NAMES or (each.name == "name" and isinstance(node, AttributeCondition)):
                _check_name((*path, each.name), getattr(node, each.name))
        _check(node, path)


@singledispatch
def _check(_node: object, _path: Path) -> None:
    """Of the others nothing more is asked."""


@_check.register
def _(node: Duration, path: Path) -> None:
    longest = DAYS_MAX * 24 // HOURS[node.unit]
    if node.amount > longest:
        raise fault((*path, "amount"), "at_most", limit=longest)


@_check.register
def _(node: RollingWindow, path: Path) -> None:
    if node.most is None and node.least is None:
        raise fault((*path, "most"), "no_window")
    if node.most is not None and node.least is not None and _hours(node.least) >= _hours(node.most):
        raise fault((*path, "least"), "window_empty")


@_check.register
def _(node: CalendarWindow, path: Path) -> None:
    if node.back > UNITS_MAX[node.unit]:
        raise fault((*path, "back"), "at_most", limit=UNITS_MAX[node.unit])
    if node.count > node.back + 1:
        raise fault((*path, "count"), "not_begun", limit=node.back + 1)


@_check.register
def _(node: FixedWindow, path: Path) -> None:
    if node.since_on is None and node.until_on is None:
        raise fault((*path, "since_on"), "no_days")
    for field, day in (("since_on", node.since_on), ("until_on", node.until_on)):
        if day is not None and not _is_day(day):
            raise fault((*path, field), "day")
    if node.since_on is not None and node.until_on is not None and node.until_on < node.since_on:
        raise fault((*path, "until_on"), "days_reversed")


@_check.register
def _(node: Filter, path: Path) -> None:
    _check_comparison(path, node.property, node.operator, node.value)


@_check.register
def _(node: EventValueCondition, path: Path) -> None:
    _check_comparison(path, node.property, node.operator, node.value)


@_check.register
def _(node: AttributeCondition, path: Path) -> None:
    _check_comparison(path, node.name, node.operator, node.value)


@_check.register
def _(node: EventCondition, path: Path) -> None:
    if node.measure in OF_EVENTS:
        if node.property is not None:
            raise fault((*path, "property"), "no_property")
    elif node.property is None:
        raise fault((*path, "property"), "needs_property")
    else:
        _check_in_plain((*path, "property"), node.property)
    if node.measure in WHOLE:
        if not isinstance(node.value, int):
            raise fault((*path, "value"), "whole")
        if node.value < 0:
            raise fault((*path, "value"), "at_least", limit=0)
        if node.value > COUNT_MAX:
            raise fault((*path, "value"), "at_most", limit=COUNT_MAX)


@_check.register
def _(node: SequenceCondition, path: Path) -> None:
    if node.same is not None:
        _check_in_plain((*path, "same"), node.same)
    first, last = node.steps[0], len(node.steps) - 1
    for field, told in (("within", first.within), ("without", first.without), ("is_absent", first.is_absent)):
        if told:
            raise fault((*path, "steps", 0, field), "first_step")
    for n, step in enumerate(node.steps):
        at = (*path, "steps", n)
        if step.is_absent and n < last:
            raise fault((*at, "is_absent"), "absent_last")
        if step.is_absent and step.within is None:
            raise fault((*at, "within"), "absent_within")
        if step.is_absent and step.without:
            raise fault((*at, "without"), "absent_without")


@_check.register
def _(node: RegularCondition, path: Path) -> None:
    if node.at_least > node.periods:
        raise fault((*path, "at_least"), "of_periods", limit=node.periods)


@_check.register
def _(node: AnniversaryCondition, path: Path) -> None:
    if (node.attribute is None) is (node.event is None):
        raise fault((*path, "attribute"), "whose_day")
    if node.attribute is not None:
        _check_in_plain((*path, "attribute"), node.attribute)
        for field, told in (("which", node.which != "first"), ("where", node.where)):
            if told:
                raise fault((*path, field), "event_only")
    if node.from_days > node.to_days:
        raise fault((*path, "from_days"), "from_to")


@_check.register
def _(node: ConsentCondition, path: Path) -> None:
    purpose = PURPOSES.get(node.purpose)
    if purpose is None:
        raise fault((*path, "purpose"), "choice", choices=", ".join(PURPOSES))
    at = (*path, "channel")
    if not purpose.by_channel:
        if node.channel is not None:
            raise fault(at, "no_channel")
    elif node.channel is None:
        raise fault(at, "needs_channel")
    elif node.channel == ALL_CHANNELS:
        if node.state == "allowed":
            raise fault(at, "one_channel")
    elif not is_channel(node.channel):
        raise fault(at, "channel")


@_check.register
def _(node: IdentityCondition, path: Path) -> None:
    for n, kind in enumerate(node.identities):
        if kind not in IDENTITY_KINDS:
            raise fault((*path, "identities", n), "choice", choices=", ".join(IDENTITY_KINDS))


@_check.register
def _(node: SampleCondition, path: Path) -> None:
    if node.from_percent >= node.to_percent:
        raise fault((*path, "to_percent"), "sample_empty")


def _hours(duration: Duration) -> int:
    return duration.amount * HOURS[duration.unit]


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or len(value) != len("2026-03-01"):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _check_comparison(path: Path, name: str, operator: str, value: Value) -> None:
    at = (*path, "value")
    if operator in WITHOUT_VALUE:
        if value is not None:
            raise fault(at, "no_value")
        return
    _check_in_plain((*path, "operator"), name)
    if operator in OF_LISTS:
        if not isinstance(value, tuple) or not 1 <= len(value) <= VALUES_MAX:
            raise fault(at, "values", limit=VALUES_MAX)
    elif value is None:
        raise fault(at, "missing")
    elif operator in BY_DAYS:
        _check_days(at, value)
    elif not _FITS.get(operator, _is_plain)(value):
        raise fault(at, _REASON.get(operator, "plain_value"))


def _check_days(path: Path, value: Value) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise fault(path, "whole")
    if value < 1:
        raise fault(path, "at_least", limit=1)
    if value > DAYS_MAX:
        raise fault(path, "at_most", limit=DAYS_MAX)


def _is_plain(value: Value) -> bool:
    return isinstance(value, str | int | float)


def _is_text(value: Value) -> bool:
    return isinstance(value, str)


def _is_element(value: Value) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _is_ordered(value: Value) -> bool:
    return _is_element(value) and (not isinstance(value, str) or _is_day(value))


_FITS = {"starts_with": _is_text, "contains": _is_element, **dict.fromkeys(ORDERED, _is_ordered)}
_REASON: Mapping[str, str] = {
    "starts_with": "text_value",
    "contains": "contained_value",
    **dict.fromkeys(ORDERED, "ordered_value"),
}


def _check_number(path: Path, value: float) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise fault(path, "number")
    if "value" not in path[-2:]:
        return  # counts and ids have limits of their own
    if value > NUMBER_MAX:
        raise fault(path, "at_most", limit=int(NUMBER_MAX))
    if value < -NUMBER_MAX:
        raise fault(path, "at_least", limit=-int(NUMBER_MAX))


def _check_name(path: Path, name: str | None) -> None:
    if name is not None and ".:`" in name:  # columns would read it as a type
        raise fault(path, "name")


def _check_in_plain(path: Path, name: str) -> None:
    """Columns have nothing but a masked form of phones and e-mail: a comparison would match nobody, or too many."""
    if identifying_kind(name.rsplit(".", 1)[-1]) in SEALED_KINDS:
        raise fault(path, "sealed")


def _check_text(path: Path, text: str) -> None:
    if not text.strip() or len(text) > TEXT_LENGTH_MAX:
        raise fault(path, "text", limit=TEXT_LENGTH_MAX)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise fault(path, "control")
