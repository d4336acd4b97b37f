"""A whole Siyu on a disk that fills up: the door says so, nothing acknowledged is lost, and with room again all goes on."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from fastapi.testclient import TestClient

from siyu.assembly.installation import Installation, open_installation
from siyu.assembly.processes import answers
from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings, load_settings
from tests.crash.test_kill9 import Sender, _has_settled, _in_the_columns, _in_the_log, serving
from tests.faults.small_disk import can_mount, filled, small_disk, wait_for

DISK_MB = 700
SYSTEM = system_actor("test")


def test_a_full_database_is_told_as_such(database: Database, tmp_path: Path) -> None:
    """Whatever disk it is on: what PostgreSQL says when it has no room is told, and nothing is taken that is not kept."""
    with database.begin() as work:
        secret = create_key(work, SYSTEM, KeyKind.WRITE, "site").secret
        work.driver.execute(
            "CREATE FUNCTION public.no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE disk_full USING MESSAGE = 'no space left on device'; END $$"
        )
        work.driver.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON inbox.batches FOR EACH ROW EXECUTE FUNCTION public.no_room()"
        )
    context = ApiContext(Settings(home=tmp_path), database, secret_key="a secret of the tests")
    with TestClient(create_app(context), raise_server_exceptions=False) as client:
        answer = client.post("/v1/track", json={"userId": "u", "event": "Numbered"}, auth=(secret, ""))
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database_full")
        assert int(answer.headers["Retry-After"]) > 0
        assert "no space left" not in answer.text
        with database.begin() as work:
            work.driver.execute("DROP TRIGGER no_room ON inbox.batches")
        answer = client.post("/v1/track", json={"userId": "u", "event": "Numbered"}, auth=(secret, ""))
        assert answer.status_code == 200


@pytest.fixture(params=["tmpfs"] if can_mount() else [])
def home(request: pytest.FixtureRequest) -> Iterator[Path]:
    """An installation's folder on a small disk. Where this machine lets nobody make one, there is nothing to try it on."""
    with small_disk(DISK_MB) as folder:
        home = folder / "home"
        home.mkdir(mode=0o711)
        yield home


def asked(port: int, path: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return 0, None
    finally:
        connection.close()


def _last_words(home: Path) -> str:
    """What the processes said last; for whoever reads why this failed."""
    return "\n".join(
        f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}"
        for log in sorted((home / "run/logs").glob("*.log"))
    )


@pytest.mark.crash
@pytest.mark.timeout(400)
def test_a_full_disk_stops_the_door_and_nothing_else_is_lost(home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = load_settings({}, home=home, port=port, columns_memory_mb=1024, postgres_shared_buffers_mb=32)
    with serving(settings) as supervisor, open_installation(settings) as installation:
        try:
            _fill_twice(installation, supervisor)
        except AssertionError:
            print(_last_words(home))
            raise


def _fill_twice(installation: Installation, supervisor: psutil.Process) -> None:
    settings, port = installation.settings, installation.settings.port
    wait_for(lambda: answers(settings), 120, "the first page")
    with installation.database.begin() as work:
        key = create_key(work, SYSTEM, KeyKind.WRITE, "full", None).secret
    sender = Sender(port, key)
    sender.start()
    try:
        wait_for(lambda: sender.acknowledged > 200, 60, "the first events")
        for _ in range(2):
            with filled(settings.home.parent):
                wait_for(lambda: _says_full(port), 60, "readiness to say that the disk is full")
                time.sleep(4)  # whatever breaks for want of room shall have the time to
                assert supervisor.status() not in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}
            wanted = sender.acknowledged + 200
            wait_for(lambda wanted=wanted: sender.acknowledged > wanted, 150, "events after it")  # type: ignore[misc]  # mypy cannot type a default
            wait_for(lambda: asked(port, "/readyz")[0] == 200, 150, "all to be well again")
    finally:
        sender.stop.set()
        sender.join(60)
    wait_for(lambda: _has_settled(installation), 120, "everything to be read")
    numbers = [number for number in range(sender.acknowledged) if number % 10 != 9]
    assert _in_the_log(installation) == numbers
    assert _in_the_columns(installation) == numbers


def _says_full(port: int) -> bool:
    status, told = asked(port, "/readyz")
    return status == 503 and told["reasons"].get("space") == "disk_full"
