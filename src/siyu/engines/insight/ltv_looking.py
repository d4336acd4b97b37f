"""What the edition of LTV in force shows of the customers in somebody's scope: how they are spread, who is worth most, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters, in_scope
from siyu.platform.columns.schema import CUSTOMERS, ESTIMATES

MODEL: Final = "value"
ALIVE_CUTS: Final = (0.2, 0.4, 0.6, 0.8)
ENTRIES_MAX: Final = 20

_ROWS = f"""
SELECT customer_id, numbers['p_alive'] AS alive, numbers['expected_orders'] AS orders,
    toInt64(numbers['expected_ticket_fen']) AS ticket_fen, toInt64(numbers['expected_value_fen']) AS value_fen
FROM {ESTIMATES} WHERE model = {{model:String}} AND edition = {{edition:UInt32}}
"""  # noqa: S608  # names of our own


@dataclass(frozen=True, slots=True)
class Place:
    """Customers whose probability of being alive has reached `alive` of ALIVE_CUTS, and whose value `value` of the amounts told."""

    alive: int
    value: int
    customers: int
    value_fen: int


@dataclass(frozen=True, slots=True)
class Valued:
    """What is expected of a customer."""

    customer_id: int
    p_alive: float
    expected_orders: float
    expected_ticket_fen: int
    expected_value_fen: int


@dataclass(frozen=True, slots=True)
class Share:
    """What is expected of those who have something in common."""

    key: str
    customers: int
    alive: float
    value_fen: int


def matrix(columns: Columns, edition: int, value_cuts_fen: Sequence[int], scope: Scope) -> list[Place]:
    """How they are spread; places where nobody is are left out."""
    rows, parameters = _rows(edition, scope)
    alive = f"arrayCount(cut -> alive >= cut, {parameters.bind(list(ALIVE_CUTS), 'Array(Float64)')})"
    value = f"arrayCount(cut -> value_fen >= cut, {parameters.bind(list(value_cuts_fen), 'Array(Int64)')})"
    query = parameters.query(
        f"SELECT {alive} AS a, {value} AS v, count(), sum(value_fen) FROM ({rows}) GROUP BY a, v ORDER BY a, v"  # noqa: S608
    )
    return [Place(*row) for row in columns.query(query.sql, query.parameters)]


def most_valued(columns: Columns, edition: int, scope: Scope, count: int) -> list[Valued]:
    """Who is worth most, the first first."""
    rows, parameters = _rows(edition, scope)
    query = parameters.query(f"SELECT * FROM ({rows}) ORDER BY value_fen DESC, customer_id LIMIT {count:d}")  # noqa: S608
    return [Valued(*row) for row in columns.query(query.sql, query.parameters)]


def by_entry(columns: Columns, edition: int, scope: Scope) -> list[Share]:
    """By where they first came from, the largest value first."""
    rows, parameters = _rows(edition, scope)
    query = parameters.query(
        f"""
        SELECT entry, count(), sum(alive), sum(value_fen) AS worth FROM ({rows}) AS valued
        INNER JOIN (SELECT customer_id, toString(entry_channel) AS entry FROM {CUSTOMERS} FINAL) AS came USING (customer_id)
        GROUP BY entry ORDER BY worth DESC, entry LIMIT {ENTRIES_MAX:d}
        """  # noqa: S608
    )
    return [Share(*row) for row in columns.query(query.sql, query.parameters)]


def find_valued(columns: Columns, edition: int, customer_id: int) -> Valued | None:
    """One customer; None where nothing was estimated of them."""
    rows, parameters = _rows(edition, Scope())
    query = parameters.query(
        f"SELECT * FROM ({rows} AND customer_id = {parameters.bind(customer_id, 'UInt64')})"  # noqa: S608
    )
    return next((Valued(*row) for row in columns.query(query.sql, query.parameters)), None)


def values_of(columns: Columns, edition: int, placed: str, bound: Mapping[str, object]) -> list[Share]:
    """By a SELECT of ours that gives customers a `place`."""
    parameters = {**bound, "model": MODEL, "edition": edition}
    rows = columns.query(
        f"SELECT toString(place), count(), sum(alive), sum(value_fen) FROM ({_ROWS}) AS valued"  # noqa: S608
        f" INNER JOIN ({placed}) AS placed USING (customer_id) GROUP BY place ORDER BY place",
        parameters,
    )
    return [Share(*row) for row in rows]


def _rows(edition: int, scope: Scope) -> tuple[str, Parameters]:
    parameters = Parameters()
    model, number = parameters.bind(MODEL, "String"), parameters.bind(edition, "UInt32")
    sql = _ROWS.replace("{model:String}", model).replace("{edition:UInt32}", number)
    there = in_scope(parameters, scope)
    return f"{sql} AND customer_id IN (SELECT customer_id FROM {CUSTOMERS} FINAL WHERE {there})", parameters  # noqa: S608
