"""Conditions over the events of one name as SQL over the groups of a scan. Pure.

A scan groups the events of one name by customer; `t` is an event's time in milliseconds. Each answer is about somebody who has
such events: "at most 3 times" is asked as "not more than 3 times", which those without any satisfy too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from siyu.domain.segments.contracts import (
    NEVER_MS,
    AnniversaryCondition,
    EventCondition,
    EventValueCondition,
    MomentCondition,
    RegularCondition,
    ResumedCondition,
    StoppedCondition,
    Which,
)
from siyu.engines.audience import anniversaries
from siyu.engines.audience.queries import LONG_AGO
from siyu.engines.audience.spans import DAY_MS, Moment, Span, length_ms, span_of
from siyu.platform.columns.comparing import compared, passing
from siyu.platform.columns.queries import Parameters

ScannedLeaf = (
    EventCondition
    | MomentCondition
    | EventValueCondition
    | RegularCondition
    | ResumedCondition
    | StoppedCondition
    | AnniversaryCondition
)
"""What is answered by grouping the events of one name."""
# An event's place among others of one customer, by time and then by the log: a tuple of the three would be four times as slow.
# The year 1830 is 0; 43 bits of milliseconds, 48 of the position.
ORDER = "(bitShiftLeft(toUInt128(t + 4398046511104), 80) + bitShiftLeft(toUInt128(position), 32) + n)"
"""SQL of a number that tells which event came first."""
_SIGNS = {"at_least": ">=", "at_most": "<=", "exactly": "=", "more_than": ">", "less_than": "<"}
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "at_least": lambda value, bound: value >= bound,
    "at_most": lambda value, bound: value <= bound,
    "exactly": lambda value, bound: value == bound,
    "more_than": lambda value, bound: value > bound,
    "less_than": lambda value, bound: value < bound,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """`holds` is SQL that is 1 or 0 for a group; `is_opposite` where the condition holds for who is not 1. `due` are SQL of
    instants at which time alone may change it. Events up to `after_ms` matter to neither (None: all do)."""

    holds: str
    due: tuple[str, ...] = ()
    is_opposite: bool = False
    after_ms: int | None = None


def answer_of(leaf: ScannedLeaf, moment: Moment, parameters: Parameters) -> Answer:
    """How a scan answers a condition."""
    events = events_of(leaf, moment, parameters)
    if isinstance(leaf, EventCondition):
        return _measured(events, leaf)
    if isinstance(leaf, MomentCondition):
        return _moment(events, leaf)
    if isinstance(leaf, EventValueCondition):
        return _value(events, leaf)
    if isinstance(leaf, RegularCondition):
        return _regular(events, leaf)
    if isinstance(leaf, ResumedCondition):
        return _resumed(events, leaf)
    if isinstance(leaf, StoppedCondition):
        return _stopped(events, leaf)
    return _anniversary(events, leaf)


def events_of(leaf: ScannedLeaf, moment: Moment, parameters: Parameters) -> Events:
    """The events that a condition is about, whenever they were."""
    return Events(moment, parameters, passing(parameters, leaf.where))


@dataclass(frozen=True, slots=True)
class Events:
    """Those of a group that pass the filters, in SQL."""

    moment: Moment
    parameters: Parameters
    filters: str

    def ms(self, value: int) -> str:
        """The placeholder of an instant, a length of time or a whole number."""
        return self.parameters.bind(value, "Int64")

    def those(self, *more: str) -> str:
        """SQL of the condition that they, and what stands in `more`, hold."""
        return " AND ".join(each for each in (self.filters, *more) if each)

    def aggregated(self, function: str, argument: str, *more: str) -> str:
        """An aggregate of theirs, as far as they hold what stands in `more`."""
        those = self.those(*more)
        if not those:
            return f"{function}({argument})"
        return f"{function}If({argument + ', ' if argument else ''}{those})"

    def latest(self, *more: str) -> str:
        """The time of the last one; LONG_AGO where there is none."""
        those = self.those(*more)
        return f"max(if({those}, t, {self.ms(LONG_AGO)}))" if those else "max(t)"

    def earliest(self, *more: str) -> str:
        """The time of the first one; NEVER_MS where there is none."""
        those = self.those(*more)
        return f"min(if({those}, t, {self.ms(NEVER_MS)}))" if those else "min(t)"

    def after(self, bound_ms: int) -> str:
        """That an event is later than this."""
        return f"t > {self.ms(bound_ms)}"

    def earliest_after(self, bound_ms: int) -> str:
        """The time of the first one later than this; NEVER_MS where there is none."""
        return self.earliest(self.after(bound_ms))

    def latest_if_after(self, bound_ms: int) -> str:
        """The time of the last one if it is later than this, else NEVER_MS."""
        return f"if({self.latest()} > {self.ms(bound_ms)}, {self.latest()}, {self.ms(NEVER_MS)})"

    def one(self, which: Which) -> str:
        """The time of the first or the last one."""
        return self.latest() if which == "last" else self.earliest()

    def guarded(self, condition: str, due: str) -> str:
        """An instant that comes only where a condition holds."""
        return f"if({condition}, {due}, {self.ms(NEVER_MS)})"


def _measured(events: Events, leaf: EventCondition) -> Answer:
    if leaf.operator == "exactly" and leaf.value == 0 and leaf.measure == "count":
        leaf = replace(leaf, operator="at_most")
    span = span_of(leaf.window, events.moment)
    inside = span.within("t", events.parameters)
    bound = events.parameters.number(leaf.value)
    measured = measure(events, leaf, inside)
    holds = f"ifNull({measured} {_SIGNS[leaf.operator]} {bound}, 0)"
    is_number = leaf.measure in {"min", "max", "average"}
    is_opposite = not is_number and _HOLDS[leaf.operator](0, leaf.value)
    if leaf.measure != "count":
        due = tuple(span.changes(events.earliest_after, events.parameters))
        return Answer(f"(NOT {holds})" if is_opposite else holds, due, is_opposite, span.after_ms)
    times = _times(leaf.operator, leaf.value)
    is_simple = times == 1 and leaf.operator != "exactly" and span.only_leaves and span.upto_ms is None
    if is_simple:  # whether there is one at all: the last one says it, and many conditions share that
        holds = f"{events.latest()} > {events.ms(LONG_AGO if span.after_ms is None else span.after_ms)}"
        return Answer(holds, tuple(span.changes(events.latest_if_after, events.parameters)), is_opposite, span.after_ms)
    changes = span.changes(events.earliest_after, events.parameters) if times > 0 else []
    if span.only_leaves:  # of too few, losing one changes nothing
        changes = [events.guarded(f"{measured} >= {events.ms(times)}", each) for each in changes]
    return Answer(f"(NOT {holds})" if is_opposite else holds, tuple(changes), is_opposite, span.after_ms)


def _times(operator: str, value: float) -> int:
    """The least number of events of which the loss of one may change the answer; 0 or less where none ever does."""
    return math.floor(value) + 1 if operator in {"at_most", "more_than"} else math.ceil(value)


def measure(events: Events, leaf: EventCondition, inside: str) -> str:
    """What they come to; NULL where there is no number."""
    if leaf.measure == "count":
        return events.aggregated("count", "", inside)
    if leaf.measure == "days":
        zone = events.parameters.bind(str(events.moment.zone), "String")
        return events.aggregated("uniqExact", f"toDate32(occurred_at, {zone})", inside)
    place = events.parameters.place("properties", leaf.property or "")
    if leaf.measure == "distinct":
        return events.aggregated("uniqExact", place.identity, inside)
    if leaf.measure == "sum":
        return events.aggregated("sum", f"ifNull({place.number}, 0)", inside)
    number = f"ifNull({place.number}, 0)"
    told = f"{place.number} IS NOT NULL"
    count = events.aggregated("count", "", inside, told)
    function = {"min": "min", "max": "max", "average": "sum"}[leaf.measure]
    found = events.aggregated(function, number, inside, told)
    return f"if({count} = 0, NULL, {found + ' / ' + count if leaf.measure == 'average' else found})"


def _moment(events: Events, leaf: MomentCondition) -> Answer:
    span = span_of(leaf.window, events.moment)
    time = events.one(leaf.which)
    holds = _lies(events, time, span)

    def pick(bound_ms: int) -> str:
        return events.guarded(f"{time} > {events.ms(bound_ms)}", time)

    after = span.after_ms if leaf.which == "last" else None
    return Answer(holds, tuple(span.changes(pick, events.parameters)), after_ms=after)


def _lies(events: Events, time: str, span: Span) -> str:
    """Whether the time of one event, which may be none, is in the window."""
    after = events.ms(LONG_AGO if span.after_ms is None else span.after_ms)
    upto = events.ms(events.moment.ms if span.upto_ms is None else min(span.upto_ms, events.moment.ms))
    return f"({time} > {after} AND {time} <= {upto})"


def _value(events: Events, leaf: EventValueCondition) -> Answer:
    span = span_of(leaf.window, events.moment)
    place = events.parameters.place("properties", leaf.property)
    stood = compared(events.parameters, place, leaf.operator, leaf.value)
    function = "argMax" if leaf.which == "last" else "argMin"
    inside = span.within("t", events.parameters)
    holds = events.aggregated(function, f"toUInt8({stood}), {ORDER}", inside)
    is_last_in = leaf.which == "last" and span.only_leaves and span.upto_ms is None
    pick = events.latest_if_after if is_last_in else events.earliest_after
    return Answer(f"({holds} = 1)", tuple(span.changes(pick, events.parameters)), after_ms=span.after_ms)


def _regular(events: Events, leaf: RegularCondition) -> Answer:
    """The event that comes first to the end of its period is the one that is furthest into it."""
    unit_ms = (7 if leaf.unit == "week" else 1) * DAY_MS
    now, unit = events.ms(events.moment.ms), events.ms(unit_ms)
    after_ms = events.moment.ms - leaf.periods * unit_ms
    inside = events.after(after_ms)
    furthest = f"max(if({events.those(inside)}, ({now} - t) % {unit}, -1))"
    due = events.guarded(f"{furthest} >= 0", f"{now} + {unit} - {furthest}")
    return Answer(f"({periods_of(events, leaf)} >= {events.ms(leaf.at_least)})", (due,), after_ms=after_ms)


def periods_of(events: Events, leaf: RegularCondition) -> str:
    """In how many of the periods there are any: each event sets the bit of its own."""
    unit_ms = (7 if leaf.unit == "week" else 1) * DAY_MS
    inside = events.after(events.moment.ms - leaf.periods * unit_ms)
    # % 64, for an event further back is shifted too before it is left out
    period = f"toUInt8(intDiv({events.ms(events.moment.ms)} - t, {events.ms(unit_ms)}) % 64)"
    return f"bitCount({events.aggregated('groupBitOr', f'bitShiftLeft(toUInt64(1), {period})', inside)})"


def _resumed(events: Events, leaf: ResumedCondition) -> Answer:
    within_ms = length_ms(leaf.within)
    bound_ms = events.moment.ms - within_ms
    first = events.earliest_after(bound_ms)
    before = events.latest(f"t <= {events.ms(bound_ms)}")
    is_there = f"{first} < {events.ms(NEVER_MS)}"
    was_before = f"{before} > {events.ms(LONG_AGO)}"
    holds = f"({is_there} AND {was_before} AND {first} - {before} >= {events.ms(length_ms(leaf.after))})"
    return Answer(holds, (f"({first} + {events.ms(within_ms)})",))


def _stopped(events: Events, leaf: StoppedCondition) -> Answer:
    """While the last one is recent nothing begins before that has passed; then those in `before` leave one by one."""
    since_ms, before_ms = length_ms(leaf.since), length_ms(leaf.before)
    end_ms = events.moment.ms - since_ms
    after_ms = end_ms - before_ms
    times = events.aggregated("count", "", events.after(after_ms))
    last = events.latest()
    is_over = f"{last} <= {events.ms(end_ms)}"
    enough = f"{times} >= {events.ms(leaf.at_least)}"
    leaves = f"{events.earliest_after(after_ms)} + {events.ms(since_ms + before_ms)}"
    due = f"if({is_over}, if({enough}, {leaves}, {events.ms(NEVER_MS)}), {last} + {events.ms(since_ms)})"
    return Answer(f"({is_over} AND {enough})", (due,), after_ms=after_ms)


def _anniversary(events: Events, leaf: AnniversaryCondition) -> Answer:
    time = events.one(leaf.which)
    is_there = f"({time} > {events.ms(LONG_AGO)} AND {time} < {events.ms(NEVER_MS)})"
    zone = events.parameters.bind(str(events.moment.zone), "String")
    day = f"toDate32(fromUnixTimestamp64Milli(if({is_there}, {time}, 0), {zone}))"
    returns = anniversaries.Returns(leaf, events.moment, events.parameters)
    month_and_day = f"formatDateTime({day}, '%m-%d')"
    holds = f"({is_there} AND {returns.holds(month_and_day, f'toYear({day})')})"
    return Answer(holds, (events.guarded(is_there, returns.due(month_and_day)),))
