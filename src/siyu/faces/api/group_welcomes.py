"""What who joins a group chat is greeted with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field, RootModel

from siyu.domain.company.reading import connected_corps
from siyu.domain.groups import contracts, service
from siyu.faces.api.access import CurrentActor, Id, ReadOnly, Work
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.naming import actor_names

router = APIRouter(prefix="/api/group-welcomes", tags=["groups"])


class GroupWelcomeContent(RootModel[contracts.GroupWelcome]):
    """What is said: a text, an attachment, or both."""


class GroupWelcomeRow(BaseModel):
    """A welcome. `unclear`: WeCom was asked to make it and did not answer; asked again, it may have it twice. `refusal` is WeCom's
    code."""

    welcome_id: int
    corp_id: str
    name: str
    content: GroupWelcomeContent
    state: Literal["waiting", "made", "unclear", "refused"]
    refusal: int
    changed_by: str
    changed_at: datetime


class CorpName(BaseModel):
    """A corp of WeCom that is connected."""

    corp_id: str
    name: str


class GroupWelcomeRows(BaseModel):
    """All welcomes, the newest first. `corps`: those that can have some; `most`: how many each."""

    rows: list[GroupWelcomeRow]
    corps: list[CorpName]
    most: int


class GroupWelcomeChange(BaseModel):
    """How a welcome is to be from now on."""

    name: Annotated[str, Field(max_length=200)]
    content: Annotated[Document, DescribedAs(GroupWelcomeContent)]


class GroupWelcomeDraft(GroupWelcomeChange):
    """A welcome that is to be made, and for which corp."""

    corp_id: Annotated[str, Field(max_length=64)]


@router.get("", summary="Welcomes of groups")
def list_group_welcomes(actor: CurrentActor, reading: ReadOnly) -> GroupWelcomeRows:
    corps = connected_corps(reading)
    found = service.list_welcomes(reading, actor, corps)
    names = actor_names(reading, {each.changed_by for each in found})
    return GroupWelcomeRows(
        rows=[_row(each, names) for each in found],
        corps=[CorpName(corp_id=corp_id, name=name) for corp_id, name in corps.items()],
        most=contracts.WELCOMES_MAX,
    )


@router.post("", status_code=201, summary="A new welcome of groups")
def create_group_welcome(actor: CurrentActor, work: Work, draft: GroupWelcomeDraft) -> GroupWelcomeRow:
    made = service.create_welcome(work, actor, draft.corp_id, draft.name, draft.content)
    return _row(made, actor_names(work, {made.changed_by}))


@router.put("/{welcome_id}", summary="Change a welcome of groups")
def save_group_welcome(actor: CurrentActor, work: Work, welcome_id: Id, change: GroupWelcomeChange) -> GroupWelcomeRow:
    saved = service.save_welcome(work, actor, welcome_id, change.name, change.content)
    return _row(saved, actor_names(work, {saved.changed_by}))


@router.delete("/{welcome_id}", status_code=204, summary="Take a welcome of groups away")
def delete_group_welcome(actor: CurrentActor, work: Work, welcome_id: Id) -> None:
    service.delete_welcome(work, actor, welcome_id)


@router.post("/{welcome_id}/again", summary="Ask WeCom for a welcome once more")
def try_group_welcome_again(actor: CurrentActor, work: Work, welcome_id: Id) -> GroupWelcomeRow:
    found = service.try_welcome_again(work, actor, welcome_id)
    return _row(found, actor_names(work, {found.changed_by}))


def _row(kept: contracts.KeptWelcome, names: dict[str, str]) -> GroupWelcomeRow:
    return GroupWelcomeRow(
        welcome_id=kept.welcome_id,
        corp_id=kept.corp_id,
        name=kept.name,
        content=GroupWelcomeContent(kept.welcome),
        state=kept.state.value,
        refusal=kept.refusal,
        changed_by=names.get(kept.changed_by, kept.changed_by),
        changed_at=kept.changed_at,
    )
