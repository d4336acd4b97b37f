"""What can go wrong with the columns, and which of it is worth another try."""

from __future__ import annotations

from enum import Enum

from clickhouse_connect.driver.exceptions import Error as DriverError
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError, ReadTimeoutError

from siyu.kernel.errors import ConflictError, SiyuError

TOO_MANY_QUERIES = 202
UNREADABLE_DATA = 117


class ColumnsError(SiyuError):
    """The columns engine refused or failed to do this."""

    code = "columns_error"

    def __init__(self, detail: str = "", *, engine_code: int = 0, engine_name: str = "", engine_text: str = "") -> None:
        """`engine_code` and `engine_name` are ClickHouse's own (60, UNKNOWN_TABLE). `engine_text` may quote rows and
        parameters: for a person at a terminal, never for a log."""
        self.engine_code = engine_code
        self.engine_name = engine_name
        self.engine_text = engine_text
        super().__init__(detail, engine_code=engine_code, engine_name=engine_name)


class ColumnsUnavailableError(SiyuError):
    """The columns engine cannot be reached, or has too much to do."""

    code = "columns_unavailable"


class ColumnsFolderInUseError(ConflictError):
    """Another columns engine has this folder open."""

    code = "columns_folder_in_use"


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
