"""Movements between the parts of a scheme or a ladder, as its pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from siyu.domain.segments import reading as segments
from siyu.engines.insight.movements import moved, movements
from siyu.faces.api.context import ApiContext
from siyu.faces.api.customer_bulks import MadeSegment, segment_of_people
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


class MovementPeople(BaseModel):
    """Those who stood in `before` at the end of `since_on` and in `after` at the end of `until_on`, and what a segment of them is
    to be called; null is nowhere."""

    before: Annotated[str | None, Field(max_length=100)] = None
    after: Annotated[str | None, Field(max_length=100)] = None
    since_on: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
    until_on: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
    name: Annotated[str, Field(min_length=1, max_length=100)]


def movements_of(
    context: ApiContext, columns: Columns, actor: Actor, owner_id: int, since_on: date | None, until_on: date | None
) -> Movements:
    """The last thirty days where none are told. Only customers whom the actor may see count."""
    span = _span(context, owner_id, since_on, until_on)
    found = movements(columns, span.parts, span.first, span.last, actor.scope)
    return Movements(
        since_on=span.since_on,
        until_on=span.until_on,
        rows=[MovementCell(before=each.before, after=each.after, customers=each.customers) for each in found],
    )


def segment_of_movement(
    context: ApiContext, columns: Columns, actor: Actor, owner_id: int, asked: MovementPeople
) -> MadeSegment:
    """A draft of a segment of exactly those whom `movements_of` counts in one of its cells, for who may write segments."""
    span = _span(context, owner_id, asked.since_on, asked.until_on)
    ids = moved(columns, span.parts, span.first, span.last, actor.scope, asked.before, asked.after)
    if not ids:
        raise InvalidError("Nobody moved like that.", field="before")
    with context.database.begin() as work:
        return segment_of_people(work, actor, asked.name, ids)


@dataclass(frozen=True, slots=True)
class _Span:
    """Two ends of days, and what the parts are."""

    parts: Mapping[int, str]
    since_on: date
    until_on: date
    first: datetime
    last: datetime


def _span(context: ApiContext, owner_id: int, since_on: date | None, until_on: date | None) -> _Span:
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
    return _Span(parts, since, until, first - millisecond, last - millisecond)
