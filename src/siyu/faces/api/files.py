"""Answers as files: what one sees, taken away as CSV, Excel or Parquet. Programs take the JSON of the same answers with a key."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from siyu.domain.company.service import record_audit
from siyu.domain.metrics import contracts
from siyu.domain.metrics import reading as metrics
from siyu.engines.insight.exports.cards import (
    Asker,
    QuestionFound,
    SeriesFound,
    ask_cards,
    ask_question,
    ask_series,
    labels_in,
)
from siyu.engines.insight.exports.tables import AnswerTable, Said, answer_table, series_table
from siyu.engines.insight.sql.running import run_statement
from siyu.faces.api.access import TOUCHES_ONES_OWN, ColumnsClient, Context, CurrentActor, Id
from siyu.faces.api.context import ApiContext
from siyu.faces.api.dashboards import DashboardDefinition
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.insight import QuestionDefinition
from siyu.faces.api.metrics import Day
from siyu.faces.api.segment_exports import MEDIA_TYPES
from siyu.faces.api.sql import StatementText, require_sql_on
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.platform.private_files import private_folder
from siyu.platform.table_files import TableFormat, table_bytes

router = APIRouter(prefix="/api/files", tags=["insight"])

_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file",
        "content": {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()},
    }
}


class FileWish(BaseModel):
    """How the file is to be written, and in which language its headings are."""

    format: Literal["csv", "xlsx", "parquet"] = "csv"
    language: Literal["zh", "en"] = "zh"


class QuestionFile(FileWish):
    """A question's answer."""

    question: Annotated[Document, DescribedAs(QuestionDefinition)]


class SeriesFile(FileWish):
    """A metric over time."""

    metric_id: Id
    grain: contracts.Grain = "day"
    since_on: Day
    until_on: Day
    breakdown: Annotated[contracts.MetricBreakdown | None, Field()] = None


class CardFile(FileWish):
    """What stands on one card of a dashboard."""

    dashboard: Annotated[Document, DescribedAs(DashboardDefinition)]
    key: Annotated[str, Field(max_length=40)]


class StatementFile(FileWish, StatementText):
    """What a statement finds."""


@router.post(
    "/question",
    summary="A question's answer as a file",
    response_class=Response,
    responses=_FILE,
    dependencies=[TOUCHES_ONES_OWN],
)
def write_question_file(actor: CurrentActor, context: Context, columns: ColumnsClient, wish: QuestionFile) -> Response:
    question = metrics.parse_question(wish.question)
    found = ask_question(Asker(context.database, columns, context.settings.zone, actor), question)
    return _file(context, actor, wish, _table(context, found, wish.language, None, question.kind), question.kind)


@router.post(
    "/series", summary="A metric as a file", response_class=Response, responses=_FILE, dependencies=[TOUCHES_ONES_OWN]
)
def write_series_file(actor: CurrentActor, context: Context, columns: ColumnsClient, wish: SeriesFile) -> Response:
    if wish.since_on > wish.until_on:
        raise InvalidError("It ends before it begins.", field="since_on")
    period = contracts.BetweenDays(wish.since_on.isoformat(), wish.until_on.isoformat())
    asker = Asker(context.database, columns, context.settings.zone, actor)
    found = ask_series(asker, wish.metric_id, wish.grain, period, wish.breakdown)
    return _file(context, actor, wish, _table(context, found, wish.language, wish.breakdown), found.series.metric.key)


@router.post(
    "/card",
    summary="A dashboard's card as a file",
    response_class=Response,
    responses=_FILE,
    dependencies=[TOUCHES_ONES_OWN],
)
def write_card_file(actor: CurrentActor, context: Context, columns: ColumnsClient, wish: CardFile) -> Response:
    dashboard = metrics.parse_dashboard(wish.dashboard)
    asker = Asker(context.database, columns, context.settings.zone, actor)
    cards = ask_cards(asker, dashboard, only=wish.key)
    if not cards:
        raise NotFoundError("There is no such card.")
    if cards[0].fault is not None:
        raise cards[0].fault
    found = cards[0].found
    if not isinstance(found, QuestionFound | SeriesFound):
        raise InvalidError("This card has no table.", field="key")
    title = getattr(cards[0].card, "title", None) or ""
    breakdown = getattr(cards[0].card, "breakdown", None)
    return _file(context, actor, wish, _table(context, found, wish.language, breakdown, title), "card")


@router.post("/sql", summary="What a statement finds, as a file", response_class=Response, responses=_FILE)
def write_statement_file(
    actor: CurrentActor, context: Context, columns: ColumnsClient, wish: StatementFile
) -> Response:
    require_sql_on(context)
    answer = run_statement(context.database, columns, context.settings.zone, actor, wish.text)
    return _file(context, actor, wish, answer.table, "sql")


def _table(
    context: ApiContext,
    found: QuestionFound | SeriesFound,
    language: Literal["zh", "en"],
    breakdown: contracts.MetricBreakdown | None,
    title: str = "",
) -> AnswerTable:
    with context.database.read() as reading:
        said = Said(language, labels_in(reading, found, breakdown))
    if isinstance(found, SeriesFound):
        return series_table(found.series, said, title)
    return answer_table(found.answer, found.question, said, title or found.name)


def _file(context: ApiContext, actor: Actor, wish: FileWish, table: AnswerTable, what: str) -> Response:
    """The table as a file, and a line in the audit."""
    table_format = TableFormat(wish.format)
    folder = private_folder(context.settings.home / "files" / "answers")
    name = f"{context.database.ids.new_id()}.{wish.format}"
    content = table_bytes(folder, name, table_format, table.columns, table.rows, context.settings.zone)
    with context.database.begin() as work:
        record_audit(work, actor, "insight.export", what, format=wish.format, rows=len(table.rows))
    day = context.database.clock.now().astimezone(context.settings.zone).date()
    called = f"{table.title or what} {day}.{wish.format}"
    disposition = f"attachment; filename=\"{what}-{day}.{wish.format}\"; filename*=UTF-8''{quote(called, safe='')}"
    return Response(content, media_type=MEDIA_TYPES[table_format], headers={"Content-Disposition": disposition})
