"""Work that one process does at a time, the job or somebody at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from siyu.kernel.errors import BusyError
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.locks import held


@contextmanager
def alone(database: Database, lock: str) -> Iterator[None]:
    """BusyError where another process holds this lock, which goes with its process."""
    with database.autocommit() as driver, held(driver, lock) as is_ours:
        if not is_ours:
            raise BusyError("Another process is at it.", retry_after_seconds=10)
        yield
