"""A person's events in the log, found without walking through all of it.

The log has no index by profile, for that would slow every event down. The columns know the place of every event they have; what
the columns do not have yet is the log's young end, which is walked through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.consuming import slowest_position
from siyu.platform.postgres.database import Database

PROFILES_AT_ONCE = 1_000
PLACES_AT_ONCE = 5_000

_PLACES = "SELECT position, n FROM events WHERE profile_id IN {profiles:Array(UInt64)}"
_SELECT = """
SELECT e.batch_id, e.n, e.profile_id, e.name, e.occurred_at, e.source, e.properties::text FROM log.events e
"""


class LoggedEvent(NamedTuple):
    """An event where it stands in PostgreSQL."""

    batch_id: int
    n: int
    profile_id: int
    name: str
    occurred_at: datetime
    source: str
    properties_json: str


class Place(NamedTuple):
    """Where an event stands: its batch and its number in it."""

    batch_id: int
    n: int


def places_of(database: Database, columns: Columns, consumer: str, profile_ids: Collection[int]) -> list[Place]:
    """The places of all events of the profiles that are committed now. `consumer` fills the columns."""
    with database.read() as reading:
        reached = slowest_position(reading.driver, [consumer]) or 0
    ordered = sorted(profile_ids)
    found: set[Place] = set()
    for start in range(0, len(ordered), PROFILES_AT_ONCE):
        some = ordered[start : start + PROFILES_AT_ONCE]
        rows = [row for row in columns.query(_PLACES, {"profiles": some}) if row[0] <= reached]
        with database.read() as reading:
            found.update(_batches(reading.driver, rows))
            found.update(_young(reading.driver, reached, some))
    return sorted(found)


def _batches(driver: psycopg.Connection[Any], rows: Sequence[tuple[Any, ...]]) -> Iterator[Place]:
    positions = sorted({int(row[0]) for row in rows})
    batch_of = dict(
        driver.execute("SELECT position, batch_id FROM log.batches WHERE position = ANY(%s)", (positions,)).fetchall()
    )
    for position, n in rows:
        yield Place(batch_of[position], n)


def _young(driver: psycopg.Connection[Any], reached: int, profile_ids: Sequence[int]) -> Iterator[Place]:
    rows = driver.execute(
        """
        SELECT e.batch_id, e.n FROM (
            SELECT batch_id FROM log.batches WHERE position > %s
            UNION ALL SELECT batch_id FROM log.batches WHERE position IS NULL
        ) AS b JOIN log.events e ON e.batch_id = b.batch_id WHERE e.profile_id = ANY(%s)
        """,
        (reached, list(profile_ids)),
    )
    for row in rows:
        yield Place(*row)


def read_places(driver: psycopg.Connection[Any], places: Sequence[Place]) -> list[LoggedEvent]:
    """The events at these places, in their order."""
    rows = driver.execute(
        _SELECT + "JOIN unnest(%s::bigint[], %s::integer[]) AS p(batch_id, n) ON e.batch_id = p.batch_id AND e.n = p.n"
        " ORDER BY e.batch_id, e.n",
        ([place.batch_id for place in places], [place.n for place in places]),
    ).fetchall()
    return [LoggedEvent(*row) for row in rows]


def lock_places(driver: psycopg.Connection[Any], places: Sequence[Place]) -> list[LoggedEvent]:
    """As `read_places`; nobody else writes to them until the commit."""
    rows = driver.execute(
        _SELECT + "JOIN unnest(%s::bigint[], %s::integer[]) AS p(batch_id, n) ON e.batch_id = p.batch_id AND e.n = p.n"
        " ORDER BY e.batch_id, e.n FOR UPDATE OF e",
        ([place.batch_id for place in places], [place.n for place in places]),
    ).fetchall()
    return [LoggedEvent(*row) for row in rows]


def lock_batches(driver: psycopg.Connection[Any], after: int, upto: int) -> list[LoggedEvent]:
    """All events of the batches after `after`, up to and with `upto`; nobody else writes to them until the commit."""
    rows = driver.execute(
        _SELECT + "WHERE e.batch_id > %s AND e.batch_id <= %s ORDER BY e.batch_id, e.n FOR UPDATE OF e", (after, upto)
    ).fetchall()
    return [LoggedEvent(*row) for row in rows]


def save_properties(driver: psycopg.Connection[Any], changed: Sequence[tuple[LoggedEvent, str]]) -> None:
    """Puts other properties in the place of those that stood there."""
    driver.execute(
        """
        UPDATE log.events e SET properties = c.properties::json
        FROM unnest(%s::bigint[], %s::integer[], %s::text[]) AS c(batch_id, n, properties)
        WHERE e.batch_id = c.batch_id AND e.n = c.n
        """,
        (
            [event.batch_id for event, _ in changed],
            [event.n for event, _ in changed],
            [properties for _, properties in changed],
        ),
    )
