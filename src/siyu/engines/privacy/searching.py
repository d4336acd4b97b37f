"""Looks for values in the whole installation: every column of PostgreSQL, every column of the columns engine, every file.

The stores' own files are searched by asking the stores. Values that are sealed cannot be found by their text; their tokens, and
the sealed texts themselves, are values like any other and can be given too.
"""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from psycopg import sql

from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database

LENGTH_MIN = 6
"""A shorter value, or a number of fewer than eight digits, would be found by chance in amounts and ids."""
DIGITS_MIN = 8
FEW = 48
"""So many values are looked for one by one, wherever they stand in a text; more are looked up in the words of the text."""
NEEDLES_AT_ONCE = 200
BLOCK_BYTES = 1 << 20
OVERLAP_BYTES = 512
ROWS_PER_CHUNK = 2_000
STORES = ("postgres", "columns")
"""Folders below SIYU_HOME that belong to the stores."""

_WORD = re.compile(rb"[A-Za-z0-9_@.+\-]{6,}")
_DIGITS = re.compile(rb"[0-9]{8,}")
_ADDRESS = re.compile(rb"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]*[A-Za-z0-9]")
_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")

_TEXT_COLUMNS = """
SELECT n.nspname, c.relname, a.attname, a.atttypid = 'bytea'::regtype
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND (a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype, 'json'::regtype,
                      'jsonb'::regtype, 'bytea'::regtype, 'xml'::regtype, 'text[]'::regtype, 'varchar[]'::regtype))
ORDER BY 1, 2, a.attnum
"""
_COLUMN_TYPES = ("String", "JSON", "Map", "Array", "Tuple", "Object", "Dynamic", "Variant")


@dataclass(frozen=True, slots=True)
class Trace:
    """A place where a value was found, and how often: `log.events.properties`, `columns events.properties`, `run/logs/api.log`."""

    place: str
    count: int


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked through, and where anything was found. `unread`: files that cannot be looked into."""

    values: int
    tables: int
    columns_tables: int
    files: int
    unread: int
    traces: Sequence[Trace]


def searchable(values: Iterable[str]) -> set[str]:
    """Those of the values that are not found by chance."""
    return {
        value
        for value in values
        if len(value) >= LENGTH_MIN and not (value.isascii() and value.isdigit() and len(value) < DIGITS_MIN)
    }


def find_traces(database: Database, columns: Columns, home: Path, values: Collection[str]) -> Search:
    """Looks everywhere for the values, which never leave this process but to the stores."""
    matcher = Matcher(values)
    traces: list[Trace] = []
    with database.autocommit() as driver:
        tables = _text_columns(driver)
        for (schema, table), names in tables.items():
            traces += _in_table(driver, schema, table, names, matcher)
    columns_tables = _in_columns(columns, matcher, traces)
    files, unread = _in_files(home, matcher, traces)
    return Search(len(matcher.values), len(tables), columns_tables, files, unread, traces)


class Matcher:
    """Counts values in bytes."""

    def __init__(self, values: Collection[str]) -> None:
        self.values = sorted(searchable(values))
        self._needles = [value.encode("utf-8", "surrogatepass") for value in self.values]
        self._known = frozenset(self._needles)

    def count(self, text: bytes) -> int:
        """How often any of the values stands in the text, also where JSON spells a letter as an escape."""
        found = self._count(text)
        if b"\\u" in text:
            plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text.decode("utf-8", "replace"))
            found = max(found, self._count(plain.encode("utf-8", "replace")))
        return found

    def _count(self, text: bytes) -> int:
        if len(self._needles) <= FEW:
            return sum(text.count(needle) for needle in self._needles)
        found = sum(word in self._known for word in _WORD.findall(text))
        for pattern in (_DIGITS, _ADDRESS):
            found += sum(part in self._known for part in pattern.findall(text))
        return found + sum(text.count(needle) for needle in self._needles if not needle.isascii())


def _text_columns(driver: psycopg.Connection[Any]) -> dict[tuple[str, str], list[tuple[str, bool]]]:
    tables: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for schema, table, column, is_bytes in driver.execute(_TEXT_COLUMNS).fetchall():
        tables.setdefault((schema, table), []).append((column, is_bytes))
    return tables


def _in_table(
    driver: psycopg.Connection[Any], schema: str, table: str, names: Sequence[tuple[str, bool]], matcher: Matcher
) -> Iterator[Trace]:
    """All rows as text, many at once; only where something is found it is looked which column holds it. Bytes are shown with
    what can be printed as it is."""
    shown = [
        sql.SQL("encode({}, 'escape')").format(sql.Identifier(name))
        if is_bytes
        else sql.SQL("{}::text").format(sql.Identifier(name))
        for name, is_bytes in names
    ]
    statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(
        sql.SQL(", ").join(shown), sql.Identifier(schema, table)
    )
    found = [0] * len(names)
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        rows: list[bytes] = []
        for row in copy:
            rows.append(bytes(row))
            if len(rows) == ROWS_PER_CHUNK:
                _count_rows(rows, matcher, found)
                rows.clear()
        _count_rows(rows, matcher, found)
    for (name, _), count in zip(names, found, strict=True):
        if count:
            yield Trace(f"{schema}.{table}.{name}", count)


def _count_rows(rows: Sequence[bytes], matcher: Matcher, found: list[int]) -> None:
    if not matcher.count(b"".join(rows)):
        return
    for row in rows:
        if matcher.count(row):
            for index, cell in enumerate(row.rstrip(b"\n").split(b"\t")):
                found[index] += matcher.count(cell)


def _in_columns(columns: Columns, matcher: Matcher, traces: list[Trace]) -> int:
    described = columns.query(
        "SELECT table, name, type FROM system.columns WHERE database = {database:String} ORDER BY table, position",
        {"database": columns.database},
    )
    texts = [row for row in described if any(kind in row[2] for kind in _COLUMN_TYPES)]
    for table, name, _ in texts:
        count = 0
        for start in range(0, len(matcher.values), NEEDLES_AT_ONCE):
            ((found,),) = columns.query(
                f"SELECT countIf(multiSearchAny(toString(`{name}`), {{values:Array(String)}})) FROM `{table}`",  # noqa: S608  # names that the engine told
                {"values": matcher.values[start : start + NEEDLES_AT_ONCE]},
            )
            count += int(found)
        if count:
            traces.append(Trace(f"columns {table}.{name}", count))
    return len({row[0] for row in described})


def remove_files_with(folder: Path, values: Collection[str]) -> int:
    """Removes the files below a folder that hold one of the values, or may: those that cannot be looked into. Gives how many."""
    matcher, removed = Matcher(values), 0
    for path in sorted(folder.rglob("*")) if folder.exists() and matcher.values else ():
        if path.is_file() and _may_hold(path, matcher):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _may_hold(path: Path, matcher: Matcher) -> bool:
    try:
        return any(_in_stream(stream, matcher) for stream in _streams(path))
    except FileNotFoundError:
        return False
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError):
        return True


def _in_files(home: Path, matcher: Matcher, traces: list[Trace]) -> tuple[int, int]:
    files = unread = 0
    for path in sorted(home.rglob("*")):
        inside = path.relative_to(home)
        if inside.parts[0] in STORES or path.is_symlink() or not path.is_file():
            continue
        try:
            count = sum(_in_stream(stream, matcher) for stream in _streams(path))
        except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError):
            unread += 1
            continue
        files += 1
        if count:
            traces.append(Trace(str(inside), count))
    return files, unread


def _streams(path: Path) -> Iterator[IO[bytes]]:
    """What is to be read of a file: itself, or what is packed in it, by how it begins. Parquet is packed in its own way."""
    with path.open("rb") as plain:
        beginning = plain.read(4)
        plain.seek(0)
        if beginning == b"PAR1":
            raise NotImplementedError
        if beginning == b"PK\x03\x04":
            with zipfile.ZipFile(plain) as archive:
                for name in archive.namelist():
                    with archive.open(name) as stream:
                        yield stream
        elif beginning.startswith(b"\x1f\x8b"):
            with gzip.open(plain) as unpacked:
                yield cast(IO[bytes], unpacked)
        else:
            yield plain


def _in_stream(stream: IO[bytes], matcher: Matcher) -> int:
    """Block by block; each begins with the end of the one before, so that nothing is cut in two."""
    count, tail = 0, b""
    while block := stream.read(BLOCK_BYTES):
        count += matcher.count(tail + block) - (matcher.count(tail) if tail else 0)
        tail = (tail + block)[-OVERLAP_BYTES:]
    return count
