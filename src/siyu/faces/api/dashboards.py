"""Dashboards: kept, changed, asked all at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, RootModel

from siyu.domain.metrics import contracts, service
from siyu.domain.metrics import reading as metrics
from siyu.engines.insight.exports.cards import Asker, CardFound, QuestionFound, SegmentFound, SeriesFound, ask_cards
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
from siyu.faces.api.context import ApiContext
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.errors import ErrorDetail
from siyu.faces.api.insight import Answer, QuestionDefinition, answer_told
from siyu.faces.api.metric_numbers import MetricSeries, series_told
from siyu.kernel.actors import Actor
from siyu.platform.columns.client import Columns

router = APIRouter(prefix="/api/dashboards", tags=["dashboards"])


class DashboardDefinition(RootModel[contracts.Dashboard]):
    """A dashboard: cards in a grid of twelve columns."""


class DashboardRow(BaseModel):
    """A dashboard. Hand `revision` back when saving; `is_own` tells whether you made it."""

    dashboard_id: int
    name: str
    revision: int
    is_own: bool
    dashboard: DashboardDefinition
    updated_at: datetime


class DashboardPage(BaseModel):
    """Dashboards, the newest first."""

    rows: list[DashboardRow]
    next_after: str | None


class DashboardDraft(BaseModel):
    """What is to be saved."""

    name: str
    dashboard: Annotated[Document, DescribedAs(DashboardDefinition)]
    revision: Version | None = None


class DashboardAsked(BaseModel):
    """Cards to be asked, saved or not."""

    dashboard: Annotated[Document, DescribedAs(DashboardDefinition)]


class TemplateRow(BaseModel):
    """A dashboard to begin with, made of the metrics that are in force."""

    key: str
    zh: str
    en: str
    note_zh: str
    note_en: str
    dashboard: DashboardDefinition


class TemplateList(BaseModel):
    """All templates."""

    rows: list[TemplateRow]


class CardQuestion(BaseModel):
    """A saved question, as it was asked, and its answer."""

    question_id: int
    name: str
    question: QuestionDefinition
    answer: Answer


class CardSegment(BaseModel):
    """A segment, and how many of it you may see."""

    segment_id: int
    name: str
    size: int | None


class CardNumbers(BaseModel):
    """What stands on a card: of its kind, all others are null; or why it could not be asked."""

    key: str
    series: MetricSeries | None = None
    question: CardQuestion | None = None
    segment: CardSegment | None = None
    fault: ErrorDetail | None = None


class DashboardNumbers(BaseModel):
    """All cards as of an instant."""

    as_of: datetime
    cards: list[CardNumbers]


@router.get("", summary="Dashboards")
def list_dashboards(actor: CurrentActor, reading: ReadOnly, page: Searching) -> DashboardPage:
    """Yours, and what is shared."""
    found = service.list_dashboards(reading, actor, page)
    return DashboardPage(rows=[_row(actor, each) for each in found.rows], next_after=found.next_after)


@router.get("/templates", summary="Dashboards to begin with")
def list_dashboard_templates(
    actor: CurrentActor, reading: ReadOnly, language: Literal["zh", "en"] = "zh"
) -> TemplateList:
    actor.require("dashboards.read")
    ids = {key: each.metric_id for key, each in metrics.live_metrics(reading).items()}
    return TemplateList(
        rows=[
            TemplateRow(
                key=each.key,
                zh=each.zh,
                en=each.en,
                note_zh=each.note_zh,
                note_en=each.note_en,
                dashboard=DashboardDefinition(metrics.from_template(each, ids, language)),
            )
            for each in metrics.TEMPLATES
        ]
    )


@router.post("/ask", summary="Ask all cards at once", dependencies=[ONLY_READS])
def ask_dashboard(
    actor: CurrentActor, context: Context, columns: ColumnsClient, asked: DashboardAsked
) -> DashboardNumbers:
    """Each card over the customers in your scope. What is wrong with one is told in its place."""
    return _numbers(context, columns, actor, metrics.parse_dashboard(asked.dashboard))


@router.post("", summary="Make a dashboard", status_code=201)
def create_dashboard(actor: CurrentActor, work: Work, draft: DashboardDraft) -> DashboardRow:
    return _row(actor, service.create_dashboard(work, actor, draft.name, draft.dashboard))


@router.get("/{dashboard_id}", summary="One dashboard")
def get_dashboard(actor: CurrentActor, reading: ReadOnly, dashboard_id: Id) -> DashboardRow:
    return _row(actor, service.get_dashboard(reading, actor, dashboard_id))


@router.get("/{dashboard_id}/numbers", summary="What stands on it now")
def get_dashboard_numbers(
    actor: CurrentActor, context: Context, columns: ColumnsClient, dashboard_id: Id
) -> DashboardNumbers:
    """For programs: the same as asking its cards."""
    with context.database.read() as reading:
        found = service.get_dashboard(reading, actor, dashboard_id)
    return _numbers(context, columns, actor, found.dashboard)


@router.put("/{dashboard_id}", summary="Change it")
def save_dashboard(actor: CurrentActor, work: Work, dashboard_id: Id, draft: DashboardDraft) -> DashboardRow:
    saved = service.save_dashboard(work, actor, dashboard_id, draft.name, draft.dashboard, revision=draft.revision)
    return _row(actor, saved)


@router.delete("/{dashboard_id}", summary="Take it away", status_code=204)
def delete_dashboard(actor: CurrentActor, work: Work, dashboard_id: Id) -> None:
    service.delete_dashboard(work, actor, dashboard_id)


def _numbers(context: ApiContext, columns: Columns, actor: Actor, dashboard: contracts.Dashboard) -> DashboardNumbers:
    now = context.database.clock.now()
    found = ask_cards(Asker(context.database, columns, context.settings.zone, actor), dashboard)
    return DashboardNumbers(as_of=now, cards=[_card(context, each) for each in found])


def _card(context: ApiContext, each: CardFound) -> CardNumbers:
    told = CardNumbers(key=each.card.key)
    found = each.found
    if each.fault is not None:
        told.fault = ErrorDetail(code=each.fault.code, message=each.fault.message, fields={})
    elif isinstance(found, SeriesFound):
        breakdown = each.card.breakdown if isinstance(each.card, contracts.MetricCard) else None
        told.series = series_told(context, found.series, found.targets, breakdown)
    elif isinstance(found, QuestionFound) and isinstance(each.card, contracts.QuestionCard):
        told.question = CardQuestion(
            question_id=each.card.question_id,
            name=found.name,
            question=QuestionDefinition(found.question),
            answer=answer_told(context, found.answer, found.question, found.as_of),
        )
    elif isinstance(found, SegmentFound):
        told.segment = CardSegment(segment_id=found.segment_id, name=found.name, size=found.size)
    return told


def _row(actor: Actor, found: metrics.SavedDashboard) -> DashboardRow:
    return DashboardRow(
        dashboard_id=found.dashboard_id,
        name=found.name,
        revision=found.revision,
        is_own=found.created_by == f"{actor.kind}:{actor.actor_id}",
        dashboard=DashboardDefinition(found.dashboard),
        updated_at=found.updated_at,
    )
