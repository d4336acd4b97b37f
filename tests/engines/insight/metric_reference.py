"""What metrics come to, found out slowly: one event after the other, by reading the language's words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from siyu.domain.metrics.contracts import ActsMeasure, EventsMeasure, Value
from siyu.domain.segments.contracts import ACTS_IN_ROOMS, ROOM_SOURCES
from siyu.engines.insight.metric_rows import Measured
from siyu.engines.insight.metric_spans import DAY_MS, Span
from siyu.kernel.clock import milliseconds_of
from tests.engines.audience.histories import Happening, History
from tests.engines.audience.reference_values import MISSING, is_number, passes, value_at


@dataclass(frozen=True)
class Done:
    """An event with whose it is now, and its place in the order of things."""

    customer_id: int
    t: int
    place: tuple[int, int, int]
    event: Happening


GroupsOf = Callable[[Done], Sequence[int]]
"""The parts that an event counts in."""


def slowly(
    history: History, measure: Measured, spans: Sequence[Span], groups_of: GroupsOf = lambda _: (0,)
) -> dict[int, list[Value]]:
    """By part, the value of each span; parts in which nothing lies are not there."""
    those = [each for each in done_by_somebody(history) if _counts(each.event, measure)]
    firsts: dict[int, Done] = {}
    for each in sorted(those, key=lambda one: one.place):
        firsts.setdefault(each.customer_id, each)
    turn = measure.turn if isinstance(measure, EventsMeasure) else "every"
    if turn != "every":
        those = [each for each in those if (firsts[each.customer_id] is each) is (turn == "first")]
    by_group: dict[int, list[Done]] = defaultdict(list)
    for each in those:
        for group in groups_of(each):
            by_group[group].append(each)
    return {
        group: [_value(measure, [each for each in rows if _is_in(each, span, measure)]) for span in spans]
        for group, rows in by_group.items()
    }


def done_by_somebody(history: History) -> list[Done]:
    return [
        Done(
            history.merged.get(each.profile_id, each.profile_id),
            milliseconds_of(each.occurred_at),
            (milliseconds_of(each.occurred_at), each.position, n),
            each,
        )
        for n, each in enumerate(history.happenings)
        if each.profile_id != 0
    ]


def _counts(event: Happening, measure: Measured) -> bool:
    if isinstance(measure, ActsMeasure):
        return event.source not in ROOM_SOURCES or event.name in ACTS_IN_ROOMS
    return any(event.name == match.event and passes(event, match.where) for match in measure.events)


def _is_in(each: Done, span: Span, measure: Measured) -> bool:
    if measure.over == "ever":
        return each.t < span.end_ms
    start = span.end_ms - (measure.days or 0) * DAY_MS if measure.over == "rolling" else span.start_ms
    return start <= each.t < span.end_ms


def _value(measure: Measured, rows: Sequence[Done]) -> Value:
    people = Counter(each.customer_id for each in rows)
    if measure.measure == "count":
        return len(rows)
    if measure.measure == "people":
        least = measure.at_least if isinstance(measure, EventsMeasure) else 1
        return sum(times >= least for times in people.values())
    name = measure.property if isinstance(measure, EventsMeasure) else None
    told = [value_at(each.event.properties, str(name)) for each in rows]
    if measure.measure == "distinct":
        return len({_spelt(value) for value in told if value is not MISSING})
    numbers: list[int | float] = [value for value in told if is_number(value)]
    if name == "total_fen":
        numbers = [value for value in numbers if value == int(value)]  # a column of whole numbers
    total = sum(numbers) if name is not None else len(rows)
    if measure.measure == "sum":
        return total
    if measure.measure == "per_person":
        return total / len(people) if people else None
    if not numbers:
        return None
    if measure.measure == "average":
        return total / len(numbers)
    return min(numbers) if measure.measure == "min" else max(numbers)


def _spelt(value: object) -> str:
    if is_number(value) and isinstance(value, int | float):
        return f"n{float(value)}"
    return f"{type(value).__name__}{value}"
