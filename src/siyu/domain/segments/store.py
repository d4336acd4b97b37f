"""Every statement on the tables of segments. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import psycopg

from siyu.domain.segments import rules
from siyu.domain.segments.rules import Bits

Driver = psycopg.Connection[Any]

MEMBERSHIP_LOCK = "segments.membership"
REFERENCES_LOCK = "segments.references"


def lock_membership(driver: Driver) -> None:
    """Until the commit nobody else changes who is in which segment: flips are relative, so they may not overlap."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (MEMBERSHIP_LOCK,))


def lock_references(driver: Driver) -> None:
    """Until the commit nobody else puts anything in force that segments refer to: two could close a circle between them."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (REFERENCES_LOCK,))


def read_bits(driver: Driver, segment_id: int, chunks: Sequence[int] | None = None) -> Bits:
    """The membership of a segment, or just some chunks of it."""
    with driver.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT chunk, members FROM segments.membership WHERE segment_id = %(segment_id)s"
            " AND (%(chunks)s::int[] IS NULL OR chunk = ANY(%(chunks)s)) ORDER BY chunk",
            {"segment_id": segment_id, "chunks": list(chunks) if chunks is not None else None},
        )
        rows = cursor.fetchall()
    return rules.bits_from_binary([row[0] for row in rows], [row[1] for row in rows])


def flip(driver: Driver, segment_id: int, flips: Bits) -> None:
    """Turns the bits that are set in `flips`; the caller holds the lock."""
    chunks = flips.chunks.tolist()
    driver.execute(
        """
        INSERT INTO segments.membership AS m (segment_id, chunk, members)
        SELECT %s, chunk, bits::bit(4096) FROM unnest(%s::int[], %s::text[]) AS f(chunk, bits)
        ON CONFLICT (segment_id, chunk) DO UPDATE SET members = m.members # excluded.members
        """,
        (segment_id, chunks, rules.text_rows(flips)),
    )
    driver.execute(
        "DELETE FROM segments.membership WHERE segment_id = %s AND chunk = ANY(%s) AND members = 0::bit(4096)",
        (segment_id, chunks),
    )


def segments_with(driver: Driver, customer_ids: Collection[int]) -> dict[int, set[int]]:
    """{segment_id: those of the customers who are in it}."""
    rows = driver.execute(
        """
        SELECT m.segment_id, w.customer_id
        FROM unnest(%s::bigint[]) AS w(customer_id)
        JOIN segments.membership m ON m.chunk = w.customer_id / 4096
        WHERE get_bit(m.members, (w.customer_id %% 4096)::int) = 1
        """,
        (sorted(customer_ids),),
    ).fetchall()
    found: dict[int, set[int]] = {}
    for segment_id, customer_id in rows:
        found.setdefault(segment_id, set()).add(customer_id)
    return found


def among(driver: Driver, segment_id: int, customer_ids: Collection[int]) -> set[int]:
    """Those of the customers who are in the segment."""
    rows = driver.execute(
        """
        SELECT w.customer_id
        FROM unnest(%s::bigint[]) AS w(customer_id)
        JOIN segments.membership m ON m.segment_id = %s AND m.chunk = w.customer_id / 4096
        WHERE get_bit(m.members, (w.customer_id %% 4096)::int) = 1
        """,
        (sorted(customer_ids), segment_id),
    ).fetchall()
    return {row[0] for row in rows}
