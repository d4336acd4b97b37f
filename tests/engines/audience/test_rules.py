"""The rules that are written down in `segments.contracts`, one by one, at their edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from siyu.domain.segments.contracts import SequenceCondition
from siyu.domain.segments.definition import parse_definition
from siyu.engines.audience.customer_rows import Rows
from siyu.engines.audience.evaluate import evaluate, members, preview
from siyu.engines.audience.lots import lots
from siyu.engines.audience.scans import Reach, Scan
from siyu.engines.audience.sequences import Courses
from siyu.engines.audience.spans import Moment
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from tests.engines.audience.histories import NOON, Happening, History, Person, put
from tests.engines.audience.reference import SHANGHAI
from tests.engines.audience.test_equal import Kept

MILLISECOND = timedelta(milliseconds=1)
WEEK = timedelta(days=7)


def rolling(most: int | None, least: int | None = None) -> dict[str, Any]:
    return {"kind": "rolling", "most": most and {"amount": most}, "least": least and {"amount": least}}


def count(operator: str, number: int, days: int | None = None) -> dict[str, Any]:
    window = rolling(days) if days else None
    return {"kind": "event", "event": "order_paid", "operator": operator, "value": number, "window": window}


def recency(which: str, days: int = 7) -> dict[str, Any]:
    """The last time was `within` the last days, or `more_than` so many days ago."""
    window = rolling(days) if which == "within" else rolling(None, days)
    return {"kind": "moment", "event": "order_paid", "which": "last", "window": window}


def paid(profile_id: int, at: datetime, **properties: object) -> Happening:
    return Happening("order_paid", profile_id, at, properties)


def asked(
    columns: Columns, document: Mapping[str, Any], as_of: datetime = NOON, scope: Scope | None = None
) -> list[int]:
    condition = parse_definition(document)
    return [int(each) for each in members(columns, condition, as_of, scope or Scope(), zone=SHANGHAI, sets=Kept())]


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
        ({"operator": "at_least", "value": 300}, [1]),
        ({"operator": "at_least", "value": 301}, []),
        ({"operator": "at_least", "value": 0}, [1, 3]),
        ({"operator": "at_most", "value": 0}, [2, 3]),
        ({"operator": "at_most", "value": -50}, [2]),
        ({"operator": "at_most", "value": -51}, []),
        ({"operator": "at_least", "value": 200, "window": rolling(7)}, [1]),
        ({"operator": "at_least", "value": 201, "window": rolling(7)}, []),
        ({"operator": "at_most", "value": 0.25, "property": "weight"}, [2, 3]),
        ({"operator": "at_least", "value": 0.75, "property": "weight"}, [1]),
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
    summed = {"kind": "event", "measure": "sum", "event": "order_paid", "property": "total_fen"}
    assert asked(columns, {**summed, **document}) == expected


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
        History(
            [Person(1, {name: name}), Person(2, {name: 2}), Person(3), Person(4)],
            [
                Happening(name, 3, NOON, {name: 7}),
                Happening(name, 4, NOON - MILLISECOND, {name: name}),
                Happening(name, 4, NOON, {name: name}),
            ],
        ),
    )
    attribute = {"kind": "attribute", "name": name}
    assert asked(columns, {**attribute, "operator": "is", "value": name}) == [1]
    assert asked(columns, {**attribute, "operator": "contains", "value": name}) == [1]
    assert asked(columns, {**attribute, "operator": "one_of", "value": [name, 2]}) == [1, 2]
    assert asked(columns, {**attribute, "operator": "at_least", "value": 2}) == [2]
    assert asked(columns, {**attribute, "operator": "starts_with", "value": name}) == [1]
    assert asked(columns, {**attribute, "operator": "is_not_set"}) == [3, 4]
    summed = {"kind": "event", "measure": "sum", "event": name, "property": name, "operator": "at_least", "value": 7}
    assert asked(columns, summed) == [3]
    distinct = {
        **summed,
        "measure": "distinct",
        "value": 1,
        "where": [{"property": name, "operator": "is", "value": 7}],
    }
    assert asked(columns, distinct) == [3]
    stood = {"kind": "event_value", "event": name, "which": "last", "property": name, "operator": "one_of"}
    assert asked(columns, {**stood, "value": [7, name]}) == [3, 4]
    steps = [{"event": name}, {"event": name, "within": {"amount": 1}, "without": [{"event": name}]}]
    assert asked(columns, {"kind": "sequence", "steps": steps, "same": name}) == [4]


def test_no_text_of_a_definition_stands_in_the_sql() -> None:
    names = ["evil_name", "evil_event", "evil'property", "evil_value", "evil_same", "evil."]
    moment, reach = Moment(NOON, SHANGHAI), Reach()
    rows = Rows(moment, Scope("evil."), reach, wants_due=True)
    scan = Scan("evil_event", moment, reach, wants_due=True)
    courses = Courses("evil_same", moment, reach, wants_due=True)
    where = [{"property": "evil'property", "operator": "starts_with", "value": "evil_value"}]
    event = {"event": "evil_event", "where": where}
    for document in (
        {"kind": "attribute", "name": "evil_name", "operator": "one_of", "value": ["evil_value", 5]},
        {"kind": "attribute", "name": "evil_name", "operator": "in_last_days", "value": 5},
        {"kind": "anniversary", "attribute": "evil_name", "from_days": 0, "to_days": 1},
        {"kind": "entry", "channels": ["evil_value"]},
    ):
        rows.add("", parse_definition(document))  # type: ignore[arg-type]  # all of them are about rows
    more: list[dict[str, Any]] = [
        {"kind": "event", "operator": "at_least", "value": 5, "measure": "sum", "property": "evil'property", **event},
        {
            "kind": "event_value",
            "which": "last",
            "property": "evil_name",
            "operator": "contains",
            "value": "evil",
            **event,
        },
        {"kind": "anniversary", "from_days": 0, "to_days": 1, **event},
    ]
    for document in more:
        scan.add("", parse_definition(document))  # type: ignore[arg-type]  # all of them are about events of one name
    sequence = parse_definition({"kind": "sequence", "steps": [event, event], "same": "evil_same"})
    assert isinstance(sequence, SequenceCondition)
    courses.add("", sequence)
    queries = [*rows.queries, scan.query, courses.rows_query()]
    assert not [query.sql for query in queries if "evil" in query.sql]
    bound = repr([query.parameters for query in queries])
    assert [name for name in names if name not in bound] == []


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
    seen = preview(columns, parse_definition(count("at_least", 2)), NOON, scope, zone=SHANGHAI, sets=Kept())
    assert (seen.count, seen.total, list(seen.sample_ids)) == (0, len(expected), [])


def test_a_sample_shows_the_newest(columns: Columns) -> None:
    put(columns, History([Person(n) for n in range(1, 31)], [paid(n, NOON) for n in range(1, 26)]))
    seen = preview(columns, parse_definition(count("at_least", 1)), NOON, Scope(), zone=SHANGHAI, sets=Kept())
    assert (seen.count, seen.total, list(seen.sample_ids)) == (25, 30, list(range(25, 15, -1)))
    assert seen.elapsed_ms >= 0


def test_a_definition_as_large_as_allowed_is_answered(columns: Columns) -> None:
    put(columns, EDGE)
    leaves = [count("at_least", n + 1, 7 + n) for n in range(48)] + [recency("within", n + 1) for n in range(48)]
    assert asked(columns, {"kind": "any", "of": leaves}) == [1, 2, 3, 4, 6]
    long = [{"kind": "attribute", "name": "city", "operator": "one_of", "value": [f"{n:0199d}号" for n in range(1000)]}]
    assert asked(columns, {"kind": "any", "of": [*long, *leaves]}) == [1, 2, 3, 4, 6]


def test_more_conditions_on_one_name_than_a_word_has_bits(columns: Columns) -> None:
    put(
        columns,
        History([Person(n) for n in range(1, 5)], [paid(n, NOON, n=m) for n in (1, 2, 3) for m in range(40 * n)]),
    )
    often = [parse_definition(count("at_least", n)) for n in range(1, 151)]
    answers = evaluate(columns, often, NOON, zone=SHANGHAI, sets=Kept())
    assert [len(answers.members(n)) for n in range(150)] == [3] * 40 + [2] * 40 + [1] * 40 + [0] * 30


def test_more_conditions_than_a_statement_holds(columns: Columns) -> None:
    """On one name and of one kind, each with words of its own; the columns refuse a statement of a quarter of a megabyte."""
    put(columns, History([Person(1, {"note": "n7"}), Person(2)], [paid(2, NOON, note="n7")]))
    note = [{"operator": "is", "value": f"n{n}"} for n in range(1_200)]
    done = [
        {**count("at_least", 1, 7 + n % 90), "where": [{"property": "note", **each}]} for n, each in enumerate(note)
    ]
    known = [{"kind": "attribute", "name": "note", **each} for each in note]
    answers = evaluate(columns, [*map(parse_definition, [*done, *known])], NOON, zone=SHANGHAI, sets=Kept())
    found = {n: answers.members(n).tolist() for n in range(2_400) if len(answers.members(n))}
    assert found == {7: [2], 1_207: [1]}


def test_an_event_at_the_same_instant_is_the_last_if_it_came_to_the_log_last(columns: Columns) -> None:
    told = [(1, 5, "a"), (1, 6, "b"), (2, 6, "b"), (2, 5, "a"), (3, 5, "b"), (3, 5, "a")]
    put(
        columns,
        History(
            [Person(n) for n in (1, 2, 3)],
            [Happening("order_paid", who, NOON, {"shop": shop}, position=at) for who, at, shop in told],
        ),
    )
    document = {"kind": "event_value", "event": "order_paid", "property": "shop", "operator": "is", "value": "b"}
    assert asked(columns, {**document, "which": "last"}) == [1, 2]
    assert asked(columns, {**document, "which": "first"}) == [3]


STEPS: list[dict[str, Any]] = [{"event": "a"}, {"event": "b", "within": {"amount": 1, "unit": "hour"}}]
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("happened", "document", "holds"),
    [
        ([("a", 0), ("b", 60)], {}, True),
        ([("a", 0), ("b", 61)], {}, False),
        ([("a", 0), ("b", 0)], {}, False),  # strictly later
        ([("b", 0), ("a", 1)], {}, False),
        ([("a", 0), ("a", 10), ("b", 65)], {}, True),  # the second of two will do
        ([("a", 0), ("c", 5), ("b", 10)], {"steps": [STEPS[0], {**STEPS[1], "without": [{"event": "c"}]}]}, False),
        (
            [("a", 0), ("c", 5), ("a", 5), ("b", 10)],
            {"steps": [STEPS[0], {**STEPS[1], "without": [{"event": "c"}]}]},
            True,
        ),
        ([("a", 0), ("c", 10), ("b", 10)], {"steps": [STEPS[0], {**STEPS[1], "without": [{"event": "c"}]}]}, True),
        ([("a", 0), ("b", 5), ("c", 9)], {"steps": [*STEPS, {"event": "c"}]}, True),
        ([("a", 0), ("b", 5), ("a", 9)], {"steps": [*STEPS, {"event": "a"}]}, True),
        ([("a", 0)], {"steps": [STEPS[0], {**STEPS[1], "is_absent": True}]}, True),
        ([("a", 0), ("b", 60)], {"steps": [STEPS[0], {**STEPS[1], "is_absent": True}]}, False),
        ([("a", 0), ("b", 61)], {"steps": [STEPS[0], {**STEPS[1], "is_absent": True}]}, True),
        ([("a", 0), ("b", 0)], {"steps": [STEPS[0], {**STEPS[1], "is_absent": True}]}, True),
        ([("a", 24 * 60 - 59)], {"steps": [STEPS[0], {**STEPS[1], "is_absent": True}]}, False),  # it may still come
    ],
)
def test_sequences_follow_their_words(
    columns: Columns, happened: list[tuple[str, int]], document: dict[str, Any], holds: bool
) -> None:
    start = NOON - 24 * HOUR
    put(columns, History([Person(1)], [Happening(name, 1, start + timedelta(minutes=at)) for name, at in happened]))
    assert asked(columns, {"kind": "sequence", "steps": STEPS, **document}) == ([1] if holds else [])


def test_lots_are_drawn_as_they_always_were() -> None:
    """Whoever is in a sample is in it for ever."""
    ids = np.array([1, 2, 3, 1_000_000, 2**40], np.uint64)
    assert lots("春季", ids).round(6).tolist() == [57.386418, 60.67624, 28.290316, 4.74683, 20.575116]
    many = np.arange(1, 200_001, dtype=np.uint64)
    tenth = lots("a", many) < 10
    assert abs(tenth.mean() - 0.1) < 0.005
    assert abs((tenth & (lots("b", many) < 10)).mean() - 0.01) < 0.002  # two names draw independently
