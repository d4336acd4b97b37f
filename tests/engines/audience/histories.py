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
from siyu.platform.columns.schema import (
    CUSTOMERS,
    ESTIMATES,
    PROFILE_CUSTOMER,
    TABLES,
    consent_text,
    reload_customer_of,
)
from tests.domain.segments.definitions import (
    CHANNELS,
    DAY_TEXTS,
    ENTRY_CHANNELS,
    EVENTS,
    IDENTITIES,
    IDS,
    NAMES,
    NUMBERS,
    PROPERTIES,
    TEXTS,
)

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
"""Noon of a Monday in Shanghai."""
UNIT_PATHS = ("", "1.", "1.2.", "1.20.", "3.")
CONSENTS = tuple(
    (purpose, channel, state)
    for purpose, channels in (
        ("marketing", (*CHANNELS, "*")),
        ("service", (*CHANNELS, "*")),
        ("profiling", ("*",)),
        ("partner_sharing", ("*",)),
    )
    for channel in channels
    for state in ("granted", "withdrawn")
)


@dataclass(frozen=True)
class Happening:
    """An event of a profile."""

    name: str
    profile_id: int
    occurred_at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    source: str = "test"
    position: int = 1


@dataclass(frozen=True)
class Person:
    """A customer as projected."""

    customer_id: int
    attributes: Mapping[str, Any] = field(default_factory=dict)
    unit_path: str = ""
    is_deleted: bool = False
    is_erased: bool = False
    staff_ids: Sequence[int] = ()
    tag_ids: Sequence[int] = ()
    consents: Sequence[tuple[str, str, str]] = ()
    identity_kinds: Sequence[str] = ()
    entry_channel: str = ""
    position: int = 1


@dataclass(frozen=True)
class History:
    """Everything the columns know. `merged`: {profile: the customer it belongs to now} where that is not its own number."""

    people: Sequence[Person]
    happenings: Sequence[Happening] = ()
    merged: Mapping[int, int] = field(default_factory=dict)
    estimates: Mapping[tuple[str, int | None, int], Mapping[str, float | str]] = field(default_factory=dict)
    """{(model, edition, customer as they were then): what was estimated}."""


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
                "staff_ids": [list(each.staff_ids) for each in history.people],
                "tag_ids": [list(each.tag_ids) for each in history.people],
                "consents": [[consent_text(*said) for said in each.consents] for each in history.people],
                "identity_kinds": [list(each.identity_kinds) for each in history.people],
                "entry_channel": [each.entry_channel for each in history.people],
                "first_seen_at": [NOON] * len(history.people),
                "position": [each.position for each in history.people],
                "is_deleted": [int(each.is_deleted) for each in history.people],
                "is_erased": [int(each.is_erased) for each in history.people],
            },
        )
    rows = [
        EventRow(
            each.position,
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
    put_estimates(columns, history)
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


def put_estimates(columns: Columns, history: History) -> None:
    columns.insert_columns(
        ESTIMATES,
        {
            "model": [model for model, _, _ in history.estimates],
            "edition": [edition for _, edition, _ in history.estimates],
            "customer_id": [customer_id for _, _, customer_id in history.estimates],
            "numbers": [
                {name: value for name, value in row.items() if not isinstance(value, str)}
                for row in history.estimates.values()
            ],
            "words": [
                {name: value for name, value in row.items() if isinstance(value, str)}
                for row in history.estimates.values()
            ],
        },
    )


def random_estimates(random: Random, count: int) -> Mapping[tuple[str, int | None, int], Mapping[str, float | str]]:
    """Rows of two editions of each model, of some; of who was merged meanwhile too."""
    found: dict[tuple[str, int | None, int], Mapping[str, float | str]] = {}
    for number in range(1, count + 5):
        for edition in (1, 2):
            if random.random() < 0.7:
                found["value", edition, number] = _some_of(random, {"p_alive": 0.5, "expected_value_fen": 5000})
            if random.random() < 0.7:
                row: Mapping[str, float | str] = {
                    "best_hour": 20,
                    "weekend_share": 0.25,
                    "city": random.choice(TEXTS),
                    "device": "5",
                }
                found["scene", edition, number] = _some_of(random, row)
    return found


def _some_of(random: Random, row: Mapping[str, float | str]) -> Mapping[str, float | str]:
    numbers = (0, 0.25, 0.5, 1, 2.5, 20, 5000)
    return {
        name: value if isinstance(value, str) else random.choice(numbers)
        for name, value in row.items()
        if random.random() < 0.8
    }


def random_history(random: Random, people_max: int = 24, happenings_max: int = 250, *, positions: int = 1) -> History:
    """Some customers, some of them merged, deleted or erased, and what they did; some of it by nobody we know. Rows and events
    came to the log at positions up to `positions`."""
    count = random.randint(1, people_max)
    merged: dict[int, int] = {}
    for loser in random.sample(range(2, count + 5), k=min(count // 3, 8)):
        merged[loser] = random.randint(1, loser - 1)
    merged = {loser: _root(merged, loser) for loser in merged}
    people = [_random_person(random, number, number in merged, positions) for number in range(1, count + 1)]
    around = [_random_instant(random) for _ in range(12)]
    done = [
        Happening(
            random.choice(EVENTS),
            random.randint(0, count + 5),
            random.choice(around) if random.random() < 0.3 else _random_instant(random),
            _random_properties(random),
            random.choice(("test", "segments")),
            position=random.randint(1, positions),
        )
        for _ in range(random.randint(0, happenings_max))
    ]
    return History(people, done, merged, random_estimates(random, count))


def _random_person(random: Random, number: int, is_merged: bool, positions: int) -> Person:
    said: dict[tuple[str, str], tuple[str, str, str]] = {}
    for one in random.sample(CONSENTS, k=random.randint(0, 6)):
        said[one[:2]] = one
    return Person(
        number,
        {} if is_merged else _random_attributes(random),
        random.choice(UNIT_PATHS),
        is_merged or random.random() < 0.05,
        random.random() < 0.05,
        random.sample((*IDS, 4), k=random.randint(0, 2)),
        random.sample((*IDS, 4), k=random.randint(0, 3)),
        tuple(said.values()),
        random.sample((*IDENTITIES, "unionid"), k=random.randint(0, 2)),
        random.choice((*ENTRY_CHANNELS, "")),
        random.randint(1, positions),
    )


def _random_attributes(random: Random) -> Mapping[str, Any]:
    return {name: _random_value(random) for name in NAMES if random.random() < 0.7} | (
        {"since": _random_day(random)} if random.random() < 0.7 else {}
    )


def _random_value(random: Random) -> Any:
    return random.choice(
        [
            random.choice(TEXTS),
            random.choice(TEXTS),
            random.choice(NUMBERS),
            random.choice([*DAY_TEXTS, "2026-05-31T23:59:59+08:00", "2026-06-01 04:00", "2026-5-31", "上海市浦东新区"]),
            random.choice([True, False, None, 2**63 + 4096, 0.25]),
            [random.choice([*TEXTS, None]) for _ in range(random.randint(0, 3))],
            [random.choice([*NUMBERS, None]) for _ in range(random.randint(0, 3))],
            random.choice([[1, 5], ["上海", 5], [5.0, "5", True], [{"city": "上海"}], {"inner": "上海"}]),
        ]
    )


def _random_day(random: Random) -> str:
    """Days around noon's, birthdays, and what looks like a day and is none."""
    near = NOON + timedelta(days=random.choice([*range(-9, 10), -365, 365, -180, 180]))
    return random.choice(
        [
            f"{near:%Y-%m-%d}",
            f"{near:%Y-%m-%d}T10:00:00+08:00",
            f"{near.replace(year=random.choice([1904, 1990, 2025])):%Y-%m-%d}",
            f"{near:%m-%d}",
            random.choice(["2024-02-29", "1992-02-29", "02-29", "2026-02-31", "2026-06-31", "2026-13-01", "06-01x"]),
        ]
    )


_HOURS = (1, 6, 12, 24, 48, 7 * 24, 8 * 24, 14 * 24, 21 * 24, 28 * 24, 30 * 24)
_MIDNIGHTS = tuple(
    datetime(*day, 0, 0, tzinfo=UTC) - timedelta(hours=8)
    for day in (
        (2026, 6, 1), (2026, 6, 2), (2026, 5, 31), (2026, 5, 30), (2026, 5, 25), (2026, 5, 18), (2026, 5, 1), (2026, 4, 1),
        (2026, 3, 1), (2026, 1, 1), (2025, 10, 1), (2025, 1, 1), (2024, 2, 29), (2024, 3, 1), (2026, 6, 5), (2026, 7, 1),
    )
)  # fmt: skip
"""Midnights in Shanghai at which windows of the calendar and fixed ones begin and end."""


def _random_instant(random: Random) -> datetime:
    """Often just at, just before and just after the edge of a window."""
    edge = timedelta(milliseconds=random.choice([0, 0, 0, 1, -1]))
    if random.random() < 0.3:
        return random.choice(_MIDNIGHTS) + edge
    if random.random() < 0.3:
        return NOON - timedelta(minutes=random.randint(0, 60 * 24 * 40))
    return NOON - timedelta(hours=random.choice([*_HOURS, *_HOURS, 0, 400 * 24, -24, -48])) + edge


def _random_properties(random: Random) -> Mapping[str, Any]:
    amounts = [
        1,
        2,
        5,
        5,
        -3,
        2.5,
        0.25,
        None,
        "5",
        True,
        [5],
        "上海",
        "O'Neil\\n",
        "2026-05-31",
        ["上海", 5],
        {"a": 1},
    ]
    found = {name: random.choice(amounts) for name in PROPERTIES[1:] if random.random() < 0.7}
    return {**found, PROPERTIES[0]: random.choice([1, 2, 5, -3, 10, None])}


def _root(merged: Mapping[int, int], number: int) -> int:
    while number in merged:
        number = merged[number]
    return number
