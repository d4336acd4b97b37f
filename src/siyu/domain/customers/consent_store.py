"""Every statement on what customers allow. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

Driver = psycopg.Connection[Any]


def save_consents(
    driver: Driver, rows: Sequence[tuple[int, str, str, str, datetime, str]]
) -> list[tuple[int, str, str]]:
    """Keeps each word (profile_id, channel, purpose, state, changed_at, source) that is not older than the one known; gives
    those that changed something."""
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    return driver.execute(
        """
        INSERT INTO customers.consents AS c (profile_id, channel, purpose, state, changed_at, source)
        SELECT DISTINCT ON (profile_id, channel, purpose) * FROM unnest(
            %s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[]
        ) AS new(profile_id, channel, purpose, state, changed_at, source)
        ORDER BY profile_id, channel, purpose, changed_at DESC, state DESC
        ON CONFLICT (profile_id, channel, purpose) DO UPDATE
        SET state = excluded.state, changed_at = excluded.changed_at, source = excluded.source
        WHERE (excluded.changed_at, excluded.state) > (c.changed_at, c.state)
        RETURNING profile_id, channel, purpose
        """,
        columns,
    ).fetchall()
