"""Reading orders."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from siyu.domain.orders.contracts import OrderTotals, PaidOrder
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading

NO_ORDERS = OrderTotals(0, 0, None)


def totals_by_profile(reading: Reading, actor: Actor, profile_ids: Collection[int]) -> dict[int, OrderTotals]:
    """The orders placed under each of the profiles, in sum; profiles without any are left out."""
    actor.require("orders.read")
    rows = reading.driver.execute(
        "SELECT profile_id, count(*), sum(total_fen)::bigint, max(paid_at) FROM orders.orders"
        " WHERE profile_id = ANY(%s) GROUP BY profile_id",
        (list(profile_ids),),
    ).fetchall()
    return {row[0]: OrderTotals(row[1], row[2], row[3]) for row in rows}


def list_of_profiles(
    reading: Reading, actor: Actor, profile_ids: Collection[int], page: PageRequest
) -> Page[PaidOrder]:
    """The orders placed under any of the profiles, the latest first."""
    actor.require("orders.read")
    if page.after is not None and not (page.after.isascii() and page.after.isdecimal() and len(page.after) < 7):
        raise InvalidError("That is not a place in this list.", field="after")
    begin = int(page.after) if page.after else 0
    rows = reading.driver.execute(
        "SELECT shop, order_id, profile_id, paid_at, total_fen, currency, quantity FROM orders.orders"
        " WHERE profile_id = ANY(%s) ORDER BY paid_at DESC, shop, order_id OFFSET %s LIMIT %s",
        (list(profile_ids), begin, page.size + 1),
    ).fetchall()
    shown = [PaidOrder(*row) for row in rows[: page.size]]
    return Page(shown, str(begin + page.size) if len(rows) > page.size else None)


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """Every order placed under one of the profiles, for the person herself."""
    rows = reading.driver.execute(
        "SELECT shop, order_id, paid_at, total_fen, currency, quantity FROM orders.orders"
        " WHERE profile_id = ANY(%s) ORDER BY paid_at, shop, order_id",
        (list(profile_ids),),
    ).fetchall()
    names = ("shop", "order_id", "paid_at", "total_fen", "currency", "quantity")
    return [dict(zip(names, row, strict=True)) for row in rows]


def added(totals: Collection[OrderTotals]) -> OrderTotals:
    """The sum of several, for a customer with several profiles."""
    instants = [each.last_order_at for each in totals if each.last_order_at is not None]
    return OrderTotals(
        orders=sum(each.orders for each in totals),
        revenue_fen=sum(each.revenue_fen for each in totals),
        last_order_at=max(instants, default=None),
    )
