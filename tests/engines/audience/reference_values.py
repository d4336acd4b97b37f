"""How values compare, found out slowly, by reading the language's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from siyu.domain.segments.contracts import Filter
from tests.engines.audience.histories import Happening

MISSING = object()


def passes(each: Happening, where: Iterable[Filter]) -> bool:
    """Whether an event passes all filters."""
    return all(compares(one.operator, value_at(each.properties, one.property), one.value) for one in where)


def measures(value: float | None, operator: str, bound: float) -> bool:
    return value is not None and _BOUNDS[operator](value, bound)


_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda value, bound: value >= bound,
    "at_most": lambda value, bound: value <= bound,
    "more_than": lambda value, bound: value > bound,
    "less_than": lambda value, bound: value < bound,
    "exactly": lambda value, bound: value == bound,
}


def value_at(document: Mapping[str, Any], name: str) -> Any:
    value = document.get(name)
    return MISSING if value is None or isinstance(value, dict) else value


def compares(operator: str, stored: Any, wanted: Any) -> bool:
    """Whether what is stored, or MISSING, compares so with what is wanted."""
    if operator in {"is_not", "not_one_of", "is_not_set"}:
        return not compares({"is_not": "is", "not_one_of": "one_of", "is_not_set": "is_set"}[operator], stored, wanted)
    if operator == "is_set":
        return stored is not MISSING
    if operator == "is":
        return is_same(stored, wanted)
    if operator == "one_of":
        return any(is_same(stored, each) for each in wanted)
    if operator == "has_all":
        return isinstance(stored, list) and all(any(is_same(one, each) for one in stored) for each in wanted)
    if operator == "contains":
        if isinstance(stored, list):
            return any(is_same(one, wanted) for one in stored)
        return isinstance(stored, str) and isinstance(wanted, str) and wanted in stored
    if operator == "starts_with":
        return isinstance(stored, str) and stored.startswith(wanted)
    if isinstance(wanted, str):
        day = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", stored) if isinstance(stored, str) else None
        return day is not None and _BOUNDS[operator](day.group(), wanted)
    return is_number(stored) and _BOUNDS[operator](float(stored), float(wanted))


def is_same(stored: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(stored, bool):
        return stored is wanted
    if is_number(wanted):
        return is_number(stored) and float(stored) == float(wanted)
    return isinstance(stored, str) and bool(stored == wanted)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
