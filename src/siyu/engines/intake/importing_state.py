"""Where an import stands: a row of PostgreSQL for each file, and what was met of rows without keys. Every statement on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from siyu.kernel.errors import ConflictError, NotFoundError

Driver = psycopg.Connection[Any]


class ImportState(StrEnum):
    """Uploaded and not yet begun; waiting for a worker; running; and its three ends."""

    UPLOADED = "uploaded"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDER_WAY = frozenset({ImportState.WAITING, ImportState.RUNNING})


@dataclass(frozen=True, slots=True)
class Import:
    """One import. `mapping` says what the columns mean, `reading` how the file is read. Of the rows done, `rows_new` changed
    something, `rows_known` were there already, `rows_refused` were refused. `as_of` is when the file was first seen."""

    import_id: int
    state: ImportState
    file_name: str
    digest: str
    bytes_total: int
    source_name: str
    reading: Mapping[str, Any]
    mapping: Mapping[str, Any] | None
    as_of: datetime
    actor_kind: str
    actor_id: str
    actor_rights: Sequence[str]
    bytes_read: int
    rows_done: int
    rows_new: int
    rows_known: int
    rows_refused: int
    rejects_bytes: int
    fault_code: str | None
    fault: str | None
    created_at: datetime
    started_at: datetime | None
    moved_at: datetime | None
    finished_at: datetime | None


class UnknownImportError(NotFoundError):
    """There is no such import."""

    code = "unknown_import"


class ImportBusyError(ConflictError):
    """This import is under way."""

    code = "import_busy"


class ImportMovedError(ConflictError):
    """This import was cancelled, or another process works on it."""

    code = "import_moved"


_COLUMNS = ", ".join(Import.__annotations__)


def insert_import(
    driver: Driver,
    *,
    state: ImportState,
    file_name: str,
    digest: str,
    bytes_total: int,
    source_name: str,
    actor: tuple[str, str],
    now: datetime,
) -> int:
    """A new import. It tells what it tells as of the first time that this very file was brought in under this name."""
    row = driver.execute(
        """
        INSERT INTO imports.imports (state, file_name, digest, bytes_total, source_name, as_of, actor_kind, actor_id, created_at)
        SELECT %(state)s, %(file_name)s, %(digest)s, %(bytes_total)s, %(source_name)s,
               coalesce((SELECT min(as_of) FROM imports.imports WHERE digest = %(digest)s), %(now)s),
               %(kind)s, %(id)s, %(now)s
        RETURNING import_id
        """,
        {
            "state": state.value,
            "file_name": file_name,
            "digest": digest,
            "bytes_total": bytes_total,
            "source_name": source_name,
            "kind": actor[0],
            "id": actor[1],
            "now": now,
        },
    ).fetchone()
    if row is None:
        raise RuntimeError("an import got no id")
    return int(row[0])


def find_import(driver: Driver, import_id: int, *, lock: bool = False) -> Import | None:
    """One import; locked until the end of the transaction, where that is asked for."""
    with driver.cursor(row_factory=class_row(Import)) as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM imports.imports WHERE import_id = %s {'FOR UPDATE' if lock else ''}".encode(),  # noqa: S608 - names of our own
            (import_id,),
        )
        return _typed(cursor.fetchone())


def get_import(driver: Driver, import_id: int, *, lock: bool = False) -> Import:
    """One import; UnknownImportError where there is none."""
    found = find_import(driver, import_id, lock=lock)
    if found is None:
        raise UnknownImportError
    return found


def _typed(found: Import | None) -> Import | None:
    if found is not None:
        object.__setattr__(found, "state", ImportState(found.state))
    return found


def imports_before(driver: Driver, import_id: int | None, size: int) -> list[Import]:
    """Imports, the newest first, after the one given."""
    with driver.cursor(row_factory=class_row(Import)) as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM imports.imports WHERE %(id)s::bigint IS NULL OR import_id < %(id)s"  # noqa: S608 - names of our own
            " ORDER BY import_id DESC LIMIT %(size)s".encode(),
            {"id": import_id, "size": size},
        )
        return [each for found in cursor.fetchall() if (each := _typed(found)) is not None]


def find_unfinished(
    driver: Driver, digest: str, source_name: str, reading: Mapping[str, Any], mapping: Mapping[str, Any]
) -> int | None:
    """The import of this very file, read and understood in this very way, that was cut off."""
    row = driver.execute(
        """
        SELECT import_id FROM imports.imports
        WHERE digest = %s AND source_name = %s AND reading = %s AND mapping = %s AND state = 'running' AND actor_kind = 'system'
        ORDER BY import_id DESC LIMIT 1
        """,
        (digest, source_name, Jsonb(dict(reading)), Jsonb(dict(mapping))),
    ).fetchone()
    return int(row[0]) if row else None


def last_mappings(driver: Driver, kind: str, size: int) -> list[Mapping[str, Any]]:
    """How the latest imports of this kind that were done understood their columns, the newest first."""
    rows = driver.execute(
        "SELECT mapping FROM imports.imports WHERE state = 'done' AND mapping ->> 'kind' = %s ORDER BY import_id DESC LIMIT %s",
        (kind, size),
    ).fetchall()
    return [row[0] for row in rows]


def set_started(
    driver: Driver,
    import_id: int,
    *,
    state: ImportState,
    source_name: str,
    reading: Mapping[str, Any],
    mapping: Mapping[str, Any],
    actor: tuple[str, str, Sequence[str]],
) -> None:
    """Says how the import is to go, and puts it back to its beginning."""
    driver.execute("DELETE FROM imports.met_rows WHERE import_id = %s", (import_id,))
    driver.execute(
        """
        UPDATE imports.imports SET state = %s, source_name = %s, reading = %s, mapping = %s, actor_kind = %s, actor_id = %s,
            actor_rights = %s, bytes_read = 0, rows_done = 0, rows_new = 0, rows_known = 0, rows_refused = 0, rejects_bytes = 0,
            fault_code = NULL, fault = NULL, started_at = NULL, moved_at = NULL, finished_at = NULL
        WHERE import_id = %s
        """,
        (state.value, source_name, Jsonb(dict(reading)), Jsonb(dict(mapping)), *actor[:2], list(actor[2]), import_id),
    )


def set_running(driver: Driver, import_id: int, now: datetime) -> None:
    """The import is worked on."""
    driver.execute(
        "UPDATE imports.imports SET state = 'running', started_at = coalesce(started_at, %s), moved_at = %s WHERE import_id = %s",
        (now, now, import_id),
    )


def set_ended(
    driver: Driver, import_id: int, state: ImportState, now: datetime, fault: tuple[str, str] | None = None
) -> None:
    """The import has come to an end; what was met of its rows is forgotten."""
    driver.execute("DELETE FROM imports.met_rows WHERE import_id = %s", (import_id,))
    driver.execute(
        """
        UPDATE imports.imports SET state = %(state)s, finished_at = %(now)s, fault_code = %(code)s, fault = %(fault)s,
            bytes_read = CASE WHEN %(state)s = 'done' THEN bytes_total ELSE bytes_read END
        WHERE import_id = %(id)s
        """,
        {
            "state": state.value,
            "now": now,
            "code": fault[0] if fault else None,
            "fault": fault[1] if fault else None,
            "id": import_id,
        },
    )


def lock_checkpoint(driver: Driver, import_id: int, rows_done: int) -> None:
    """ImportMovedError unless the import runs and is where this process believes it to be."""
    row = driver.execute(
        "SELECT state, rows_done FROM imports.imports WHERE import_id = %s FOR UPDATE", (import_id,)
    ).fetchone()
    if row is None or row[0] != ImportState.RUNNING or row[1] != rows_done:
        raise ImportMovedError


def save_checkpoint(
    driver: Driver,
    import_id: int,
    *,
    bytes_read: int,
    counts: tuple[int, int, int, int],
    rejects_bytes: int,
    now: datetime,
) -> None:
    """How far the import has come, in the transaction that stores the rows; `counts`: done, new, known, refused."""
    driver.execute(
        """
        UPDATE imports.imports SET bytes_read = %s, rows_done = %s, rows_new = %s, rows_known = %s, rows_refused = %s,
            rejects_bytes = %s, moved_at = %s
        WHERE import_id = %s
        """,
        (bytes_read, *counts, rejects_bytes, now, import_id),
    )


def count_met(driver: Driver, import_id: int, times: Mapping[UUID, int]) -> dict[UUID, int]:
    """Adds to how often each row was met in this import; gives how often it had been met before."""
    rows = driver.execute(
        """
        INSERT INTO imports.met_rows AS met (import_id, digest, times)
        SELECT %s, new.digest, new.times FROM unnest(%s::uuid[], %s::integer[]) AS new(digest, times)
        ON CONFLICT (import_id, digest) DO UPDATE SET times = met.times + excluded.times
        RETURNING digest, times
        """,
        (import_id, list(times), list(times.values())),
    ).fetchall()
    return {digest: total - times[digest] for digest, total in rows}


def delete_import(driver: Driver, import_id: int) -> None:
    """The import was never begun, and is forgotten."""
    driver.execute("DELETE FROM imports.imports WHERE import_id = %s", (import_id,))
