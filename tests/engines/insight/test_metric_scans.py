"""Metrics come to what counting by hand comes to, whatever they are made of and however they are broken down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.metrics.contracts import (
    ActsMeasure,
    AttributeBreakdown,
    Breakdown,
    EntryBreakdown,
    EventsMeasure,
    PropertyBreakdown,
    SegmentBreakdown,
    StaffBreakdown,
    TagBreakdown,
)
from siyu.engines.insight.metric_rows import Asked, Measured
from siyu.engines.insight.metric_scans import measured
from siyu.engines.insight.metric_spans import DAY_MS, Span
from siyu.engines.insight.terms.breakdowns import found_groups
from siyu.engines.insight.terms.whom import asked_whom
from siyu.kernel.actors import Scope
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters
from tests.domain.segments.definitions import EVENTS, PROPERTIES
from tests.engines.audience.histories import NOON, History, Person, empty, put, random_history
from tests.engines.audience.reference_values import MISSING, value_at
from tests.engines.insight.metric_reference import Done, slowly

NOW_MS = milliseconds_of(NOON) + 1
MIDNIGHT_MS = NOW_MS - 1 - 12 * 3_600_000
SPANS = {
    "days": [Span(MIDNIGHT_MS - n * DAY_MS, min(MIDNIGHT_MS - (n - 1) * DAY_MS, NOW_MS)) for n in range(8)],
    "two": [Span(MIDNIGHT_MS - 60 * DAY_MS, MIDNIGHT_MS - 30 * DAY_MS), Span(MIDNIGHT_MS - 7 * DAY_MS, NOW_MS)],
    "months": [Span(MIDNIGHT_MS - 31 * DAY_MS, MIDNIGHT_MS), Span(MIDNIGHT_MS, NOW_MS)],
}
COMMON = settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SEGMENTS = {7: [1, 2, 3, 5], 9: [3, 4]}


def random_measures(random: Random, count: int) -> list[Measured]:
    return [_random_measure(random) for _ in range(count)]


def _random_measure(random: Random) -> Measured:
    over: Any = random.choice(["period", "rolling", "ever"])
    days = random.choice([1, 7, 30]) if over == "rolling" else None
    if random.random() < 0.1:
        return ActsMeasure("people" if random.random() < 0.7 else "count", over, days)
    filters = (Filter("amount", random.choice(["is_set", "is_not_set"])), Filter("amount", "at_least", 1))
    events = tuple(
        EventMatch(name, (random.choice(filters),) if random.random() < 0.4 else ())
        for name in random.sample(EVENTS, random.choice([1, 1, 2]))
    )
    turn: Any = random.choice(["every", "every", "first", "later"])
    kind: Any = random.choice(["count", "people", "people", "sum", "average", "min", "max", "distinct", "per_person"])
    if kind == "people":
        least = 1 if turn == "first" else random.choice([1, 1, 2, 3])
        return EventsMeasure(events, "people", None, turn, least, over, days)
    if kind == "count":
        return EventsMeasure(events, "count", None, turn, 1, over, days)
    needs = kind != "per_person" or random.random() < 0.5
    return EventsMeasure(events, kind, random.choice(PROPERTIES) if needs else None, turn)


def whole(columns: Columns, measures: Sequence[Measured], spans: Sequence[Span], scope: Scope | None = None) -> Any:
    with asked_whom(columns, scope or Scope()) as whom:
        return measured(Asked(columns, whom, spans), measures)


@COMMON
@given(st.integers(0, 2**32))
def test_every_measure_is_what_counting_by_hand_says(columns: Columns, seed: int) -> None:
    random = Random(seed)
    empty(columns)
    history = random_history(random)
    put(columns, history)
    for spans in SPANS.values():
        measures = random_measures(random, 14)
        found = whole(columns, measures, spans)
        for measure in measures:
            expected = slowly(history, measure, spans).get(0)
            nothing = [0 if measure.measure in {"count", "people", "sum", "distinct"} else None] * len(spans)
            assert found[measure].get(0, nothing) == pytest.approx(expected or nothing, nan_ok=False), measure


@COMMON
@example(5037)  # a whole number beyond what 64 bits with a sign hold
@given(st.integers(0, 2**32))
def test_parts_are_what_counting_by_hand_says(columns: Columns, seed: int) -> None:
    random = Random(seed)
    empty(columns)
    history = random_history(random)
    put(columns, history)
    breakdowns: list[Breakdown] = [
        PropertyBreakdown("amount", 3),
        AttributeBreakdown("city", 2),
        EntryBreakdown(2),
        TagBreakdown(1, 2),
        StaffBreakdown(2),
        SegmentBreakdown((7, 9)),
    ]
    for breakdown in breakdowns:
        measures = random_measures(random, 6)
        spans = random.choice(list(SPANS.values()))
        members = {key: np.array(ids, np.uint64) for key, ids in SEGMENTS.items()}
        parameters = Parameters()
        with (
            asked_whom(columns, Scope()) as whom,
            found_groups(columns, breakdown, whom, "1", parameters, ids=(1, 2, 3), members=members) as groups,
        ):
            found = measured(Asked(columns, whom, spans, groups), measures)
            for measure in measures:
                expected = slowly(history, measure, spans, _groups_of(history, breakdown, groups.keys))
                told = {key: values for key, values in found[measure].items() if any(values)}
                assert told == {key: pytest.approx(values) for key, values in expected.items() if any(values)}, (
                    breakdown,
                    measure,
                )


def _groups_of(history: History, breakdown: Breakdown, keys: Sequence[str]) -> Any:
    people = {each.customer_id: each for each in history.people if not each.is_deleted}

    def slot(text: str) -> int:
        return 0 if not text else keys.index(text) + 1 if text in keys else len(keys) + 1

    def groups(each: Done) -> Sequence[int]:
        if isinstance(breakdown, PropertyBreakdown):
            return (slot(_text(value_at(each.event.properties, breakdown.property))),)
        if isinstance(breakdown, SegmentBreakdown):
            return [n + 1 for n, key in enumerate(keys) if each.customer_id in SEGMENTS[int(key)]] or (0,)
        person = people.get(each.customer_id, Person(0))
        if isinstance(breakdown, TagBreakdown):
            return [n + 1 for n, key in enumerate(keys) if int(key) in person.tag_ids] or (0,)
        if isinstance(breakdown, StaffBreakdown):
            return [n + 1 for n, key in enumerate(keys) if int(key) in person.staff_ids] or (0,)
        if isinstance(breakdown, AttributeBreakdown):
            return (slot(_text(value_at(person.attributes, breakdown.attribute))),)
        return (slot(person.entry_channel),)

    return groups


def _text(value: Any) -> str:
    if value is MISSING or isinstance(value, list):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}"
    return str(value)


def test_only_customers_in_scope_count(columns: Columns) -> None:
    history = History(
        [Person(1, unit_path="1.2."), Person(2, unit_path="1.20."), Person(3)],
        [each for n in (1, 2, 3) for each in (_paid(n, 1), _paid(n, 2))],
    )
    put(columns, history)
    measures: list[Measured] = [
        EventsMeasure((EventMatch("order_paid"),), "people", turn="first"),
        EventsMeasure((EventMatch("order_paid"),), "people", over="ever", at_least=2),
        EventsMeasure((EventMatch("order_paid"),), "people", at_least=2),
        EventsMeasure((EventMatch("order_paid"),), "sum", "total_fen"),
    ]
    span = [Span(NOW_MS - 7 * DAY_MS, NOW_MS)]
    for scope, people in ((Scope("1.2."), 1), (Scope("1."), 2), (Scope(), 3)):
        found = whole(columns, measures, span, scope)
        assert [found[each].get(0) for each in measures] == [[people]] * 3 + [[200 * people]]
    nobody = whole(columns, measures, span, Scope(own_only=True))
    assert all(not any(values) for each in nobody.values() for values in each.values())


def test_what_looks_at_names_alone_is_asked_together(columns: Columns, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    query = columns.query

    def told(sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return query(sql, *rest)

    monkeypatch.setattr(columns, "query", told)
    matches = [(EventMatch(name),) for name in EVENTS]
    of_periods: list[Measured] = [EventsMeasure(each, kind) for each in matches for kind in ("people", "count")]
    whole(columns, of_periods, SPANS["days"])
    assert len(asked) == 1
    firsts: list[Measured] = [EventsMeasure(each, "people", turn="first") for each in matches]
    often: list[Measured] = [EventsMeasure(each, "people", over="ever", at_least=n) for each in matches for n in (1, 3)]
    whole(columns, [*firsts, *often], SPANS["days"])
    assert len(asked) == 2


def _paid(profile_id: int, days_ago: int) -> Any:
    from tests.engines.audience.histories import Happening

    return Happening("order_paid", profile_id, NOON - timedelta(days=days_ago), {"total_fen": 100})
