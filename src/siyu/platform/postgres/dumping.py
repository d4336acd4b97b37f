"""The rows of a database as files: one for each table, gzip of COPY's text, each with its digest."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from siyu.kernel.errors import SiyuError
from siyu.platform.postgres.copying import Contents, RowSum, Table, read_rows

GZIP = 31
"""zlib's word for a gzip file with its checksum."""
LEVEL = 1
"""Of nine. Higher ones take two to five times as long for a tenth less."""
READ_BYTES = 1 << 20


class DamagedFileError(SiyuError):
    """A file of the backup is not what was written."""

    code = "damaged_file"


@dataclass(frozen=True, slots=True)
class Dumped:
    """A table in a file, and what both hold."""

    table: Table
    contents: Contents
    sha256: str
    bytes: int


def dump_table(driver: psycopg.Connection[Any], table: Table, folder: Path) -> Dumped:
    """Writes a table's rows to a file in `folder`, on the disk when this returns."""
    seen, digest, size = RowSum(), hashlib.sha256(), 0
    packer = zlib.compressobj(LEVEL, wbits=GZIP)
    with open_private(file_of(table, folder)) as file:
        for packed in _packed(packer, read_rows(driver, table, seen)):
            digest.update(packed)
            size += len(packed)
            file.write(packed)
        file.flush()
        os.fsync(file.fileno())
    return Dumped(table, seen.contents, digest.hexdigest(), size)


def file_of(table: Table, folder: Path) -> Path:
    """Where a table's rows are kept; names that SQL has to quote hold nothing that a folder could mind."""
    return folder / (table.name.replace('"', "").replace("/", "_") + ".gz")


def open_private(path: Path) -> Any:
    """A new file to write bytes to, for its owner alone: there are customers in it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def dumped_rows(dumped: Dumped, folder: Path) -> Iterator[bytes]:
    """The rows of a file, cut anywhere; DamagedFileError at its end, or before, where it is not what was written."""
    path, digest = file_of(dumped.table, folder), hashlib.sha256()
    unpacker = zlib.decompressobj(wbits=GZIP)
    try:
        with path.open("rb") as file:
            while packed := file.read(READ_BYTES):
                digest.update(packed)
                yield unpacker.decompress(packed)
    except (OSError, zlib.error) as error:
        raise DamagedFileError(f"{path.name}.") from error
    if not unpacker.eof or digest.hexdigest() != dumped.sha256:
        raise DamagedFileError(f"{path.name}.")


def check_dumped(dumped: Dumped, folder: Path) -> None:
    """Reads a file to its end and compares every row; DamagedFileError where anything differs."""
    seen, rest = RowSum(), b""
    for chunk in dumped_rows(dumped, folder):
        *rows, rest = (rest + chunk).split(b"\n")
        for row in rows:
            seen.add(row + b"\n")
    if rest or seen.contents != dumped.contents:
        raise DamagedFileError(f"{file_of(dumped.table, folder).name}.")


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder as durable as the files behind them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _packed(packer: Any, chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()
