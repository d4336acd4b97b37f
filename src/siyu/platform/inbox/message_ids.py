"""Which messages were seen before, by the hour of their own time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import psycopg

from siyu.platform.postgres.packing import packed, packed_numbers

MessageKey = tuple[int, str]
"""(hour since 1970 of the event's own time, message id in 32 hexadecimal digits): the same for every retry of a message."""


def remember_new(driver: psycopg.Connection[Any], keys: Collection[MessageKey]) -> set[MessageKey]:
    """Remembers those that were never seen; gives them. In the order of the keys: two that overlap wait, not deadlock."""
    ordered = sorted(keys)
    with driver.cursor(binary=True) as cursor:
        cursor.execute(
            """
            INSERT INTO inbox.message_ids (hour, message_id)
            SELECT * FROM unnest(string_to_array(%s, chr(31))::integer[], string_to_array(%s, chr(31))::uuid[])
            ON CONFLICT DO NOTHING RETURNING hour, encode(uuid_send(message_id), 'hex')
            """,
            (packed_numbers(hour for hour, _ in ordered), packed(message_id for _, message_id in ordered)),
        )
        return set(cursor.fetchall())
