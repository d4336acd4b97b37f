"""The emulated services on ports of this machine."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, quote, urlsplit

from siyu.world.wecom.callbacks import Postman
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.dispatch import Answer, Request
from siyu.world.wecom.site import Answering, Site

HOST = "127.0.0.1"
CALLER_HEADER = "X-World-Caller"
"""With which a test says that it calls from another address."""

READ_BYTES_MAX = 64 * 1024 * 1024


class LoopbackServer:
    """Listens on loopback and carries callbacks out. `port` 0 takes any that is free."""

    def __init__(self, service: Answering, postman: Postman, port: int = 0) -> None:
        self._postman = postman
        self._server = _Server((HOST, port), service)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="emulator", daemon=True)

    @property
    def url(self) -> str:
        """What stands for the address of the real service."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def start(self) -> None:
        self._thread.start()
        self._postman.start()

    def stop(self) -> None:
        """Listens no more; callbacks that wait are lost."""
        self._server.shutdown()
        self._server.server_close()
        self._postman.stop()
        self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class WecomServer(LoopbackServer):
    """What stands for https://qyapi.weixin.qq.com; other services may stand beside, each below a path of its own."""

    def __init__(self, corp: Corp, port: int = 0, beside: Mapping[str, Answering] | None = None) -> None:
        super().__init__(Site(corp, beside), corp.postman, port)
        corp.address = self.url


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], service: Answering) -> None:
        self.service = service
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of clients that go away."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 120
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > READ_BYTES_MAX:
            self.close_connection = True  # the body was not read
            self._send(Answer(413, b"{}"))
            return
        self._serve(self.rfile.read(int(length)))

    def do_PUT(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.do_POST()

    def _serve(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        request = Request(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            body,
            self.headers.get("Content-Type", ""),
            self.headers.get(CALLER_HEADER, self.client_address[0]),
            self.path,
            {name.lower(): value for name, value in self.headers.items()},
        )
        answer = self.server.service.answer(request)
        if answer.is_dropped:
            self.close_connection = True
            return
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.file_name:
            self.send_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(answer.file_name)}")
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: addresses of calls hold tokens."""
