"""The embedded PostgreSQL comes up, keeps what it acknowledged, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from siyu.platform.postgres.running import running_postgres, wait_until_ready
from siyu.platform.postgres.server import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
    PostgresTuning,
    command_words,
    make_passable,
    make_reachable,
    processes_in,
)

SMALL = PostgresTuning(shared_buffers_mb=32, is_durable=False)


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="siyu-test-") as name:
        yield Path(name)


def test_it_answers_in_its_own_database() -> None:
    with running_postgres() as url, psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_database(), current_setting('server_encoding')").fetchone()
    assert row == ("siyu", "UTF8")


def test_it_is_durable_and_deaf_to_the_network_unless_told_otherwise(folder: Path) -> None:
    names = ("fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "jit", "max_wal_size", "TimeZone")
    with running_postgres(folder, PostgresTuning()) as url, psycopg.connect(url) as connection:
        rows = [connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in names]
    assert [row and row[0] for row in rows] == ["on", "on", "on", "", "off", "4GB", "UTC"]


def test_a_second_start_finds_what_the_first_wrote(folder: Path) -> None:
    with running_postgres(folder) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with running_postgres(folder) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_setting_of_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "7777", "PGDATABASE": "other", "PGUSER": "other", "PGHOST": "nowhere"}.items():
        monkeypatch.setenv(name, value)
    with running_postgres() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("siyu",)


def test_a_deep_folder_gets_a_short_socket(folder: Path) -> None:
    deep = folder / ("x" * 80) / ("y" * 80)
    deep.mkdir(parents=True)
    with running_postgres(deep) as url, psycopg.connect(url) as connection:
        connection.execute("SELECT 1")
        server = EmbeddedPostgres(deep / "data", deep / "run")
        assert server.url == url, "every process finds the same socket"
        assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
        sockets = server.socket_folder
    assert not sockets.exists()


def test_an_interrupted_initialisation_is_done_again(folder: Path) -> None:
    half = folder / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n", "utf-8")
    with running_postgres(folder) as url, psycopg.connect(url) as connection:
        connection.execute("SELECT 1")
    assert not half.exists()


def test_the_data_of_another_version_are_refused(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "PG_VERSION").write_text("15\n", "utf-8")
    with pytest.raises(EmbeddedPostgresError, match="written by PostgreSQL 15"):
        EmbeddedPostgres(folder / "data", folder / "run").initialise()


def test_a_server_left_running_is_stopped_first(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "data", folder / "run", SMALL)
    server.initialise()
    log = folder / "log"
    with log.open("wb") as output:
        watcher = subprocess.Popen(server.command(), stdin=subprocess.PIPE, stdout=output, stderr=output)
    wait_until_ready(server, watcher, log)
    server.initialise()
    watcher.communicate(timeout=20)
    assert "database system is shut down" in log.read_text("utf-8")


def test_what_a_killed_server_left_behind_is_ended_before_the_next_start(folder: Path) -> None:
    with running_postgres(folder) as url:
        data = folder / "data"
        with closing(psycopg.connect(url)) as connection:
            backend = connection.info.backend_pid
            os.kill(backend, signal.SIGSTOP)  # like one that waits for a lock of the dead, it never notices
            postmaster = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(postmaster, signal.SIGKILL)
            assert backend in processes_in(data)
            EmbeddedPostgres(data, folder / "run", SMALL).initialise()
            assert processes_in(data) == []
    with running_postgres(folder) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize(
    ("says", "who", "is_stuck"),
    [
        ("FATAL:  the database system is in recovery mode", "checkpointer", True),
        ("FATAL:  the database system is in recovery mode", "startup recovering 0001", False),
        ("FATAL:  the database system is starting up", "io worker 1", True),
        ("FATAL:  sorry, too many clients already", "checkpointer", False),
    ],
)
def test_a_server_that_recovers_without_anybody_who_does_is_stuck(
    folder: Path, monkeypatch: pytest.MonkeyPatch, says: str, who: str, is_stuck: bool
) -> None:
    server = EmbeddedPostgres(folder / "data", folder / "run", SMALL)
    server.data_folder.mkdir()
    inside = subprocess.Popen(
        [sys.executable, "-c", "input()", f"postgres: {who}"], cwd=server.data_folder, stdin=subprocess.PIPE
    )

    def refuse(*_: object, **__: object) -> None:
        raise psycopg.OperationalError(says)

    try:
        monkeypatch.setattr(psycopg, "connect", refuse)
        assert server.is_stuck() == is_stuck
    finally:
        inside.kill()
        inside.communicate()


def test_neither_a_server_that_answers_nor_one_that_is_not_there_is_stuck(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "data", folder / "run", SMALL)
    assert not server.is_stuck()
    with running_postgres(folder):
        assert not server.is_stuck()


def test_a_recycled_process_number_is_left_alone(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "data", folder / "run", SMALL)
    server.initialise()
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n", "utf-8")
    server.initialise()  # would end this very process
    assert command_words(os.getpid())
    assert command_words(2**22 + 1) == []


def test_closed_folders_are_made_passable_but_not_readable(folder: Path) -> None:
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    (folder / "a").chmod(0o700)
    make_passable(inner)
    assert stat.S_IMODE((folder / "a").stat().st_mode) == 0o701


def test_binaries_installed_under_a_strict_umask_are_made_reachable(folder: Path) -> None:
    binaries = folder / "wheel" / "bin"
    binaries.mkdir(parents=True)
    for place, mode in (("bin/postgres", 0o700), ("share", 0o700), ("share/words.sql", 0o600)):
        path = folder / "wheel" / place
        if place == "share":
            path.mkdir()
        else:
            path.touch()
        path.chmod(mode)
    make_reachable(binaries)
    assert stat.S_IMODE((binaries / "postgres").stat().st_mode) == 0o705
    assert stat.S_IMODE((folder / "wheel" / "share" / "words.sql").stat().st_mode) == 0o604
    assert stat.S_IMODE((folder / "wheel" / "share").stat().st_mode) == 0o705
