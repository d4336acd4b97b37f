"""All rows of a database as streams, in the form of COPY: for moving an installation to another server, and for backups.

What is copied are rows, partitions and the state of sequences. Tables, indexes and the rest are made by the migrations on the
other side, so that both sides have the shape of this version and the server may be of another major version.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import psycopg
import sqlalchemy as sa

CHUNK_BYTES = 1 << 20
CONNECT_SECONDS_MAX = 10
SHAPE_TABLE = "public.alembic_version"
"""Says which migrations were run; written by them on each side, so it is never copied."""

# The same value is the same text on every server, whatever its configuration says; nothing is cut short.
_SESSION = """
SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex';
SET extra_float_digits = 1; SET client_encoding = 'UTF8'; SET search_path = pg_catalog; SET jit = off;
SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0
"""

# Whatever belongs to nobody's extension and to no part of the server itself.
_OURS = """
n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""

_TABLES = f"""
SELECT format('%I.%I', n.nspname, c.relname) AS name,
       array_agg(quote_ident(a.attname) ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS columns
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND {_OURS}
GROUP BY n.nspname, c.relname ORDER BY n.nspname, c.relname
"""  # noqa: S608 - put together from words of our own

_PARTITIONS = f"""
SELECT format('%I.%I', n.nspname, c.relname), format('%I.%I', pn.nspname, p.relname), pg_get_expr(c.relpartbound, c.oid)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE c.relispartition AND c.relkind = 'r' AND {_OURS} ORDER BY 1
"""  # noqa: S608 - put together from words of our own

_SEQUENCES = f"""
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND {_OURS} ORDER BY 1
"""  # noqa: S608 - put together from words of our own


@dataclass(frozen=True, slots=True)
class Table:
    """A table that holds rows (not one that is only the roof of partitions), its name and columns as SQL wants them."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of a table; `bounds` as in FOR VALUES …"""

    name: str
    parent: str
    bounds: str


@dataclass(frozen=True, slots=True)
class SequenceState:
    """Where a sequence stands."""

    name: str
    last_value: int
    is_called: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """What a table holds: how many rows, and the sum of their hashes, which is the same in whatever order they lie."""

    rows: int
    checksum: str


class RowSum:
    """Counts rows and adds up their hashes."""

    def __init__(self) -> None:
        self.rows = 0
        self.bytes = 0
        self._total = 0

    def add(self, row: bytes) -> None:
        """One more row, in the form of COPY's text with its line feed."""
        self.rows += 1
        self.bytes += len(row)
        self._total += int.from_bytes(blake2b(row, digest_size=16).digest())

    @property
    def contents(self) -> Contents:
        return Contents(self.rows, f"{self._total % 2**128:032x}")


@contextmanager
def snapshot(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A transaction that sees one moment of the database, however long it takes, and keeps nobody from writing."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, connect_timeout=CONNECT_SECONDS_MAX, autocommit=True) as driver:
        prepare_session(driver)
        driver.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield driver
        driver.execute("ROLLBACK")


def prepare_session(driver: psycopg.Connection[Any]) -> None:
    """Makes this session write and read values as every other does that copies."""
    driver.execute(_SESSION.encode())


def tables_of(driver: psycopg.Connection[Any]) -> list[Table]:
    """Every table whose rows are to be copied."""
    rows = driver.execute(_TABLES.encode()).fetchall()
    return [Table(name, tuple(columns)) for name, columns in rows if name != SHAPE_TABLE]


def partitions_of(driver: psycopg.Connection[Any]) -> list[Partition]:
    """Every partition of a table."""
    return [Partition(*row) for row in driver.execute(_PARTITIONS.encode()).fetchall()]


def sequences_of(driver: psycopg.Connection[Any]) -> list[SequenceState]:
    """Where every sequence stands. Sequences know no snapshot: ask after the rows were read, and no row is ahead of them."""
    names = [row[0] for row in driver.execute(_SEQUENCES.encode()).fetchall()]
    states = []
    for name in names:
        row = driver.execute(f"SELECT last_value, is_called FROM {name}".encode()).fetchone()  # noqa: S608 - quoted
        if row is not None:
            states.append(SequenceState(name, int(row[0]), bool(row[1])))
    return states


def read_rows(driver: psycopg.Connection[Any], table: Table, seen: RowSum) -> Iterator[bytes]:
    """The rows of a table in the form of COPY's text, about a megabyte at a time, each of them counted in `seen`."""
    statement = f"COPY {table.name} ({', '.join(table.columns)}) TO STDOUT"
    with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        waiting, size = [], 0
        for part in copy:
            row = bytes(part)
            seen.add(row)
            waiting.append(row)
            size += len(row)
            if size >= CHUNK_BYTES:
                yield b"".join(waiting)
                waiting, size = [], 0
        if waiting:
            yield b"".join(waiting)


def contents_of(driver: psycopg.Connection[Any], table: Table) -> Contents:
    """What a table holds now; reads all of it."""
    seen = RowSum()
    for _ in read_rows(driver, table, seen):
        pass
    return seen.contents
