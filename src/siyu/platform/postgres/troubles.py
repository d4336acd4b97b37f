"""What the database's errors mean for whoever asked, without a word of the statement or its values."""

from __future__ import annotations

import psycopg
import sqlalchemy as sa

from siyu.kernel.errors import BusyError, ConflictError, InvalidError, SiyuError
from siyu.platform.postgres.patience import SilentServerError


class DatabaseUnavailableError(SiyuError):
    """The database does not answer just now; try again later."""

    code = "database_unavailable"


class DatabaseSilentError(DatabaseUnavailableError):
    """The database is there and says nothing; try again later."""

    code = "database_silent"


class DatabaseFullError(DatabaseUnavailableError):
    """The database has no room left on its disk. Nothing was lost; try again when there is room."""

    code = "database_full"


def trouble_of(error: BaseException) -> SiyuError | None:
    """The error of Siyu's that stands for one of the database's; None for any that only a mistake of ours can bring."""
    original = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    match original:
        case psycopg.errors.DeadlockDetected() | psycopg.errors.SerializationFailure():
            return ConflictError("Try once more.")
        case SilentServerError() | psycopg.errors.ConnectionTimeout():
            return DatabaseSilentError()
        case psycopg.errors.DiskFull():
            return DatabaseFullError()
        case psycopg.errors.ReadOnlySqlTransaction():  # a standby that has not become the primary yet
            return DatabaseUnavailableError()
        case psycopg.errors.QueryCanceled() | sa.exc.TimeoutError():
            return BusyError(retry_after_seconds=5)
        case psycopg.DataError():
            return InvalidError("A value is out of range.")
        case psycopg.OperationalError():
            return DatabaseUnavailableError()
        case _:
            return None
