"""RFM schemes in numbers: who stands in which cell, and where the cut-offs lie. Asked of ClickHouse in one statement each.

It says of each buyer what the plain conditions of the cells say (a test holds one against the other), in a single pass. Buyers who
were erased are in no cell, as they are in no segment.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import RfmScheme, Scale
from siyu.kernel.actors import Actor, Scope
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS, HOT_PATHS
from siyu.platform.postgres.database import Database

_DAY_MS: Final = 86_400_000
_HAIR: Final = 1e-6
"""A quantile between two values is reckoned in floats; one that is whole must not fall short of it."""

RECENCY_DAYS_MAX: Final = 3650


@dataclass(frozen=True, slots=True)
class CellNumbers:
    """How many buyers stand in a cell, how often they bought and for how much, all by the scheme's own event and window."""

    key: str
    customers: int
    orders: int
    revenue_fen: int

    @property
    def arpu_fen(self) -> int:
        """Revenue for each customer, to the fen."""
        return round(self.revenue_fen / self.customers) if self.customers else 0


def cell_numbers(columns: Columns, scheme: RfmScheme, as_of: datetime, scope: Scope | None = None) -> list[CellNumbers]:
    """All cells in the scheme's order."""
    placed, bound = placed_buyers(scheme, as_of, scope or Scope())
    rows = columns.query(
        f"SELECT place, count(), sum(orders), toInt64(sum(spent)) FROM ({placed}) GROUP BY place",  # noqa: S608
        bound,
    )
    found = {row[0]: row[1:] for row in rows}
    return [CellNumbers(cell.key, *found.get(n, (0, 0, 0))) for n, cell in enumerate(scheme.cells)]


def placed_buyers(scheme: RfmScheme, as_of: datetime, scope: Scope) -> tuple[str, dict[str, object]]:
    """SQL of a row for each buyer in scope: customer_id, `place`, which is that of their cell in the scheme, orders and spent; and
    what is bound in it."""
    bought, bound = _buyers(scheme, as_of, scope)
    place = "0"
    for n, scale in enumerate(scheme.scales):
        bound[f"cuts{n}"] = list(scale.cuts)
        reached = f"arrayCount(cut -> {_REACHED[scale.measure]}, {{cuts{n}:Array(Int64)}})"
        place = f"({place}) * {scale.scores} + {reached}"
    bound["cells"] = [cells[0] for cells in scheme.grid()]
    sql = f"""
        SELECT customer_id, arrayElement({{cells:Array(UInt16)}}, 1 + {place}) AS place, orders, spent FROM ({bought})
    """  # noqa: S608  # names of our own
    return sql, bound


def found_scales(columns: Columns, scheme: RfmScheme, as_of: datetime) -> tuple[Scale, ...]:
    """The scales with those cut-offs that are to be found among all buyers; as they are where nobody has bought."""
    bought, bound = _buyers(scheme, as_of, Scope())
    asked = ", ".join(_asked(scale) for scale in scheme.scales)
    rows = columns.query(f"SELECT count(), {asked} FROM ({bought})", bound)  # noqa: S608
    count, *found = rows[0]
    if not count:
        return scheme.scales
    return tuple(_cut(scale, values) for scale, values in zip(scheme.scales, found, strict=True))


def with_found_cuts(columns: Columns, scheme: RfmScheme, as_of: datetime) -> RfmScheme:
    """The scheme with its cut-offs found anew."""
    return replace(scheme, scales=found_scales(columns, scheme, as_of))


def recut_schemes(database: Database, columns: Columns, actor: Actor) -> list[int]:
    """Finds the cut-offs of all schemes in force that do not tell them, and publishes those that are others now; their ids."""
    with database.read() as reading:
        schemes = segments_reading.live_schemes(reading)
    changed = []
    for scheme_id, scheme in schemes.items():
        if all(scale.by == "custom" for scale in scheme.scales):
            continue
        scales = found_scales(columns, scheme, database.clock.now())
        with database.begin() as work:
            if segments.change_cuts(work, actor, scheme_id, scales):
                changed.append(scheme_id)
    return changed


_REACHED: Final[Mapping[str, str]] = {
    "recency": "age_days < cut",
    "frequency": "orders >= cut",
    "monetary": "spent >= cut",
    "ticket": "priced > 0 AND spent / priced >= cut",
}
_VALUE: Final[Mapping[str, str]] = {
    "recency": "toInt64(age_days)",
    "frequency": "toInt64(orders)",
    "monetary": "toInt64(floor(spent))",
    "ticket": "if(priced > 0, toInt64(floor(spent / greatest(priced, 1))), NULL)",
}


def _asked(scale: Scale) -> str:
    """What is asked of the buyers to find a scale's cut-offs; always a list of numbers, empty where nobody has any."""
    value = _VALUE[scale.measure]
    if scale.by == "custom":
        return "emptyArrayFloat64()"
    if scale.by == "mean":
        return f"arrayFilter(mean -> isFinite(mean), [ifNull(toFloat64(avg({value})), nan)])"
    levels = ", ".join(str(n / scale.scores) for n in range(1, scale.scores))
    return f"if(count({value}) = 0, emptyArrayFloat64(), quantilesExactInclusive({levels})({value}))"


def _cut(scale: Scale, found: Sequence[float]) -> Scale:
    if not found:
        return scale
    most = RECENCY_DAYS_MAX if scale.measure == "recency" else 10**15
    cuts = [min(max(math.floor(value + _HAIR) + 1, 1), most) for value in found]
    return replace(scale, cuts=tuple(sorted(cuts, reverse=scale.measure == "recency")))


def _buyers(scheme: RfmScheme, as_of: datetime, scope: Scope) -> tuple[str, dict[str, object]]:
    """A row for each buyer in scope: orders, spent, priced (orders that name an amount) and age_days."""
    bound: dict[str, object] = {
        "event": scheme.event,
        "property": scheme.property,
        "as_of_ms": milliseconds_of(as_of),
    }
    since = ""
    if scheme.days is not None:
        bound["since_ms"] = bound_ms = milliseconds_of(as_of) - scheme.days * _DAY_MS
        since = " AND occurred_at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')" if bound_ms > -(2**50) else ""
    amount = _amount(scheme.property)
    if scheme.currency is not None:
        bound["currency"] = scheme.currency
        amount = f"if(ifNull(properties.currency = {{currency:String}}, 0), {amount}, NULL)"
    there = "is_deleted = 0 AND is_erased = 0"
    if scope.own_only:
        there = "0"  # columns do not know whose own a customer is: nobody rather than too many
    elif scope.unit_path is not None:
        there += " AND startsWith(unit_path, {unit_path:String})"
        bound["unit_path"] = scope.unit_path
    sql = f"""
        SELECT {CUSTOMER_OF} AS customer_id, count() AS orders, ifNull(sum(amount), 0) AS spent, count(amount) AS priced,
            intDiv({{as_of_ms:Int64}} - toUnixTimestamp64Milli(max(occurred_at)), {_DAY_MS}) AS age_days
        FROM (SELECT profile_id, occurred_at, {amount} AS amount FROM {EVENTS} WHERE name = {{event:String}}
            AND occurred_at <= fromUnixTimestamp64Milli({{as_of_ms:Int64}}, 'UTC'){since})
        GROUP BY customer_id
        HAVING bitmapContains((SELECT groupBitmapState(customer_id) FROM {CUSTOMERS} FINAL WHERE {there}), customer_id)
    """  # noqa: S608  # names of our own
    return sql, bound


def _amount(name: str) -> str:
    """The number in a property, whatever kind of number; NULL for anything else."""
    if name in HOT_PATHS:
        is_number = "Int" in HOT_PATHS[name] or "Float" in HOT_PATHS[name]
        return "properties.{property:Identifier}" if is_number else "if(length({property:String}) < 0, 0, NULL)"
    kinds = ("Int64", "Float64", "UInt64")
    return "coalesce(" + ", ".join(f"toFloat64(properties.{{property:Identifier}}.:`{kind}`)" for kind in kinds) + ")"
