"""Workers that are killed between sending and writing it down: nothing is lost, and the receiver can tell what came twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from siyu.domain.content import service as content
from siyu.domain.content.contracts import MessageContent
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import MessageRequest
from siyu.platform.postgres.database import Database
from tests.channels.receiver import Received, Reply, receiving
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.reaching import ask, consumer_of, reach_by, set_rules
from tests.engines.reach.vendor_channel import HurriedClock
from tests.engines.scenery import SIYU, drain, send, some_customers, the_log

MESSAGES = 600
KILLS = 15
LEASE_SECONDS = 0.3
ROOT = Path(__file__).parents[3]


class Senders:
    """Workers in processes of their own, one after the other."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.engines.reach.sender", *arguments],
            cwd=ROOT,
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
    with receiving() as receiver, Senders("webhook", database_url, receiver.url, str(LEASE_SECONDS)) as senders:

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


VENDORS_MESSAGES = 16_000
VENDORS_KILLS = 20


class Vendor:
    """Takes what it is sent, as often as it is sent, and says what it has. Every seventh request gets 503 before it was looked at,
    every eleventh 429; every fifth is taken and never answered, and so is every one during which its sender is killed, before or
    after it was taken."""

    def __init__(self, senders: Senders) -> None:
        self.ledger: Counter[str] = Counter()
        self.kills = 0
        self._senders = senders
        self._requests = 0

    def reply(self, received: Received) -> Reply:
        document: dict[str, list[str]] = json.loads(received.body)
        self._requests += 1
        n, is_fatal = self._requests, self._requests % 4 == 0 and self.kills < VENDORS_KILLS
        if is_fatal and self.kills % 2:
            self._kill()
            return Reply(503)
        if n % 7 == 0 or n % 11 == 0:
            return Reply(503 if n % 7 == 0 else 429)
        if "ask" in document:
            return Reply(document={"keys": [key for key in document["ask"] if key in self.ledger]})
        self.ledger.update(document["send"])
        if is_fatal:
            self._kill()
        if n % 5 == 0:
            raise ConnectionAbortedError
        return Reply(document={"keys": document["send"]})

    def _kill(self) -> None:
        self.kills += 1
        self._senders.kill()


@pytest.mark.crash
def test_a_vendor_that_drops_nothing_gets_each_message_once(database_url: str) -> None:
    started = time.time()
    database = Database(database_url, clock=HurriedClock(started))
    set_rules(database, quiet=None)
    people = some_customers(database, VENDORS_MESSAGES)
    with database.begin() as work:
        agreed = dict.fromkeys(people, work.clock.now())
        customers.set_consents(work, SIYU, agreed, channel="sms", purpose="marketing", state=ConsentState.GRANTED)
        content.keep_messages(work, SIYU, 1, 1, {0: MessageContent("你好", "{{ name|朋友 }}，看看这个")})
        wanted = (MessageRequest(f"m{each}", each, 1, 1, 0, ("sms",)) for each in people)
        messages.request_messages(work, SIYU, wanted)
    drain(database, consumer_of(reach_by(FakeChannel("sms"))))
    deadline = time.monotonic() + 240
    with receiving() as receiver, Senders("vendor", database_url, receiver.url, str(started)) as senders:
        vendor = Vendor(senders)
        receiver.reply = vendor.reply
        while unsettled(database) and time.monotonic() < deadline:
            senders.run_one()
    assert vendor.kills == VENDORS_KILLS
    assert unsettled(database) == 0
    assert set(vendor.ledger) == {f"m{each}" for each in people}, "some were lost"
    assert set(vendor.ledger.values()) == {1}, "some were sent twice"
    assert len(the_log(database, "message_sent")) == VENDORS_MESSAGES
    database.close()
