"""The rules that are written down in `segments.contracts`, one by one, at their edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from siyu.domain.segments.definition import parse_definition
from siyu.engines.audience.compile import members_query
from siyu.engines.audience.evaluate import members, preview
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from tests.engines.audience.histories import NOON, Happening, History, Person, put

MILLISECOND = timedelta(milliseconds=1)
WEEK = timedelta(days=7)


def count(operator: str, number: int, days: int | None = None) -> dict[str, Any]:
    return {"kind": "event_count", "event": "order_paid", "operator": operator, "count": number, "within_days": days}


def recency(operator: str, days: int = 7) -> dict[str, Any]:
    return {"kind": "recency", "event": "order_paid", "operator": operator, "days": days}


def paid(profile_id: int, at: datetime, **properties: object) -> Happening:
    return Happening("order_paid", profile_id, at, properties)


def asked(
    columns: Columns, document: Mapping[str, Any], as_of: datetime = NOON, scope: Scope | None = None
) -> list[int]:
    return [int(each) for each in members(columns, parse_definition(document), as_of, scope)]


EDGE = History(
    [Person(n) for n in range(1, 8)],
    [
        paid(1, NOON - WEEK - MILLISECOND),
        paid(2, NOON - WEEK),
        paid(3, NOON - WEEK + MILLISECOND),
        paid(4, NOON),
        paid(5, NOON + MILLISECOND),
        paid(6, NOON - WEEK - MILLISECOND),
        paid(6, NOON - MILLISECOND),
    ],
)
"""Customer 7 never bought."""


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (count("at_least", 1, 7), [3, 4, 6]),
        (count("exactly", 0, 7), [1, 2, 5, 7]),
        (count("at_most", 1), [1, 2, 3, 4, 5, 7]),
        (count("exactly", 2), [6]),
        (count("at_least", 0, 7), [1, 2, 3, 4, 5, 6, 7]),
        (recency("within"), [3, 4, 6]),
        (recency("more_than"), [1, 2]),
        ({"kind": "not", "of": recency("more_than")}, [3, 4, 5, 6, 7]),
        ({"kind": "any", "of": [count("at_least", 1, 1), recency("more_than")]}, [1, 2, 4, 6]),
        ({"kind": "all", "of": [count("at_least", 1, 1), count("at_least", 2, 8)]}, [6]),
    ],
)
def test_windows_end_exactly_where_they_say(columns: Columns, document: dict[str, Any], expected: list[int]) -> None:
    put(columns, EDGE)
    assert asked(columns, document) == expected


def test_an_instant_between_two_milliseconds_counts_what_came_before_it(columns: Columns) -> None:
    put(columns, EDGE)
    just_before = NOON - timedelta(microseconds=1)
    assert asked(columns, count("at_least", 1, 7), just_before) == [2, 3, 6]
    assert asked(columns, recency("more_than"), just_before) == [1]
    assert asked(columns, count("at_least", 1, 7), NOON + MILLISECOND) == [4, 5, 6]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"kind": "event_sum", "operator": "at_least", "value": 300}, [1]),
        ({"kind": "event_sum", "operator": "at_least", "value": 301}, []),
        ({"kind": "event_sum", "operator": "at_least", "value": 0}, [1, 3]),
        ({"kind": "event_sum", "operator": "at_most", "value": 0}, [2, 3]),
        ({"kind": "event_sum", "operator": "at_most", "value": -50}, [2]),
        ({"kind": "event_sum", "operator": "at_most", "value": -51}, []),
        ({"kind": "event_sum", "operator": "at_least", "value": 200, "within_days": 7}, [1]),
        ({"kind": "event_sum", "operator": "at_least", "value": 201, "within_days": 7}, []),
        ({"kind": "event_sum", "operator": "at_most", "value": 0.25, "property": "weight"}, [2, 3]),
        ({"kind": "event_sum", "operator": "at_least", "value": 0.75, "property": "weight"}, [1]),
    ],
)
def test_sums_count_numbers_and_nothing_is_zero(
    columns: Columns, document: dict[str, Any], expected: list[int]
) -> None:
    put(
        columns,
        History(
            [Person(1), Person(2), Person(3)],
            [
                paid(1, NOON - timedelta(days=1), total_fen=200, weight=0.5),
                paid(1, NOON - WEEK, total_fen=100, weight=0.25),
                paid(1, NOON, total_fen=None, weight="heavy"),
                paid(2, NOON, total_fen=-50, weight=True),
            ],
        ),
    )
    assert asked(columns, {"event": "order_paid", "property": "total_fen", **document}) == expected


PEOPLE = History(
    [
        Person(1, {"city": "上海"}),
        Person(2, {"city": "上海市"}),
        Person(3, {"city": 5}),
        Person(4, {"city": 5.5}),
        Person(5, {"city": True}),
        Person(6, {"city": ["上海", "2026-01-01"]}),
        Person(7, {"city": "2026-05-31T23:00:00+08:00"}),
        Person(8, {}),
        Person(9, {"city": None}),
        Person(10, {"city": {"name": "上海"}}),
        Person(11, {"city": "5"}),
        Person(12, {"city": []}),
        Person(13, {"city": "上海"}, is_deleted=True),
        Person(14, {"city": [5, "上海", None]}),
        Person(15, {"city": ["上海"]}),
    ]
)
ALIVE = [*range(1, 13), 14, 15]


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("is", "上海", [1]),
        ("is", 5, [3]),
        ("is", 5.0, [3]),
        ("is", "5", [11]),
        ("is", True, [5]),
        ("is", 1, []),
        ("is", False, []),
        ("is", "2026-05-31T23:00:00+08:00", [7]),
        ("contains", "上海", [1, 2, 6, 14, 15]),
        ("contains", "2026-01-01", [6]),
        ("contains", "5", [7, 11]),
        ("one_of", ["上海", 5, 5.5], [1, 3, 4]),
        ("one_of", ["5"], [11]),
        ("at_least", 5.25, [4]),
        ("at_most", 5, [3]),
        ("at_least", "2026-05-31", [7]),
        ("at_most", "2026-05-30", []),
        ("is_set", None, [1, 2, 3, 4, 5, 6, 7, 11, 12, 14, 15]),
    ],
)
def test_attributes_are_compared_within_their_type(
    columns: Columns, operator: str, value: object, expected: list[int]
) -> None:
    put(columns, PEOPLE)
    document = {"kind": "attribute", "name": "city", "operator": operator, "value": value}
    assert asked(columns, document) == expected
    if operator in {"is", "is_set"}:
        opposite = {**document, "operator": {"is": "is_not", "is_set": "is_not_set"}[operator]}
        assert asked(columns, opposite) == [each for each in ALIVE if each not in expected]


HOSTILE = [
    "`", "``", "'", '"', "\\", "\\'", "we`ird", "a.b", "a..b", ".x", "x.", "^a", "a.:Int64", "{p0:String}", "%s", "%(a)s",
    "名 字", "null", "a[]", "$", ";DROP TABLE customers;--", "') OR 1=1 --", "\\n", "{", "}", "?", ":a", "@a",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_and_values_are_just_names_and_values(columns: Columns, name: str) -> None:
    put(
        columns,
        History([Person(1, {name: name}), Person(2, {name: 2}), Person(3)], [Happening(name, 3, NOON, {name: 7})]),
    )
    attribute = {"kind": "attribute", "name": name}
    assert asked(columns, {**attribute, "operator": "is", "value": name}) == [1]
    assert asked(columns, {**attribute, "operator": "contains", "value": name}) == [1]
    assert asked(columns, {**attribute, "operator": "one_of", "value": [name, 2]}) == [1, 2]
    assert asked(columns, {**attribute, "operator": "at_least", "value": 2}) == [2]
    assert asked(columns, {**attribute, "operator": "is_not_set"}) == [3]
    summed = {"kind": "event_sum", "event": name, "property": name, "operator": "at_least", "value": 7}
    assert asked(columns, summed) == [3]


def test_no_text_of_a_definition_stands_in_the_sql() -> None:
    names = ["evil_name", "evil_event", "evil'property"]
    attribute = {"kind": "attribute", "name": names[0], "operator": "one_of", "value": ["evil", 5]}
    summed = {"kind": "event_sum", "event": names[1], "property": names[2], "operator": "at_least", "value": 6}
    query = members_query(parse_definition({"kind": "any", "of": [attribute, summed]}), NOON, Scope("evil."))
    assert "evil" not in query.sql
    assert {*names, "evil."} <= {each for each in query.parameters.values() if isinstance(each, str)}


def test_events_follow_their_customer_through_a_merge(columns: Columns) -> None:
    done = [paid(1, NOON - WEEK), paid(2, NOON), paid(3, NOON), paid(4, NOON), paid(0, NOON), paid(99, NOON)]
    put(columns, History([Person(1), Person(2, is_deleted=True), Person(3)], done, {2: 1, 4: 1}))
    assert asked(columns, count("at_least", 2)) == [1]
    assert asked(columns, count("exactly", 3)) == [1]
    assert asked(columns, count("at_least", 1)) == [1, 3]
    assert asked(columns, count("exactly", 0)) == []


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), [1, 2, 3, 4]),
        (Scope("1."), [2, 3]),
        (Scope("1.2."), [3]),
        (Scope("4."), []),
        (Scope("1.", own_only=True), []),
    ],
)
def test_only_customers_in_scope_count(columns: Columns, scope: Scope, expected: Sequence[int]) -> None:
    people = [Person(1), Person(2, unit_path="1."), Person(3, unit_path="1.2."), Person(4, unit_path="10.2.")]
    put(columns, History(people, [paid(n, NOON) for n in (1, 2, 3, 4)]))
    assert asked(columns, count("at_least", 1), scope=scope) == expected
    seen = preview(columns, parse_definition(count("at_least", 2)), NOON, scope)
    assert (seen.count, seen.total, list(seen.sample_ids)) == (0, len(expected), [])


def test_a_sample_shows_the_newest(columns: Columns) -> None:
    put(columns, History([Person(n) for n in range(1, 31)], [paid(n, NOON) for n in range(1, 26)]))
    seen = preview(columns, parse_definition(count("at_least", 1)), NOON, Scope())
    assert (seen.count, seen.total, list(seen.sample_ids)) == (25, 30, list(range(25, 15, -1)))
    assert seen.elapsed_ms >= 0


def test_a_definition_as_large_as_allowed_is_answered(columns: Columns) -> None:
    put(columns, EDGE)
    leaves = [count("at_least", n + 1, 7 + n) for n in range(48)] + [recency("within", n + 1) for n in range(48)]
    assert asked(columns, {"kind": "any", "of": leaves}) == [1, 2, 3, 4, 6]
