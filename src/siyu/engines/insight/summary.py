"""The first numbers of a business: customers, buyers, revenue, months, RFM. All found by ClickHouse; `meanings` defines each.

Revenue is in the company's currency: an amount that names another one is not counted (its order is). An event is a customer's
own act as room `segments` says (ACTS_IN_ROOMS). One statement gives all that counts customers,
another one the months, whose orders and revenue add up to those of all time; both are up to the same instant. Customers are dense
numbers, so sets of them are bitmaps. RFM is a scheme's: see `rfm`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from siyu.domain.customers.contracts import PROFILE_CREATED
from siyu.domain.orders.contracts import ORDER_PAID
from siyu.domain.segments.contracts import ACTS_IN_ROOMS, ROOM_SOURCES, RfmScheme
from siyu.domain.segments.reading import eight_cells
from siyu.engines.insight.rfm import cell_numbers, with_found_cuts
from siyu.kernel.actors import Scope
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS

ORDER_REFUNDED = "order_refunded"
DAYS_RECENT: Final = 30
MONTHS_MAX: Final = 36

CellName = Literal[
    "important_value",
    "important_develop",
    "important_keep",
    "important_retain",
    "general_value",
    "general_develop",
    "general_keep",
    "general_retain",
]
RFM_CELLS: Final[tuple[CellName, ...]] = get_args(CellName)
"""In the order they are shown."""


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month ("2026-05") of the business time zone."""

    month: str
    orders: int
    buyers: int
    revenue_fen: int


@dataclass(frozen=True, slots=True)
class RfmCell:
    """How many buyers stand in a cell of the RFM scheme, and what they have spent."""

    cell: CellName
    customers: int
    revenue_fen: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers as of an instant, over the customers in scope."""

    as_of: datetime
    customers: int
    new_customers_30d: int
    active_30d: int
    buyers: int
    repeat_buyers: int
    orders: int
    revenue_fen: int
    currency: str
    revenue_by_month: Sequence[Month]
    rfm: Sequence[RfmCell]

    @property
    def repeat_rate(self) -> float:
        return self.repeat_buyers / self.buyers if self.buyers else 0.0


_AMOUNT = f"""ifNull(properties.total_fen, 0) * multiIf(
    ifNull(properties.currency, {{currency:String}}) != {{currency:String}}, 0, name = '{ORDER_REFUNDED}', -1, 1)"""

_SUMMARY = f"""
WITH
    fromUnixTimestamp64Milli({{as_of_ms:Int64}}, 'UTC') AS as_of,
    as_of - INTERVAL {DAYS_RECENT * 24} HOUR AS recently,
    (SELECT groupBitmapState(customer_id) FROM {CUSTOMERS} FINAL WHERE :scope) AS universe,
    (SELECT groupBitmapState(customer_id) FROM {CUSTOMERS} FINAL WHERE :scope AND is_erased = 0) AS living
SELECT
    bitmapCardinality(universe),
    (SELECT bitmapAndCardinality(living, bitmapAndnot(
            groupBitmapStateIf({CUSTOMER_OF}, occurred_at > recently), groupBitmapStateIf({CUSTOMER_OF}, occurred_at <= recently)))
        FROM {EVENTS} WHERE name = '{PROFILE_CREATED}' AND occurred_at <= as_of),
    (SELECT bitmapAndCardinality(living, groupBitmapState({CUSTOMER_OF})) FROM {EVENTS}
        WHERE occurred_at > recently AND occurred_at <= as_of
            AND (source NOT IN {{rooms:Array(String)}} OR name IN {{acts:Array(String)}})),
    count(), countIf(orders >= 2)
FROM (
    SELECT {CUSTOMER_OF} AS customer_id, count() AS orders FROM {EVENTS} WHERE name = '{ORDER_PAID}' AND occurred_at <= as_of
    GROUP BY customer_id HAVING :among
)
"""  # noqa: S608  # names of our own

_MONTHS = f"""
WITH (SELECT groupBitmapState(customer_id) FROM {CUSTOMERS} FINAL WHERE :scope) AS universe
SELECT toStartOfMonth(occurred_at, {{zone:String}}) AS month, countIf(name = '{ORDER_PAID}'),
    groupBitmapIf(customer_id, name = '{ORDER_PAID}'), sum(amount)
FROM (
    SELECT occurred_at, name, {CUSTOMER_OF} AS customer_id, {_AMOUNT} AS amount
    FROM {EVENTS} WHERE name IN ('{ORDER_PAID}', '{ORDER_REFUNDED}')
        AND occurred_at <= fromUnixTimestamp64Milli({{as_of_ms:Int64}}, 'UTC')
)
WHERE :among
GROUP BY month ORDER BY month
"""  # noqa: S608  # names of our own


def home_scheme(schemes: Mapping[int, RfmScheme]) -> int | None:
    """The one that the home page shows: the first over paid orders that has the eight cells."""
    for scheme_id, scheme in schemes.items():
        if scheme.event == ORDER_PAID and {cell.key for cell in scheme.cells} == set(RFM_CELLS):
            return scheme_id
    return None


def summary(
    columns: Columns,
    as_of: datetime,
    zone: ZoneInfo,
    scope: Scope,
    *,
    currency: str,
    scheme: RfmScheme | None = None,
) -> Summary:
    """All numbers of the home page. The eight cells are those of the scheme in force; without one, of the scheme that everybody
    begins with, its cut-offs found now."""
    if scheme is None:
        scheme = with_found_cuts(columns, eight_cells(ORDER_PAID, "total_fen", currency=currency), as_of)
    cells = {each.key: each for each in cell_numbers(columns, scheme, as_of, scope)}
    row = columns.query(*_asked(_SUMMARY, as_of, scope, rooms=ROOM_SOURCES, acts=ACTS_IN_ROOMS))[0]
    found = columns.query(*_asked(_MONTHS, as_of, scope, currency=currency, zone=zone.key))
    months = [Month(f"{each[0]:%Y-%m}", *each[1:]) for each in found]
    return Summary(
        as_of=as_of,
        customers=row[0],
        new_customers_30d=row[1],
        active_30d=row[2],
        buyers=row[3],
        repeat_buyers=row[4],
        orders=sum(month.orders for month in months),
        revenue_fen=sum(month.revenue_fen for month in months),
        currency=currency,
        revenue_by_month=_without_gaps(months),
        rfm=[RfmCell(name, cells[name].customers, cells[name].revenue_fen) for name in RFM_CELLS],
    )


def _asked(sql: str, as_of: datetime, scope: Scope, **rest: object) -> tuple[str, Mapping[str, object]]:
    """The statement for a scope, and its parameters. Without a limit the amounts of customers deleted since stay counted."""
    bound = {"as_of_ms": milliseconds_of(as_of), **rest}
    there = "is_deleted = 0"
    if scope.own_only:
        there = "0"  # columns do not know whose own a customer is: nobody rather than too many
    elif scope.unit_path is not None:
        there = "is_deleted = 0 AND startsWith(unit_path, {unit_path:String})"
        bound["unit_path"] = scope.unit_path
    among = "1" if scope.is_everything else "bitmapContains(universe, customer_id)"
    return sql.replace(":scope", there).replace(":among", among), bound


def _without_gaps(months: Sequence[Month]) -> list[Month]:
    """The months in their order; one in between without orders is there too, with nothing in it."""
    known = {month.month: month for month in months}
    filled = []
    for number in range(_number(months[0].month), _number(months[-1].month) + 1) if months else ():
        name = f"{number // 12:04d}-{number % 12 + 1:02d}"
        filled.append(known.get(name) or Month(name, 0, 0, 0))
    return filled[-MONTHS_MAX:]


def _number(month: str) -> int:
    """Months since the beginning of year 0."""
    return int(month[:4]) * 12 + int(month[5:]) - 1
