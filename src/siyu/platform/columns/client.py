"""`Columns`: the one way to the columns engine, embedded or not, for any number of threads.

It hides restarts of the engine: a request that could not be sent is sent again; one that broke off is repeated if that
changes nothing (a SELECT, an INSERT with a token). Parameters are always bound by the engine. No sessions.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

import clickhouse_connect
import numpy as np
from clickhouse_connect.driver import options
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import Error as DriverError
from clickhouse_connect.driver.httputil import get_pool_manager
from numpy.typing import DTypeLike
from urllib3.exceptions import HTTPError

from siyu.kernel.ids import IdSource, SystemIds
from siyu.platform.columns.binding import bound
from siyu.platform.columns.errors import ColumnsError, ColumnsUnavailableError
from siyu.platform.columns.layout import CLUSTER_SETTINGS
from siyu.platform.columns.native import Array, read_arrays
from siyu.platform.columns.results import raw_stream, read_all, rows_of
from siyu.platform.columns.troubles import Trouble, columns_error, trouble_of
from siyu.platform.tracing import statement

INSERT_ROWS_MAX = 1_000_000
"""One insert is one block, so that it is all there or not at all and one token stands for it."""

RESERVED_HEADER = "X-Siyu-Reserved"
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
RETRY_SECONDS_MAX = 30.0
ANSWER_SECONDS_MAX = 600
OK = 200

_INSERT_SETTINGS: Mapping[str, Any] = {
    "async_insert": 0,
    # What customers' systems send is not ours to choose: a path twice, or text where a declared path wants a number, must
    # not keep the rest of a batch out. The first value stays; what does not fit its declared type is left empty.
    "type_json_skip_duplicated_paths": 1,
    "type_json_skip_invalid_typed_paths": 1,
    # A text that looks like a date stays the text it is: "2026-03-01" and "20260301" are told apart as they were told.
    "input_format_try_infer_dates": 0,
    "input_format_try_infer_datetimes": 0,
}
_Result = TypeVar("_Result")

# pandas is installed (chdb's package asks for it) but not used; the driver would load it at the first insert, which costs every
# process a second and 50 MB.
vars(options).update(pd=None, pd_time_test=None)
# The driver logs rows it cannot write, and what it stands on logs URLs with parameters; both are personal, and all of it is
# raised as an error too.
for _name in ("clickhouse_connect", "urllib3.connectionpool"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class Columns:
    """A client of the columns engine at `url` (`http://user:password@host:port/database`).

    Nothing is sent before the first use. An engine that is starting or restarting is waited for, up to `retry_seconds`;
    then ColumnsUnavailableError. What the engine refuses is a ColumnsError at once. `is_reserved` asks the embedded
    engine for the slots that are kept free for audience.
    """

    def __init__(
        self,
        url: str,
        *,
        cluster: str = "",
        is_reserved: bool = False,
        retry_seconds: float = RETRY_SECONDS_MAX,
        answer_seconds: int = ANSWER_SECONDS_MAX,
        ids: IdSource | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("a columns URL looks like http://user:password@host:port/database")
        self.user = unquote(parts.username or "default")
        self.password = unquote(parts.password or "")
        self.database = unquote(parts.path.strip("/")) or "default"
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", self.database):
            raise ValueError("the database of a columns URL is a plain word")
        self.cluster = cluster
        """The cluster that the server belongs to; empty where it stands alone."""
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (8443 if self._is_secure else 8123)
        self._is_reserved = is_reserved
        self._retry_seconds = retry_seconds
        self._answer_seconds = answer_seconds
        self._ids = ids or SystemIds()
        # A pool of its own: the driver's default one would also send loopback traffic through a proxy of the environment.
        self._pool = get_pool_manager(maxsize=64)
        self._connecting = threading.Lock()
        self._client: Client | None = None
        self._types: dict[tuple[str, tuple[str, ...]], Any] = {}

    def __repr__(self) -> str:
        return f"Columns({self._host}:{self._port}/{self.database})"

    def close(self) -> None:
        """Close the connections; a later request opens them anew."""
        with self._connecting:
            self._client = None
        self._pool.clear()

    def look(self, seconds_max: float) -> None:
        """Whether the engine is there at all: ColumnsUnavailableError where it is not, or says nothing in that time."""
        scheme = "https" if self._is_secure else "http"
        host = f"[{self._host}]" if ":" in self._host else self._host
        try:
            answer = self._pool.request(
                "GET", f"{scheme}://{host}:{self._port}/ping", timeout=seconds_max, retries=False
            )
        except HTTPError as error:
            raise ColumnsUnavailableError(f"({type(error).__name__})") from error
        if answer.status != OK:
            raise ColumnsUnavailableError(f"({answer.status})")

    def query(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Sequence[tuple[Any, ...]]:
        """The rows of a SELECT, all at once."""
        values = bound(sql, parameters)

        def run(client: Client) -> Sequence[tuple[Any, ...]]:
            result = client.query(sql, parameters=values, settings=dict(settings or {}))
            return cast(Sequence[tuple[Any, ...]], result.result_rows)

        return self._attempt(run, sql, may_repeat=True)

    def query_named(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> tuple[Sequence[str], Sequence[str], Sequence[tuple[Any, ...]]]:
        """The names of a SELECT's columns, their types as the engine calls them, and the rows, all at once."""
        values = bound(sql, parameters)

        def run(client: Client) -> tuple[Sequence[str], Sequence[str], Sequence[tuple[Any, ...]]]:
            result = client.query(sql, parameters=values, settings=dict(settings or {}))
            types = [each.name for each in result.column_types]
            return result.column_names, types, cast(Sequence[tuple[Any, ...]], result.result_rows)

        return self._attempt(run, sql, may_repeat=True)

    def query_arrays(
        self,
        sql: str,
        dtypes: Mapping[str, DTypeLike],
        parameters: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> dict[str, Array]:
        """The columns of a SELECT as numpy arrays, as fast as they travel: tens of millions of numbers a second.

        `dtypes` names every column in order and the type it is wanted in. All must be numbers or times (DateTime64 gives
        its ticks); strings and NULLs are for `query`.
        """
        found = read_arrays(self._read_native(sql, parameters, settings))
        if found and list(found) != list(dtypes):
            raise ValueError(f"the statement gives {list(found)}, not {list(dtypes)}")
        return {
            name: found[name].astype(dtype, copy=False) if found else np.empty(0, dtype)
            for name, dtype in dtypes.items()
        }

    def query_column(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        dtype: DTypeLike = np.uint64,
    ) -> Array:
        """The one column of a SELECT as a numpy array; made for ids."""
        found = read_arrays(self._read_native(sql, parameters, settings))
        if len(found) > 1:
            raise ValueError(f"the statement gives {list(found)}, not one column")
        return next(iter(found.values()), np.empty(0, dtype)).astype(dtype, copy=False)

    @contextmanager
    def stream(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Iterator[Iterator[tuple[Any, ...]]]:
        """The rows of a SELECT as they come, for results that do not fit into memory. Leaving early stops the query.

        It is not repeated when it breaks off: ColumnsUnavailableError then. Read on without long pauses, since the query
        holds one of the engine's slots until its end.
        """
        values = bound(sql, parameters)
        response = self._attempt(
            lambda client: raw_stream(client, sql, values, settings),
            sql,
            may_repeat=True,
        )
        try:
            yield rows_of(response)
        except DriverError as error:
            raise columns_error(error, trouble_of(error)) from error
        finally:
            response.close()
            response.release_conn()

    def command(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        *,
        may_repeat: bool = False,
    ) -> None:
        """Run a statement that gives no rows. Say `may_repeat` where running it twice does no harm."""
        values = bound(sql, parameters)
        self._attempt(
            lambda client: client.command(sql, parameters=values, settings=dict(settings or {})),
            sql,
            may_repeat=may_repeat,
        )

    def insert(
        self,
        table: str,
        column_names: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        token: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Insert rows, at most a million, all or none. With the same `token` the same rows go in only once."""
        self._insert(table, column_names, rows, len(rows), False, token, settings)

    def insert_columns(
        self,
        table: str,
        columns: Mapping[str, Sequence[Any] | Array],
        *,
        token: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """As `insert`, but by column, which is faster. Values of a JSON column are all mappings, or all JSON text."""
        values = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns.values()]
        sizes = {len(column) for column in values}
        if len(sizes) > 1:
            raise ValueError("columns of one insert have the same length")
        self._insert(table, list(columns), values, sizes.pop() if sizes else 0, True, token, settings)

    def _insert(
        self,
        table: str,
        column_names: Sequence[str],
        data: Sequence[Any],
        row_count: int,
        is_by_column: bool,
        token: str | None,
        settings: Mapping[str, Any] | None,
    ) -> None:
        if row_count > INSERT_ROWS_MAX:
            raise ValueError(f"one insert has at most {INSERT_ROWS_MAX} rows")
        if row_count == 0:
            return
        # The driver itself repeats an insert over a connection that was closed under it, so even one that nobody
        # will repeat needs a token, used once.
        tokens = {"insert_deduplication_token": token or str(self._ids.new_id())}
        key = (table, tuple(column_names))

        def run(client: Client) -> None:
            known = {name: value for name, value in _INSERT_SETTINGS.items() if name in client.server_settings}
            context = client.create_insert_context(
                table,
                list(column_names),
                column_types=self._types.get(key),
                column_oriented=is_by_column,
                settings={**known, **(settings or {}), **tokens},
            )
            self._types[key] = context.column_types
            client.insert(context=context, data=data)

        try:
            self._attempt(run, f"INSERT INTO {table}", may_repeat=token is not None)
        except ColumnsError:
            self._types.pop(key, None)  # the table may have another shape now
            raise

    def _read_native(self, sql: str, parameters: Mapping[str, Any] | None, settings: Mapping[str, Any] | None) -> bytes:
        values = bound(sql, parameters)
        return self._attempt(lambda client: read_all(raw_stream(client, sql, values, settings)), sql, may_repeat=True)

    def _attempt(self, work: Callable[[Client], _Result], sql: str, *, may_repeat: bool) -> _Result:
        """Do `work`, which sends `sql`, again where its failure allows, until `retry_seconds` are over."""
        with statement("clickhouse", sql):
            return self._attempts(work, may_repeat=may_repeat)

    def _attempts(self, work: Callable[[Client], _Result], *, may_repeat: bool) -> _Result:
        until = time.monotonic() + self._retry_seconds
        pause = FIRST_PAUSE_SECONDS
        while True:
            is_connected = False
            try:
                client = self._connected()
                is_connected = True
                return work(client)
            except DriverError as error:
                trouble = trouble_of(error)
                is_harmless = trouble in (Trouble.UNREACHABLE, Trouble.BUSY) or (
                    trouble is Trouble.BROKEN and (may_repeat or not is_connected)
                )
                if not is_harmless or time.monotonic() + pause > until:
                    raise columns_error(error, trouble) from error
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _connected(self) -> Client:
        client = self._client
        if client is not None:
            return client
        with self._connecting:
            if self._client is None:
                self._client = clickhouse_connect.get_client(
                    host=self._host,
                    port=self._port,
                    secure=self._is_secure,
                    username=self.user,
                    password=self.password,
                    database=self.database,
                    compress=self._host not in ("127.0.0.1", "localhost", "::1"),
                    autogenerate_session_id=False,
                    connect_timeout=5,
                    send_receive_timeout=self._answer_seconds,
                    pool_mgr=self._pool,
                    tz_mode="aware",
                    query_retries=0,  # `_attempt` repeats, and knows for how long
                    settings=dict(CLUSTER_SETTINGS) if self.cluster else None,
                    headers={RESERVED_HEADER: "1"} if self._is_reserved else {},
                )
            return self._client
