"""Group chats with customers, and who is in them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.groups import service
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Searching

router = APIRouter(prefix="/api/groups", tags=["groups"])


class GroupChat(BaseModel):
    """A group. `status`: 1 its owner left, 2 is being inherited, 3 was. `repeated`: customers of it who are in other groups of your
    scope too."""

    group_id: int
    corp_id: str
    name: str
    notice: str
    owner_id: int | None
    owner_name: str | None
    status: int
    created_at: datetime
    dissolved_at: datetime | None
    members: int
    customers: int
    repeated: int


class GroupChats(BaseModel):
    """Groups, the newest first."""

    rows: list[GroupChat]
    next_after: str | None


class GroupMember(BaseModel):
    """A customer in a group, or who was; `groups` is in how many of your scope they are now. Who is outside your scope is told
    without `customer_id` and name."""

    customer_id: int | None
    name: str
    join_scene: str
    invited_by: str
    state: str
    joined_at: datetime
    left_at: datetime | None
    is_removed: bool | None
    groups: int


class GroupMembers(BaseModel):
    """Customers of a group, those who are in it first."""

    rows: list[GroupMember]
    next_after: str | None


@router.get("", summary="Groups")
def list_groups(actor: CurrentActor, reading: ReadOnly, page: Searching) -> GroupChats:
    found = service.list_groups(reading, actor, page)
    return GroupChats(rows=[GroupChat.model_validate(asdict(each)) for each in found.rows], next_after=found.next_after)


@router.get("/{group_id}", summary="One group")
def get_group(actor: CurrentActor, reading: ReadOnly, group_id: Id) -> GroupChat:
    return GroupChat.model_validate(asdict(service.get_group(reading, actor, group_id)))


@router.get("/{group_id}/members", summary="Customers of a group")
def list_group_members(actor: CurrentActor, reading: ReadOnly, group_id: Id, page: Paging) -> GroupMembers:
    found = service.list_memberships(reading, actor, group_id, page)
    return GroupMembers(
        rows=[GroupMember.model_validate(asdict(each)) for each in found.rows], next_after=found.next_after
    )
