"""What the columns tell of buyers for LTV, in a statement each: one purchase a customer and day of the business time zone.

The same orders as RFM's: paid ones; with a currency only those that name it count for money, all count as purchases. Who was
deleted or erased is not looked at. Numbers of days are days since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from siyu.domain.orders.contracts import ORDER_PAID
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS

Days = NDArray[np.int64]
Floats = NDArray[np.float64]

FIT_CUSTOMERS_MAX: Final = 2_000_000
"""Of more buyers a part is fitted, drawn by their number alone: the parameters would not come out otherwise."""
PART_CUSTOMERS: Final = 500_000
"""So many customers' rows are in memory at a time."""

_EPOCH_DAY: Final = date(1970, 1, 1)

_DAYS = f"""
SELECT {CUSTOMER_OF} AS customer_id, toInt64(toInt32(toDate32(occurred_at, {{zone:String}}))) AS on,
    toInt64(sum(if({{currency:String}} = '' OR ifNull(properties.currency = {{currency:String}}, 0),
        ifNull(properties.total_fen, 0), 0))) AS value
FROM {EVENTS} WHERE name = {{event:String}} AND occurred_at <= fromUnixTimestamp64Milli({{as_of_ms:Int64}}, 'UTC')
    AND on <= {{upto:Int64}} AND customer_id % {{parts:UInt64}} = {{part:UInt64}}
GROUP BY customer_id, on
"""  # noqa: S608  # names of our own
_BUYERS = f"""
SELECT customer_id, min(on) AS first_on, max(on) AS last_on, toInt64(count()) - 1 AS again,
    countIf(value > 0) - toInt64(argMin(value, on) > 0) AS spends,
    sumIf(value, value > 0) - greatest(argMin(value, on), 0) AS spent
FROM ({_DAYS}) GROUP BY customer_id
HAVING customer_id IN (SELECT customer_id FROM {CUSTOMERS} FINAL WHERE is_deleted = 0 AND is_erased = 0)
"""  # noqa: S608  # names of our own


@dataclass(frozen=True, slots=True)
class Source:
    """Where purchases are looked for, and up to when: until `as_of`, and no later than the day `upto`."""

    columns: Columns
    as_of: datetime
    zone: ZoneInfo
    currency: str
    upto: int

    def until(self, upto: int) -> Source:
        """The same up to an earlier day."""
        return Source(self.columns, self.as_of, self.zone, self.currency, upto)

    def bound(self, parts: int = 1, part: int = 0) -> dict[str, object]:
        return {
            "zone": str(self.zone),
            "currency": self.currency,
            "event": ORDER_PAID,
            "as_of_ms": milliseconds_of(self.as_of),
            "upto": self.upto,
            "parts": parts,
            "part": part,
        }


@dataclass(frozen=True, slots=True)
class Overview:
    """How many bought, and bought again, and since which day."""

    buyers: int
    repeat_buyers: int
    first_on: int


@dataclass(frozen=True, slots=True)
class Groups:
    """Buyers who are alike: bought again so often, the last time so many days after the first, watched for so many days."""

    again: Days
    recency_days: Days
    watched_days: Days
    count: Days


@dataclass(frozen=True, slots=True)
class Amounts:
    """Who spent on days after the first: on how many, how much in all, and how many did so."""

    spends: Days
    spent_fen: Days
    count: Days


@dataclass(frozen=True, slots=True)
class Buyers:
    """Buyers one by one."""

    customer_ids: NDArray[np.uint64]
    again: Days
    recency_days: Days
    watched_days: Days
    spends: Days
    spent_fen: Days


@dataclass(frozen=True, slots=True)
class Course:
    """On which days how many bought for the first time, and how many of these bought again."""

    on: Days
    began: Days
    again: Days


def source_of(columns: Columns, as_of: datetime, zone: ZoneInfo, currency: str) -> Source:
    """All purchases until an instant."""
    return Source(columns, as_of, zone, currency, (as_of.astimezone(zone).date() - _EPOCH_DAY).days)


def day_of(number: int) -> date:
    """The day of that number."""
    return _EPOCH_DAY + timedelta(days=number)


def overview(source: Source) -> Overview:
    """All of them in three numbers."""
    rows = source.columns.query(
        f"SELECT count(), countIf(again > 0), min(first_on) FROM ({_BUYERS})",  # noqa: S608
        source.bound(),
    )
    return Overview(*(int(each or 0) for each in rows[0]))


def groups(source: Source, buyers: int) -> Groups:
    """For the fit of how often they buy; of a part of them where there are very many."""
    found = source.columns.query_arrays(
        "SELECT again, last_on - first_on AS recency, {upto:Int64} - first_on AS watched, toInt64(count()) AS alike"  # noqa: S608
        f" FROM ({_BUYERS}) WHERE {_DRAWN} GROUP BY again, recency, watched ORDER BY again, recency, watched",
        dict.fromkeys(("again", "recency", "watched", "alike"), np.int64),
        source.bound() | _share(buyers),
    )
    return Groups(found["again"], found["recency"], found["watched"], found["alike"])


def amounts(source: Source, buyers: int) -> Amounts:
    """For the fit of how much they spend."""
    found = source.columns.query_arrays(
        f"SELECT spends, spent, toInt64(count()) AS alike FROM ({_BUYERS})"  # noqa: S608
        f" WHERE {_DRAWN} AND spends > 0 GROUP BY spends, spent ORDER BY spends, spent",
        dict.fromkeys(("spends", "spent", "alike"), np.int64),
        source.bound() | _share(buyers),
    )
    return Amounts(found["spends"], found["spent"], found["alike"])


def parts_of(buyers: int) -> int:
    """In how many parts they are read."""
    return max(1, -(-buyers // PART_CUSTOMERS))


def some_buyers(source: Source, parts: int, part: int) -> Buyers:
    """One part of them, in the order of their numbers."""
    found = source.columns.query_arrays(
        f"SELECT customer_id, again, last_on - first_on AS recency, {{upto:Int64}} - first_on AS watched, spends, spent"  # noqa: S608
        f" FROM ({_BUYERS}) ORDER BY customer_id",
        {"customer_id": np.uint64, **dict.fromkeys(("again", "recency", "watched", "spends", "spent"), np.int64)},
        source.bound(parts, part),
    )
    return Buyers(*found.values())


def course(source: Source, cut: int) -> Course:
    """Of those who had bought by the day `cut`, day by day."""
    living = f"SELECT customer_id FROM {CUSTOMERS} FINAL WHERE is_deleted = 0 AND is_erased = 0"  # noqa: S608
    found = source.columns.query_arrays(
        f"""
        SELECT on, toInt64(countIf(on = first_on)) AS began, toInt64(countIf(on > first_on)) AS again FROM (
            SELECT groupArray(on) AS days, min(on) AS first_on FROM ({_DAYS}) WHERE customer_id IN ({living})
            GROUP BY customer_id HAVING first_on <= {{cut:Int64}}
        ) ARRAY JOIN days AS on GROUP BY on ORDER BY on
        """,  # noqa: S608
        dict.fromkeys(("on", "began", "again"), np.int64),
        {**source.bound(), "cut": cut},
    )
    return Course(found["on"], found["began"], found["again"])


_DRAWN = "cityHash64(customer_id) % {share:UInt64} = 0"


def _share(buyers: int) -> dict[str, object]:
    return {"share": max(1, -(-buyers // FIT_CUSTOMERS_MAX))}
