"""Every statement of keeping membership true. What is read or written for many is COPY in binary: rows of a fixed width, which
numpy makes and takes apart in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.types.json import Json

from siyu.domain.segments.keeping_contracts import (
    AUDIENCE_CONSUMER,
    NEVER_MS,
    Call,
    Ids,
    Reason,
    SegmentState,
    Standing,
)
from siyu.domain.segments.rules import CHUNK_BITS, CHUNK_BYTES, Bits

Driver = psycopg.Connection[Any]
Document = Mapping[str, Any]
_Fields = Sequence[tuple[str, np.dtype[Any]]]

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_BITS = np.dtype([("bits", ">i4"), ("rows", "u1", (CHUNK_BYTES,))])
"""A bit string as it travels: how many bits, then the bytes."""


_CHUNK = np.dtype([("chunk", ">i4"), ("members", _BITS)])


def _layout(fields: _Fields) -> np.dtype[Any]:
    """A row as COPY sends it: the number of fields, and before each its length."""
    row: list[tuple[str, Any]] = [("count", ">i2")]
    for name, dtype in fields:
        row += [(f"{name}_length", ">i4"), (name, dtype)]
    return np.dtype(row)


def _rows(fields: _Fields, size: int) -> NDArray[Any]:
    rows = np.zeros(size, dtype=_layout(fields))
    rows["count"] = len(fields)
    for name, dtype in fields:
        rows[f"{name}_length"] = dtype.itemsize
    return rows


def _copy_in(driver: Driver, table: str, fields: _Fields, rows: NDArray[Any]) -> None:
    names = ", ".join(name for name, _ in fields)
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)") as copy:
        copy.write(_SIGNATURE)
        copy.write(rows.tobytes())
        copy.write(_TRAILER)


_MEMBERS: _Fields = [("segment_id", np.dtype(">i8")), ("chunk", np.dtype(">i4")), ("members", _BITS)]
_CALLS: _Fields = [("customer_id", np.dtype(">i8")), ("reason", np.dtype(">i2"))]
_DUES: _Fields = [("customer_id", np.dtype(">i8")), ("due_ms", np.dtype(">i8")), ("reason", np.dtype(">i2"))]


# --- where it stands


def standing(driver: Driver, *, lock: bool = False) -> Standing:
    """Where keeping stands; with `lock`, nobody else moves it before the commit."""
    if lock:
        driver.execute("INSERT INTO segments.ticks DEFAULT VALUES ON CONFLICT DO NOTHING")
        driver.execute("INSERT INTO log.consumers (name) VALUES (%s) ON CONFLICT DO NOTHING", (AUDIENCE_CONSUMER,))
        driver.execute("SELECT 1 FROM segments.ticks FOR UPDATE")
    row = driver.execute(
        "SELECT t.number, t.as_of, (SELECT position FROM log.consumers WHERE name = %s) FROM segments.ticks t",
        (AUDIENCE_CONSUMER,),
    ).fetchone()
    return Standing(row[0], row[1], row[2] or 0) if row else Standing(0, None, 0)


def save_standing(driver: Driver, now: Standing) -> None:
    driver.execute("UPDATE segments.ticks SET number = %s, as_of = %s", (now.number, now.as_of))
    driver.execute(
        "UPDATE log.consumers SET position = %s, updated_at = clock_timestamp() WHERE name = %s",
        (now.position, AUDIENCE_CONSUMER),
    )


# --- what is in force


_STATE = """
SELECT s.segment_id, s.version, s.size,
       coalesce(s.held_at, least(t.as_of, (
           SELECT to_timestamp((d.due_ms - 1) / 1000.0) FROM segments.dues d
           WHERE d.due_ms < extract(epoch FROM t.as_of) * 1000 ORDER BY d.due_ms LIMIT 1
       ))),
       coalesce(s.held_position, (SELECT position FROM log.consumers WHERE name = %s), 0),
       s.built_at, s.spelling IS NOT NULL, s.cost_ms
FROM segments.states s LEFT JOIN segments.ticks t ON true WHERE s.segment_id = ANY(%s)
"""


def states(driver: Driver, segment_ids: Iterable[int]) -> dict[int, SegmentState]:
    """The states of those segments that have one. As long as somebody is overdue they are true as of just before that."""
    rows = driver.execute(_STATE, (AUDIENCE_CONSUMER, list(segment_ids))).fetchall()
    return {row[0]: SegmentState(*row) for row in rows}


def kept(driver: Driver) -> list[tuple[int, int, str, str]]:
    """Segment, version, spelling and document of all that are kept true, by id."""
    return driver.execute(
        "SELECT segment_id, version, spelling, document::text FROM segments.states WHERE spelling IS NOT NULL ORDER BY 1"
    ).fetchall()


def spellings(driver: Driver) -> dict[int, str]:
    """What is kept true, by segment."""
    return dict(
        driver.execute("SELECT segment_id, spelling FROM segments.states WHERE spelling IS NOT NULL").fetchall()
    )


def save_built(
    driver: Driver, segment_id: int, version: int, spelling: str, document: Document, at: datetime, cost_ms: int
) -> None:
    """Puts a version in force; the size stays as it is until it is changed."""
    driver.execute(
        """
        INSERT INTO segments.states (segment_id, version, spelling, document, size, built_at, cost_ms)
        VALUES (%s, %s, %s, %s, 0, %s, %s)
        ON CONFLICT (segment_id) DO UPDATE SET version = excluded.version, spelling = excluded.spelling,
            document = excluded.document, built_at = excluded.built_at, cost_ms = excluded.cost_ms,
            held_at = NULL, held_position = NULL
        """,
        (segment_id, version, spelling, Json(document), at, cost_ms),
    )


def save_version(driver: Driver, segment_id: int, version: int, spelling: str) -> None:
    """What is in force under that spelling is of another version now."""
    driver.execute(
        "UPDATE segments.states SET version = %s WHERE segment_id = %s AND spelling = %s",
        (version, segment_id, spelling),
    )


def hold(driver: Driver, segment_id: int) -> None:
    """Its members are not kept true any more."""
    now = standing(driver)
    driver.execute(
        "UPDATE segments.states SET spelling = NULL, held_at = %s, held_position = %s"
        " WHERE segment_id = %s AND spelling IS NOT NULL",
        (now.as_of, now.position, segment_id),
    )


def save_changes(driver: Driver, changes: Mapping[int, tuple[int, int]], at: datetime) -> dict[int, int]:
    """Adds {segment: (entered, exited)} to sizes and to their history; gives the sizes of these segments now."""
    return _resize(driver, {each: (came, went, came - went) for each, (came, went) in changes.items()}, at)


def change_sizes(driver: Driver, by: Mapping[int, int], at: datetime) -> None:
    """Sizes that changed though nobody came or went."""
    _resize(driver, {each: (0, 0, more) for each, more in by.items()}, at)


def _resize(driver: Driver, changes: Mapping[int, tuple[int, int, int]], at: datetime) -> dict[int, int]:
    if not changes:
        return {}
    columns = [list(changes), *([each[n] for each in changes.values()] for n in range(3))]
    return dict(
        driver.execute(
            """
            WITH c AS (
                SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
                    AS c(segment_id, entered, exited, more)
            ), resized AS (
                UPDATE segments.states s SET size = s.size + c.more FROM c WHERE s.segment_id = c.segment_id
                RETURNING s.segment_id, s.size
            ), told AS (
                INSERT INTO segments.sizes AS h (segment_id, hour, size, entered, exited)
                SELECT segment_id, date_trunc('hour', %s::timestamptz, 'UTC'), size, entered, exited
                FROM resized JOIN c USING (segment_id)
                ON CONFLICT (segment_id, hour) DO UPDATE SET size = excluded.size,
                    entered = h.entered + excluded.entered, exited = h.exited + excluded.exited
            )
            SELECT segment_id, size FROM resized
            """,
            (*columns, at),
        ).fetchall()
    )


# --- who is in them


def chunks_of(driver: Driver, segment_ids: Sequence[int]) -> NDArray[np.int64]:
    """The chunks in which any of the segments has a member, ascending."""
    rows = driver.execute(
        "SELECT DISTINCT chunk FROM segments.membership WHERE segment_id = ANY(%s) ORDER BY 1", (list(segment_ids),)
    ).fetchall()
    return np.fromiter((row[0] for row in rows), np.int64, len(rows))


def read_members(driver: Driver, segment_ids: Sequence[int], chunks: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The bits of segments in some chunks (ascending): [segment, chunk, byte]."""
    found = np.zeros((len(segment_ids), len(chunks), CHUNK_BYTES), dtype=np.uint8)
    if not found.size:
        return found
    with driver.cursor(
        binary=True
    ) as cursor:  # a row for each segment: one for each chunk would cost Python more than the bits
        cursor.execute(
            "SELECT segment_id, string_agg(int4send(chunk) || bit_send(members), ''::bytea) FROM segments.membership"
            " WHERE segment_id = ANY(%s) AND chunk = ANY(%s) GROUP BY segment_id",
            (list(segment_ids), chunks.tolist()),
        )
        numbers = {segment_id: number for number, segment_id in enumerate(segment_ids)}
        for segment_id, sent in cursor:
            rows = np.frombuffer(sent, dtype=_CHUNK)
            found[numbers[segment_id], np.searchsorted(chunks, rows["chunk"])] = rows["members"]["rows"]
    return found


def flip_members(driver: Driver, flips: Sequence[tuple[int, Bits]]) -> None:
    """Turns the bits that are set, {segment: bits}; the caller holds the lock of the membership."""
    size = sum(len(bits.chunks) for _, bits in flips)
    if not size:
        return
    rows = _rows(_MEMBERS, size)
    rows["segment_id"] = np.repeat(
        np.array([segment_id for segment_id, _ in flips], np.int64), [len(bits.chunks) for _, bits in flips]
    )
    rows["chunk"] = np.concatenate([bits.chunks for _, bits in flips])
    rows["members"]["bits"] = CHUNK_BITS
    rows["members"]["rows"] = np.concatenate([bits.rows for _, bits in flips])
    driver.execute(
        "CREATE TEMP TABLE IF NOT EXISTS segments_flips (segment_id bigint, chunk integer, members bit(4096))"
        " ON COMMIT DELETE ROWS"
    )
    driver.execute("TRUNCATE pg_temp.segments_flips")
    _copy_in(driver, "pg_temp.segments_flips", _MEMBERS, rows)
    driver.execute(
        """
        INSERT INTO segments.membership AS m (segment_id, chunk, members)
        SELECT segment_id, chunk, members FROM pg_temp.segments_flips
        ON CONFLICT (segment_id, chunk) DO UPDATE SET members = m.members # excluded.members
        """
    )


def delete_chunks(driver: Driver, empty: Sequence[tuple[int, int]]) -> None:
    """Takes away chunks, (segment, chunk), that hold nobody any more."""
    if empty:
        driver.execute(
            "DELETE FROM segments.membership m USING unnest(%s::bigint[], %s::int[]) AS e(segment_id, chunk)"
            " WHERE m.segment_id = e.segment_id AND m.chunk = e.chunk",
            ([each[0] for each in empty], [each[1] for each in empty]),
        )


# --- who is to be looked at again


def insert_calls(driver: Driver, customer_ids: Ids, reason: Reason) -> None:
    rows = _rows(_CALLS, len(customer_ids))
    rows["customer_id"], rows["reason"] = customer_ids, int(reason)
    _copy_in(driver, "segments.calls", _CALLS, rows)


def calls(driver: Driver, size: int) -> list[Call]:
    """The oldest calls."""
    rows = driver.execute(
        "SELECT call_id, customer_id, reason FROM segments.calls ORDER BY call_id LIMIT %s", (size,)
    ).fetchall()
    return [Call(row[0], row[1], Reason(row[2])) for row in rows]


def delete_calls(driver: Driver, call_ids: Sequence[int]) -> None:
    if call_ids:
        driver.execute(
            "DELETE FROM segments.calls c USING unnest(%s::bigint[]) AS d(call_id) WHERE c.call_id = d.call_id",
            (list(call_ids),),
        )


def due(driver: Driver, until_ms: int, size: int) -> tuple[Ids, NDArray[np.uint8]]:
    """Customers that are due, the longest due first, at most so many, and why. Of those due at one instant neighbours come
    together: what the columns know of them lies together too."""
    rows = driver.execute(
        "SELECT customer_id, reason FROM segments.dues WHERE due_ms <= %s ORDER BY due_ms, customer_id LIMIT %s",
        (until_ms, size),
    ).fetchall()
    return (
        np.fromiter((row[0] for row in rows), np.uint64, len(rows)),
        np.fromiter((row[1] for row in rows), np.uint8, len(rows)),
    )


def next_due_ms(driver: Driver) -> int:
    """When the next customer is due; NEVER_MS where nobody will be, 0 where somebody was called."""
    row = driver.execute(
        "SELECT CASE WHEN EXISTS (SELECT FROM segments.calls) THEN 0"
        " ELSE (SELECT due_ms FROM segments.dues ORDER BY due_ms LIMIT 1) END"
    ).fetchone()
    return int(row[0]) if row and row[0] is not None else NEVER_MS


def _stage_dues(driver: Driver, customer_ids: Ids, due_ms: NDArray[np.int64], reasons: NDArray[np.uint8]) -> None:
    rows = _rows(_DUES, len(customer_ids))
    rows["customer_id"], rows["due_ms"], rows["reason"] = customer_ids, due_ms, reasons
    driver.execute(
        "CREATE TEMP TABLE IF NOT EXISTS segments_dues (customer_id bigint, due_ms bigint, reason smallint)"
        " ON COMMIT DELETE ROWS"
    )
    driver.execute("TRUNCATE pg_temp.segments_dues")
    _copy_in(driver, "pg_temp.segments_dues", _DUES, rows)


_REPLACE = """
INSERT INTO segments.dues AS d (customer_id, due_ms, reason)
SELECT customer_id, due_ms, reason FROM pg_temp.segments_dues
ON CONFLICT (customer_id) DO UPDATE SET due_ms = excluded.due_ms, reason = excluded.reason
WHERE (d.due_ms, d.reason) IS DISTINCT FROM (excluded.due_ms, excluded.reason)
"""
_LOWER = """
INSERT INTO segments.dues AS d (customer_id, due_ms, reason)
SELECT customer_id, due_ms, reason FROM pg_temp.segments_dues
ON CONFLICT (customer_id) DO UPDATE SET due_ms = excluded.due_ms, reason = excluded.reason
WHERE excluded.due_ms < d.due_ms
"""
_OTHERS = """
DELETE FROM segments.dues d WHERE NOT EXISTS (SELECT FROM pg_temp.segments_dues n WHERE n.customer_id = d.customer_id)
"""


def save_dues(
    driver: Driver, customer_ids: Ids, due_ms: NDArray[np.int64], reasons: NDArray[np.uint8], gone: Ids | None
) -> None:
    """Puts these dues in the place of those there were; `gone` have none any more (None: nobody but these has one)."""
    _stage_dues(driver, customer_ids, due_ms, reasons)
    if gone is None:
        driver.execute("ANALYZE pg_temp.segments_dues")
        driver.execute(_OTHERS)
    elif len(gone):
        delete_dues(driver, gone.tolist())
    driver.execute(_REPLACE)


def lower_dues(driver: Driver, customer_ids: Ids, due_ms: NDArray[np.int64], reasons: NDArray[np.uint8]) -> None:
    """Makes customers due by then at the latest."""
    _stage_dues(driver, customer_ids, due_ms, reasons)
    driver.execute(_LOWER)


def delete_dues(driver: Driver, customer_ids: Sequence[int]) -> None:
    driver.execute(
        "DELETE FROM segments.dues d USING unnest(%s::bigint[]) AS g(customer_id) WHERE d.customer_id = g.customer_id",
        (list(customer_ids),),
    )


# --- forgetting


def forget(driver: Driver, segment_id: int) -> None:
    """Takes away all that was kept of a segment."""
    for table in ("membership", "states", "sizes"):
        driver.execute(f"DELETE FROM segments.{table} WHERE segment_id = %s".encode(), (segment_id,))  # noqa: S608  # our own


def forget_customers(driver: Driver, customer_ids: Sequence[int]) -> None:
    """Nobody looks at them again."""
    delete_dues(driver, customer_ids)
    driver.execute("DELETE FROM segments.calls WHERE customer_id = ANY(%s)", (list(customer_ids),))
