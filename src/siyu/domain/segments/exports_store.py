"""Every statement on exports of members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.company.reading import path_now
from siyu.domain.segments.exports_contracts import ExportFormat, ExportState, SegmentExport
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.platform.postgres.packing import packed_numbers

Driver = psycopg.Connection[Any]

_SELECT = f"""
SELECT e.export_id, e.segment_id, coalesce(d.name, ''), e.format, e.columns, e.state, e.rows_total, e.rows_done, e.bytes,
    e.fault_code, e.actor_kind, e.actor_id, {path_now("e.scope_path")}, e.own_only, e.asked_at, e.ended_at, e.expires_at
FROM segments.exports e LEFT JOIN definitions.definitions d ON d.definition_id = e.segment_id
"""  # noqa: S608  # our own
_RIGHTS = frozenset({"customers.read", "orders.read", "tags.read", "ladders.read"})
"""What the one who asked needed to have for what is read in their name."""


def insert_export(
    driver: Driver,
    segment_id: int | None,
    export_format: ExportFormat,
    columns: Sequence[str],
    actor: Actor,
    now: datetime,
    chosen: Sequence[int] | None = None,
) -> int:
    row = driver.execute(
        "INSERT INTO segments.exports (segment_id, format, columns, state, actor_kind, actor_id, scope_path, own_only, asked_at,"
        " is_chosen, profile_ids)"
        " VALUES (%s, %s, %s, 'waiting', %s, %s, %s, %s, %s, %s, %s::bigint[]) RETURNING export_id",
        (
            segment_id,
            export_format.value,
            list(columns),
            actor.kind.value,
            actor.actor_id,
            actor.scope.unit_path,
            actor.scope.own_only,
            now,
            chosen is not None,
            None if chosen is None else packed_numbers(chosen),
        ),
    ).fetchone()
    if row is None:
        raise RuntimeError("an export got no id")
    return int(row[0])


def chosen_of(driver: Driver, export_id: int) -> list[int] | None:
    """Whom a file of chosen customers is of; None for a file of a segment."""
    row = driver.execute(
        "SELECT profile_ids FROM segments.exports WHERE export_id = %s AND is_chosen", (export_id,)
    ).fetchone()
    return None if row is None else list(row[0] or ())


def find_export(driver: Driver, export_id: int) -> SegmentExport | None:
    row = driver.execute(f"{_SELECT} WHERE e.export_id = %s".encode(), (export_id,)).fetchone()
    return _export(row) if row else None


def select_exports(driver: Driver, before: int | None, size: int, asker: Actor | None) -> list[SegmentExport]:
    """The newest first, older than `before`; with `asker`, those they asked for."""
    rows = driver.execute(
        f"{_SELECT} WHERE (%(before)s::bigint IS NULL OR e.export_id < %(before)s)"
        " AND (%(kind)s::text IS NULL OR (e.actor_kind = %(kind)s AND e.actor_id = %(id)s))"
        " ORDER BY e.export_id DESC LIMIT %(size)s".encode(),
        {
            "before": before,
            "kind": asker.kind.value if asker else None,
            "id": asker.actor_id if asker else None,
            "size": size,
        },
    ).fetchall()
    return [_export(row) for row in rows]


def save_progress(driver: Driver, export_id: int, rows_total: int, rows_done: int) -> None:
    driver.execute(
        "UPDATE segments.exports SET state = 'running', rows_total = %s, rows_done = %s WHERE export_id = %s",
        (rows_total, rows_done, export_id),
    )


def end_export(
    driver: Driver,
    export_id: int,
    *,
    state: ExportState,
    rows: int,
    size: int | None,
    fault_code: str | None,
    now: datetime,
    expires_at: datetime | None,
) -> None:
    driver.execute(
        "UPDATE segments.exports SET state = %s, rows_done = %s, bytes = %s, fault_code = %s, ended_at = %s, expires_at = %s,"
        " profile_ids = NULL WHERE export_id = %s",
        (state.value, rows, size, fault_code, now, expires_at, export_id),
    )


def expired_exports(driver: Driver, now: datetime) -> list[SegmentExport]:
    """Those whose file may not be there any more."""
    rows = driver.execute(f"{_SELECT} WHERE e.expires_at <= %s".encode(), (now,)).fetchall()
    return [_export(row) for row in rows]


def _export(row: Sequence[Any]) -> SegmentExport:
    asker = Actor(ActorKind(row[10]), row[11], _RIGHTS, Scope(row[12], row[13]))
    return SegmentExport(
        export_id=row[0],
        segment_id=row[1],
        segment_name=row[2],
        format=ExportFormat(row[3]),
        columns=row[4],
        state=ExportState(row[5]),
        rows_total=row[6],
        rows_done=row[7],
        bytes=row[8],
        fault_code=row[9],
        asker=asker,
        asked_at=row[14],
        ended_at=row[15],
        expires_at=row[16],
    )
