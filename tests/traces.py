"""Where in an installation a value stands in plain: every table, every column, every file. It knows nothing of what is sealed
where, and reads what is stored byte by byte, so that it finds what nobody thought of."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from siyu.assembly.installation import Installation

BLOCK_BYTES = 1 << 22

_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1
"""


def find_traces(installation: Installation, values: Iterable[str]) -> list[str]:
    """`where: value` for each table of PostgreSQL, table of the columns and file below SIYU_HOME that holds one of the values."""
    return [
        *_in_postgres(installation, values),
        *_in_columns(installation, values),
        *traces_in_files(installation.settings.home, values),
    ]


def traces_in_files(folder: Path, values: Iterable[str]) -> list[str]:
    """As `find_traces`, of the files below a folder, the stores' own files too."""
    wanted = _spellings(values)
    return [
        f"{path.relative_to(folder)}: {value}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
        for value in _found(_blocks(path), wanted)
    ]


def _in_postgres(installation: Installation, values: Iterable[str]) -> list[str]:
    """COPY in the binary format gives every value of every type as it is."""
    wanted, found = _spellings(values), []
    with installation.database.autocommit() as driver:
        for (table,) in driver.execute(_TABLES).fetchall():
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)".encode()) as copy:
                content = b"".join(bytes(block) for block in copy)
            found += [f"{table}: {value}" for value in _found([content], wanted)]
    return found


def _in_columns(installation: Installation, values: Iterable[str]) -> list[str]:
    wanted, found = _spellings(values), []
    tables = installation.columns.query(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine != 'Dictionary' ORDER BY name"
    )
    for (table,) in tables:
        rows = installation.columns.query(f"SELECT formatRow('JSONEachRow', *) FROM {table}")  # noqa: S608  # a name that the engine told
        content = "\n".join(row[0] for row in rows).encode()
        found += [f"columns {table}: {value}" for value in _found([content], wanted)]
    return found


def _spellings(values: Iterable[str]) -> dict[bytes, str]:
    """Each value as it may be written: as it is, escaped for JSON, in base64 or in hexadecimal."""
    spelt: dict[bytes, str] = {}
    for value in values:
        raw = value.encode()
        for each in (raw, json.dumps(value)[1:-1].encode(), base64.b64encode(raw)[:-4], raw.hex().encode()):
            spelt[each] = value
    return spelt


def _found(blocks: Iterable[bytes], wanted: dict[bytes, str]) -> list[str]:
    overlap = max(map(len, wanted)) - 1
    found: set[str] = set()
    before = b""
    for block in blocks:
        text = before + block
        found |= {value for spelling, value in wanted.items() if spelling in text}
        before = text[-overlap:]
    return sorted(found)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                yield block
    except FileNotFoundError:  # of a store that is at work
        return
