"""What pydantic cannot say of the parts that all documents are made of: texts, numbers, names, filters. Part of `contracts`.

A room teaches `check_part` what goes with what in parts of its own: `@check_part.register`.
"""

from __future__ import annotations

import dataclasses
import math
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import singledispatch

from siyu.domain.customers.contracts import SEALED_KINDS, identifying_kind
from siyu.domain.definitions.faults import Faults, Path
from siyu.domain.definitions.filtering import NUMBER_MAX, TEXT_LENGTH_MAX, VALUES_MAX, Filter, Value

DAYS_MAX = 3650
WITHOUT_VALUE = frozenset({"is_set", "is_not_set"})
OF_LISTS = frozenset({"one_of", "not_one_of", "has_all"})
ORDERED = frozenset({"at_least", "at_most", "more_than", "less_than"})
BY_DAYS = frozenset({"in_last_days", "in_next_days"})
_NAMES = frozenset({"property", "same", "attribute"})
fault = Faults({}, of_lists={}, limits={}).fault


def check_parts(path: Path, node: object) -> None:
    """InvalidDefinitionError where a part of a document, or what stands below it, is none."""
    if isinstance(node, str):
        _check_text(path, node)
    elif isinstance(node, tuple):
        for n, each in enumerate(node):
            check_parts((*path, n), each)
    elif isinstance(node, int | float):
        _check_number(path, node)
    elif node is not None:
        for each in dataclasses.fields(node):  # type: ignore[arg-type]  # what else is there is one of the language's own
            check_parts((*path, each.name), getattr(node, each.name))
            if each.name in _NAMES:
                check_name((*path, each.name), getattr(node, each.name))
        check_part(node, path)


@singledispatch
def check_part(_node: object, _path: Path) -> None:
    """Of the others nothing more is asked."""


@check_part.register
def _(node: Filter, path: Path) -> None:
    check_comparison(path, node.property, node.operator, node.value)


def is_day(value: object) -> bool:
    """Whether this is a real day like "2026-03-01"."""
    if not isinstance(value, str) or len(value) != len("2026-03-01"):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def check_comparison(path: Path, name: str, operator: str, value: Value) -> None:
    """Whether `name` can be compared so with `value`."""
    at = (*path, "value")
    if operator in WITHOUT_VALUE:
        if value is not None:
            raise fault(at, "no_value")
        return
    check_in_plain((*path, "operator"), name)
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
    return _is_element(value) and (not isinstance(value, str) or is_day(value))


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
        raise fault(path, "at_most", limit=NUMBER_MAX)
    if value < -NUMBER_MAX:
        raise fault(path, "at_least", limit=-NUMBER_MAX)


def check_name(path: Path, name: str | None) -> None:
    """Whether the columns can be asked for this name."""
    if name is not None and ".:`" in name:  # columns would read it as a type
        raise fault(path, "name")


def check_in_plain(path: Path, name: str) -> None:
    """Columns have nothing but a masked form of phones and e-mail: a comparison would match nobody, or too many."""
    if identifying_kind(name.rsplit(".", 1)[-1]) in SEALED_KINDS:
        raise fault(path, "sealed")


def _check_text(path: Path, text: str) -> None:
    if not text.strip() or len(text) > TEXT_LENGTH_MAX:
        raise fault(path, "text", limit=TEXT_LENGTH_MAX)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise fault(path, "control")
