"""What has changed, as the database tells it: topics, a moment after the commit. Lost where nobody listens, so whoever begins to
listen, or begins again, takes it that everything may have changed."""

from __future__ import annotations

import threading
from collections.abc import Callable

from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.troubles import trouble_of

CHANNEL = "siyu_live"
SESSIONS = "sessions"
"""The one topic that is no page's: sessions have ended."""
EVERYTHING = frozenset({"*"})
"""Notices may have been missed."""

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
                tell(EVERYTHING)
                failures = 0
                while not stop.is_set():
                    topics = {each.payload for each in driver.notifies(timeout=LOOK_SECONDS, stop_after=1)}
                    if topics:
                        topics |= {each.payload for each in driver.notifies(timeout=TOGETHER_SECONDS)}
                    tell(frozenset(topics))
        except Exception as error:
            trouble = trouble_of(error)
            if trouble is None:
                raise
            log.warning("notices_missed", code=trouble.code)
            stop.wait(AGAIN_SECONDS[min(failures, len(AGAIN_SECONDS) - 1)])
            failures += 1
