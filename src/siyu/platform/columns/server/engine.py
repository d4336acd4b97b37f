"""chdb, as the server sees it: one engine for the process, one session for each request."""

from __future__ import annotations

import importlib
import itertools
import re
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from siyu.platform.columns.server.errors import NOT_ENOUGH_SPACE, REFUSED, EngineError, engine_error

_SETTING_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NOT_STREAMABLE = "Streaming query is not supported"


class _View(Protocol):
    def view(self) -> memoryview: ...


class _Result(Protocol):
    """chdb's query_result, as far as it is used here."""

    def rows_read(self) -> int: ...
    def storage_rows_read(self) -> int: ...
    def storage_bytes_read(self) -> int: ...
    def rows_written(self) -> int: ...
    def bytes_written(self) -> int: ...
    def get_memview(self) -> _View: ...


class _Connection(Protocol):
    """chdb's own connection, as far as it is used here. Its Python wrapper is left out: it would load pandas."""

    def query(self, sql: str | bytes, output_format: str, *, params: Mapping[str, str] = ...) -> _Result: ...
    def send_query(self, sql: str | bytes, output_format: str, *, params: Mapping[str, str] = ...) -> Any: ...
    def streaming_fetch_result(self, stream: Any) -> _Result | None: ...
    def streaming_cancel_query(self, stream: Any) -> None: ...
    def send_insert(self, sql: str | bytes, input_format: str) -> Any: ...
    def insert_append(self, inserter: Any, data: bytes) -> None: ...
    def insert_done(self, inserter: Any) -> _Result: ...
    def insert_cancel(self, inserter: Any) -> None: ...
    def close(self) -> None: ...


class _Driver(Protocol):
    def connect(self, where: str) -> _Connection: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a statement that ran in one piece left: its whole result, and how much it read and wrote. `data` lives in
    the engine's memory, which `owner` keeps."""

    data: memoryview
    owner: object
    result_rows: int = 0
    read_rows: int = 0
    read_bytes: int = 0
    written_rows: int = 0
    written_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a streamed result. `data` lives in the engine's memory, which `owner` keeps."""

    data: memoryview
    owner: object
    rows: int


_WRITE_FAILURES = (
    "NOT_ENOUGH_SPACE",
    "CANNOT_WRITE_TO_FILE_DESCRIPTOR",
    "CANNOT_OPEN_FILE",
    "CANNOT_CLOSE_FILE",
    "CANNOT_CREATE_FILE",
    "CANNOT_CREATE_DIRECTORY",
    "CANNOT_MKDIR",
    "CANNOT_FSYNC",
    "CANNOT_SEEK_THROUGH_FILE",
    "CANNOT_TRUNCATE_FILE",
    "CANNOT_ALLOCATE_MEMORY",
    "MEMORY_LIMIT_EXCEEDED",
    "VIOLATED_CONSTRAINT",
    "TOO_MANY_PARTS",
    "DIRECTORY_ALREADY_EXISTS",
    "PATH_ACCESS_DENIED",
    "SYSTEM_ERROR",
    "STD_EXCEPTION",
    "LOGICAL_ERROR",
    "UNKNOWN_EXCEPTION",
)
_COUNT_FAILURES = f"SELECT sum(value) FROM system.errors WHERE name IN {_WRITE_FAILURES}"  # noqa: S608  # constants


class NotStreamableError(Exception):
    """This kind of statement has no streamed result; run it in one piece."""


class Engine:
    """The engine over one folder. The first connection starts it and lives as long as it; a request's own connection
    costs a sixth of a millisecond, and takes its settings with it when it closes."""

    def __init__(self, folder: Path, memory_bytes: int, mark_cache_bytes: int) -> None:
        self._driver = _load_driver()
        self._where = str(folder)
        self._tags = itertools.count(1)
        options = f"max_server_memory_usage={memory_bytes}&mark_cache_size={mark_cache_bytes}"
        self._first = self._connect(f"{self._where}?{options}")

    def new_tag(self) -> str:
        """A name for one query, unique in this process, by which it can be killed."""
        return f"siyu:{next(self._tags)}"

    def run_once(self, sql: str) -> None:
        """Run one statement of the server's own."""
        with self.session(None, None, {}) as session:
            session.run(sql, "TabSeparated", {})

    @contextmanager
    def session(self, tag: str | None, database: str | None, settings: Mapping[str, str]) -> Iterator[Session]:
        """A connection of its own, in `database`, with `settings`; queries run in it bear `tag`."""
        connection = self._connect(self._where)
        try:
            session = Session(connection)
            if database:
                session.run(f"USE {_quoted_name(database)}", "TabSeparated", {})
            chosen = dict(settings) | ({"log_comment": tag} if tag else {})
            if chosen:
                session.run(f"SET {_assignments(chosen)}", "TabSeparated", {})
            yield session
        finally:
            connection.close()

    def kill(self, tag: str) -> None:
        """Stop the query that bears `tag`, if it runs."""
        self.run_once(f"KILL QUERY WHERE Settings['log_comment'] = {_quoted_text(tag)} ASYNC")

    def close(self) -> None:
        self._first.close()

    def _connect(self, where: str) -> _Connection:
        try:
            return self._driver.connect(where)
        except RuntimeError as error:
            raise engine_error(str(error)) from None


class Session:
    """Statements of one request, one after another."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    def run(self, sql: str | bytes, output_format: str, parameters: Mapping[str, str]) -> Outcome:
        """Run a statement and hold its whole result."""
        try:
            result = self._connection.query(sql, output_format, params=dict(parameters))
        except RuntimeError as error:
            raise engine_error(str(error)) from None
        return _outcome(result)

    def stream(self, sql: str | bytes, output_format: str, parameters: Mapping[str, str]) -> Generator[Piece]:
        """Run a query and give its result piece by piece; NotStreamableError before the first where it has to be run."""
        try:
            stream = self._connection.send_query(sql, output_format, params=dict(parameters))
        except RuntimeError as error:
            if _NOT_STREAMABLE in str(error):
                raise NotStreamableError from None
            raise engine_error(str(error)) from None
        is_open = True
        try:
            while True:
                result = self._connection.streaming_fetch_result(stream)
                if result is None or result.rows_read() == 0:
                    is_open = False
                    return
                owner = result.get_memview()
                yield Piece(owner.view(), owner, result.rows_read())
        except RuntimeError as error:
            is_open = False
            raise engine_error(str(error)) from None
        finally:
            if is_open:
                self._connection.streaming_cancel_query(stream)

    def insert(self, sql: bytes, input_format: str, pieces: Iterator[bytes]) -> Outcome:
        """Insert what `pieces` bring; nothing of it if they break off (beyond blocks of a million rows already full).

        The library says nothing of what fails after it has read the last piece: a full disk, a constraint. The engine counts
        its errors, though, so one that was counted meanwhile is taken for ours. It may have been another query's; then the
        rows are there all the same, and who repeats them under their token does no harm.
        """
        failures = self._failures()
        try:
            inserter = self._connection.send_insert(sql, input_format)
        except RuntimeError as error:
            raise engine_error(str(error)) from None
        is_open = True
        try:
            for piece in pieces:
                self._connection.insert_append(inserter, piece)
            is_open = False
            outcome = _outcome(self._connection.insert_done(inserter))
            if self._failures() != failures:
                raise EngineError(NOT_ENOUGH_SPACE, "The rows may not have been written: no space, or another failure.")
            return outcome
        except RuntimeError as error:
            raise engine_error(str(error)) from None
        finally:
            if is_open:
                self._connection.insert_cancel(inserter)

    def _failures(self) -> bytes:
        """How often this engine failed to write anything so far."""
        return bytes(self.run(_COUNT_FAILURES, "TabSeparated", {}).data)


def _load_driver() -> _Driver:
    """chdb's compiled part. pyarrow and pandas are optional to it and unused here, but its package loads them when they
    are there: 40 MB and a third of a second for nothing."""
    for name in ("pyarrow", "pandas"):
        if name not in sys.modules:
            sys.modules[name] = cast(Any, None)
    return cast(_Driver, importlib.import_module("chdb._chdb"))


def _outcome(result: _Result) -> Outcome:
    owner = result.get_memview()
    return Outcome(
        data=owner.view(),
        owner=owner,
        result_rows=result.rows_read(),
        read_rows=result.storage_rows_read(),
        read_bytes=result.storage_bytes_read(),
        written_rows=result.rows_written(),
        written_bytes=result.bytes_written(),
    )


def _quoted_name(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _quoted_text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _assignments(settings: Mapping[str, str]) -> str:
    for name in settings:
        if not _SETTING_NAME.match(name):
            raise EngineError(REFUSED, f"{name!r} is not the name of a setting.")
    return ", ".join(f"{name} = {_quoted_text(value)}" for name, value in settings.items())
