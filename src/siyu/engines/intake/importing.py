"""Importing files of orders, customers and events: repeatable, row by row refusable, and resumable after any death.

Every row has a key: the order id or message id where the file has one, else a digest of its cells and of how many equal rows
came before it. So a second run of the same file changes nothing. How far an import is stands in PostgreSQL and changes in
the transaction that stores the rows: so one that died goes on where it stopped, and counts every row once.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from siyu.engines.intake import importing_state as state
from siyu.engines.intake.importing_cells import RowError, Terms
from siyu.engines.intake.importing_files import Rejects, digest_of
from siyu.engines.intake.importing_mapping import AnyColumns, mapping_document, mapping_of
from siyu.engines.intake.importing_rows import FileSource, KeyedRow, Outcome, RowImport
from siyu.engines.intake.importing_state import UNDER_WAY, Import, ImportMovedError, ImportState
from siyu.engines.intake.tables import BadTableError, Row, TableOptions, open_table
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import InvalidError, SiyuError
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import Database, UnitOfWork

ROWS_PER_TRANSACTION = 5_000
CHARACTERS_PER_TRANSACTION = 16 * 1024 * 1024
"""A transaction ends sooner where rows are long: they must fit into the memory."""
DEADLOCKS_MAX = 5


class FileChangedError(InvalidError):
    """The file is not the one that this import began with."""

    code = "file_changed"


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is. `new` rows changed something, `known` ones were there already, `rejected` ones were refused."""

    bytes_read: int = 0
    bytes_total: int = 0
    rows: int = 0
    new: int = 0
    known: int = 0
    rejected: int = 0


def import_file(
    database: Database,
    actor: Actor,
    source: FileSource,
    kind: AnyColumns,
    *,
    rejects: Path | None = None,
    on_progress: Callable[[ImportProgress], None] = lambda _: None,
) -> ImportProgress:
    """Imports the whole file, or goes on with an import of it that was cut off. Refused rows are written to `rejects` as
    CSV: line, reason (twice), and the row's cells."""
    actor.require("imports.write")
    if rejects is not None and rejects.exists() and rejects.samefile(source.path):
        raise BadTableError("Its refused rows cannot be written over itself.", why="rejects")
    digest, mapping, reading = digest_of(source.path), mapping_document(kind), source.reading()
    with database.begin() as work:
        import_id = state.find_unfinished(work.driver, digest, source.name, reading, mapping)
        if import_id is None:
            import_id = state.insert_import(
                work.driver,
                state=ImportState.WAITING,
                file_name=source.path.name,
                digest=digest,
                bytes_total=source.path.stat().st_size,
                source_name=source.name,
                actor=(actor.kind.value, actor.actor_id),
                now=work.clock.now(),
            )
            state.set_started(
                work.driver,
                import_id,
                state=ImportState.WAITING,
                source_name=source.name,
                reading=reading,
                mapping=mapping,
                actor=(actor.kind.value, actor.actor_id, sorted(actor.rights)),
            )
    return run_import(database, import_id, source.path, rejects, on_progress)


def run_import(
    database: Database,
    import_id: int,
    path: Path,
    rejects: Path | None,
    on_progress: Callable[[ImportProgress], None] = lambda _: None,
) -> ImportProgress:
    """Imports the file from where this import stopped. May be called again after any death; where there is nothing left to
    do, nothing happens. What is wrong with the file is kept with the import, and raised."""
    with database.begin() as work:
        found = state.get_import(work.driver, import_id, lock=True)
        if found.state not in UNDER_WAY:
            return progress_of(found)
        state.set_running(work.driver, import_id, work.clock.now())
    run = _Run(database, found, path, rejects, on_progress)
    try:
        return run.run()
    except ImportMovedError:
        raise
    except SiyuError as error:
        fault = (str(error.fields.get("why", error.code)), error.message)
        with database.begin() as work:
            state.set_ended(work.driver, import_id, ImportState.FAILED, work.clock.now(), fault)
        raise


def progress_of(found: Import) -> ImportProgress:
    """How far an import is."""
    return ImportProgress(
        bytes_read=found.bytes_read,
        bytes_total=found.bytes_total,
        rows=found.rows_done,
        new=found.rows_new,
        known=found.rows_known,
        rejected=found.rows_refused,
    )


def source_of(found: Import, path: Path) -> FileSource:
    """The file of an import, and how it is read."""
    reading = dict(found.reading)
    return FileSource(
        path, found.source_name, ZoneInfo(reading.pop("zone")), reading.pop("at_format"), TableOptions(**reading)
    )


class _Run:
    """One process working on one import."""

    def __init__(
        self,
        database: Database,
        found: Import,
        path: Path,
        rejects: Path | None,
        on_progress: Callable[[ImportProgress], None],
    ) -> None:
        self._database, self._import = database, found
        self._source, self._mapping = source_of(found, path), mapping_of(found.mapping or {})
        self._actor = Actor(ActorKind(found.actor_kind), found.actor_id, frozenset(found.actor_rights))
        self._rejects = Rejects(rejects, found.rejects_bytes)
        self._on_progress = on_progress
        self._progress = progress_of(found)

    def run(self) -> ImportProgress:
        if not self._rejects.is_intact():
            self._begin_anew()
        if digest_of(self._source.path) != self._import.digest:
            raise FileChangedError
        before = self._stamp()
        kind: RowImport = self._mapping
        table = open_table(self._source.path, self._source.options, kind.columns_needed)
        for chunk in _chunks(itertools.islice(table.rows, self._progress.rows, None)):
            if self._stamp() != before:
                raise FileChangedError
            self._store_chunk(kind, chunk)
            self._on_progress(self._progress)
        if self._progress.rows == 0:
            raise BadTableError("It has no rows below its header.", why="no_rows")
        self._rejects.finish()
        with self._database.begin() as work:
            state.lock_checkpoint(work.driver, self._import.import_id, self._progress.rows)
            state.set_ended(work.driver, self._import.import_id, ImportState.DONE, work.clock.now())
        self._progress = replace(self._progress, bytes_read=self._progress.bytes_total)
        self._on_progress(self._progress)
        return self._progress

    def _stamp(self) -> tuple[int, int]:
        """What changes when somebody writes into the file."""
        found = self._source.path.stat()
        return found.st_size, found.st_mtime_ns

    def _begin_anew(self) -> None:
        """The refused rows that were counted are gone; all rows are gone through again, which changes nothing else."""
        found = self._import
        with self._database.begin() as work:
            state.set_started(
                work.driver,
                found.import_id,
                state=ImportState.RUNNING,
                source_name=found.source_name,
                reading=found.reading,
                mapping=found.mapping or {},
                actor=(found.actor_kind, found.actor_id, found.actor_rights),
            )
            state.set_running(work.driver, found.import_id, work.clock.now())
        self._progress = ImportProgress(bytes_total=found.bytes_total)
        self._rejects.bytes = 0

    def _store_chunk(self, kind: RowImport, chunk: Sequence[Row]) -> None:
        """Stores the rows and the checkpoint in one transaction. Should it and another (the intake works on the same
        customers) wait for each other in a ring, PostgreSQL ends one of the two; that one is simply done again."""
        for _ in range(DEADLOCKS_MAX):
            with suppress(psycopg.errors.DeadlockDetected), self._database.begin() as work:
                done = self._store(work, kind, chunk)
                break
        else:
            with self._database.begin() as work:
                done = self._store(work, kind, chunk)
        self._progress, self._rejects.bytes = done

    def _store(self, work: UnitOfWork, kind: RowImport, chunk: Sequence[Row]) -> tuple[ImportProgress, int]:
        import_id, now = self._import.import_id, work.clock.now()
        state.lock_checkpoint(work.driver, import_id, self._progress.rows)
        terms = Terms(self._source.name, self._source.zone, now, self._import.as_of, self._source.at_format, import_id)
        outcome = kind.store(work, self._actor, terms, self._keyed(work, kind, chunk))
        rejects_bytes = self._rejects.write(_refused(chunk, outcome))
        progress = ImportProgress(
            bytes_read=chunk[-1].bytes_read,
            bytes_total=self._progress.bytes_total,
            rows=self._progress.rows + len(chunk),
            new=self._progress.new + outcome.new,
            known=self._progress.known + outcome.known,
            rejected=self._progress.rejected + len(outcome.refused),
        )
        state.save_checkpoint(
            work.driver,
            import_id,
            bytes_read=progress.bytes_read,
            counts=(progress.rows, progress.new, progress.known, progress.rejected),
            rejects_bytes=rejects_bytes,
            now=now,
        )
        return progress, rejects_bytes

    def _keyed(self, work: UnitOfWork, kind: RowImport, chunk: Sequence[Row]) -> list[KeyedRow]:
        """The rows with their keys. How often an equal row came before is counted by PostgreSQL, so that the memory does not
        grow with the file, and the count is right where an import goes on."""
        if kind.has_own_keys:
            return [KeyedRow(row, "") for row in chunk]
        digests = [
            derived_id(self._source.name, *itertools.chain.from_iterable(sorted(row.cells.items()))) for row in chunk
        ]
        met: Counter[UUID] = Counter(state.count_met(work.driver, self._import.import_id, Counter(digests)))
        keyed = []
        for row, digest in zip(chunk, digests, strict=True):
            met[digest] += 1
            keyed.append(KeyedRow(row, str(derived_id(digest, met[digest]))))
        return keyed


def _refused(chunk: Sequence[Row], outcome: Outcome) -> Iterator[tuple[int, str, str, Sequence[str]]]:
    for row in chunk:
        error: RowError | None = outcome.refused.get(row.line)
        if error is not None:
            yield row.line, error.reason, error.reason_zh, list(row.cells.values())


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    characters = 0
    for row in rows:
        chunk.append(row)
        characters += sum(map(len, row.cells.values()))
        if len(chunk) == ROWS_PER_TRANSACTION or characters > CHARACTERS_PER_TRANSACTION:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk
