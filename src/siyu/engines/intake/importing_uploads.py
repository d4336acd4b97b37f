"""Imports by way of the console: a file is uploaded, looked at, understood, tried, started, watched and cancelled."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from siyu.domain.company.service import record_audit
from siyu.engines.intake import importing_state as state
from siyu.engines.intake.importing import run_import
from siyu.engines.intake.importing_cells import RowError, Terms
from siyu.engines.intake.importing_files import BLOCK_BYTES, forget_files_of, rejects_path, source_path
from siyu.engines.intake.importing_guesses import Guess, guess
from siyu.engines.intake.importing_mapping import AnyColumns, checked_mapping, mapping_document, mapping_of
from siyu.engines.intake.importing_rows import FileSource, KeyedRow
from siyu.engines.intake.importing_state import UNDER_WAY, Import, ImportBusyError, ImportState
from siyu.engines.intake.tables import Row, TableOptions, TableShape, open_table
from siyu.kernel.actors import Actor
from siyu.kernel.errors import ForbiddenError, InvalidError, NotFoundError, SiyuError
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.jobs import defer
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, Reading, UnitOfWork

JOB = "import_file"
FILE_NAME_LENGTH_MAX = 200
SOURCE_NAME_LENGTH_MAX = 200
ROWS_SHOWN = 20
ROWS_TRIED = 1_000
CELL_SHOWN_MAX = 200
REMEMBERED_MAX = 20
UNDERSTOOD_MAX = 5

log = get_logger(__name__)


class UnknownImportFileError(NotFoundError):
    """This import's file is no longer there; upload it again."""

    code = "unknown_import_file"


class BadImportError(InvalidError):
    """The import cannot be started so."""

    code = "bad_import"


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is, its first rows, and what its columns probably mean."""

    shape: TableShape
    rows: Sequence[Row]
    guess: Guess


@dataclass(frozen=True, slots=True)
class TriedReason:
    """Why some of the rows tried would be refused: how many, and the first of them."""

    code: str
    column: str
    count: int
    line: int
    reason: str
    reason_zh: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What would become of a file's first rows; `is_whole` where it has no more."""

    rows: int
    refused: int
    is_whole: bool
    reasons: Sequence[TriedReason]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a file is to be imported."""

    source_name: str
    zone: str
    at_format: str | None
    options: TableOptions
    mapping: AnyColumns


def register_upload(
    work: UnitOfWork, actor: Actor, folder: Path, uploaded: Path, *, file_name: str, digest: str
) -> Import:
    """Makes an import of a file that has just come in, and puts the file in its place."""
    actor.require("imports.write")
    name = "".join(each for each in file_name if each.isprintable()).strip()[-FILE_NAME_LENGTH_MAX:] or "file"
    import_id = state.insert_import(
        work.driver,
        state=ImportState.UPLOADED,
        file_name=name,
        digest=digest,
        bytes_total=uploaded.stat().st_size,
        source_name=name,
        actor=(actor.kind.value, actor.actor_id),
        now=work.clock.now(),
    )
    uploaded.rename(source_path(folder, import_id))
    record_audit(work, actor, "imports.upload", f"import:{import_id}", bytes=uploaded_bytes(folder, import_id))
    return state.get_import(work.driver, import_id)


def uploaded_bytes(folder: Path, import_id: int) -> int:
    """The size of an import's file; UnknownImportFileError where it is gone."""
    path = source_path(folder, import_id)
    if not path.exists():
        raise UnknownImportFileError
    return path.stat().st_size


def list_imports(reading: Reading, actor: Actor, page: PageRequest) -> Page[Import]:
    """Imports, the newest first."""
    actor.require("imports.read")
    after = page.after
    if after is not None and not (after.isascii() and after.isdecimal() and len(after) <= 18):
        raise InvalidError("That is not a place in this list.", field="after")
    rows = state.imports_before(reading.driver, int(after) if after else None, page.size + 1)
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].import_id) if more else None)


def get_import(reading: Reading, actor: Actor, import_id: int) -> Import:
    """One import."""
    actor.require("imports.read")
    return state.get_import(reading.driver, import_id)


def look_into(database: Database, actor: Actor, folder: Path, import_id: int, options: TableOptions) -> Look:
    """What an uploaded file is. BadTableError where it is nothing that can be imported."""
    actor.require("imports.write")
    with database.read() as reading:
        state.get_import(reading.driver, import_id)
        remembered = [
            mapping
            for kind in ("orders", "customers", "events", "costs")
            for document in state.last_mappings(reading.driver, kind, REMEMBERED_MAX)
            if (mapping := _still_good(document)) is not None
        ]
    uploaded_bytes(folder, import_id)
    table = open_table(source_path(folder, import_id), options)
    rows = list(itertools.islice(table.rows, ROWS_SHOWN))
    return Look(table.shape, rows, guess(table.shape.columns, rows, remembered))


def _still_good(document: Mapping[str, object]) -> AnyColumns | None:
    with suppress(InvalidError):
        return mapping_of(document)
    return None


def try_out(database: Database, actor: Actor, folder: Path, import_id: int, plan: Plan) -> Trial:
    """Reads the first rows as they would be imported, and stores nothing."""
    actor.require("imports.write")
    with database.read() as reading:
        found = state.get_import(reading.driver, import_id)
    uploaded_bytes(folder, import_id)
    source, mapping = _source(plan, source_path(folder, import_id)), checked_mapping(plan.mapping)
    now = database.clock.now()
    terms = Terms(source.name, source.zone, now, min(found.as_of, now), source.at_format)
    table = open_table(source.path, source.options, mapping.columns_needed)
    refused: dict[tuple[str, str], TriedReason] = {}
    rows = 0
    for row in itertools.islice(table.rows, ROWS_TRIED):
        rows += 1
        try:
            if row.fault is not None:
                raise RowError("bad_row", detail=row.fault)
            mapping.parse(terms, KeyedRow(row, str(derived_id(row.line))))
        except RowError as error:
            known = refused.get((error.code, error.column))
            refused[error.code, error.column] = TriedReason(
                error.code,
                error.column,
                (known.count if known else 0) + 1,
                known.line if known else row.line,
                known.reason if known else error.reason,
                known.reason_zh if known else error.reason_zh,
            )
    reasons = sorted(refused.values(), key=lambda each: -each.count)
    is_whole = rows < ROWS_TRIED or next(table.rows, None) is None
    return Trial(rows, sum(each.count for each in reasons), is_whole, reasons)


def start(work: UnitOfWork, actor: Actor, folder: Path, import_id: int, plan: Plan) -> Import:
    """Has the file imported, from its beginning, with the rights that the actor has now. An import reaches every customer,
    so only somebody who sees all of them may start one."""
    mapping = checked_mapping(plan.mapping)
    for right in ("imports.write", *mapping.rights):
        actor.require(right)
    if not actor.scope.is_everything:
        raise ForbiddenError("An import reaches all customers; yours are a part of them.")
    found = state.get_import(work.driver, import_id, lock=True)
    if found.state in UNDER_WAY:
        raise ImportBusyError
    uploaded_bytes(folder, import_id)
    source = _source(plan, source_path(folder, import_id))
    open_table(source.path, source.options, mapping.columns_needed)
    state.set_started(
        work.driver,
        import_id,
        state=ImportState.WAITING,
        source_name=source.name,
        reading=source.reading(),
        mapping=mapping_document(mapping),
        actor=(actor.kind.value, actor.actor_id, sorted({"imports.write", *mapping.rights})),
    )
    record_audit(work, actor, "imports.start", f"import:{import_id}", kind=mapping.kind, source=source.name)
    defer(work, JOB, {"import_id": import_id}, only_one=f"import:{import_id}")
    return state.get_import(work.driver, import_id)


def _source(plan: Plan, path: Path) -> FileSource:
    name = plan.source_name.strip()
    if not 0 < len(name) <= SOURCE_NAME_LENGTH_MAX or not name.isprintable():
        raise BadImportError("A source has a name.", field="source_name")
    try:
        zone = ZoneInfo(plan.zone)
    except (ValueError, KeyError, OSError) as error:
        raise BadImportError("A time zone is a name like Asia/Shanghai.", field="zone") from error
    if plan.at_format is not None:
        try:
            datetime.strptime(datetime(2026, 1, 2, tzinfo=zone).strftime(plan.at_format), plan.at_format)  # noqa: DTZ007 - whether it can be read is all that matters
        except ValueError as error:
            raise BadImportError("A format of times is like %d.%m.%Y %H:%M.", field="at_format") from error
    if plan.options.sheet is not None and not plan.options.sheet.isprintable():
        raise BadImportError("A sheet has a name.", field="sheet")
    return FileSource(path, name, zone, plan.at_format, plan.options)


def cancel(work: UnitOfWork, actor: Actor, import_id: int) -> Import:
    """Stops an import after the rows it is at; what it brought in stays."""
    actor.require("imports.write")
    found = state.get_import(work.driver, import_id, lock=True)
    if found.state in UNDER_WAY:
        state.set_ended(work.driver, import_id, ImportState.CANCELLED, work.clock.now())
        record_audit(work, actor, "imports.cancel", f"import:{import_id}")
    return state.get_import(work.driver, import_id)


def delete(work: UnitOfWork, actor: Actor, folder: Path, import_id: int) -> None:
    """Deletes what is left of an import's files; an import that never began is forgotten altogether."""
    actor.require("imports.write")
    found = state.get_import(work.driver, import_id, lock=True)
    if found.state in UNDER_WAY:
        raise ImportBusyError
    record_audit(work, actor, "imports.delete", f"import:{import_id}")
    if found.state is ImportState.UPLOADED:
        state.delete_import(work.driver, import_id)
    forget_files_of(folder, import_id)


def open_rejects(work: UnitOfWork, actor: Actor, folder: Path, import_id: int) -> Iterator[bytes]:
    """The refused rows of an import as CSV. They are what the file said, unmasked: so it is written down who took them."""
    actor.require("imports.write")
    actor.require("customers.reveal")
    found = state.get_import(work.driver, import_id)
    path = rejects_path(folder, import_id)
    if found.rejects_bytes == 0 or not path.exists():
        raise UnknownImportFileError
    record_audit(work, actor, "imports.download_rejects", f"import:{import_id}", rows=found.rows_refused)
    return _beginning(path, found.rejects_bytes)


def _beginning(path: Path, size: int) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # tells a spreadsheet that it is UTF-8
    with path.open("rb") as file:
        while size > 0 and (block := file.read(min(BLOCK_BYTES, size))):
            size -= len(block)
            yield block


def run_uploaded(database: Database, folder: Path, import_id: int) -> None:
    """The job: imports the file, from where it stopped if it died, and deletes it when all of it is in. What is wrong with
    the file is told by the import, and is no reason to try again."""
    path = source_path(folder, import_id)
    with database.read() as reading:
        found = state.find_import(reading.driver, import_id)
    if found is None:
        return
    if found.state in UNDER_WAY and not path.exists():
        error = UnknownImportFileError()
        with database.begin() as work:
            state.set_ended(work.driver, import_id, ImportState.FAILED, work.clock.now(), (error.code, error.message))
        return
    try:
        run_import(database, import_id, path, rejects_path(folder, import_id))
    except SiyuError as error:
        log.warning("import_failed", import_id=import_id, code=error.code)
    with database.read() as reading:
        ended = state.find_import(reading.driver, import_id)
    if ended is not None and ended.state is ImportState.DONE:
        path.unlink(missing_ok=True)
