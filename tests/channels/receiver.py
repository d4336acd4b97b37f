"""A program that receives messages, as a company would write it: over real HTTP, counting by key."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.body)["messages"]
        return found

    @property
    def keys(self) -> list[str]:
        return [message["key"] for message in self.messages]


@dataclass
class Reply:
    """What is answered."""

    status: int = 200
    document: object = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


class Receiver:
    """Keeps what came. `reply` decides on each request's answer; it may block."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.reply: Callable[[Received], Reply] = lambda _: Reply()
        self.url = ""
        self._lock = threading.Lock()

    def take(self, received: Received) -> Reply:
        with self._lock:
            self.requests.append(received)
        return self.reply(received)

    @property
    def keys(self) -> Counter[str]:
        """How often each message came."""
        with self._lock:
            return Counter(key for request in self.requests for key in request.keys)

    @property
    def messages(self) -> list[dict[str, Any]]:
        with self._lock:
            return [message for request in self.requests for message in request.messages]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a port of this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            reply = receiver.take(Received({name.lower(): value for name, value in self.headers.items()}, body))
            answer = reply.raw if reply.raw is not None else json.dumps(reply.document or {}).encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *arguments: object) -> None:  # the base class names it
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A sender that dies in mid-request is what some tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
