"""Every statement on which profiles are one customer, and on how that came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import psycopg

Driver = psycopg.Connection[Any]

MERGE_LOCK_KEY = 0x5349_5955_0003


def lock_merges(driver: Driver) -> None:
    """One merge at a time, until the commit: merges that overlap must see each other."""
    driver.execute("SELECT pg_advisory_xact_lock(%s)", (MERGE_LOCK_KEY,))


def customer_ids(driver: Driver, profile_ids: Iterable[int]) -> dict[int, int]:
    """{profile_id: customer_id}."""
    rows = driver.execute(
        "SELECT profile_id, customer_id FROM customers.profiles WHERE profile_id = ANY(%s)", (list(profile_ids),)
    ).fetchall()
    return dict(rows)


def move_profiles(driver: Driver, merged_into: Mapping[int, int], merged_at: datetime) -> dict[int, list[int]]:
    """Gives each loser's profiles to its winner and keeps the history; {loser: profiles moved}.

    Locks them first, in the order of their ids, as `lock_attributes` does: two that overlap wait, not deadlock.
    """
    losers = sorted(merged_into)
    driver.execute(
        "SELECT 1 FROM customers.profiles WHERE customer_id = ANY(%s) ORDER BY profile_id FOR NO KEY UPDATE", (losers,)
    )
    rows = driver.execute(
        """
        WITH moved AS (
            UPDATE customers.profiles p SET customer_id = m.winner
            FROM unnest(%s::bigint[], %s::bigint[]) AS m(loser, winner)
            WHERE p.customer_id = m.loser RETURNING m.loser, m.winner, p.profile_id
        ), merges AS (
            INSERT INTO customers.merges (winner_id, loser_id, profile_ids, merged_at)
            SELECT winner, loser, array_agg(profile_id ORDER BY profile_id), %s FROM moved GROUP BY winner, loser
            RETURNING loser_id, profile_ids
        )
        SELECT loser_id, profile_ids FROM merges
        """,
        (losers, [merged_into[loser] for loser in losers], merged_at),
    ).fetchall()
    return dict(rows)
