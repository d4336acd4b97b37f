"""Whether an event passes filters; pure, for who sees events one by one. Part of `contracts`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from operator import ge, gt, le, lt
from typing import Any, Final

from siyu.domain.definitions.filtering import Filter

_BOUNDS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "at_least": ge,
    "at_most": le,
    "more_than": gt,
    "less_than": lt,
}
_OPPOSITES: Final = {"is_not": "is", "not_one_of": "one_of", "is_not_set": "is_set"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def passes(properties: Mapping[str, Any], where: Iterable[Filter]) -> bool:
    """Whether an event with these properties passes all filters."""
    return all(_compares(each.operator, _told(properties, each.property), each.value) for each in where)


def _told(properties: Mapping[str, Any], name: str) -> Any:
    """What the event says there; None where it says nothing, or an object. As in the columns, `a.b` is what `a` says of `b`."""
    value: Any = properties.get(name)
    if value is None and "." in name:
        value = dict(properties)
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    return None if isinstance(value, dict) else value


def _compares(operator: str, told: Any, value: Any) -> bool:
    if operator in _OPPOSITES:
        return not _compares(_OPPOSITES[operator], told, value)
    if told is None:
        return False
    match operator:
        case "is_set":
            return True
        case "is":
            return _is_same(told, value)
        case "one_of":
            return any(_is_same(told, each) for each in value)
        case "has_all":
            return isinstance(told, list) and all(any(_is_same(one, each) for one in told) for each in value)
        case "contains" if isinstance(told, list):
            return any(_is_same(one, value) for one in told)
        case "contains":
            return isinstance(told, str) and isinstance(value, str) and value in told
        case "starts_with":
            return isinstance(told, str) and isinstance(value, str) and told.startswith(value)
        case _:
            return _is_beyond(operator, told, value)


def _is_beyond(operator: str, told: Any, value: Any) -> bool:
    """A number against a number, or the day at the beginning of a text against a day."""
    if isinstance(value, str):
        day = _DAY.match(told) if isinstance(told, str) else None
        return day is not None and _BOUNDS[operator](day.group(), value)
    return _is_number(told) and _BOUNDS[operator](float(told), float(value))


def _is_same(told: Any, value: Any) -> bool:
    """Within their type: 1, "1" and true are three different things."""
    if isinstance(told, bool) or isinstance(value, bool):
        return told is value
    if _is_number(value):
        return _is_number(told) and float(told) == float(value)
    return isinstance(told, str) and isinstance(value, str) and told == value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
