"""Connections that do not wait for ever: a server that is stopped, or beyond a dead network, says nothing at all.

PostgreSQL ends statements that take too long, but only one that lives can. So the client looks at its own clock as well,
and gives up a little later: the connection is closed, and what it was asked for is unknown or rolled back, as with any
connection that breaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from siyu.platform.tracing import is_tracing

GRACE_SECONDS = 5
"""So much later than the server's own time-out the client gives up."""

NETWORK: dict[str, Any] = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""libpq's options by which a connection over a network that went away breaks within about a minute."""

_Result = TypeVar("_Result")


class SilentServerError(psycopg.OperationalError):
    """The server did not answer in time; the connection was closed."""


class PatientConnection(psycopg.Connection[Any]):
    """psycopg's connection, which waits for each answer at most `answer_seconds_max` (None: for ever)."""

    answer_seconds_max: float | None = None

    def wait(self, gen: PQGen[_Result], interval: float = 0.1, timeout: float | None = None) -> _Result:
        """Does what psycopg does, within the time. SilentServerError where nothing comes."""
        if timeout is not None or self.answer_seconds_max is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.answer_seconds_max)
        except psycopg.OperationalError as error:
            # The wait's own error is private to psycopg; that the connection is still whole tells it from any that broke.
            if self.closed or error.sqlstate is not None or type(error) is psycopg.OperationalError:
                raise
            self.pgconn.finish()
            raise SilentServerError("no answer in time") from error

    @contextmanager
    def waiting_for_ever(self) -> Iterator[None]:
        """For statements that take what they take, like the index of a large table."""
        before, self.answer_seconds_max = self.answer_seconds_max, None
        try:
            yield
        finally:
            self.answer_seconds_max = before


def options(statement_seconds_max: int) -> str:
    """What every session of Siyu's is set to."""
    return f"-c timezone=UTC -c statement_timeout={statement_seconds_max}s -c jit=off"


def connect(*arguments: Any, answer_seconds_max: float | None, **parameters: Any) -> PatientConnection:
    """As `psycopg.connect`."""
    connection = PatientConnection.connect(*arguments, **parameters)
    connection.answer_seconds_max = answer_seconds_max
    if is_tracing():
        from siyu.platform.postgres.traced import TracedCursor

        connection.cursor_factory = TracedCursor
    return connection
