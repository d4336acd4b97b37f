"""One request from start to end: what is asked, a slot, the engine, the answer."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

from siyu.platform.columns.server.bodies import Body
from siyu.platform.columns.server.engine import Engine, NotStreamableError, Outcome, Piece, Session
from siyu.platform.columns.server.errors import QUERY_WAS_CANCELLED, REFUSED, EngineError
from siyu.platform.columns.server.slots import Slots
from siyu.platform.columns.server.statements import STREAMED_FORMATS, Statement, read_statement
from siyu.platform.columns.server.watch import Watch, has_left

HEAD_BYTES = 256 * 1024
STATEMENT_MAX_BYTES = 64 << 20
HELD_BYTES = 1 << 20
DEFAULT_FORMAT = "TabSeparated"
THREAD_FREE_BYTES = 256 << 20
"""How much must be free for each thread of a query. The engine's own 1 GiB would leave a small engine with one thread whatever its
cores; what a query holds in all is limited apart from that."""

_TRANSPORT_PARAMETERS = frozenset(
    {
        "query",
        "database",
        "user",
        "password",
        "query_id",
        "default_format",
        "quota_key",
        "role",
        "compress",
        "decompress",
        "buffer_size",
        "wait_end_of_query",
        "stacktrace",
        "session_check",
        "session_timeout",
        "client_protocol_version",
        "enable_http_compression",
        "log_comment",
    }
)
_READING = frozenset({"SELECT", "WITH", "FROM", ""})


class LostClientError(Exception):
    """Nobody is there any more to read the answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use where it does not say so itself."""

    query_memory_bytes: int
    query_seconds: int
    result_max_bytes: int = 512 << 20


@dataclass(slots=True)
class Request:
    """A query as it came over HTTP. `arguments` are those of the URL, joined with those of a form."""

    arguments: dict[str, str]
    body: Body
    client: socket.socket
    query_id: str
    is_reserved: bool = False
    may_write: bool = True
    text: bytes = b""
    started_seconds: float = field(default_factory=time.monotonic)

    @property
    def parameters(self) -> dict[str, str]:
        """Values of `{name:Type}` in the statement, escaped as ClickHouse wants them."""
        return {name[6:]: value for name, value in self.arguments.items() if name.startswith("param_")}

    def settings(self, limits: Limits) -> dict[str, str]:
        """Settings for this query: the server's defaults, then what the request says."""
        settings = {
            "async_insert": "0",  # an answer means that the rows are on disk, and a token means this insert alone
            "max_memory_usage": str(limits.query_memory_bytes),
            "max_execution_time": str(limits.query_seconds),
            "max_threads_min_free_memory_per_thread": str(THREAD_FREE_BYTES),
        }
        if "session_id" in self.arguments:
            raise EngineError(REFUSED, "This server keeps no sessions.")
        for name, value in self.arguments.items():
            if name not in _TRANSPORT_PARAMETERS and not name.startswith("param_"):
                settings[name] = value
        if not self.may_write:
            settings["readonly"] = "2"
        return settings


class Answer(Protocol):
    """The way back to the client."""

    def whole(self, data: memoryview | bytes, output_format: str | None, summary: Mapping[str, str]) -> None:
        """Send an answer in one piece."""

    def start(self, output_format: str) -> None:
        """Begin an answer in pieces."""

    def piece(self, data: memoryview) -> None:
        """Send one piece of it."""

    def finish(self) -> None:
        """End it."""


class Queries:
    """Runs requests, as many at once as there are slots."""

    def __init__(self, engine: Engine, slots: Slots, watch: Watch, limits: Limits) -> None:
        self._engine = engine
        self._slots = slots
        self._watch = watch
        self._limits = limits

    def run(self, request: Request, answer: Answer) -> None:
        """Answer `request`; EngineError before the first byte or, in a streamed answer, in the middle of it."""
        statement = _read(request)
        settings = request.settings(self._limits)
        tag = self._engine.new_tag()
        with self._slots.one(
            is_reserved=request.is_reserved, is_abandoned=lambda: has_left(request.client)
        ) as has_slot:
            if not has_slot or self._watch.is_stopping:
                raise LostClientError
            # What an INSERT has brought is better kept than thrown away, so it is waited for and not killed; while its body
            # comes, the client's leaving shows by itself.
            client = None if statement.brings_data else request.client
            try:
                with (
                    self._watch.over(tag, client),
                    self._engine.session(tag, request.arguments.get("database"), settings) as session,
                ):
                    if statement.brings_data:
                        self._insert(session, statement, request, answer)
                    else:
                        self._answer(session, statement, request, answer)
            except EngineError as error:
                if error.code == QUERY_WAS_CANCELLED and self._watch.is_stopping:
                    raise LostClientError from error  # no answer: the client asks the next server
                raise

    def _insert(self, session: Session, statement: Statement, request: Request, answer: Answer) -> None:
        head = request.text[: statement.head_end]
        rest = request.text[statement.data_at :]
        pieces = itertools.chain([rest] if rest else [], request.body)
        outcome = session.insert(head, statement.format or DEFAULT_FORMAT, pieces)
        answer.whole(b"", None, _summary(outcome, request))

    def _answer(self, session: Session, statement: Statement, request: Request, answer: Answer) -> None:
        output_format = statement.format or request.arguments.get("default_format") or DEFAULT_FORMAT
        if statement.verb in _READING and output_format.lower() in STREAMED_FORMATS:
            try:
                with closing(session.stream(request.text, output_format, request.parameters)) as pieces:
                    self._send_pieces(pieces, output_format, request, answer)
            except NotStreamableError:
                pass
            else:
                return
        if statement.verb in _READING:
            session.run(f"SET max_result_bytes = {self._limits.result_max_bytes}", DEFAULT_FORMAT, {})
        outcome = session.run(request.text, output_format, request.parameters)
        shown = output_format if outcome.data.nbytes or statement.verb in _READING else None
        answer.whole(outcome.data, shown, _summary(outcome, request))

    def _send_pieces(self, pieces: Iterator[Piece], output_format: str, request: Request, answer: Answer) -> None:
        """A small result goes in one piece, with its summary, so that an error in it still has its own status. A large one
        is passed on as it comes, and never held."""
        held: list[Piece] = []
        held_bytes = rows = 0
        for piece in pieces:
            rows += piece.rows
            held.append(piece)
            held_bytes += piece.data.nbytes
            if held_bytes > HELD_BYTES:
                break
        else:
            summary = _summary(Outcome(memoryview(b""), None, result_rows=rows), request)
            answer.whole(b"".join(piece.data for piece in held), output_format, summary)
            return
        answer.start(output_format)
        for piece in held:
            answer.piece(piece.data)
        held.clear()
        for piece in pieces:
            answer.piece(piece.data)
        answer.finish()


def _read(request: Request) -> Statement:
    """Sets `request.text`: the whole statement or, where data follow, the statement and the first of them."""
    given = request.arguments.get("query", "").encode("utf-8", "surrogateescape")
    statement = read_statement(given)
    if statement.brings_data:
        request.text = given
        return statement
    request.text = (given + b"\n" if given else b"") + request.body.read_at_least(HEAD_BYTES)
    statement = read_statement(request.text)
    # A name of a format that touches the end of what was read may be cut off.
    if statement.brings_data and statement.data_at != len(request.text):
        return statement
    rest = request.body.read_at_least(STATEMENT_MAX_BYTES)
    if len(rest) >= STATEMENT_MAX_BYTES:
        raise EngineError(REFUSED, f"A statement has at most {STATEMENT_MAX_BYTES} bytes; use INSERT … FORMAT.")
    request.text += rest
    if not request.text.strip():
        raise EngineError(REFUSED, "There is no query.")
    return read_statement(request.text) if rest else statement


def _summary(outcome: Outcome, request: Request) -> dict[str, str]:
    return {
        "read_rows": str(outcome.read_rows),
        "read_bytes": str(outcome.read_bytes),
        "written_rows": str(outcome.written_rows),
        "written_bytes": str(outcome.written_bytes),
        "result_rows": str(outcome.result_rows),
        "elapsed_ns": str(int((time.monotonic() - request.started_seconds) * 1e9)),
    }
