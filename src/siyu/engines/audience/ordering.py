"""Customers in the order of what they bought, out of the columns: a page at a time, by keys that stay where they are."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from siyu.domain.orders.contracts import ORDER_PAID
from siyu.domain.segments.contracts import Ids
from siyu.engines.audience.asked import asked_about
from siyu.engines.audience.scans import Reach
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS

Measure = Literal["orders", "revenue", "last_order"]
_MEASURES: Final[dict[Measure, str]] = {
    "orders": "toInt64(count())",
    "revenue": "toInt64(sum(ifNull(properties.total_fen, 0)))",
    "last_order": "toInt64(max(toUnixTimestamp64Milli(occurred_at)))",
}
WALKED_MOST: Final = 5_000
"""So many are looked at in the order of everybody for a page of some; for those further down the some are told to the columns,
which costs more than the order itself."""


def by_orders(
    columns: Columns, measure: Measure, page: PageRequest, among: Ids | None, *, is_rising: bool = False
) -> Page[int]:
    """A page of all customers, or of those named, who bought most first (rising: least); who bought nothing counts as 0. Of
    equals the newest comes first, rising the oldest."""
    after = None if page.after is None else _place(page.after)
    rows: list[tuple[int, int]] = []
    if among is None or len(among) >= WALKED_MOST:
        with asked_about(columns, None, None) as everybody:
            size = page.size + 1 if among is None else WALKED_MOST
            rows = _ordered(columns, everybody, measure, after, size, is_rising=is_rising)
    if among is not None:
        are_meant = np.isin(np.fromiter((row[0] for row in rows), np.uint64, len(rows)), among)
        rows = [rows[place] for place in np.flatnonzero(are_meant)[: page.size + 1]]
        if len(rows) <= page.size:
            with asked_about(columns, among, None) as some:
                rows = _ordered(columns, some, measure, after, page.size + 1, is_rising=is_rising)
    shown = rows[: page.size]
    return Page(
        [customer_id for customer_id, _ in shown],
        next_after=f"{shown[-1][1]}.{shown[-1][0]}" if len(rows) > page.size else None,
    )


def _ordered(
    columns: Columns, reach: Reach, measure: Measure, after: tuple[int, int] | None, size: int, *, is_rising: bool
) -> list[tuple[int, int]]:
    """(customer_id, value) of those within reach, in order, beyond a place."""
    bound: dict[str, object] = {"size": size}
    beyond = ""
    if after is not None:
        bound["value"], bound["last"] = after
        beyond = f"WHERE (value, customer_id) {'>' if is_rising else '<'} ({{value:Int64}}, {{last:UInt64}})"
    way = "ASC" if is_rising else "DESC"
    far = "GLOBAL " if reach.is_cluster else ""
    chosen = f"AND customer_id {far}IN (SELECT profile_id FROM {reach.asked})" if reach.asked else ""  # noqa: S608
    found = columns.query(
        f"""
        SELECT customer_id, value FROM (
            SELECT c.customer_id AS customer_id, ifNull(b.bought, 0) AS value
            FROM (SELECT customer_id FROM {CUSTOMERS} FINAL WHERE is_deleted = 0 AND is_erased = 0 {chosen}) AS c
            {far}LEFT JOIN (
                SELECT {CUSTOMER_OF} AS buyer_id, {_MEASURES[measure]} AS bought FROM {EVENTS}
                WHERE name = '{ORDER_PAID}' GROUP BY buyer_id
            ) AS b ON c.customer_id = b.buyer_id
        ) {beyond} ORDER BY value {way}, customer_id {way} LIMIT {{size:UInt32}}
        """,  # noqa: S608  # names of our own
        bound,
    )
    return [(int(customer_id), int(value)) for customer_id, value in found]


def _place(after: str) -> tuple[int, int]:
    value, _, last_id = after.partition(".")
    if not all(each.isascii() and each.removeprefix("-").isdecimal() and len(each) <= 19 for each in (value, last_id)):
        raise InvalidError("This page key was not made by Siyu.", field="after")
    if not (abs(int(value)) < 2**63 and 0 <= int(last_id) < 2**63):
        raise InvalidError("This page key was not made by Siyu.", field="after")
    return int(value), int(last_id)
