"""Every statement on the tables of room `messages`: sets of rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from siyu.domain.customers.reading import THOSE_IN_SCOPE, scope_parameters
from siyu.domain.messages.contracts import ClaimedMessage, HoldOut, Message, MessageState, Settlement
from siyu.domain.messages.gate_store import AdmittedRow
from siyu.kernel.actors import Actor
from siyu.platform.postgres.packing import packed_numbers

Driver = psycopg.Connection[Any]

_CLAIM_RETURNING = (
    "RETURNING m.message_id, m.message_key, m.customer_id, m.channel, m.definition_id, m.version, m.step,"
    " m.attempts, m.delivery_id, m.purpose, m.persona_id, m.expires_at, m.may_be_there"
)


def claim_abandoned(driver: Driver, channel: str, now: datetime, lease_until: datetime) -> list[ClaimedMessage]:
    """One whole delivery whose sender's lease has run out, with a new lease: the same messages, to be sent together again.

    Under a lock that nobody waits for, so that two workers do not take half of it each.
    """
    lock = driver.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", (f"abandoned:{channel}",))
    if not (lock.fetchone() or (False,))[0]:
        return []
    rows = driver.execute(
        f"""
        WITH abandoned AS (
            SELECT message_id FROM messages.messages
            WHERE state = 'sending' AND delivery_id = (
                SELECT delivery_id FROM messages.messages
                WHERE channel = %(channel)s AND state = 'sending' AND next_attempt_at <= %(now)s
                ORDER BY next_attempt_at LIMIT 1
            ) FOR UPDATE
        )
        UPDATE messages.messages m SET attempts = m.attempts + 1, next_attempt_at = %(lease_until)s, may_be_there = true
        FROM abandoned WHERE m.message_id = abandoned.message_id {_CLAIM_RETURNING}
        """,  # noqa: S608  # a constant
        {"channel": channel, "now": now, "lease_until": lease_until},
    ).fetchall()
    return [ClaimedMessage(*row) for row in sorted(rows)]


def claim_due(
    driver: Driver, channel: str, delivery_id: UUID, size: int, now: datetime, lease_until: datetime
) -> list[ClaimedMessage]:
    """The messages whose turn it is, as a new delivery under a lease; those that another worker has are left to it."""
    rows = driver.execute(
        f"""
        WITH due AS (
            SELECT message_id FROM messages.messages
            WHERE channel = %(channel)s AND state = 'requested' AND next_attempt_at <= %(now)s
            ORDER BY next_attempt_at, message_id LIMIT %(size)s FOR UPDATE SKIP LOCKED
        )
        UPDATE messages.messages m SET state = 'sending', attempts = m.attempts + 1,
            next_attempt_at = %(lease_until)s, delivery_id = %(delivery_id)s
        FROM due WHERE m.message_id = due.message_id {_CLAIM_RETURNING}
        """,  # noqa: S608  # a constant
        {"channel": channel, "now": now, "size": size, "lease_until": lease_until, "delivery_id": delivery_id},
    ).fetchall()
    return [ClaimedMessage(*row) for row in sorted(rows)]


def claim_for_tasks(
    driver: Driver, channel: str, definition_id: int, version: int, limit: int, now: datetime, *, is_in_order: bool
) -> list[ClaimedMessage]:
    """The messages of a version whose turn it is, as they were asked for or those worth most first; from now on they await a staff
    member."""
    rows = driver.execute(
        f"""
        WITH due AS (
            SELECT message_id FROM messages.messages
            WHERE channel = %(channel)s AND state = 'requested' AND next_attempt_at <= %(now)s
              AND definition_id = %(definition_id)s AND version = %(version)s
            ORDER BY CASE WHEN %(is_in_order)s THEN 0 ELSE worth END DESC, message_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        UPDATE messages.messages m SET state = 'awaiting_staff', attempts = m.attempts + 1, next_attempt_at = NULL
        FROM due WHERE m.message_id = due.message_id {_CLAIM_RETURNING}
        """,  # noqa: S608  # a constant
        {
            "channel": channel,
            "now": now,
            "limit": limit,
            "definition_id": definition_id,
            "version": version,
            "is_in_order": is_in_order,
        },
    ).fetchall()
    return [ClaimedMessage(*row) for row in sorted(rows)]


def select_awaiting(driver: Driver, message_ids: Collection[int]) -> list[ClaimedMessage]:
    rows = driver.execute(
        f"SELECT {_CLAIM_RETURNING.removeprefix('RETURNING ')} FROM messages.messages m"  # noqa: S608  # a constant
        " WHERE m.message_id = ANY(%s::bigint[]) AND m.state = 'awaiting_staff'"
        " ORDER BY m.message_id",
        (packed_numbers(message_ids),),
    ).fetchall()
    return [ClaimedMessage(*row) for row in rows]


def select_for_tasks(driver: Driver, channel: str, now: datetime) -> list[tuple[int, int, int]]:
    """(definition_id, version, step) of what is requested by a channel of tasks."""
    return driver.execute(
        "SELECT DISTINCT definition_id, version, step FROM messages.messages"
        " WHERE channel = %s AND state = 'requested' AND next_attempt_at <= %s ORDER BY 1, 2, 3",
        (channel, now),
    ).fetchall()


def select_worths(driver: Driver, message_ids: Collection[int]) -> dict[int, int]:
    """Those of whom nobody knows it are left out."""
    rows = driver.execute(
        "SELECT message_id, worth FROM messages.messages WHERE message_id = ANY(%s::bigint[]) AND worth <> 0",
        (packed_numbers(message_ids),),
    ).fetchall()
    return dict(rows)


def select_waiting_worths(driver: Driver, definition_id: int, version: int, channel: str) -> dict[int, int]:
    rows = driver.execute(
        "SELECT customer_id, worth FROM messages.messages"
        " WHERE definition_id = %s AND version = %s AND channel = %s AND state = 'requested'",
        (definition_id, version, channel),
    ).fetchall()
    return dict(rows)


_COUNT_STATES = (
    "SELECT m.state, m.channel, coalesce(m.reason, ''), count(*) FROM messages.messages m :seen"
    " WHERE m.definition_id = %(definition_id)s AND m.version = %(version)s GROUP BY 1, 2, 3"
)
_COUNT_MESSAGES = (
    "SELECT m.definition_id, m.state, count(*), count(m.clicked_at) FROM messages.messages m :seen"
    " WHERE m.definition_id = ANY(%(ids)s) GROUP BY 1, 2"
)
_SEEN = f"JOIN customers.profiles o ON o.profile_id = m.profile_id AND o.customer_id IN ({THOSE_IN_SCOPE})"


def count_states(
    driver: Driver, definition_id: int, version: int, actor: Actor | None
) -> dict[tuple[MessageState, str, str], int]:
    """Of all, or of the customers whom an actor may see."""
    seen = {} if actor is None or actor.scope.is_everything else scope_parameters(actor)
    statement = _COUNT_STATES.replace(":seen", _SEEN if seen else "")
    rows = driver.execute(statement, {"definition_id": definition_id, "version": version, **seen}).fetchall()
    return {(MessageState(state), channel, reason): count for state, channel, reason, count in rows}


_CALLED_BACK = "SET state = 'cancelled', reason = %s, next_attempt_at = NULL, day_on = NULL, fall_back_at = NULL"
_CALLED_BACK_RETURNING = (
    "RETURNING m.message_id, m.message_key, m.customer_id, m.channel, m.definition_id, m.version, m.step, m.state,"
    " m.reason"
)


def cancel_of_version(driver: Driver, definition_id: int, version: int, reason: str, size: int) -> list[AdmittedRow]:
    """Calls back some of what of a version is not out yet and with nobody."""
    rows = driver.execute(
        f"""
        WITH found AS (
            SELECT message_id FROM messages.messages
            WHERE definition_id = %s AND version = %s AND state = 'requested' LIMIT %s FOR UPDATE
        )
        UPDATE messages.messages m {_CALLED_BACK} FROM found WHERE m.message_id = found.message_id {_CALLED_BACK_RETURNING}
        """,  # noqa: S608  # constants
        (definition_id, version, size, reason),
    ).fetchall()
    return [AdmittedRow(*row) for row in rows]


def cancel_by_hand(driver: Driver, channel: str, definition_id: int, version: int, reason: str) -> list[AdmittedRow]:
    """Calls back what of a version is with staff members who were to send it by hand."""
    rows = driver.execute(
        f"UPDATE messages.messages m {_CALLED_BACK} WHERE m.definition_id = %s AND m.version = %s AND m.channel = %s"
        f" AND m.state = 'awaiting_staff' {_CALLED_BACK_RETURNING}",
        (reason, definition_id, version, channel),
    ).fetchall()
    return [AdmittedRow(*row) for row in rows]


def forget_fall_backs(driver: Driver, definition_id: int, version: int) -> None:
    """No other channel is asked for messages of a version."""
    driver.execute(
        "UPDATE messages.messages SET fall_back_at = NULL"
        " WHERE definition_id = %s AND version = %s AND fall_back_at IS NOT NULL",
        (definition_id, version),
    )


class SettledRow(NamedTuple):
    """A message that was settled, and the business day that it counted for."""

    message_id: int
    channel: str
    day_on: date | None
    state: str


def settle(driver: Driver, settlements: Sequence[Settlement], now: datetime) -> list[SettledRow]:
    """Writes down what became of messages that are still this worker's; gives those. What another took over is left. What did not
    get through is due to fall back, where somebody asked for that and it has not. Locks in the order in which receipts do, that
    come in at the same time."""
    sent = (MessageState.SENT, MessageState.DELIVERED)
    rows = driver.execute(
        """
        WITH locked AS (
            SELECT message_id FROM messages.messages WHERE message_id = ANY(%(ids)s) ORDER BY message_id FOR UPDATE
        )
        UPDATE messages.messages m SET state = s.state, reason = s.reason, next_attempt_at = s.next_attempt_at,
            delivery_id = CASE WHEN s.state = 'sending' THEN m.delivery_id END, attempts = m.attempts - s.refund,
            sent_at = s.sent_at, may_be_there = s.may_be_there,
            day_on = CASE WHEN s.state IN ('held', 'cancelled') THEN NULL ELSE m.day_on END,
            fall_back_at = CASE WHEN s.state IN ('delivered', 'cancelled') THEN NULL
                WHEN s.may_be_there AND s.state IN ('held', 'failed') THEN NULL
                WHEN s.state IN ('held', 'failed') AND m.fall_back_at > %(now)s THEN %(now)s ELSE m.fall_back_at END
        FROM unnest(%(ids)s::bigint[], %(attempts)s::integer[], %(states)s::text[], %(reasons)s::text[],
                    %(nexts)s::timestamptz[], %(refunds)s::integer[], %(sents)s::timestamptz[],
                    %(may_be_there)s::boolean[])
            AS s(message_id, attempts, state, reason, next_attempt_at, refund, sent_at, may_be_there) JOIN locked USING (message_id)
        WHERE m.message_id = s.message_id AND m.state IN ('sending', 'awaiting_staff') AND m.attempts = s.attempts
        RETURNING m.message_id, m.channel, m.day_on, m.state
        """,
        {
            "now": now,
            "ids": [each.message.message_id for each in settlements],
            "attempts": [each.message.attempts for each in settlements],
            "states": [each.state.value for each in settlements],
            "reasons": [each.reason for each in settlements],
            "nexts": [each.next_attempt_at for each in settlements],
            "refunds": [0 if each.counts_as_attempt else 1 for each in settlements],
            "may_be_there": [each.may_be_there for each in settlements],
            "sents": [now if each.state in sent else None for each in settlements],
        },
    ).fetchall()
    return [SettledRow(*row) for row in rows]


def find_hold_out(driver: Driver) -> HoldOut | None:
    row = driver.execute("SELECT share, set_at, set_by FROM messages.hold_out").fetchone()
    return HoldOut(*row) if row else None


def save_hold_out(driver: Driver, hold_out: HoldOut) -> None:
    driver.execute(
        "INSERT INTO messages.hold_out (share, set_at, set_by) VALUES (%s, %s, %s) ON CONFLICT (is_only)"
        " DO UPDATE SET share = excluded.share, set_at = excluded.set_at, set_by = excluded.set_by",
        (hold_out.share, hold_out.set_at, hold_out.set_by),
    )


def find_rest(driver: Driver, channel: str) -> tuple[int, datetime] | None:
    """(failures, resting_until)."""
    return driver.execute(
        "SELECT failures, resting_until FROM messages.rests WHERE channel = %s", (channel,)
    ).fetchone()


def save_rest(driver: Driver, channel: str, failures: int, resting_until: datetime) -> None:
    driver.execute(
        "INSERT INTO messages.rests (channel, failures, resting_until) VALUES (%s, %s, %s) ON CONFLICT (channel)"
        " DO UPDATE SET failures = excluded.failures, resting_until = excluded.resting_until",
        (channel, failures, resting_until),
    )


def delete_rest(driver: Driver, channel: str) -> None:
    driver.execute("DELETE FROM messages.rests WHERE channel = %s", (channel,))


_CLICK = """
WITH message AS (
    SELECT message_id FROM messages.messages WHERE message_id = %(message_id)s
), click AS (
    INSERT INTO messages.clicks AS c (message_id, link_id, clicks, first_at, last_at)
    SELECT message_id, %(link_id)s, 1, %(now)s, %(now)s FROM message
    ON CONFLICT (message_id, link_id) DO UPDATE SET clicks = c.clicks + 1, last_at = excluded.last_at
    WHERE c.last_at <= excluded.last_at - interval '1 second'
    RETURNING message_id, clicks
), first AS (
    UPDATE messages.messages m SET clicked_at = %(now)s FROM click
    WHERE m.message_id = click.message_id AND m.clicked_at IS NULL
)
SELECT m.message_id, m.message_key, m.customer_id, m.channel, m.definition_id, m.version, m.step, click.clicks
FROM click JOIN messages.messages m ON m.message_id = click.message_id
"""


class ClickRow(NamedTuple):
    """A click that counts; `clicks` on that link of the message, with this one."""

    message_id: int
    message_key: str
    customer_id: int
    channel: str
    definition_id: int
    version: int
    step: int
    clicks: int


def save_click(driver: Driver, message_id: int, link_id: int, now: datetime) -> ClickRow | None:
    """Counts a click; None where there is no such message, or where the last click was less than a second ago."""
    row = driver.execute(_CLICK, {"message_id": message_id, "link_id": link_id, "now": now}).fetchone()
    return ClickRow(*row) if row else None


def select_profiles(driver: Driver, customer_ids: Collection[int]) -> list[int]:
    """The profiles that messages of these customers were asked for."""
    rows = driver.execute(
        "SELECT DISTINCT profile_id FROM messages.messages WHERE customer_id = ANY(%s)", (list(customer_ids),)
    ).fetchall()
    return [row[0] for row in rows]


def move_customers(driver: Driver, among: Collection[int], customer_of: Mapping[int, int]) -> None:
    """Gives the messages of the customers `among` to those whom their profiles belong to now."""
    driver.execute(
        """
        UPDATE messages.messages m SET customer_id = n.customer_id
        FROM unnest(%s::bigint[], %s::bigint[]) AS n(profile_id, customer_id)
        WHERE m.customer_id = ANY(%s) AND m.profile_id = n.profile_id AND m.customer_id <> n.customer_id
        """,
        (list(customer_of), list(customer_of.values()), list(among)),
    )


def cancel(driver: Driver, customer_ids: Collection[int], reason: str) -> list[AdmittedRow]:
    """Holds all messages of the customers that are not out yet; who is sending one finds it taken over."""
    rows = driver.execute(
        """
        UPDATE messages.messages SET state = 'held', reason = %s, next_attempt_at = NULL, delivery_id = NULL, day_on = NULL
        WHERE customer_id = ANY(%s) AND state IN ('requested', 'sending', 'awaiting_staff')
        RETURNING message_id, message_key, customer_id, channel, definition_id, version, step, state, reason
        """,
        (reason, list(customer_ids)),
    ).fetchall()
    return [AdmittedRow(*row) for row in rows]


def forget_reasons(driver: Driver, customer_ids: Collection[int]) -> list[int]:
    """Empties what channels answered, which may quote an address; gives the customer of each."""
    rows = driver.execute(
        "UPDATE messages.messages SET reason = NULL WHERE customer_id = ANY(%s) AND state <> 'held'"
        " AND reason IS NOT NULL RETURNING customer_id",
        (list(customer_ids),),
    ).fetchall()
    return [row[0] for row in rows]


def select_told(driver: Driver, profile_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """(definition_id, version, step, channel, purpose, state, reason, created_at, sent_at, clicked_at) of the profiles'."""
    return driver.execute(
        "SELECT definition_id, version, step, channel, purpose, state, reason, created_at, sent_at, clicked_at"
        " FROM messages.messages WHERE profile_id = ANY(%s) ORDER BY message_id",
        (list(profile_ids),),
    ).fetchall()


def select_of_customer(driver: Driver, customer_id: int, before: int | None, size: int) -> list[tuple[Any, ...]]:
    """(message_id, definition_id, channel, purpose, state, reason, created_at, sent_at, clicked_at), the newest first."""
    return driver.execute(
        "SELECT message_id, definition_id, channel, purpose, state, reason, created_at, sent_at, clicked_at"
        " FROM messages.messages WHERE customer_id = %(customer_id)s AND (%(before)s::bigint IS NULL OR message_id < %(before)s)"
        " ORDER BY message_id DESC LIMIT %(size)s",
        {"customer_id": customer_id, "before": before, "size": size},
    ).fetchall()


def count_messages(
    driver: Driver, definition_ids: Collection[int], actor: Actor | None
) -> list[tuple[int, str, int, int]]:
    """(definition_id, state, how many, of them clicked), of all or of the customers whom an actor may see."""
    seen = {} if actor is None or actor.scope.is_everything else scope_parameters(actor)
    statement = _COUNT_MESSAGES.replace(":seen", _SEEN if seen else "")
    return driver.execute(statement, {"ids": list(definition_ids), **seen}).fetchall()


def find_message(driver: Driver, message_id: int) -> Message | None:
    row = driver.execute(
        "SELECT message_id, message_key, customer_id, channel, definition_id, version, step, attempts, created_at,"
        " sent_at, clicked_at, reason, state FROM messages.messages WHERE message_id = %s",
        (message_id,),
    ).fetchone()
    return Message(*(*row[:-1], MessageState(row[-1]))) if row else None
