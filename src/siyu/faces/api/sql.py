"""SQL for analysts: what can be asked, asking it, keeping it, and the book of what was asked."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from siyu.domain.company import reading as company
from siyu.domain.metrics import reading as metrics
from siyu.domain.metrics import service
from siyu.engines.insight.sql.running import ROWS_MAX, SECONDS_MAX, SqlAnswer, run_statement
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, Paging, ReadOnly, Searching, Version, Work
from siyu.faces.api.context import ApiContext
from siyu.kernel.errors import ForbiddenError
from siyu.platform.columns.schema import HOT_PATHS
from siyu.platform.table_files import Cell

router = APIRouter(prefix="/api/sql", tags=["sql"])

_EXACT_MAX = 2**53
SqlCell = str | int | float | None


class SqlOffError(ForbiddenError):
    """SQL is switched off in this installation; the setting analysts_sql switches it on."""

    code = "sql_off"


class SqlColumn(BaseModel):
    """A column and its type."""

    name: str
    type: str


class SqlTable(BaseModel):
    """A table that can be asked. Values by name are read as `named.city`; those in `typed` have a type, all others are text."""

    name: str
    columns: list[SqlColumn]
    named: str
    typed: list[SqlColumn]


class SqlSchema(BaseModel):
    """What can be asked, whether anything can, and how much a statement may use."""

    is_on: bool
    tables: list[SqlTable]
    rows_max: int
    seconds_max: int


class StatementText(BaseModel):
    """A statement."""

    text: Annotated[str, Field(max_length=20_000)]


class SqlColumnFound(BaseModel):
    """A column of an answer: its name, its type in the columns, and how its values are written here."""

    name: str
    type: str
    kind: Literal["text", "whole", "number", "money", "day", "instant"]


class SqlFound(BaseModel):
    """What a statement found. Numbers too large to be exact in JSON are texts; `is_cut` where there were more rows."""

    columns: list[SqlColumnFound]
    rows: list[list[SqlCell]]
    is_cut: bool
    seconds: float


class StatementDraft(StatementText):
    """A statement to be kept."""

    name: str
    revision: Version | None = None


class StatementRow(BaseModel):
    """A kept statement."""

    statement_id: int
    name: str
    revision: int
    text: str
    updated_at: datetime


class StatementPage(BaseModel):
    """Kept statements, the newest first."""

    rows: list[StatementRow]
    next_after: str | None


class StatementRunRow(BaseModel):
    """A statement that was run: the rows that came, or why none did."""

    run_id: int
    asked_by: str
    text: str
    asked_at: datetime
    rows: int | None
    fault: str


class StatementRunPage(BaseModel):
    """Runs, the newest first."""

    rows: list[StatementRunRow]
    next_after: str | None


@router.get("/schema", summary="What can be asked by SQL")
def get_sql_schema(actor: CurrentActor, context: Context) -> SqlSchema:
    service.require_sql(actor)
    from siyu.engines.insight.sql.statements import TABLES

    tables = [
        SqlTable(
            name=name,
            columns=[SqlColumn(name=column, type=type_name) for column, type_name in table.columns.items()],
            named=table.named,
            typed=[SqlColumn(name=path, type=type_name) for path, type_name in HOT_PATHS.items()]
            if name == "events"
            else [],
        )
        for name, table in TABLES.items()
    ]
    return SqlSchema(is_on=context.settings.analysts_sql, tables=tables, rows_max=ROWS_MAX, seconds_max=SECONDS_MAX)


@router.post("/run", summary="Run a statement")
def run_sql(actor: CurrentActor, context: Context, columns: ColumnsClient, asked: StatementText) -> SqlFound:
    """One SELECT over the tables of the schema. Its whole text is kept in the book, whatever comes of it."""
    require_sql_on(context)
    return _found(run_statement(context.database, columns, context.settings.zone, actor, asked.text))


@router.get("/runs", summary="What was run")
def list_sql_runs(actor: CurrentActor, reading: ReadOnly, page: Paging) -> StatementRunPage:
    """Yours; everybody's, for who may read the audit."""
    found = service.list_statement_runs(reading, actor, page)
    ids = [int(each.asked_by.partition(":")[2]) for each in found.rows if each.asked_by.startswith("staff:")]
    names = company.staff_names(reading, ids)
    rows = [
        StatementRunRow(
            run_id=each.run_id,
            asked_by=_named(each.asked_by, names),
            text=each.text,
            asked_at=each.asked_at,
            rows=each.rows,
            fault=each.fault,
        )
        for each in found.rows
    ]
    return StatementRunPage(rows=rows, next_after=found.next_after)


@router.get("/statements", summary="Kept statements")
def list_statements(actor: CurrentActor, reading: ReadOnly, page: Searching) -> StatementPage:
    found = service.list_statements(reading, actor, page)
    return StatementPage(rows=[_row(each) for each in found.rows], next_after=found.next_after)


@router.post("/statements", summary="Keep a statement", status_code=201)
def create_statement(actor: CurrentActor, work: Work, draft: StatementDraft) -> StatementRow:
    return _row(service.create_statement(work, actor, draft.name, draft.text))


@router.put("/statements/{statement_id}", summary="Change it")
def save_statement(actor: CurrentActor, work: Work, statement_id: Id, draft: StatementDraft) -> StatementRow:
    return _row(service.save_statement(work, actor, statement_id, draft.name, draft.text, revision=draft.revision))


@router.delete("/statements/{statement_id}", summary="Take it away", status_code=204)
def delete_statement(actor: CurrentActor, work: Work, statement_id: Id) -> None:
    service.delete_statement(work, actor, statement_id)


def require_sql_on(context: ApiContext) -> None:
    """SqlOffError where the installation does not allow it."""
    if not context.settings.analysts_sql:
        raise SqlOffError


def _named(asked_by: str, names: dict[int, str]) -> str:
    kind, _, number = asked_by.partition(":")
    return names.get(int(number), asked_by) if kind == "staff" else asked_by


def _found(answer: SqlAnswer) -> SqlFound:
    return SqlFound(
        columns=[
            SqlColumnFound(name=column.name, type=type_name, kind=column.kind)
            for column, type_name in zip(answer.table.columns, answer.types, strict=True)
        ],
        rows=[[_cell(value) for value in row] for row in answer.table.rows],
        is_cut=answer.is_cut,
        seconds=answer.seconds,
    )


def _cell(value: Cell) -> SqlCell:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal) or (isinstance(value, int) and abs(value) > _EXACT_MAX):
        return str(value)
    return value


def _row(found: metrics.SavedStatement) -> StatementRow:
    return StatementRow(
        statement_id=found.statement_id,
        name=found.name,
        revision=found.revision,
        text=found.text,
        updated_at=found.updated_at,
    )
