"""Every statement that tells how segments' sizes went. The engine's own door writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import psycopg

Driver = psycopg.Connection[Any]


class HourSize(NamedTuple):
    """A segment at the end of an hour in which somebody came or went."""

    hour: datetime
    size: int
    entered: int
    exited: int


def sizes(driver: Driver, segment_id: int, since: datetime, until: datetime) -> list[HourSize]:
    rows = driver.execute(
        "SELECT hour, size, entered, exited FROM segments.sizes WHERE segment_id = %s AND hour >= %s AND hour < %s"
        " ORDER BY hour",
        (segment_id, since, until),
    ).fetchall()
    return [HourSize(*row) for row in rows]


def size_before(driver: Driver, segment_id: int, at: datetime) -> int | None:
    """The size that was known last before an instant."""
    row = driver.execute(
        "SELECT size FROM segments.sizes WHERE segment_id = %s AND hour < %s ORDER BY hour DESC LIMIT 1",
        (segment_id, at),
    ).fetchone()
    return int(row[0]) if row else None
