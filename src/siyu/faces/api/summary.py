"""The summary of the business: the numbers of the home page, each with what it means."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.assembly.today import waiting_for
from siyu.domain.segments import reading as segments
from siyu.engines.insight import summary as insight
from siyu.engines.insight.meanings import MEANINGS
from siyu.engines.insight.summary import CellName
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, ReadOnly

router = APIRouter(prefix="/api/summary", tags=["summary"])


class MonthRevenue(BaseModel):
    """A calendar month of the business time zone, like 2026-05."""

    month: str
    orders: int
    buyers: int
    revenue_fen: int


class RfmCell(BaseModel):
    """How many buyers stand in a cell, and what they have spent."""

    cell: CellName
    customers: int
    revenue_fen: int


class MetricDefinition(BaseModel):
    """What a number means."""

    zh: str
    en: str


class Summary(BaseModel):
    """The numbers as of an instant, over the customers in your scope. `repeat_rate` is from 0 to 1. The cells are those of
    `scheme_id`, so that conditions can ask for them; null while no scheme is in force and cut-offs are found anew each time."""

    as_of: datetime
    customers: int
    new_customers_30d: int
    active_30d: int
    buyers: int
    repeat_buyers: int
    repeat_rate: float
    orders: int
    revenue_fen: int
    currency: str
    revenue_by_month: list[MonthRevenue]
    rfm: list[RfmCell]
    scheme_id: int | None
    definitions: dict[str, MetricDefinition]


class WaitingRow(BaseModel):
    """Something that waits for you: `count` of it, of one `subject` where there are several; `limit` is what there is in all."""

    key: str
    count: int
    is_urgent: bool
    subject: str
    limit: int | None


class Today(BaseModel):
    """All that waits for you, what is urgent first."""

    rows: list[WaitingRow]


@router.get("/today", summary="What waits for you today")
def get_today(actor: CurrentActor, context: Context, reading: ReadOnly) -> Today:
    """Whoever may do nothing about anything is told of nothing."""
    found = waiting_for(reading, actor, context.settings.zone)
    return Today(rows=[WaitingRow.model_validate(each, from_attributes=True) for each in found])


@router.get("", summary="The numbers of the home page")
def get_summary(actor: CurrentActor, context: Context, columns: ColumnsClient) -> Summary:
    actor.require("insight.read")
    settings, now = context.settings, context.database.clock.now()
    with context.database.read() as reading:
        schemes = segments.live_schemes(reading)
    scheme_id = insight.home_scheme(schemes)
    scheme = schemes[scheme_id] if scheme_id is not None else None
    found = insight.summary(columns, now, settings.zone, actor.scope, currency=settings.currency, scheme=scheme)
    return Summary(
        as_of=found.as_of,
        customers=found.customers,
        new_customers_30d=found.new_customers_30d,
        active_30d=found.active_30d,
        buyers=found.buyers,
        repeat_buyers=found.repeat_buyers,
        repeat_rate=found.repeat_rate,
        orders=found.orders,
        revenue_fen=found.revenue_fen,
        currency=found.currency,
        revenue_by_month=[
            MonthRevenue(month=each.month, orders=each.orders, buyers=each.buyers, revenue_fen=each.revenue_fen)
            for each in found.revenue_by_month
        ],
        rfm=[RfmCell(cell=each.cell, customers=each.customers, revenue_fen=each.revenue_fen) for each in found.rfm],
        scheme_id=scheme_id,
        definitions={name: MetricDefinition(zh=meaning.zh, en=meaning.en) for name, meaning in MEANINGS.items()},
    )
