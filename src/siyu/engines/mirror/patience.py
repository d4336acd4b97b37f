"""Steps that others may cross: callbacks and a sync keep the same things at the same time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg

from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, UnitOfWork

Result = TypeVar("Result")

log = get_logger(__name__)

TRIES_MAX = 5


def patiently(database: Database, step: Callable[[UnitOfWork], Result]) -> Result:
    """Does a step that others may cross; the one that a deadlock hits is done again."""
    for attempt in range(1, TRIES_MAX):
        try:
            with database.begin() as work:
                return step(work)
        except psycopg.errors.DeadlockDetected:
            log.info("mirror_deadlock", attempts=attempt)
    with database.begin() as work:
        return step(work)
