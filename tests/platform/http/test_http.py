"""Outgoing HTTP against a real server on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from siyu.platform.http import (
    HttpLimits,
    OutgoingHttp,
    RefusedUrlError,
    UnreachableError,
    checked_url,
    retry_after_seconds,
)

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does to each connection what it is told; gives its URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    try:
                        connection.recv(65536)
                        answer(connection)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def sending(data: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(data)


def test_an_answer_comes_back() -> None:
    reply = b"HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
    with answering(sending(reply)) as url, OutgoingHttp() as http:
        answer = http.post(url, b"{}", {"Content-Type": "application/json"})
    assert (answer.status, answer.body, answer.is_success) == (429, b"no", False)
    assert retry_after_seconds(answer.headers, NOW) == 7


def test_a_redirect_is_not_followed() -> None:
    reply = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with answering(sending(reply)) as url, OutgoingHttp() as http:
        assert http.post(url, b"", {}).status == 302


def test_a_long_answer_is_cut() -> None:
    reply = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 2_000_000
    with answering(sending(reply)) as url, OutgoingHttp(HttpLimits(answer_bytes_max=1000)) as http:
        answer = http.post(url, b"", {})
    assert answer.is_cut
    assert len(answer.body) == 1000


def test_a_silent_server_is_unreachable() -> None:
    stop = threading.Event()

    def hang(_: socket.socket) -> None:
        stop.wait(10)

    with answering(hang) as url, OutgoingHttp(HttpLimits(read_seconds=0.1)) as http:
        with pytest.raises(UnreachableError, match="ReadTimeout"):
            http.post(url, b"", {})
        stop.set()


def test_an_answer_that_drips_is_given_up() -> None:
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not stop.wait(0.02):
            connection.sendall(b".")

    limits = HttpLimits(read_seconds=5, total_seconds=0.2)
    with answering(drip) as url, OutgoingHttp(limits) as http:
        with pytest.raises(UnreachableError, match="slowly"):
            http.post(url, b"", {})
        stop.set()


def test_nobody_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with OutgoingHttp() as http, pytest.raises(UnreachableError, match="ConnectError"):
        http.post(f"http://127.0.0.1:{port}/", b"", {})


def test_nonsense_is_unreachable() -> None:
    with answering(sending(b"SSH-2.0-OpenSSH\r\n")) as url, OutgoingHttp() as http, pytest.raises(UnreachableError):
        http.post(url, b"", {})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://host/x",
        "javascript:alert(1)",
        "//host/x",
        "http://",
        "http:///x",
        "file:///etc/passwd",
        "http://user:pass@host/",
        "http://ho st/",
        "http://host/\r\nX: y",
        "http://host:99999/",
        "http://[::1/",
        "http://host\\@other/",
        "https://host/" + "x" * 2000,
    ],
)
def test_an_address_that_is_not_called(url: str) -> None:
    with pytest.raises(RefusedUrlError):
        checked_url(url)
    with OutgoingHttp() as http, pytest.raises(RefusedUrlError):
        http.post(url, b"", {})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8400/hook", "https://example.com/商品?x=1#y", "https://[::1]/"])
def test_an_address_that_is_called(url: str) -> None:
    assert checked_url(url) == url


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("999999999999999999", 6 * 3600),
        ("Mon, 01 Jun 2026 04:01:00 GMT", 60),
        ("Mon, 01 Jun 2026 03:00:00 GMT", 0),
        ("Mon, 01 Jun 2099 03:00:00 GMT", 6 * 3600),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after_seconds({"retry-after": value}, NOW) == seconds
