"""Which messages were seen before, by the hour of their own time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import psycopg

MessageKey = tuple[int, UUID]
"""(hour since 1970 of the event's own time, message id): the same for every retry of the same message."""


def remember_new(driver: psycopg.Connection[Any], keys: Collection[MessageKey]) -> set[MessageKey]:
    """Remembers those that were never seen; gives them. In the order of the keys: two that overlap wait, not deadlock."""
    ordered = sorted(keys)
    with driver.cursor(binary=True) as cursor:
        cursor.execute(
            """
            INSERT INTO inbox.message_ids (hour, message_id)
            SELECT * FROM unnest(%s::integer[], %s::uuid[])
            ON CONFLICT DO NOTHING RETURNING hour, message_id
            """,
            ([hour for hour, _ in ordered], [message_id for _, message_id in ordered]),
        )
        return set(cursor.fetchall())
