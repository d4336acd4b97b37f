"""Members of segments as files: asked for, watched, downloaded while they are there."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import FileResponse, Response

from siyu.domain.segments import service
from siyu.domain.segments.contracts import EXPORT_COLUMNS_MAX, ExportFormat, SegmentExport, UnknownExportError
from siyu.engines.audience.exporting import exports_folder
from siyu.faces.api.access import Context, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import Actor

router = APIRouter(prefix="/api", tags=["segments"])

MEDIA_TYPES: Final = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file",
        "content": {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()},
    }
}
Format = Literal["csv", "xlsx", "parquet"]


class ExportAsked(BaseModel):
    """How the members are to be written: in this order `customer_id`, `name`, `contact` (masked), `city`, `first_seen_at`,
    `last_seen_at`, `orders`, `revenue`, `average_order`, `last_order_at`, `tags`, `keeper`, `stages`, or `attribute:NAME`."""

    format: Format
    columns: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=220)]], Field(min_length=1, max_length=EXPORT_COLUMNS_MAX)
    ]


class ExportRow(BaseModel):
    """An export and how far it is: `rows_done` of `rows_total`. `has_file` where it can be downloaded, until `expires_at`. Of
    customers who were chosen in their list `segment_id` is null."""

    export_id: int
    segment_id: int | None
    segment_name: str
    format: Format
    columns: list[str]
    state: Literal["waiting", "running", "done", "failed"]
    rows_done: int
    rows_total: int | None
    bytes: int | None
    fault_code: str | None
    has_file: bool
    is_own: bool
    asked_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None


class ExportPage(BaseModel):
    """Exports, the newest first."""

    rows: list[ExportRow]
    next_after: str | None


@router.post("/segments/{segment_id}/exports", summary="Export its members", status_code=201)
def export_segment(actor: CurrentActor, context: Context, work: Work, segment_id: Id, asked: ExportAsked) -> ExportRow:
    """The file is written in the background, of the customers whom you may see, and kept for a day; the audit tells of it."""
    made = service.ask_export(work, actor, segment_id, ExportFormat(asked.format), asked.columns)
    return export_row(context, actor, made)


@router.get("/segment-exports", summary="Exports of members")
def list_segment_exports(actor: CurrentActor, context: Context, reading: ReadOnly, page: Paging) -> ExportPage:
    """Yours; all of them, where you see all customers."""
    found = service.list_exports(reading, actor, page)
    return ExportPage(rows=[export_row(context, actor, each) for each in found.rows], next_after=found.next_after)


@router.get("/segment-exports/{export_id}/file", summary="Download an export", response_class=Response, responses=_FILE)
def download_segment_export(actor: CurrentActor, context: Context, work: Work, export_id: Id) -> Response:
    """For who asked for it and sees the same customers still, and for who sees all; they hold the rights to all that is in it.
    The audit tells who took it."""
    found = service.take_export(work, actor, export_id)
    path = exports_folder(context.settings) / found.file_name
    if not path.is_file():
        raise UnknownExportError
    day = found.asked_at.astimezone(context.settings.zone).date()
    of = "customers" if found.segment_id is None else f"segment-{found.segment_id}"
    name = f"{of}-{day}.{found.format.value}"
    return FileResponse(path, media_type=MEDIA_TYPES[found.format], filename=name)


def export_row(context: ApiContext, actor: Actor, found: SegmentExport) -> ExportRow:
    """An export as it is shown."""
    now = context.database.clock.now()
    is_due = found.expires_at is not None and found.expires_at > now
    return ExportRow(
        export_id=found.export_id,
        segment_id=found.segment_id,
        segment_name=found.segment_name,
        format=found.format.value,
        columns=list(found.columns),
        state=found.state.value,
        rows_done=found.rows_done,
        rows_total=found.rows_total,
        bytes=found.bytes,
        fault_code=found.fault_code,
        has_file=is_due and found.is_for(actor) and (exports_folder(context.settings) / found.file_name).is_file(),
        is_own=found.is_asked_by(actor),
        asked_at=found.asked_at,
        ended_at=found.ended_at,
        expires_at=found.expires_at,
    )
