"""The value of cohorts: what customers who came in the same month paid since, and when they had paid what they cost."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from siyu.engines.insight.cohort_value import MONTHS_MAX, Cohort, Since, cohort_people, cohort_values
from siyu.engines.insight.metric_values import Numbers
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor
from siyu.faces.api.metric_numbers import MetricPeople
from siyu.faces.api.metrics import Day
from siyu.faces.api.segments import Condition
from siyu.kernel.errors import InvalidError

router = APIRouter(prefix="/api/cohort-values", tags=["insight"])


class CohortMonthNumbers(BaseModel):
    """Of a cohort up to the end of one of its months: what its customers paid, how often, and how many of them had ordered at all
    and again. `active`: how many ordered in this very month."""

    paid_fen: int
    orders: int
    buyers: int
    repeat_buyers: int
    active: int


class CohortNumbers(BaseModel):
    """Customers of a month, and their months so far, the month itself first. `cost_fen`: what each of them cost (null: not known);
    `payback_month`: from 0, the first after which each had paid that (null: still to come)."""

    starts_on: date
    customers: int
    spent_fen: int | None
    cost_fen: float | None
    payback_month: int | None
    months: list[CohortMonthNumbers]


class CohortValues(BaseModel):
    """Cohorts, the oldest first."""

    since: Since
    rows: list[CohortNumbers]


@router.get("", summary="The value of cohorts")
def get_cohort_values(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    since: Since = "first_order",
    months: Annotated[int, Query(ge=1, le=MONTHS_MAX)] = 12,
) -> CohortValues:
    """By the month of the first order, or of coming in; as of now, over the customers in your scope."""
    actor.require("insight.read")
    numbers = Numbers(context.database, columns, context.settings.zone, actor)
    found = cohort_values(numbers, since, months, context.settings.currency)
    return CohortValues(since=since, rows=[_numbers(each) for each in found])


@router.get("/people", summary="Who is in a cohort")
def get_cohort_people(actor: CurrentActor, starts_on: Day, since: Since = "first_order") -> MetricPeople:
    """As the definition of a segment."""
    actor.require("insight.read")
    if starts_on.day != 1:
        raise InvalidError("A cohort begins on the first of a month.", field="starts_on")
    return MetricPeople(definition=Condition.model_validate(cohort_people(since, starts_on)))


def _numbers(found: Cohort) -> CohortNumbers:
    return CohortNumbers(
        starts_on=found.starts_on,
        customers=found.customers,
        spent_fen=found.spent_fen,
        cost_fen=found.cost_fen,
        payback_month=found.payback_month,
        months=[
            CohortMonthNumbers(
                paid_fen=each.paid_fen,
                orders=each.orders,
                buyers=each.buyers,
                repeat_buyers=each.repeat_buyers,
                active=each.active,
            )
            for each in found.months
        ],
    )
