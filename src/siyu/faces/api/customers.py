"""Customers: the list, one customer, what they did, and what can be asked about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import ConsentState, CustomerSummary, masked
from siyu.domain.definitions import reading as definitions
from siyu.domain.journeys import reading as journeys
from siyu.domain.orders import reading as orders
from siyu.domain.orders.contracts import OrderTotals
from siyu.domain.segments import reading as segments
from siyu.domain.segments.contracts import SEGMENT_KIND, Ids
from siyu.engines.insight.timeline import timeline
from siyu.engines.insight.vocabulary import vocabulary
from siyu.faces.api.access import ColumnsClient, CurrentActor, Id, Paging, ReadOnly
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api", tags=["customers"])

SET_STRETCH = 5_000
"""Customers of a set looked at for one page; where a search hides most of them the page is short, and the next goes on."""


class CustomerRow(BaseModel):
    """A customer in a list; contacts are masked."""

    customer_id: int
    display_name: str
    contact_masked: str
    city: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    orders: int
    revenue_fen: int
    last_order_at: datetime | None


class CustomerPage(BaseModel):
    """Customers, the newest first; `total` counts all that the asker may see."""

    rows: list[CustomerRow]
    next_after: str | None
    total: int


class ShownIdentity(BaseModel):
    """A way the customer is known."""

    profile_id: int
    kind: str
    value_masked: str
    first_seen_at: datetime


class ShownConsent(BaseModel):
    """The customer's present word on one purpose in one channel."""

    channel: str
    purpose: str
    state: ConsentState
    changed_at: datetime


class SegmentName(BaseModel):
    """A segment the customer is in."""

    segment_id: int
    name: str


class CustomerJourney(BaseModel):
    """A journey the customer is, or was, on."""

    journey_id: int
    name: str
    state: str


class Customer(CustomerRow):
    """One customer, whole."""

    identities: list[ShownIdentity]
    attributes: dict[str, Any]
    consents: list[ShownConsent]
    segments: list[SegmentName]
    journeys: list[CustomerJourney]
    average_order_fen: int | None
    erased_at: datetime | None


class TimelineRow(BaseModel):
    """One thing that happened to the customer."""

    event_id: UUID
    name: str
    occurred_at: datetime
    source: str
    properties: dict[str, Any]


class TimelinePage(BaseModel):
    """What happened, the latest first."""

    rows: list[TimelineRow]
    next_after: str | None


class NamedValue(BaseModel):
    """An attribute or a property, and the kind of its values: text, number, boolean or date."""

    name: str
    kind: str


class NamedEvent(BaseModel):
    """An event that was seen, and its properties."""

    name: str
    properties: list[NamedValue]


class Attributes(BaseModel):
    """What conditions can ask about."""

    attributes: list[NamedValue]
    events: list[NamedEvent]


@router.get("/customers", summary="List customers")
def list_customers(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Paging,
    q: Annotated[str | None, Query(max_length=200)] = None,
    segment_id: Annotated[int | None, Query(ge=1)] = None,
) -> CustomerPage:
    """`q` finds the beginning of a name or an identity; of a phone or an e-mail, the whole, in any spelling."""
    if segment_id is not None:
        actor.require("segments.read")
        return page_of_customers(reading, actor, segments.members_of(reading, segment_id), page, q)
    found = customers.list_customers(reading, actor, page, search=q)
    total = customers.count_customers(reading, actor)
    return CustomerPage(rows=customer_rows(reading, actor, found.rows), next_after=found.next_after, total=total)


def page_of_customers(
    reading: Reading, actor: Actor, ids: Ids, page: PageRequest, search: str | None = None
) -> CustomerPage:
    """A page of those of the customers (ids ascending) whom the actor may see, the newest first."""
    actor.require("customers.read")
    seen = customers.visible_among(reading, actor, ids)
    below = seen[seen < customers.page_key(page)]
    stretch = [int(each) for each in below[-SET_STRETCH:]]
    found = customers.list_customers(reading, actor, page, search=search, among=stretch)
    if found.next_after is None and len(below) > len(stretch):
        found = Page(found.rows, next_after=str(stretch[0]))
    return CustomerPage(rows=customer_rows(reading, actor, found.rows), next_after=found.next_after, total=len(seen))


def customer_rows(reading: Reading, actor: Actor, found: Sequence[CustomerSummary]) -> list[CustomerRow]:
    """Lines of a list of customers, with what they bought."""
    totals = _totals(reading, actor, [each.customer_id for each in found])
    return [
        CustomerRow(
            customer_id=each.customer_id,
            display_name=each.display_name,
            contact_masked=each.contact_masked,
            city=each.city,
            first_seen_at=each.first_seen_at,
            last_seen_at=each.last_seen_at,
            orders=totals[each.customer_id].orders,
            revenue_fen=totals[each.customer_id].revenue_fen,
            last_order_at=totals[each.customer_id].last_order_at,
        )
        for each in found
    ]


def _totals(reading: Reading, actor: Actor, customer_ids: Sequence[int]) -> dict[int, OrderTotals]:
    profiles_of = customers.profiles_of(reading, customer_ids)
    by_profile = orders.totals_by_profile(reading, actor, [each for found in profiles_of.values() for each in found])
    return {
        customer_id: orders.added([by_profile[p] for p in profiles_of.get(customer_id, []) if p in by_profile])
        for customer_id in customer_ids
    }


@router.get("/customers/{customer_id}", summary="One customer")
def get_customer(actor: CurrentActor, reading: ReadOnly, customer_id: Id) -> Customer:
    """All that is known; identities are masked."""
    found = customers.get_customer(reading, actor, customer_id)
    (row,) = customer_rows(reading, actor, customers.summaries(reading, [found.customer_id]))
    names = {each.definition_id: each.name for each in definitions.live_versions(reading, SEGMENT_KIND)}
    return Customer(
        **row.model_dump(),
        identities=[
            ShownIdentity(
                profile_id=each.profile_id,
                kind=each.identity.kind,
                value_masked=masked(each.identity),
                first_seen_at=each.first_seen_at,
            )
            for each in found.identities
        ],
        attributes=customers.masked_attributes(found.attributes),
        consents=[
            ShownConsent(channel=each.channel, purpose=each.purpose, state=each.state, changed_at=each.changed_at)
            for each in found.consents
        ],
        segments=[
            SegmentName(segment_id=each, name=names[each])
            for each in segments.segments_of(reading, found.customer_id)
            if each in names
        ],
        journeys=[
            CustomerJourney(journey_id=each.journey_id, name=each.name, state=each.state)
            for each in journeys.journeys_of(reading, found.customer_id)
        ],
        average_order_fen=round(row.revenue_fen / row.orders) if row.orders else None,
        erased_at=found.erased_at,
    )


@router.get("/customers/{customer_id}/timeline", summary="What a customer did")
def list_timeline(
    actor: CurrentActor, columns: ColumnsClient, reading: ReadOnly, customer_id: Id, page: Paging
) -> TimelinePage:
    """Events of all the customer's profiles, those from before a merge too; a stage of a ladder is told as such."""
    found = customers.get_customer(reading, actor, customer_id)
    events = timeline(columns, [each.profile_id for each in found.identities], page, segments.hidden_ids(reading))
    return TimelinePage(
        rows=[
            TimelineRow(
                event_id=each.event_id,
                name=each.name,
                occurred_at=each.occurred_at,
                source=each.source,
                properties=customers.masked_attributes(each.properties),
            )
            for each in events.rows
        ],
        next_after=events.next_after,
    )


@router.get("/attributes", summary="What conditions can ask about")
def list_attributes(actor: CurrentActor, columns: ColumnsClient) -> Attributes:
    """Names of attributes, events and their properties, as seen so far."""
    actor.require("segments.read")
    found = vocabulary(columns)
    return Attributes(
        attributes=[NamedValue(name=each.name, kind=each.kind) for each in found.attributes],
        events=[
            NamedEvent(
                name=event.name, properties=[NamedValue(name=each.name, kind=each.kind) for each in event.properties]
            )
            for event in found.events
        ],
    )
