"""Inheritances: customers and groups of a member of WeCom go to others; who has left, what would come of it, how far it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, status
from pydantic import BaseModel, ConfigDict, Field

from siyu.domain.company import reading as company
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import Giver, HandoverState, Obstacle, Sharing, Who
from siyu.domain.contacts.contracts import Handover as KnownHandover
from siyu.domain.contacts.contracts import Inheritance as KnownInheritance
from siyu.domain.customers import reading as customers
from siyu.domain.groups import reading as groups
from siyu.engines.inheritance import planning
from siyu.engines.inheritance.contracts import Choice, Chosen, Wish
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Searching, Work
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/inheritances", tags=["inheritances"])

NAMED_MAX = 5000


class ContactGiver(BaseModel):
    """A member with customers. `under_way` of them are being handed over; `groups` are the member's own. `may_take`: WeCom lets
    them have customers."""

    member_id: int
    corp_id: str
    userid: str
    staff_id: int
    name: str
    is_active: bool
    may_take: bool
    left_at: datetime | None
    customers: int
    under_way: int
    groups: int


class ContactGivers(BaseModel):
    """Members in your scope; those who left last come first."""

    rows: list[ContactGiver]
    next_after: str | None


class OwnCustomer(BaseModel):
    """A customer of a member."""

    customer_id: int
    name: str
    added_at: datetime
    is_under_way: bool


class OwnCustomers(BaseModel):
    """Customers of a member."""

    rows: list[OwnCustomer]
    next_after: str | None


class NamedTaker(BaseModel):
    """To whom one customer goes."""

    model_config = ConfigDict(extra="forbid")

    customer_id: Id
    taker_id: Id


class InheritanceWish(BaseModel):
    """Which customers and groups of a member go to whom. `of_id` is a segment's, a list's or a tag's. `group_ids` null: all groups.
    `by_hand` counts where `sharing` is by_hand. `again_of`: only what that inheritance of the member could not hand over."""

    model_config = ConfigDict(extra="forbid")

    giver_id: Id
    taker_ids: Annotated[list[Id], Field(min_length=1, max_length=50)]
    of: Chosen = "everyone"
    of_id: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0
    customer_ids: Annotated[list[Id], Field(max_length=NAMED_MAX)] = []
    sharing: Sharing = Sharing.EVEN
    by_hand: Annotated[list[NamedTaker], Field(max_length=NAMED_MAX)] = []
    group_ids: Annotated[list[Id], Field(max_length=NAMED_MAX)] | None = []
    message: Annotated[str, Field(max_length=200)] = ""
    again_of: Id | None = None

    def wish(self) -> Wish:
        return Wish(
            giver_id=self.giver_id,
            taker_ids=self.taker_ids,
            choice=Choice(self.of, self.of_id, self.customer_ids),
            sharing=self.sharing,
            by_hand={each.customer_id: each.taker_id for each in self.by_hand},
            group_ids=self.group_ids,
            message=self.message,
            again_of=self.again_of,
        )


class InheritanceOrder(InheritanceWish):
    """A wish that is to be done; with the same `asked_key` it is done once."""

    asked_key: Annotated[str, Field(min_length=1, max_length=100)]


class InheritanceShare(BaseModel):
    """What one taker would get, with what they have now."""

    member_id: int
    customers_now: int
    customers: int
    groups: int


class InheritanceOutline(BaseModel):
    """What would come of a wish: of those `chosen`, `customers` can be handed over and the others cannot, and why; the same of
    groups. `days`: how long it takes at least."""

    chosen: int
    customers: int
    obstacles: dict[Obstacle, int]
    groups: int
    groups_under_way: int
    takers: list[InheritanceShare]
    days: int


class Inheritance(BaseModel):
    """Customers and groups that one member hands over. `counts` of customers and `group_counts` by state. `refusal`: WeCom's code
    for which nothing is taken until somebody sets something right."""

    inheritance_id: int
    corp_id: str
    giver_id: int
    giver_name: str
    has_left: bool
    takers: list[str]
    message: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    is_cancelled: bool
    refusal: int
    counts: dict[HandoverState, int]
    group_counts: dict[HandoverState, int]


class Inheritances(BaseModel):
    """Inheritances, the newest first."""

    rows: list[Inheritance]
    next_after: str | None


class Handover(BaseModel):
    """A customer, or a group where `customer_id` is null, on the way to a taker. `errcode` is WeCom's where it refused."""

    handover_id: int
    customer_id: int | None
    is_group: bool
    name: str
    taker_id: int
    taker_name: str
    state: HandoverState
    errcode: int
    asked_at: datetime | None
    ended_at: datetime | None


class Handovers(BaseModel):
    """What an inheritance hands over, in the order it was planned in."""

    rows: list[Handover]
    next_after: str | None


@router.get("/members", summary="Members who can hand over or take over")
def list_givers(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Searching,
    who: Annotated[Who, Query(description="Those with something to hand over, or whom WeCom lets take over")] = "all",
    corp_id: Annotated[str | None, Query(max_length=64)] = None,
) -> ContactGivers:
    owned = groups.count_owned(reading)
    found = contacts.list_givers(reading, actor, page, who=who, corp_id=corp_id, owners=owned)
    return ContactGivers(rows=[_giver(each, owned) for each in found.rows], next_after=found.next_after)


@router.get("/members/{member_id}/customers", summary="Customers of a member")
def list_own_customers(actor: CurrentActor, reading: ReadOnly, member_id: Id, page: Paging) -> OwnCustomers:
    found = contacts.list_own_customers(reading, actor, member_id, page)
    called = _names(reading, actor, {each.customer_id for each in found.rows})
    rows = [
        OwnCustomer(
            customer_id=each.customer_id,
            name=called.get(each.customer_id, each.remark),
            added_at=each.added_at,
            is_under_way=each.is_under_way,
        )
        for each in found.rows
    ]
    return OwnCustomers(rows=rows, next_after=found.next_after)


@router.post("/outline", summary="What would come of an inheritance")
def outline_inheritance(actor: CurrentActor, reading: ReadOnly, told: InheritanceWish) -> InheritanceOutline:
    return InheritanceOutline.model_validate(asdict(planning.outline(reading, actor, told.wish())))


@router.post("", summary="Hand customers and groups over", status_code=status.HTTP_201_CREATED)
def begin_inheritance(actor: CurrentActor, work: Work, told: InheritanceOrder) -> Inheritance:
    return _inheritance(work, planning.begin(work, actor, told.asked_key, told.wish()))


@router.get("", summary="Inheritances")
def list_inheritances(actor: CurrentActor, reading: ReadOnly, page: Paging) -> Inheritances:
    found = contacts.list_inheritances(reading, actor, page)
    return Inheritances(rows=[_inheritance(reading, each) for each in found.rows], next_after=found.next_after)


@router.get("/{inheritance_id}", summary="One inheritance")
def get_inheritance(actor: CurrentActor, reading: ReadOnly, inheritance_id: Id) -> Inheritance:
    return _inheritance(reading, contacts.get_inheritance(reading, actor, inheritance_id))


@router.post("/{inheritance_id}/cancel", summary="Call off what was not asked for yet")
def cancel_inheritance(actor: CurrentActor, work: Work, inheritance_id: Id) -> Inheritance:
    return _inheritance(work, contacts.cancel_inheritance(work, actor, inheritance_id))


@router.get("/{inheritance_id}/handovers", summary="What an inheritance hands over")
def list_handovers(
    actor: CurrentActor,
    reading: ReadOnly,
    inheritance_id: Id,
    page: Paging,
    states: Annotated[list[HandoverState] | None, Query(max_length=20)] = None,
) -> Handovers:
    found = contacts.list_handovers(reading, actor, inheritance_id, page, states or ())
    corp_id = contacts.get_inheritance(reading, actor, inheritance_id).corp_id
    of_groups = groups.names_of(reading, corp_id, {each.chat_id for each in found.rows if each.chat_id is not None})
    of_customers = _names(reading, actor, {each.customer_id for each in found.rows if each.customer_id is not None})
    return Handovers(
        rows=[_handover(each, of_customers, of_groups) for each in found.rows], next_after=found.next_after
    )


def _names(reading: Reading, actor: Actor, wanted: Collection[int]) -> dict[int, str]:
    """What customers in the asker's scope are called; of others the page says what the giver noted."""
    seen = customers.customers_in_scope(reading, actor, wanted) if actor.may("customers.read") else set()
    told = customers.attributes_of(reading, seen)
    return {each: name for each, known in told.items() if isinstance(name := known.get("name"), str)}


def _giver(giver: Giver, owned: Mapping[tuple[str, str], int]) -> ContactGiver:
    return ContactGiver.model_validate({**asdict(giver), "groups": owned.get((giver.corp_id, giver.userid.lower()), 0)})


def _inheritance(reading: Reading, found: KnownInheritance) -> Inheritance:
    kind, _, number = found.asked_by.partition(":")
    names = company.staff_names(reading, [int(number)]) if kind == "staff" else {}
    asked_by = names.get(int(number), found.asked_by) if kind == "staff" else found.asked_by
    return Inheritance.model_validate({**asdict(found), "asked_by": asked_by})


def _handover(each: KnownHandover, of_customers: Mapping[int, str], of_groups: Mapping[str, str]) -> Handover:
    is_group = each.chat_id is not None
    called = of_groups.get(each.chat_id or "", "") if is_group else of_customers.get(each.customer_id or 0, "")
    return Handover.model_validate({**asdict(each), "is_group": is_group, "name": called or each.name})
