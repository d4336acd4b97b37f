"""Every statement on which profiles are one customer, on who is kept apart, and on how that came about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.customers.contracts import MergeCause
from siyu.domain.customers.rules import Join, Separation

Driver = psycopg.Connection[Any]

MERGE_LOCK_KEY = 0x5349_5955_0003


def lock_merges(driver: Driver) -> None:
    """One merge or split at a time, until the commit: those that overlap must see each other."""
    driver.execute("SELECT pg_advisory_xact_lock(%s)", (MERGE_LOCK_KEY,))


def customer_ids(driver: Driver, profile_ids: Iterable[int]) -> dict[int, int]:
    """{profile_id: customer_id}."""
    rows = driver.execute(
        "SELECT profile_id, customer_id FROM customers.profiles WHERE profile_id = ANY(%s)", (list(profile_ids),)
    ).fetchall()
    return dict(rows)


def members_of(driver: Driver, customer_ids: Collection[int]) -> list[int]:
    """The profiles of customers, in the order of their ids."""
    rows = driver.execute(
        "SELECT profile_id FROM customers.profiles WHERE customer_id = ANY(%s) ORDER BY profile_id",
        (list(customer_ids),),
    ).fetchall()
    return [row[0] for row in rows]


def move_profiles(
    driver: Driver, joins: Mapping[int, Join], merged_at: datetime, *, actor: str, reason: str = ""
) -> dict[int, list[int]]:
    """Gives each loser's profiles to its winner and keeps the history; {loser: profiles moved}.

    Locks them first, in the order of their ids, as `lock_attributes` does: two that overlap wait, not deadlock.
    """
    losers = sorted(joins)
    driver.execute(
        "SELECT 1 FROM customers.profiles WHERE customer_id = ANY(%s) ORDER BY profile_id FOR NO KEY UPDATE", (losers,)
    )
    pairs = [joins[loser].pair for loser in losers]
    rows = driver.execute(
        """
        WITH told AS (
            SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[])
                AS m(loser, winner, one, other, cause)
        ), moved AS (
            UPDATE customers.profiles p SET customer_id = told.winner FROM told
            WHERE p.customer_id = told.loser RETURNING told.loser, p.profile_id
        ), merges AS (
            INSERT INTO customers.merges
                (winner_id, loser_id, profile_ids, merged_at, cause, linked_ids, actor, reason)
            SELECT told.winner, told.loser, found.profile_ids, %s, told.cause, ARRAY[told.one, told.other], %s, %s
            FROM told JOIN (
                SELECT loser, array_agg(profile_id ORDER BY profile_id) AS profile_ids FROM moved GROUP BY loser
            ) AS found USING (loser) ORDER BY told.loser
            RETURNING loser_id, profile_ids
        )
        SELECT loser_id, profile_ids FROM merges
        """,
        (
            losers,
            [joins[loser].winner_id for loser in losers],
            [pair.one for pair in pairs],
            [pair.other for pair in pairs],
            [pair.cause.value for pair in pairs],
            merged_at,
            actor,
            reason,
        ),
    ).fetchall()
    return dict(rows)


def part_profiles(
    driver: Driver, customer_id: int, moving: Collection[int], split_at: datetime, *, cause: MergeCause,
    actor: str, reason: str
) -> None:  # fmt: skip
    """Makes profiles of a customer a customer of their own, and keeps the history. Locks as `move_profiles` does."""
    ordered = sorted(moving)
    driver.execute(
        "SELECT 1 FROM customers.profiles WHERE profile_id = ANY(%s) ORDER BY profile_id FOR NO KEY UPDATE", (ordered,)
    )
    driver.execute("UPDATE customers.profiles SET customer_id = %s WHERE profile_id = ANY(%s)", (ordered[0], ordered))
    driver.execute(
        "INSERT INTO customers.merges"
        " (winner_id, loser_id, profile_ids, merged_at, is_split, cause, linked_ids, actor, reason)"
        " VALUES (%s, %s, %s, %s, true, %s, '{}', %s, %s)",
        (customer_id, ordered[0], ordered, split_at, cause.value, actor, reason),
    )


def find_merge(driver: Driver, merge_id: int) -> list[int] | None:
    """The profiles that a merge moved."""
    row = driver.execute(
        "SELECT profile_ids FROM customers.merges WHERE merge_id = %s AND NOT is_split", (merge_id,)
    ).fetchone()
    return list(row[0]) if row else None


def sides_of(driver: Driver, customer_ids: Collection[int]) -> dict[int, set[int]]:
    """On which sides of separations customers stand: n on the one, -n on the other; those who stand nowhere are left out."""
    rows = driver.execute(
        """
        SELECT DISTINCT p.customer_id, CASE WHEN s.has_left THEN s.separation_id ELSE -s.separation_id END
        FROM customers.profiles p JOIN customers.separations s USING (profile_id) WHERE p.customer_id = ANY(%s)
        """,
        (list(customer_ids),),
    ).fetchall()
    found: dict[int, set[int]] = {}
    for customer_id, side in rows:
        found.setdefault(customer_id, set()).add(side)
    return found


def separations_within(driver: Driver, profile_ids: Collection[int]) -> dict[int, Separation]:
    """The separations that have profiles on both sides among these, whole."""
    rows = driver.execute(
        """
        SELECT separation_id, array_agg(profile_id) FILTER (WHERE NOT has_left),
               array_agg(profile_id) FILTER (WHERE has_left)
        FROM customers.separations WHERE separation_id IN (
            SELECT separation_id FROM customers.separations WHERE profile_id = ANY(%s)
            GROUP BY separation_id HAVING bool_or(has_left) AND NOT bool_and(has_left)
        ) GROUP BY separation_id
        """,
        (list(profile_ids),),
    ).fetchall()
    return {row[0]: Separation(frozenset(row[1]), frozenset(row[2])) for row in rows}


def save_separation(driver: Driver, separation: Separation) -> None:
    made = driver.execute("SELECT nextval('customers.separation_ids')").fetchone()
    driver.execute(
        "INSERT INTO customers.separations (profile_id, separation_id, has_left)"
        " SELECT each.profile_id, %s, each.has_left FROM unnest(%s::bigint[], %s::boolean[]) AS each(profile_id, has_left)",
        (
            made[0] if made else None,
            [*separation.stayed, *separation.left],
            [False] * len(separation.stayed) + [True] * len(separation.left),
        ),
    )


def delete_separations(driver: Driver, separation_ids: Collection[int]) -> None:
    driver.execute("DELETE FROM customers.separations WHERE separation_id = ANY(%s)", (list(separation_ids),))
