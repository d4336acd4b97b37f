"""Putting what is sealed in the log under the newest key. The only change that is ever made to an event: what it says stays."""

from __future__ import annotations

from typing import Any

import psycopg

from siyu.platform.postgres.database import UnitOfWork
from siyu.platform.sealing.ring import PREFIX

EVENTS_PER_STEP = 10_000


def reseal_log(work: UnitOfWork) -> int:
    """Puts the oldest batches that are under an older key under the newest; gives how many batches."""
    seals = work.seals
    batch_ids = [
        row[0]
        for row in work.driver.execute(
            """
            SELECT batch_id FROM (
                SELECT batch_id, size, sum(size) OVER (ORDER BY batch_id) AS total FROM (
                    SELECT batch_id, size FROM log.batches WHERE sealed_under < %s ORDER BY batch_id LIMIT 1000
                ) AS oldest
            ) AS running WHERE total <= %s OR total = size
            """,
            (seals.newest, EVENTS_PER_STEP),
        ).fetchall()
    ]
    if not batch_ids:
        return 0
    rows = work.driver.execute(
        "SELECT batch_id, n, properties::text FROM log.events WHERE batch_id = ANY(%s)"
        " AND strpos(properties::text, %s) > 0 FOR UPDATE",
        (batch_ids, PREFIX),
    ).fetchall()
    if rows:
        work.driver.execute(
            "UPDATE log.events e SET properties = new.properties::json"
            " FROM unnest(%s::bigint[], %s::integer[], %s::text[]) AS new(batch_id, n, properties)"
            " WHERE e.batch_id = new.batch_id AND e.n = new.n AND e.batch_id = ANY(%s)",
            ([row[0] for row in rows], [row[1] for row in rows], [seals.resealed(row[2]) for row in rows], batch_ids),
        )
    work.driver.execute("UPDATE log.batches SET sealed_under = %s WHERE batch_id = ANY(%s)", (seals.newest, batch_ids))
    return len(batch_ids)


def batches_by_key(driver: psycopg.Connection[Any]) -> dict[int, int]:
    """How many batches of the log may hold values under each key."""
    return dict(
        driver.execute(
            "SELECT sealed_under, count(*) FROM log.batches WHERE sealed_under IS NOT NULL GROUP BY 1"
        ).fetchall()
    )
