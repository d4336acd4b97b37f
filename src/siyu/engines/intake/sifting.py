"""Sifting: where a stretch of the inbox cannot be taken, the events that are to blame are found by halving and put aside.

What is to blame is decided by the error. A database that is away, a deadlock, a disk that is full, a table that is not there
are nobody's fault who sent an event: then nothing is put aside and the stretch is tried again as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec
import psycopg
import sqlalchemy as sa

from siyu.kernel.errors import InvalidError, SiyuError
from siyu.platform.inbox.inbox import InboxBatch
from siyu.platform.postgres.database import UnitOfWork

REASON_LENGTH_MAX = 80

_decode_raws = msgspec.json.Decoder(list[msgspec.Raw]).decode


@dataclass(frozen=True, slots=True)
class Fault:
    """A batch, mostly of one event, that cannot be taken, and what happened when it was tried."""

    batch: InboxBatch
    error: Exception

    @property
    def reason(self) -> str:
        """What happened as a code, without a word of what was sent."""
        return _reason(self.error)


def sift(
    work: UnitOfWork, batches: Sequence[InboxBatch], take: Callable[[UnitOfWork, Sequence[InboxBatch]], None]
) -> list[Fault]:
    """Takes what can be taken; gives the rest. Raises what is no event's fault."""
    try:
        with work.attempt():
            take(work, batches)
    except Exception as error:
        if not is_events_fault(error):
            raise
        halves = _halves(batches)
        if halves is None:
            return [Fault(batches[0], error)]
        return [fault for half in halves for fault in sift(work, half, take)]
    return []


def is_events_fault(error: BaseException) -> bool:
    """Whether an error is brought about by what was sent, not by the state of the stores or of this machine."""
    original = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig is not None else error
    match original:
        case psycopg.errors.ProgramLimitExceeded() | psycopg.errors.StatementTooComplex():
            return True
        case psycopg.DataError() | psycopg.IntegrityError() | psycopg.NotSupportedError():
            return True
        case psycopg.ProgrammingError(sqlstate=None):
            return True  # psycopg cannot send such a value; what the server says of tables has a state
        case psycopg.Error() | sa.exc.SQLAlchemyError() | OSError() | MemoryError() | ImportError():
            return False
        case SiyuError():
            return isinstance(original, InvalidError)
        case _:
            return isinstance(original, Exception)


def _reason(error: Exception) -> str:
    original = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig is not None else error
    if isinstance(original, psycopg.Error) and original.sqlstate:
        return f"sql_{original.sqlstate}"
    code = getattr(original, "code", None)
    return (code if isinstance(code, str) else type(original).__name__)[:REASON_LENGTH_MAX]


def _halves(batches: Sequence[InboxBatch]) -> tuple[Sequence[InboxBatch], Sequence[InboxBatch]] | None:
    """Two parts of about as many batches, or of one batch's events; None where it is one event, or cannot be taken apart."""
    if len(batches) > 1:
        middle = len(batches) // 2
        return batches[:middle], batches[middle:]
    (batch,) = batches
    try:
        raws = _decode_raws(batch.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    middle = len(raws) // 2
    return ([_part(batch, raws[:middle])], [_part(batch, raws[middle:])]) if middle else None


def _part(batch: InboxBatch, raws: Sequence[msgspec.Raw]) -> InboxBatch:
    return replace(batch, size=len(raws), body=b"[" + b",".join(map(bytes, raws)) + b"]")
