"""Tagging many customers: begun, watched, stopped; whom it left as they were."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from siyu.domain.customers.contracts import Unchanged
from siyu.domain.segments import reading as segments
from siyu.domain.segments import service as segments_service
from siyu.domain.tags import service
from siyu.domain.tags.contracts import BadTaggingError, BulkState
from siyu.domain.tags.contracts import Bulk as BulkWork
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.customers import PeopleBehind, people_behind
from siyu.faces.api.tags import EndsAt
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api", tags=["tags"])

CUSTOMERS_MAX = 1_000


class TagBulkRequest(BaseModel):
    """Whom to tag, or untag: exactly one of the three."""

    action: Literal["add", "remove"] = "add"
    customer_ids: list[Id] | None = Field(default=None, max_length=CUSTOMERS_MAX)
    segment_id: Id | None = None
    list_id: Id | None = None
    reason: str = ""
    expires_at: EndsAt | None = None


class TagBulk(BaseModel):
    """Tagging many customers. `of` says whom: `segment:7`, `list:3`, `customers`; `unchanged` is how many were left as they
    were, for which reason; `skipped` those of them who could not be changed: outside the scope, erased, or full of tags."""

    bulk_id: int
    tag_id: int
    tag: str
    is_removal: bool
    actor_name: str | None
    of: str
    reason: str
    expires_at: datetime | None
    total: int
    done: int
    changed: int
    skipped: int
    unchanged: dict[Unchanged, int]
    state: BulkState
    created_at: datetime
    finished_at: datetime | None


class TagBulkPage(BaseModel):
    """Work in bulk, the newest first."""

    rows: list[TagBulk]
    next_after: str | None


@router.post("/tags/{tag_id}/bulks", summary="Tag or untag many customers", status_code=202, response_model=TagBulk)
def start_tag_bulk(actor: CurrentActor, work: Work, tag_id: Id, wanted: TagBulkRequest) -> BulkWork:
    """Whoever is in the segment or on the list now, or these customers; those in your scope, one after the other."""
    of, customer_ids = _whom(work, actor, wanted)
    return service.start_bulk(
        work,
        actor,
        tag_id,
        customer_ids,
        of=of,
        is_removal=wanted.action == "remove",
        reason=wanted.reason,
        expires_at=wanted.expires_at,
    )


def _whom(reading: Reading, actor: Actor, wanted: TagBulkRequest) -> tuple[str, list[int]]:
    given = [each for each in (wanted.customer_ids, wanted.segment_id, wanted.list_id) if each is not None]
    if len(given) != 1:
        raise BadTaggingError("Say exactly one of customer_ids, segment_id and list_id.", field="customer_ids")
    if wanted.segment_id is not None:
        found = segments_service.get(reading, actor, wanted.segment_id)
        members: list[int] = segments.members_of(reading, found.segment_id).tolist()
        return f"segment:{wanted.segment_id}", members
    if wanted.list_id is not None:
        listed = segments_service.get_list(reading, actor, wanted.list_id)
        stands: list[int] = segments.list_members_of(reading, listed.list_id).tolist()
        return f"list:{wanted.list_id}", stands
    return "customers", sorted(set(wanted.customer_ids or ()))


@router.get("/tag-bulks", summary="Tagging in bulk", response_model=TagBulkPage)
def list_tag_bulks(actor: CurrentActor, reading: ReadOnly, page: Paging) -> Page[BulkWork]:
    """All of it for who sees all customers, for others their own."""
    return service.list_bulks(reading, actor, page)


@router.get("/tag-bulks/{bulk_id}", summary="How far a bulk is", response_model=TagBulk)
def get_tag_bulk(actor: CurrentActor, reading: ReadOnly, bulk_id: Id) -> BulkWork:
    return service.get_bulk(reading, actor, bulk_id)


@router.post("/tag-bulks/{bulk_id}/stop", summary="Stop a bulk", response_model=TagBulk)
def stop_tag_bulk(actor: CurrentActor, work: Work, bulk_id: Id) -> BulkWork:
    """What it did stays."""
    return service.stop_bulk(work, actor, bulk_id)


@router.get("/tag-bulks/{bulk_id}/unchanged", summary="Whom a bulk left as they were")
def list_tag_bulk_unchanged(
    actor: CurrentActor, reading: ReadOnly, bulk_id: Id, why: Unchanged, page: Paging
) -> PeopleBehind:
    """For one of the reasons."""
    return people_behind(reading, actor, service.unchanged_by(reading, actor, bulk_id, why, page))
