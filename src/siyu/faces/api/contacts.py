"""Contacts: who of the staff has which customer in WeCom, tags that are kept alike, syncs and how far they are."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, Field

from siyu.domain.contacts import reading as contacts
from siyu.domain.contacts import service
from siyu.domain.contacts.contracts import LostBy, Removal, WriteBack
from siyu.domain.contacts.contracts import Member as KnownMember
from siyu.domain.contacts.contracts import Sync as KnownSync
from siyu.faces.api.access import CurrentActor, Id, ReadOnly, Searching, Work

router = APIRouter(prefix="/api", tags=["contacts"])


class Relation(BaseModel):
    """A member of WeCom who has the customer, or had. `refusal` is WeCom's code where something could not be written there."""

    member_id: int
    staff_id: int
    staff_name: str
    userid: str
    remark: str
    description: str
    company: str
    add_way: int
    state: str
    is_by_member: bool
    tags: list[str]
    added_at: datetime
    lost_at: datetime | None
    lost_by: LostBy | None
    is_write_waiting: bool
    refusal: str


class Relations(BaseModel):
    """Who has a customer, those who have now first."""

    rows: list[Relation]


class Remark(BaseModel):
    """What the member notes of the customer; what is null stays."""

    remark: Annotated[str, Field(max_length=100)] | None = None
    description: Annotated[str, Field(max_length=500)] | None = None


class ContactMember(BaseModel):
    """A member of WeCom, who of the staff they are, and how many customers they have."""

    member_id: int
    corp_id: str
    userid: str
    staff_id: int
    name: str
    is_active: bool
    has_customers: bool
    left_at: datetime | None
    customers: int


class ContactMembers(BaseModel):
    """Members; those who left come last."""

    rows: list[ContactMember]
    next_after: str | None


class SyncRow(BaseModel):
    """One comparison of a corp. `counts`: members, members_done, customers, added, changed, lost, groups, joined, left; refused and
    groups_refused: of whom and which WeCom told nothing."""

    sync_id: int
    corp_id: str
    state: str
    asked_by: str
    started_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]
    failure: str


class SyncMemberRow(BaseModel):
    """How far a comparison is with one member, and what it found; `refusal` is WeCom's code where it told nothing."""

    member_id: int
    name: str
    customers: int
    added: int
    changed: int
    lost: int
    is_done: bool
    refusal: str


class Syncs(BaseModel):
    """The latest comparisons, the newest first, with each member of the newest; how much is still to be written there."""

    rows: list[SyncRow]
    members: list[SyncMemberRow]
    writes_waiting: int
    writes_refused: int


class SyncedTagGroup(BaseModel):
    """A group of tags of WeCom, the group here that it stands for, and how the two are kept alike."""

    corp_id: str
    outside_id: str
    group_id: int
    name: str
    is_synced: bool
    write_back: WriteBack
    removal: Removal
    tags: int


class SyncedTagGroups(BaseModel):
    """Groups of tags that are in WeCom."""

    rows: list[SyncedTagGroup]


class TagRules(BaseModel):
    """Whether and how a group is kept alike."""

    is_synced: bool
    write_back: WriteBack
    removal: Removal


@router.get("/customers/{customer_id}/contacts", summary="Who of the staff has a customer in WeCom")
def list_relations(actor: CurrentActor, reading: ReadOnly, customer_id: Id) -> Relations:
    found = contacts.relations_of(reading, actor, customer_id)
    return Relations(rows=[Relation.model_validate(asdict(each)) for each in found])


@router.put(
    "/customers/{customer_id}/contacts/{member_id}/remark",
    summary="Change what a member notes of a customer",
    status_code=status.HTTP_204_NO_CONTENT,
)
def save_remark(actor: CurrentActor, work: Work, customer_id: Id, member_id: Id, told: Remark) -> Response:
    service.save_remark(work, actor, customer_id, member_id, remark=told.remark, description=told.description)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/wecom/corps/{corp_id}/members", summary="Members of a corp")
def list_contact_members(actor: CurrentActor, reading: ReadOnly, corp_id: str, page: Searching) -> ContactMembers:
    """`ids` are those of staff."""
    found = contacts.page_of_members(reading, actor, corp_id, page)
    return ContactMembers(rows=[_member(each) for each in found.rows], next_after=found.next_after)


@router.get("/wecom/corps/{corp_id}/syncs", summary="How far comparisons with WeCom are")
def list_syncs(actor: CurrentActor, reading: ReadOnly, corp_id: str) -> Syncs:
    syncs = service.list_syncs(reading, actor, corp_id)
    members = service.list_sync_members(reading, actor, syncs[0].sync_id) if syncs else []
    waiting, refused = contacts.writes_waiting(reading, corp_id)
    return Syncs(
        rows=[_sync(each) for each in syncs],
        members=[SyncMemberRow.model_validate(asdict(each)) for each in members],
        writes_waiting=waiting,
        writes_refused=refused,
    )


@router.post("/wecom/corps/{corp_id}/syncs", summary="Compare a corp now", status_code=status.HTTP_201_CREATED)
def ask_sync(actor: CurrentActor, work: Work, corp_id: str) -> SyncRow:
    return _sync(service.ask_sync(work, actor, corp_id))


@router.get("/wecom/corps/{corp_id}/tag-groups", summary="Groups of tags that are in WeCom")
def list_synced_tag_groups(actor: CurrentActor, reading: ReadOnly, corp_id: str) -> SyncedTagGroups:
    rows = service.list_synced_groups(reading, actor, corp_id)
    return SyncedTagGroups(rows=[SyncedTagGroup.model_validate(asdict(each)) for each in rows])


@router.put(
    "/wecom/corps/{corp_id}/tag-groups/{outside_id}",
    summary="How a group of tags is kept alike",
    status_code=status.HTTP_204_NO_CONTENT,
)
def save_tag_rules(actor: CurrentActor, work: Work, corp_id: str, outside_id: str, told: TagRules) -> Response:
    service.save_tag_rules(
        work,
        actor,
        corp_id,
        outside_id,
        is_synced=told.is_synced,
        write_back=told.write_back,
        removal=told.removal,
    )
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _member(member: KnownMember) -> ContactMember:
    return ContactMember.model_validate(asdict(member))


def _sync(sync: KnownSync) -> SyncRow:
    return SyncRow.model_validate(asdict(sync))
