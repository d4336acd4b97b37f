"""Clients that dawdle, or send without end, over a real socket: let go in time, and never read to the end."""

from __future__ import annotations

import json
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key
from siyu.faces import server as serving
from siyu.faces.api import bodies
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.faults.small_disk import wait_for

HEAD_SECONDS = 0.6


@pytest.fixture
def key(database: Database) -> str:
    with database.begin() as work:
        secret = create_key(work, system_actor("test"), KeyKind.WRITE, "site").secret
    return "Authorization: Basic " + b64encode(f"{secret}:".encode()).decode()


@pytest.fixture
def port(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The HTTP face as it is served, but for shorter patience."""
    monkeypatch.setattr(serving.HeadLimitProtocol, "head_seconds_max", HEAD_SECONDS)
    monkeypatch.setattr(bodies, "BODY_PAUSE_SECONDS_MAX", HEAD_SECONDS)
    app = create_app(ApiContext(Settings(home=tmp_path), database, secret_key="a secret of the tests"))
    server, listening = serving.server_of(app), serving.shared_socket("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    wait_for(lambda: server.started, 20, "the server")
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(20)
    listening.close()


def opened(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def rest_of(connection: socket.socket) -> bytes:
    """All that still comes until the other side closes."""
    kept = b""
    try:
        while piece := connection.recv(65536):
            kept += piece
    except ConnectionError:
        return kept
    return kept


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize("beginning", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_head_that_never_ends_is_not_waited_for(port: int, beginning: bytes) -> None:
    with opened(port) as connection:
        connection.sendall(beginning)
        started = time.monotonic()
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(0.1):
                try:
                    connection.sendall(b"a")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        rest_of(connection)
        stop.set()
        dripping.join()
        assert time.monotonic() - started < HEAD_SECONDS + 15


def test_the_second_head_on_a_connection_has_the_same_limit(port: int) -> None:
    with opened(port) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: ")
        started = time.monotonic()
        rest_of(connection)
        assert time.monotonic() - started < HEAD_SECONDS + 15


def test_a_slow_answer_is_not_a_slow_head(port: int) -> None:
    with opened(port) as connection:
        for _ in range(3):
            connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(HEAD_SECONDS / 2)
            assert connection.recv(65536).startswith(b"HTTP/1.1 503")


def test_a_body_that_stops_half_way_is_not_waited_for(port: int, key: str) -> None:
    with opened(port) as connection:
        connection.sendall(f"POST /v1/batch HTTP/1.1\r\nHost: x\r\n{key}\r\nContent-Length: 100\r\n\r\n{{".encode())
        answer = rest_of(connection)
    assert status_of(answer) == 408
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "too_slow"


def test_a_body_that_drips_is_not_waited_for(port: int, key: str) -> None:
    with opened(port) as connection:
        connection.sendall(f"POST /v1/batch HTTP/1.1\r\nHost: x\r\n{key}\r\nContent-Length: 9999\r\n\r\n".encode())
        started = time.monotonic()
        try:
            while time.monotonic() - started < 20:
                connection.sendall(b" ")
                time.sleep(0.1)
        except OSError:
            pass
        assert time.monotonic() - started < 15


@pytest.mark.parametrize("size", ["Content-Length: 99999999999", "Content-Length: -1", "Content-Length: 1e3"])
def test_a_body_announced_too_large_is_refused_before_it_is_sent(port: int, key: str, size: str) -> None:
    with opened(port) as connection:
        connection.sendall(f"POST /v1/batch HTTP/1.1\r\nHost: x\r\n{key}\r\n{size}\r\n\r\n".encode())
        assert status_of(rest_of(connection)) in {400, 413}


def test_a_body_without_length_and_without_end_is_read_no_further_than_the_limit(port: int, key: str) -> None:
    limit = bodies.BODY_BYTES_MAX["/v1/"]
    piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
    sent = 0
    with opened(port) as connection:
        connection.sendall(
            f"POST /v1/batch HTTP/1.1\r\nHost: x\r\n{key}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        try:
            while sent < 40 * limit:
                connection.sendall(piece)
                sent += 65536
        except OSError:
            pass
        else:
            pytest.fail("all of it was read")
    assert sent < 20 * limit


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-\x00: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET http://x:y:z/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /?" + b"a" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
    ],
)
def test_what_is_no_http_harms_nobody(port: int, head: bytes) -> None:
    with opened(port) as connection:
        connection.sendall(head)
        answer = rest_of(connection)
        assert not answer or status_of(answer) in {400, 401, 404, 408, 413, 414, 431, 503, 200}, answer[:200]
        assert b"500 Internal" not in answer[:40]
    with opened(port) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert status_of(rest_of(connection)) == 200
