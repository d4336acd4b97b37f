"""Segments: designed, previewed, published, refreshed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, RootModel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from siyu.domain.customers import reading as customers
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.segments import contracts, service
from siyu.domain.segments import reading as segments_reading
from siyu.engines.audience.refresh import refresh_now
from siyu.faces.api.access import (
    ONLY_READS,
    ColumnsClient,
    Context,
    CurrentActor,
    Id,
    ReadOnly,
    Searching,
    Version,
    Work,
)
from siyu.faces.api.asking import SeenSizes, audience_of, preview_within
from siyu.faces.api.customers import CustomerRow, customer_rows
from siyu.faces.api.used_by import UsedBy, used_by
from siyu.faces.naming import namer_of
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/segments", tags=["segments"])


class Condition(RootModel[contracts.Condition]):
    """A definition: one condition, or a tree of them."""


class _DescribedAsCondition:
    """For a body's definition: the API's document says what it is, the room checks it and says where a fault is."""

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.any_schema()

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(Condition.__pydantic_core_schema__)


Definition = Annotated[Any, _DescribedAsCondition()]
Instant = Annotated[AwareDatetime, Field(ge=datetime(1990, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))]


Status = Literal["draft", "live", "stopped"]
_STATUS: dict[DefinitionStatus, Status] = {
    DefinitionStatus.DRAFT: "draft",
    DefinitionStatus.LIVE: "live",
    DefinitionStatus.STOPPED: "stopped",
}


class SegmentRow(BaseModel):
    """A segment in a list. The sentences say what is in force, or what is drafted where nothing is yet. `building`: who is in
    the version in force is being found out; until then its members are those of the version before. `size` counts whom you may
    see."""

    segment_id: int
    name: str
    status: Status
    version: int | None
    size: int | None
    refreshed_at: datetime | None
    sentence_zh: str
    sentence_en: str
    updated_at: datetime
    is_made_elsewhere: bool
    building: bool
    used_by: list[UsedBy]


class SegmentPage(BaseModel):
    """Segments, the newest first."""

    rows: list[SegmentRow]
    next_after: str | None


class Segment(SegmentRow):
    """One segment. `definition` is what is in force, or the draft of one that never was; `draft_definition` is what waits to be
    published. Hand `revision` back when saving, to be told of others' edits."""

    definition: Condition
    draft_definition: Condition | None
    revision: int


class SegmentDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Definition
    revision: Version | None = None


class PreviewRequest(BaseModel):
    """A definition to be tried, as of now or another instant."""

    definition: Definition
    as_of: Instant | None = None


class Preview(BaseModel):
    """How many of all customers in your scope match, and a few of them."""

    count: int
    total: int
    elapsed_ms: int
    sentence_zh: str
    sentence_en: str
    sample: list[CustomerRow]


@router.get("", summary="Segments")
def list_segments(actor: CurrentActor, reading: ReadOnly, page: Searching, status: Status | None = None) -> SegmentPage:
    wanted = next((each for each, word in _STATUS.items() if word == status), None)
    found = service.list_segments(reading, actor, page, status=wanted, namer=namer_of(reading))
    around = _Around(reading, actor, [each.segment_id for each in found.rows])
    return SegmentPage(rows=[_row(each, around) for each in found.rows], next_after=found.next_after)


@router.post("", summary="A new segment, as a draft")
def create_segment(actor: CurrentActor, work: Work, draft: SegmentDraft) -> Segment:
    return _segment(work, actor, service.create(work, actor, draft.name, draft.definition, namer=namer_of(work)))


@router.post("/preview", summary="Who would match", dependencies=[ONLY_READS])
def preview_segment(actor: CurrentActor, context: Context, columns: ColumnsClient, request: PreviewRequest) -> Preview:
    """Counts, and shows a sample to who may read customers. A fault in the definition is refused with its path."""
    with context.database.read() as reading:
        asked = service.understand(reading, actor, request.definition, namer=namer_of(reading))
    as_of = request.as_of or context.database.clock.now()
    found = preview_within(context, columns, actor, asked.expanded, as_of)
    sample: list[CustomerRow] = []
    if found.sample_ids and actor.may("customers.read"):
        with context.database.read() as reading:
            sample = customer_rows(reading, actor, customers.summaries(reading, found.sample_ids))
    return Preview(
        count=found.count,
        total=found.total,
        elapsed_ms=found.elapsed_ms,
        sentence_zh=asked.sentence_zh,
        sentence_en=asked.sentence_en,
        sample=sample,
    )


@router.get("/{segment_id}", summary="One segment")
def get_segment(actor: CurrentActor, reading: ReadOnly, segment_id: Id) -> Segment:
    return _segment(reading, actor, service.get(reading, actor, segment_id, namer=namer_of(reading)))


@router.put("/{segment_id}", summary="Save a draft")
def save_segment(actor: CurrentActor, work: Work, segment_id: Id, draft: SegmentDraft) -> Segment:
    saved = service.save(
        work, actor, segment_id, draft.name, draft.definition, revision=draft.revision, namer=namer_of(work)
    )
    return _segment(work, actor, saved)


@router.delete("/{segment_id}", summary="Take it away", status_code=204)
def delete_segment(actor: CurrentActor, work: Work, segment_id: Id) -> None:
    service.delete(work, actor, segment_id)


@router.post("/{segment_id}/publish", summary="Put the draft in force")
def publish_segment(actor: CurrentActor, work: Work, segment_id: Id) -> Segment:
    return _segment(work, actor, service.publish(work, actor, segment_id, namer=namer_of(work)))


@router.post("/{segment_id}/stop", summary="Refresh it no more")
def stop_segment(actor: CurrentActor, work: Work, segment_id: Id) -> Segment:
    return _segment(work, actor, service.stop(work, actor, segment_id, namer=namer_of(work)))


@router.post("/{segment_id}/resume", summary="Refresh it again")
def resume_segment(actor: CurrentActor, work: Work, segment_id: Id) -> Segment:
    return _segment(work, actor, service.resume(work, actor, segment_id, namer=namer_of(work)))


@router.post("/{segment_id}/refresh", summary="Refresh it now")
def refresh_segment(actor: CurrentActor, context: Context, columns: ColumnsClient, segment_id: Id) -> Segment:
    """Brings the members of a live segment up to date at once, and tells who entered and who left."""
    refresh_now(audience_of(context, columns), actor, segment_id)
    with context.database.read() as reading:
        return _segment(reading, actor, service.get(reading, actor, segment_id, namer=namer_of(reading)))


class _Around:
    """What is around segments: who uses them, which are being built, which the actor may look at only and how many of each see."""

    def __init__(self, reading: Reading, actor: Actor, segment_ids: Collection[int]) -> None:
        self.users = definitions.users_of(reading, segment_ids)
        self.building = {each.segment_id for each in segments_reading.waiting(reading)}
        self.sizes = SeenSizes(reading, actor)
        self.elsewhere = made_elsewhere(reading, actor, segment_ids)


def _row(segment: contracts.Segment, around: _Around) -> SegmentRow:
    return SegmentRow(
        segment_id=segment.segment_id,
        name=segment.name,
        status=_STATUS[segment.status],
        version=segment.version,
        size=around.sizes.of_segment(segment.segment_id, segment.state.size),
        refreshed_at=segment.state.refreshed_at,
        sentence_zh=segment.sentence_zh,
        sentence_en=segment.sentence_en,
        updated_at=segment.updated_at,
        is_made_elsewhere=segment.segment_id in around.elsewhere,
        building=segment.segment_id in around.building,
        used_by=used_by(around.users.get(segment.segment_id, [])),
    )


def _segment(reading: Reading, actor: Actor, segment: contracts.Segment) -> Segment:
    draft = Condition(segment.draft) if segment.draft is not None else None
    published = Condition(segment.definition) if segment.definition is not None else draft
    if published is None:
        raise ValueError(f"segment {segment.segment_id} has no definition")
    return Segment(
        **_row(segment, _Around(reading, actor, [segment.segment_id])).model_dump(),
        definition=published,
        draft_definition=draft,
        revision=segment.revision,
    )
