"""Histories of customers: random ones, and how they get into the columns. Plain enough to be believed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from siyu.kernel.ids import derived_id
from siyu.platform.columns.client import Columns
from siyu.platform.columns.events import EventRow, insert_events
from siyu.platform.columns.schema import CUSTOMERS, PROFILE_CUSTOMER, TABLES, reload_customer_of
from tests.domain.segments.definitions import DAY_TEXTS, DAYS, EVENTS, NAMES, NUMBERS, PROPERTIES, TEXTS

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


def random_history(random: Random, people_max: int = 30, happenings_max: int = 250) -> History:
    """Some customers, some of them merged or deleted, and what they did; some of it by nobody we know."""
    count = random.randint(1, people_max)
    merged: dict[int, int] = {}
    for loser in random.sample(range(2, count + 5), k=min(count // 3, 8)):
        merged[loser] = random.randint(1, loser - 1)
    merged = {loser: _root(merged, loser) for loser in merged}
    people = [
        Person(
            number,
            _random_attributes(random) if number not in merged else {},
            random.choice(UNIT_PATHS),
            number in merged or random.random() < 0.05,
        )
        for number in range(1, count + 1)
    ]
    done = [
        Happening(
            random.choice(EVENTS), random.randint(0, count + 5), _random_instant(random), _random_properties(random)
        )
        for _ in range(random.randint(0, happenings_max))
    ]
    return History(people, done, merged)


def _random_attributes(random: Random) -> Mapping[str, Any]:
    return {name: _random_value(random) for name in NAMES if random.random() < 0.7}


def _random_value(random: Random) -> Any:
    return random.choice(
        [
            random.choice(TEXTS),
            random.choice(NUMBERS),
            random.choice(
                [*DAY_TEXTS, "2026-05-31T23:59:59+08:00", "2026-06-01 04:00:00", "2026-5-31", "上海市浦东新区"]
            ),
            random.choice([True, False, None, 2**63 + 4096, 0.25]),
            [random.choice([*TEXTS, None]) for _ in range(random.randint(0, 3))],
            random.choice([[1, 5], ["上海", 5], [{"city": "上海"}], {"inner": "上海"}]),
        ]
    )


def _random_instant(random: Random) -> datetime:
    """Often just at, just before and just after the edge of a window that ends at noon."""
    days = random.choice([*DAYS, *DAYS, 0, 0.5, 400, -2])
    return NOON - timedelta(days=days, milliseconds=random.choice([0, 0, 0, 1, -1]))


def _random_properties(random: Random) -> Mapping[str, Any]:
    amounts = [1, 2, 5, -3, 2.5, 0.25, None, "5", True, [5]]
    found = {name: random.choice(amounts) for name in PROPERTIES[1:] if random.random() < 0.7}
    return {**found, PROPERTIES[0]: random.choice([1, 2, 5, -3, 10, None])}


def _root(merged: Mapping[int, int], number: int) -> int:
    while number in merged:
        number = merged[number]
    return number
