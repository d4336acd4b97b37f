"""What the customers of each stage of a ladder bought, and what they are expected to be worth. Who stands where is told by who
entered and exited, as for movements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from siyu.domain.orders.contracts import ORDER_PAID
from siyu.engines.insight.ltv_looking import MODEL
from siyu.engines.insight.movements import standing
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMER_OF, ESTIMATES, EVENTS


@dataclass(frozen=True, slots=True)
class PartValue:
    """Of one part: its customers, their paid orders ever and what these came to, and what is expected of them in the coming year (0
    where nothing is estimated)."""

    part: str
    customers: int
    orders: int
    revenue_fen: int
    value_fen: int

    @property
    def arpu_fen(self) -> int:
        """Revenue for each customer, to the fen."""
        return round(self.revenue_fen / self.customers) if self.customers else 0


def part_values(
    columns: Columns, parts: Mapping[int, str], as_of: datetime, scope: Scope, *, currency: str, edition: int
) -> list[PartValue]:
    """Parts where somebody stands; `parts` as for movements. Only orders in `currency` count for money."""
    if not parts:
        return []
    stands, bound = standing(parts, as_of, scope)
    rows = columns.query(
        f"""
        SELECT segment_id, count(), toInt64(sum(orders)), toInt64(sum(spent)), toInt64(sum(value)) FROM ({stands}) AS stands
        LEFT JOIN (
            SELECT {CUSTOMER_OF} AS customer_id, count() AS orders,
                sum(if(ifNull(properties.currency = {{currency:String}}, 0), ifNull(properties.total_fen, 0), 0)) AS spent
            FROM {EVENTS} WHERE name = {{event:String}} AND occurred_at <= fromUnixTimestamp64Milli({{until_ms:Int64}}, 'UTC')
            GROUP BY customer_id
        ) AS bought USING (customer_id)
        LEFT JOIN (
            SELECT customer_id, numbers['expected_value_fen'] AS value FROM {ESTIMATES}
            WHERE model = {{model:String}} AND edition = {{edition:UInt32}}
        ) AS valued USING (customer_id)
        GROUP BY segment_id
        """,  # noqa: S608  # names of our own
        {**bound, "currency": currency, "event": ORDER_PAID, "model": MODEL, "edition": edition},
    )
    found: dict[str, list[int]] = {}
    for segment_id, *numbers in rows:
        known = found.setdefault(parts[segment_id], [0, 0, 0, 0])
        found[parts[segment_id]] = [one + more for one, more in zip(known, numbers, strict=True)]
    return [PartValue(part, *numbers) for part, numbers in found.items()]
