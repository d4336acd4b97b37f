"""What others read of customer service, on their own account: no actor, no rights."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from siyu.domain.service.conversing import opened_words
from siyu.domain.service.replies_rules import RULES
from siyu.platform.postgres.database import Reading

__all__ = ["RULES", "corps_with_accounts", "messages_by_key", "told_of"]
"""RULES is pydantic's view of documents, for who describes them."""

_CONVERSATIONS = """
SELECT a.name, c.began_at, c.ended_at, c.scene, c.received, c.by_rules, c.by_persons FROM service.conversations c
JOIN service.accounts a USING (account_id) WHERE c.profile_id = ANY(%s) ORDER BY c.conversation_id
"""
_MESSAGES = """
SELECT origin, kind, state, said_at, sealed FROM service.messages WHERE profile_id = ANY(%s) ORDER BY message_id
"""


def told_of(reading: Reading, profile_ids: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """Section → rows of all that this room knows of the profiles, for the person herself."""
    wanted = list(profile_ids)
    names = ("account", "began_at", "ended_at", "scene", "received", "answers_of_rules", "answers_of_persons")
    conversations = reading.driver.execute(_CONVERSATIONS, (wanted,)).fetchall()
    messages = []
    for origin, kind, state, said_at, sealed in reading.driver.execute(_MESSAGES, (wanted,)).fetchall():
        said = opened_words(reading, sealed) if sealed is not None else None
        messages.append(
            {"by": origin, "kind": kind, "state": state, "at": said_at, "text": said.text if said is not None else None}
        )
    return {
        "service_conversations": [dict(zip(names, row, strict=True)) for row in conversations],
        "service_messages": messages,
    }


def messages_by_key(reading: Reading) -> dict[int, int]:
    """How many messages have something sealed under each key."""
    rows = reading.driver.execute(
        "SELECT sealed_under, count(*) FROM service.messages WHERE sealed_under IS NOT NULL GROUP BY 1"
    ).fetchall()
    return dict(rows)


def corps_with_accounts(reading: Reading) -> list[str]:
    """The corps that accounts are known of."""
    rows = reading.driver.execute("SELECT DISTINCT corp_id FROM service.accounts ORDER BY 1").fetchall()
    return [row[0] for row in rows]
