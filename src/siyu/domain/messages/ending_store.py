"""Statements of how messages end that were out of hand for a while: receipts, fall-backs, and what staff send by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from siyu.domain.messages.contracts import ClaimedMessage, HandTask, HandTaskState

Driver = psycopg.Connection[Any]

_CLAIMED = (
    "m.message_id, m.message_key, m.customer_id, m.channel, m.definition_id, m.version, m.step, m.attempts,"
    " m.delivery_id, m.purpose, m.persona_id, m.expires_at, m.may_be_there"
)


class WaitingRow(NamedTuple):
    """A message whose time to get through is over, and all that its next channel has to know."""

    message_id: int
    message_key: str
    profile_id: int
    customer_id: int
    channel: str
    definition_id: int
    version: int
    step: int
    attempts: int
    delivery_id: UUID | None
    purpose: str
    persona_id: int | None
    expires_at: datetime | None
    channels: list[str]
    worth: int
    state: str
    reason: str | None
    is_clicked: bool
    tells_arrival: bool

    @property
    def message(self) -> ClaimedMessage:
        return ClaimedMessage(self.message_id, self.message_key, *self[3:13])


def lock_waiting(driver: Driver, now: datetime, size: int) -> list[WaitingRow]:
    """Messages whose next channel is to be asked if they did not get through. A channel that ever told of late that something
    arrived is one that tells."""
    rows = driver.execute(
        """
        SELECT m.message_id, m.message_key, m.profile_id, m.customer_id, m.channel, m.definition_id, m.version, m.step,
            m.attempts, m.delivery_id, m.purpose, m.persona_id, m.expires_at, m.channels, m.worth, m.state, m.reason,
            m.clicked_at IS NOT NULL,
            EXISTS (SELECT 1 FROM messages.channel_days d WHERE d.channel = m.channel AND d.arrived > 0)
        FROM messages.messages m WHERE m.fall_back_at <= %s AND m.state NOT IN ('sending', 'awaiting_staff')
        ORDER BY m.fall_back_at LIMIT %s FOR UPDATE SKIP LOCKED
        """,
        (now, size),
    ).fetchall()
    return [WaitingRow(*row) for row in rows]


def save_fall_backs(driver: Driver, over: Collection[int], cancelled: Collection[int], later: Collection[int]) -> None:
    """`over`: nothing is to be asked any more. `cancelled`: called back, for another channel has it. `later`: looked at again."""
    driver.execute("UPDATE messages.messages SET fall_back_at = NULL WHERE message_id = ANY(%s)", (list(over),))
    driver.execute(
        "UPDATE messages.messages SET state = 'cancelled', reason = 'fell_back', next_attempt_at = NULL, day_on = NULL,"
        " fall_back_at = NULL WHERE message_id = ANY(%s)",
        (list(cancelled),),
    )
    driver.execute(
        "UPDATE messages.messages SET fall_back_at = fall_back_at + interval '5 minutes' WHERE message_id = ANY(%s)",
        (list(later),),
    )


def claim_by_hand(driver: Driver, channel: str, limit: int, now: datetime) -> list[ClaimedMessage]:
    """Messages whose turn it is; from now on they await a staff member."""
    rows = driver.execute(
        f"""
        WITH due AS (
            SELECT message_id FROM messages.messages
            WHERE channel = %(channel)s AND state = 'requested' AND next_attempt_at <= %(now)s
            ORDER BY next_attempt_at, message_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        UPDATE messages.messages m SET state = 'awaiting_staff', attempts = m.attempts + 1, next_attempt_at = NULL
        FROM due WHERE m.message_id = due.message_id
        RETURNING {_CLAIMED}
        """,  # noqa: S608  # a constant
        {"channel": channel, "limit": limit, "now": now},
    ).fetchall()
    return [ClaimedMessage(*row) for row in sorted(rows)]


_WAITING_CHANNELS = """
WITH RECURSIVE names (channel) AS (
    SELECT min(channel) FROM messages.messages WHERE state = '{state}'
    UNION ALL
    SELECT (SELECT min(channel) FROM messages.messages WHERE state = '{state}' AND channel > names.channel)
    FROM names WHERE names.channel IS NOT NULL
) SELECT channel FROM names WHERE channel <> ALL(%(present)s)
"""
"""Leaps from name to name along the index of what waits, however many wait."""


def select_absent(driver: Driver, present: Collection[str]) -> list[str]:
    """Channels by which something is to go out and that are not there."""
    return sorted(
        {
            row[0]
            for state in ("requested", "sending")
            for row in driver.execute(_WAITING_CHANNELS.format(state=state), {"present": list(present)})
        }
    )


def claim_stranded(
    driver: Driver, channels: Sequence[str], until: Mapping[str, datetime], others_until: datetime, size: int
) -> list[ClaimedMessage]:
    """What waits for these channels since its purpose's moment, or longer; with nobody from now on."""
    rows = driver.execute(
        f"""
        WITH due AS (
            SELECT m.message_id, m.state FROM messages.messages m
            LEFT JOIN unnest(%(purposes)s::text[], %(untils)s::timestamptz[]) AS w(purpose, until) USING (purpose)
            WHERE m.channel = ANY(%(channels)s) AND m.state IN ('requested', 'sending')
              AND m.next_attempt_at <= coalesce(w.until, %(others)s)
            LIMIT %(size)s FOR UPDATE OF m SKIP LOCKED
        )
        UPDATE messages.messages m SET state = 'awaiting_staff', attempts = m.attempts + 1, next_attempt_at = NULL,
            delivery_id = NULL, may_be_there = m.may_be_there OR due.state = 'sending'
        FROM due WHERE m.message_id = due.message_id RETURNING {_CLAIMED}
        """,  # noqa: S608  # a constant
        {
            "channels": list(channels),
            "purposes": list(until),
            "untils": list(until.values()),
            "others": others_until,
            "size": size,
        },
    ).fetchall()
    return [ClaimedMessage(*row) for row in sorted(rows)]


def count_stranded(driver: Driver, channels: Sequence[str]) -> dict[str, tuple[int, datetime]]:
    """{channel: (how many wait for it, since when)}."""
    rows = driver.execute(
        "SELECT channel, count(*), min(next_attempt_at) FROM messages.messages"
        " WHERE channel = ANY(%s) AND state IN ('requested', 'sending') GROUP BY 1",
        (list(channels),),
    ).fetchall()
    return {channel: (count, since) for channel, count, since in rows}


def lock_with_staff(driver: Driver, channel: str, customer_ids: Collection[int]) -> list[ClaimedMessage]:
    """Messages of these customers that staff have still to send by hand."""
    rows = driver.execute(
        f"SELECT {_CLAIMED} FROM messages.messages m"  # noqa: S608  # a constant
        " WHERE m.customer_id = ANY(%s) AND m.channel = %s AND m.state = 'awaiting_staff' ORDER BY m.message_id FOR UPDATE",
        (list(customer_ids), channel),
    ).fetchall()
    return [ClaimedMessage(*row) for row in rows]


def insert_hand_tasks(driver: Driver, message_ids: Sequence[int], staff_ids: Sequence[int], now: datetime) -> None:
    driver.execute(
        "INSERT INTO messages.hand_tasks (message_id, staff_id, created_at)"
        " SELECT message_id, staff_id, %s FROM unnest(%s::bigint[], %s::bigint[]) AS new(message_id, staff_id)"
        " ON CONFLICT (message_id) DO UPDATE SET staff_id = excluded.staff_id, state = 'open', ended_at = NULL",
        (now, list(message_ids), list(staff_ids)),
    )


def move_hand_tasks(driver: Driver, keeper_of: Mapping[int, int]) -> int:
    """{customer: member}: gives open tasks about them to those."""
    done = driver.execute(
        "UPDATE messages.hand_tasks t SET staff_id = w.staff_id"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS w(customer_id, staff_id) JOIN messages.messages m USING (customer_id)"
        " WHERE t.message_id = m.message_id AND t.state = 'open' AND m.state = 'awaiting_staff'"
        " AND t.staff_id <> w.staff_id",
        (list(keeper_of), list(keeper_of.values())),
    )
    return done.rowcount


_HAND_TASK = """
SELECT t.message_id, t.staff_id, m.customer_id, m.definition_id, m.version, m.step, t.state, t.created_at, m.expires_at,
    t.ended_at
FROM messages.hand_tasks t JOIN messages.messages m USING (message_id)
"""


def select_hand_tasks(
    driver: Driver, staff_id: int | None, state: str, before: int, size: int, *, customer_id: int | None = None
) -> list[HandTask]:
    """Tasks of one staff member, or of all, the newest first; about one customer, where one is given."""
    rows = driver.execute(
        _HAND_TASK + "WHERE (%(staff)s::bigint IS NULL OR t.staff_id = %(staff)s) AND t.state = %(state)s"
        " AND (t.state <> 'open' OR m.state = 'awaiting_staff') AND t.message_id < %(before)s"
        " AND (%(customer)s::bigint IS NULL OR m.customer_id = %(customer)s)"
        " ORDER BY t.message_id DESC LIMIT %(size)s",
        {"staff": staff_id, "state": state, "before": before, "size": size, "customer": customer_id},
    ).fetchall()
    return [_hand_task(row) for row in rows]


def lock_hand_task(driver: Driver, message_id: int) -> tuple[HandTask, ClaimedMessage] | None:
    """The task and its message as it was claimed; None where there is none that somebody still has."""
    row = driver.execute(_HAND_TASK + "WHERE t.message_id = %s FOR UPDATE", (message_id,)).fetchone()
    claimed = driver.execute(
        f"SELECT {_CLAIMED} FROM messages.messages m"  # noqa: S608  # a constant
        " WHERE m.message_id = %s AND m.state = 'awaiting_staff'",
        (message_id,),
    ).fetchone()
    return (_hand_task(row), ClaimedMessage(*claimed)) if row and claimed else None


def end_hand_tasks(driver: Driver, message_ids: Collection[int], state: HandTaskState, now: datetime) -> None:
    driver.execute(
        "UPDATE messages.hand_tasks SET state = %s, ended_at = %s WHERE message_id = ANY(%s)",
        (state.value, now, list(message_ids)),
    )


def claim_expired_tasks(driver: Driver, now: datetime, size: int) -> list[ClaimedMessage]:
    """Messages with a staff member who has done nothing with them until they expired, or whose message is gone otherwise."""
    rows = driver.execute(
        f"SELECT {_CLAIMED}"  # noqa: S608  # a constant
        " FROM messages.hand_tasks t JOIN messages.messages m USING (message_id)"
        " WHERE t.state = 'open' AND m.state = 'awaiting_staff' AND m.expires_at <= %s"
        " ORDER BY t.message_id LIMIT %s FOR UPDATE SKIP LOCKED",
        (now, size),
    ).fetchall()
    return [ClaimedMessage(*row) for row in rows]


def _hand_task(row: Sequence[Any]) -> HandTask:
    return HandTask(*(*row[:6], HandTaskState(row[6]), *row[7:]))
