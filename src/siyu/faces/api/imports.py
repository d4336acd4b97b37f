"""Imports: a file is uploaded, looked at, understood, tried, started, watched; what was refused is downloaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from siyu.engines.intake import importing_uploads as uploads
from siyu.engines.intake.importing_costs import CostColumns
from siyu.engines.intake.importing_files import BLOCK_BYTES, import_folder, rejects_path, source_path
from siyu.engines.intake.importing_guesses import Guess, RowKind
from siyu.engines.intake.importing_mapping import BadMappingError, RowMapping, mapping_of
from siyu.engines.intake.importing_state import Import
from siyu.engines.intake.tables import Delimiter, Encoding, TableFormat, TableOptions
from siyu.faces.api.access import ONLY_READS, Context, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.platform.private_files import new_private_file

router = APIRouter(prefix="/api/imports", tags=["imports"])

MEGABYTE: Final = 1024 * 1024

BINARY_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
CSV_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "CSV", "content": {"text/csv": {"schema": {"type": "string"}}}}
}


class UploadTooLargeError(InvalidError):
    """This file is larger than can be uploaded; the command line takes files of any size."""

    code = "upload_too_large"


class ReadingOptions(BaseModel):
    """How to read the file; what is null is found out."""

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    sheet: Annotated[str | None, Field(min_length=1, max_length=200)] = None

    def told(self) -> TableOptions:
        return TableOptions(self.encoding, self.delimiter, self.sheet)


class ImportPlan(BaseModel):
    """How a file is to be imported. `source_name` is what its rows are known under: told again under the same name, they
    change nothing. Times without a zone are in `zone` (null: that of the business); `at_format` is strptime's and needed
    for unusual ones only."""

    source_name: Annotated[str, Field(min_length=1, max_length=200)]
    zone: Annotated[str | None, Field(min_length=1, max_length=60)] = None
    at_format: Annotated[str | None, Field(min_length=1, max_length=60)] = None
    reading: ReadingOptions
    mapping: RowMapping

    def told(self, context: ApiContext) -> uploads.Plan:
        zone = self.zone or context.settings.timezone
        if isinstance(self.mapping, CostColumns) and self.mapping.currency != context.settings.currency:
            raise BadMappingError("Costs are in the company's own currency.", field="currency")
        return uploads.Plan(self.source_name, zone, self.at_format, self.reading.told(), self.mapping)


class ImportRow(BaseModel):
    """An import and how far it is. Of `rows_done`, `rows_new` changed something, `rows_known` were there already,
    `rows_refused` were refused; `has_rejects` where these can be downloaded, `has_file` where it can be started."""

    import_id: int
    state: Literal["uploaded", "waiting", "running", "done", "failed", "cancelled"]
    kind: RowKind | None
    file_name: str
    source_name: str
    bytes_total: int
    bytes_read: int
    rows_done: int
    rows_new: int
    rows_known: int
    rows_refused: int
    has_file: bool
    has_rejects: bool
    fault_code: str | None
    fault: str | None
    created_at: datetime
    started_at: datetime | None
    moved_at: datetime | None
    finished_at: datetime | None
    plan: ImportPlan | None


class ImportPage(BaseModel):
    """Imports, the newest first."""

    rows: list[ImportRow]
    next_after: str | None


class LookedAtRow(BaseModel):
    """A row of the file, its cells in the order of the columns; `fault` where it cannot be read."""

    line: int
    cells: list[str]
    fault: str | None


class ImportLook(BaseModel):
    """What a file is, its first rows, and what its columns probably mean."""

    format: TableFormat
    reading: ReadingOptions
    sheets: list[str]
    columns: list[str]
    rows: list[LookedAtRow]
    guess: Guess


class ImportReason(BaseModel):
    """Why rows would be refused: how many, and the first of them."""

    code: str
    column: str
    count: int
    line: int
    reason: str
    reason_zh: str


class ImportTrial(BaseModel):
    """What would become of the first rows; `is_whole` where the file has no more."""

    rows: int
    refused: int
    is_whole: bool
    reasons: list[ImportReason]


@router.get("", summary="Imports")
def list_imports(actor: CurrentActor, context: Context, reading: ReadOnly, page: Paging) -> ImportPage:
    found = uploads.list_imports(reading, actor, page)
    return ImportPage(rows=[_row(context, each) for each in found.rows], next_after=found.next_after)


@router.post("", summary="Upload a file", openapi_extra=BINARY_BODY)
async def upload_import(
    request: Request,
    actor: CurrentActor,
    context: Context,
    file_name: Annotated[str, Query(min_length=1, max_length=300)],
) -> ImportRow:
    """The body is the file. It is kept in the installation's folder until its import is done."""
    actor.require("imports.write")
    folder = await run_in_threadpool(import_folder, context.settings)
    path = folder / f"{context.database.ids.new_id().hex}.upload"
    try:
        digest = await _receive(request, path, context.settings.import_file_mb_max * MEGABYTE)
        return await run_in_threadpool(_register, context, actor, path, file_name, digest)
    finally:
        path.unlink(missing_ok=True)


async def _receive(request: Request, path: Path, most: int) -> str:
    """Puts the body into a file, piece by piece; gives its digest."""
    digest, size, waiting = blake2b(digest_size=32), 0, bytearray()
    with new_private_file(path) as file:

        def put() -> None:
            digest.update(waiting)
            file.write(waiting)
            waiting.clear()

        async for piece in request.stream():
            waiting += piece
            size += len(piece)
            if size > most:
                raise UploadTooLargeError(f"At most {most // MEGABYTE} MB.", most_mb=most // MEGABYTE)
            if len(waiting) >= BLOCK_BYTES:
                await run_in_threadpool(put)
        await run_in_threadpool(put)
        file.flush()
        await run_in_threadpool(os.fsync, file.fileno())
    if size == 0:
        raise InvalidError("The file is empty.", field="body")
    return digest.hexdigest()


def _register(context: ApiContext, actor: Actor, path: Path, file_name: str, digest: str) -> ImportRow:
    with context.database.begin() as work:
        made = uploads.register_upload(
            work, actor, import_folder(context.settings), path, file_name=file_name, digest=digest
        )
    return _row(context, made)


@router.get("/{import_id}", summary="One import")
def get_import(actor: CurrentActor, context: Context, reading: ReadOnly, import_id: Id) -> ImportRow:
    return _row(context, uploads.get_import(reading, actor, import_id))


@router.delete("/{import_id}", summary="Delete its files", status_code=204)
def delete_import(actor: CurrentActor, context: Context, work: Work, import_id: Id) -> None:
    """Deletes the uploaded file and the refused rows; an import that never began is forgotten altogether."""
    uploads.delete(work, actor, import_folder(context.settings), import_id)


@router.post("/{import_id}/look", summary="What the file is", dependencies=[ONLY_READS])
def look_into_import(actor: CurrentActor, context: Context, import_id: Id, options: ReadingOptions) -> ImportLook:
    found = uploads.look_into(context.database, actor, import_folder(context.settings), import_id, options.told())
    shape = found.shape
    rows = [
        LookedAtRow(
            line=row.line,
            cells=[_shown(row.cells.get(column, "")) for column in shape.columns],
            fault=row.fault,
        )
        for row in found.rows
    ]
    return ImportLook(
        format=shape.format,
        reading=ReadingOptions(
            encoding=shape.options.encoding, delimiter=shape.options.delimiter, sheet=shape.options.sheet
        ),
        sheets=list(shape.sheets),
        columns=list(shape.columns),
        rows=rows,
        guess=found.guess,
    )


def _shown(text: str) -> str:
    """A cell as it can be shown: not endless, and nothing in it that is no text."""
    return text[: uploads.CELL_SHOWN_MAX].encode("utf-8", "replace").decode()


@router.post("/{import_id}/try", summary="What would become of its first rows", dependencies=[ONLY_READS])
def try_import(actor: CurrentActor, context: Context, import_id: Id, plan: ImportPlan) -> ImportTrial:
    tried = uploads.try_out(context.database, actor, import_folder(context.settings), import_id, plan.told(context))
    reasons = [
        ImportReason(
            code=each.code,
            column=_shown(each.column),
            count=each.count,
            line=each.line,
            reason=_shown(each.reason),
            reason_zh=_shown(each.reason_zh),
        )
        for each in tried.reasons
    ]
    return ImportTrial(rows=tried.rows, refused=tried.refused, is_whole=tried.is_whole, reasons=reasons)


@router.post("/{import_id}/start", summary="Import it")
def start_import(actor: CurrentActor, context: Context, work: Work, import_id: Id, plan: ImportPlan) -> ImportRow:
    """Begins at the file's beginning, also where it was imported before: rows that are known change nothing."""
    return _row(context, uploads.start(work, actor, import_folder(context.settings), import_id, plan.told(context)))


@router.post("/{import_id}/cancel", summary="Stop it")
def cancel_import(actor: CurrentActor, context: Context, work: Work, import_id: Id) -> ImportRow:
    """What has been brought in stays."""
    return _row(context, uploads.cancel(work, actor, import_id))


@router.get(
    "/{import_id}/rejects",
    summary="The refused rows",
    response_class=StreamingResponse,
    responses=CSV_ANSWER,
)
def download_rejects(actor: CurrentActor, context: Context, import_id: Id) -> StreamingResponse:
    """As CSV, unmasked, with line and reason; the audit tells who took them."""
    rows: Iterator[bytes]
    with context.database.begin() as work:
        rows = uploads.open_rejects(work, actor, import_folder(context.settings), import_id)
    name = f"import-{import_id}-rejects.csv"
    return StreamingResponse(
        rows, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _row(context: ApiContext, found: Import) -> ImportRow:
    folder = import_folder(context.settings)
    mapping = mapping_of(found.mapping) if found.mapping is not None else None
    reading = dict(found.reading)
    plan = (
        ImportPlan(
            source_name=found.source_name,
            zone=str(reading.pop("zone")),
            at_format=reading.pop("at_format"),
            reading=ReadingOptions(**reading),
            mapping=mapping,
        )
        if mapping is not None
        else None
    )
    return ImportRow(
        import_id=found.import_id,
        state=found.state.value,
        kind=mapping.kind if mapping is not None else None,
        file_name=found.file_name,
        source_name=found.source_name,
        bytes_total=found.bytes_total,
        bytes_read=found.bytes_read,
        rows_done=found.rows_done,
        rows_new=found.rows_new,
        rows_known=found.rows_known,
        rows_refused=found.rows_refused,
        has_file=source_path(folder, found.import_id).exists(),
        has_rejects=found.rejects_bytes > 0 and rejects_path(folder, found.import_id).exists(),
        fault_code=found.fault_code,
        fault=found.fault,
        created_at=found.created_at,
        started_at=found.started_at,
        moved_at=found.moved_at,
        finished_at=found.finished_at,
        plan=plan,
    )
