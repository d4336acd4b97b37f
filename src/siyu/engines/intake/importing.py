"""Importing files of orders and events: repeatable, row by row refusable, many rows in one transaction.

Every row has a key: the order id or message id where the file has one, else a digest of its cells and of how many equal rows
came before it. So a second run of the same file changes nothing, and an import that was cut off is simply run again.
"""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Protocol, TextIO
from uuid import UUID

import psycopg

from siyu.engines.intake.rules import BadEventError, instant_of
from siyu.engines.intake.tables import BadTableError, Row, read_rows
from siyu.kernel.actors import Actor
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import Database, UnitOfWork

ROWS_PER_TRANSACTION = 5_000
DEADLOCKS_MAX = 5


class RowError(ValueError):
    """A row that cannot be imported; the argument says why, for the person who made the file."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """Where the rows come from and how to read them. `name` is what the rows are known under: two files with the same name
    tell of the same things. `at_format` is strptime's; None means ISO 8601 or YYYYMMDD. Times without a zone are in `zone`."""

    path: Path
    name: str
    zone: tzinfo
    delimiter: str = ","
    at_format: str | None = None


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is. `new` rows changed something, `known` ones were there already, `rejected` ones were refused."""

    bytes_read: int = 0
    bytes_total: int = 0
    rows: int = 0
    new: int = 0
    known: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class KeyedRow:
    """A row with the key that makes it this row in every run."""

    row: Row
    key: UUID


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one transaction did with its rows; `refused` maps lines to reasons."""

    new: int
    known: int
    refused: Mapping[int, str] = field(default_factory=dict)


class RowImport(Protocol):
    """One kind of thing that can be imported (orders, events)."""

    @property
    def columns_needed(self) -> Sequence[str]: ...

    def store(self, work: UnitOfWork, actor: Actor, source: FileSource, rows: Sequence[KeyedRow]) -> Outcome: ...


def import_file(
    database: Database,
    actor: Actor,
    source: FileSource,
    kind: RowImport,
    *,
    rejects: Path | None = None,
    on_progress: Callable[[ImportProgress], None] = lambda _: None,
) -> ImportProgress:
    """Imports the whole file. Refused rows are written to `rejects` as CSV: line, reason, and the row's cells."""
    actor.require("imports.write")
    if rejects is not None and rejects.exists() and rejects.samefile(source.path):
        raise BadTableError("Its refused rows cannot be written over itself.")
    progress = ImportProgress(bytes_total=source.path.stat().st_size)
    refusals = _Rejects(rejects)
    try:
        rows = read_rows(source.path, delimiter=source.delimiter, columns_needed=kind.columns_needed)
        for chunk in _chunks(_keyed(rows, source.name), ROWS_PER_TRANSACTION):
            good = [keyed for keyed in chunk if keyed.row.fault is None]
            outcome = _stored(database, actor, source, kind, good)
            refused = {keyed.row.line: keyed.row.fault for keyed in chunk if keyed.row.fault} | dict(outcome.refused)
            refusals.write(chunk, refused)
            progress = replace(
                progress,
                bytes_read=chunk[-1].row.bytes_read,
                rows=progress.rows + len(chunk),
                new=progress.new + outcome.new,
                known=progress.known + outcome.known,
                rejected=progress.rejected + len(refused),
            )
            on_progress(progress)
    finally:
        refusals.close()
    return progress


def _stored(database: Database, actor: Actor, source: FileSource, kind: RowImport, rows: Sequence[KeyedRow]) -> Outcome:
    """Stores the rows in one transaction. Should it and another (the intake works on the same customers) wait for each
    other in a ring, PostgreSQL ends one of the two; that one is simply done again."""
    for _ in range(DEADLOCKS_MAX):
        with suppress(psycopg.errors.DeadlockDetected), database.begin() as work:
            return kind.store(work, actor, source, rows)
    with database.begin() as work:
        return kind.store(work, actor, source, rows)


def _keyed(rows: Iterable[Row], source_name: str) -> Iterator[KeyedRow]:
    before: Counter[int] = Counter()
    for row in rows:
        digest = derived_id(source_name, *itertools.chain.from_iterable(sorted(row.cells.items())))
        before[digest.int] += 1
        yield KeyedRow(row, derived_id(digest, before[digest.int]))


def _chunks(rows: Iterator[KeyedRow], size: int) -> Iterator[list[KeyedRow]]:
    while chunk := list(itertools.islice(rows, size)):
        yield chunk


def cell(row: Row, column: str, meaning: str) -> str:
    """The text of a cell that must not be empty; RowError otherwise."""
    text = row.cells.get(column, "").strip()
    if not text:
        raise RowError(f"{column}: empty; {meaning} is needed")
    return text


def instant_in(source: FileSource, text: str, column: str, now: datetime) -> datetime:
    """The instant a cell tells, in UTC; RowError where it tells none, or one that is still to come."""
    try:
        if source.at_format is not None:
            instant = _day_or_time(text, source.at_format, source.zone)
        elif len(text) == 8 and text.isdigit():
            instant = _day_or_time(text, "%Y%m%d", source.zone)
        else:
            instant = _iso_instant(text, source.zone)
        instant = instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RowError(f"{column}: {text[:40]!r} is no day or time that can be read") from error
    if instant.year < 1970:
        raise RowError(f"{column}: before 1970")
    if instant > now:
        raise RowError(f"{column}: {text[:40]!r} is still to come; is the time zone right?")
    return instant


def _day_or_time(text: str, at_format: str, zone: tzinfo) -> datetime:
    instant = datetime.strptime(text, at_format)  # noqa: DTZ007 - the format may hold a zone, and may not
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)


def _iso_instant(text: str, zone: tzinfo) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        try:
            return instant_of(text)
        except BadEventError as error:
            raise ValueError(text) from error
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)


class _Rejects:
    """The file of refused rows, made when the first one comes."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: TextIO | None = None

    def write(self, chunk: Sequence[KeyedRow], refused: Mapping[int, str]) -> None:
        if self._path is None or not refused:
            return
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8", errors="replace", newline="")
            csv.writer(self._file).writerow(["line", "reason", "row"])
        writer = csv.writer(self._file)
        for keyed in chunk:
            if keyed.row.line in refused:
                cells = "\t".join(keyed.row.cells.values())
                writer.writerow([keyed.row.line, refused[keyed.row.line], cells])

    def close(self) -> None:
        if self._file:
            self._file.close()
