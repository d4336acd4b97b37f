"""Backups of an installation: rows, files and settings as of one moment, taken while Siyu serves.

A backup is a folder, `siyu-20260601T040000Z`, below the one that was asked for. It is written under another name, which begins
with a dot, and gets its own once everything is on the disk: what has that name is whole. Keys are not in it, and neither
are the columns, which are made anew from the log.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from siyu import __version__
from siyu.assembly.installation import Installation
from siyu.kernel.errors import ConflictError, NotFoundError
from siyu.platform.crypto import derive_key
from siyu.platform.eventlog.reading import head_position
from siyu.platform.postgres.copying import Partition, SequenceState, partitions_of, sequences_of, snapshot, tables_of
from siyu.platform.postgres.dumping import (
    READ_BYTES,
    DamagedFileError,
    Dumped,
    check_dumped,
    dump_table,
    open_private,
    sync_folder,
)
from siyu.platform.postgres.shape import head_revision
from siyu.platform.sealing.seals import marks_in_force
from siyu.platform.settings import FILE_NAME as SETTINGS_FILE
from siyu.platform.settings import Settings, ensure_secret_key

MANIFEST = "manifest.json"
ROWS = "rows"
HOME = "home"
KEPT = ("files", "erasures.jsonl")
"""What goes along of the installation's folder."""
NOT_KEPT = ("files/exports", "files/imports")
"""What came in and went out, kept for days: in a backup it would outlive the erasure of those who stand in it."""
_NAME = re.compile(r"siyu-\d{8}T\d{6}Z")
Tell = Callable[[str], object]


class BackupRunningError(ConflictError):
    """Another backup into this folder is being made."""

    code = "backup_running"


class NoBackupError(NotFoundError):
    """There is no whole backup here."""

    code = "no_backup"


class KeptFile(msgspec.Struct, frozen=True):
    """A file of the installation's folder."""

    path: str
    sha256: str
    bytes: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. `keys` tells which keys belong to it, by marks that are worth nothing to anybody else."""

    made_at: datetime
    version: str
    revision: str
    position: int
    secret_key: str
    data_keys: dict[str, str]
    tables: list[Dumped]
    partitions: list[Partition]
    sequences: list[SequenceState]
    files: list[KeptFile]

    @property
    def rows(self) -> int:
        return sum(each.contents.rows for each in self.tables)

    @property
    def bytes(self) -> int:
        return sum(each.bytes for each in self.tables) + sum(each.bytes for each in self.files)


def take_backup(settings: Settings, url: str, folder: Path, now: datetime, tell: Tell) -> Path:
    """Writes a backup of the database at `url` and of the installation's folder below `folder`; gives its place."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"siyu-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    with _only_one(folder):
        new, place = folder / f".{name}", folder / name
        if place.exists():
            raise ConflictError(f"{place} is there already.")
        for leftover in folder.glob(".siyu-*"):
            shutil.rmtree(leftover)
        new.mkdir(mode=0o700)
        (new / ROWS).mkdir(mode=0o700)
        manifest = _write(settings, url, new, now, tell)
        text = msgspec.json.encode(manifest)
        document = {"manifest": json.loads(text), "sha256": hashlib.sha256(_settled(json.loads(text))).hexdigest()}
        _store(new / MANIFEST, json.dumps(document, ensure_ascii=False, indent=1).encode())
        for each in sorted(path for path in new.rglob("*") if path.is_dir()):
            sync_folder(each)
        sync_folder(new)
        new.rename(place)
        sync_folder(folder)
    return place


def back_up(installation: Installation) -> None:
    """Job, every night: a backup where a folder is set for it, and the end of those that are too old."""
    settings, database = installation.settings, installation.database
    if settings.backup_folder:
        folder, now = Path(settings.backup_folder), database.clock.now()
        take_backup(settings, database.url, folder, now, lambda _: None)
        prune_backups(folder, settings.backup_days, now)


def backups_in(folder: Path) -> list[Path]:
    """The whole backups below a folder, the oldest first."""
    return sorted(each for each in folder.glob("siyu-*") if _NAME.fullmatch(each.name) and (each / MANIFEST).exists())


def newest_backup(folder: Path) -> Path:
    """`folder` itself where it is a backup, else the newest in it; NoBackupError where there is none."""
    if (folder / MANIFEST).exists():
        return folder
    found = backups_in(folder)
    if not found:
        raise NoBackupError(f"{folder}.")
    return found[-1]


def read_manifest(place: Path) -> Manifest:
    """What a backup says it holds; DamagedFileError where that is not what was written."""
    try:
        document = json.loads((place / MANIFEST).read_bytes())
        settled = _settled(document["manifest"])
        if hashlib.sha256(settled).hexdigest() == document["sha256"]:
            return msgspec.json.decode(settled, type=Manifest)
    except FileNotFoundError as error:
        raise NoBackupError(f"{place}.") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedFileError(f"{MANIFEST}.") from error
    raise DamagedFileError(f"{MANIFEST}.")


def verify_backup(place: Path, tell: Tell) -> Manifest:
    """Reads all of a backup and compares it, row by row, with what was written."""
    manifest = read_manifest(place)
    for each in manifest.tables:
        tell(each.table.name)
        check_dumped(each, place / ROWS)
    for file in manifest.files:
        if digest_of(place / HOME / file.path) != (file.sha256, file.bytes):
            raise DamagedFileError(f"{file.path}.")
    return manifest


def prune_backups(folder: Path, days: int, now: datetime) -> list[str]:
    """Removes backups older than so many days, never the newest; gives their names."""
    gone = []
    with _only_one(folder):
        for place in backups_in(folder)[:-1]:
            if made_at(place) < now - timedelta(days=days):
                dying = folder / f".{place.name}"
                place.rename(dying)  # half of a backup never has the name of a whole one
                shutil.rmtree(dying)
                gone.append(place.name)
    return gone


def made_at(place: Path) -> datetime:
    """When a backup was made, by its name."""
    return datetime.strptime(place.name, "siyu-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def key_mark(secret_key: str) -> str:
    """Tells one secret key from another."""
    return derive_key(secret_key, "backup").hex()[:16]


def digest_of(path: Path) -> tuple[str, int]:
    """Digest and size of a file; of nothing where it is missing."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while part := file.read(READ_BYTES):
                digest.update(part)
                size += len(part)
    except FileNotFoundError:
        return "", 0
    return digest.hexdigest(), size


def _write(settings: Settings, url: str, new: Path, now: datetime, tell: Tell) -> Manifest:
    with snapshot(url) as driver:
        tables = []
        for table in tables_of(driver):
            tell(table.name)
            tables.append(dump_table(driver, table, new / ROWS))
        position, partitions = head_position(driver), partitions_of(driver)
        marks = {str(number): mark.hex() for number, mark in marks_in_force(driver).items()}
        sequences = sequences_of(driver)
    # After the rows: a file is there before the row that names it.
    files = list(_keep_files(settings.home, new / HOME))
    _store(new / SETTINGS_FILE, _open_settings(settings).encode())
    return Manifest(
        made_at=now,
        version=__version__,
        revision=head_revision(),
        position=position,
        secret_key=key_mark(ensure_secret_key(settings)),
        data_keys=marks,
        tables=tables,
        partitions=partitions,
        sequences=sequences,
        files=files,
    )


def _keep_files(home: Path, into: Path) -> Iterator[KeptFile]:
    into.mkdir(mode=0o700)
    for name in KEPT:
        found = [home / name] if (home / name).is_file() else sorted((home / name).rglob("*"))
        for path in found:
            relative = path.relative_to(home)
            if not path.is_file() or any(relative.is_relative_to(each) for each in NOT_KEPT):
                continue
            try:
                data = path.read_bytes()
            except FileNotFoundError:  # erased since we looked
                continue
            for parent in reversed(relative.parents[:-1]):
                (into / parent).mkdir(mode=0o700, exist_ok=True)
            _store(into / relative, data)
            yield KeptFile(relative.as_posix(), hashlib.sha256(data).hexdigest(), len(data))


def _open_settings(settings: Settings) -> str:
    """`siyu.toml` without what is secret."""
    path = settings.home / SETTINGS_FILE
    if not path.exists():
        return ""
    secret = {each.name for each in fields(Settings) if each.metadata["secret"]}
    values = tomllib.loads(path.read_text("utf-8"))
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items() if name not in secret)


def _store(path: Path, data: bytes) -> None:
    with open_private(path) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settled(document: object) -> bytes:
    """The one text of a document, however it was laid out."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BackupRunningError(f"{folder}.") from error
        yield
