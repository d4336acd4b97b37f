"""Movements between the parts of a scheme or a ladder, as its pages show them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from siyu.domain.segments import reading as segments
from siyu.engines.insight.movements import movements
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.platform.columns.client import Columns

DAYS_SHOWN = 30
Day = Annotated[date, Query(ge=date(2000, 1, 1), le=date(2199, 12, 31))]


class MovementCell(BaseModel):
    """Customers who stood in `before` and then in `after`; null is nowhere."""

    before: str | None
    after: str | None
    customers: int


class Movements(BaseModel):
    """Between the end of `since_on` and the end of `until_on`, or now if that day is not over. Who stayed is there too."""

    since_on: date
    until_on: date
    rows: list[MovementCell]


def movements_of(
    context: ApiContext, columns: Columns, actor: Actor, owner_id: int, since_on: date | None, until_on: date | None
) -> Movements:
    """The last thirty days where none are told. Only customers whom the actor may see count."""
    zone = context.settings.zone
    with context.database.read() as reading:
        parts = segments.parts_ever(reading, owner_id)
        today = reading.clock.now().astimezone(zone).date()
    until = until_on or today
    since = since_on or until - timedelta(days=DAYS_SHOWN)
    if since > until:
        raise InvalidError("It ends before it begins.", field="since_on")
    first, last = (datetime.combine(day + timedelta(days=1), datetime.min.time(), zone) for day in (since, until))
    millisecond = timedelta(milliseconds=1)
    found = movements(columns, parts, first - millisecond, last - millisecond, actor.scope)
    return Movements(
        since_on=since,
        until_on=until,
        rows=[MovementCell(before=each.before, after=each.after, customers=each.customers) for each in found],
    )
