"""Journeys to begin with: looked at, and made one's own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from siyu.domain.journeys import reading as journeys
from siyu.engines.orchestration import publishing
from siyu.faces.api.access import CurrentActor, Work

router = APIRouter(prefix="/api/journey-templates", tags=["journeys"])

Language = Literal["zh", "en"]


class JourneyTemplateRow(BaseModel):
    """A template: what it is for, how many days it takes, what is asked for when it is taken, and what it looks like; a segment
    that is still to be chosen is 0 there."""

    key: str
    name: str
    about: str
    goal: str
    subject: Literal["customer", "group", "account"]
    days: int
    asks: list[Literal["segment_id", "channel"]]
    definition: dict[str, Any]


class JourneyTemplates(BaseModel):
    """All of them, in the order they are shown."""

    rows: list[JourneyTemplateRow]


class JourneyTemplateTaken(BaseModel):
    """What the company says of a template that it takes: the journey's name, whose entering begins it, how messages go."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    language: Language = "zh"
    segment_id: Annotated[int, Field(ge=1, lt=2**53)] | None = None
    channel: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")] = "wecom"


class JourneyMade(BaseModel):
    """The draft that was made."""

    journey_id: int


@router.get("", summary="Journeys to begin with")
def list_journey_templates(actor: CurrentActor, language: Language = "zh") -> JourneyTemplates:
    actor.require("journeys.read")
    n = 0 if language == "zh" else 1
    return JourneyTemplates(
        rows=[
            JourneyTemplateRow(
                key=each.key,
                name=each.name[n],
                about=each.about[n],
                goal=each.goal[n],
                subject=each.subject,
                days=each.days,
                asks=list(each.asks),
                definition=journeys.template_document(each.key, language),
            )
            for each in journeys.templates()
        ]
    )


@router.post("/{key}", summary="Begin with a template", status_code=201)
def take_journey_template(actor: CurrentActor, work: Work, key: str, taken: JourneyTemplateTaken) -> JourneyMade:
    """A draft, to be made one's own before it is published."""
    answers = journeys.TemplateAnswers(segment_id=taken.segment_id, channel=taken.channel)
    document = journeys.template_document(key, taken.language, answers)
    return JourneyMade(journey_id=publishing.create(work, actor, taken.name, document).journey_id)
