"""Work that one process does at a time, the job or somebody at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from siyu.kernel.errors import BusyError
from siyu.platform.postgres.database import Database


@contextmanager
def alone(database: Database, lock: str) -> Iterator[None]:
    """BusyError where another process holds this lock, which goes with its process."""
    with database.autocommit() as driver:
        row = driver.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (lock,)).fetchone()
        if not (row and row[0]):
            raise BusyError("Another process is at it.", retry_after_seconds=10)
        yield
