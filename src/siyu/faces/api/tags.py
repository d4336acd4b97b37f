"""Tags: their groups, who bears them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from siyu.domain.company import reading as company
from siyu.domain.customers import reading as customers
from siyu.domain.definitions import reading as definitions
from siyu.domain.tags import reading as tags_reading
from siyu.domain.tags import service
from siyu.domain.tags.contracts import Group as GroupOfTags
from siyu.domain.tags.contracts import How
from siyu.engines.tagging import using
from siyu.engines.tagging.looking import TagDeed, bearer_counts, history_of
from siyu.faces.api.access import ColumnsClient, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.used_by import UsedBy, used_by

router = APIRouter(prefix="/api", tags=["tags"])

Colour = Literal["grey", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"]
EndsAt = Annotated[AwareDatetime, Field(ge=datetime(1990, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))]


class Tag(BaseModel):
    """A word that customers can be marked with."""

    tag_id: int
    name: str
    is_archived: bool


class TagGroup(BaseModel):
    """Tags that belong together. Of an exclusive group a customer bears at most one."""

    group_id: int
    name: str
    colour: Colour
    owner_id: int | None
    owner_name: str | None
    is_exclusive: bool
    place: int
    is_archived: bool
    tags: list[Tag]


class TagGroups(BaseModel):
    """All groups, in order; archived ones last."""

    rows: list[TagGroup]


class TagGroupDraft(BaseModel):
    """A group to be made or changed. `owner_id` is who of the staff answers for it."""

    name: str
    colour: Colour
    is_exclusive: bool = False
    owner_id: Id | None = None
    place: int | None = Field(default=None, ge=0, le=1_000_000)


class TagName(BaseModel):
    """What a tag is to be called."""

    name: str


class TagUsers(BaseModel):
    """What would notice if a tag went out of use."""

    rows: list[UsedBy]
    next_after: str | None


class BearerCount(BaseModel):
    """How many customers in your scope bear a tag."""

    tag_id: int
    count: int


class BearerCounts(BaseModel):
    """Tags that somebody bears."""

    rows: list[BearerCount]


class BorneTag(BaseModel):
    """A tag that a customer bears. `by` is `staff:7`, `form:3` or `system:tagging`; `rule_id` where a rule keeps it."""

    tag_id: int
    tag: str
    group_id: int
    group: str
    colour: Colour
    is_exclusive: bool
    how: How
    by: str
    by_name: str | None
    rule_id: int | None
    given_at: datetime
    expires_at: datetime | None


class BorneTags(BaseModel):
    """What a customer bears."""

    rows: list[BorneTag]


class TagDeedRow(BaseModel):
    """That a tag was given to a customer, or taken; under the names of that day. `by_name` is who, or which form, it was."""

    at: datetime
    is_given: bool
    tag_id: int
    tag: str
    group: str
    how: str
    by: str
    by_name: str | None
    reason: str


class TagHistory(BaseModel):
    """How a customer came to their tags, the newest first."""

    rows: list[TagDeedRow]


class Tagging(BaseModel):
    """Tags to be given to a customer, or taken. `reason` stays in the log and names nobody."""

    add: list[Id] = Field(default_factory=list, max_length=50)
    remove: list[Id] = Field(default_factory=list, max_length=50)
    reason: str = ""
    expires_at: EndsAt | None = None


# --- groups and tags


@router.get("/tag-groups", summary="Groups of tags", response_model=TagGroups)
def list_tag_groups(actor: CurrentActor, reading: ReadOnly) -> Mapping[str, list[GroupOfTags]]:
    return {"rows": service.list_groups(reading, actor)}


@router.post("/tag-groups", summary="Make a group of tags", response_model=TagGroup)
def create_tag_group(actor: CurrentActor, work: Work, draft: TagGroupDraft) -> GroupOfTags:
    return service.create_group(
        work, actor, draft.name, draft.colour, is_exclusive=draft.is_exclusive, owner_id=draft.owner_id
    )


@router.put("/tag-groups/{group_id}", summary="Change a group of tags", response_model=TagGroup)
def save_tag_group(actor: CurrentActor, work: Work, group_id: Id, draft: TagGroupDraft) -> GroupOfTags:
    """Whether it is exclusive can be changed as long as nobody bears one of its tags."""
    return service.save_group(
        work,
        actor,
        group_id,
        draft.name,
        draft.colour,
        is_exclusive=draft.is_exclusive,
        owner_id=draft.owner_id,
        place=draft.place,
    )


@router.post("/tag-groups/{group_id}/archive", summary="Take a group of tags out of use", response_model=TagGroup)
def archive_tag_group(actor: CurrentActor, work: Work, group_id: Id) -> GroupOfTags:
    """Who bears one of its tags goes on bearing it; nobody new does. Refused while a rule or a form gives one of them."""
    return using.archive_group(work, actor, group_id)


@router.get("/tag-groups/{group_id}/used-by", summary="What uses the tags of a group")
def list_tag_group_users(actor: CurrentActor, reading: ReadOnly, group_id: Id, page: Paging) -> TagUsers:
    """Rules and forms that give one of them, segments and whatever else looks at them."""
    found = using.used_by(reading, actor, using.tags_of_group(reading, actor, group_id), page)
    return TagUsers(rows=used_by(found.rows), next_after=found.next_after)


@router.post("/tag-groups/{group_id}/restore", summary="Take a group of tags back into use", response_model=TagGroup)
def restore_tag_group(actor: CurrentActor, work: Work, group_id: Id) -> GroupOfTags:
    return service.archive_group(work, actor, group_id, is_archived=False)


@router.post("/tag-groups/{group_id}/tags", summary="Make a tag", response_model=TagGroup)
def create_tag(actor: CurrentActor, work: Work, group_id: Id, draft: TagName) -> GroupOfTags:
    return service.create_tag(work, actor, group_id, draft.name)


@router.put("/tags/{tag_id}", summary="Rename a tag", response_model=TagGroup)
def rename_tag(actor: CurrentActor, work: Work, tag_id: Id, draft: TagName) -> GroupOfTags:
    return service.rename_tag(work, actor, tag_id, draft.name)


@router.post("/tags/{tag_id}/archive", summary="Take a tag out of use", response_model=TagGroup)
def archive_tag(actor: CurrentActor, work: Work, tag_id: Id) -> GroupOfTags:
    """Who bears it goes on bearing it; nobody new does. Refused while a rule or a form gives it."""
    return using.archive_tag(work, actor, tag_id)


@router.get("/tags/{tag_id}/used-by", summary="What uses a tag")
def list_tag_users(actor: CurrentActor, reading: ReadOnly, tag_id: Id, page: Paging) -> TagUsers:
    """Rules and forms that give it, segments and whatever else looks at it."""
    found = using.used_by(reading, actor, [tag_id], page)
    return TagUsers(rows=used_by(found.rows), next_after=found.next_after)


@router.post("/tags/{tag_id}/restore", summary="Take a tag back into use", response_model=TagGroup)
def restore_tag(actor: CurrentActor, work: Work, tag_id: Id) -> GroupOfTags:
    return service.archive_tag(work, actor, tag_id, is_archived=False)


@router.get("/tags/counts", summary="How many bear which tag")
def count_tag_bearers(actor: CurrentActor, columns: ColumnsClient) -> BearerCounts:
    """Of the customers in your scope, as of a moment ago."""
    counts = bearer_counts(columns, actor)
    return BearerCounts(rows=[BearerCount(tag_id=each, count=count) for each, count in sorted(counts.items())])


# --- a customer's tags


@router.get("/customers/{customer_id}/tags", summary="A customer's tags", response_model=BorneTags)
def list_customer_tags(actor: CurrentActor, reading: ReadOnly, customer_id: Id) -> Mapping[str, object]:
    return {"rows": tags_reading.tags_of(reading, actor, customer_id)}


@router.post("/customers/{customer_id}/tags", summary="Tag or untag a customer", response_model=BorneTags)
def tag_customer(actor: CurrentActor, work: Work, customer_id: Id, wanted: Tagging) -> Mapping[str, object]:
    """Gives some tags and takes others. What is borne already stays, for the longer of the two times."""
    customers.get_customer(work, actor, customer_id)
    service.retag(
        work,
        actor,
        customer_id,
        add=wanted.add,
        remove=wanted.remove,
        reason=wanted.reason,
        expires_at=wanted.expires_at,
    )
    return {"rows": tags_reading.tags_of(work, actor, customer_id)}


@router.get("/customers/{customer_id}/tags/history", summary="How a customer came to their tags")
def list_customer_tag_history(
    actor: CurrentActor, columns: ColumnsClient, reading: ReadOnly, customer_id: Id
) -> TagHistory:
    """What was given and taken, by whom and why, the newest first; those who were merged in too."""
    actor.require("tags.read")
    found = customers.get_customer(reading, actor, customer_id)
    deeds = history_of(columns, [each.profile_id for each in found.identities])
    of = {kind: [int(each.by[len(kind) :]) for each in deeds if each.by.startswith(kind)] for kind in _NAMED}
    names = {f"staff:{number}": name for number, name in company.staff_names(reading, of["staff:"]).items()}
    names |= {f"form:{number}": each.name for number, each in definitions.names_of(reading, of["form:"]).items()}
    return TagHistory(rows=[_deed(each, names) for each in deeds])


_NAMED = ("staff:", "form:")
"""Who or what gives tags under a number of its own."""


def _deed(deed: TagDeed, names: Mapping[str, str]) -> TagDeedRow:
    return TagDeedRow(
        at=deed.at,
        is_given=deed.is_given,
        tag_id=deed.tag_id,
        tag=deed.tag,
        group=deed.group,
        how=deed.how,
        by=deed.by,
        by_name=names.get(deed.by),
        reason=deed.reason,
    )
