"""Every statement about welcomes that are to be sent: rows live for the seconds that a code does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from siyu.kernel.clock import real_span
from siyu.platform.postgres.database import UnitOfWork

PURPOSE = "wecom_welcome"
LEASE = timedelta(seconds=10)
"""How long an attempt may take, and longer than one does: nobody else begins one meanwhile."""


class WelcomeOutcome(StrEnum):
    """How a welcome ended. `assumed`: an answer was lost, and then WeCom said that it had been delivered."""

    SENT = "sent"
    ASSUMED = "assumed"
    EXPIRED = "expired"
    CHATTING = "chatting"
    REFUSED = "refused"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class Greeted:
    """Whom a welcome is for, and the code that is good for one."""

    code: str = field(repr=False)
    userid: str = field(repr=False)
    external_userid: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Welcome:
    """A welcome on its way."""

    welcome_id: int
    corp_id: str
    greeted: Greeted
    state: str
    dies_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class WelcomeResult:
    """What came of one attempt: an outcome that it had at an instant, or none, and then it is tried again at that instant."""

    welcome_id: int
    at: datetime
    outcome: WelcomeOutcome | None = None
    errcode: int = 0


@dataclass(frozen=True, slots=True)
class EndedWelcome:
    """A welcome that ended, and has not been told of."""

    welcome_id: int
    corp_id: str
    greeted: Greeted
    state: str
    outcome: WelcomeOutcome
    errcode: int
    added_at: datetime
    done_at: datetime


def put_welcome(work: UnitOfWork, corp_id: str, greeted: Greeted, state: str, dies_at: datetime) -> None:
    """A welcome is to be sent before its code dies."""
    now = work.clock.now()
    sealed = work.seals.seal_bytes(PURPOSE, msgspec.json.encode(greeted))
    work.driver.execute(
        "INSERT INTO wecom.welcomes (corp_id, sealed, state, added_at, dies_at, try_at) VALUES (%s, %b, %s, %s, %s, %s)",
        (corp_id, sealed, state, now, dies_at, now),
    )


def claim_welcomes(work: UnitOfWork, size: int) -> list[Welcome]:
    """Takes welcomes whose time has come, the oldest first; nobody else has them until the lease is over."""
    now = work.clock.now()
    rows = work.driver.execute(
        """
        UPDATE wecom.welcomes SET attempts = attempts + 1, try_at = %(until)s WHERE welcome_id IN (
            SELECT welcome_id FROM wecom.welcomes WHERE outcome IS NULL AND try_at <= %(now)s
            ORDER BY try_at, welcome_id LIMIT %(size)s FOR UPDATE SKIP LOCKED)
        RETURNING welcome_id, corp_id, sealed, state, dies_at, attempts
        """,
        {"now": now, "until": now + real_span(work.clock, LEASE), "size": size},
    ).fetchall()
    return [
        Welcome(row[0], row[1], _greeted(work, row[2]), row[3], row[4], row[5])
        for row in sorted(rows, key=lambda row: int(row[0]))
    ]


def settle_welcomes(work: UnitOfWork, results: Sequence[WelcomeResult]) -> None:
    """Keeps what came of attempts: an end, or another attempt in a while. Who is killed before learns it from WeCom."""
    work.driver.execute(
        """
        UPDATE wecom.welcomes w SET outcome = nullif(r.outcome, ''), errcode = r.errcode,
            done_at = CASE WHEN r.outcome <> '' THEN r.at END, try_at = r.at
        FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::timestamptz[]) AS r (welcome_id, outcome, errcode, at)
        WHERE w.welcome_id = r.welcome_id
        """,
        (
            [each.welcome_id for each in results],
            [each.outcome.value if each.outcome is not None else "" for each in results],
            [each.errcode for each in results],
            [each.at for each in results],
        ),
    )


def lock_ended_welcomes(work: UnitOfWork, size: int) -> list[EndedWelcome]:
    """Welcomes that ended and have not been told of, the oldest first."""
    rows = work.driver.execute(
        "SELECT welcome_id, corp_id, sealed, state, outcome, errcode, added_at, done_at FROM wecom.welcomes"
        " WHERE outcome IS NOT NULL ORDER BY welcome_id LIMIT %s FOR UPDATE SKIP LOCKED",
        (size,),
    ).fetchall()
    return [
        EndedWelcome(row[0], row[1], _greeted(work, row[2]), row[3], WelcomeOutcome(row[4]), *row[5:]) for row in rows
    ]


def delete_welcomes(work: UnitOfWork, welcome_ids: Sequence[int]) -> None:
    work.driver.execute("DELETE FROM wecom.welcomes WHERE welcome_id = ANY(%s)", (list(welcome_ids),))


def _greeted(work: UnitOfWork, sealed: bytes) -> Greeted:
    return msgspec.json.decode(work.keys.open_bytes(PURPOSE, sealed), type=Greeted)
