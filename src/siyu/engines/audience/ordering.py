"""Customers in the order of what they bought, out of the columns: a page at a time, by keys that stay where they are."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from siyu.domain.orders.contracts import ORDER_PAID
from siyu.domain.segments.contracts import Ids
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.columns.native import Array
from siyu.platform.columns.queries import Query
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS

Measure = Literal["orders", "revenue", "last_order"]
_MEASURES: Final[dict[Measure, str]] = {
    "orders": "toInt64(count())",
    "revenue": "toInt64(sum(ifNull(properties.total_fen, 0)))",
    "last_order": "toInt64(max(toUnixTimestamp64Milli(occurred_at)))",
}
_DTYPES: Final = {"customer_id": np.uint64, "value": np.int64}


def by_orders(
    columns: Columns, measure: Measure, page: PageRequest, among: Ids | None, *, is_rising: bool = False
) -> Page[int]:
    """A page of all customers, or of those named, who bought most first (rising: least); who bought nothing counts as 0. Of
    equals the newest comes first, rising the oldest.

    Of everybody the columns find the page. Of some, all come as numbers and the page is found here: to tell the columns who is
    meant would cost more, the more there are.
    """
    after = None if page.after is None else _place(page.after)
    query = _values(measure, after, is_rising=is_rising, is_cluster=bool(columns.cluster))
    if among is None:
        way = "ASC" if is_rising else "DESC"
        first = f"{query.sql} ORDER BY value {way}, customer_id {way} LIMIT {{size:UInt32}}"
        found = columns.query_arrays(first, _DTYPES, {**query.parameters, "size": page.size + 1})
    else:
        found = columns.query_arrays(query.sql, _DTYPES, query.parameters)
        found = _first(found, among, page.size + 1, is_rising=is_rising)
    ids, values = found["customer_id"].tolist(), found["value"].tolist()
    has_more = len(ids) > page.size
    return Page(ids[: page.size], next_after=f"{values[page.size - 1]}.{ids[page.size - 1]}" if has_more else None)


def _values(measure: Measure, after: tuple[int, int] | None, *, is_rising: bool, is_cluster: bool) -> Query:
    """Everybody beyond a place, with what they bought; in no order."""
    bound: dict[str, object] = {}
    beyond = ""
    if after is not None:
        bound["value"], bound["last"] = after
        beyond = f"WHERE (value, customer_id) {'>' if is_rising else '<'} ({{value:Int64}}, {{last:UInt64}})"
    far = "GLOBAL " if is_cluster else ""
    sql = f"""
        SELECT customer_id, value FROM (
            SELECT c.customer_id AS customer_id, ifNull(b.bought, 0) AS value
            FROM (SELECT customer_id FROM {CUSTOMERS} FINAL WHERE is_deleted = 0 AND is_erased = 0) AS c
            {far}LEFT JOIN (
                SELECT {CUSTOMER_OF} AS buyer_id, {_MEASURES[measure]} AS bought FROM {EVENTS}
                WHERE name = '{ORDER_PAID}' GROUP BY buyer_id
            ) AS b ON c.customer_id = b.buyer_id
        ) {beyond}
        """  # noqa: S608  # names of our own
    return Query(sql, bound)


def _first(found: dict[str, Array], among: Ids, size: int, *, is_rising: bool) -> dict[str, Array]:
    """Those meant that come first, in order. Only who reaches the value of the last of them is put in order."""
    are_meant = np.isin(found["customer_id"], among)
    ids, values = found["customer_id"][are_meant], found["value"][are_meant]
    if len(ids) > size:
        last = size - 1 if is_rising else len(ids) - size
        least = np.partition(values, last)[last]
        may_show = values <= least if is_rising else values >= least
        ids, values = ids[may_show], values[may_show]
    order = np.lexsort((ids, values))
    shown = (order if is_rising else order[::-1])[:size]
    return {"customer_id": ids[shown], "value": values[shown]}


def _place(after: str) -> tuple[int, int]:
    value, _, last_id = after.partition(".")
    if not all(each.isascii() and each.removeprefix("-").isdecimal() and len(each) <= 19 for each in (value, last_id)):
        raise InvalidError("This page key was not made by Siyu.", field="after")
    if not (abs(int(value)) < 2**63 and 0 <= int(last_id) < 2**63):
        raise InvalidError("This page key was not made by Siyu.", field="after")
    return int(value), int(last_id)
