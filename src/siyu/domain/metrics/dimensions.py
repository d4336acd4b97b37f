"""Dimensions: a breakdown whose parts have names that stay the same, in one word: `staff`, `entry`, `property:channel`, `tag:7`.
Targets and alert rules are kept by them, and boards are asked for by them. Part of `contracts`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from siyu.domain.metrics.questions_words import (
    AttributeBreakdown,
    EntryBreakdown,
    MetricBreakdown,
    PropertyBreakdown,
    StaffBreakdown,
    TagBreakdown,
    UnitBreakdown,
)
from siyu.kernel.errors import InvalidError

DIMENSION_LENGTH_MAX: Final = 120
MEMBER_LENGTH_MAX: Final = 200
MEMBERS_MAX: Final = 200
"""So many members a board or a rule tells apart, the largest; all others are one."""


class BadDimensionError(InvalidError):
    """There is no such dimension: it is staff, unit, entry, property:NAME, attribute:NAME or tag:NUMBER."""

    code = "bad_dimension"


def breakdown_of(dimension: str, top: int = MEMBERS_MAX) -> MetricBreakdown:
    """What a dimension's word stands for."""
    kind, _, name = dimension.partition(":")
    if len(dimension) > DIMENSION_LENGTH_MAX or not dimension.isprintable():
        raise BadDimensionError
    if kind in _PLAIN and not name:
        return _PLAIN[kind](top)
    if kind == "property" and name:
        return PropertyBreakdown(name, top)
    if kind == "attribute" and name:
        return AttributeBreakdown(name, top)
    if kind == "tag" and name.isascii() and name.isdecimal() and len(name) < 19:
        return TagBreakdown(int(name), top)
    raise BadDimensionError


def dimension_of(breakdown: MetricBreakdown) -> str:
    """Its word; BadDimensionError where it has none, as segments do not: they are chosen each time."""
    if isinstance(breakdown, PropertyBreakdown):
        return f"property:{breakdown.property}"
    if isinstance(breakdown, AttributeBreakdown):
        return f"attribute:{breakdown.attribute}"
    if isinstance(breakdown, TagBreakdown):
        return f"tag:{breakdown.group_id}"
    if breakdown.kind in _PLAIN:
        return breakdown.kind
    raise BadDimensionError


_PLAIN: Final[Mapping[str, Callable[[int], MetricBreakdown]]] = {
    "staff": StaffBreakdown,
    "unit": UnitBreakdown,
    "entry": EntryBreakdown,
}
