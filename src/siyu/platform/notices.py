"""What has changed, as the database tells it: topics, a moment after the commit. Lost where nobody listens, so whoever begins to
listen, or begins again, takes it that everything may have changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import psycopg

from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.troubles import trouble_of

CHANNEL = "siyu_live"
SESSIONS = "sessions"
"""The one topic that is no page's: sessions have ended."""
EVERYTHING = frozenset({"*"})
"""Notices may have been missed."""

HOT: Final[Mapping[str, tuple[str, ...]]] = {
    "messages": ("messages.messages", "messages.clicks"),
    "entries": ("entries.tallies", "entries.openings", "entries.code_days", "entries.link_customers"),
    "stages": ("segments.stages",),
    "coupons": ("promotions.codes",),
}
"""Topic → tables that change all the time, so that a notice in every commit would cost too much: what PostgreSQL counts of them
anyhow is looked at instead. It counts a change at once, or up to ten seconds later."""
HOT_SECONDS = 3.0

LOOK_SECONDS = 0.5
TOGETHER_SECONDS = 0.15
"""What changes within so long is told at once."""
AGAIN_SECONDS = (1.0, 2.0, 5.0, 10.0)
"""How long is waited before a database that went away is listened to again."""

log = get_logger(__name__)

Tell = Callable[[frozenset[str]], None]
"""Takes topics; empty ones say that the time has passed, and nothing changed."""


def listen(database: Database, tell: Tell, stop: threading.Event) -> None:
    """Tells topics until told to stop, and at every look that there are none. Comes back by itself where the database goes."""
    failures = 0
    while not stop.is_set():
        try:
            with database.autocommit() as driver:
                driver.execute(f"LISTEN {CHANNEL}")
                counted, looked_at = _changes(driver), time.monotonic()
                tell(EVERYTHING)
                failures = 0
                while not stop.is_set():
                    topics = {each.payload for each in driver.notifies(timeout=LOOK_SECONDS, stop_after=1)}
                    if topics:
                        topics |= {each.payload for each in driver.notifies(timeout=TOGETHER_SECONDS)}
                    if time.monotonic() - looked_at >= HOT_SECONDS:
                        known, counted, looked_at = counted, _changes(driver), time.monotonic()
                        topics |= {topic for topic, changes in counted.items() if changes != known[topic]}
                    tell(frozenset(topics))
        except Exception as error:
            trouble = trouble_of(error)
            if trouble is None:
                raise
            log.warning("notices_missed", code=trouble.code)
            stop.wait(AGAIN_SECONDS[min(failures, len(AGAIN_SECONDS) - 1)])
            failures += 1


def _changes(driver: psycopg.Connection[Any]) -> dict[str, int]:
    """How often the tables of each hot topic were written to, as PostgreSQL has counted so far."""
    pairs = [(topic, table) for topic, tables in HOT.items() for table in tables]
    rows = driver.execute(
        """
        SELECT topic, sum(pg_stat_get_tuples_inserted(t) + pg_stat_get_tuples_updated(t) + pg_stat_get_tuples_deleted(t))
        FROM (SELECT topic, name::regclass AS t FROM unnest(%s::text[], %s::text[]) AS w(topic, name)) AS w GROUP BY topic
        """,
        ([topic for topic, _ in pairs], [table for _, table in pairs]),
    ).fetchall()
    return {topic: int(changes) for topic, changes in rows}
