"""Which vendor of text messages was given which message. Each statement is a transaction of its own: it is an intent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Final

from siyu.platform.postgres.database import Database

FORGOTTEN_AFTER: Final = timedelta(days=7)
"""Much longer than any message is tried."""


class StoredHandedOver:
    """Implements `lines.HandedOver` in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, message_keys: Collection[str]) -> Mapping[str, str]:
        with self._database.read() as reading:
            rows = reading.driver.execute(
                "SELECT message_key, account FROM messages.handed_over WHERE message_key = ANY(%s)",
                (list(message_keys),),
            ).fetchall()
        return dict(rows)

    def note(self, message_keys: Collection[str], account: str) -> None:
        with self._database.begin() as work:
            now = work.clock.now()
            work.driver.execute("DELETE FROM messages.handed_over WHERE handed_at < %s", (now - FORGOTTEN_AFTER,))
            work.driver.execute(
                "INSERT INTO messages.handed_over (message_key, account, handed_at)"
                " SELECT message_key, %s, %s FROM unnest(%s::text[]) AS new(message_key) ORDER BY 1"
                " ON CONFLICT (message_key) DO UPDATE SET account = excluded.account, handed_at = excluded.handed_at",
                (account, now, sorted(message_keys)),
            )

    def forget(self, message_keys: Collection[str]) -> None:
        with self._database.begin() as work:
            work.driver.execute("DELETE FROM messages.handed_over WHERE message_key = ANY(%s)", (list(message_keys),))
