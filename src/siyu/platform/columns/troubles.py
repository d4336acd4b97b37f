"""What the driver's errors mean, and which of them are worth another try. Apart from Siyu's own errors, so that nobody has to
load the driver to know these."""

from __future__ import annotations

from enum import Enum

from clickhouse_connect.driver.exceptions import Error as DriverError
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError, ReadTimeoutError

from siyu.platform.columns.errors import ColumnsError, ColumnsUnavailableError

TOO_MANY_QUERIES = 202


class Trouble(Enum):
    """How a request failed, as far as trying again is concerned."""

    UNREACHABLE = "nothing was sent"
    BUSY = "nothing was begun"
    BROKEN = "the connection broke; nobody knows how far it came"
    SLOW = "no answer in time"
    REFUSED = "the engine said no"


def trouble_of(error: DriverError) -> Trouble:
    """How the driver's error is to be understood."""
    if error.code == TOO_MANY_QUERIES:
        return Trouble.BUSY
    if error.code is not None:
        return Trouble.REFUSED
    cause = error.__cause__
    if isinstance(cause, MaxRetryError) and cause.reason is not None:
        cause = cause.reason
    if isinstance(cause, (NewConnectionError, ConnectTimeoutError)):
        return Trouble.UNREACHABLE
    if isinstance(cause, ReadTimeoutError):
        return Trouble.SLOW
    if isinstance(cause, HTTPError) or type(error).__name__ == "StreamFailureError":
        return Trouble.BROKEN
    return Trouble.REFUSED


def columns_error(error: DriverError, trouble: Trouble) -> ColumnsError | ColumnsUnavailableError:
    """Siyu's error for the driver's."""
    if trouble is not Trouble.REFUSED:
        return ColumnsUnavailableError(f"({trouble.value})")
    name = error.name or type(error).__name__
    return ColumnsError(
        f"({name}, {error.code or 0})", engine_code=error.code or 0, engine_name=name, engine_text=str(error)
    )
