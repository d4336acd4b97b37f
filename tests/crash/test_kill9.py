"""Whatever dies, and whenever: what was acknowledged is there once, in the log and in the columns."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from siyu.assembly.installation import Installation, open_installation
from siyu.assembly.processes import answers
from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key
from siyu.kernel.actors import system_actor
from siyu.platform.settings import Settings, load_settings

KILLS = 30
EVENTS_PER_REQUEST = 20


@contextmanager
def serving(settings: Settings) -> Iterator[psutil.Process]:
    """`siyu serve` as an operator starts it."""
    environment = {**os.environ, "SIYU_HOME": str(settings.home), "SIYU_PORT": str(settings.port)}
    output = (settings.home / "serve.log").open("wb")
    supervisor = subprocess.Popen(
        [sys.executable, "-P", "-m", "siyu", "serve"],
        env=environment,
        stdout=output,
        stderr=output,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield psutil.Process(supervisor.pid)
    except BaseException:
        output.flush()
        print((settings.home / "serve.log").read_text(errors="replace")[-20_000:])
        raise
    finally:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait(timeout=90)
        output.close()


class Sender(threading.Thread):
    """Sends numbered events and sends each request again until it is acknowledged."""

    def __init__(self, port: int, key: str) -> None:
        super().__init__(daemon=True)  # a test that fails must not leave it sending for ever
        self.port = port
        self.headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
        self.stop = threading.Event()
        self.acknowledged = 0

    def run(self) -> None:
        while not self.stop.is_set():
            numbers = range(self.acknowledged, self.acknowledged + EVENTS_PER_REQUEST)
            body = json.dumps({"batch": [_event(number) for number in numbers]})
            while not self._send(body):
                time.sleep(0.05)
            self.acknowledged += EVENTS_PER_REQUEST

    def _send(self, body: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/v1/batch", body, self.headers)
            answer = connection.getresponse()
            accepted = json.loads(answer.read()).get("accepted")
        except (OSError, http.client.HTTPException, ValueError):
            return False
        else:
            return answer.status == 200 and accepted == EVENTS_PER_REQUEST
        finally:
            connection.close()


def _event(number: int) -> dict[str, object]:
    return {
        "type": "identify" if number % 10 == 9 else "track",
        "messageId": f"m{number}",
        "anonymousId": f"a{number % 50}",
        "userId": f"u{number % 50}" if number % 10 == 9 else None,
        "event": "Numbered",
        "properties": {"number": number},
        "traits": {"last": number},
    }


def _wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.05)


def _kill_one(supervisor: psutil.Process, settings: Settings, chance: random.Random) -> str:
    """SIGKILL to any process below the supervisor, engines' own processes too. Where all of them happen to be dead, once
    everything is up again: to kill what has just begun, again and again, tests nothing but the supervisor's patience."""
    if not _below(supervisor):
        _wait_for(lambda: answers(settings), 120, "a page after all processes were dead at once")
    victims = _below(supervisor)
    if not victims:
        return "nobody"
    victim = chance.choice(victims)
    with suppress(psutil.NoSuchProcess):
        name = " ".join(victim.cmdline()[-2:])
        victim.kill()
        return name
    return "gone already"


def _below(supervisor: psutil.Process) -> list[psutil.Process]:
    assert supervisor.is_running(), "the supervisor itself has gone"
    return sorted(supervisor.children(recursive=True), key=lambda each: each.pid)


@pytest.mark.crash
@pytest.mark.timeout(600)
def test_nothing_acknowledged_is_lost_or_repeated() -> None:
    # Not in pytest's own folder: other runs close that to the system user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="siyu-crash-") as folder:
        Path(folder).chmod(0o711)
        _kill_at_random(Path(folder) / "home")


def _kill_at_random(home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = load_settings({}, home=home, port=port)
    settings.home.mkdir(mode=0o711)
    chance = random.Random(20261121)
    with serving(settings) as supervisor, open_installation(settings) as installation, ExitStack() as sending:
        _wait_for(lambda: answers(settings), 90, "the first page")
        with installation.database.begin() as work:
            key = create_key(work, system_actor("test"), KeyKind.WRITE, "crash", None).secret
        sender = Sender(port, key)
        sending.callback(sender.stop.set)
        sender.start()
        killed = []
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.1, 1.2))
            killed.append(_kill_one(supervisor, settings, chance))
        acknowledged_while_killing = sender.acknowledged
        _wait_for(
            lambda: sender.acknowledged > acknowledged_while_killing + 200,
            240,
            "events acknowledged after the last kill",
        )
        sender.stop.set()
        sender.join()
        _wait_for(lambda: _has_settled(installation), 240, "everything to be read")
        numbers = [number for number in range(sender.acknowledged) if number % 10 != 9]
        assert _in_the_log(installation) == numbers
        assert _in_the_columns(installation) == numbers
        assert len(set(killed)) > 3
    left = [
        each for each in psutil.process_iter(["cmdline"]) if str(settings.home) in " ".join(each.info["cmdline"] or [])
    ]
    assert left == []


def _has_settled(installation: Installation) -> bool:
    try:
        with installation.database.read() as reading:
            row = reading.driver.execute(
                "SELECT (SELECT count(*) FROM inbox.batches) + (SELECT count(*) FROM log.batches WHERE position IS NULL)"
                " + (SELECT max(position) FROM log.batches) - (SELECT position FROM log.consumers WHERE name = 'columns')"
            ).fetchone()
    except sa.exc.OperationalError:  # the database may be on its way up
        return False
    return row is not None and row[0] == 0


def _in_the_log(installation: Installation) -> list[int]:
    with installation.database.read() as reading:
        rows = reading.driver.execute(
            "SELECT (properties ->> 'number')::int FROM log.events WHERE name = 'numbered' ORDER BY 1"
        ).fetchall()
    return [row[0] for row in rows]


def _in_the_columns(installation: Installation) -> list[int]:
    rows = installation.columns.query(
        "SELECT toInt64(properties.number) AS number FROM events WHERE name = 'numbered' ORDER BY number"
    )
    return [row[0] for row in rows]
