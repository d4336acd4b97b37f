"""Putting raw batches into the inbox and taking them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from siyu.platform import tracing
from siyu.platform.inbox.sealing import opened_body, sealed_body
from siyu.platform.postgres.database import UnitOfWork

MESSAGE_LOCK = "inbox"
BYTES_MAX = 16 * 1024 * 1024
"""Taken out at once: events of 32 KiB must not fill the memory, however many of them there are."""


@dataclass(frozen=True, slots=True)
class InboxBatch:
    """Events of one request that belong to one shard: a JSON array of them as received (`body`), `size` of them.

    `source` names the write key or the channel they came by; `sent_at` is the client's own clock when it sent them; `context`
    is JSON text that holds for all of them, or empty.
    """

    shard: int
    source: str
    received_at: datetime
    sent_at: datetime | None
    size: int
    body: bytes
    context: bytes = b""


def put_batches(work: UnitOfWork, batches: Sequence[InboxBatch]) -> None:
    """Stores the batches, sealed whole; they are durable when the caller commits."""
    traceparent = tracing.traceparent()
    with work.driver.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO inbox.batches (shard, source, received_at, sent_at, size, body, context, traceparent)"
            " VALUES (%s, %s, %s, %s, %s, %b, %b, %s)",
            [
                (
                    b.shard,
                    b.source,
                    b.received_at,
                    b.sent_at,
                    b.size,
                    sealed_body(work, b.body),
                    sealed_body(work, b.context),
                    traceparent,
                )
                for b in batches
            ],
        )


def take_batches(work: UnitOfWork, shard: int, events_max: int) -> list[InboxBatch]:
    """Takes a shard's oldest batches out, at most `events_max` events and BYTES_MAX bytes (one batch at least); empty where
    there are none or another process works on this shard. They are back if the caller rolls back."""
    lock = work.driver.execute(
        "SELECT CASE WHEN EXISTS (SELECT FROM inbox.batches WHERE shard = %s)"
        " THEN pg_try_advisory_xact_lock(hashtextextended(%s, %s)) END",
        (shard, MESSAGE_LOCK, shard),
    ).fetchone()
    if not (lock and lock[0]):
        return []
    with work.driver.cursor(binary=True) as cursor:
        cursor.execute(
            """
            WITH taken AS (
                SELECT inbox_id FROM (
                    SELECT inbox_id, row_number() OVER in_order AS place, sum(size) OVER in_order AS total,
                           sum(bytes) OVER in_order AS total_bytes
                    FROM (SELECT inbox_id, size, octet_length(body) + size::bigint * octet_length(context) AS bytes
                          FROM inbox.batches WHERE shard = %(shard)s ORDER BY inbox_id LIMIT 5000) AS oldest
                    WINDOW in_order AS (ORDER BY inbox_id)
                ) AS running WHERE (total <= %(events)s AND total_bytes <= %(bytes)s) OR place = 1
            ), gone AS (
                DELETE FROM inbox.batches b USING taken WHERE b.inbox_id = taken.inbox_id
                RETURNING b.inbox_id, b.shard, b.source, b.received_at, b.sent_at, b.size, b.body, b.context, b.traceparent
            )
            SELECT shard, source, received_at, sent_at, size, body, context, traceparent FROM gone ORDER BY inbox_id
            """,
            {"shard": shard, "events": events_max, "bytes": BYTES_MAX},
        )
        rows = cursor.fetchall()
        tracing.follow([row[-1] for row in rows if row[-1]])
        return [
            InboxBatch(shard, source, received_at, sent_at, size, opened_body(work, body), opened_body(work, context))
            for shard, source, received_at, sent_at, size, body, context, _ in rows
        ]


def shards_waiting(driver: psycopg.Connection[Any]) -> int:
    """How many shards the batches that wait were put into, at least: one more than the highest."""
    row = driver.execute("SELECT max(shard) FROM inbox.batches").fetchone()
    return int(row[0]) + 1 if row and row[0] is not None else 0


def oldest_waiting_seconds(driver: psycopg.Connection[Any], now: datetime) -> float:
    """Age of the oldest batch that waits, in seconds; 0 for an empty inbox."""
    row = driver.execute("SELECT received_at FROM inbox.batches ORDER BY inbox_id LIMIT 1").fetchone()
    return max(0.0, (now - row[0]).total_seconds()) if row else 0.0
