"""Raw batches are sealed whole while they wait, in the inbox and in quarantine: nobody has looked yet what stands in them."""

from __future__ import annotations

from typing import Any

import psycopg

from siyu.platform.postgres.database import Reading, UnitOfWork
from siyu.platform.sealing.ring import NUMBER_BYTES

PURPOSE = "inbox"
TABLES = {"inbox.batches": "inbox_id", "inbox.quarantine": "quarantine_id"}
"""Tables that hold such bodies, and what tells their rows apart."""


def sealed_body(work: UnitOfWork, body: bytes) -> bytes:
    """The bytes as they are stored; nothing stays nothing."""
    return work.seals.seal_bytes(PURPOSE, body) if body else b""


def opened_body(reading: Reading, sealed: bytes) -> bytes:
    """What `sealed_body` sealed."""
    return reading.keys.open_bytes(PURPOSE, sealed) if sealed else b""


def reseal_bodies(work: UnitOfWork, size: int) -> int:
    """Puts bodies that wait under an older key under the newest; gives how many, at most `size` of each table. Those that
    somebody is just taking out are left to them."""
    return sum(_reseal(work, table, key, size) for table, key in TABLES.items())


def _reseal(work: UnitOfWork, table: str, key: str, size: int) -> int:
    newest = work.seals.newest.to_bytes(NUMBER_BYTES)
    rows = work.driver.execute(
        f"SELECT {key}, body, context FROM {table} WHERE substring(body FOR 2) <> %s"  # noqa: S608  # names of our own
        f" ORDER BY {key} LIMIT %s FOR UPDATE SKIP LOCKED",
        (newest, size),
    ).fetchall()
    with work.driver.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET body = %b, context = %b WHERE {key} = %s",  # noqa: S608  # names of our own
            [
                (
                    sealed_body(work, opened_body(work, body)),
                    sealed_body(work, opened_body(work, context)),
                    number,
                )
                for number, body, context in rows
            ],
        )
    return len(rows)


def bodies_by_key(driver: psycopg.Connection[Any]) -> dict[int, int]:
    """How many bodies are under each key."""
    found: dict[int, int] = {}
    for table in TABLES:
        rows = driver.execute(
            f"SELECT substring(body FOR 2), count(*) FROM {table} GROUP BY 1"  # noqa: S608  # names of our own
        ).fetchall()
        for number, count in rows:
            found[int.from_bytes(number)] = found.get(int.from_bytes(number), 0) + count
    return found
