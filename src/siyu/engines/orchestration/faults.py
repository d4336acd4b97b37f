"""What fails for one customer holds that one, and not the thousands beside: a batch that fails is halved until it is found who."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import psycopg
import sqlalchemy as sa

from siyu.domain.journeys.contracts import Fault, Numbers
from siyu.kernel.errors import BusyError, SiyuError
from siyu.platform.postgres.database import UnitOfWork

ALONE_MAX: Final = 20
"""How many are looked for one by one; where more fail, those that fail together are held together, and let go again together."""
UNFORESEEN: Final = "unforeseen"
_DETAIL_LENGTH_MAX: Final = 300

Part = Callable[[Numbers], None]
"""Does something for some of those who stand at a node."""


def attempt(work: UnitOfWork, chosen: Numbers, part: Part) -> dict[int, Fault]:
    """Does a part for all, or for as many as can be; {place among them: why it could not be done}. What was done for those who
    fail is undone."""
    found: dict[int, Fault] = {}
    waiting = [(0, len(chosen))] if len(chosen) else []
    while waiting:
        start, end = waiting.pop()
        fault = _tried(work, chosen[start:end], part)
        if fault is None:
            continue
        if end - start == 1 or len(found) >= ALONE_MAX:
            found.update(dict.fromkeys(range(start, end), fault))
            continue
        middle = (start + end) // 2
        waiting += [(middle, end), (start, middle)]
    return found


def _tried(work: UnitOfWork, some: Numbers, part: Part) -> Fault | None:
    """None where it went well. What is no fault of those it is done for, a store that does not answer or a lock that somebody has,
    is nobody's: the whole batch is tried again."""
    try:
        with work.attempt():
            part(some)
    except (
        psycopg.OperationalError,
        sa.exc.OperationalError,
        BusyError,
    ):  # of a connection that is gone its savepoint tells
        raise
    except SiyuError as error:
        return Fault(error.code, error.message[:_DETAIL_LENGTH_MAX])
    except (
        Exception
    ) as error:  # whatever it is, one customer's must not hold up the others; it is told, and can be tried again
        return Fault(UNFORESEEN, type(error).__name__)
    return None
