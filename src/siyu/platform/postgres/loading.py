"""Filling a database with rows that were copied from another: all of it in one transaction, so that it holds either nothing
of them or everything, checked row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
import sqlalchemy as sa

from siyu.kernel.errors import SiyuError
from siyu.platform.eventlog.sequencer import LOCK_KEY as SEQUENCER_LOCK_KEY
from siyu.platform.postgres.copying import (
    CONNECT_SECONDS_MAX,
    Contents,
    Partition,
    RowSum,
    SequenceState,
    Table,
    contents_of,
    partitions_of,
    prepare_session,
    read_rows,
    sequences_of,
    snapshot,
    tables_of,
)
from siyu.platform.postgres.migrate import migrate_on
from siyu.platform.postgres.shape import head_revision

ReadTable = Callable[[Table], Iterable[bytes]]
"""The rows of a table, in the form of COPY's text, cut anywhere."""


class TargetNotEmptyError(SiyuError):
    """The database that is to be filled holds something already."""

    code = "target_not_empty"


class CopyDiffersError(SiyuError):
    """What was copied is not what stands there now; nothing was changed."""

    code = "copy_differs"


class DatabaseInUseError(SiyuError):
    """Somebody is connected to the database. Stop Siyu on every machine, and close other programs that look into it."""

    code = "database_in_use"


@dataclass(frozen=True)
class Source:
    """What a database is filled with. `contents` and `sequences` are asked for last, when every row has been read."""

    tables: Sequence[Table]
    partitions: Sequence[Partition]
    read: ReadTable
    revision: str
    """The migration that the rows were written under; later ones are run on them once they are there."""
    contents: Callable[[], dict[str, Contents]]
    sequences: Callable[[], Sequence[SequenceState]]


# Kinds that hold or make something, apart from what extensions brought: indexes and row types go with their tables.
_OBJECTS = """
SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
       WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END AS kind, format('%I.%I', n.nspname, c.relname) AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname = 'public' AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'ROUTINE', p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'TYPE', format('public.%I', t.typname) FROM pg_type t
WHERE t.typnamespace = 'public'::regnamespace AND (t.typtype IN ('e', 'd', 'r')
    OR t.typtype = 'c' AND (SELECT c.relkind = 'c' FROM pg_class c WHERE c.oid = t.typrelid))
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
UNION ALL
SELECT 'SCHEMA', quote_ident(n.nspname) FROM pg_namespace n
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public') AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
"""

_FOREIGN_KEYS = """
SELECT c.conrelid::regclass::text, quote_ident(c.conname), pg_get_constraintdef(c.oid)
FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
WHERE c.contype = 'f' AND c.conparentid = 0 AND n.nspname !~ '^pg_' ORDER BY 1, 2
"""

# Autovacuum's workers have no user.
_OTHERS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
"""


def fill(url: str, source: Source, *, replaces: bool = False) -> dict[str, Contents]:
    """Makes the shape of this version in the database at `url` and fills it; gives what each table holds then.

    The database must be empty; with `replaces` one that holds an installation of Siyu is emptied first, and stays as it was
    where anything goes wrong. CopyDiffersError where a row is missing or not the same.
    """
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
            _make_empty(driver, replaces)
            migrate_on(connection, source.revision)
            prepare_session(driver)
            tables = _match_tables(driver, source)
            with _without_foreign_keys(driver), _without_triggers(driver, tables):
                names = ", ".join(table.name for table in tables)
                driver.execute(f"TRUNCATE {names}".encode())  # what migrations wrote
                for table in tables:
                    _load(driver, table, source.read(table))
            for state in source.sequences():
                driver.execute("SELECT setval(%s::regclass, %s, %s)", (state.name, state.last_value, state.is_called))
            found = {table.name: contents_of(driver, table) for table in tables}
            _compare(source.contents(), found)
            driver.execute("RESET ALL")
            migrate_on(connection)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
    finally:
        engine.dispose()
    return found


def is_empty(url: str) -> bool:
    """Whether nothing but what extensions brought stands in the database."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, connect_timeout=10) as driver:
        return not driver.execute(_OBJECTS).fetchall()


def _make_empty(driver: psycopg.Connection[Any], replaces: bool) -> None:
    objects = driver.execute(_OBJECTS).fetchall()
    if not objects:
        return
    row = driver.execute("SELECT to_regclass('public.alembic_version'), to_regclass('log.batches')").fetchone()
    if row is None or None in row:
        raise TargetNotEmptyError(
            f"The database holds what is not Siyu's, such as {objects[0][1]}. Siyu wants one of its own."
        )
    if not replaces:
        raise TargetNotEmptyError("The database holds an installation of Siyu already; --replace empties it first.")
    for kind, name in sorted(objects, key=lambda each: each[0] != "TABLE"):  # sequences go with their tables
        driver.execute(f"DROP {kind} IF EXISTS {name} CASCADE".encode())


def _match_tables(driver: psycopg.Connection[Any], source: Source) -> list[Table]:
    """The tables to fill, among them the partitions of the source and no others."""
    wanted = {each.name: each for each in source.partitions}
    for partition in partitions_of(driver):
        if wanted.get(partition.name) == partition:
            del wanted[partition.name]
        else:
            driver.execute(f"DROP TABLE {partition.name}".encode())
    for partition in wanted.values():
        driver.execute(f"CREATE TABLE {partition.name} PARTITION OF {partition.parent} {partition.bounds}".encode())
    tables = tables_of(driver)
    if differing := sorted({t.name for t in set(tables) ^ set(source.tables)}):
        raise CopyDiffersError(f"The tables differ: {', '.join(differing)}.")
    return tables


@contextmanager
def _without_foreign_keys(driver: psycopg.Connection[Any]) -> Iterator[None]:
    """Tables may be filled in any order, and all references are checked at once at the end, which is faster too."""
    found = driver.execute(_FOREIGN_KEYS).fetchall()
    for table, name, _ in found:
        driver.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
    yield
    for table, name, definition in found:
        driver.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}".encode())


@contextmanager
def _without_triggers(driver: psycopg.Connection[Any], tables: Sequence[Table]) -> Iterator[None]:
    """What triggers wrote is among the rows."""
    for table in tables:
        driver.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER".encode())
    yield
    for table in tables:
        driver.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER".encode())


def _load(driver: psycopg.Connection[Any], table: Table, rows: Iterable[bytes]) -> None:
    statement = f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for chunk in rows:
            copy.write(chunk)


def _compare(wanted: dict[str, Contents], found: dict[str, Contents]) -> None:
    differing = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if differing:
        raise CopyDiffersError(f"Not the same afterwards: {', '.join(differing)}.")


def fill_from(url: str, source_url: str, *, replaces: bool, on_table: Callable[[str], object]) -> dict[str, Contents]:
    """Fills the database at `url` with all that stands in the one at `source_url`, in which nobody may be at work."""
    with nobody_else_in(source_url), snapshot(source_url) as driver:
        sums: dict[str, RowSum] = {}

        def read(table: Table) -> Iterable[bytes]:
            on_table(table.name)
            sums[table.name] = RowSum()
            return read_rows(driver, table, sums[table.name])

        source = Source(
            revision=head_revision(),
            tables=tables_of(driver),
            partitions=partitions_of(driver),
            read=read,
            contents=lambda: {name: seen.contents for name, seen in sums.items()},
            sequences=lambda: sequences_of(driver),
        )
        return fill(url, source, replaces=replaces)


@contextmanager
def nobody_else_in(url: str) -> Iterator[None]:
    """Nobody else is connected to the database, and none of Siyu's workers begins; DatabaseInUseError where somebody is."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, connect_timeout=CONNECT_SECONDS_MAX, autocommit=True) as driver:
        row = driver.execute("SELECT pg_try_advisory_lock(%s)", (SEQUENCER_LOCK_KEY,)).fetchone()
        others = driver.execute(_OTHERS).fetchall()
        if others or row is None or not row[0]:
            raise DatabaseInUseError
        yield
