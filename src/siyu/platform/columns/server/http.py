"""The HTTP side: who may ask, what came, and how answers and errors travel back. As ClickHouse does it."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import logging
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import BinaryIO, NoReturn, cast
from urllib.parse import parse_qsl, urlsplit

from siyu.kernel.ids import IdSource
from siyu.platform.columns.server import RESERVED_HEADER, SERVER_NAME, USER
from siyu.platform.columns.server.bodies import Body, BodyCutError
from siyu.platform.columns.server.errors import AUTHENTICATION_FAILED, REFUSED, EngineError
from siyu.platform.columns.server.queries import LostClientError, Queries, Request

FORM_MAX_BYTES = 64 << 20
_SMALL_BYTES = 64 * 1024
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_FIELD_NAME = re.compile(rb'name="([^"]*)"')
_SAFE_ID = re.compile(r"[\x21-\x7e]{1,200}\Z")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Context:
    """What every connection needs."""

    queries: Queries
    password: str
    ids: IdSource


class Server(ThreadingHTTPServer):
    """Listens on loopback; a thread for each connection."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler, bind_and_activate=True)
        self.context: Context | None = None

    def handle_error(self, *_: object) -> None:
        """A connection that broke is the client's matter, not a traceback; anything else is ours."""
        _log.exception("a connection failed")


class Handler(BaseHTTPRequestHandler):
    """One connection, request after request."""

    protocol_version = "HTTP/1.1"
    server_version = SERVER_NAME
    sys_version = ""
    disable_nagle_algorithm = True  # else each small answer waits 40 ms for an acknowledgement
    rbufsize = 1 << 16
    connection: socket.socket

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged: they carry statements and values."""

    def handle(self) -> None:
        """Until the client has enough, or leaves without a word."""
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/ping" or self.path == "/":
            self._pong()
        else:
            self._serve(may_write=False)

    def do_POST(self) -> None:
        self._serve(may_write=True)

    def _pong(self) -> None:
        """As ClickHouse, to anybody; but who gives a password is told whether it is ours."""
        context = cast(Server, self.server).context
        is_stranger = False
        if context is not None and ("X-ClickHouse-Key" in self.headers or "Authorization" in self.headers):
            try:
                _authenticate(self.headers, {}, context.password)
            except EngineError:
                is_stranger = True
        status = 403 if is_stranger else 200 if context is not None else 503
        self._send(status, {"Content-Type": "text/html; charset=UTF-8"}, b"Ok.\n" if status == 200 else b"No.\n")

    def _serve(self, *, may_write: bool) -> None:
        context = cast(Server, self.server).context
        body: Body | None = None
        self.answer = _HttpAnswer(self, "")
        try:
            if context is None:
                raise EngineError(REFUSED, "Not ready.")
            arguments = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True, errors="surrogateescape"))
            wanted = arguments.get("query_id", "")
            self.answer.query_id = wanted if _SAFE_ID.match(wanted) else str(context.ids.new_id())
            body = Body(cast(BinaryIO, self.rfile), self.headers)
            _authenticate(self.headers, arguments, context.password)
            arguments |= _form(self.headers, body)
            request = Request(
                arguments=arguments,
                body=body,
                client=self.connection,
                query_id=self.answer.query_id,
                is_reserved=self.headers.get(RESERVED_HEADER) == "1",
                may_write=may_write,
            )
            context.queries.run(request, self.answer)
            body.drain()
        except EngineError as error:
            self._refuse(error, body)
        except (BodyCutError, LostClientError, ConnectionError):
            self.close_connection = True

    def _refuse(self, error: EngineError, body: Body | None) -> None:
        if self.answer.has_started:
            self.answer.fail(error)
            self.close_connection = True
            return
        if body is None:
            self.close_connection = True
        else:
            try:
                body.drain()
            except (BodyCutError, OSError):
                self.close_connection = True
                return
        headers = {
            "X-ClickHouse-Exception-Code": str(error.code),
            "X-ClickHouse-Query-Id": self.answer.query_id,
            "Content-Type": "text/plain; charset=UTF-8",
        }
        self._send(error.status, headers, f"{error.text}\n".encode("utf-8", "surrogateescape"))

    def _send(self, status: int, headers: Mapping[str, str], data: memoryview | bytes) -> None:
        size = data.nbytes if isinstance(data, memoryview) else len(data)
        head = self.head(status, {**headers, "Content-Length": str(size)})
        if size <= _SMALL_BYTES:
            self.connection.sendall(head + bytes(data))
        else:
            self.connection.sendall(head)
            self.connection.sendall(data)

    def head(self, status: int, headers: Mapping[str, str]) -> bytes:
        """Status line and headers, as bytes to be sent together with what follows."""
        phrase = self.responses[status][0] if status in self.responses else ""
        lines = [f"HTTP/1.1 {status} {phrase}", f"X-ClickHouse-Server-Display-Name: {SERVER_NAME}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines.append("Connection: close" if self.close_connection else "Connection: Keep-Alive")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


class _HttpAnswer:
    """An answer on its way: in one piece, or chunk by chunk with a tag that would mark an error in the middle."""

    def __init__(self, handler: Handler, query_id: str) -> None:
        self._handler = handler
        self._tag = ""
        self.query_id = query_id
        self.has_started = False

    def whole(self, data: memoryview | bytes, output_format: str | None, summary: Mapping[str, str]) -> None:
        self.has_started = True
        headers = {**self._headers(output_format), "X-ClickHouse-Summary": json.dumps(dict(summary))}
        self._handler._send(200, headers, data)

    def start(self, output_format: str) -> None:
        self.has_started = True
        self._tag = secrets.token_hex(8)
        headers = {
            **self._headers(output_format),
            "Transfer-Encoding": "chunked",
            "X-ClickHouse-Exception-Tag": self._tag,
        }
        self._handler.connection.sendall(self._handler.head(200, headers))

    def piece(self, data: memoryview | bytes) -> None:
        connection = self._handler.connection
        connection.sendall(f"{len(data):x}\r\n".encode())
        connection.sendall(data)
        connection.sendall(b"\r\n")

    def finish(self) -> None:
        self._handler.connection.sendall(b"0\r\n\r\n")

    def fail(self, error: EngineError) -> None:
        """The rows so far are out: say so in ClickHouse's way, and leave the answer without an end."""
        if not self._tag:
            return
        text = error.text.encode("utf-8", "surrogateescape")
        tag = self._tag.encode()
        self.piece(b"\r\n__exception__\r\n%s\r\n%s\n%d %s\r\n__exception__\r\n" % (tag, text, len(text) + 1, tag))

    def _headers(self, output_format: str | None) -> dict[str, str]:
        headers = {"Content-Type": "application/octet-stream", "X-ClickHouse-Query-Id": self.query_id}
        headers["X-ClickHouse-Timezone"] = "UTC"
        if output_format is not None:
            headers["X-ClickHouse-Format"] = output_format
        return headers


def _authenticate(headers: Message, arguments: Mapping[str, str], password: str) -> None:
    user, given = headers.get("X-ClickHouse-User"), headers.get("X-ClickHouse-Key")
    scheme, _, encoded = (headers.get("Authorization") or "").partition(" ")
    if scheme.lower() == "basic":
        try:
            user, _, given = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            user = given = None
    if user is None and given is None:
        user, given = arguments.get("user"), arguments.get("password")
    # Both are compared, and in constant time, so that no answer tells which of them was wrong.
    is_user = hmac.compare_digest((user or "").encode(), USER.encode())
    is_password = hmac.compare_digest((given or "").encode(), password.encode())
    if not (is_user and is_password):
        _refuse_stranger()


def _refuse_stranger() -> NoReturn:
    raise EngineError(
        AUTHENTICATION_FAILED,
        "Authentication failed: password is incorrect, or there is no user with such name.",
    )


def _form(headers: Message, body: Body) -> dict[str, str]:
    """The fields of a multipart form, which clients use where parameters are too long for a URL."""
    if headers.get_content_type() != "multipart/form-data":
        return {}
    found = _BOUNDARY.search(headers.get("Content-Type") or "")
    if found is None:
        raise EngineError(REFUSED, "A form without a boundary.")
    data = body.read_at_least(FORM_MAX_BYTES)
    if len(data) >= FORM_MAX_BYTES:
        raise EngineError(REFUSED, f"A form has at most {FORM_MAX_BYTES} bytes.")
    fields: dict[str, str] = {}
    for part in (b"\r\n" + data).split(b"\r\n--" + found.group(1).encode("latin-1"))[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = _FIELD_NAME.search(head)
        if name is None or b"filename=" in head:
            raise EngineError(REFUSED, "External tables are not supported.")
        fields[name.group(1).decode()] = value.decode("utf-8", "surrogateescape")
    return fields
