"""Every statement on customers' tables. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import psycopg

from siyu.domain.customers.contracts import Identity
from siyu.domain.customers.rules import StoredAttributes
from siyu.platform.postgres.packing import packed, packed_numbers

Driver = psycopg.Connection[Any]

MERGE_LOCK_KEY = 0x5349_5955_0003
LAST_SEEN_GRAIN = timedelta(hours=1)
"""`last_seen_at` is moved only when it is older than this: a busy customer's row is not rewritten at every event."""

_json_text = msgspec.json.Encoder().encode


def find_profiles(driver: Driver, identities: Sequence[Identity]) -> dict[Identity, tuple[int, int]]:
    """(profile_id, customer_id) of those identities that are known."""
    rows = driver.execute(
        """
        SELECT p.kind, p.value, p.profile_id, p.customer_id
        FROM unnest(string_to_array(%s, chr(31)), string_to_array(%s, chr(31))) AS wanted(kind, value)
        JOIN customers.profiles p ON p.kind = wanted.kind AND p.value = wanted.value
        """,
        (packed(i.kind for i in identities), packed(i.value for i in identities)),
    ).fetchall()
    return {Identity(kind, value): (profile_id, customer_id) for kind, value, profile_id, customer_id in rows}


def create_profiles(driver: Driver, seen_at: Mapping[Identity, datetime]) -> dict[Identity, int]:
    """Makes a profile, and so a customer, for each identity; those that another transaction made meanwhile are left out.

    In the order of the identities, so that two transactions with the same ones wait for each other and do not deadlock.
    """
    ordered = sorted(seen_at)
    rows = driver.execute(
        """
        INSERT INTO customers.profiles (profile_id, customer_id, kind, value, first_seen_at, last_seen_at)
        SELECT id, id, kind, value, seen, seen FROM (
            SELECT nextval('customers.profile_ids') AS id, kind, value, seen
            FROM unnest(string_to_array(%s, chr(31)), string_to_array(%s, chr(31)),
                        string_to_array(%s, chr(31))::timestamptz[]) AS new(kind, value, seen)
        ) AS numbered
        ON CONFLICT (kind, value) DO NOTHING RETURNING kind, value, profile_id
        """,
        (
            packed(i.kind for i in ordered),
            packed(i.value for i in ordered),
            packed(seen_at[i].isoformat() for i in ordered),
        ),
    ).fetchall()
    return {Identity(kind, value): profile_id for kind, value, profile_id in rows}


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


def lock_attributes(driver: Driver, profile_ids: Iterable[int]) -> dict[int, StoredAttributes]:
    """The stored attributes of profiles, locked in the order of their ids."""
    rows = driver.execute(
        "SELECT profile_id, attributes FROM customers.profiles WHERE profile_id = ANY(%s) ORDER BY profile_id"
        " FOR NO KEY UPDATE",
        (sorted(profile_ids),),
    ).fetchall()
    return dict(rows)


def save_attributes(driver: Driver, documents: Mapping[int, StoredAttributes]) -> None:
    driver.execute(
        """
        UPDATE customers.profiles p SET attributes = new.attributes::jsonb
        FROM unnest(%s::bigint[], %s::text[]) AS new(profile_id, attributes) WHERE p.profile_id = new.profile_id
        """,
        (list(documents), [_json_text(document).decode() for document in documents.values()]),
    )


def mark_seen(driver: Driver, seen_at: Mapping[int, datetime]) -> None:
    """Moves `last_seen_at` of profiles forward, in steps of LAST_SEEN_GRAIN. A row that somebody else has locked is left
    as it is, to be moved by the next event: so this never waits, and nobody waits in a ring."""
    ordered = sorted(seen_at)
    driver.execute(
        """
        UPDATE customers.profiles p SET last_seen_at = free.seen FROM (
            SELECT o.profile_id, new.seen
            FROM unnest(string_to_array(%s, chr(31))::bigint[], string_to_array(%s, chr(31))::timestamptz[])
                AS new(profile_id, seen)
            JOIN customers.profiles o ON o.profile_id = new.profile_id AND o.last_seen_at < new.seen - %s
            FOR NO KEY UPDATE OF o SKIP LOCKED
        ) AS free WHERE p.profile_id = free.profile_id
        """,
        (packed_numbers(ordered), packed(seen_at[each].isoformat() for each in ordered), LAST_SEEN_GRAIN),
    )


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


def save_custody(
    driver: Driver, customer_id: int, unit_id: int, staff_id: int | None, *, within_path: str | None
) -> bool:
    """Gives the customer's own profile to the unit, and with it those that others kept before a merge, so that they keep
    none; False where there is no such unit below `within_path`, or no such staff at work in it."""
    done = driver.execute(
        """
        INSERT INTO customers.custody (profile_id, unit_id, staff_id)
        SELECT p.profile_id, u.unit_id, %(staff_id)s::bigint FROM customers.profiles p, company.units u
        WHERE p.customer_id = %(customer_id)s AND u.unit_id = %(unit_id)s
          AND (p.profile_id = p.customer_id
               OR EXISTS (SELECT 1 FROM customers.custody k WHERE k.profile_id = p.profile_id))
          AND (%(within_path)s::text IS NULL OR starts_with(u.path, %(within_path)s))
          AND (%(staff_id)s::bigint IS NULL OR EXISTS (
              SELECT 1 FROM company.staff s JOIN company.units su ON su.unit_id = s.unit_id
              WHERE s.staff_id = %(staff_id)s AND s.is_active AND starts_with(su.path, u.path)))
        ORDER BY p.profile_id
        ON CONFLICT (profile_id) DO UPDATE SET unit_id = excluded.unit_id, staff_id = excluded.staff_id
        """,
        {"customer_id": customer_id, "unit_id": unit_id, "staff_id": staff_id, "within_path": within_path},
    )
    return done.rowcount > 0
