"""Restoring an installation from a backup, into an empty home: files, rows, columns, and again every erasure since.

It may die at any point: rows come in one transaction, a marker in the home says that a restore is under way, with it Siyu
does not start, and the same command begins anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from siyu.assembly.backups import (
    HOME,
    MANIFEST,
    ROWS,
    Manifest,
    Tell,
    digest_of,
    key_mark,
    read_manifest,
    verify_backup,
)
from siyu.assembly.estimates import compute_missing
from siyu.assembly.installation import Installation, open_installation
from siyu.assembly.stores import EMBEDDED, rows_at
from siyu.engines.privacy.contracts import JOURNAL_NAME
from siyu.engines.projection.rebuilding import rebuild_columns
from siyu.kernel.errors import ConflictError, SiyuError
from siyu.platform.alone import alone
from siyu.platform.columns.process import running_columns
from siyu.platform.postgres.copying import Table
from siyu.platform.postgres.dumping import DamagedFileError, dumped_rows, sync_folder
from siyu.platform.postgres.loading import Source, TargetNotEmptyError, fill, is_empty
from siyu.platform.postgres.shape import require_suitable_at, revisions
from siyu.platform.sealing.files import FILE_NAME as DATA_KEYS_FILE
from siyu.platform.sealing.files import ensure_key_ring
from siyu.platform.sealing.ring import UnknownKeyError
from siyu.platform.settings import FILE_NAME as SETTINGS_FILE
from siyu.platform.settings import KEY_FILE_NAME, Settings, ensure_secret_key
from siyu.platform.whole import MARKER


class KeysMissingError(ConflictError):
    """The keys of this backup are not here. Put back secret_key and data_keys as they were, in the home or as settings."""

    code = "keys_missing"


class NewerBackupError(ConflictError):
    """The backup was made by a newer version of Siyu; restore it with that version."""

    code = "newer_backup"


class HomeNotEmptyError(SiyuError):
    """The home holds files of an installation already; restore into an empty one."""

    code = "home_not_empty"


ReapplyErasures = Callable[[Installation, Path], int]
"""Erases again, by a journal, whom the rows still know; gives how many that were."""


def restore(
    settings: Settings, place: Path, *, reapply_erasures: ReapplyErasures, new_secret_key: bool, tell: Tell
) -> Manifest:
    """Makes this installation what it was when the backup at `place` was made. Nothing is touched before all of the backup has
    been read and found whole, and its keys are here. With `new_secret_key` it may have another secret key: then sessions
    end, and links in messages sent before lead nowhere."""
    manifest = read_manifest(place)
    if manifest.revision not in revisions():
        raise NewerBackupError
    _require_keys(settings, manifest, new_secret_key)
    tell("核对备份 · checking the backup")
    verify_backup(place, lambda _: None)
    with alone(settings.runtime_folder), ExitStack() as running:
        url = running.enter_context(rows_at(settings, settings.database_url or EMBEDDED))
        require_suitable_at(url)
        with _begun(settings, place, url) as is_again:
            tell("文件 · files")
            _restore_files(settings, place, manifest)
            fill(url, _source(place, manifest, tell), replaces=is_again)
            tell("列存 · columns")
            columns = settings.columns_url or running.enter_context(
                running_columns(settings.home / "columns", memory_mb=settings.columns_memory_mb)
            )
            with open_installation(replace(settings, database_url=url, columns_url=columns)) as installation:
                rebuild_columns(installation.database, installation.columns, lambda *_: None)
                again = reapply_erasures(installation, _gather_journals(settings.home, place))
                if again:
                    tell(f"此后删除过的客户，再次删除 · erased since then, and now again: {again}")
                compute_missing(installation)
    return manifest


@contextmanager
def _begun(settings: Settings, place: Path, url: str) -> Iterator[bool]:
    """The marker, for as long as the restore is not done; whether one that was interrupted had left it."""
    marker = settings.home / MARKER
    is_again = marker.exists()
    if not is_again:
        if not is_empty(url):
            raise TargetNotEmptyError("The database is not empty.")
        files = settings.home / "files"
        if files.exists() and any(files.iterdir()):
            raise HomeNotEmptyError(f"{files}.")
    marker.write_text(f"{place}\n", "utf-8")
    sync_folder(settings.home)
    yield is_again
    marker.unlink()
    sync_folder(settings.home)


def _require_keys(settings: Settings, manifest: Manifest, new_secret_key: bool) -> None:
    has_secret = settings.secret_key or (settings.home / KEY_FILE_NAME).exists()
    if not new_secret_key and not (has_secret and key_mark(ensure_secret_key(settings)) == manifest.secret_key):
        raise KeysMissingError(
            "It is secret_key; --new-secret-key goes on without, and ends all sessions and sent links."
        )
    if not manifest.data_keys:
        return
    if not (settings.data_keys or (settings.home / DATA_KEYS_FILE).exists()):
        raise KeysMissingError("It is data_keys.")
    ring = ensure_key_ring(settings)
    for number, mark in manifest.data_keys.items():
        try:
            fits = ring.key(int(number)).mark.hex() == mark
        except UnknownKeyError:
            fits = False
        if not fits:
            raise KeysMissingError(f"It is key {number} of data_keys.")


def _restore_files(settings: Settings, place: Path, manifest: Manifest) -> None:
    for each in manifest.files:
        target = settings.home / each.path
        if each.path == JOURNAL_NAME:
            continue  # joined with the others later
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(place / HOME / each.path, target)
        target.chmod(0o600)
        if digest_of(target) != (each.sha256, each.bytes):
            raise DamagedFileError(f"{each.path}.")
    kept = settings.home / SETTINGS_FILE
    if not kept.exists():
        shutil.copyfile(place / SETTINGS_FILE, kept)


def _source(place: Path, manifest: Manifest, tell: Tell) -> Source:
    dumped = {each.table: each for each in manifest.tables}

    def read(table: Table) -> Iterator[bytes]:
        tell(table.name)
        return dumped_rows(dumped[table], place / ROWS)

    return Source(
        revision=manifest.revision,
        tables=[each.table for each in manifest.tables],
        partitions=manifest.partitions,
        read=read,
        contents=lambda: {each.table.name: each.contents for each in manifest.tables},
        sequences=lambda: manifest.sequences,
    )


def _gather_journals(home: Path, place: Path) -> Path:
    """One journal of all erasures that anybody here knows of: this home, this backup, and those made before and after it."""
    known = home / JOURNAL_NAME
    places = [known, *sorted(each.parent / HOME / JOURNAL_NAME for each in place.parent.glob(f"*/{MANIFEST}"))]
    lines = dict.fromkeys(
        line for each in places if each.exists() for line in each.read_text("utf-8").splitlines() if line
    )
    if lines:
        new = known.with_suffix(".new")
        new.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        new.chmod(0o600)
        new.replace(known)
        sync_folder(home)
    return known
