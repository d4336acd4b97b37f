"""The value of cohorts: customers by the month of their first order, or of coming in, and what they paid in each month since.

Month 0 is the calendar month of the first event itself. Of a cohort, the value after n months is all that its customers paid in
its first n + 1 months; only months that are over, and the present one so far, are told. Refunds do not lessen it. What coming in
cost is what was spent in the cohort's month, for each of its customers; it is paid back in the first month whose value for each
customer is at least that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from siyu.domain.customers.contracts import PROFILE_CREATED
from siyu.domain.metrics import reading as metrics
from siyu.domain.orders.contracts import ORDER_PAID
from siyu.domain.segments.contracts import FixedWindow, MomentCondition
from siyu.domain.segments.reading import condition_document
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.terms.periods import Periods, between, moved, start_of
from siyu.engines.insight.terms.whom import Whom
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters
from siyu.platform.columns.schema import CUSTOMER_OF, EVENTS

Since = Literal["first_order", "added"]
SINCE: Final[Mapping[Since, str]] = {"first_order": ORDER_PAID, "added": PROFILE_CREATED}
MONTHS_MAX: Final = 36


@dataclass(frozen=True, slots=True)
class CohortMonth:
    """Of a cohort up to the end of one of its months: what its customers paid, their orders, and how many of them had ordered at
    least once and at least twice. `active`: how many ordered in this very month."""

    paid_fen: int
    orders: int
    buyers: int
    repeat_buyers: int
    active: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers whose first such event lies in the month that begins on that day, and their months so far. `spent_fen` is what was
    spent in that month; None where that is not known."""

    starts_on: date
    customers: int
    spent_fen: int | None
    months: Sequence[CohortMonth]

    @property
    def cost_fen(self) -> float | None:
        """What each customer cost."""
        return self.spent_fen / self.customers if self.spent_fen and self.customers else None

    @property
    def payback_month(self) -> int | None:
        """The first month after which each customer had paid what they had cost; None where that is still to come."""
        if self.cost_fen is None:
            return None
        return next((n for n, each in enumerate(self.months) if each.paid_fen >= self.cost_fen * self.customers), None)


def cohort_values(numbers: Numbers, since: Since, months: int, currency: str) -> list[Cohort]:
    """The cohorts of the last `months` months, the present one included, the oldest first; those of nobody have no customers."""
    as_of = numbers.database.clock.now()
    today = as_of.astimezone(numbers.zone).date()
    present = start_of(today, "month")
    periods = between(moved(present, "month", 1 - months), today, "month", as_of, numbers.zone)
    with numbers.asking([]) as question:
        found = _found(numbers.columns, question.whom, periods, since, currency)
        sees_costs = numbers.actor.scope.is_everything
        spent = metrics.spent_between(question.reading, periods.days[0], today) if sees_costs else []
    cost: dict[date, int] = {}
    for each in spent:
        month = start_of(each.spent_on, "month")
        cost[month] = cost.get(month, 0) + each.amount_fen
    return [
        _cohort(day, found.get(n, {}), len(periods) - n, cost.get(day, 0) if sees_costs else None)
        for n, day in enumerate(periods.days)
    ]


def cohort_people(since: Since, starts_on: date) -> dict[str, Any]:
    """The document of a segment of the customers of one cohort."""
    last = moved(starts_on, "month", 1) - timedelta(days=1)
    window = FixedWindow(starts_on.isoformat(), last.isoformat())
    return condition_document(MomentCondition(SINCE[since], "first", window))


def _cohort(starts_on: date, found: Mapping[int, Sequence[int]], size: int, spent_fen: int | None) -> Cohort:
    customers = found[-1][0] if -1 in found else 0
    months, paid, orders, buyers, repeat = [], 0, 0, 0, 0
    for n in range(size):
        told = found.get(n, (0, 0, 0, 0, 0))
        paid, orders, buyers, repeat = paid + told[1], orders + told[2], buyers + told[3], repeat + told[4]
        months.append(CohortMonth(paid, orders, buyers, repeat, told[0]))
    return Cohort(starts_on, customers, spent_fen, months)


def _born(parameters: Parameters, whom: Whom, since: Since, as_of_ms: int) -> str:
    """SQL of each customer with the instant of their first such event of all time."""
    name = parameters.bind(SINCE[since], "String")
    until = parameters.bind(as_of_ms, "Int64")
    return (
        f"SELECT {CUSTOMER_OF} AS customer_id, min(toUnixTimestamp64Milli(occurred_at)) AS born_ms FROM {EVENTS}"  # noqa: S608 - our own words
        f" WHERE name = {name} AND occurred_at <= fromUnixTimestamp64Milli({until}, 'UTC') AND {whom.events(parameters)}"
        " GROUP BY customer_id"
    )


def _found(
    columns: Columns, whom: Whom, periods: Periods, since: Since, currency: str
) -> dict[int, dict[int, Sequence[int]]]:
    """By cohort and month since: who ordered, what was paid, orders, whose first order it was and whose second. Month -1 tells how
    many customers the cohort has."""
    parameters = Parameters()
    born = _born(parameters, whom, since, periods.as_of_ms)
    cohort = periods.number("born_ms", parameters)
    inside = periods.within("born_ms", parameters)
    sizes = parameters.query(f"SELECT {cohort} AS c, count() FROM ({born}) WHERE {inside} GROUP BY c")  # noqa: S608 - our own words
    found: dict[int, dict[int, Sequence[int]]] = {
        int(c): {-1: (int(size),)} for c, size in columns.query(sizes.sql, sizes.parameters)
    }
    parameters = Parameters()
    born = _born(parameters, whom, since, periods.as_of_ms)
    inside = periods.within("born_ms", parameters)
    orders = (
        f"SELECT {CUSTOMER_OF} AS customer_id, toUnixTimestamp64Milli(occurred_at) AS t,"  # noqa: S608 - our own words
        f" if(ifNull(properties.currency = {parameters.bind(currency, 'String')}, 0), ifNull(properties.total_fen, 0), 0) AS fen"
        f" FROM {EVENTS} WHERE name = {parameters.bind(ORDER_PAID, 'String')} AND {periods.occurred(parameters)}"
        f" AND {whom.events(parameters)}"
    )
    each = (
        f"SELECT customer_id, born_ms, {periods.number('t', parameters)} AS month, count() AS times, sum(fen) AS paid"  # noqa: S608 - our own words
        f" FROM ({orders}) AS o INNER JOIN (SELECT * FROM ({born}) WHERE {inside}) AS b USING (customer_id)"
        " WHERE t >= born_ms GROUP BY customer_id, born_ms, month"
    )
    ranked = (
        "SELECT *, sum(times) OVER (PARTITION BY customer_id ORDER BY month ROWS UNBOUNDED PRECEDING) AS so_far"  # noqa: S608 - our own words
        f" FROM ({each})"
    )
    query = parameters.query(
        f"SELECT {periods.number('born_ms', parameters)} AS c, toInt32(month) - toInt32(c) AS since, count(), toInt64(sum(paid)),"  # noqa: S608 - our own words
        f" sum(times), countIf(so_far = times), countIf(so_far >= 2 AND so_far - times < 2) FROM ({ranked}) GROUP BY c, since"
    )
    for c, month, *told in columns.query(query.sql, query.parameters):
        found.setdefault(int(c), {})[int(month)] = [int(each) for each in told]
    return found
