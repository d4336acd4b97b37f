"""Whether the installation can do its work: each check by name, True where all is well."""

from __future__ import annotations

from typing import Any

import psycopg

from siyu.platform.eventlog.sequencer import LOCK_KEY

LAG_SECONDS_MAX = 600
"""A consumer whose next batch has waited longer than this is not keeping up."""
UNSEQUENCED_SECONDS_MAX = 10


def lag_seconds(driver: psycopg.Connection[Any]) -> dict[str, float]:
    """How long the next batch of each consumer has waited for it; 0 for one that has read everything."""
    rows = driver.execute(
        "SELECT c.name, coalesce(extract(epoch FROM clock_timestamp() - b.appended_at), 0)::float8"
        " FROM log.consumers c LEFT JOIN log.batches b ON b.position = c.position + 1"
    ).fetchall()
    return dict(rows)


def is_keeping_up(driver: psycopg.Connection[Any]) -> bool:
    """Whether no consumer is too far behind."""
    return all(seconds <= LAG_SECONDS_MAX for seconds in lag_seconds(driver).values())


def is_sequencing(driver: psycopg.Connection[Any]) -> bool:
    """Whether somebody holds the sequencer's lock and no batch waits for its position."""
    row = driver.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
        "   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        "   AND (classid::bigint << 32 | objid::bigint) = %s),"
        " EXISTS (SELECT FROM log.batches WHERE position IS NULL"
        "   AND appended_at < clock_timestamp() - make_interval(secs => %s))",
        (LOCK_KEY, UNSEQUENCED_SECONDS_MAX),
    ).fetchone()
    return row is not None and row[0] and not row[1]
