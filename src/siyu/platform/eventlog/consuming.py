"""Consumers of the log whose effects are in PostgreSQL: the effects and the cursor commit together, so each event counts once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from siyu.kernel.events import Event
from siyu.platform.eventlog.reading import ANY_NAME, Stretch, head_position, next_stretch, read_events
from siyu.platform.postgres.database import Database, UnitOfWork

Handler = Callable[[UnitOfWork, Sequence[Event]], None]
"""Takes a batch of events, all of names it asked for, in the log's order. Never commits."""

More = Callable[[UnitOfWork], Mapping[str, Sequence[Handler]]]
"""Handlers of names that are not always asked for."""


@dataclass(frozen=True)
class Consumer:
    """A reader of the log with a cursor of its own.

    `handlers` maps an event name (or ANY_NAME) to what is to be done with it. `behind` names consumers that this one never
    overtakes. At most about `events_max` events are handled in one transaction. `more` says which other names there are handlers
    for at the moment; it is asked behind the cursor's lock.
    """

    name: str
    handlers: Mapping[str, Sequence[Handler]]
    behind: tuple[str, ...] = ()
    events_max: int = 10_000
    more: More | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What one step did: events in the stretch it passed, and where its cursor stands now."""

    events: int
    position: int


def consume_once(database: Database, consumer: Consumer) -> Progress | None:
    """Handles the next stretch in one transaction. None where nothing is new, or another process is at it."""
    with database.begin() as work:
        cursor = _lock_cursor(work.driver, consumer.name) if has_more(work.driver, consumer.name) else None
        if cursor is None:
            return None
        limit = slowest_position(work.driver, consumer.behind)
        stretch = next_stretch(work.driver, cursor, events_max=consumer.events_max, upto_max=limit)
        if stretch is None:
            return None
        _handle(work, consumer, stretch)
        work.driver.execute(
            "UPDATE log.consumers SET position = %s, updated_at = clock_timestamp() WHERE name = %s",
            (stretch.upto, consumer.name),
        )
        return Progress(events=stretch.events, position=stretch.upto)


def _handle(work: UnitOfWork, consumer: Consumer, stretch: Stretch) -> None:
    asked = {**consumer.more(work), **consumer.handlers} if consumer.more is not None else consumer.handlers
    events = read_events(work.driver, stretch, asked.keys())
    if not events:
        return
    wanted: dict[Handler, set[str]] = {}
    for name, handlers in asked.items():
        for handler in handlers:
            wanted.setdefault(handler, set()).add(name)
    for handler, names in wanted.items():
        batch = events if ANY_NAME in names else [event for event in events if event.name in names]
        if batch:
            handler(work, batch)


def has_more(driver: psycopg.Connection[Any], name: str) -> bool:
    """Whether the log goes on behind the cursor of a consumer, or a promise of its is open; so it is for one that has not begun.
    Asked before the cursor is locked, which is a write that the disk waits for, and looked at again behind the lock."""
    row = driver.execute(
        "SELECT projecting_to IS NOT NULL"
        " OR position < (SELECT coalesce(max(position), 0) FROM log.batches WHERE position IS NOT NULL)"
        " FROM log.consumers WHERE name = %s",
        (name,),
    ).fetchone()
    return row is None or bool(row[0])


def _lock_cursor(driver: psycopg.Connection[Any], name: str) -> int | None:
    """The consumer's cursor, locked until the commit; None while another process holds it. Made at 0 if it is new."""
    select = "SELECT position FROM log.consumers WHERE name = %s FOR UPDATE SKIP LOCKED"
    row = driver.execute(select, (name,)).fetchone()
    if row is None:
        made = driver.execute("INSERT INTO log.consumers (name) VALUES (%s) ON CONFLICT DO NOTHING", (name,))
        row = driver.execute(select, (name,)).fetchone() if made.rowcount else None
    return int(row[0]) if row else None


def slowest_position(driver: psycopg.Connection[Any], names: Sequence[str]) -> int | None:
    """The least cursor of the consumers named (0 for one that has not begun); None where none is named."""
    if not names:
        return None
    row = driver.execute(
        "SELECT min(coalesce(c.position, 0)) FROM unnest(%s::text[]) AS n(name) LEFT JOIN log.consumers c USING (name)",
        (list(names),),
    ).fetchone()
    return int(row[0]) if row else 0


def lags(driver: psycopg.Connection[Any]) -> dict[str, int]:
    """How many positions each consumer is behind the log's head."""
    head = head_position(driver)
    rows = driver.execute("SELECT name, position FROM log.consumers").fetchall()
    return {name: max(0, head - position) for name, position in rows}
