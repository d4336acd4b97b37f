"""Who matches a definition, found out slowly: one customer at a time, by reading the definition's words over plain lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from siyu.domain.segments.contracts import (
    AllCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    EventCountCondition,
    EventSumCondition,
    NotCondition,
)
from siyu.kernel.actors import Scope
from tests.engines.audience.histories import Happening, History, Person

MISSING = object()


def matching(history: History, condition: Condition, as_of: datetime, scope: Scope) -> list[int]:
    """The ids of all who match, ascending."""
    return [
        person.customer_id
        for person in universe(history, scope)
        if holds(condition, person.attributes, _done_by(history, person, as_of), as_of)
    ]


def universe(history: History, scope: Scope) -> list[Person]:
    if scope.own_only:
        return []
    return [
        person
        for person in history.people
        if not person.is_deleted and (scope.unit_path is None or person.unit_path.startswith(scope.unit_path))
    ]


def _done_by(history: History, person: Person, as_of: datetime) -> list[Happening]:
    return [
        each
        for each in history.happenings
        if history.merged.get(each.profile_id, each.profile_id) == person.customer_id and each.occurred_at <= as_of
    ]


def holds(condition: Condition, attributes: Mapping[str, Any], done: Sequence[Happening], as_of: datetime) -> bool:
    if isinstance(condition, AllCondition):
        return all(holds(each, attributes, done, as_of) for each in condition.of)
    if isinstance(condition, AnyCondition):
        return any(holds(each, attributes, done, as_of) for each in condition.of)
    if isinstance(condition, NotCondition):
        return not holds(condition.of, attributes, done, as_of)
    if isinstance(condition, AttributeCondition):
        return _attribute_holds(condition, _at(attributes, condition.name))
    those = [each for each in done if each.name == condition.event]
    if isinstance(condition, EventCountCondition):
        return _compares(len(_within(those, condition.within_days, as_of)), condition.operator, condition.count)
    if isinstance(condition, EventSumCondition):
        values = [_at(each.properties, condition.property) for each in _within(those, condition.within_days, as_of)]
        total = sum(value for value in values if _is_number(value))
        return _compares(total, condition.operator, condition.value)
    if not those:
        return False
    is_recent = as_of - max(each.occurred_at for each in those) < timedelta(days=condition.days)
    return is_recent if condition.operator == "within" else not is_recent


def _within(done: Iterable[Happening], days: int | None, as_of: datetime) -> list[Happening]:
    if days is None:
        return list(done)
    return [each for each in done if as_of - each.occurred_at < timedelta(days=days)]


def _compares(value: float, operator: str, bound: float) -> bool:
    return {"at_least": value >= bound, "at_most": value <= bound, "exactly": value == bound}[operator]


def _at(document: Mapping[str, Any], name: str) -> Any:
    value = document.get(name)
    return MISSING if value is None or isinstance(value, dict) else value


def _attribute_holds(condition: AttributeCondition, stored: Any) -> bool:
    wanted = condition.value
    if condition.operator == "is_set":
        return stored is not MISSING
    if condition.operator == "is_not_set":
        return stored is MISSING
    if condition.operator == "is":
        return _is_same(stored, wanted)
    if condition.operator == "is_not":
        return not _is_same(stored, wanted)
    if condition.operator == "one_of":
        assert isinstance(wanted, tuple)
        return any(_is_same(stored, each) for each in wanted)
    if condition.operator == "contains":
        if isinstance(stored, list):
            return any(isinstance(each, str) and each == wanted for each in stored)
        return isinstance(stored, str) and str(wanted) in stored
    return _is_ordered(condition.operator, stored, wanted)


def _is_ordered(operator: str, stored: Any, wanted: Any) -> bool:
    if isinstance(wanted, str):
        day = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", stored) if isinstance(stored, str) else None
        if day is None:
            return False
        return day.group() >= wanted if operator == "at_least" else day.group() <= wanted
    return _is_number(stored) and _compares(float(stored), operator, float(wanted))


def _is_same(stored: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(stored, bool):
        return stored is wanted
    if _is_number(wanted):
        return _is_number(stored) and float(stored) == float(wanted)
    return isinstance(stored, str) and bool(stored == wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
