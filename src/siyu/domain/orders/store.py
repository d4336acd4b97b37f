"""Every statement on the orders' tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from siyu.domain.orders.contracts import PaidOrder

Driver = psycopg.Connection[Any]
OrderKey = tuple[str, str]


def insert_orders(driver: Driver, orders: Sequence[PaidOrder], hashes: Sequence[UUID]) -> set[OrderKey]:
    """Stores the orders that are not known yet, in the order of their keys; gives the keys of these."""
    rows = driver.execute(
        """
        INSERT INTO orders.orders (shop, order_id, profile_id, paid_at, total_fen, currency, quantity, content_hash)
        SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::bigint[], %s::text[],
                             %s::integer[], %s::uuid[]) AS new(shop, order_id, profile_id, paid_at, total, currency, quantity, hash)
        ORDER BY shop, order_id
        ON CONFLICT (shop, order_id) DO NOTHING RETURNING shop, order_id
        """,
        (
            [o.shop for o in orders],
            [o.order_id for o in orders],
            [o.profile_id for o in orders],
            [o.paid_at for o in orders],
            [o.total_fen for o in orders],
            [o.currency for o in orders],
            [o.quantity for o in orders],
            list(hashes),
        ),
    ).fetchall()
    return set(rows)


def find_hashes(driver: Driver, keys: Sequence[OrderKey]) -> dict[OrderKey, UUID]:
    """The content hash of each order that is known."""
    rows = driver.execute(
        """
        SELECT o.shop, o.order_id, o.content_hash FROM unnest(%s::text[], %s::text[]) AS k(shop, order_id)
        JOIN orders.orders o ON o.shop = k.shop AND o.order_id = k.order_id
        """,
        ([key[0] for key in keys], [key[1] for key in keys]),
    ).fetchall()
    return {(shop, order_id): content_hash for shop, order_id, content_hash in rows}
