"""The quarantine: what could not be worked on, put aside so that those behind it can be, until somebody puts it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import psycopg

from siyu.platform.inbox.inbox import InboxBatch
from siyu.platform.inbox.sealing import opened_body, sealed_body
from siyu.platform.postgres.database import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What may be shown of an event in quarantine: nothing that it tells. `reason` is a code; mostly `size` is 1."""

    quarantine_id: int
    source: str
    reason: str
    size: int
    received_at: datetime
    quarantined_at: datetime


def put_aside(work: UnitOfWork, batch: InboxBatch, reason: str, at: datetime) -> None:
    """Puts a batch taken out of the inbox into the quarantine."""
    work.driver.execute(
        "INSERT INTO inbox.quarantine"
        " (shard, source, received_at, sent_at, size, body, context, reason, quarantined_at)"
        " VALUES (%s, %s, %s, %s, %s, %b, %b, %s, %s)",
        (
            batch.shard,
            batch.source,
            batch.received_at,
            batch.sent_at,
            batch.size,
            sealed_body(work, batch.body),
            sealed_body(work, batch.context),
            reason,
            at,
        ),
    )


def count_quarantined(driver: psycopg.Connection[Any]) -> int:
    """How many events are in quarantine."""
    row = driver.execute("SELECT coalesce(sum(size), 0)::bigint FROM inbox.quarantine").fetchone()
    return int(row[0]) if row else 0


def list_quarantined(driver: psycopg.Connection[Any], after: int, limit: int) -> list[Quarantined]:
    """What is in quarantine, oldest first, after one of them."""
    rows = driver.execute(
        "SELECT quarantine_id, source, reason, size, received_at, quarantined_at FROM inbox.quarantine"
        " WHERE quarantine_id > %s ORDER BY quarantine_id LIMIT %s",
        (after, limit),
    ).fetchall()
    return [Quarantined(*row) for row in rows]


def newest_quarantined(driver: psycopg.Connection[Any]) -> int:
    """The id of the last that was put aside; 0 where there is none."""
    row = driver.execute("SELECT coalesce(max(quarantine_id), 0) FROM inbox.quarantine").fetchone()
    return int(row[0]) if row else 0


def _opened(reading: Reading, batch: InboxBatch) -> InboxBatch:
    return replace(batch, body=opened_body(reading, batch.body), context=opened_body(reading, batch.context))


def take_back(work: UnitOfWork, upto: int, limit: int) -> list[InboxBatch]:
    """Takes the oldest out, up to and with one of them."""
    with work.driver.cursor(binary=True) as cursor:
        cursor.execute(
            """
            WITH gone AS (
                DELETE FROM inbox.quarantine q USING (
                    SELECT quarantine_id FROM inbox.quarantine WHERE quarantine_id <= %s
                    ORDER BY quarantine_id LIMIT %s FOR UPDATE SKIP LOCKED
                ) AS oldest WHERE q.quarantine_id = oldest.quarantine_id RETURNING q.*
            )
            SELECT shard, source, received_at, sent_at, size, body, context FROM gone ORDER BY quarantine_id
            """,
            (upto, limit),
        )
        return [_opened(work, InboxBatch(*row)) for row in cursor.fetchall()]


def read_quarantined(reading: Reading, after: int, limit: int) -> list[tuple[int, InboxBatch]]:
    """What is in quarantine with all it tells, by id, oldest first."""
    with reading.driver.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT quarantine_id, shard, source, received_at, sent_at, size, body, context FROM inbox.quarantine"
            " WHERE quarantine_id > %s ORDER BY quarantine_id LIMIT %s",
            (after, limit),
        )
        return [(row[0], _opened(reading, InboxBatch(*row[1:]))) for row in cursor.fetchall()]


def delete_quarantined(driver: psycopg.Connection[Any], quarantine_ids: Sequence[int]) -> int:
    """Throws these away for good; gives how many there were."""
    return driver.execute(
        "DELETE FROM inbox.quarantine WHERE quarantine_id = ANY(%s)", (list(quarantine_ids),)
    ).rowcount


def forget_quarantined(driver: psycopg.Connection[Any], before: datetime) -> int:
    """Throws away for good what was put aside before an instant; gives how many there were."""
    return driver.execute("DELETE FROM inbox.quarantine WHERE quarantined_at < %s", (before,)).rowcount
