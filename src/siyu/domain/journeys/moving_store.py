"""Every statement that moves entries. What is written for many travels as COPY in binary: rows of a fixed width, which numpy makes
in one go; so a batch of twenty thousand costs a handful of statements and next to no time outside of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

import numpy as np
import psycopg
from numpy.typing import NDArray

from siyu.domain.journeys.entering_store import EntryRow
from siyu.domain.journeys.entries_contracts import STATES, DueEntries, Fault, Moved, Onward, Waiting

Driver = psycopg.Connection[Any]

_EPOCH_US: Final = 946_684_800_000_000
"""PostgreSQL counts its microseconds from the beginning of the year 2000."""
_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_FIELDS: Final = (
    ("entry_id", ">i8"),
    ("place", ">i2"),
    ("onward", ">i2"),
    ("state", ">i2"),
    ("awaiting", ">i2"),
    ("fault", ">i2"),
    ("path", ">i4"),
    ("visit", ">i4"),
    ("ready_position", ">i8"),
    ("due_at", ">i8"),
)
_ROW: Final = np.dtype(
    [("count", ">i2"), *(each for name, kind in _FIELDS for each in ((f"{name}_length", ">i4"), (name, kind)))]
)
_MOVING: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS journeys_moving (
    entry_id bigint, place smallint, onward smallint, state smallint, awaiting smallint, fault smallint,
    path integer, visit integer, ready_position bigint, due_at timestamptz
) ON COMMIT DELETE ROWS;
DELETE FROM journeys_moving
"""


def share_rests(driver: Driver) -> None:
    """Whoever brings entries to rest for an event holds this; whoever wakes them waits for that: an event is either seen to have
    come before the rest, or finds it there."""
    driver.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended('journeys.rests', 0))")


def lock_rests(driver: Driver) -> None:
    """Waits until all have come to rest who are about to, and holds others back until the commit."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('journeys.rests', 0))")


def select_due_journeys(driver: Driver, now: datetime) -> list[int]:
    """Running journeys in which somebody is to move on."""
    rows = driver.execute(
        """
        SELECT j.journey_id FROM journeys.journeys j WHERE j.is_running AND EXISTS (
            SELECT 1 FROM journeys.entries e
            WHERE e.journey_id = j.journey_id AND e.state = 'active' AND e.due_at <= %s
        ) ORDER BY j.journey_id
        """,
        (now,),
    ).fetchall()
    return [row[0] for row in rows]


def lock_due(driver: Driver, journey_ids: Sequence[int], each_max: int, now: datetime) -> DueEntries:
    """Entries that are to move on, the longest due first, locked; those that another worker has are left to it."""
    with driver.cursor(binary=True) as cursor:
        cursor.execute(
            """
            SELECT due.* FROM unnest(%s::bigint[]) AS j(journey_id) CROSS JOIN LATERAL (
                SELECT e.entry_id, e.journey_id, e.version::bigint, coalesce(e.customer_id, e.group_id, e.staff_id),
                       coalesce(e.profile_id, 0), e.place::bigint, e.onward::bigint, e.visits::bigint, e.ready_position,
                       (extract(epoch FROM e.entered_at) * 1000000)::bigint,
                       (extract(epoch FROM e.arrived_at) * 1000000)::bigint
                FROM journeys.entries e
                WHERE e.journey_id = j.journey_id AND e.state = 'active' AND e.due_at <= %s
                ORDER BY e.due_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
            ) AS due
            """,
            (list(journey_ids), now, each_max),
        )
        rows = cursor.fetchall()
    table: NDArray[np.int64] = np.array(rows, dtype=np.int64).reshape(len(rows), 11)
    return DueEntries(*(np.ascontiguousarray(table[:, column]) for column in range(11)))


def save_moves(driver: Driver, moves: Sequence[Moved], now: datetime) -> None:
    """Puts entries where they have come to, and keeps what they came by."""
    awaited, faults = list[str](), list[Fault]()
    path_list: list[tuple[int, ...]] = []
    with driver.cursor() as cursor:
        cursor.execute(_MOVING)
        with cursor.copy("COPY journeys_moving FROM STDIN (FORMAT binary)") as copy:
            copy.write(_SIGNATURE)
            for moved in moves:
                copy.write(_packed(moved, len(awaited), len(faults), len(path_list)))
                awaited += moved.awaited
                faults += moved.fault_list
                path_list += moved.path_list
            copy.write(_TRAILER)
        # few rows of a large table by its key: what the planner would guess of a new table leads it to read the large one whole
        cursor.execute("SET LOCAL enable_hashjoin = off")
        cursor.execute("SET LOCAL enable_mergejoin = off")
        cursor.execute(
            _INSERT_PASSAGES, {"now": now, "texts": ["{" + ",".join(map(str, path)) + "}" for path in path_list]}
        )
        cursor.execute(
            _UPDATE,
            {
                "now": now,
                "states": [state.value for state in STATES],
                "awaited": awaited,
                "faults": [each.code for each in faults],
                "details": [each.detail for each in faults],
                "is_moved": [bool(path) for path in path_list],
            },
        )
        cursor.execute("SET LOCAL enable_hashjoin = on")
        cursor.execute("SET LOCAL enable_mergejoin = on")


_INSERT_PASSAGES: Final = """
INSERT INTO journeys.passages (entry_id, n, at, places)
SELECT m.entry_id, m.visit, %(now)s, ((%(texts)s::text[])[m.path])::smallint[] FROM journeys_moving m
WHERE (%(texts)s::text[])[m.path] <> '{}'
"""
_UPDATE: Final = """
UPDATE journeys.entries e SET place = m.place, onward = m.onward, due_at = m.due_at, visits = e.visits + 1,
    arrived_at = CASE WHEN (%(is_moved)s::boolean[])[m.path] THEN %(now)s ELSE e.arrived_at END,
    ready_position = m.ready_position, state = (%(states)s::text[])[m.state + 1],
    ended_at = CASE WHEN m.state = 2 THEN %(now)s END,
    awaiting = (%(awaited)s::text[])[m.awaiting], fault = (%(faults)s::text[])[m.fault],
    fault_detail = (%(details)s::text[])[m.fault]
FROM journeys_moving m WHERE e.entry_id = m.entry_id AND e.ended_at IS NULL
"""


def save_places(driver: Driver, places: Mapping[int, int]) -> None:
    """Puts entries that have ended where they had come to, {entry: place}."""
    driver.execute(
        "UPDATE journeys.entries e SET place = w.place FROM unnest(%s::bigint[], %s::smallint[]) AS w(entry_id, place)"
        " WHERE e.entry_id = w.entry_id",
        (list(places), list(places.values())),
    )


def delete_passages(driver: Driver, since: datetime | None, before: datetime, size: int) -> tuple[int, datetime | None]:
    """Some of entries that ended before, the oldest first; gives how many, and when the last was: what was looked through is not
    looked through again. An entry that is open keeps all of its path."""
    row = driver.execute(
        "WITH gone AS (DELETE FROM journeys.passages WHERE ctid = ANY(ARRAY("
        " SELECT p.ctid FROM journeys.passages p JOIN journeys.entries e USING (entry_id)"
        " WHERE p.at >= coalesce(%(since)s, '-infinity'::timestamptz) AND p.at < %(before)s AND e.ended_at < %(before)s"
        " ORDER BY p.at LIMIT %(size)s)) RETURNING at) SELECT count(*), max(at) FROM gone",
        {"since": since, "before": before, "size": size},
    ).fetchone()
    return (row[0], row[1]) if row is not None else (0, None)


def select_ended(driver: Driver, entry_ids: Collection[int]) -> list[int]:
    """Those of the entries that have ended."""
    rows = driver.execute(
        "SELECT entry_id FROM journeys.entries WHERE entry_id = ANY(%s) AND ended_at IS NOT NULL", (list(entry_ids),)
    ).fetchall()
    return [row[0] for row in rows]


def _packed(moved: Moved, awaited_before: int, faults_before: int, paths_before: int) -> bytes:
    rows = np.zeros(len(moved.entries), dtype=_ROW)
    rows["count"] = len(_FIELDS)
    for name, kind in _FIELDS:
        rows[f"{name}_length"] = np.dtype(kind).itemsize
    rows["entry_id"] = moved.entries.entry_ids
    rows["place"] = moved.places
    rows["onward"] = moved.onwards
    rows["state"] = moved.states
    rows["awaiting"] = np.where(moved.awaiting > 0, moved.awaiting + awaited_before, 0)
    rows["fault"] = np.where(moved.faults > 0, moved.faults + faults_before, 0)
    rows["path"] = moved.paths + 1 + paths_before
    rows["visit"] = moved.entries.visits
    rows["ready_position"] = moved.ready_positions
    rows["due_at"] = moved.due_us - _EPOCH_US
    return rows.tobytes()


def head_position(driver: Driver) -> int:
    """The last position of the log."""
    row = driver.execute("SELECT max(position) FROM log.batches WHERE position IS NOT NULL").fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def last_batch(driver: Driver) -> int:
    """The last batch of the log that this transaction sees: its own, where it has appended one."""
    row = driver.execute("SELECT coalesce(max(batch_id), 0) FROM log.batches").fetchone()
    return int(row[0]) if row else 0


def positions_of(driver: Driver, batch_ids: Collection[int]) -> dict[int, int]:
    """The positions of those of the batches that have one."""
    rows = driver.execute(
        "SELECT batch_id, position FROM log.batches WHERE batch_id = ANY(%s) AND position IS NOT NULL",
        (sorted(batch_ids),),
    ).fetchall()
    return dict(rows)


def select_waiting(
    driver: Driver, names: Sequence[str], customers: Sequence[int], positions: Sequence[int]
) -> list[Waiting]:
    """Entries that rest for events like these, which came after they had come to rest; by the events' numbers."""
    rows = driver.execute(
        """
        SELECT e.entry_id, e.journey_id, e.version, e.place, d.number
        FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS d(name, customer_id, position, number)
        JOIN journeys.entries e ON e.customer_id = d.customer_id AND e.ended_at IS NULL AND e.awaiting = d.name
        WHERE e.state = 'active' AND e.onward = 1 AND e.ready_position < d.position
        ORDER BY d.number
        """,
        (list(names), list(customers), list(positions)),
    ).fetchall()
    return [
        Waiting(entry_id, journey, version, place, number - 1) for entry_id, journey, version, place, number in rows
    ]


def wake(driver: Driver, entries: Mapping[int, int], now: datetime) -> None:
    """Lets entries go on that rest for an event, {entry: the position of the event}."""
    driver.execute(
        "UPDATE journeys.entries e SET onward = 2, due_at = %s, awaiting = NULL, ready_position = w.position"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS w(entry_id, position)"
        " WHERE e.entry_id = w.entry_id AND e.state = 'active' AND e.onward = 1",
        (now, list(entries), list(entries.values())),
    )


def select_versions(driver: Driver, entry_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """{entry: (journey, version)} of those of the entries that rest."""
    rows = driver.execute(
        "SELECT entry_id, journey_id, version FROM journeys.entries"
        " WHERE entry_id = ANY(%s) AND state = 'active' AND onward = 1",
        (list(entry_ids),),
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def wake_by_key(
    driver: Driver, keys: Sequence[tuple[int, int, int]], onward: Onward, position: int, now: datetime
) -> int:
    """Lets entries go on that rest for what they asked for: (entry, place, the visit in which they asked)."""
    found = driver.execute(
        "UPDATE journeys.entries e SET onward = %s, due_at = %s, ready_position = greatest(ready_position, %s)"
        " FROM unnest(%s::bigint[], %s::integer[], %s::integer[]) AS w(entry_id, place, visit)"
        " WHERE e.entry_id = w.entry_id AND e.place = w.place AND e.visits = w.visit + 1 AND e.state = 'active'"
        " AND e.onward = 1",
        (
            int(onward),
            now,
            position,
            [each[0] for each in keys],
            [each[1] for each in keys],
            [each[2] for each in keys],
        ),
    )
    return found.rowcount


def resume_paused(
    driver: Driver, journey_id: int, entry_ids: Collection[int] | None, node: tuple[int, int] | None, now: datetime
) -> list[EntryRow]:
    """Lets entries that a fault holds try again: those named, or all at a place of a version, or all there are."""
    rows = driver.execute(
        """
        UPDATE journeys.entries e SET state = 'active', onward = 0, due_at = %(now)s, arrived_at = %(now)s, fault = NULL,
            fault_detail = NULL
        WHERE e.journey_id = %(journey_id)s AND e.state = 'paused'
          AND (%(entries)s::bigint[] IS NULL OR e.entry_id = ANY(%(entries)s))
          AND (%(version)s::integer IS NULL OR (e.version = %(version)s AND e.place = %(place)s))
        RETURNING e.entry_id, e.journey_id, e.version, coalesce(e.customer_id, e.group_id, e.staff_id), e.place,
            e.customer_id IS NOT NULL, true
        """,
        {
            "now": now,
            "journey_id": journey_id,
            "entries": sorted(entry_ids) if entry_ids is not None else None,
            "version": node[0] if node else None,
            "place": node[1] if node else None,
        },
    ).fetchall()
    return [EntryRow(*row) for row in rows]


def lock_moving_journey(driver: Driver) -> tuple[int, int] | None:
    """(journey, version in force) of one whose older entries are still to be moved to it."""
    row = driver.execute(
        "SELECT journey_id, version FROM journeys.journeys WHERE is_moving ORDER BY journey_id LIMIT 1"
        " FOR UPDATE SKIP LOCKED"
    ).fetchone()
    return (row[0], row[1]) if row else None


def select_older_versions(driver: Driver, journey_id: int, version: int) -> list[int]:
    """Versions before this one in which somebody still is."""
    rows = driver.execute(
        "SELECT p.version FROM journeys.plans p WHERE p.journey_id = %s AND p.version < %s AND (EXISTS ("
        " SELECT 1 FROM journeys.entries e WHERE e.journey_id = p.journey_id AND e.version = p.version"
        " AND e.state = 'active') OR EXISTS ("
        " SELECT 1 FROM journeys.entries e WHERE e.journey_id = p.journey_id AND e.version = p.version"
        " AND e.state = 'paused')) ORDER BY 1",
        (journey_id, version),
    ).fetchall()
    return [row[0] for row in rows]


def move_version(
    driver: Driver,
    journey_id: int,
    versions: tuple[int, int],
    state: Literal["active", "paused"],
    places: Mapping[int, tuple[int, bool]],
    size: int,
    now: datetime,
) -> list[tuple[int, int, int]]:
    """Moves up to `size` entries in a state from one version to another, {place: (the new place, whether they go on waiting)};
    gives (old place, new place, how many)."""
    rows = driver.execute(
        f"""
        WITH chosen AS (
            SELECT e.entry_id, e.place FROM journeys.entries e
            WHERE e.journey_id = %(journey_id)s AND e.version = %(old)s AND e.state = '{state}' AND e.place = ANY(%(olds)s)
            LIMIT %(size)s FOR UPDATE SKIP LOCKED
        ), moved AS (
            UPDATE journeys.entries e SET version = %(new)s, place = w.new_place,
                onward = CASE WHEN w.stays THEN e.onward ELSE 0 END,
                due_at = CASE WHEN w.stays THEN e.due_at ELSE %(now)s END,
                arrived_at = CASE WHEN w.stays THEN e.arrived_at ELSE %(now)s END,
                awaiting = CASE WHEN w.stays THEN e.awaiting END
            FROM chosen JOIN unnest(%(olds)s::smallint[], %(news)s::smallint[], %(stays)s::boolean[])
                AS w(old_place, new_place, stays) ON w.old_place = chosen.place
            WHERE e.entry_id = chosen.entry_id
            RETURNING chosen.place AS old_place, e.place AS new_place
        )
        SELECT old_place, new_place, count(*) FROM moved GROUP BY 1, 2
        """,  # noqa: S608  # our own word: an index is of one state
        {
            "journey_id": journey_id,
            "old": versions[0],
            "new": versions[1],
            "olds": list(places),
            "news": [each[0] for each in places.values()],
            "stays": [each[1] for each in places.values()],
            "size": size,
            "now": now,
        },
    ).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def is_anybody_at(driver: Driver, journey_id: int, version: int, places: Collection[int]) -> bool:
    """Whether somebody is at one of the places of a version, though it be that another worker has them."""
    row = driver.execute(
        "SELECT EXISTS (SELECT 1 FROM journeys.entries WHERE journey_id = %s AND version = %s"
        " AND (state = 'active' OR state = 'paused') AND place = ANY(%s))",
        (journey_id, version, list(places)),
    ).fetchone()
    return bool(row and row[0])


def end_moving(driver: Driver, journey_id: int) -> None:
    driver.execute("UPDATE journeys.journeys SET is_moving = false WHERE journey_id = %s", (journey_id,))
