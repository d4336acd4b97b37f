"""The verbs of exports: asked for by somebody, written by a job in their name, downloaded while the file is there."""

from __future__ import annotations

from collections.abc import Sequence

from siyu.domain.company.service import record_audit
from siyu.domain.customers.contracts import identifying_kind
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.segments import exports_store as store
from siyu.domain.segments.contracts import SEGMENT_KIND, TEXT_LENGTH_MAX, SegmentNotLiveError
from siyu.domain.segments.exports_contracts import (
    ATTRIBUTE_COLUMN,
    EXPORT_CHOSEN_MAX,
    EXPORT_COLUMNS,
    EXPORT_COLUMNS_MAX,
    EXPORT_KEPT,
    EXPORT_MEMBERS_JOB,
    EXPORT_RIGHT,
    BadExportError,
    ExportFormat,
    ExportState,
    SegmentExport,
    UnknownExportError,
    export_rights,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.jobs import defer
from siyu.platform.postgres.database import Reading, UnitOfWork


def ask_export(
    work: UnitOfWork,
    actor: Actor,
    segment_id: int,
    export_format: ExportFormat,
    columns: Sequence[str],
    *,
    in_background: bool = True,
) -> SegmentExport:
    """A file of the segment's members, as far as the actor may see them; it is written in the background, unless the caller
    writes it."""
    _require_rights(actor, columns)
    if definitions.get(work, actor, segment_id, SEGMENT_KIND).status is DefinitionStatus.DRAFT:
        raise SegmentNotLiveError(segment_id=segment_id)
    wanted = _checked(columns)
    export_id = store.insert_export(work.driver, segment_id, export_format, wanted, actor, work.clock.now())
    found = _get(work, export_id)
    record_audit(
        work,
        actor,
        "segments.export",
        _subject(found),
        export_id=export_id,
        format=export_format.value,
        columns=", ".join(wanted),
    )
    if in_background:
        _defer(work, export_id)
    return found


def ask_export_of(
    work: UnitOfWork, actor: Actor, customer_ids: Sequence[int], export_format: ExportFormat, columns: Sequence[str]
) -> SegmentExport:
    """A file of customers who were chosen in the list, as far as the actor may see them; written in the background."""
    _require_rights(actor, columns)
    if not 1 <= len(customer_ids) <= EXPORT_CHOSEN_MAX:
        raise BadExportError(f"Choose 1 to {EXPORT_CHOSEN_MAX} customers.", field="customer_ids")
    wanted = _checked(columns)
    export_id = store.insert_export(work.driver, None, export_format, wanted, actor, work.clock.now(), customer_ids)
    found = _get(work, export_id)
    record_audit(
        work,
        actor,
        "customers.export_list",
        _subject(found),
        format=export_format.value,
        columns=", ".join(wanted),
        count=len(customer_ids),
    )
    _defer(work, export_id)
    return found


def _require_rights(actor: Actor, columns: Sequence[str]) -> None:
    for right in export_rights(columns):
        actor.require(right)


def _defer(work: UnitOfWork, export_id: int) -> None:
    defer(work, EXPORT_MEMBERS_JOB, {"export_id": export_id}, only_one=f"export_members:{export_id}")


def _subject(export: SegmentExport) -> str:
    return f"export:{export.export_id}" if export.segment_id is None else f"{SEGMENT_KIND}:{export.segment_id}"


def _checked(columns: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(columns))
    if not 1 <= len(chosen) <= EXPORT_COLUMNS_MAX:
        raise BadExportError(f"Choose 1 to {EXPORT_COLUMNS_MAX} columns.", field="columns")
    for name in chosen:
        attribute = name.removeprefix(ATTRIBUTE_COLUMN)
        if name in EXPORT_COLUMNS:
            continue
        if attribute == name or not attribute.isprintable() or not 1 <= len(attribute) <= TEXT_LENGTH_MAX:
            raise BadExportError(f"There is no column {name[:40]!r}.", field="columns")
        if identifying_kind(attribute) is not None:
            raise BadExportError("Phones, e-mail and the like are not exported as attributes.", field="columns")
    return chosen


def list_exports(reading: Reading, actor: Actor, page: PageRequest) -> Page[SegmentExport]:
    """Exports, the newest first: all of them for who sees all customers, for others their own."""
    actor.require(EXPORT_RIGHT)
    after = page.after
    if after is not None and not (after.isascii() and after.isdecimal() and len(after) <= 18):
        raise InvalidError("That is not a place in this list.", field="after")
    asker = None if actor.scope.is_everything else actor
    found = store.select_exports(reading.driver, int(after) if after else None, page.size + 1, asker)
    rows = found[: page.size]
    return Page(rows, next_after=str(rows[-1].export_id) if len(found) > page.size else None)


def take_export(work: UnitOfWork, actor: Actor, export_id: int) -> SegmentExport:
    """The export whose file somebody downloads, for those whom it is for (`is_for`). It is written down who took it."""
    actor.require(EXPORT_RIGHT)
    found = _get(work, export_id)
    expires_at = found.expires_at
    if not found.is_for(actor) or expires_at is None or expires_at <= work.clock.now():
        raise UnknownExportError
    record_audit(
        work,
        actor,
        "segments.download_export",
        _subject(found),
        export_id=export_id,
        rows=found.rows_done,
        columns=", ".join(found.columns),
    )
    return found


def save_export_progress(work: UnitOfWork, actor: Actor, export_id: int, rows_total: int, rows_done: int) -> None:
    """How far a file has come."""
    actor.require(EXPORT_RIGHT)
    store.save_progress(work.driver, export_id, rows_total, rows_done)


def finish_export(work: UnitOfWork, actor: Actor, export_id: int, rows: int, size: int) -> None:
    """The file is whole, and there for a day. It is written down for the one who asked how many it names."""
    actor.require(EXPORT_RIGHT)
    found, now = _get(work, export_id), work.clock.now()
    store.end_export(
        work.driver,
        export_id,
        state=ExportState.DONE,
        rows=rows,
        size=size,
        fault_code=None,
        now=now,
        expires_at=now + EXPORT_KEPT,
    )
    record_audit(
        work,
        found.asker,
        "segments.export_done",
        _subject(found),
        export_id=export_id,
        rows=rows,
        columns=", ".join(found.columns),
    )


def fail_export(work: UnitOfWork, actor: Actor, export_id: int, fault_code: str) -> None:
    """It cannot be written; `fault_code` is an error's code."""
    actor.require(EXPORT_RIGHT)
    store.end_export(
        work.driver,
        export_id,
        state=ExportState.FAILED,
        rows=0,
        size=None,
        fault_code=fault_code,
        now=work.clock.now(),
        expires_at=None,
    )


def _get(reading: Reading, export_id: int) -> SegmentExport:
    found = store.find_export(reading.driver, export_id)
    if found is None:
        raise UnknownExportError
    return found
