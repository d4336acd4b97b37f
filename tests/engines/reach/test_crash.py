"""Workers that are killed between sending and writing it down: nothing is lost, and the receiver can tell what came twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from siyu.platform.postgres.database import Database
from tests.channels.receiver import Received, Reply, receiving
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.reaching import ask, reach_by, set_rules
from tests.engines.scenery import send, some_customers, the_log

MESSAGES = 1_000
KILLS = 30
LEASE_SECONDS = 0.3
SENDER = Path(__file__).with_name("sender.py")


class Senders:
    """Workers in processes of their own, one after the other."""

    def __init__(self, database_url: str, webhook_url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(SENDER), database_url, webhook_url, str(LEASE_SECONDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._pid = 0
        self._is_known = threading.Event()

    def run_one(self) -> int:
        """Starts a worker and waits for its end; the signal that killed it, or 0."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._is_known.clear()
        self._process.stdin.write("one\n")
        self._process.stdin.flush()
        self._pid = int(self._process.stdout.readline())
        self._is_known.set()
        return int(self._process.stdout.readline())

    def kill(self) -> None:
        assert self._is_known.wait(10)
        os.kill(self._pid, signal.SIGKILL)

    def __enter__(self) -> Senders:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=10)


@pytest.mark.crash
def test_kills_lose_nothing_and_repeat_only_under_the_same_key(database_url: str) -> None:
    database = Database(database_url)
    set_rules(database, quiet=None)  # the senders live by the real clock
    ask(database, reach_by(FakeChannel()), some_customers(database, MESSAGES), send(link_url="https://shop.example/"))
    kill_at = {2 + 2 * number for number in range(KILLS)}
    killed = 0
    with receiving() as receiver, Senders(database_url, receiver.url) as senders:

        def reply(_: Received) -> Reply:
            if len(receiver.requests) in kill_at:
                senders.kill()
            return Reply()

        receiver.reply = reply
        deadline = time.monotonic() + 120
        while unsettled(database) and time.monotonic() < deadline:
            killed += senders.run_one() == signal.SIGKILL
    assert unsettled(database) == 0
    assert killed == KILLS
    keys = receiver.keys
    assert len(keys) == MESSAGES
    repeated = [request for request in receiver.requests if keys[request.keys[0]] > 1]
    assert len(repeated) >= KILLS, "the kills did not fall between sending and writing down"
    # Whatever came again came as the same batch, byte for byte, under the same key: a receiver drops it by either.
    by_key: dict[str, set[bytes]] = {}
    for request in repeated:
        by_key.setdefault(request.headers["idempotency-key"], set()).add(request.body)
    assert all(len(bodies) == 1 for bodies in by_key.values())
    assert len(by_key) * 20 == len([key for key, count in keys.items() if count > 1])
    sent = [event.properties["message_key"] for event in the_log(database, "message_sent")]
    assert sorted(sent) == sorted(keys)
    database.close()


def unsettled(database: Database) -> int:
    with database.read() as reading:
        row = reading.driver.execute("SELECT count(*) FROM messages.messages WHERE state <> 'sent'").fetchone()
    return row[0] if row else 0
