"""Why one customer fulfils a definition or does not: what each condition in it says of them, and what was found."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from siyu.domain.segments.contracts import (
    NEVER_MS,
    ActedCondition,
    AllCondition,
    AnniversaryCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    ConsentCondition,
    EntryCondition,
    EstimateCondition,
    EventCondition,
    EventValueCondition,
    IdentityCondition,
    KeeperCondition,
    MomentCondition,
    NotCondition,
    RegularCondition,
    ResumedCondition,
    SampleCondition,
    SequenceCondition,
    StoppedCondition,
    TagCondition,
    UnitCondition,
)
from siyu.engines.audience.acts import as_event
from siyu.engines.audience.asked import asked_about
from siyu.engines.audience.estimates import estimated
from siyu.engines.audience.evaluate import EVERYTHING, Sets, evaluate
from siyu.engines.audience.frames import Frame
from siyu.engines.audience.leaves import ORDER, Events, ScannedLeaf, events_of, measure, periods_of
from siyu.engines.audience.lots import lots
from siyu.engines.audience.queries import LONG_AGO
from siyu.engines.audience.scans import Reach
from siyu.engines.audience.sequences import completed_ms
from siyu.engines.audience.spans import Moment, span_of
from siyu.kernel.actors import Scope
from siyu.kernel.clock import EPOCH
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters
from siyu.platform.columns.schema import CUSTOMERS, EVENTS

Observed = int | float | str | bool | datetime | tuple[Any, ...] | None
_SCANNED = (
    EventCondition,
    MomentCondition,
    EventValueCondition,
    RegularCondition,
    ResumedCondition,
    StoppedCondition,
)


@dataclass(frozen=True, slots=True)
class Explained:
    """Whether a condition holds for the customer, and what was found: of an event what its measure comes to, or when it was last
    (or first) done; of a sequence when it was last completed; of a row what stands there. None where nothing was."""

    condition: Condition
    holds: bool
    observed: Observed
    of: tuple[Explained, ...] = ()


def explain(
    columns: Columns,
    condition: Condition,
    as_of: datetime,
    customer_id: int,
    *,
    zone: ZoneInfo,
    sets: Sets,
    scope: Scope = EVERYTHING,
) -> Explained | None:
    """Every part of an expanded condition; None where the customer is not among those who can be asked about."""
    parts = list(_parts(condition))
    whom = np.array([customer_id], np.uint64)
    answers = evaluate(columns, parts, as_of, zone=zone, sets=sets, whom=whom, scope=scope)
    if not len(answers.ids):
        return None
    holds = {repr(part): len(answers.members(number)) == 1 for number, part in enumerate(parts)}
    with asked_about(columns, whom, None) as reach:
        found = _Finding(columns, Moment(as_of, zone), reach, customer_id)
        return _explained(condition, holds, found)


def _parts(condition: Condition) -> Iterator[Condition]:
    yield condition
    for each in _inner(condition):
        yield from _parts(each)


def _inner(condition: Condition) -> Sequence[Condition]:
    if isinstance(condition, AllCondition | AnyCondition):
        return condition.of
    return (condition.of,) if isinstance(condition, NotCondition) else ()


def _explained(condition: Condition, holds: dict[str, bool], found: _Finding) -> Explained:
    inner = tuple(_explained(each, holds, found) for each in _inner(condition))
    observed = None if inner else found.observed(condition)
    return Explained(condition, holds[repr(condition)], observed, inner)


@dataclass(frozen=True, slots=True)
class _Finding:
    """What the columns know of one customer."""

    columns: Columns
    moment: Moment
    reach: Reach
    customer_id: int

    def observed(self, leaf: Condition) -> Observed:
        if isinstance(leaf, SequenceCondition):
            frame = Frame(np.array([self.customer_id], np.uint64))
            return _instant(completed_ms(self.columns, frame, leaf, self.moment, self.reach))
        if isinstance(leaf, SampleCondition):
            return float(lots(leaf.name, np.array([self.customer_id], np.uint64))[0])
        if isinstance(leaf, EstimateCondition):
            return estimated(self.columns, leaf, self.customer_id)
        if isinstance(leaf, AnniversaryCondition):
            return self._of_events(leaf) if leaf.attribute is None else self._attribute(leaf.attribute)
        if isinstance(leaf, ActedCondition):
            return self._of_events(as_event(leaf))
        if isinstance(leaf, _SCANNED):
            return self._of_events(leaf)
        return self._of_row(leaf)

    def _of_events(self, leaf: ScannedLeaf) -> Observed:
        parameters = Parameters()
        events = events_of(leaf, self.moment, parameters)
        named = self.reach.named([leaf.event or ""], parameters)
        query = parameters.query(
            f"WITH toUnixTimestamp64Milli(occurred_at) AS t SELECT {_found(events, leaf)} FROM {EVENTS}"  # noqa: S608
            f"{self.reach.first()} WHERE {named} AND t <= {parameters.bind(self.moment.ms, 'Int64')}{self.reach.where(parameters)}"
        )
        ((value,),) = self.columns.query(query.sql, query.parameters)
        if isinstance(leaf, EventCondition | RegularCondition):
            return _plain(value)
        return _value(value) if isinstance(leaf, EventValueCondition) else _instant(value)

    def _attribute(self, name: str) -> Observed:
        parameters = Parameters()
        return _value(self._row(f"toJSONString({parameters.place('attributes', name).whole})", parameters))

    def _of_row(self, leaf: Condition) -> Observed:
        if isinstance(leaf, AttributeCondition):
            return self._attribute(leaf.name)
        if isinstance(leaf, ConsentCondition):
            parameters = Parameters()
            purpose = parameters.bind(f"{leaf.purpose}:", "String")
            return tuple(self._row(f"arrayFilter(each -> startsWith(each, {purpose}), consents)", parameters) or ())
        if isinstance(leaf, TagCondition):
            return tuple(self._row("tag_ids") or ())
        if isinstance(leaf, KeeperCondition):
            return tuple(self._row("staff_ids") or ())
        if isinstance(leaf, IdentityCondition):
            return tuple(self._row("identity_kinds") or ())
        if isinstance(leaf, UnitCondition):
            return self._row("unit_path") or None
        return self._row("toString(entry_channel)") or None if isinstance(leaf, EntryCondition) else None

    def _row(self, selected: str, parameters: Parameters | None = None) -> Any:
        parameters = parameters or Parameters()
        query = parameters.query(
            f"SELECT {selected} FROM {CUSTOMERS} FINAL"  # noqa: S608
            f" WHERE customer_id = {parameters.bind(self.customer_id, 'UInt64')}"
        )
        return next((value for (value,) in self.columns.query(query.sql, query.parameters)), None)


def _found(events: Events, leaf: ScannedLeaf) -> str:
    """SQL of what is told about the events of a condition."""
    parameters = events.parameters
    if isinstance(leaf, EventCondition):
        return measure(events, leaf, span_of(leaf.window, events.moment).within("t", parameters))
    if isinstance(leaf, EventValueCondition):
        place = parameters.place("properties", leaf.property)
        function = "argMax" if leaf.which == "last" else "argMin"
        inside = span_of(leaf.window, events.moment).within("t", parameters)
        return events.aggregated(function, f"ifNull(toJSONString({place.whole}), 'null'), {ORDER}", inside)
    if isinstance(leaf, RegularCondition):
        return periods_of(events, leaf)
    return events.one(leaf.which if isinstance(leaf, MomentCondition | AnniversaryCondition) else "last")


def _plain(value: Any) -> Observed:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _instant(at_ms: int | None) -> datetime | None:
    # without events an aggregate is 0 where nothing is filtered; no event of 1970's first millisecond is worth a second query
    if at_ms is None or at_ms in {0, LONG_AGO, NEVER_MS}:
        return None
    return EPOCH + timedelta(milliseconds=at_ms)


def _value(text: str | None) -> Observed:
    value = json.loads(text) if text else None
    return tuple(value) if isinstance(value, list) else None if isinstance(value, dict) else value
