"""Backups, tested by restoring them: rows, files, columns, log-in, erasures, kills at any moment."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from siyu.assembly.backups import (
    BackupRunningError,
    NoBackupError,
    backups_in,
    newest_backup,
    prune_backups,
    read_manifest,
    take_backup,
    verify_backup,
)
from siyu.assembly.installation import Installation, open_installation
from siyu.assembly.jobs import JOBS, SCHEDULE
from siyu.assembly.privacy import reapply_erasures
from siyu.assembly.processes import process_specs
from siyu.assembly.restoring import HomeNotEmptyError, KeysMissingError, restore
from siyu.assembly.stores import EMBEDDED, rows_at
from siyu.domain.company.contracts import OpenedSession
from siyu.domain.company.service import log_in
from siyu.domain.customers import reading as customers
from siyu.engines.privacy.searching import find_traces
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import ConflictError
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.dumping import DamagedFileError
from siyu.platform.postgres.loading import TargetNotEmptyError
from siyu.platform.settings import Settings, load_settings
from siyu.platform.whole import HalfRestoredError
from tests.assembly.living import EMAIL, PASSWORD, columns_say, fill, goes_on, record_orders, rows_of, shape_of
from tests.conftest import START, cloned
from tests.driving import run_until_idle
from tests.engines.privacy.persons import SIYU, VALUES_OF_LEI, a_history, a_shop, customer_of, erase, settle

FILES = {"files/posters/一.png": b"\x89PNG", "files/empty": b"", "erasures.jsonl": b'{"erased": 1}\n'}
NOT_FILES = {"files/exports/7.zip": b"a person", "files/imports/7": b"many persons", "first-login.txt": b"secret"}


def silent(_: str) -> None:
    """Nobody listens."""


def none_erased(_: Installation, journal: Path) -> int:
    assert journal.read_text().splitlines() == ['{"erased": 1}']
    return 0


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not in pytest's own folder: other runs close that to the system user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="siyu-backups-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def here(folder: Path, database_url: str, columns: Columns, columns_url: str, clock: ManualClock) -> Settings:
    """An installation with something of everything, files and settings too."""
    (folder / "home").mkdir()
    (folder / "home" / "siyu.toml").write_text(
        'brand_name = "茶 \\"\\\\"\nwebhook_secret = "nobody-reads-this"\nport = 8455\n'
    )
    settings = load_settings({}, home=folder / "home", database_url=database_url, columns_url=columns_url)
    for name, data in {**FILES, **NOT_FILES}.items():
        (settings.home / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.home / name).write_bytes(data)
    assert columns.query("SELECT count() FROM events") == [(0,)]
    with open_installation(settings, clock=clock) as installation:
        fill(installation)
    return settings


@pytest.fixture
def there(folder: Path, columns_url: str, here: Settings) -> Settings:
    """An empty home with the keys of the first, its rows to be embedded."""
    home = folder / "there"
    home.mkdir()
    for name in ("secret_key", "data_keys"):
        shutil.copy(here.home / name, home / name)
    return load_settings({}, home=home, columns_url=columns_url)


def backed_up(settings: Settings, folder: Path, days: int = 0) -> Path:
    return take_backup(settings, settings.database_url, folder / "backups", START + timedelta(days=days), silent)


def restored(settings: Settings, place: Path) -> None:
    restore(settings, place, reapply_erasures=none_erased, new_secret_key=False, tell=silent)


def test_what_is_restored_is_what_was_and_lives_on(
    here: Settings, there: Settings, folder: Path, clock: ManualClock
) -> None:
    with open_installation(here, clock=clock) as installation:
        told = columns_say(installation)
        rows, shape = rows_of(here.database_url), shape_of(here.database_url)
        place = backed_up(here, folder)
        record_orders(installation, range(300, 310))  # after the backup, so in no way a part of it
        run_until_idle(installation)
        assert columns_say(installation) != told
    restored(there, place)
    with rows_at(there, EMBEDDED) as url:
        assert (rows_of(url), shape_of(url)) == (rows, shape)
        with open_installation(replace(there, database_url=url), clock=clock) as installation:
            assert columns_say(installation) == told
            with installation.database.begin() as work:
                opened = log_in(work, EMAIL, PASSWORD, "127.0.0.1")
            assert isinstance(opened, OpenedSession)
            assert opened.staff.email == EMAIL
            goes_on(installation, range(300, 350))
    for name, data in FILES.items():
        assert (there.home / name).read_bytes() == data
    for name in NOT_FILES:
        assert not (there.home / name).exists()
    again = load_settings({}, home=there.home)
    assert (again.brand_name, again.port, again.webhook_secret) == ('茶 "\\', 8455, "")


def test_nothing_secret_is_in_a_backup_and_nobody_else_may_read_it(here: Settings, folder: Path) -> None:
    place = backed_up(here, folder)
    secrets = [(here.home / name).read_bytes().strip() for name in ("secret_key", "data_keys")] + [b"nobody-reads-this"]
    for path in (path for path in place.rglob("*") if path.is_file()):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert not any(secret in data for secret in secrets)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_damage_of_any_kind_is_found(here: Settings, folder: Path) -> None:
    place = backed_up(here, folder)
    assert verify_backup(place, silent) == read_manifest(place)
    for name in ("rows/log.events_0.gz", "home/files/posters/一.png", "manifest.json"):
        whole = (place / name).read_bytes()
        for harm in (whole[:-1], whole[: len(whole) // 2] + b"x" + whole[len(whole) // 2 + 1 :], None):
            (place / name).unlink()
            if harm is not None:
                (place / name).write_bytes(harm)
            with pytest.raises((DamagedFileError, NoBackupError)):
                verify_backup(place, silent)
            (place / name).write_bytes(whole)
    manifest = place / "manifest.json"
    document = json.loads(manifest.read_text())
    document["manifest"]["position"] += 1
    manifest.write_text(json.dumps(document))
    with pytest.raises(DamagedFileError):
        read_manifest(place)


def test_a_restore_needs_the_keys_an_empty_place_and_a_whole_backup(
    here: Settings, there: Settings, folder: Path, postgres_url: str
) -> None:
    place = backed_up(here, folder)
    for name in ("secret_key", "data_keys"):
        kept = (there.home / name).read_text()
        for other in (None, "1:" + "A" * 43):
            (there.home / name).unlink()
            if other is not None:
                (there.home / name).write_text(other)
            with pytest.raises(KeysMissingError, match=name):
                restored(there, place)
            (there.home / name).write_text(kept)
    with pytest.raises(TargetNotEmptyError):
        restored(replace(there, database_url=here.database_url), place)
    with cloned(postgres_url, "template0") as empty:
        (there.home / "files").mkdir()
        (there.home / "files" / "theirs").touch()
        with pytest.raises(HomeNotEmptyError):
            restored(replace(there, database_url=empty), place)
        shutil.rmtree(there.home / "files")
        (place / "rows" / "log.batches.gz").unlink()
        with pytest.raises(DamagedFileError):
            restored(replace(there, database_url=empty), place)
        assert sorted(path.name for path in there.home.iterdir() if path.name != "run") == ["data_keys", "secret_key"]


def test_a_lost_secret_key_is_no_lost_installation(
    here: Settings, there: Settings, folder: Path, postgres_url: str
) -> None:
    place = backed_up(here, folder)
    (there.home / "secret_key").unlink()
    with cloned(postgres_url, "template0") as empty:
        away = replace(there, database_url=empty)
        restore(away, place, reapply_erasures=none_erased, new_secret_key=True, tell=silent)
        assert rows_of(empty) == rows_of(here.database_url)


def test_erasures_that_any_backup_knows_of_are_made_again(
    here: Settings, there: Settings, folder: Path, postgres_url: str
) -> None:
    old = backed_up(here, folder)
    with (here.home / "erasures.jsonl").open("a") as journal:
        journal.write('{"erased": 2}\n')
    backed_up(here, folder, days=1)
    (there.home / "erasures.jsonl").write_text('{"erased": 3}\n')
    seen: list[str] = []

    def reapply(_: Installation, journal: Path) -> int:
        seen.extend(journal.read_text().splitlines())
        return 3

    with cloned(postgres_url, "template0") as empty:
        away = replace(there, database_url=empty)
        restore(away, old, reapply_erasures=reapply, new_secret_key=False, tell=silent)
    assert sorted(seen) == ['{"erased": 1}', '{"erased": 2}', '{"erased": 3}']


def test_whoever_was_erased_since_the_backup_stays_erased(
    folder: Path, database: Database, columns: Columns, columns_url: str, clock: ManualClock, postgres_url: str
) -> None:
    home = folder / "home"
    home.mkdir()
    shop = a_shop(database, columns, home)
    a_history(shop)
    (home / "secret_key").write_text(shop.secret_key)
    kept = replace(shop.settings, data_keys="1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
    old = backed_up(replace(kept, database_url=database.url), folder)
    lei, mei = customer_of(shop, "user-lei-0001"), customer_of(shop, "user-mei-0002")
    erase(shop, lei)
    settle(shop)
    (folder / "there").mkdir()
    for name in ("secret_key", "erasures.jsonl"):
        shutil.copy(home / name, folder / "there" / name)
    with cloned(postgres_url, "template0") as empty:
        there = replace(kept, home=folder / "there", database_url=empty, columns_url=columns_url)
        restore(there, old, reapply_erasures=reapply_erasures, new_secret_key=False, tell=silent)
        with open_installation(there, clock=clock) as installation:
            assert find_traces(installation.database, columns, there.home, VALUES_OF_LEI).traces == []
            with installation.database.read() as reading:
                assert customers.get_customer(reading, SIYU, lei).erased_at is not None
                assert customers.get_customer(reading, SIYU, mei).erased_at is None


def test_old_ones_go_but_never_the_newest(here: Settings, folder: Path) -> None:
    places = [backed_up(here, folder, days) for days in (0, 1, 40)]
    with pytest.raises(ConflictError):
        backed_up(here, folder, 40)
    assert newest_backup(folder / "backups") == newest_backup(places[2]) == places[2]
    assert prune_backups(folder / "backups", 30, START + timedelta(days=30, minutes=1)) == [places[0].name]
    assert backups_in(folder / "backups") == places[1:]
    assert prune_backups(folder / "backups", 30, START + timedelta(days=900)) == [places[1].name]
    assert backups_in(folder / "backups") == places[2:]
    with pytest.raises(NoBackupError):
        newest_backup(folder / "home")

    def meanwhile(_: str) -> None:
        with pytest.raises(BackupRunningError):
            backed_up(here, folder, 51)

    take_backup(here, here.database_url, folder / "backups", START + timedelta(days=50), meanwhile)


def test_every_night_one_is_made_where_a_folder_is_set(here: Settings, folder: Path, clock: ManualClock) -> None:
    kept = replace(here, backup_folder=str(folder / "nightly"), backup_days=1)
    assert "back_up" in {each.name for each in SCHEDULE}
    with open_installation(here, clock=clock) as without, open_installation(kept, clock=clock) as installation:
        JOBS["back_up"](without)
        for _ in range(3):
            JOBS["back_up"](installation)
            clock.advance(timedelta(days=1))
    assert [each.name for each in backups_in(folder / "nightly")] == ["siyu-20260602T040000Z", "siyu-20260603T040000Z"]
    assert sorted(each.name for each in folder.iterdir()) == ["home", "nightly"]


@pytest.mark.crash
@pytest.mark.timeout(300)
def test_killed_at_any_moment_a_backup_is_whole_or_not_there(here: Settings, folder: Path) -> None:
    environment = _environment(here)
    made = 0
    for lines in (1, 10, 40, 10_000):
        is_killed = _run_and_kill(environment, lines, "backup", "make", str(folder / "backups"))
        found = backups_in(folder / "backups")
        for place in found:
            verify_backup(place, silent)
        # Who is killed late may have been done before.
        assert len(found) in ({made, made + 1} if is_killed else {made + 1})
        made = len(found)
    assert not is_killed
    assert list((folder / "backups").glob(".siyu-*")) == []
    verify_backup(newest_backup(folder / "backups"), silent)


@pytest.mark.crash
@pytest.mark.timeout(300)
def test_a_restore_killed_at_any_moment_is_simply_run_again(here: Settings, there: Settings, folder: Path) -> None:
    place = backed_up(here, folder)
    environment = _environment(there)
    for lines in (2, 20, len(rows_of(here.database_url)) + 3):  # files, rows, columns
        assert _run_and_kill(environment, lines, "restore", str(place)), lines
        with pytest.raises(HalfRestoredError):
            process_specs(there)
    assert not _run_and_kill(environment, 10_000, "restore", str(place))
    assert process_specs(there)
    with rows_at(there, EMBEDDED) as url:
        assert rows_of(url) == rows_of(here.database_url)


def _environment(settings: Settings) -> dict[str, str]:
    told = {"SIYU_HOME": str(settings.home), "SIYU_COLUMNS_URL": settings.columns_url}
    if settings.database_url:
        told["SIYU_DATABASE_URL"] = settings.database_url
    return {**os.environ, **told}


def _run_and_kill(environment: dict[str, str], lines: int, *arguments: str) -> bool:
    """Runs a command and kills it when it has told so many lines; False where it came to its end before."""
    command = [sys.executable, "-P", "-m", "siyu", *arguments]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        for _ in range(lines):
            if not running.stdout.readline():
                assert running.stderr is not None
                assert running.wait(30) == 0, running.stderr.read()
                return False
        running.kill()
        return True
