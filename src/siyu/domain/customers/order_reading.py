"""What a list of customers asks: who was seen last, who is there, how many are kept by whom. Part of `reading`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siyu.kernel.clock import EPOCH
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading
from siyu.platform.postgres.packing import packed_numbers

_IS_LATEST = """NOT EXISTS (
    SELECT 1 FROM customers.profiles q WHERE q.customer_id = p.customer_id
      AND (q.last_seen_at, q.profile_id) > (p.last_seen_at, p.profile_id))"""
_WALK = f"""
SELECT p.customer_id, p.last_seen_at FROM customers.profiles p
WHERE (%(at)s::timestamptz IS NULL OR (p.last_seen_at, p.customer_id) :beyond (%(at)s, %(id)s)) AND p.erased_at IS NULL
  AND {_IS_LATEST}
ORDER BY p.last_seen_at :way, p.customer_id :way LIMIT %(size)s
"""  # noqa: S608  # our own
"""Along the index: as much of it is read as the page needs."""
WALKED_MOST = 5_000
"""So many are looked at along the index for a page of some; whoever stands further down is sorted instead."""
_SORT = """
SELECT p.customer_id, max(p.last_seen_at) AS seen_at
FROM unnest(%(ids)s::bigint[]) AS w(customer_id)
JOIN customers.profiles p USING (customer_id) WHERE p.erased_at IS NULL
GROUP BY 1
HAVING %(at)s::timestamptz IS NULL OR (max(p.last_seen_at), p.customer_id) :beyond (%(at)s, %(id)s)
ORDER BY 2 :way, 1 :way LIMIT %(size)s
"""


_KEPT = """
SELECT count(*) FILTER (WHERE k.has_other), count(*) FILTER (WHERE k.has_same AND NOT k.has_other)
FROM unnest(%(ids)s::bigint[]) AS w(customer_id)
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS has_same, coalesce(
               bool_or((c.unit_id, c.staff_id) IS DISTINCT FROM (%(unit_id)s::bigint, %(staff_id)s::bigint)), false
           ) AS has_other
    FROM customers.profiles p JOIN customers.custody c USING (profile_id) WHERE p.customer_id = w.customer_id
) AS k
"""


def all_ids(reading: Reading) -> NDArray[np.uint64]:
    """Everybody who is there, ascending."""
    rows = reading.driver.execute(
        "SELECT profile_id FROM customers.profiles WHERE profile_id = customer_id AND erased_at IS NULL ORDER BY 1"
    ).fetchall()
    return np.fromiter((row[0] for row in rows), np.uint64, len(rows))


def kept_among(reading: Reading, customer_ids: Sequence[int], unit_id: int, staff_id: int | None) -> tuple[int, int]:
    """How many of the customers somebody else keeps, and how many just this unit and staff."""
    bound = {"ids": packed_numbers(customer_ids), "unit_id": unit_id, "staff_id": staff_id}
    row = reading.driver.execute(_KEPT, bound).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def by_last_seen(
    reading: Reading, page: PageRequest, among: NDArray[np.uint64] | None, *, is_rising: bool = False
) -> Page[int]:
    """A page of all customers, or of those named, who was seen last first (rising: who was not seen for longest)."""
    at, last_id = _place(page)
    bound: dict[str, Any] = {"at": at, "id": last_id, "size": page.size + 1}
    if among is None:
        rows = _asked(reading, _WALK, bound, is_rising)
    elif not len(among):
        return Page([], next_after=None)
    else:
        rows = _met(reading, bound, among, is_rising)
        if len(rows) <= page.size:
            rows = _asked(reading, _SORT, {**bound, "ids": packed_numbers(among.tolist())}, is_rising)
    shown = rows[: page.size]
    key = f"{(shown[-1][1] - EPOCH) // timedelta(microseconds=1)}.{shown[-1][0]}" if len(rows) > page.size else None
    return Page([row[0] for row in shown], next_after=key)


def _met(
    reading: Reading, bound: dict[str, Any], among: NDArray[np.uint64], is_rising: bool
) -> list[tuple[int, datetime]]:
    """Those of some who are met soon along the index; none where they are so few that sorting them is less work."""
    if len(among) < WALKED_MOST:
        return []
    walked = _asked(reading, _WALK, {**bound, "size": WALKED_MOST}, is_rising)
    are_meant = np.isin(np.fromiter((row[0] for row in walked), np.uint64, len(walked)), among)
    return [walked[place] for place in np.flatnonzero(are_meant)[: bound["size"]]]


def _asked(reading: Reading, sql: str, bound: dict[str, Any], is_rising: bool) -> list[tuple[int, datetime]]:
    ordered = sql.replace(":beyond", ">" if is_rising else "<").replace(":way", "ASC" if is_rising else "DESC")
    return reading.driver.execute(ordered.encode(), bound).fetchall()


def _place(page: PageRequest) -> tuple[datetime | None, int]:
    if page.after is None:
        return None, 0
    instant, _, last_id = page.after.partition(".")
    if not all(each.isascii() and each.isdecimal() and len(each) <= 18 for each in (instant, last_id)):
        raise InvalidError("This page key was not made by Siyu.", field="after")
    return EPOCH + timedelta(microseconds=int(instant)), int(last_id)
