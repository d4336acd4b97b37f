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
from collections.abc import Mapping, Sequence
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
        while waiting(database) and time.monotonic() < deadline:
            killed += senders.run_one() == signal.SIGKILL
    assert set(states(database)) == {"sent"}
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


def states(database: Database) -> dict[str, int]:
    with database.read() as reading:
        rows = reading.driver.execute("SELECT state, count(*) FROM messages.messages GROUP BY state").fetchall()
    return dict(rows)


def waiting(database: Database) -> int:
    """Messages that are still to go out, or of which it is still to be asked what became of them."""
    return sum(count for state, count in states(database).items() if state in ("requested", "sending"))


VENDORS_MESSAGES = 16_000
VENDORS_KILLS = 20
FAULTS_MAX = 5
"""What meets one message: each costs it two attempts at most, the sending and the question, and after twelve it is given up."""
REFUSALS = {"killed before": 503, "busy": 503, "too many": 429}


class Vendor:
    """Takes what it is sent, as often as it is sent, and says what it has. Every seventh request gets 503 before it was looked at,
    every eleventh 429; every fifth is taken and never answered, and so is every one during which its sender is killed, before or
    after it was taken. A message that met FAULTS_MAX of these meets no more."""

    def __init__(self, senders: Senders) -> None:
        self.ledger: Counter[str] = Counter()
        self.kills = 0
        self._faults: Counter[str] = Counter()
        self._senders = senders
        self._requests = 0

    def reply(self, received: Received) -> Reply:
        document: dict[str, list[str]] = json.loads(received.body)
        self._requests += 1
        fault = self._fault(document)
        if fault == "killed before":
            self._kill()
        if fault in REFUSALS:
            return Reply(REFUSALS[fault])
        if "ask" in document:
            return Reply(document={"keys": [key for key in document["ask"] if key in self.ledger]})
        self.ledger.update(document["send"])
        if fault == "killed after":
            self._kill()
        if fault:
            raise ConnectionAbortedError
        return Reply(document={"keys": document["send"]})

    def _fault(self, document: Mapping[str, Sequence[str]]) -> str:
        """What goes wrong with this request; empty for nothing."""
        n, fault, keys = self._requests, "", document.get("send") or document["ask"]
        if n % 4 == 0 and self.kills < VENDORS_KILLS:
            fault = "killed before" if self.kills % 2 else "killed after"
        elif n % 7 == 0 or n % 11 == 0:
            fault = "busy" if n % 7 == 0 else "too many"
        elif n % 5 == 0:
            fault = "no answer"
        is_met = "send" in document or fault in REFUSALS
        if not is_met or not fault or any(self._faults[key] >= FAULTS_MAX for key in keys):
            return ""
        self._faults.update(keys)
        return fault

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
        while waiting(database) and time.monotonic() < deadline:
            senders.run_one()
    assert vendor.kills == VENDORS_KILLS
    assert states(database) == {"sent": VENDORS_MESSAGES}
    assert set(vendor.ledger) == {f"m{each}" for each in people}, "some were lost"
    assert set(vendor.ledger.values()) == {1}, "some were sent twice"
    assert len(the_log(database, "message_sent")) == VENDORS_MESSAGES
    database.close()
