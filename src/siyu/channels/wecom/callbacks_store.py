"""Every statement about callbacks that came: durable before they are answered, worked on in order, kept until somebody looks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from siyu.channels.wecom.callbacks import OpenedCallback
from siyu.domain.company.contracts import WecomCallback
from siyu.kernel.clock import real_span
from siyu.platform.postgres.database import Reading, UnitOfWork

PURPOSE = "wecom_callback"
LEASE = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(days=10)
"""Longer than a callback may be old (`callbacks.AGE_MAX`): what is forgotten cannot come again."""
ATTEMPTS_MAX = 8
ERASED_AT_ONCE = 1000
_WAIT = timedelta(seconds=5)


class CallbackState(StrEnum):
    """What became of a callback. `unknown`: nobody here does anything about its kind; it is kept."""

    WAITING = "waiting"
    DONE = "done"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class KeptCallback:
    """What may be shown of a callback: nothing that it tells of people."""

    callback_id: int
    corp_id: str
    event: str
    change: str
    happened_at: datetime
    received_at: datetime
    state: CallbackState
    attempts: int
    reason: str


def put_callback(work: UnitOfWork, corp_id: str, opened: OpenedCallback) -> bool:
    """Keeps a callback, sealed; False for one that came before."""
    now = work.clock.now()
    body = work.seals.seal_bytes(PURPOSE, msgspec.json.encode(opened.fields))
    row = work.driver.execute(
        "INSERT INTO wecom.callbacks (corp_id, dedupe_key, event, change, happened_at, received_at, try_at, sealed)"
        " VALUES (%s, %b, %s, %s, %s, %s, %s, %b) ON CONFLICT (corp_id, dedupe_key) DO NOTHING RETURNING callback_id",
        (corp_id, opened.dedupe_key, opened.event, opened.change, opened.happened_at, now, now, body),
    ).fetchone()
    return row is not None


def corps_waiting(reading: Reading) -> list[str]:
    """Corps with callbacks whose time has come."""
    rows = reading.driver.execute(
        "SELECT DISTINCT corp_id FROM wecom.callbacks WHERE state = 'waiting' AND try_at <= %s ORDER BY 1",
        (reading.clock.now(),),
    ).fetchall()
    return [row[0] for row in rows]


def claim_callbacks(work: UnitOfWork, corp_id: str, size: int) -> list[WecomCallback]:
    """Takes a corp's oldest that wait, for a while: whoever dies over them leaves them to the next. One at a time works on a
    corp's, for their order counts."""
    now = work.clock.now()
    lock = work.driver.execute(
        "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", (f"wecom.callbacks:{corp_id}",)
    ).fetchone()
    if not (lock and lock[0]):
        return []
    rows = work.driver.execute(
        """
        UPDATE wecom.callbacks SET attempts = attempts + 1, claimed_until = %(until)s WHERE callback_id IN (
            SELECT callback_id FROM wecom.callbacks WHERE corp_id = %(corp)s AND state = 'waiting' AND try_at <= %(now)s
            ORDER BY callback_id LIMIT %(size)s)
        AND NOT EXISTS (
            SELECT FROM wecom.callbacks WHERE corp_id = %(corp)s AND state = 'waiting' AND claimed_until > %(now)s)
        RETURNING callback_id, corp_id, event, change, happened_at, sealed
        """,
        {"now": now, "until": now + real_span(work.clock, LEASE), "corp": corp_id, "size": size},
    ).fetchall()
    return [
        WecomCallback(
            row[0], row[1], row[2], row[3], row[4], msgspec.json.decode(work.keys.open_bytes(PURPOSE, row[5]))
        )
        for row in sorted(rows, key=lambda row: int(row[0]))
    ]


def settle_callbacks(work: UnitOfWork, callback_ids: Sequence[int], state: CallbackState, reason: str = "") -> None:
    """These are done with, or nobody's business. What is done keeps nothing of what it told."""
    work.driver.execute(
        "UPDATE wecom.callbacks SET state = %(state)s, reason = %(reason)s, claimed_until = NULL,"
        " sealed = CASE WHEN %(state)s = 'done' THEN NULL ELSE sealed END WHERE callback_id = ANY(%(ids)s)",
        {"state": state.value, "reason": reason, "ids": list(callback_ids)},
    )


def put_off_callback(work: UnitOfWork, callback_id: int, reason: str, *, after_seconds: int = 0) -> None:
    """Tries one again later, ever more seldom, and after some attempts only when somebody says so. Where it is told when (WeCom
    takes nothing now), that is no attempt."""
    now = work.clock.now()
    work.driver.execute(
        """
        UPDATE wecom.callbacks SET reason = %(reason)s, claimed_until = NULL,
            attempts = attempts - CASE WHEN %(after)s > 0 THEN 1 ELSE 0 END,
            state = CASE WHEN %(after)s = 0 AND attempts >= %(most)s THEN 'failed' ELSE 'waiting' END,
            try_at = %(now)s + CASE WHEN %(after)s > 0 THEN make_interval(secs => %(after)s)
                                    ELSE %(wait)s * power(3, least(attempts, %(most)s) - 1) END
        WHERE callback_id = %(id)s
        """,
        {
            "reason": reason,
            "after": after_seconds,
            "most": ATTEMPTS_MAX,
            "now": now,
            "wait": _WAIT,
            "id": callback_id,
        },
    )


def retry_callbacks(work: UnitOfWork, corp_id: str, callback_ids: Sequence[int] | None = None) -> int:
    """Takes up again what failed, or what nobody knew: these, or all that failed; gives how many."""
    return work.driver.execute(
        "UPDATE wecom.callbacks SET state = 'waiting', attempts = 0, try_at = %(now)s, reason = ''"
        " WHERE corp_id = %(corp)s AND state IN ('failed', 'unknown') AND sealed IS NOT NULL"
        " AND CASE WHEN %(ids)s::bigint[] IS NULL THEN state = 'failed' ELSE callback_id = ANY(%(ids)s) END",
        {
            "now": work.clock.now(),
            "corp": corp_id,
            "ids": list(callback_ids) if callback_ids is not None else None,
        },
    ).rowcount


def list_callbacks(
    reading: Reading, corp_id: str, size: int, before: int | None, states: Sequence[CallbackState]
) -> list[KeptCallback]:
    """The newest first; of all states where none is named."""
    rows = reading.driver.execute(
        "SELECT callback_id, corp_id, event, change, happened_at, received_at, state, attempts, reason FROM wecom.callbacks"
        " WHERE corp_id = %(corp)s AND (%(before)s::bigint IS NULL OR callback_id < %(before)s)"
        " AND (%(states)s::text[] = '{}' OR state = ANY(%(states)s)) ORDER BY callback_id DESC LIMIT %(size)s",
        {"corp": corp_id, "before": before, "states": [each.value for each in states], "size": size},
    ).fetchall()
    return [
        KeptCallback(row[0], row[1], row[2], row[3], row[4], row[5], CallbackState(row[6]), row[7], row[8])
        for row in rows
    ]


def count_callbacks(reading: Reading, corp_id: str) -> dict[str, int]:
    """How many there are in each state."""
    return dict(
        reading.driver.execute(
            "SELECT state, count(*) FROM wecom.callbacks WHERE corp_id = %s GROUP BY 1 ORDER BY 1", (corp_id,)
        ).fetchall()
    )


def forget_callbacks(work: UnitOfWork, size: int) -> int:
    """Forgets what came long ago, whatever became of it; gives how many, at most `size`."""
    return work.driver.execute(
        "DELETE FROM wecom.callbacks WHERE callback_id IN (SELECT callback_id FROM wecom.callbacks"
        " WHERE received_at < %s ORDER BY received_at LIMIT %s)",
        (work.clock.now() - FORGOTTEN_AFTER, size),
    ).rowcount


def erase_from_callbacks(work: UnitOfWork, external_userids: Collection[str]) -> int:
    """Takes persons out of what callbacks told that are still kept; gives out of how many. One that was about one of them alone is
    done with. What they tell is sealed, so all of them are opened."""
    if not external_userids:
        return 0
    gone, changed, after = set(external_userids), 0, 0
    while rows := work.driver.execute(
        "SELECT callback_id, sealed FROM wecom.callbacks WHERE sealed IS NOT NULL AND callback_id > %s"
        " ORDER BY callback_id LIMIT %s FOR UPDATE",
        (after, ERASED_AT_ONCE),
    ).fetchall():
        after = rows[-1][0]
        for callback_id, sealed in rows:
            told: dict[str, str | list[str]] = msgspec.json.decode(work.keys.open_bytes(PURPOSE, sealed))
            left = _without(told, gone)
            if left == told:
                continue
            changed += 1
            if told.get("ExternalUserID") in gone:
                settle_callbacks(work, [callback_id], CallbackState.DONE, "erased")
            else:
                body = work.seals.seal_bytes(PURPOSE, msgspec.json.encode(left))
                work.driver.execute(
                    "UPDATE wecom.callbacks SET sealed = %b WHERE callback_id = %s", (body, callback_id)
                )
    return changed


def _without(told: Mapping[str, str | list[str]], gone: Collection[str]) -> dict[str, str | list[str]]:
    """The fields without these values."""
    return {
        name: value if isinstance(value, str) else [each for each in value if each not in gone]
        for name, value in told.items()
        if not (isinstance(value, str) and value in gone)
    }
