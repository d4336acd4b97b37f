"""Who matches a definition, found out slowly: one customer at a time, by reading the definition's words over plain lists."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import singledispatch
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from siyu.domain.customers.contracts import ALL_CHANNELS, PURPOSES
from siyu.domain.segments.contracts import (
    ACTS_IN_ROOMS,
    ROOM_SOURCES,
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
    EventMatch,
    EventValueCondition,
    Filter,
    IdentityCondition,
    KeeperCondition,
    ListCondition,
    MomentCondition,
    NotCondition,
    RegularCondition,
    ResumedCondition,
    SampleCondition,
    SegmentCondition,
    SequenceCondition,
    Step,
    StoppedCondition,
    TagCondition,
    UnitCondition,
)
from siyu.engines.audience.lots import lots
from siyu.kernel.actors import Scope
from tests.engines.audience.histories import Happening, History, Person
from tests.engines.audience.reference_values import MISSING, compares, is_number, measures, passes, value_at
from tests.engines.audience.reference_windows import is_in, length, periods_ago

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Asked:
    """One customer and what is asked of all: `done` are the events that count, in the order of time and of the log."""

    person: Person
    done: Sequence[Happening]
    as_of: datetime
    zone: ZoneInfo = SHANGHAI
    sets: Mapping[tuple[str, int], Collection[int]] = field(default_factory=dict)
    estimates: Mapping[tuple[str, int | None, int], Mapping[str, float | str]] = field(default_factory=dict)

    def those(self, event: str, where: Iterable[Filter] = ()) -> list[Happening]:
        return [each for each in self.done if each.name == event and passes(each, where)]

    @property
    def today(self) -> date:
        return self.as_of.astimezone(self.zone).date()


def matching(
    history: History,
    condition: Condition,
    as_of: datetime,
    scope: Scope | None = None,
    *,
    zone: ZoneInfo = SHANGHAI,
    sets: Mapping[tuple[str, int], Collection[int]] | None = None,
    upto: int | None = None,
) -> list[int]:
    """The ids of all who match, ascending."""
    return [
        person.customer_id
        for person in universe(history, scope or Scope(), upto)
        if holds(
            condition, Asked(person, _done_by(history, person, as_of, upto), as_of, zone, sets or {}, history.estimates)
        )
    ]


def universe(history: History, scope: Scope, upto: int | None = None) -> list[Person]:
    if scope.own_only:
        return []
    return [
        person
        for person in history.people
        if not person.is_deleted
        and not person.is_erased
        and (upto is None or person.position <= upto)
        and (scope.unit_path is None or person.unit_path.startswith(scope.unit_path))
    ]


def _done_by(history: History, person: Person, as_of: datetime, upto: int | None) -> list[Happening]:
    done = [
        (each.occurred_at, each.position, n, each)
        for n, each in enumerate(history.happenings)
        if history.merged.get(each.profile_id, each.profile_id) == person.customer_id
        and each.occurred_at <= as_of
        and (upto is None or each.position <= upto)
    ]
    return [each for _, _, _, each in sorted(done, key=lambda row: row[:3])]


@singledispatch
def holds(condition: Condition, asked: Asked) -> bool:
    """Whether the condition holds for the customer."""
    raise TypeError(condition)


@holds.register
def _(condition: AllCondition, asked: Asked) -> bool:
    return all(holds(each, asked) for each in condition.of)


@holds.register
def _(condition: AnyCondition, asked: Asked) -> bool:
    return any(holds(each, asked) for each in condition.of)


@holds.register
def _(condition: NotCondition, asked: Asked) -> bool:
    return not holds(condition.of, asked)


@holds.register
def _(condition: AttributeCondition, asked: Asked) -> bool:
    stored = value_at(asked.person.attributes, condition.name)
    if condition.operator in {"in_last_days", "in_next_days"}:
        if not isinstance(stored, str):
            return False
        first = 0 if condition.operator == "in_next_days" else 1 - _whole(condition.value)
        days = {asked.today + timedelta(days=first + n) for n in range(_whole(condition.value))}
        return stored[:10] in {day.isoformat() for day in days}
    return compares(condition.operator, stored, condition.value)


@holds.register
def _(condition: EventCondition, asked: Asked) -> bool:
    those = [each for each in asked.those(condition.event, condition.where) if is_in(condition.window, each, asked)]
    return measures(_measured(condition, those, asked.zone), condition.operator, condition.value)


def _measured(condition: EventCondition, those: Sequence[Happening], zone: ZoneInfo) -> float | None:
    if condition.measure == "count":
        return len(those)
    if condition.measure == "days":
        return len({each.occurred_at.astimezone(zone).date() for each in those})
    values = [value_at(each.properties, str(condition.property)) for each in those]
    if condition.measure == "distinct":
        return len({_spelt(value) for value in values if value is not MISSING})
    numbers = [float(value) for value in values if is_number(value)]
    if condition.measure == "sum":
        return sum(numbers)
    if not numbers:
        return None
    if condition.measure == "average":
        return sum(numbers) / len(numbers)
    return min(numbers) if condition.measure == "min" else max(numbers)


def _spelt(value: Any) -> str:
    return json.dumps(float(value) if is_number(value) else value)


@holds.register
def _(condition: ActedCondition, asked: Asked) -> bool:
    acts = [each for each in asked.done if each.source not in ROOM_SOURCES or each.name in ACTS_IN_ROOMS]
    return any(is_in(condition.window, each, asked) for each in acts)


@holds.register
def _(condition: MomentCondition, asked: Asked) -> bool:
    those = asked.those(condition.event, condition.where)
    return bool(those) and is_in(condition.window, those[0 if condition.which == "first" else -1], asked)


@holds.register
def _(condition: EventValueCondition, asked: Asked) -> bool:
    those = [each for each in asked.those(condition.event, condition.where) if is_in(condition.window, each, asked)]
    if not those:
        return False
    one = those[0 if condition.which == "first" else -1]
    return compares(condition.operator, value_at(one.properties, condition.property), condition.value)


@holds.register
def _(condition: SequenceCondition, asked: Asked) -> bool:
    inside = [each for each in asked.done if is_in(condition.window, each, asked)]
    return any(
        _goes_on(condition, first, _same(condition, first), 1, inside, asked)
        for first in inside
        if _is_such(condition.steps[0], first) and (condition.same is None or _same(condition, first) is not MISSING)
    )


def _goes_on(
    condition: SequenceCondition, last: Happening, same: Any, n: int, inside: Sequence[Happening], asked: Asked
) -> bool:
    """Whether the steps from `n` on can follow the one before."""
    if n == len(condition.steps):
        return True
    step = condition.steps[n]

    def is_one(match: Step | EventMatch, each: Happening) -> bool:
        return _is_such(match, each) and (condition.same is None or _same(condition, each) == same)

    within = None if step.within is None else length(step.within)
    if step.is_absent:
        assert within is not None
        came = any(
            is_one(step, each) and last.occurred_at < each.occurred_at <= last.occurred_at + within
            for each in asked.done
        )
        return not came and last.occurred_at + within <= asked.as_of
    return any(
        _goes_on(condition, each, same, n + 1, inside, asked)
        for each in inside
        if is_one(step, each)
        and each.occurred_at > last.occurred_at
        and (within is None or each.occurred_at - last.occurred_at <= within)
        and not any(
            is_one(match, other) and last.occurred_at < other.occurred_at < each.occurred_at
            for match in step.without
            for other in asked.done
        )
    )


def _is_such(match: Step | EventMatch, each: Happening) -> bool:
    return each.name == match.event and passes(each, match.where)


def _same(condition: SequenceCondition, each: Happening) -> Any:
    value = value_at(each.properties, condition.same or "")
    return float(value) if is_number(value) else value if isinstance(value, str) else MISSING


@holds.register
def _(condition: RegularCondition, asked: Asked) -> bool:
    those = asked.those(condition.event, condition.where)
    found = {periods_ago(condition.unit, each, asked.as_of) for each in those}
    return len(found & set(range(condition.periods))) >= condition.at_least


@holds.register
def _(condition: ResumedCondition, asked: Asked) -> bool:
    times = [each.occurred_at for each in asked.those(condition.event, condition.where)]
    since = asked.as_of - length(condition.within)
    recent = [time for time in times if time > since]
    before = [time for time in times if time <= since]
    return bool(recent and before) and min(recent) - max(before) >= length(condition.after)


@holds.register
def _(condition: StoppedCondition, asked: Asked) -> bool:
    times = [each.occurred_at for each in asked.those(condition.event, condition.where)]
    end = asked.as_of - length(condition.since)
    before = [time for time in times if end - length(condition.before) < time <= end]
    return len(before) >= condition.at_least and not any(time > end for time in times)


@holds.register
def _(condition: AnniversaryCondition, asked: Asked) -> bool:
    if condition.event is not None:
        those = asked.those(condition.event, condition.where)
        if not those:
            return False
        day = those[0 if condition.which == "first" else -1].occurred_at.astimezone(asked.zone).date()
        year, month_and_day = day.year, f"{day:%m-%d}"
    else:
        stored = value_at(asked.person.attributes, str(condition.attribute))
        whole = re.match(r"([0-9]{4})-([0-9]{2}-[0-9]{2})", stored) if isinstance(stored, str) else None
        short = re.fullmatch(r"[0-9]{2}-[0-9]{2}", stored) if isinstance(stored, str) else None
        if whole is None and short is None:
            return False
        year, month_and_day = (int(whole[1]), whole[2]) if whole else (0, str(stored))
    return any(
        condition.from_days <= (returned - asked.today).days <= condition.to_days
        for returned in _returns(year, month_and_day, asked.today.year)
    )


def _returns(year: int, month_and_day: str, about: int) -> Iterable[date]:
    month, day = (int(part) for part in month_and_day.split("-"))
    for each in range(max(year + 1, about - 2), about + 3):
        try:
            yield date(each, month, day)
        except ValueError:
            if (month, day) == (2, 29):
                yield date(each, 2, 28)


@holds.register
def _(condition: TagCondition, asked: Asked) -> bool:
    borne = [tag_id in asked.person.tag_ids for tag_id in condition.tag_ids]
    return all(borne) if condition.operator == "all_of" else any(borne)


@holds.register
def _(condition: KeeperCondition, asked: Asked) -> bool:
    return any(staff_id in asked.person.staff_ids for staff_id in condition.staff_ids)


@holds.register
def _(condition: UnitCondition, asked: Asked) -> bool:
    return any(str(unit_id) in asked.person.unit_path.split(".") for unit_id in condition.unit_ids)


@holds.register
def _(condition: ConsentCondition, asked: Asked) -> bool:
    said = {(purpose, channel): state for purpose, channel, state in asked.person.consents}
    channel = condition.channel or ALL_CHANNELS
    own = said.get((condition.purpose, channel))
    if condition.state == "unasked":
        return own is None
    if condition.state != "allowed":
        return own == condition.state
    if "withdrawn" in {own, said.get((condition.purpose, ALL_CHANNELS))}:
        return False
    return own == "granted" or not PURPOSES[condition.purpose].needs_consent


@holds.register
def _(condition: IdentityCondition, asked: Asked) -> bool:
    return any(kind in asked.person.identity_kinds for kind in condition.identities)


@holds.register
def _(condition: EntryCondition, asked: Asked) -> bool:
    return asked.person.entry_channel in condition.channels


@holds.register
def _(condition: SegmentCondition, asked: Asked) -> bool:
    return asked.person.customer_id in asked.sets.get(("segment", condition.segment_id), ())


@holds.register
def _(condition: ListCondition, asked: Asked) -> bool:
    return asked.person.customer_id in asked.sets.get(("list", condition.list_id), ())


@holds.register
def _(condition: EstimateCondition, asked: Asked) -> bool:
    row = asked.estimates.get((condition.model, condition.edition, asked.person.customer_id), {})
    return compares(condition.operator, value_at(row, condition.name), condition.value)


@holds.register
def _(condition: SampleCondition, asked: Asked) -> bool:
    (lot,) = lots(condition.name, np.array([asked.person.customer_id], np.uint64))
    return bool(condition.from_percent <= lot < condition.to_percent)


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
