"""Every statement on customers' tables. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import psycopg

from siyu.domain.customers.contracts import Identity
from siyu.domain.customers.rules import FirstTold, StoredAttributes
from siyu.domain.customers.sealing import SealedRow, StoredIdentity, lowest_key
from siyu.platform.postgres.packing import SEPARATOR, packed, packed_numbers

Driver = psycopg.Connection[Any]

LAST_SEEN_GRAIN = timedelta(hours=1)
"""`last_seen_at` is moved only when it is older than this: a busy customer's row is not rewritten at every event."""

_json_text = msgspec.json.Encoder().encode


def find_profiles(driver: Driver, identities: Collection[Identity]) -> dict[Identity, tuple[int, int]]:
    """(profile_id, customer_id) of those identities that are known; each as it is stored."""
    rows = driver.execute(
        """
        SELECT p.kind, p.value, p.profile_id, p.customer_id
        FROM unnest(string_to_array(%s, chr(31)), string_to_array(%s, chr(31))) AS wanted(kind, value)
        JOIN customers.profiles p ON p.kind = wanted.kind AND p.value = wanted.value
        """,
        (packed(i.kind for i in identities), packed(i.value for i in identities)),
    ).fetchall()
    return {Identity(kind, value): (profile_id, customer_id) for kind, value, profile_id, customer_id in rows}


class BornRow(NamedTuple):
    """A profile as it comes into being: as part of a customer, with what is known."""

    profile_id: int
    customer_id: int
    identity: StoredIdentity
    first_told: FirstTold
    attributes: StoredAttributes


def take_ids(driver: Driver, count: int) -> list[int]:
    """So many ids that no profile has, ascending."""
    rows = driver.execute("SELECT nextval('customers.profile_ids') FROM generate_series(1, %s)", (count,)).fetchall()
    return sorted(row[0] for row in rows)


def bear_profiles(driver: Driver, rows: Sequence[BornRow]) -> set[int]:
    """Makes profiles that are parts of customers from the start; gives those that were made: of what another transaction made
    meanwhile there is no second. In the order of the identities: two transactions with the same ones then wait, not deadlock."""
    ordered = sorted(rows, key=lambda row: row.identity.form)
    texts = [_json_text(row.attributes).decode() if row.attributes else "{}" for row in ordered]
    keys = [min((each for each in (row.identity.sealed_under, lowest_key(text)) if each), default=0)
            for row, text in zip(ordered, texts, strict=True)]  # fmt: skip
    found = driver.execute(
        """
        INSERT INTO customers.profiles
            (profile_id, customer_id, kind, value, first_seen_at, last_seen_at, entry_channel, sealed, sealed_under, attributes)
        SELECT profile_id, customer_id, kind, value, seen, seen, coalesce(channel, ''), decode(nullif(sealed, ''), 'hex'),
               nullif(key, 0)::smallint, attributes::jsonb
        FROM unnest(%s::bigint[], %s::bigint[],
                    string_to_array(%s, chr(31)), string_to_array(%s, chr(31)), string_to_array(%s, chr(31))::timestamptz[],
                    string_to_array(%s, chr(31)), string_to_array(%s, chr(31)), %s::integer[],
                    string_to_array(%s, chr(31)))
            AS new(profile_id, customer_id, kind, value, seen, channel, sealed, key, attributes)
        ON CONFLICT (kind, value) DO NOTHING RETURNING profile_id
        """,
        (
            packed_numbers(row.profile_id for row in ordered),
            packed_numbers(row.customer_id for row in ordered),
            packed(row.identity.kind for row in ordered),
            packed(row.identity.value for row in ordered),
            packed(row.first_told.at.isoformat() for row in ordered),
            packed(row.first_told.channel.replace(SEPARATOR, " ") for row in ordered),
            packed(row.identity.sealed.hex() if row.identity.sealed is not None else "" for row in ordered),
            packed_numbers(keys),
            packed(texts),
        ),
    ).fetchall()
    return {row[0] for row in found}


def set_free(driver: Driver, customer_of: Mapping[int, int]) -> None:
    """Gives profiles to other customers, before anybody saw them where they were."""
    driver.execute(
        "UPDATE customers.profiles p SET customer_id = n.customer_id"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS n(profile_id, customer_id) WHERE p.profile_id = n.profile_id",
        (list(customer_of), list(customer_of.values())),
    )


def lock_attributes(driver: Driver, profile_ids: Iterable[int]) -> dict[int, StoredAttributes]:
    """The stored attributes of profiles, locked in the order of their ids."""
    rows = driver.execute(
        "SELECT profile_id, attributes FROM customers.profiles WHERE profile_id = ANY(%s) ORDER BY profile_id"
        " FOR NO KEY UPDATE",
        (sorted(profile_ids),),
    ).fetchall()
    return dict(rows)


def save_attributes(driver: Driver, documents: Mapping[int, StoredAttributes]) -> None:
    texts = [_json_text(document).decode() for document in documents.values()]
    driver.execute(
        """
        UPDATE customers.profiles p
        SET attributes = new.attributes::jsonb, sealed_under = least(p.sealed_under, new.sealed_under)
        FROM (
            SELECT profile_id, attributes, nullif(key, '')::smallint AS sealed_under
            FROM unnest(%s::bigint[], string_to_array(%s, chr(31)), string_to_array(%s, chr(31)))
                AS told(profile_id, attributes, key)
        ) AS new WHERE p.profile_id = new.profile_id
        """,
        (packed_numbers(documents), packed(texts), packed(str(lowest_key(text) or "") for text in texts)),
    )


def mark_seen(driver: Driver, seen_at: Mapping[int, datetime]) -> None:
    """Moves `last_seen_at` of profiles forward, in steps of LAST_SEEN_GRAIN. A row that somebody else has locked is left
    as it is, to be moved by the next event: so this never waits, and nobody waits in a ring."""
    ordered = sorted(seen_at)
    driver.execute(
        """
        UPDATE customers.profiles p SET last_seen_at = free.seen FROM (
            SELECT o.profile_id, new.seen
            FROM unnest(%s::bigint[], string_to_array(%s, chr(31))::timestamptz[])
                AS new(profile_id, seen)
            JOIN customers.profiles o ON o.profile_id = new.profile_id AND o.last_seen_at < new.seen - %s
            FOR NO KEY UPDATE OF o SKIP LOCKED
        ) AS free WHERE p.profile_id = free.profile_id
        """,
        (packed_numbers(ordered), packed(seen_at[each].isoformat() for each in ordered), LAST_SEEN_GRAIN),
    )


def lock_sealed_before(driver: Driver, newest: int, after: int, size: int) -> list[SealedRow]:
    """The next profiles by id in which something lies under an older key than `newest`, locked until the commit."""
    rows = driver.execute(
        """
        SELECT profile_id, kind, value, sealed, attributes::text FROM customers.profiles
        WHERE profile_id > %s AND sealed_under < %s ORDER BY profile_id LIMIT %s FOR UPDATE
        """,
        (after, newest, size),
    ).fetchall()
    return [SealedRow(*row) for row in rows]


def save_sealed(driver: Driver, rows: Sequence[SealedRow], sealed_under: int) -> None:
    driver.execute(
        """
        UPDATE customers.profiles p
        SET value = new.value, sealed = new.sealed, attributes = new.attributes::jsonb, sealed_under = %s
        FROM unnest(%s::bigint[], %s::text[], %s::bytea[], %s::text[]) AS new(profile_id, value, sealed, attributes)
        WHERE p.profile_id = new.profile_id
        """,
        (
            sealed_under,
            [row.profile_id for row in rows],
            [row.value for row in rows],
            [row.sealed for row in rows],
            [row.attributes_json for row in rows],
        ),
    )


def lock_reveals(driver: Driver, actor: str) -> None:
    """One reveal of the same actor at a time, until the commit: two must not both be the last that is allowed."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"reveal:{actor}",))


def reveals_since(driver: Driver, actor: str, since: datetime) -> list[datetime]:
    """When the actor was shown something after `since`, the oldest first; what is older is forgotten."""
    driver.execute("DELETE FROM customers.reveals WHERE actor = %s AND revealed_at <= %s", (actor, since))
    rows = driver.execute(
        "SELECT revealed_at FROM customers.reveals WHERE actor = %s ORDER BY revealed_at", (actor,)
    ).fetchall()
    return [row[0] for row in rows]


def record_reveal(driver: Driver, actor: str, at: datetime) -> None:
    driver.execute("INSERT INTO customers.reveals (actor, revealed_at) VALUES (%s, %s)", (actor, at))
