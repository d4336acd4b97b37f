"""Which identities are one customer: how that came about, undoing it, doing it by hand, and who may be several people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from siyu.domain.customers import reading as customers
from siyu.domain.customers import service
from siyu.domain.customers.contracts import Identity, MergeCause, masked
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Work

router = APIRouter(prefix="/api", tags=["customers"])

PROFILES_MAX = 500


class LinkedIdentity(BaseModel):
    """An identity that a merge or a split was about."""

    profile_id: int
    kind: str
    value_masked: str


class MergeRow(BaseModel):
    """A merge, or a split: when, by whom, what led to it. `identities` are those that moved, `linked` the two that were linked;
    each as far as they are this customer's now. `moved` counts all that moved."""

    merge_id: int
    is_split: bool
    winner_id: int
    loser_id: int
    cause: MergeCause
    actor_kind: str
    actor_name: str | None
    reason: str
    at: datetime
    can_undo: bool
    moved: int
    identities: list[LinkedIdentity]
    linked: list[LinkedIdentity]


class MergeHistory(BaseModel):
    """The latest first."""

    customer_id: int
    rows: list[MergeRow]


class NewSplit(BaseModel):
    """What to take out: these profiles, or those that a merge brought."""

    profile_ids: list[Id] = Field(default=[], max_length=PROFILES_MAX)
    merge_id: Id | None = None
    reason: str = Field(max_length=200)


class NewMerge(BaseModel):
    """Customers who are one person."""

    customer_ids: list[Id] = Field(min_length=2, max_length=20)
    reason: str = Field(max_length=200)


class SplitDone(BaseModel):
    """Who they are now."""

    customer_id: int
    new_customer_id: int


class MergeDone(BaseModel):
    """Who they are now."""

    customer_id: int


class SuspicionRow(BaseModel):
    """A customer with more accounts of some kinds than one person has."""

    customer_id: int
    display_name: str
    contact_masked: str
    counts: dict[str, int]


class SuspicionPage(BaseModel):
    """Customers to look at, the newest first."""

    rows: list[SuspicionRow]
    next_after: str | None


@router.get("/customers/{customer_id}/history", summary="How a customer came to be one")
def list_history(actor: CurrentActor, reading: ReadOnly, customer_id: Id) -> MergeHistory:
    """Merges and splits, with what led to them; identities are masked."""
    found = customers.get_customer(reading, actor, customer_id)
    known = {each.profile_id: each.identity for each in found.identities}
    return MergeHistory(
        customer_id=found.customer_id,
        rows=[
            MergeRow(
                merge_id=each.merge_id,
                is_split=each.is_split,
                winner_id=each.winner_id,
                loser_id=each.loser_id,
                cause=each.cause,
                actor_kind=each.actor_kind,
                actor_name=each.actor_name,
                reason=each.reason,
                at=each.at,
                can_undo=each.can_undo,
                moved=len(each.profile_ids),
                identities=_shown(known, each.profile_ids),
                linked=_shown(known, each.linked),
            )
            for each in customers.history_of(reading, actor, found.customer_id)
        ],
    )


def _shown(known: dict[int, Identity], profile_ids: Sequence[int]) -> list[LinkedIdentity]:
    return [
        LinkedIdentity(profile_id=each, kind=known[each].kind, value_masked=masked(known[each]))
        for each in profile_ids
        if each in known
    ]


@router.post("/customers/{customer_id}/split", summary="Part a customer, or undo a merge")
def split_customer(actor: CurrentActor, work: Work, customer_id: Id, given: NewSplit) -> SplitDone:
    """The profiles become a customer of their own, and no link joins them with the others again."""
    new_id = service.split(
        work, actor, customer_id, profile_ids=given.profile_ids, merge_id=given.merge_id, reason=given.reason
    )
    return SplitDone(
        customer_id=customers.current_customer_ids(work, [customer_id])[customer_id], new_customer_id=new_id
    )


@router.post("/customers/merge", summary="Make one customer of several")
def merge_customers(actor: CurrentActor, work: Work, given: NewMerge) -> MergeDone:
    """On a person's word, also where a person had parted them."""
    return MergeDone(customer_id=service.merge(work, actor, given.customer_ids, given.reason))


@router.get("/suspicions", summary="Customers who may be several people")
def list_suspicions(actor: CurrentActor, reading: ReadOnly, page: Paging) -> SuspicionPage:
    """Those with more accounts of a kind than one person has: a device that was shared has joined them, perhaps."""
    found = customers.list_suspicions(reading, actor, page)
    counts = {each.customer_id: dict(each.counts) for each in found.rows}
    return SuspicionPage(
        rows=[
            SuspicionRow(
                customer_id=each.customer_id,
                display_name=each.display_name,
                contact_masked=each.contact_masked,
                counts=counts[each.customer_id],
            )
            for each in customers.summaries(reading, list(counts))
        ],
        next_after=found.next_after,
    )
