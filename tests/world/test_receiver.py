"""The made-up outside: who is reached, who follows a link, and who is not let in."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from siyu.channels.webhook import WebhookChannel, signature
from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import OutgoingMessage, SendOutcome
from siyu.kernel.clock import ManualClock
from siyu.world.receiver import CALLS_PATH, HEALTH_PATH, MESSAGES_PATH, Manners, Receiver, is_opened

SECRET = "a secret of the test"
SWIFT = Manners(seed=3, rejected_share=0.1, delay_seconds_min=0.0, delay_seconds_max=0.05)
KEYS = [f"journey:{n}:1" for n in range(100)]


class LinkServer:
    """Where short links lead: counts who comes."""

    def __init__(self) -> None:
        self.visits: list[tuple[str, str]] = []
        visits = self.visits

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                visits.append((self.path, self.headers["User-Agent"]))
                self.send_response(302)
                self.send_header("Location", "http://192.0.2.1/never")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def links() -> Iterator[LinkServer]:
    server = LinkServer()
    thread = threading.Thread(target=server.server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.server.shutdown()
    server.server.server_close()
    thread.join()


@pytest.fixture
def receiver(clock: ManualClock) -> Iterator[Receiver]:
    running = Receiver(0, SECRET, SWIFT, clock=clock)
    running.start()
    yield running
    running.stop()


def until(holds: Callable[[], bool], seconds_max: float = 20) -> None:
    deadline = time.monotonic() + seconds_max
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.01)


def a_message(key: str, link: str | None) -> OutgoingMessage:
    return OutgoingMessage(key, 1, [Identity("phone", "10000000001")], "标题", "正文", link, "http://localhost/p")


def post(receiver: Receiver, body: bytes, header: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", int(receiver.url.split(":")[2].split("/")[0]), timeout=10)
    connection.request("POST", MESSAGES_PATH, body, {"Siyu-Signature": header})
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer


def test_it_answers_the_channel_and_follows_links_as_seeded(
    receiver: Receiver, links: LinkServer, clock: ManualClock
) -> None:
    channel = WebhookChannel(receiver.url, SECRET, clock)
    batch = [a_message(key, f"{links.url}/l/{n}") for n, key in enumerate(KEYS)]
    results = channel.send(batch)
    assert channel.send(batch) == results  # sent again after a crash: the same answer, and no second click
    channel.close()

    rejected = {result.message_key for result in results if result.outcome is SendOutcome.REJECTED}
    assert rejected == {key for key in KEYS if SWIFT.status(key) == "rejected"}
    assert 3 <= len(rejected) <= 20
    assert {result.reason for result in results if result.message_key in rejected} == {"recipient_unreachable"}
    assert {result.outcome for result in results} == {SendOutcome.ACCEPTED, SendOutcome.DELIVERED, SendOutcome.REJECTED}

    expected = {f"/l/{n}" for n, key in enumerate(KEYS) if SWIFT.follows_after_seconds(key) is not None}
    assert 20 <= len(expected) <= 45
    until(lambda: len(links.visits) >= len(expected))
    assert sorted(path for path, _ in links.visits) == sorted(expected)
    assert all("MicroMessenger" in phone for _, phone in links.visits)


def test_a_message_without_a_link_is_only_read(receiver: Receiver, clock: ManualClock) -> None:
    with_link = next(key for key in KEYS if SWIFT.follows_after_seconds(key) is not None)
    channel = WebhookChannel(receiver.url, SECRET, clock)
    (result,) = channel.send([a_message(with_link, None)])
    channel.close()
    assert result.outcome in (SendOutcome.ACCEPTED, SendOutcome.DELIVERED)


def test_only_who_knows_the_secret_gets_in(receiver: Receiver, clock: ManualClock) -> None:
    body = json.dumps({"messages": [{"key": "k", "link_url": None}]}).encode()
    assert post(receiver, body, signature(SECRET, body, clock.now()))[0] == 200
    assert post(receiver, body, signature("another", body, clock.now()))[0] == 401
    assert post(receiver, body + b" ", signature(SECRET, body, clock.now()))[0] == 401
    assert post(receiver, body, signature(SECRET, body, clock.now() - timedelta(minutes=6)))[0] == 401
    assert post(receiver, body, "")[0] == 401
    assert post(receiver, body, "t=²,v1=é")[0] == 401


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"messages": 1}', b'{"messages": ["x"]}', b"\xff"])
def test_what_is_no_message_is_not_taken(receiver: Receiver, clock: ManualClock, body: bytes) -> None:
    assert post(receiver, body, signature(SECRET, body, clock.now()))[0] == 400


def test_delays_lie_in_their_bounds_and_depend_on_the_seed() -> None:
    manners = Manners(seed=1, delay_seconds_min=3, delay_seconds_max=120)
    delays = [manners.follows_after_seconds(f"k{n}") for n in range(2_000)]
    followed = [delay for delay in delays if delay is not None]
    assert 0.28 < len(followed) / len(delays) < 0.38
    assert 3 <= min(followed) < 10 < 90 < max(followed) <= 120
    other = Manners(seed=2, delay_seconds_min=3, delay_seconds_max=120)
    assert [other.follows_after_seconds(f"k{n}") for n in range(2_000)] != delays
    statuses = [manners.status(f"k{n}") for n in range(2_000)]
    assert 0.005 < statuses.count("rejected") / 2_000 < 0.04


def test_only_addresses_of_the_web_are_opened(links: LinkServer) -> None:
    assert is_opened(f"{links.url}/l/a?b=1", "phone")
    assert links.visits == [("/l/a?b=1", "phone")]
    assert is_opened("file:///etc/hostname", "phone")  # done with: nothing to try again
    assert not is_opened(f"http://127.0.0.1:{a_free_port()}/l/a", "phone")


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_well(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def start_world(port: int, secret: str = SECRET) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "siyu.world", "--port", str(port), "--seed", "3", "--delay-seconds-max", "0.05"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "SIYU_WEBHOOK_SECRET": secret},
    )


@pytest.mark.parametrize("is_told", [True, False], ids=["told to stop", "left alone"])
def test_as_a_process_it_ends_when_told_and_with_its_parent(is_told: bool) -> None:
    port = a_free_port()
    with start_world(port) as world:
        assert world.stdin
        try:
            until(lambda: is_well(port))
            if is_told:
                world.send_signal(signal.SIGTERM)
            else:
                world.stdin.close()
            assert world.wait(20) == 0
        finally:
            world.kill()


def test_as_a_process_it_needs_the_secret() -> None:
    with start_world(a_free_port(), secret="") as world:
        _, told = world.communicate(timeout=20)
        assert world.returncode == 2
        assert b"SIYU_WEBHOOK_SECRET" in told


def test_a_program_of_the_brands_own_takes_what_it_is_told(receiver: Receiver) -> None:
    port = int(receiver.url.split(":")[2].split("/")[0])
    for path, status in ((CALLS_PATH, 200), ("/elsewhere", 404)):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", path, b"{}")
        assert connection.getresponse().status == status
        connection.close()
