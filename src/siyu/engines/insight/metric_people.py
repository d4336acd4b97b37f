"""Whom a number counts, as a definition of a segment: where the language of segments can say it.

That are people and counts of events, of a window between two days; of a group too. A segment is of customers: of a count of events
they are those who did any of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from siyu.domain.metrics.contracts import (
    ActsMeasure,
    AttributeBreakdown,
    CostMeasure,
    EntryBreakdown,
    EventsMeasure,
    Metric,
    MetricBreakdown,
    NoSuchPeopleError,
    PropertyBreakdown,
    SegmentBreakdown,
    SegmentMeasure,
    StaffBreakdown,
    TagBreakdown,
    TurnBreakdown,
    UnitBreakdown,
)
from siyu.domain.segments.contracts import (
    ActedCondition,
    AllCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    EntryCondition,
    EventCondition,
    Filter,
    FixedWindow,
    KeeperCondition,
    MomentCondition,
    Operator,
    SegmentCondition,
    TagCondition,
    UnitCondition,
)
from siyu.domain.segments.reading import condition_document, parse_definition
from siyu.engines.insight.metric_values import TURNS


def people_of(
    metric: Metric, since_on: date, until_on: date, breakdown: MetricBreakdown | None = None, group: str | None = None
) -> dict[str, Any]:
    """The document of a segment of those whom the metric counts from the first day to the last, in the group `group`.
    NoSuchPeopleError where no segment says that."""
    of = metric.of
    if isinstance(of, SegmentMeasure):
        return _document([SegmentCondition(of.segment_id)], breakdown, group)
    if isinstance(of, CostMeasure):
        raise NoSuchPeopleError("Costs are nobody's.")
    if isinstance(of, ActsMeasure):
        if isinstance(breakdown, PropertyBreakdown | TurnBreakdown):
            raise NoSuchPeopleError("No segment says what stood in one of all the acts, or which was the first.")
        return _document([ActedCondition(_window(of, since_on, until_on))], breakdown, group)
    if not isinstance(of, EventsMeasure):
        raise NoSuchPeopleError("This number is made of others; ask for the people of one of those.")
    if isinstance(breakdown, TurnBreakdown):
        of, breakdown = replace(of, turn="first" if group == TURNS[0] else "later" if group else of.turn), None
    if of.turn == "later":
        raise NoSuchPeopleError("No segment says who did something again.")
    if len(of.events) > 1 and (of.at_least > 1 or of.turn == "first"):
        raise NoSuchPeopleError("No segment says who did several things so often together, or one of them first.")
    window = _window(of, since_on, until_on)
    more: tuple[Filter, ...] = ()
    if isinstance(breakdown, PropertyBreakdown):
        if of.turn == "first":
            raise NoSuchPeopleError("No segment says what stood in the first event of several.")
        more = (Filter(breakdown.property, *_value(group)),) if group is not None else ()
        breakdown = None
    did: list[Condition] = [
        MomentCondition(each.event, "first", window, (*each.where, *more))
        if of.turn == "first"
        else EventCondition(each.event, "at_least", of.at_least, where=(*each.where, *more), window=window)
        for each in of.events
    ]
    return _document([did[0] if len(did) == 1 else AnyCondition(tuple(did))], breakdown, group)


def _window(of: EventsMeasure | ActsMeasure, since_on: date, until_on: date) -> FixedWindow:
    """The days that count for the number of a period."""
    if of.over == "rolling" and of.days is not None:
        since_on = date.fromordinal(until_on.toordinal() - of.days + 1)
    return FixedWindow(None if of.over == "ever" else since_on.isoformat(), until_on.isoformat())


def _document(parts: list[Condition], breakdown: MetricBreakdown | None, group: str | None) -> dict[str, Any]:
    if breakdown is not None and group is not None:
        parts = [*parts, _of_group(breakdown, group)]
    condition = parts[0] if len(parts) == 1 else AllCondition(tuple(parts))
    document = condition_document(condition)
    parse_definition(document)
    return document


def _of_group(breakdown: MetricBreakdown, group: str) -> Condition:
    if isinstance(breakdown, AttributeBreakdown):
        return AttributeCondition(breakdown.attribute, *_value(group))
    for kind, condition in _CONDITIONS.items():
        if isinstance(breakdown, kind) and (
            (group.isascii() and group.isdecimal()) or (group and kind is EntryBreakdown)
        ):
            return condition(breakdown, group)
    raise NoSuchPeopleError("No segment says who is in none of the groups.")


def _value(group: str) -> tuple[Operator, Any]:
    """What a group's text stands for: a number is shown as a text that is the same does."""
    if not group:
        return "is_not_set", None
    if re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", group):
        return "one_of", (group, float(group))
    return "is", group


_CONDITIONS: dict[type, Callable[[Any, str], Condition]] = {
    EntryBreakdown: lambda _, group: EntryCondition((group,)),
    UnitBreakdown: lambda _, group: UnitCondition((int(group),)),
    StaffBreakdown: lambda _, group: KeeperCondition((int(group),)),
    TagBreakdown: lambda _, group: TagCondition((int(group),)),
    SegmentBreakdown: lambda _, group: SegmentCondition(int(group)),
}
