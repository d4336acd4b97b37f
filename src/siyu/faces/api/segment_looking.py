"""Segments looked at: how they went, who is and was in them, how they overlap, what there is to ask about."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import IDENTITY_KINDS, PURPOSES
from siyu.domain.definitions import reading as definitions
from siyu.domain.segments import reading as segments
from siyu.domain.segments import service
from siyu.domain.segments.contracts import Ids
from siyu.engines.audience.looking import OVERLAP_MAX, members_before, overlap, since_when
from siyu.engines.insight.examples import ValueType, asked_words
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, Paging, ReadOnly
from siyu.faces.api.context import ApiContext
from siyu.faces.api.customers import CustomerPage, page_of_customers
from siyu.kernel.errors import InvalidError

router = APIRouter(prefix="/api", tags=["segments"])

DAYS_SHOWN = 30
Day = Annotated[date, Query(ge=date(2000, 1, 1), le=date(2199, 12, 31))]


class SizeRow(BaseModel):
    """A segment's size at the end of the hour or the day that begins `at`, and who came and went in it."""

    at: datetime
    size: int
    entered: int
    exited: int


class SizeHistory(BaseModel):
    """By the hour up to three days, else by the day; nothing before the first that is known."""

    rows: list[SizeRow]


class OverlapRequest(BaseModel):
    """Which segments to lay over each other."""

    segment_ids: Annotated[list[Id], Field(min_length=2, max_length=OVERLAP_MAX)]


class OverlapSegment(BaseModel):
    """One of them, and how many of it you may see."""

    segment_id: int
    name: str
    size: int


class OverlapPart(BaseModel):
    """How many customers are in exactly these of the segments."""

    in_: Annotated[list[int], Field(alias="in")]
    count: int


class Overlap(BaseModel):
    """Every combination of some of them; the parts share nobody. Only customers whom you may see count."""

    segments: list[OverlapSegment]
    parts: list[OverlapPart]


class SegmentSince(BaseModel):
    """A segment a customer is in; `since` is null until it is known."""

    segment_id: int
    name: str
    since: datetime | None


class CustomerSegments(BaseModel):
    """The segments a customer is in, the newest first."""

    rows: list[SegmentSince]


class AskedValue(BaseModel):
    """An attribute or property, of which types its values were, and some of those that are met most. Of names that tell who
    somebody is there are no examples."""

    name: str
    types: list[ValueType]
    examples: list[str | float | bool]


class AskedEvent(BaseModel):
    """An event, how many there are (None for who sees a part of the customers), and its properties."""

    name: str
    count: int | None
    properties: list[AskedValue]


class AskedPurpose(BaseModel):
    """A purpose that customers consent to; `by_channel` where they do so channel by channel."""

    purpose: str
    by_channel: bool
    channels: list[str]


class SegmentVocabulary(BaseModel):
    """What there is to ask about."""

    attributes: list[AskedValue]
    events: list[AskedEvent]
    entry_channels: list[str]
    identity_kinds: list[str]
    purposes: list[AskedPurpose]


@router.get("/segments/vocabulary", summary="What there is to ask about")
def get_segment_vocabulary(actor: CurrentActor, columns: ColumnsClient) -> SegmentVocabulary:
    """As the columns know it; examples are at most an hour old."""
    actor.require("segments.read")
    found = asked_words(columns)
    return SegmentVocabulary(
        attributes=[
            AskedValue(name=each.name, types=list(each.types), examples=list(each.examples))
            for each in found.attributes
        ],
        events=[
            AskedEvent(
                name=event.name,
                count=event.count if actor.scope.is_everything else None,
                properties=[
                    AskedValue(name=each.name, types=list(each.types), examples=list(each.examples))
                    for each in event.properties
                ],
            )
            for event in found.events
        ],
        entry_channels=list(found.entry_channels),
        identity_kinds=list(IDENTITY_KINDS),
        purposes=[
            AskedPurpose(
                purpose=name,
                by_channel=purpose.by_channel,
                channels=list(found.consent_channels) if purpose.by_channel else [],
            )
            for name, purpose in PURPOSES.items()
        ],
    )


@router.post("/segments/overlap", summary="How segments overlap")
def overlap_segments(actor: CurrentActor, reading: ReadOnly, request: OverlapRequest) -> Overlap:
    distinct = list(dict.fromkeys(request.segment_ids))
    if len(distinct) != len(request.segment_ids):
        raise InvalidError("Each segment once.", field="segment_ids")
    names = {each: service.get(reading, actor, each).name for each in distinct}
    members: dict[int, Ids] = {
        each: customers.visible_among(reading, actor, segments.members_of(reading, each)) for each in distinct
    }
    return Overlap(
        segments=[OverlapSegment(segment_id=each, name=names[each], size=len(members[each])) for each in distinct],
        parts=[OverlapPart.model_validate({"in": part.segment_ids, "count": part.count}) for part in overlap(members)],
    )


@router.get("/segments/{segment_id}/history", summary="How its size went")
def get_segment_history(
    actor: CurrentActor,
    context: Context,
    reading: ReadOnly,
    segment_id: Id,
    since_on: Day | None = None,
    until_on: Day | None = None,
) -> SizeHistory:
    """Both days are included; the last thirty where none are told. It counts all customers: who sees a part of them is told
    nothing."""
    service.get(reading, actor, segment_id)
    zone = context.settings.zone
    until = until_on or reading.clock.now().astimezone(zone).date()
    since = since_on or until - timedelta(days=DAYS_SHOWN - 1)
    rows = segments.sizes_between(reading, segment_id, since, until, zone) if actor.scope.is_everything else []
    return SizeHistory(
        rows=[SizeRow(at=each.at, size=each.size, entered=each.entered, exited=each.exited) for each in rows]
    )


@router.get("/segments/{segment_id}/members", summary="Who is in it")
def list_segment_members(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    reading: ReadOnly,
    segment_id: Id,
    page: Paging,
    on: Day | None = None,
) -> CustomerPage:
    """The newest customers first, as far as you may see them; with `on`, those who were in it at the end of that day."""
    service.get(reading, actor, segment_id)
    ids = segments.members_of(reading, segment_id) if on is None else _members_on(context, columns, segment_id, on)
    return page_of_customers(reading, actor, ids, page)


def _members_on(context: ApiContext, columns: ColumnsClient, segment_id: int, on: date) -> Ids:
    end = datetime.combine(on + timedelta(days=1), datetime.min.time(), context.settings.zone)
    return members_before(columns, segment_id, end)


@router.get("/customers/{customer_id}/segments", summary="The segments a customer is in")
def list_customer_segments(
    actor: CurrentActor, columns: ColumnsClient, reading: ReadOnly, customer_id: Id
) -> CustomerSegments:
    """And since when, without a break."""
    actor.require("segments.read")
    found = customers.get_customer(reading, actor, customer_id)
    names = definitions.names_of(reading, segments.segments_of(reading, found.customer_id))
    shown = sorted((each for each in names.values() if each.kind == "segment"), key=lambda each: -each.definition_id)
    profile_ids = [each.profile_id for each in found.identities]
    since = since_when(columns, profile_ids, [each.definition_id for each in shown]) if shown else {}
    return CustomerSegments(
        rows=[
            SegmentSince(segment_id=each.definition_id, name=each.name, since=since.get(each.definition_id))
            for each in shown
        ]
    )
