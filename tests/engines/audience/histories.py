"""Histories of customers: random ones, and how they get into the columns. Plain enough to be believed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from siyu.kernel.ids import derived_id
from siyu.platform.columns.client import Columns
from siyu.platform.columns.events import EventRow, insert_events
from siyu.platform.columns.schema import CUSTOMERS, PROFILE_CUSTOMER, TABLES, reload_customer_of
from tests.domain.segments.definitions import DAYS, EVENTS, NAMES, NUMBERS, PROPERTIES, TEXTS

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
UNIT_PATHS = ("", "1.", "1.2.", "1.20.", "3.")


@dataclass(frozen=True)
class Happening:
    """An event of a profile."""

    name: str
    profile_id: int
    occurred_at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    source: str = "test"


@dataclass(frozen=True)
class Person:
    """A customer as projected."""

    customer_id: int
    attributes: Mapping[str, Any] = field(default_factory=dict)
    unit_path: str = ""
    is_deleted: bool = False


@dataclass(frozen=True)
class History:
    """Everything the columns know. `merged`: {profile: the customer it belongs to now} where that is not its own number."""

    people: Sequence[Person]
    happenings: Sequence[Happening] = ()
    merged: Mapping[int, int] = field(default_factory=dict)


def empty(columns: Columns) -> None:
    for table in TABLES:
        columns.command(f"TRUNCATE TABLE {table}")
    reload_customer_of(columns)


def put(columns: Columns, history: History) -> None:
    """Fills empty tables."""
    if history.people:
        columns.insert_columns(
            CUSTOMERS,
            {
                "customer_id": [each.customer_id for each in history.people],
                "unit_path": [each.unit_path for each in history.people],
                "attributes": [json.dumps(each.attributes, ensure_ascii=False) for each in history.people],
                "position": [1] * len(history.people),
                "is_deleted": [int(each.is_deleted) for each in history.people],
            },
        )
    rows = [
        EventRow(
            1,
            n,
            each.name,
            derived_id("happening", n),
            each.profile_id,
            each.occurred_at,
            each.source,
            json.dumps(each.properties, ensure_ascii=False),
        )
        for n, each in enumerate(history.happenings)
    ]
    if rows:
        insert_events(columns, rows, token=f"test:{id(history)}:{derived_id(*rows)}")
    if history.merged:
        columns.insert_columns(
            PROFILE_CUSTOMER,
            {
                "profile_id": list(history.merged),
                "customer_id": list(history.merged.values()),
                "position": [1] * len(history.merged),
            },
        )
        reload_customer_of(columns)


def attribute_values() -> st.SearchStrategy[Any]:
    return st.one_of(
        st.sampled_from(TEXTS),
        st.sampled_from([*NUMBERS, 2**63 + 4096, 0.25, -2.5]),
        st.booleans(),
        st.none(),
        st.sampled_from(["2026-05-31T23:59:59+08:00", "2026-06-01 04:00:00", "2026-5-31", "上海市浦东新区"]),
        st.lists(st.one_of(st.sampled_from(TEXTS), st.none()), max_size=3),
        st.lists(st.sampled_from(NUMBERS), max_size=3),
        st.just(["上海", 5]),
        st.just([{"city": "上海"}]),
        st.just({"inner": "上海"}),
    )


def people() -> st.SearchStrategy[Mapping[str, Any]]:
    return st.dictionaries(st.sampled_from(NAMES), attribute_values(), max_size=5)


def instants() -> st.SearchStrategy[datetime]:
    """Often just at, just before and just after the edge of a window that ends at noon."""
    return st.builds(
        lambda days, milliseconds: NOON - timedelta(days=days, milliseconds=milliseconds),
        st.sampled_from([*DAYS, *DAYS, 0, 0.5, 400, -2]),
        st.sampled_from([0, 0, 0, 1, -1]),
    )


def properties() -> st.SearchStrategy[Mapping[str, Any]]:
    amounts = st.one_of(st.sampled_from([1, 2, 5, -3, 2.5, 0.25]), st.none(), st.just("5"), st.booleans(), st.just([5]))
    return st.fixed_dictionaries(
        {},
        optional={
            PROPERTIES[0]: st.one_of(st.sampled_from([1, 2, 5, -3, 10]), st.none()),
            **dict.fromkeys(PROPERTIES[1:], amounts),
        },
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Up to a dozen customers, some merged, some deleted, and what they did; some of it by nobody we know."""
    count = draw(st.integers(1, 12))
    merged = {}
    for loser in draw(st.sets(st.integers(2, 14), max_size=5)):
        merged[loser] = draw(st.integers(1, loser - 1).filter(lambda winner: winner not in merged))
    merged = {loser: _root(merged, loser) for loser in merged}
    everybody = [
        Person(
            number,
            draw(people()) if number not in merged else {},
            draw(st.sampled_from(UNIT_PATHS)),
            number in merged or draw(st.integers(0, 9)) == 0,
        )
        for number in range(1, count + 1)
    ]
    done = draw(
        st.lists(
            st.builds(Happening, st.sampled_from(EVENTS), st.integers(0, 14), instants(), properties()),
            min_size=draw(st.sampled_from([0, 40])),
            max_size=60,
        )
    )
    return History(everybody, done, merged)


def _root(merged: Mapping[int, int], number: int) -> int:
    while number in merged:
        number = merged[number]
    return number
