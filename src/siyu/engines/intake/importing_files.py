"""The folder of uploaded files and of the rows that were refused. They hold personal data: only Siyu's own user can enter,
a file leaves when its import is done, and what is left is forgotten after a while."""

from __future__ import annotations

import contextlib
import csv
import io
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from siyu.platform.private_files import new_private_file, private_folder
from siyu.platform.settings import Settings
from siyu.platform.spreadsheets import harmless

BLOCK_BYTES = 1024 * 1024
REJECTS_HEADER = ("line", "reason", "原因", "row")
REJECTED_CHARACTERS_MAX = 10_000


def import_folder(settings: Settings) -> Path:
    """The folder, made where it is not there yet."""
    return private_folder(settings.home / "files" / "imports")


def source_path(folder: Path, import_id: int) -> Path:
    """Where the uploaded file of an import is."""
    return folder / f"{import_id}.source"


def rejects_path(folder: Path, import_id: int) -> Path:
    """Where the refused rows of an import are."""
    return folder / f"{import_id}.rejects.csv"


def forget_import_files(settings: Settings, before: datetime) -> int:
    """Deletes uploaded files and refused rows that nobody has touched since `before`; gives their number."""
    forgotten = 0
    for path in import_folder(settings).iterdir():
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            forgotten += 1
    return forgotten


def forget_files_of(folder: Path, import_id: int) -> None:
    """Deletes what is left of one import's files."""
    source_path(folder, import_id).unlink(missing_ok=True)
    rejects_path(folder, import_id).unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    """A digest of the whole file."""
    digest = blake2b(digest_size=32)
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


class Rejects:
    """The file of refused rows. It is on the disk before the rows are counted as refused, and is cut back to what was
    counted when an import goes on: so it holds each refused row once, however often the import died."""

    def __init__(self, path: Path | None, kept_bytes: int) -> None:
        self._path = path
        self.bytes = kept_bytes

    def is_intact(self) -> bool:
        """Whether what was counted is still there."""
        if self._path is None or self.bytes == 0:
            return True
        return self._path.exists() and self._path.stat().st_size >= self.bytes

    def write(self, rows: Iterable[tuple[int, str, str, Sequence[str]]]) -> int:
        """Writes (line, reason, reason in Chinese, cells) after what is kept; gives the file's length then."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        if self.bytes == 0:
            writer.writerow(REJECTS_HEADER)
        empty = text.tell()
        for line, reason, reason_zh, cells in rows:
            writer.writerow([line, reason, reason_zh, _harmless("\t".join(cells))])
        if self._path is None or text.tell() == empty:
            return self.bytes
        content = text.getvalue().encode("utf-8", "replace")
        if self.bytes == 0:
            self._path.unlink(missing_ok=True)
            with new_private_file(self._path) as file:
                return _put(file, 0, content)
        with self._path.open("r+b") as file:
            return _put(file, self.bytes, content)

    def finish(self) -> None:
        """Takes away what was written and never counted; the whole file, where no row was refused."""
        if self._path is None:
            return
        with contextlib.suppress(FileNotFoundError):
            if self.bytes == 0:
                self._path.unlink()
            else:
                os.truncate(self._path, self.bytes)


def _put(file: BinaryIO, at: int, content: bytes) -> int:
    file.seek(at)
    file.truncate()
    file.write(content)
    file.flush()
    os.fsync(file.fileno())
    return at + len(content)


def _harmless(row: str) -> str:
    """A row that a spreadsheet will not take for a formula, nor choke on."""
    return harmless(row[:REJECTED_CHARACTERS_MAX])
