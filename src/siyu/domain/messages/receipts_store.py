"""The statements by which receipts of channels find their messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg

from siyu.domain.messages.contracts import MessageState
from siyu.domain.messages.receipts_contracts import Receipt

Driver = psycopg.Connection[Any]


class ReceivedRow(NamedTuple):
    """A message that a receipt changed; `was` is its state before."""

    message_id: int
    message_key: str
    customer_id: int
    channel: str
    definition_id: int
    version: int
    step: int
    was: str
    state: str
    reason: str | None
    day_on: date | None


_RECEIVE = """
WITH told AS (
    SELECT DISTINCT ON (message_key) * FROM unnest(%(keys)s::text[], %(delivered)s::boolean[], %(reasons)s::text[])
        AS t(message_key, is_delivered, reason) ORDER BY message_key, is_delivered DESC
), found AS (
    SELECT m.message_id, m.state AS was, t.is_delivered, t.reason
    FROM messages.messages m JOIN told t USING (message_key)
    WHERE m.channel = %(channel)s AND CASE WHEN t.is_delivered
        THEN m.state IN ('requested', 'sending', 'sent', 'failed') AND (m.attempts > 0) ELSE m.state IN ('sending', 'sent') END
    ORDER BY m.message_id FOR UPDATE OF m
)
UPDATE messages.messages m SET
    state = CASE WHEN f.is_delivered THEN 'delivered' ELSE 'failed' END,
    reason = CASE WHEN f.is_delivered THEN NULL ELSE f.reason END,
    next_attempt_at = NULL, delivery_id = NULL, sent_at = coalesce(m.sent_at, %(now)s),
    fall_back_at = CASE WHEN NOT f.is_delivered AND m.fall_back_at IS NOT NULL THEN least(m.fall_back_at, %(now)s) END
FROM found f WHERE m.message_id = f.message_id
RETURNING m.message_id, m.message_key, m.customer_id, m.channel, m.definition_id, m.version, m.step, f.was, m.state, m.reason,
    m.day_on
"""


def receive(driver: Driver, channel: str, receipts: Sequence[Receipt], now: datetime) -> list[ReceivedRow]:
    """Writes down what channels tell of messages that went out by them. That one arrived is the last word, whenever it comes, and
    whatever was believed before; that it did not counts for what was on its way."""
    rows = driver.execute(
        _RECEIVE,
        {
            "channel": channel,
            "keys": [each.message_key for each in receipts],
            "delivered": [each.is_delivered for each in receipts],
            "reasons": [each.reason or MessageState.FAILED.value for each in receipts],
            "now": now,
        },
    ).fetchall()
    return [ReceivedRow(*row) for row in rows]


def select_profiles(driver: Driver, message_keys: Collection[str], channel: str) -> dict[str, int]:
    """{message's key: profile}."""
    rows = driver.execute(
        "SELECT message_key, profile_id FROM messages.messages WHERE message_key = ANY(%s) AND channel = %s AND attempts > 0",
        (list(message_keys), channel),
    ).fetchall()
    return dict(rows)
