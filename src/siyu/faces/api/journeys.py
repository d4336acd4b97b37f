"""Journeys: designed, checked, published, paused; their versions, and what has changed between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, SkipValidation

from siyu.domain.company.reading import staff_names
from siyu.domain.definitions.contracts import DefinitionPublication, DefinitionStatus
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.journeys import contracts, service
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys.contracts import JourneyDefinition, JourneyNumbers
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages.contracts import MessageNumbers
from siyu.engines.orchestration import letting_in, publishing
from siyu.faces.api.access import Context, CurrentActor, Id, ReadOnly, Searching, Version, Work
from siyu.faces.h5.addresses import addresses_of
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/journeys", tags=["journeys"])

Status = Literal["draft", "running", "paused"]
_STATUS: dict[DefinitionStatus, Status] = {
    DefinitionStatus.DRAFT: "draft",
    DefinitionStatus.LIVE: "running",
    DefinitionStatus.STOPPED: "paused",
}


class JourneyRow(BaseModel):
    """A journey in a list: how many of those whom you may see came in and where they are (`paused` of those in it, by a fault), and
    what became of its messages to them. `passed_over` is known of all alone: None for who does not see all."""

    journey_id: int
    name: str
    status: Status
    subject: Literal["customer", "group", "account"]
    version: int | None
    revision: int
    entered: int
    active: int
    completed: int
    exited: int
    goals: int
    paused: int
    passed_over: int | None
    held: int
    sent: int
    delivered: int
    failed: int
    clicked: int
    updated_at: datetime
    is_made_elsewhere: bool


class JourneyPage(BaseModel):
    """Journeys, the newest first."""

    rows: list[JourneyRow]
    next_after: str | None


class Journey(JourneyRow):
    """One journey. `definition` is what is in force, or the draft of one that never was; `draft_definition` is what was
    saved since and is not published yet. Both are of the shape that a version's `definition` has, a draft with what is still
    open in it: empty texts and lists, choices of 0."""

    definition: dict[str, Any]
    draft_definition: dict[str, Any] | None


class JourneyDraft(BaseModel):
    """What is to be saved: a `definition` as a version has it, in which texts and lists may still be empty and choices 0. With the
    `revision` that was opened, it is refused where somebody else has saved since."""

    name: str
    definition: SkipValidation[dict[str, Any]]  # the room checks it, and tells all faults
    revision: Version | None = None


class JourneyCheckAsked(BaseModel):
    """A document to be looked at, whatever it is, and which journey's it is, if any's."""

    definition: Any
    journey_id: Id | None = None


class JourneyFault(BaseModel):
    """Something that is wrong: where, and at the node of which key (null: it is about the whole). A warning keeps nobody from
    publishing."""

    node: str | None
    path: str
    reason: str
    reason_zh: str
    is_warning: bool


class JourneyChecked(BaseModel):
    """Everything that is wrong with a document, all at once."""

    faults: list[JourneyFault]


class JourneyVersionRow(BaseModel):
    """A published version."""

    version: int
    published_at: datetime
    published_by: str


class JourneyVersions(BaseModel):
    """The versions of a journey, the latest first."""

    rows: list[JourneyVersionRow]


class JourneyVersion(JourneyVersionRow):
    """What a version says."""

    definition: JourneyDefinition


class JourneyFieldChange(BaseModel):
    """A field that says something else now; null where there was or is nothing."""

    path: str
    before: Any
    after: Any


class JourneyNodeChange(BaseModel):
    """A node that came, went, or is another now."""

    key: str
    name: str
    kind: str
    change: Literal["added", "removed", "changed"]
    fields: list[JourneyFieldChange]


class JourneyChanges(BaseModel):
    """What has changed from one version to another: nodes, and the rules of the whole."""

    nodes: list[JourneyNodeChange]
    rules: list[JourneyFieldChange]


@router.get("", summary="Journeys with their numbers")
def list_journeys(actor: CurrentActor, reading: ReadOnly, page: Searching) -> JourneyPage:
    found = service.list_journeys(reading, actor, page)
    return JourneyPage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="A new journey, as a draft")
def create_journey(actor: CurrentActor, work: Work, draft: JourneyDraft) -> Journey:
    return _journey(work, actor, publishing.create(work, actor, draft.name, draft.definition))


@router.post("/check", summary="What is wrong with a journey")
def check_journey(actor: CurrentActor, reading: ReadOnly, asked: JourneyCheckAsked) -> JourneyChecked:
    faults = publishing.check(reading, actor, asked.definition, asked.journey_id)
    return JourneyChecked(
        faults=[
            JourneyFault(
                node=each.node,
                path=each.path,
                reason=each.reason,
                reason_zh=each.reason_zh,
                is_warning=each.is_warning,
            )
            for each in faults
        ]
    )


@router.get("/{journey_id}", summary="One journey")
def get_journey(actor: CurrentActor, reading: ReadOnly, journey_id: Id) -> Journey:
    return _journey(reading, actor, service.get(reading, actor, journey_id))


@router.put("/{journey_id}", summary="Save a draft")
def save_journey(actor: CurrentActor, work: Work, journey_id: Id, draft: JourneyDraft) -> Journey:
    saved = publishing.save(work, actor, journey_id, draft.name, draft.definition, revision=draft.revision)
    return _journey(work, actor, saved)


@router.post("/{journey_id}/publish", summary="Put the draft in force")
def publish_journey(actor: CurrentActor, context: Context, work: Work, journey_id: Id) -> Journey:
    return _journey(work, actor, publishing.publish(work, actor, journey_id, addresses_of(context)))


@router.post("/{journey_id}/pause", summary="Nobody moves on")
def pause_journey(actor: CurrentActor, work: Work, journey_id: Id) -> Journey:
    return _journey(work, actor, service.pause(work, actor, journey_id))


@router.post("/{journey_id}/resume", summary="Everybody moves on")
def resume_journey(actor: CurrentActor, work: Work, journey_id: Id) -> Journey:
    return _journey(work, actor, service.resume(work, actor, journey_id))


@router.get("/{journey_id}/versions", summary="The published versions of a journey")
def list_journey_versions(actor: CurrentActor, reading: ReadOnly, journey_id: Id) -> JourneyVersions:
    return JourneyVersions(rows=_versions(reading, service.list_versions(reading, actor, journey_id)))


@router.get("/{journey_id}/versions/{version}", summary="What a version of a journey says")
def get_journey_version(actor: CurrentActor, reading: ReadOnly, journey_id: Id, version: Version) -> JourneyVersion:
    definition = service.get_version(reading, actor, journey_id, version)
    published = [each for each in service.list_versions(reading, actor, journey_id) if each.version == version]
    (row,) = _versions(reading, published)
    return JourneyVersion(**row.model_dump(), definition=definition)


@router.get("/{journey_id}/changes", summary="What has changed between versions of a journey")
def get_journey_changes(
    actor: CurrentActor,
    reading: ReadOnly,
    journey_id: Id,
    since: Annotated[int, Query(ge=1, le=2**31 - 1, description="The earlier version.")],
    until: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="The later one; without, what is being edited.")
    ] = None,
) -> JourneyChanges:
    found = service.get_changes(reading, actor, journey_id, since, until)
    return JourneyChanges(
        nodes=[
            JourneyNodeChange(
                key=each.key,
                name=each.name,
                kind=each.kind,
                change=each.change,
                fields=_fields(each.fields),
            )
            for each in found.nodes
        ],
        rules=_fields(found.rules),
    )


def _fields(changes: Sequence[contracts.FieldChange]) -> list[JourneyFieldChange]:
    return [JourneyFieldChange(path=each.path, before=each.before, after=each.after) for each in changes]


def _versions(reading: Reading, published: Sequence[DefinitionPublication]) -> list[JourneyVersionRow]:
    ids = {int(each.published_by[6:]) for each in published if each.published_by.startswith("staff:")}
    names = {f"staff:{staff_id}": name for staff_id, name in staff_names(reading, ids).items()}
    return [
        JourneyVersionRow(
            version=each.version,
            published_at=each.published_at,
            published_by=names.get(each.published_by, each.published_by),
        )
        for each in published
    ]


def _rows(reading: Reading, actor: Actor, journeys: Sequence[contracts.Journey]) -> list[JourneyRow]:
    ids = [journey.journey_id for journey in journeys]
    entries = journeys_reading.numbers(reading, ids, actor, partial(letting_in.others_in_scope, reading, actor))
    messages = messages_reading.numbers(reading, ids, actor)
    elsewhere = made_elsewhere(reading, actor, ids)
    return [
        _row(journey, entries[journey.journey_id], messages[journey.journey_id], journey.journey_id in elsewhere)
        for journey in journeys
    ]


def _row(
    journey: contracts.Journey, entries: JourneyNumbers, messages: MessageNumbers, is_made_elsewhere: bool
) -> JourneyRow:
    return JourneyRow(
        journey_id=journey.journey_id,
        name=journey.name,
        status=_STATUS[journey.status],
        subject=(journey.definition or journey.latest).subject,
        version=journey.version,
        revision=journey.revision,
        entered=entries.entered,
        active=entries.active,
        completed=entries.completed,
        exited=entries.exited,
        goals=entries.goal,
        paused=entries.paused,
        passed_over=entries.passed_over,
        held=messages.held,
        sent=messages.sent,
        delivered=messages.delivered,
        failed=messages.failed,
        clicked=messages.clicked,
        updated_at=journey.updated_at,
        is_made_elsewhere=is_made_elsewhere,
    )


def _journey(reading: Reading, actor: Actor, journey: contracts.Journey) -> Journey:
    (row,) = _rows(reading, actor, [journey])
    draft = contracts.document_of(journey.draft) if journey.draft is not None else None
    in_force = contracts.document_of(journey.definition) if journey.definition is not None else draft or {}
    return Journey(**row.model_dump(), definition=in_force, draft_definition=draft)
