"""Locks of a whole process, by name: the one way to take one.

They belong to a connection, so that nobody keeps one after death. A lock is given back before its connection ends, for the server
notices that a little later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg


@contextmanager
def held(driver: psycopg.Connection[Any], name: str, *, wait_seconds: int = 0) -> Iterator[bool]:
    """Whether this connection, which is in no transaction, holds the lock for the length of the block; others are waited for that
    long."""
    is_ours = _taken(driver, name, wait_seconds)
    try:
        yield is_ours
    finally:
        if is_ours and not driver.closed:
            driver.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (name,))


def _taken(driver: psycopg.Connection[Any], name: str, wait_seconds: int) -> bool:
    if not wait_seconds:
        row = driver.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (name,)).fetchone()
        return bool(row and row[0])
    driver.execute(f"SET lock_timeout = '{int(wait_seconds)}s'")
    try:
        driver.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (name,))
    except psycopg.errors.LockNotAvailable:
        return False
    finally:
        driver.execute("RESET lock_timeout")
    return True
