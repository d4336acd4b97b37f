"""PostgreSQL below the supervisor: it comes back from any kill with what it acknowledged, and never stays behind."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from siyu.platform.postgres.server import EmbeddedPostgres, PostgresTuning
from tests.platform.processes.scenery import Supervised, supervised, until

SCRIPT = """
import sys
from siyu.platform.postgres.server import EmbeddedPostgres, PostgresTuning
from siyu.platform.processes import ProcessSpec, Supervisor
server = EmbeddedPostgres(FOLDER / "data", FOLDER / "run", PostgresTuning(shared_buffers_mb=32))
spec = ProcessSpec("postgres", server.command(), server.environment(), server.is_ready, prepare=server.initialise)
sys.exit(Supervisor([spec], FOLDER / "run", on_ready=lambda: print("all up", flush=True)).run())
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="siyu-test-") as name:
        yield Path(name)


def server_in(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder / "data", folder / "run", PostgresTuning(shared_buffers_mb=32))


def postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])


def kill_watcher(run: Supervised) -> None:
    run.kill(run.pids()["postgres"])


def kill_postmaster(run: Supervised) -> None:
    run.kill(postmaster(run.folder))


@pytest.mark.parametrize("kill", [kill_watcher, kill_postmaster])
def test_it_comes_back_with_what_it_acknowledged(folder: Path, kill: Callable[[Supervised], None]) -> None:
    server = server_in(folder)
    with supervised(SCRIPT, folder) as run:
        until(lambda: run.has_said("all up"), "postgres up")
        for turn in range(3):
            with psycopg.connect(server.url) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS kept (turn int)")
                connection.execute("INSERT INTO kept VALUES (%s)", [turn])
            old = postmaster(folder)
            kill(run)
            until(lambda: server.is_ready() and postmaster(folder) != old, "postgres back")  # noqa: B023
            with psycopg.connect(server.url) as connection:
                assert connection.execute("SELECT count(*) FROM kept").fetchone() == (turn + 1,)
        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait(30) == 0
        assert run.family() == {}
        assert "database system is shut down" in run.log("postgres")


def test_it_does_not_outlive_a_killed_supervisor(folder: Path) -> None:
    with supervised(SCRIPT, folder) as run:
        until(lambda: run.has_said("all up"), "postgres up")
        assert any("postgres -D" in command for command in run.family().values())
        with psycopg.connect(server_in(folder).url):  # an open session does not hold it back
            run.process.kill()
            run.process.wait()
            until(lambda: run.family() == {}, "nobody left", within_seconds=10)
        assert "received fast shutdown request" in run.log("postgres")
