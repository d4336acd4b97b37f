"""Metrics over events, asked of the columns: several that share their events in one scan, whatever spans they are asked for.

Each span is cut into pieces (see `metric_spans`); events are gathered by piece and group into states, and the states of the
pieces of a span are joined. So an event is looked at once however many spans it is in, and distinct customers are counted exactly.
Whom somebody's k-th event makes count (`ever`, and the first event of all) is found by its time alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from siyu.domain.metrics.contracts import EventsMeasure, Value
from siyu.engines.insight.metric_rows import (
    Asked,
    Measured,
    event_rows,
    grouped,
    is_by_event,
    is_by_time,
    listed,
    matching,
    names_of,
    piece_of,
)
from siyu.engines.insight.metric_spans import LONG_AGO_MS, Span, pieces_of
from siyu.platform.columns.queries import Parameters

Found = dict[int, list[Value]]
"""By group (WHOLE where nothing is broken down): the value of each span."""
WHOLE: Final = 0


def measured(asked: Asked, measures: Collection[Measured]) -> dict[Measured, Found]:
    """What each comes to in each span, by group. A group in which nothing happened is not there."""
    found: dict[Measured, Found] = {}
    by_time: dict[object, list[Measured]] = {}
    scanned: dict[object, list[Measured]] = {}
    for measure in dict.fromkeys(measures):
        if is_by_time(measure):
            by_time.setdefault(_shares(measure, by_event=is_by_event(asked)), []).append(measure)
        elif isinstance(measure, EventsMeasure) and measure.at_least > 1:
            found[measure] = _often(asked, measure)
        else:
            scanned.setdefault(_shares(measure, by_event=True), []).append(measure)
    for together in by_time.values():
        found |= _by_time(asked, together)
    for together in scanned.values():
        found |= _Scan(asked).answers(together)
    return found


def _shares(measure: Measured, *, by_event: bool) -> object:
    """Measures for which this is the same are asked in one scan: those over one set of events; and all that look at nothing but
    names, in the periods themselves or at when a customer did it first, so that nothing is read for one that another alone needs.
    With `by_event` a turn is that of certain events."""
    if not isinstance(measure, EventsMeasure):
        return names_of([measure])
    if by_event and measure.turn != "every":
        return measure.turn, measure.events
    is_plain = measure.measure in {"people", "count"} and not any(match.where for match in measure.events)
    return "names" if is_plain and (measure.over == "period" or is_by_time(measure)) else names_of([measure])


def _spans_for(asked: Asked, measure: Measured) -> list[Span]:
    if measure.over == "rolling" and measure.days is not None:
        return [span.rolled(measure.days) for span in asked.spans]
    if measure.over == "ever":
        return [Span(LONG_AGO_MS, span.end_ms) for span in asked.spans]
    return list(asked.spans)


# --- people by the time of one event of theirs


def _by_time(asked: Asked, measures: Sequence[Measured]) -> dict[Measured, Found]:
    """Each customer counts from the moment on in which they did it often enough; for a first time, in that moment alone."""
    wanted = {measure: _spans_for(asked, measure) for measure in measures}
    spans = list(dict.fromkeys(span for each in wanted.values() for span in each))
    place = {span: n for n, span in enumerate(spans)}
    parameters, pieces = Parameters(), pieces_of(spans)
    conditions: dict[str, str] = {}
    moments: dict[str, list[Measured]] = {}
    for measure in measures:
        condition = f"toUInt8({matching(measure, parameters)})" if len(measures) > 1 else "1"
        moment = _moment(conditions.setdefault(condition, f"v{len(conditions)}"), _times(asked, measure))
        moments.setdefault(moment, []).append(measure)
    of_events = asked.groups is not None and asked.groups.is_of_events
    slot = asked.groups.of_event(parameters) if asked.groups and of_events else "0"
    columns = [f"{sql} AS {name}" for sql, name in conditions.items()]
    rows = event_rows(asked, measures, parameters, LONG_AGO_MS, pieces.end_ms, [*columns, f"{slot} AS slot"])
    # a first event of all is in its own group, whatever groups those after it are in
    is_first = of_events and isinstance(measures[0], EventsMeasure) and measures[0].turn == "first"
    where = "argMinIf(slot, (t, position, n), v0) AS slot" if is_first else "slot"
    one = (
        f"SELECT customer_id, {where}, [{', '.join(moments)}] AS moments FROM ({rows})"  # noqa: S608 - our own words
        f" GROUP BY customer_id{'' if is_first else ', slot'}"
    )
    counted = (
        f"SELECT moment, slot, {piece_of('assumeNotNull(at)', pieces, parameters)} AS piece, count()"  # noqa: S608 - our own words
        f" FROM ({grouped(asked, one, parameters)}) ARRAY JOIN moments AS at, arrayEnumerate(moments) AS moment"
        " WHERE isNotNull(at) GROUP BY moment, slot, piece"
    )
    query = parameters.query(counted)
    told: dict[int, dict[int, list[int]]] = {}
    for moment, group, number, count in asked.columns.query(query.sql, query.parameters):
        if 0 <= number < len(pieces.spans_of):
            values = told.setdefault(moment, {}).setdefault(group, [0] * len(spans))
            for span in pieces.spans_of[number]:
                values[span] += count
    found: dict[Measured, Found] = {}
    for number, together in enumerate(moments.values(), start=1):
        groups = told.get(number, {})
        for measure in together:
            places = [place[span] for span in wanted[measure]]
            found[measure] = _where_any({group: [values[n] for n in places] for group, values in groups.items()})
    return found


def _times(asked: Asked, measure: Measured) -> int:
    """How often somebody is to have done it."""
    if not isinstance(measure, EventsMeasure):
        return 1
    return measure.at_least + (1 if measure.turn == "later" and not is_by_event(asked) else 0)


def _moment(condition: str, times: int) -> str:
    """SQL of when they did it that often; NULL where they did not."""
    if times == 1:
        return f"minOrNullIf(t, {condition})"
    return (
        f"if(countIf({condition}) >= {times}, arrayElement(groupArraySortedIf({times})(t, {condition}), {times}), NULL)"
    )


def _where_any(found: Found) -> Found:
    """Without the groups in which nothing happened but what others count that were asked together."""
    return {group: values for group, values in found.items() if any(values)}


# --- people who did it several times


def _often(asked: Asked, measure: EventsMeasure) -> Found:
    spans = _spans_for(asked, measure)
    parameters, pieces = Parameters(), pieces_of(spans)
    slot = asked.groups.of_event(parameters) if asked.groups and asked.groups.is_of_events else "0"
    piece = piece_of("t", pieces, parameters)
    rows = event_rows(asked, [measure], parameters, pieces.start_ms, pieces.end_ms, [f"{slot} AS slot"])
    each = (
        f"SELECT customer_id, slot, {piece} AS piece, count() AS times FROM ({rows}) GROUP BY customer_id, slot, piece"  # noqa: S608 - our own words
    )
    enough = (
        f"SELECT customer_id, slot, span FROM ({each}) ARRAY JOIN {listed('piece', pieces.spans_of, parameters)} AS span"  # noqa: S608 - our own words
        f" GROUP BY customer_id, slot, span HAVING sum(times) >= {measure.at_least}"
    )
    query = parameters.query(
        f"SELECT span, slot, count() FROM ({grouped(asked, enough, parameters)}) GROUP BY span, slot"  # noqa: S608 - our own words
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
            if measure.measure in {"people", "count"}:
                found[measure] = _where_any(found[measure])
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
        rows = event_rows(asked, measures, parameters, pieces.start_ms, pieces.end_ms, columns)
        if not of_events:
            rows = grouped(asked, rows, parameters)
        merges = not pieces.are_spans
        gathered = ", ".join(
            f"{function}{'State' if merges else ''}If({value + ', ' if value else ''}{condition}) AS {name}"
            for (function, value, condition), name in self.states.items()
        )
        slot = "slot" if asked.groups is not None else "toUInt8(0)"
        sql = f"SELECT {piece_of('t', pieces, parameters)} AS piece, {slot} AS part, {gathered} FROM ({rows}) GROUP BY piece, part"  # noqa: S608 - our own words
        if merges:
            nodes = pieces.nodes()
            gathered = ", ".join(
                f"{function}MergeState({name}) AS {name}" for (function, _, _), name in self.states.items()
            )
            joined = ", ".join(f"{function}Merge({name})" for (function, _, _), name in self.states.items())
            sql = (
                f"SELECT node, part, {gathered} FROM ({sql}) ARRAY JOIN {listed('piece', nodes.of_pieces, parameters)} AS node"  # noqa: S608 - our own words
                " GROUP BY node, part"
            )
            sql = (
                f"SELECT span, part, {joined} FROM ({sql}) ARRAY JOIN {listed('node', nodes.spans_of, parameters)} AS span"  # noqa: S608 - our own words
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
