"""Every statement on lists and who stands on them. The caller holds the lock of the membership to change them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from siyu.domain.segments import rules
from siyu.domain.segments.rules import Bits

Driver = psycopg.Connection[Any]


class ListState(NamedTuple):
    """How many stand on a list, and since when nobody has changed that by hand."""

    size: int
    changed_at: datetime


def insert_list(driver: Driver, list_id: int, now: datetime) -> None:
    driver.execute("INSERT INTO segments.lists (list_id, changed_at) VALUES (%s, %s)", (list_id, now))


def list_states(driver: Driver, list_ids: Collection[int]) -> dict[int, ListState]:
    rows = driver.execute(
        "SELECT list_id, size, changed_at FROM segments.lists WHERE list_id = ANY(%s)", (list(list_ids),)
    ).fetchall()
    return {row[0]: ListState(row[1], row[2]) for row in rows}


def read_list_bits(driver: Driver, list_id: int) -> Bits:
    with driver.cursor(binary=True) as cursor:
        cursor.execute("SELECT chunk, members FROM segments.list_members WHERE list_id = %s ORDER BY chunk", (list_id,))
        rows = cursor.fetchall()
    return rules.bits_from_binary([row[0] for row in rows], [row[1] for row in rows])


def flip_list(driver: Driver, list_id: int, flips: Bits) -> None:
    """Turns the bits that are set in `flips`."""
    chunks = flips.chunks.tolist()
    driver.execute(
        """
        INSERT INTO segments.list_members AS m (list_id, chunk, members)
        SELECT %s, chunk, bits::bit(4096) FROM unnest(%s::int[], %s::text[]) AS f(chunk, bits)
        ON CONFLICT (list_id, chunk) DO UPDATE SET members = m.members # excluded.members
        """,
        (list_id, chunks, rules.text_rows(flips)),
    )
    driver.execute(
        "DELETE FROM segments.list_members WHERE list_id = %s AND chunk = ANY(%s) AND members = 0::bit(4096)",
        (list_id, chunks),
    )


def change_list_size(driver: Driver, list_id: int, by: int, changed_at: datetime | None) -> None:
    """`changed_at` None where nobody changed it by hand."""
    driver.execute(
        "UPDATE segments.lists SET size = size + %s, changed_at = coalesce(%s, changed_at) WHERE list_id = %s",
        (by, changed_at, list_id),
    )


def lists_with(driver: Driver, customer_ids: Collection[int]) -> dict[int, set[int]]:
    """{list_id: those of the customers who stand on it}."""
    rows = driver.execute(
        """
        SELECT m.list_id, w.customer_id
        FROM unnest(%s::bigint[]) AS w(customer_id)
        JOIN segments.list_members m ON m.chunk = w.customer_id / 4096
        WHERE get_bit(m.members, (w.customer_id %% 4096)::int) = 1
        """,
        (sorted(customer_ids),),
    ).fetchall()
    found: dict[int, set[int]] = {}
    for list_id, customer_id in rows:
        found.setdefault(list_id, set()).add(customer_id)
    return found


def forget_list(driver: Driver, list_id: int) -> None:
    driver.execute("DELETE FROM segments.list_members WHERE list_id = %s", (list_id,))
    driver.execute("DELETE FROM segments.lists WHERE list_id = %s", (list_id,))
