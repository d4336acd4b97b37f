"""The events that metrics are made of, as SQL: which, whose and when, and in which pieces of time and groups they are. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from siyu.domain.metrics.contracts import ActsMeasure, EventsMeasure
from siyu.engines.insight.metric_spans import LONG_AGO_MS, Pieces, Span
from siyu.engines.insight.questions.asking import ORDER, TIME, time_of
from siyu.engines.insight.questions.asking import matching as events_matching
from siyu.engines.insight.terms.breakdowns import Groups
from siyu.engines.insight.terms.periods import occurred_between
from siyu.engines.insight.terms.whom import Whom
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters
from siyu.platform.columns.schema import CUSTOMER_OF, EVENTS

Measured = EventsMeasure | ActsMeasure


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a question is about, by what it is broken down, and for which spans."""

    columns: Columns
    whom: Whom
    spans: Sequence[Span]
    groups: Groups | None = None


def names_of(measures: Collection[Measured]) -> frozenset[str]:
    """The events that they look at; empty where any of them looks at all."""
    names: set[str] = set()
    for measure in measures:
        if isinstance(measure, ActsMeasure):
            return frozenset()
        names |= {match.event for match in measure.events}
    return frozenset(names)


def matching(measure: Measured, parameters: Parameters) -> str:
    """SQL of the events that count, but for their time and their turn."""
    return events_matching(measure.events if isinstance(measure, EventsMeasure) else (), parameters)


def is_by_time(measure: Measured) -> bool:
    """Whether a customer counts by when one certain event of theirs was: the k-th, or the first of all."""
    if measure.measure != "people":
        return False
    return measure.over == "ever" or (isinstance(measure, EventsMeasure) and measure.turn == "first")


def is_by_event(asked: Asked) -> bool:
    """Whether events of one customer fall into different parts: the first of all is then in one of them alone."""
    return asked.groups is not None and asked.groups.is_of_events


def event_rows(
    asked: Asked,
    together: Sequence[Measured],
    parameters: Parameters,
    start_ms: int,
    end_ms: int,
    columns: Sequence[str],
) -> str:
    """SQL of the events that count from one instant up to before another: whose, when, and what is handed on of each."""
    whose = asked.whom.events(parameters)
    time = (
        occurred_between(parameters, max(start_ms, 0), end_ms - 1)
        if start_ms > LONG_AGO_MS
        else _until(parameters, end_ms)
    )
    names = names_of(together)
    some = [f"name IN {parameters.bind(sorted(names), 'Array(String)')}"] if names else []
    if len(together) == 1:
        some.append(matching(together[0], parameters))
    handed = "".join(f", {column}" for column in columns)
    told = f"SELECT {CUSTOMER_OF} AS customer_id, {TIME} AS t, position, n{handed} FROM {EVENTS}"  # noqa: S608 - our own words
    turn = together[0].turn if isinstance(together[0], EventsMeasure) else "every"
    if turn != "every" and (not is_by_time(together[0]) or (turn == "later" and is_by_event(asked))):
        some.append(_in_turn(asked, together[0], parameters, turn, start_ms))
    return f"{told} WHERE {' AND '.join([*some, time, whose])}"


def _in_turn(asked: Asked, measure: Measured, parameters: Parameters, turn: str, start_ms: int) -> str:
    """SQL of the events that are their customer's first, or are not, among those from an instant on."""
    recent = f" HAVING {time_of('k')} >= {parameters.bind(start_ms, 'Int64')}" if start_ms > LONG_AGO_MS else ""
    first = (
        f"SELECT {CUSTOMER_OF} AS customer_id, min({ORDER}) AS k FROM {EVENTS} WHERE {matching(measure, parameters)} AND"  # noqa: S608 - our own words
        f" {asked.whom.events(parameters)} GROUP BY customer_id{recent}"
    )
    return f"(customer_id, {ORDER}) {'' if turn == 'first' else 'NOT '}IN ({first})"


def _until(parameters: Parameters, end_ms: int) -> str:
    return f"occurred_at < fromUnixTimestamp64Milli({parameters.bind(end_ms, 'Int64')}, 'UTC')"


def grouped(asked: Asked, rows: str, parameters: Parameters) -> str:
    """The rows, each in the groups of its customer where groups are of customers."""
    if asked.groups is None or asked.groups.is_of_events:
        return rows
    groups = asked.groups.of_customers(parameters, asked.whom)
    return f"SELECT r.* EXCEPT slot, g.slot AS slot FROM ({rows}) AS r LEFT JOIN ({groups}) AS g USING (customer_id)"  # noqa: S608 - our own words


def piece_of(time: str, pieces: Pieces, parameters: Parameters) -> str:
    """SQL of the number of the piece that an instant is in; -1 before all of them."""
    start = parameters.bind(pieces.start_ms, "Int64")
    if pieces.width_ms is not None:
        number = f"intDiv({time} - {start}, {parameters.bind(pieces.width_ms, 'Int64')})"
    else:
        bounds = parameters.bind(list(pieces.bounds_ms), "Array(Int64)")
        numbers = parameters.bind(list(range(len(pieces.bounds_ms))), "Array(Int64)")
        number = f"transform(roundDown({time}, {bounds}), {bounds}, {numbers})"
    return f"if({time} < {start}, -1, {number})"


def listed(place: str, lists: Sequence[Sequence[int]], parameters: Parameters) -> str:
    """SQL of the list that stands at a place, counted from 0."""
    told = parameters.bind([list(each) for each in lists], "Array(Array(UInt32))")
    return f"arrayElement({told}, toUInt32({place} + 1))"
