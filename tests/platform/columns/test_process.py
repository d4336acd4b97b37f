"""The engine as a process: it starts, is found, stops with its parent, and shares its folder with nobody."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import threading
from pathlib import Path

import psutil
import pytest

from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsError, ColumnsFolderInUseError, ColumnsUnavailableError
from siyu.platform.columns.process import ADDRESS_FILE, EmbeddedColumns, running_columns
from siyu.platform.columns.server import EXIT_ENGINE_FAILED, EXIT_FOLDER_IN_USE, EXIT_PORT_IN_USE
from tests.platform.columns.servers import a_child, end_child, start_child, until


def started(spec: EmbeddedColumns) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        spec.command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **spec.environment()},
    )


def test_the_spec_starts_a_child_and_its_url_outlives_it(tmp_path: Path) -> None:
    spec = EmbeddedColumns(tmp_path / "columns", tmp_path / "run", memory_mb=1000)
    assert not spec.is_ready()
    columns = Columns(spec.url)
    for rows in (0, 1):
        child = started(spec)
        try:
            until(spec.is_ready, "ready")
            columns.command("CREATE TABLE IF NOT EXISTS t (a UInt64) ENGINE = MergeTree ORDER BY a")
            assert columns.query("SELECT count() FROM t") == [(rows,)]
            columns.insert("t", ["a"], [(1,)])
        finally:
            child.send_signal(signal.SIGTERM)
            assert child.wait(15) == 0
            assert child.stdin is not None
            child.stdin.close()
        spec = EmbeddedColumns(tmp_path / "columns", tmp_path / "run")
        spec.claim()
    columns.close()


def test_password_and_port_are_kept_for_the_owner_only(tmp_path: Path) -> None:
    first, second = (EmbeddedColumns(tmp_path / "columns", tmp_path / "run") for _ in range(2))
    assert first.url == second.url
    file = tmp_path / "run" / ADDRESS_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    password = json.loads(file.read_text("utf-8"))["password"]
    assert len(password) >= 32
    assert not any(password in part for part in first.command())
    assert [path.name for path in (tmp_path / "run").iterdir()] == [ADDRESS_FILE]
    other = EmbeddedColumns(tmp_path / "columns", tmp_path / "other")
    assert other.environment() != first.environment()
    file.write_text('{"port": 1', "utf-8")
    assert EmbeddedColumns(tmp_path / "columns", tmp_path / "run").environment() != first.environment()


def test_specs_made_at_the_same_moment_agree(tmp_path: Path) -> None:
    urls: list[str] = []
    barrier = threading.Barrier(8)

    def make() -> None:
        barrier.wait()
        urls.append(EmbeddedColumns(tmp_path / "columns", tmp_path / "run").url)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 8
    assert len(set(urls)) == 1


def test_a_port_that_a_stranger_took_is_given_up(tmp_path: Path) -> None:
    spec = EmbeddedColumns(tmp_path / "columns", tmp_path / "run")
    before = spec.url
    spec.claim()
    assert spec.url == before
    port = json.loads((tmp_path / "run" / ADDRESS_FILE).read_text("utf-8"))["port"]
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
        assert not EmbeddedColumns(tmp_path / "columns", tmp_path / "run").is_ready()
        child = started(spec)
        assert child.wait(20) == EXIT_PORT_IN_USE
        assert child.stdin is not None
        child.stdin.close()
        spec.claim()
        assert spec.url != before
        assert EmbeddedColumns(tmp_path / "columns", tmp_path / "run").url == spec.url


def test_another_installations_engine_is_not_taken_for_ours(tmp_path: Path) -> None:
    with running_columns(tmp_path / "theirs") as url:
        spec = EmbeddedColumns(tmp_path / "ours", tmp_path / "run")
        port = int(url.rsplit(":", 1)[1].split("/")[0])
        (tmp_path / "run" / ADDRESS_FILE).write_text(json.dumps({"port": port, "password": "ours"}), "utf-8")
        spec = EmbeddedColumns(tmp_path / "ours", tmp_path / "run")
        assert not spec.is_ready()


def test_a_second_engine_over_the_same_folder_is_refused(tmp_path: Path) -> None:
    with running_columns(tmp_path) as url:
        with pytest.raises(ColumnsFolderInUseError) as refused, running_columns(tmp_path):
            pass
        assert str(tmp_path) in str(refused.value)
        assert refused.value.code == "columns_folder_in_use"
        second = started(EmbeddedColumns(tmp_path, tmp_path / "run"))
        assert second.wait(20) == EXIT_FOLDER_IN_USE
        assert second.stdin is not None
        second.stdin.close()
        columns = Columns(url)
        assert columns.query("SELECT 1") == [(1,)]
        columns.close()


def test_a_folder_that_is_no_folder_is_an_error_and_not_a_wait(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder", "utf-8")
    with pytest.raises(ColumnsUnavailableError, match=str(EXIT_ENGINE_FAILED)), running_columns(tmp_path):
        pass


def test_the_child_goes_when_its_parents_pipe_closes(tmp_path: Path) -> None:
    child = start_child(tmp_path)
    columns = Columns(child.url, retry_seconds=0)
    failures: list[Exception] = []

    def run_long() -> None:
        try:
            columns.query("SELECT sum(sipHash64(number)) FROM numbers(1000000000000)")
        except (ColumnsUnavailableError, ColumnsError) as error:
            failures.append(error)

    asking = threading.Thread(target=run_long)
    asking.start()
    watcher = Columns(child.url)
    until(lambda: watcher.query("SELECT count() FROM system.processes")[0][0] == 2, "the long query runs")
    assert child.process.stdin is not None
    child.process.stdin.close()
    assert child.process.wait(15) == 0
    asking.join(15)
    assert [type(failure) for failure in failures] == [ColumnsUnavailableError]
    end_child(child)


def test_nothing_outside_of_this_machine_can_reach_it(tmp_path: Path) -> None:
    with a_child(tmp_path) as child:
        listening = [
            connection.laddr
            for connection in psutil.Process(child.process.pid).net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert [(address.ip, address.port) for address in listening] == [("127.0.0.1", child.port)]
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
