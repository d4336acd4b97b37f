"""Customers: the list, one customer, what they did, and what can be asked about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel

from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import ConsentState, CustomerSummary, masked
from siyu.domain.definitions import reading as definitions
from siyu.domain.journeys import reading as journeys
from siyu.domain.orders import reading as orders
from siyu.domain.orders.contracts import OrderTotals
from siyu.domain.segments import reading as segments
from siyu.domain.segments.contracts import SEGMENT_KIND, Ids
from siyu.engines.insight.timeline import Kind, TimelineEvent, TimelineFilter, timeline
from siyu.engines.insight.vocabulary import vocabulary
from siyu.faces.api.access import ColumnsClient, CurrentActor, Id, Paging, ReadOnly
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api", tags=["customers"])

SEARCHED_PAGES = 10
"""As many pages of a timeline are looked through for one page of what a search finds."""
Instant = Annotated[AwareDatetime, Query(ge=datetime(1990, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))]
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


class PeopleBehind(BaseModel):
    """The people behind a number, as far as you may see them: a page may be short of some."""

    rows: list[CustomerRow]
    next_after: str | None


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
    """The latest way of the customer through a journey, and at which of its nodes they are, or ended."""

    journey_id: int
    name: str
    state: str
    entry_id: int
    node: str
    entered_at: datetime
    ended_at: datetime | None


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
    segment_id: Id | None = None,
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


def people_behind(reading: Reading, actor: Actor, found: Page[int]) -> PeopleBehind:
    """A page of customers by their ids, whom the actor may see."""
    rows = customer_rows(reading, actor, customers.summaries(reading, found.rows))
    return PeopleBehind(rows=rows, next_after=found.next_after)


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
            CustomerJourney(
                journey_id=each.journey_id,
                name=each.name,
                state=each.state,
                entry_id=each.entry_id,
                node=each.node,
                entered_at=each.entered_at,
                ended_at=each.ended_at,
            )
            for each in journeys.journeys_of(reading, found.customer_id)
        ],
        average_order_fen=round(row.revenue_fen / row.orders) if row.orders else None,
        erased_at=found.erased_at,
    )


@router.get("/customers/{customer_id}/timeline", summary="What a customer did")
def list_timeline(
    actor: CurrentActor,
    columns: ColumnsClient,
    reading: ReadOnly,
    customer_id: Id,
    page: Paging,
    kind: Kind | None = None,
    source: Annotated[str | None, Query(max_length=100)] = None,
    since: Instant | None = None,
    until: Instant | None = None,
    q: Annotated[str, Query(max_length=100)] = "",
) -> TimelinePage:
    """Events of all the customer's profiles, those from before a merge too; a stage of a ladder is told as such. `q` looks in
    what is shown, as it is shown: masked. Where it finds little a page is short, and the next goes on."""
    found = customers.get_customer(reading, actor, customer_id)
    profile_ids, unnamed = [each.profile_id for each in found.identities], segments.hidden_ids(reading)
    wanted = TimelineFilter(kind=kind, source=source, since=since, until=until)
    if not q.strip():
        events = timeline(columns, profile_ids, page, unnamed, wanted)
        return TimelinePage(rows=[_event_row(each) for each in events.rows], next_after=events.next_after)
    rows: list[TimelineRow] = []
    after: str | None = page.after
    for _ in range(SEARCHED_PAGES):
        events = timeline(columns, profile_ids, PageRequest(size=page.size, after=after), unnamed, wanted)
        told = [_event_row(each) for each in events.rows]
        rows += [each for each in told if q.strip().casefold() in _shown_text(each)]
        after = events.next_after
        if after is None or len(rows) >= page.size:
            break
    return TimelinePage(rows=rows, next_after=after)


def _event_row(event: TimelineEvent) -> TimelineRow:
    return TimelineRow(
        event_id=event.event_id,
        name=event.name,
        occurred_at=event.occurred_at,
        source=event.source,
        properties=customers.masked_attributes(event.properties),
    )


def _shown_text(row: TimelineRow) -> str:
    return f"{row.name} {row.source} {json.dumps(row.properties, ensure_ascii=False)}".casefold()


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
