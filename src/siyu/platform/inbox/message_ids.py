"""Which messages were seen before, by the hour of their own time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import psycopg

from siyu.platform.postgres.packing import packed, packed_numbers

MessageKey = tuple[int, str]
"""(hour since 1970 of the event's own time, message id in 32 hexadecimal digits): the same for every retry of a message."""

FORGOTTEN_AT_ONCE = 10_000
MARGIN = timedelta(hours=1)
"""Ids are kept longer than the door takes their events by this: clocks of its processes may differ."""


def remember_new(driver: psycopg.Connection[Any], keys: Collection[MessageKey]) -> set[MessageKey]:
    """Remembers those that were never seen; gives them. In the order of the keys: two that overlap wait, not deadlock."""
    ordered = sorted(keys)
    with driver.cursor(binary=True) as cursor:
        cursor.execute(
            """
            INSERT INTO inbox.message_ids (hour, message_id)
            SELECT * FROM unnest(%s::integer[], string_to_array(%s, chr(31))::uuid[])
            ON CONFLICT DO NOTHING RETURNING hour, encode(uuid_send(message_id), 'hex')
            """,
            (packed_numbers(hour for hour, _ in ordered), packed(message_id for _, message_id in ordered)),
        )
        return set(cursor.fetchall())


def forgettable_before(driver: psycopg.Connection[Any], now: datetime, dedupe_days: int) -> int:
    """The hour before which ids may be forgotten, for the door took its last event of then more than `dedupe_days` ago; what it
    took and still waits, in the inbox or in quarantine, counts as taken just now."""
    row = driver.execute(
        "SELECT least((SELECT min(received_at) FROM inbox.batches), (SELECT min(received_at) FROM inbox.quarantine))"
    ).fetchone()
    since = min(now, row[0]) if row and row[0] is not None else now
    return int((since - timedelta(days=dedupe_days) - MARGIN).timestamp()) // 3600


def forget_message_ids(driver: psycopg.Connection[Any], before_hour: int) -> int:
    """Forgets ids of before an hour (`forgettable_before`), a few thousand in each statement; gives their number. Those of events
    that told no time (hour 0) are kept: nothing tells how old they are."""
    forgotten = 0
    while True:
        gone = driver.execute(
            """
            DELETE FROM inbox.message_ids USING (
                SELECT hour, message_id FROM inbox.message_ids WHERE hour > 0 AND hour < %s
                ORDER BY hour, message_id LIMIT %s
            ) AS oldest
            WHERE message_ids.hour = oldest.hour AND message_ids.message_id = oldest.message_id
            """,
            (before_hour, FORGOTTEN_AT_ONCE),
        ).rowcount
        forgotten += gone
        if gone < FORGOTTEN_AT_ONCE:
            return forgotten
