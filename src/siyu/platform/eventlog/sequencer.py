"""The sequencer: gives committed batches their position in the log, and tells everyone.

One at a time, whoever holds the advisory lock; when it dies its lock dies with it and another takes over. A batch that is
committed late simply gets a later position, so a slow commit is never jumped over.
"""

from __future__ import annotations

import threading
from typing import Any

import psycopg

from siyu.platform.postgres.database import Database

LOCK_KEY = 0x5349_5955_0002
CHANNEL = "siyu_log"
INTERVAL_SECONDS = 0.02
PARTITION_BATCHES = 1_000_000
PARTITIONS_AHEAD = 2

_WAITING = "SELECT EXISTS (SELECT FROM log.batches WHERE position IS NULL)"
"""Asked first: fifty times a second there is nothing, and one statement says so where a transaction takes three."""

_SEQUENCE = """
WITH head AS (SELECT coalesce(max(position), 0) AS position FROM log.batches WHERE position IS NOT NULL),
waiting AS (
    SELECT batch_id, row_number() OVER (ORDER BY batch_id) AS place
    FROM (SELECT batch_id FROM log.batches WHERE position IS NULL ORDER BY batch_id LIMIT 5000) AS oldest
)
UPDATE log.batches SET position = head.position + waiting.place
FROM waiting, head WHERE log.batches.batch_id = waiting.batch_id
"""


def sequence_once(driver: psycopg.Connection[Any]) -> int:
    """Gives positions to the batches committed so far; gives their number. The caller must hold the sequencer's lock."""
    if driver.execute(_WAITING).fetchone() == (False,):
        return 0
    with driver.transaction():
        moved = driver.execute(_SEQUENCE).rowcount
        if moved:
            driver.execute(f"NOTIFY {CHANNEL}")
    return moved


def ensure_partitions(driver: psycopg.Connection[Any]) -> None:
    """Makes the log's next partitions before they are needed."""
    row = driver.execute("SELECT coalesce(max(batch_id), 0) / %s FROM log.batches", (PARTITION_BATCHES,)).fetchone()
    current = row[0] if row else 0
    for number in range(current, current + PARTITIONS_AHEAD + 1):
        name = f"log.events_{number}"
        found = driver.execute("SELECT to_regclass(%s)", (name,)).fetchone()
        if found is None or found[0] is None:
            start = number * PARTITION_BATCHES
            with driver.transaction():
                # Not CREATE … PARTITION OF: that waits until nobody reads or writes the log, and everybody waits behind it.
                driver.execute(f"CREATE TABLE {name} (LIKE log.events INCLUDING ALL)")
                driver.execute(
                    f"ALTER TABLE log.events ATTACH PARTITION {name}"
                    f" FOR VALUES FROM ({start}) TO ({start + PARTITION_BATCHES})"
                )


def run_sequencer(database: Database, stop: threading.Event) -> None:
    """Sequences until told to stop, if nobody else does; otherwise stands by. Raises where the database goes away."""
    with database.autocommit() as driver:
        while not _take_lock(driver):
            if stop.wait(1.0):
                return
        rounds = 0
        while not stop.is_set():
            if rounds % 3000 == 0:
                ensure_partitions(driver)
            rounds += 1
            if sequence_once(driver) == 0:
                stop.wait(INTERVAL_SECONDS)


def _take_lock(driver: psycopg.Connection[Any]) -> bool:
    row = driver.execute("SELECT pg_try_advisory_lock(%s)", (LOCK_KEY,)).fetchone()
    return bool(row and row[0])
