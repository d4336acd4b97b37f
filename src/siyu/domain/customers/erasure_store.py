"""Statements that take away what is known of profiles, and those that tell it to the person it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.customers.contracts import ERASED_PREFIX

Driver = psycopg.Connection[Any]

RESOLVING_LOCK_KEY = 0x5349_5955_0013


def lock_known(driver: Driver) -> None:
    """Until the commit nobody erases: what was found by its identity is still there when it is written to. Shared by all
    who resolve."""
    driver.execute("SELECT pg_advisory_xact_lock_shared(%s)", (RESOLVING_LOCK_KEY,))


def lock_erasing(driver: Driver) -> None:
    """Until the commit nobody resolves; waits for those who do."""
    driver.execute("SELECT pg_advisory_xact_lock(%s)", (RESOLVING_LOCK_KEY,))


def hold_living(driver: Driver, profile_ids: Collection[int]) -> set[int]:
    """Those of the profiles that are not erased, and will not be before the commit."""
    rows = driver.execute(
        "SELECT profile_id FROM customers.profiles WHERE profile_id = ANY(%s) AND erased_at IS NULL"
        " ORDER BY profile_id FOR KEY SHARE",
        (sorted(profile_ids),),
    ).fetchall()
    return {row[0] for row in rows}


def erase_profiles(driver: Driver, profile_ids: Collection[int], erased_at: datetime) -> set[int]:
    """Makes husks of those that are none yet; gives them. Locks them first, in the order of their ids, as others do."""
    driver.execute(
        "SELECT 1 FROM customers.profiles WHERE profile_id = ANY(%s) ORDER BY profile_id FOR UPDATE",
        (sorted(profile_ids),),
    )
    rows = driver.execute(
        "UPDATE customers.profiles SET value = %s || profile_id, sealed = NULL, sealed_under = NULL, attributes = '{}',"
        " entry_channel = '',"
        " erased_at = %s"
        " WHERE profile_id = ANY(%s) AND erased_at IS NULL RETURNING profile_id",
        (ERASED_PREFIX, erased_at, sorted(profile_ids)),
    ).fetchall()
    return {row[0] for row in rows}


def delete_kept_by_profile(driver: Driver, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """Takes consents with their evidence, custody, and what staff wrote on merges away; {table: {profile_id: rows}}."""
    wanted = sorted(profile_ids)
    return {
        "customers.consents": _count(
            driver.execute("DELETE FROM customers.consents WHERE profile_id = ANY(%s) RETURNING profile_id", (wanted,))
        ),
        "customers.consent_records": _count(
            driver.execute(
                "DELETE FROM customers.consent_records WHERE profile_id = ANY(%s) RETURNING profile_id", (wanted,)
            )
        ),
        "customers.merges": _count(
            driver.execute(
                "UPDATE customers.merges SET reason = '' WHERE reason <> '' AND (winner_id = ANY(%s) OR loser_id = ANY(%s))"
                " RETURNING loser_id",
                (wanted, wanted),
            )
        ),
        "customers.custody": _count(
            driver.execute("DELETE FROM customers.custody WHERE profile_id = ANY(%s) RETURNING profile_id", (wanted,))
        ),
    }


def _count(cursor: psycopg.Cursor[Any]) -> dict[int, int]:
    return dict(Counter(row[0] for row in cursor.fetchall()))


_SILENT = """p.kind = 'anonymous_id' AND p.erased_at IS NULL AND p.last_seen_at < %(before)s AND NOT EXISTS (
    SELECT 1 FROM customers.profiles o WHERE o.customer_id = p.customer_id
    AND (o.kind <> 'anonymous_id' OR o.last_seen_at >= %(before)s))"""


def select_silent_anonymous(
    driver: Driver, before: datetime, after: tuple[datetime, int], size: int
) -> tuple[set[int], tuple[datetime, int] | None]:
    """Looks at `size` anonymous profiles last seen before, from the place `after` on, the longest silent first: (customers of
    whom nothing but such profiles is known, the place to go on from). Most of the old may belong to known customers, whom
    they never leave: so a look that finds nobody is not the end."""
    rows = driver.execute(
        f"""
        SELECT p.customer_id, p.last_seen_at, p.profile_id, {_SILENT} FROM (
            SELECT * FROM customers.profiles
            WHERE kind = 'anonymous_id' AND erased_at IS NULL AND last_seen_at < %(before)s
              AND (last_seen_at, profile_id) > (%(seen_at)s, %(profile_id)s)
            ORDER BY last_seen_at, profile_id LIMIT %(size)s
        ) AS p ORDER BY p.last_seen_at, p.profile_id
        """,  # noqa: S608  # a condition of our own
        {"before": before, "seen_at": after[0], "profile_id": after[1], "size": size},
    ).fetchall()
    return {row[0] for row in rows if row[3]}, (rows[-1][1], rows[-1][2]) if len(rows) == size else None


def still_silent(driver: Driver, customer_ids: Collection[int], before: datetime) -> set[int]:
    """Those of the customers of whom nothing but anonymous ids is known, last seen before."""
    rows = driver.execute(
        f"SELECT DISTINCT p.customer_id FROM customers.profiles p WHERE p.customer_id = ANY(%(ids)s) AND {_SILENT}",  # noqa: S608  # a condition of our own
        {"ids": list(customer_ids), "before": before},
    ).fetchall()
    return {row[0] for row in rows}
