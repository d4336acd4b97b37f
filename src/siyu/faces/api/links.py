"""Tracked links that staff give to customers: made, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.domain.company import reading as company
from siyu.domain.content import contracts, service
from siyu.domain.customers import reading as customers
from siyu.faces.api.access import Context, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.addresses import addresses_of
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/links", tags=["content"])


class LinkWish(BaseModel):
    """A material, or an address with a title; for a customer, or for nobody in particular. The same key gives the same link."""

    share_key: UUID
    material_id: Id | None = None
    url: Annotated[str | None, Field(min_length=1, max_length=2000)] = None
    title: Annotated[str, Field(max_length=120)] = ""
    customer_id: Id | None = None


class GivenLinkRow(BaseModel):
    """A link. `is_ours`: it leads to a page of ours, of which it is known how long it was read; of others just that somebody was
    sent there. `forwards` are devices beside the customer's own."""

    share_id: int
    url: str
    title: str
    material_id: int | None
    leads_to: str | None
    is_ours: bool
    staff_id: int
    staff: str
    customer_id: int | None
    customer: str
    made_at: datetime
    opens: int
    visitors: int
    forwards: int
    read_seconds: int
    first_opened_at: datetime | None
    last_opened_at: datetime | None


class GivenLinkPage(BaseModel):
    """Links, the newest first."""

    rows: list[GivenLinkRow]
    next_after: str | None


class GivenLinkNumber(BaseModel):
    """What links came to: of one material or address, or of one of the staff. `opened` of those `given` were opened at all."""

    material_id: int | None
    staff_id: int | None
    name: str
    given: int
    opened: int
    opens: int
    visitors: int
    forwards: int
    read_seconds: int


class GivenLinkNumbers(BaseModel):
    """Of links given lately: by what they lead to, and by who gave them."""

    targets: list[GivenLinkNumber]
    staff: list[GivenLinkNumber]


@router.post("", summary="Give a tracked link")
def give_link(actor: CurrentActor, context: Context, work: Work, wish: LinkWish) -> GivenLinkRow:
    if (wish.material_id is None) == (wish.url is None):
        raise InvalidError("Name a material or an address, one of them.", field="material_id")
    if wish.material_id is not None:
        today = context.database.clock.now().astimezone(context.settings.zone).date()
        made = service.give_material(work, actor, wish.share_key, wish.material_id, wish.customer_id, today)
    else:
        made = service.give_address(work, actor, wish.share_key, wish.url or "", wish.title, wish.customer_id)
    return _rows(context, work, actor, [made])[0]


@router.get("", summary="Links that were given")
def list_links(
    actor: CurrentActor,
    context: Context,
    reading: ReadOnly,
    page: Paging,
    customer_id: Id | None = None,
    material_id: Id | None = None,
    staff_id: Id | None = None,
) -> GivenLinkPage:
    """By the staff whom you may see; of one customer, by anybody."""
    found = service.list_shares(reading, actor, contracts.ShareFilter(customer_id, material_id, staff_id), page)
    return GivenLinkPage(rows=_rows(context, reading, actor, found.rows), next_after=found.next_after)


@router.get("/numbers", summary="What links came to")
def get_link_numbers(
    actor: CurrentActor, reading: ReadOnly, days: Annotated[int, Query(ge=1, le=366)] = 30
) -> GivenLinkNumbers:
    found = service.share_numbers(reading, actor, reading.clock.now() - timedelta(days=days))
    names = company.staff_names(reading, {each.staff_id for each in found["staff"] if each.staff_id is not None})
    return GivenLinkNumbers(
        targets=[_number(each, each.title) for each in found["targets"]],
        staff=[_number(each, names.get(each.staff_id or 0, "")) for each in found["staff"]],
    )


def _number(found: contracts.ShareNumbers, name: str) -> GivenLinkNumber:
    return GivenLinkNumber(
        material_id=found.material_id,
        staff_id=found.staff_id,
        name=name,
        given=found.given,
        opened=found.opened,
        opens=found.opens,
        visitors=found.visitors,
        forwards=found.forwards,
        read_seconds=found.read_seconds,
    )


def _rows(context: ApiContext, reading: Reading, actor: Actor, found: Sequence[contracts.Share]) -> list[GivenLinkRow]:
    """Of a link that somebody gave whom the actor sees, but to a customer whom they do not: nothing of that customer."""
    staff = company.staff_names(reading, {each.staff_id for each in found})
    now_of = customers.current_customer_ids(reading, {each.profile_id for each in found if each.profile_id})
    seen = customers.customers_in_scope(reading, actor, set(now_of.values()))
    people = {each.customer_id: each.display_name for each in customers.summaries(reading, sorted(seen))}
    addresses = addresses_of(context)
    rows = []
    for each in found:
        customer_id = now_of.get(each.profile_id) if each.profile_id is not None else None
        rows.append(
            GivenLinkRow(
                share_id=each.share_id,
                url=addresses.share_url(each.share_id),
                title=each.title,
                material_id=each.material_id,
                leads_to=each.url,
                is_ours=each.url is None,
                staff_id=each.staff_id,
                staff=staff.get(each.staff_id, ""),
                customer_id=customer_id if customer_id in seen else None,
                customer=people.get(customer_id, "") if customer_id is not None else "",
                made_at=each.made_at,
                opens=each.opens,
                visitors=each.visitors,
                forwards=each.forwards,
                read_seconds=each.read_seconds,
                first_opened_at=each.first_opened_at,
                last_opened_at=each.last_opened_at,
            )
        )
    return rows
