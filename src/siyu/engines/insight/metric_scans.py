"""Metrics over events, asked of the columns: several that share their events in one scan, whatever spans they are asked for.

Each span is cut into pieces (see `metric_spans`); events are gathered by piece and group into states, and the states of the
pieces of a span are joined. So an event is looked at once however many spans it is in, and distinct customers are counted exactly.
Whom somebody's k-th event makes count (`ever`, and the first event of all) is found by its time alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from siyu.domain.metrics.contracts import ActsMeasure, EventsMeasure, Value
from siyu.engines.insight.metric_spans import LONG_AGO_MS, Pieces, Span, pieces_of
from siyu.engines.insight.questions.asking import ORDER, time_of
from siyu.engines.insight.questions.asking import matching as events_matching
from siyu.engines.insight.terms.breakdowns import Groups
from siyu.engines.insight.terms.periods import occurred_between
from siyu.engines.insight.terms.whom import Whom
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters
from siyu.platform.columns.schema import CUSTOMER_OF, EVENTS

Measured = EventsMeasure | ActsMeasure
Found = dict[int, list[Value]]
"""By group (WHOLE where nothing is broken down): the value of each span."""
WHOLE: Final = 0

_TIME = "toUnixTimestamp64Milli(occurred_at)"
_MERGED = {"sum", "count", "min", "max", "uniqExact", "groupBitmap"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a question is about, by what it is broken down, and for which spans."""

    columns: Columns
    whom: Whom
    spans: Sequence[Span]
    groups: Groups | None = None


def measured(asked: Asked, measures: Collection[Measured]) -> dict[Measured, Found]:
    """What each comes to in each span, by group. A group in which nothing happened is not there."""
    found: dict[Measured, Found] = {}
    shared: dict[object, list[Measured]] = {}
    for measure in dict.fromkeys(measures):
        if _is_by_time(measure):
            found[measure] = _by_time(asked, measure)
        elif isinstance(measure, EventsMeasure) and measure.at_least > 1:
            found[measure] = _often(asked, measure)
        else:
            shared.setdefault(_shares(measure), []).append(measure)
    for together in shared.values():
        found |= _Scan(asked).answers(together)
    return found


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


def _shares(measure: Measured) -> object:
    """Measures for which this is the same are asked in one scan; a turn is that of certain events."""
    if isinstance(measure, EventsMeasure) and measure.turn != "every":
        return measure.turn, measure.events
    return names_of([measure])


def _spans_for(asked: Asked, measure: Measured) -> list[Span]:
    if measure.over == "rolling" and measure.days is not None:
        return [span.rolled(measure.days) for span in asked.spans]
    if measure.over == "ever":
        return [Span(LONG_AGO_MS, span.end_ms) for span in asked.spans]
    return list(asked.spans)


# --- people by the time of one event of theirs


def _is_by_time(measure: Measured) -> bool:
    """Whether a customer counts by when one certain event of theirs was: the k-th, or the first of all."""
    if measure.measure != "people":
        return False
    return measure.over == "ever" or (isinstance(measure, EventsMeasure) and measure.turn == "first")


def _by_event(asked: Asked) -> bool:
    """Whether events of one customer fall into different parts: the first of all is then in one of them alone."""
    return asked.groups is not None and asked.groups.is_of_events


def _by_time(asked: Asked, measure: Measured) -> Found:
    """Each customer counts from the moment on in which they did it often enough; for a first time, in that moment alone."""
    spans = _spans_for(asked, measure)
    parameters = Parameters()
    times = 1
    if isinstance(measure, EventsMeasure):
        times = measure.at_least + (1 if measure.turn == "later" and not _by_event(asked) else 0)
    is_first = isinstance(measure, EventsMeasure) and measure.turn == "first"
    slot = asked.groups.of_event(parameters) if asked.groups and asked.groups.is_of_events else "0"
    rows = _rows(asked, measure, parameters, LONG_AGO_MS, max(span.end_ms for span in spans), [f"{slot} AS slot"])
    if is_first:  # in the group of that event
        one = f"SELECT customer_id, min(t) AS at, argMin(slot, (t, position, n)) AS slot FROM ({rows}) GROUP BY customer_id"  # noqa: S608 - our own words
    elif times == 1:
        one = f"SELECT customer_id, slot, min(t) AS at FROM ({rows}) GROUP BY customer_id, slot"  # noqa: S608 - our own words
    else:
        one = (
            f"SELECT customer_id, slot, arrayElement(groupArraySorted({times})(t), {times}) AS at FROM ({rows})"  # noqa: S608 - our own words
            f" GROUP BY customer_id, slot HAVING count() >= {times}"
        )
    pieces = pieces_of(spans)
    piece = _piece("at", pieces, parameters)
    counted = f"SELECT {piece} AS piece, slot, count() FROM ({_grouped(asked, one, parameters)}) GROUP BY piece, slot"  # noqa: S608 - our own words
    found: Found = {}
    query = parameters.query(counted)
    for number, group, count in asked.columns.query(query.sql, query.parameters):
        if not 0 <= number < len(pieces.spans_of):
            continue
        values = found.setdefault(group, [0] * len(spans))
        for span in pieces.spans_of[number]:
            values[span] = (values[span] or 0) + count
    return found


# --- people who did it several times


def _often(asked: Asked, measure: EventsMeasure) -> Found:
    spans = _spans_for(asked, measure)
    parameters, pieces = Parameters(), pieces_of(spans)
    slot = asked.groups.of_event(parameters) if asked.groups and asked.groups.is_of_events else "0"
    piece = _piece("t", pieces, parameters)
    rows = _rows(asked, measure, parameters, pieces.start_ms, pieces.end_ms, [f"{slot} AS slot"])
    each = (
        f"SELECT customer_id, slot, {piece} AS piece, count() AS times FROM ({rows}) GROUP BY customer_id, slot, piece"  # noqa: S608 - our own words
    )
    enough = (
        f"SELECT customer_id, slot, span FROM ({each}) ARRAY JOIN {_listed('piece', pieces.spans_of, parameters)} AS span"  # noqa: S608 - our own words
        f" GROUP BY customer_id, slot, span HAVING sum(times) >= {measure.at_least}"
    )
    query = parameters.query(
        f"SELECT span, slot, count() FROM ({_grouped(asked, enough, parameters)}) GROUP BY span, slot"  # noqa: S608 - our own words
    )
    found: Found = {}
    for span, group, count in asked.columns.query(query.sql, query.parameters):
        found.setdefault(group, [0] * len(spans))[span] = count
    return found


# --- all others, together


@dataclass
class _Scan:
    """One look at the events of several measures."""

    asked: Asked
    parameters: Parameters = field(default_factory=Parameters)
    spans: list[Span] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    states: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def answers(self, measures: Sequence[Measured]) -> dict[Measured, Found]:
        wanted = {measure: _spans_for(self.asked, measure) for measure in measures}
        self.spans = list(dict.fromkeys(span for spans in wanted.values() for span in spans))
        place = {span: n for n, span in enumerate(self.spans)}
        parts = {measure: self._parts(measure, is_alone=len(measures) == 1) for measure in measures}
        rows = self._asked(measures)
        found: dict[Measured, Found] = {measure: {} for measure in measures}
        for measure, spans in wanted.items():
            span_places = [place[span] for span in spans]
            for group, by_span in rows.items():
                values = [
                    _value(measure, parts[measure], by_span[n]) if n in by_span else nothing(measure)
                    for n in span_places
                ]
                found[measure][group] = values
        return found

    def _parts(self, measure: Measured, *, is_alone: bool) -> dict[str, str]:
        """The states that it is made of, by what they are to it."""
        parameters = self.parameters
        condition = "1" if is_alone else self._column(f"toUInt8({matching(measure, parameters)})")
        kind = measure.measure
        if kind == "people" or (kind == "per_person"):
            people = {"people": self._state("groupBitmap", "customer_id", condition)}
            if kind == "people":
                return people
        if kind == "count" or (kind == "per_person" and _property(measure) is None):
            count = {"count": self._state("count", "", condition)}
            return count if kind == "count" else {**people, "sum": count["count"]}
        place = parameters.place("properties", _property(measure) or "")
        if kind == "distinct":
            # uniqExact passes over what has no value
            return {"distinct": self._state("uniqExact", self._column(place.identity), condition)}
        is_whole = "Int" in place.declared
        number = self._column(place.whole if is_whole else place.number)
        told = self._column(f"toUInt8(isNotNull({place.whole if is_whole else place.number}))")
        there = f"({condition} AND {told})"
        filled = f"assumeNotNull({number})"
        if kind in {"min", "max"}:
            return {kind: self._state(kind, filled, there), "told": self._state("count", "", there)}
        parts = {"sum": self._state("sum", filled, there), "told": self._state("count", "", there)}
        return {**people, **parts} if kind == "per_person" else parts

    def _column(self, sql: str) -> str:
        """The name under which a value of each event is handed on."""
        return self.values.setdefault(sql, f"v{len(self.values)}")

    def _state(self, function: str, value: str, condition: str) -> str:
        return self.states.setdefault((function, value, condition), f"s{len(self.states)}")

    def _asked(self, measures: Sequence[Measured]) -> dict[int, dict[int, Mapping[str, Value]]]:
        """By group and span, what each state came to."""
        parameters, pieces, asked = self.parameters, pieces_of(self.spans), self.asked
        columns = [f"{sql} AS {name}" for sql, name in self.values.items()]
        of_events = asked.groups is not None and asked.groups.is_of_events
        if asked.groups is not None and of_events:
            columns.append(f"{asked.groups.of_event(parameters)} AS slot")
        rows = _rows(asked, measures, parameters, pieces.start_ms, pieces.end_ms, columns)
        if not of_events:
            rows = _grouped(asked, rows, parameters)
        merges = not pieces.are_spans
        gathered = ", ".join(
            f"{function}{'State' if merges else ''}If({value + ', ' if value else ''}{condition}) AS {name}"
            for (function, value, condition), name in self.states.items()
        )
        slot = "slot" if asked.groups is not None else "toUInt8(0)"
        sql = f"SELECT {_piece('t', pieces, parameters)} AS piece, {slot} AS part, {gathered} FROM ({rows}) GROUP BY piece, part"  # noqa: S608 - our own words
        if merges:
            nodes = pieces.nodes()
            gathered = ", ".join(
                f"{function}MergeState({name}) AS {name}" for (function, _, _), name in self.states.items()
            )
            joined = ", ".join(f"{function}Merge({name})" for (function, _, _), name in self.states.items())
            sql = (
                f"SELECT node, part, {gathered} FROM ({sql}) ARRAY JOIN {_listed('piece', nodes.of_pieces, parameters)} AS node"  # noqa: S608 - our own words
                " GROUP BY node, part"
            )
            sql = (
                f"SELECT span, part, {joined} FROM ({sql}) ARRAY JOIN {_listed('node', nodes.spans_of, parameters)} AS span"  # noqa: S608 - our own words
                " GROUP BY span, part"
            )
        query = parameters.query(sql)
        found: dict[int, dict[int, Mapping[str, Value]]] = {}
        for number, group, *values in asked.columns.query(query.sql, query.parameters):
            told = dict(zip(self.states.values(), values, strict=True))
            for span in (number,) if merges else pieces.spans_of[number]:
                found.setdefault(group, {})[span] = told
        return found


def _property(measure: Measured) -> str | None:
    return measure.property if isinstance(measure, EventsMeasure) else None


def nothing(measure: Measured) -> Value:
    """What a measure comes to where nothing happened."""
    return 0 if measure.measure in {"count", "people", "sum", "distinct"} else None


def _value(measure: Measured, parts: Mapping[str, str], told: Mapping[str, Value]) -> Value:
    """One value out of its states."""
    values = {name: told[state] for name, state in parts.items()}
    kind = measure.measure
    if kind in {"min", "max"}:
        return _whole(values[kind]) if values["told"] else None
    if kind == "average":
        return _divided(values["sum"], values["told"])
    if kind == "per_person":
        return _divided(values["sum"], values["people"])
    return _whole(values[kind])


def _divided(value: Value, by: Value) -> Value:
    return value / by if value is not None and by else None


def _whole(value: Value) -> Value:
    """A number without a fraction is a whole number, whatever the engine reckoned it in."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


# --- SQL that all of them share


def _rows(
    asked: Asked,
    measures: Measured | Sequence[Measured],
    parameters: Parameters,
    start_ms: int,
    end_ms: int,
    columns: Sequence[str],
) -> str:
    """SQL of the events that count from one instant up to before another: whose, when, and what is handed on of each."""
    together = [measures] if isinstance(measures, EventsMeasure | ActsMeasure) else list(measures)
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
    told = f"SELECT {CUSTOMER_OF} AS customer_id, {_TIME} AS t, position, n{handed} FROM {EVENTS}"  # noqa: S608 - our own words
    turn = together[0].turn if isinstance(together[0], EventsMeasure) else "every"
    if turn != "every" and (not _is_by_time(together[0]) or (turn == "later" and _by_event(asked))):
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


def _grouped(asked: Asked, rows: str, parameters: Parameters) -> str:
    """The rows, each in the groups of its customer where groups are of customers."""
    if asked.groups is None or asked.groups.is_of_events:
        return rows
    groups = asked.groups.of_customers(parameters, asked.whom)
    return f"SELECT r.* EXCEPT slot, g.slot AS slot FROM ({rows}) AS r LEFT JOIN ({groups}) AS g USING (customer_id)"  # noqa: S608 - our own words


def _piece(time: str, pieces: Pieces, parameters: Parameters) -> str:
    """SQL of the number of the piece that an instant is in; -1 before all of them."""
    start = parameters.bind(pieces.start_ms, "Int64")
    if pieces.width_ms is not None:
        number = f"intDiv({time} - {start}, {parameters.bind(pieces.width_ms, 'Int64')})"
    else:
        bounds = parameters.bind(list(pieces.bounds_ms), "Array(Int64)")
        numbers = parameters.bind(list(range(len(pieces.bounds_ms))), "Array(Int64)")
        number = f"transform(roundDown({time}, {bounds}), {bounds}, {numbers})"
    return f"if({time} < {start}, -1, {number})"


def _listed(place: str, lists: Sequence[Sequence[int]], parameters: Parameters) -> str:
    """SQL of the list that stands at a place, counted from 0."""
    told = parameters.bind([list(each) for each in lists], "Array(Array(UInt32))")
    return f"arrayElement({told}, toUInt32({place} + 1))"
