"""Journeys: designed, published, paused, and their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, SkipValidation

from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.journeys import contracts, service
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys.contracts import JourneyDefinition, JourneyNumbers
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages.contracts import MessageNumbers
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Work
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/journeys", tags=["journeys"])

Status = Literal["draft", "running", "paused"]
_STATUS: dict[DefinitionStatus, Status] = {
    DefinitionStatus.DRAFT: "draft",
    DefinitionStatus.LIVE: "running",
    DefinitionStatus.STOPPED: "paused",
}


class JourneyRow(BaseModel):
    """A journey in a list: how many came in and where they are, and what became of its messages."""

    journey_id: int
    name: str
    status: Status
    version: int | None
    entered: int
    active: int
    completed: int
    exited: int
    held: int
    sent: int
    delivered: int
    failed: int
    clicked: int
    updated_at: datetime


class JourneyPage(BaseModel):
    """Journeys, the newest first."""

    rows: list[JourneyRow]
    next_after: str | None


class StepNumbers(BaseModel):
    """How many are at a step and how many have it behind them, of the version in force; of an arm how many are in it, and how many
    went that way. `path` leads to it in the definition; `steps.0.base` are those who get no variant of a message."""

    path: str
    kind: Literal["wait", "send", "split", "arm"]
    waiting: int
    done: int


class Journey(JourneyRow):
    """One journey. `definition` is what is in force, or the draft of one that never was; `draft_definition` is what was
    saved since and is not published yet."""

    definition: JourneyDefinition
    draft_definition: JourneyDefinition | None
    steps: list[StepNumbers]


class JourneyDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: SkipValidation[JourneyDefinition]  # the room checks it, and says where a fault is


@router.get("", summary="Journeys with their numbers")
def list_journeys(actor: CurrentActor, reading: ReadOnly, page: Paging) -> JourneyPage:
    found = service.list_journeys(reading, actor, page)
    return JourneyPage(rows=_rows(reading, found.rows), next_after=found.next_after)


@router.post("", summary="A new journey, as a draft")
def create_journey(actor: CurrentActor, work: Work, draft: JourneyDraft) -> Journey:
    return _journey(work, service.create(work, actor, draft.name, _document(draft)))


@router.get("/{journey_id}", summary="One journey")
def get_journey(actor: CurrentActor, reading: ReadOnly, journey_id: Id) -> Journey:
    return _journey(reading, service.get(reading, actor, journey_id))


@router.put("/{journey_id}", summary="Save a draft")
def save_journey(actor: CurrentActor, work: Work, journey_id: Id, draft: JourneyDraft) -> Journey:
    return _journey(work, service.save(work, actor, journey_id, draft.name, _document(draft)))


@router.post("/{journey_id}/publish", summary="Put the draft in force")
def publish_journey(actor: CurrentActor, work: Work, journey_id: Id) -> Journey:
    return _journey(work, service.publish(work, actor, journey_id))


@router.post("/{journey_id}/pause", summary="Nobody moves on")
def pause_journey(actor: CurrentActor, work: Work, journey_id: Id) -> Journey:
    return _journey(work, service.pause(work, actor, journey_id))


@router.post("/{journey_id}/resume", summary="Everybody moves on")
def resume_journey(actor: CurrentActor, work: Work, journey_id: Id) -> Journey:
    return _journey(work, service.resume(work, actor, journey_id))


def _rows(reading: Reading, journeys: Sequence[contracts.Journey]) -> list[JourneyRow]:
    ids = [journey.journey_id for journey in journeys]
    entries, messages = journeys_reading.numbers(reading, ids), messages_reading.numbers(reading, ids)
    return [_row(journey, entries[journey.journey_id], messages[journey.journey_id]) for journey in journeys]


def _row(journey: contracts.Journey, entries: JourneyNumbers, messages: MessageNumbers) -> JourneyRow:
    return JourneyRow(
        journey_id=journey.journey_id,
        name=journey.name,
        status=_STATUS[journey.status],
        version=journey.version,
        entered=entries.entered,
        active=entries.active,
        completed=entries.completed,
        exited=entries.exited,
        held=messages.held,
        sent=messages.sent,
        delivered=messages.delivered,
        failed=messages.failed,
        clicked=messages.clicked,
        updated_at=journey.updated_at,
    )


def _journey(reading: Reading, journey: contracts.Journey) -> Journey:
    (row,) = _rows(reading, [journey])
    definition = journey.definition or journey.latest
    numbers = journeys_reading.step_numbers(reading, journey.journey_id, journey.version or 0)
    return Journey(
        **row.model_dump(),
        definition=definition,
        draft_definition=journey.draft,
        steps=[StepNumbers(path=at.path, kind=at.kind, waiting=at.waiting, done=at.done) for at in numbers],
    )


def _document(draft: JourneyDraft) -> contracts.Document:
    """As it was sent: nothing has looked at it yet, whatever its type says."""
    document: object = draft.definition
    return document  # type: ignore[return-value]  # the room refuses what is no mapping
