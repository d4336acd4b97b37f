"""What became of leads, and whom each number counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from siyu.domain.company.reading import staff_names
from siyu.domain.customers.reading import customers_in_scope
from siyu.domain.entries import service
from siyu.domain.entries.contracts import LeadNumber
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly
from siyu.faces.api.customers import PeopleBehind, people_behind
from siyu.kernel.paging import Page

router = APIRouter(prefix="/api", tags=["leads"])

NUMBERS_DAYS_MAX = 366
Days = Annotated[int, Query(ge=1, le=NUMBERS_DAYS_MAX)]


class LeadNumbersRow(BaseModel):
    """What became of leads of a member of the staff, or of a source."""

    staff_id: int | None
    staff: str
    source: str
    opened: int
    open: int
    won: int
    lost: int
    recycled: int
    followed_up: int


class LeadNumbersTable(BaseModel):
    """Of the leads that were opened since, as far as you answer for them."""

    rows: list[LeadNumbersRow]
    since: datetime


@router.get("/leads/numbers", summary="What became of leads")
def get_lead_numbers(
    actor: CurrentActor,
    reading: ReadOnly,
    by: Annotated[Literal["staff", "source"], Query()] = "staff",
    days: Days = 30,
) -> LeadNumbersTable:
    """Of those opened in so many days, by who has them or had them last, or by where they came from."""
    since = reading.clock.now() - timedelta(days=days)
    found = service.lead_numbers(reading, actor, since, by_staff=by == "staff")
    names = staff_names(reading, {each.staff_id for each in found if each.staff_id is not None})
    return LeadNumbersTable(
        rows=[
            LeadNumbersRow(
                staff_id=each.staff_id,
                staff=names.get(each.staff_id or 0, ""),
                source=each.source,
                opened=each.opened,
                open=each.open,
                won=each.won,
                lost=each.lost,
                recycled=each.recycled,
                followed_up=each.followed_up,
            )
            for each in found
        ],
        since=since,
    )


@router.get("/leads/numbers/people", summary="Whom a number of leads counts")
def list_counted_leads(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Paging,
    number: LeadNumber,
    source: Annotated[str | None, Query(max_length=60)] = None,
    staff_id: Id | None = None,
    days: Days = 30,
) -> PeopleBehind:
    """Of a source; else of a member of the staff, or without one of nobody. As far as you may see the customers."""
    actor.require("customers.read")
    since = reading.clock.now() - timedelta(days=days)
    found = service.list_counted(reading, actor, since, number, staff_id if source is None else source, page)
    seen = customers_in_scope(reading, actor, found.rows)
    return people_behind(reading, actor, Page([each for each in found.rows if each in seen], found.next_after))
