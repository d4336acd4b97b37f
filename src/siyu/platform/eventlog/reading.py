"""Reading the log in its order: by position of the batch, then by place in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from siyu.kernel.events import Event, Properties

ANY_NAME = "*"
"""Stands for every event name."""

STRETCH_BYTES_MAX = 32 * 1024 * 1024
"""Events of 32 KiB must not fill the memory of whoever reads a stretch of 100,000 events; of usual ones it holds as many."""

_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of the log after `after`, up to and with `upto`; `events` is how many events its batches hold.
    `is_repeated` says that somebody may have worked on it before, and nobody knows how far they came."""

    after: int
    upto: int
    events: int
    is_repeated: bool = field(default=False, compare=False)


def head_position(driver: psycopg.Connection[Any]) -> int:
    """The last position given so far; 0 for an empty log."""
    row = driver.execute("SELECT max(position) FROM log.batches WHERE position IS NOT NULL").fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def next_stretch(
    driver: psycopg.Connection[Any],
    after: int,
    *,
    events_max: int,
    upto_max: int | None = None,
    bytes_max: int = STRETCH_BYTES_MAX,
) -> Stretch | None:
    """As many whole batches after `after` as hold at most `events_max` events and `bytes_max` bytes (one at least); None at
    the log's end."""
    row = driver.execute(
        """
        SELECT max(position), sum(size)::bigint FROM (
            SELECT position, size, sum(size) OVER in_order AS total, sum(bytes) OVER in_order AS total_bytes
            FROM (SELECT position, size, bytes FROM log.batches WHERE position > %(after)s AND position <= %(upto)s
                  ORDER BY position LIMIT %(batches)s) AS next
            WINDOW in_order AS (ORDER BY position)
        ) AS running
        WHERE (total <= %(events)s AND total_bytes <= %(bytes)s) OR total = size
        """,
        {
            "after": after,
            "upto": upto_max if upto_max is not None else 2**62,
            "events": events_max,
            "bytes": bytes_max,
            "batches": 20_000,
        },
    ).fetchone()
    if row is None or row[0] is None:
        return None
    return Stretch(after=after, upto=int(row[0]), events=int(row[1]))


class StoredEvent(NamedTuple):
    """An event as it is stored, its properties still JSON text: for those who pass it on without looking inside."""

    position: int
    n: int
    name: str
    event_id: UUID
    profile_id: int
    occurred_at: datetime
    source: str
    properties_json: str


def read_stored(driver: psycopg.Connection[Any], stretch: Stretch, names: Collection[str]) -> list[StoredEvent]:
    """The events of a stretch that have one of `names` (ANY_NAME for all), in order, as they are stored."""
    wanted = None if ANY_NAME in names else list(names)
    with driver.cursor(binary=True) as cursor:
        cursor.execute(
            """
            SELECT b.position, e.n, e.name, e.event_id, e.profile_id, e.occurred_at, e.source, e.properties::text
            FROM log.batches b JOIN log.events e ON e.batch_id = b.batch_id
            WHERE b.position > %(after)s AND b.position <= %(upto)s
              AND (%(names)s::text[] IS NULL OR e.name = ANY(%(names)s))
            ORDER BY b.position, e.n
            """,
            {"after": stretch.after, "upto": stretch.upto, "names": wanted},
        )
        return [StoredEvent(*row) for row in cursor.fetchall()]


def read_events(driver: psycopg.Connection[Any], stretch: Stretch, names: Collection[str]) -> list[Event]:
    """As `read_stored`, with the properties decoded."""
    return [
        Event(
            name=stored.name,
            event_id=stored.event_id,
            profile_id=stored.profile_id,
            occurred_at=stored.occurred_at,
            source=stored.source,
            properties=_decode(stored.properties_json),
            position=stored.position,
            n=stored.n,
        )
        for stored in read_stored(driver, stretch, names)
    ]


def events_about(
    driver: psycopg.Connection[Any], after: int, names: Collection[str], profile_ids: Collection[int]
) -> list[tuple[int, str, datetime, Properties]]:
    """Profile, name, instant and properties of the events of these names after a position that are about some profiles, in order;
    those that are committed but have no position yet come last."""
    rows = driver.execute(
        """
        SELECT e.profile_id, e.name, e.occurred_at, e.properties::text
        FROM log.batches b JOIN log.events e ON e.batch_id = b.batch_id
        WHERE (b.position > %s OR b.position IS NULL) AND e.name = ANY(%s) AND e.profile_id = ANY(%s)
        ORDER BY b.position NULLS LAST, b.batch_id, e.n
        """,
        (after, list(names), list(profile_ids)),
    ).fetchall()
    return [(row[0], row[1], row[2], _decode(row[3])) for row in rows]


def properties_after(driver: psycopg.Connection[Any], after: int, names: Collection[str]) -> list[Properties]:
    """The properties of all events of these names after a position, in no order, and with them those of events that are
    committed but have no position yet. For who must know what others may have seen already."""
    rows = driver.execute(
        """
        SELECT e.properties::text FROM (
            SELECT batch_id FROM log.batches WHERE position > %s
            UNION ALL SELECT batch_id FROM log.batches WHERE position IS NULL
        ) AS b JOIN log.events e ON e.batch_id = b.batch_id WHERE e.name = ANY(%s)
        """,
        (after, list(names)),
    ).fetchall()
    return [_decode(row[0]) for row in rows]


def events_between(driver: psycopg.Connection[Any], after: int, upto: int) -> int:
    """How many events the batches hold that lie after one position, up to and with another."""
    row = driver.execute(
        "SELECT coalesce(sum(size), 0)::bigint FROM log.batches WHERE position > %s AND position <= %s", (after, upto)
    ).fetchone()
    return int(row[0]) if row else 0


def profiles_between(
    driver: psycopg.Connection[Any],
    after: int,
    upto: int,
    names: Collection[str],
    other_than: Collection[str] | None = None,
) -> list[int]:
    """The profiles that events of these names are about, after one position, up to and with another; those of all sources
    `other_than` these too, where any are told."""
    rows = driver.execute(
        """
        SELECT DISTINCT e.profile_id FROM log.batches b JOIN log.events e ON e.batch_id = b.batch_id
        WHERE b.position > %s AND b.position <= %s AND (e.name = ANY(%s) OR e.source <> ALL(%s::text[]))
        """,
        (after, upto, list(names), None if other_than is None else list(other_than)),
    ).fetchall()
    return [row[0] for row in rows]


def profiles_after(
    driver: psycopg.Connection[Any], after: int, names: Collection[str], other_than: Collection[str] | None = None
) -> list[int]:
    """The profiles that events of these names, or of all sources `other_than` these, are about after a position, or that are
    committed but have no position yet."""
    rows = driver.execute(
        """
        SELECT DISTINCT e.profile_id FROM (
            SELECT batch_id FROM log.batches WHERE position > %s
            UNION ALL SELECT batch_id FROM log.batches WHERE position IS NULL
        ) AS b JOIN log.events e ON e.batch_id = b.batch_id WHERE e.name = ANY(%s) OR e.source <> ALL(%s::text[])
        """,
        (after, list(names), None if other_than is None else list(other_than)),
    ).fetchall()
    return [row[0] for row in rows]
