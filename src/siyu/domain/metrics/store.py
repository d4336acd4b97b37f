"""Every statement on keys and the north star. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import psycopg

from siyu.domain.metrics.contracts import NorthStar

Driver = psycopg.Connection[Any]


def lock_keys(driver: Driver) -> None:
    """One who makes or publishes metrics at a time, until the commit: what they refer to stays what it is."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('metrics.keys', 0))")


def ids_of_keys(driver: Driver, keys: Collection[str]) -> dict[str, int]:
    rows = driver.execute("SELECT key, metric_id FROM metrics.keys WHERE key = ANY(%s)", (sorted(keys),))
    return {row[0]: row[1] for row in rows}


def insert_key(driver: Driver, key: str, metric_id: int) -> None:
    driver.execute("INSERT INTO metrics.keys (key, metric_id) VALUES (%s, %s)", (key, metric_id))


def delete_metric(driver: Driver, metric_id: int) -> None:
    """All that hangs on a metric."""
    for table in ("keys", "north_star", "targets", "rules"):
        driver.execute(f"DELETE FROM metrics.{table} WHERE metric_id = %s".encode(), (metric_id,))  # noqa: S608  # our own words


def find_north_star(driver: Driver) -> NorthStar | None:
    row = driver.execute("SELECT metric_id, grain FROM metrics.north_star").fetchone()
    return NorthStar(*row) if row else None


def set_north_star(driver: Driver, star: NorthStar | None) -> None:
    driver.execute("DELETE FROM metrics.north_star")
    if star is not None:
        driver.execute(
            "INSERT INTO metrics.north_star (metric_id, grain) VALUES (%s, %s)", (star.metric_id, star.grain)
        )
