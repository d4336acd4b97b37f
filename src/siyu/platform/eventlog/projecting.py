"""Consumers whose effects are outside PostgreSQL, where effect and cursor cannot commit together.

Three steps: promise a stretch (committed), write exactly that stretch elsewhere under a token made of it, move the cursor. A
crash anywhere repeats the promised stretch and never a fresh one, and the other side drops a token it has seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from siyu.platform.eventlog.consuming import Progress, has_more
from siyu.platform.eventlog.reading import STRETCH_BYTES_MAX, Stretch, next_stretch
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.locks import held

EVENTS_MAX = 100_000


@dataclass(frozen=True)
class Projector:
    """A consumer that writes elsewhere. `write` must have the same effect when the same stretch is written again. A stretch
    holds at most so many events and bytes, but one batch at least."""

    name: str
    write: Callable[[Database, Stretch], None]
    events_max: int = EVENTS_MAX
    bytes_max: int = STRETCH_BYTES_MAX


def project_once(database: Database, projector: Projector) -> Progress | None:
    """Writes the next stretch, or the one promised before a crash. None where nothing is new or another process is at it."""
    with database.read() as reading:  # not every look at a log that has not grown is worth a connection of its own
        if not has_more(reading.driver, projector.name):
            return None
    with database.autocommit() as driver:
        return project_next(database, projector, driver)


def project_next(database: Database, projector: Projector, driver: psycopg.Connection[Any]) -> Progress | None:
    """As `project_once`, on a connection that the caller keeps open between steps."""
    with held(driver, _lock(projector.name)) as is_held:
        if not is_held:
            return None
        stretch = _promise(driver, projector)
        if stretch is None:
            return None
        projector.write(database, stretch)
        driver.execute(
            "UPDATE log.consumers SET position = projecting_to, projecting_to = NULL, updated_at = clock_timestamp()"
            " WHERE name = %s",
            (projector.name,),
        )
        return Progress(events=stretch.events, position=stretch.upto)


@dataclass(frozen=True, slots=True)
class HeldCursor:
    """A projector that is kept from working, and its position meanwhile."""

    position: int
    driver: psycopg.Connection[Any]

    def require(self) -> None:
        """Raises where it is held no more, for the connection that held it is gone: then it may have gone on already. To be asked
        before anything takes effect that relies on its standing still."""
        self.driver.execute("SELECT 1")


@contextmanager
def held_cursor(database: Database, name: str) -> Iterator[HeldCursor]:
    """Keeps the projector called `name` from working, in every process. A stretch it had promised but not finished is written
    afterwards, from the beginning."""
    with database.autocommit() as driver:
        while True:
            with held(driver, _lock(name)) as is_held:
                if is_held:
                    row = driver.execute("SELECT position FROM log.consumers WHERE name = %s", (name,)).fetchone()
                    yield HeldCursor(int(row[0]) if row else 0, driver)
                    return
            time.sleep(0.05)


def _lock(name: str) -> str:
    """The lock of a projector."""
    return f"projector:{name}"


def _promise(driver: psycopg.Connection[Any], projector: Projector) -> Stretch | None:
    with driver.transaction():
        driver.execute("INSERT INTO log.consumers (name) VALUES (%s) ON CONFLICT DO NOTHING", (projector.name,))
        row = driver.execute(
            "SELECT position, projecting_to FROM log.consumers WHERE name = %s FOR UPDATE", (projector.name,)
        ).fetchone()
        if row is None:
            return None
        position, projecting_to = row
        if projecting_to is not None:
            return _promised(driver, position, projecting_to)
        stretch = next_stretch(driver, position, events_max=projector.events_max, bytes_max=projector.bytes_max)
        if stretch is not None:
            driver.execute(
                "UPDATE log.consumers SET projecting_to = %s WHERE name = %s", (stretch.upto, projector.name)
            )
        return stretch


def _promised(driver: psycopg.Connection[Any], after: int, upto: int) -> Stretch:
    row = driver.execute(
        "SELECT coalesce(sum(size), 0) FROM log.batches WHERE position > %s AND position <= %s", (after, upto)
    ).fetchone()
    return Stretch(after=after, upto=upto, events=int(row[0]) if row else 0, is_repeated=True)
