"""Every statement about conversations, what was said in them, and what is to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from siyu.domain.service.contracts import Conversation, MessageState, Origin, SessionState

Driver = psycopg.Connection[Any]

LEASE = timedelta(minutes=2)

_COLUMNS = (
    "conversation_id, account_id, profile_id, state, scene, userid, staff_id, began_at, touched_at, wrote_at, answers, unmatched,"
    " asked_at, first_asked_at, first_answered_at, answered_by, handed_over_at, taken_at, received, by_rules, by_persons, ended_at,"
    " end_reason"
)
_CHANGING = tuple(
    name
    for name in _COLUMNS.replace(" ", "").split(",")
    if name not in ("conversation_id", "account_id", "profile_id", "began_at")
)


class StoredMessage(NamedTuple):
    """A message as it lies in its table."""

    message_id: int
    origin: str
    kind: str
    by: str
    state: str
    reason: str
    said_at: datetime
    sealed: bytes | None


class StoredTask(NamedTuple):
    """A task with what it takes to do it."""

    task_id: int
    conversation_id: int
    corp_id: str
    open_kfid: str
    external_userid: str
    msgid: str | None
    sealed: bytes | None
    state: int | None
    userid: str
    code: str
    attempts: int
    dies_at: datetime


def conversation(row: Sequence[Any]) -> Conversation:
    """The conversation of a row of its columns."""
    found = Conversation(*row)
    return replace(
        found,
        state=SessionState(found.state),
        answered_by=Origin(found.answered_by) if found.answered_by is not None else None,
    )


COLUMNS = ", ".join(f"c.{name}" for name in _COLUMNS.replace(" ", "").split(","))


def find_open(driver: Driver, account_id: int, profile_id: int) -> Conversation | None:
    """The conversation of a profile with an account that is open; nobody else changes it until the commit."""
    row = driver.execute(
        f"SELECT {_COLUMNS} FROM service.conversations WHERE account_id = %s AND profile_id = %s AND ended_at IS NULL"  # noqa: S608  # our own
        " FOR UPDATE".encode(),
        (account_id, profile_id),
    ).fetchone()
    return conversation(row) if row else None


def find_conversation(driver: Driver, conversation_id: int, *, lock: bool = False) -> Conversation | None:
    statement = f"SELECT {_COLUMNS} FROM service.conversations WHERE conversation_id = %s"  # noqa: S608  # our own
    row = driver.execute((statement + (" FOR UPDATE" if lock else "")).encode(), (conversation_id,)).fetchone()
    return conversation(row) if row else None


def insert_conversation(driver: Driver, account_id: int, profile_id: int, at: datetime, scene: str) -> Conversation:
    row = driver.execute(
        "INSERT INTO service.conversations (account_id, profile_id, scene, began_at, touched_at)"  # noqa: S608  # our own
        f" VALUES (%s, %s, %s, %s, %s) RETURNING {_COLUMNS}".encode(),
        (account_id, profile_id, scene, at, at),
    ).fetchone()
    if row is None:
        raise AssertionError("a row was inserted")
    return conversation(row)


def save_conversation(driver: Driver, changed: Conversation) -> None:
    values = asdict(changed)
    values["state"] = int(changed.state)
    told = ", ".join(f"{name} = %({name})s" for name in _CHANGING)
    driver.execute(
        f"UPDATE service.conversations SET {told} WHERE conversation_id = %(conversation_id)s".encode(),  # noqa: S608  # our own
        values,
    )


def silent_conversations(driver: Driver, before: datetime, size: int) -> list[Conversation]:
    """Open ones in which nothing happened since an instant, the longest silent first; nobody else has them."""
    rows = driver.execute(
        f"SELECT {_COLUMNS} FROM service.conversations WHERE ended_at IS NULL AND touched_at < %s"  # noqa: S608  # our own
        " ORDER BY touched_at LIMIT %s FOR UPDATE SKIP LOCKED".encode(),
        (before, size),
    ).fetchall()
    return [conversation(row) for row in rows]


# --- messages


def insert_message(driver: Driver, values: dict[str, Any]) -> int | None:
    """None for one that is there."""
    row = driver.execute(
        "INSERT INTO service.messages (account_id, msgid, conversation_id, profile_id, origin, kind, by, state, said_at, sealed,"
        " sealed_under) VALUES (%(account_id)s, %(msgid)s, %(conversation_id)s, %(profile_id)s, %(origin)s, %(kind)s, %(by)s,"
        " %(state)s, %(said_at)s, %(sealed)s, %(sealed_under)s) ON CONFLICT (account_id, msgid) DO NOTHING RETURNING message_id",
        values,
    ).fetchone()
    return int(row[0]) if row else None


def has_message(driver: Driver, account_id: int, msgid: str) -> bool:
    row = driver.execute(
        "SELECT 1 FROM service.messages WHERE account_id = %s AND msgid = %s", (account_id, msgid)
    ).fetchone()
    return row is not None


def mark_message(driver: Driver, account_id: int, msgid: str, state: MessageState, reason: str = "") -> None:
    """What became of a message; one that is taken back keeps no text. That it failed may be told before it counts as sent."""
    driver.execute(
        "UPDATE service.messages SET state = %(state)s, reason = %(reason)s,"
        " sealed = CASE WHEN %(state)s = 'recalled' THEN NULL ELSE sealed END,"
        " sealed_under = CASE WHEN %(state)s = 'recalled' THEN NULL ELSE sealed_under END"
        " WHERE account_id = %(account)s AND msgid = %(msgid)s AND state <> 'recalled'"
        " AND NOT (state = 'failed' AND %(state)s = 'sent')",
        {"state": state.value, "reason": reason, "account": account_id, "msgid": msgid},
    )


def select_messages(driver: Driver, conversation_id: int, size: int, before: int | None) -> list[StoredMessage]:
    """The newest of a conversation, the oldest of them first."""
    rows = driver.execute(
        "SELECT message_id, origin, kind, by, state, reason, said_at, sealed FROM service.messages"
        " WHERE conversation_id = %s AND (%s::bigint IS NULL OR message_id < %s) ORDER BY message_id DESC LIMIT %s",
        (conversation_id, before, before, size),
    ).fetchall()
    return [StoredMessage(*row) for row in reversed(rows)]


def lock_sealed_before(driver: Driver, newest: int, size: int) -> dict[int, bytes]:
    """{message: what is sealed} of messages that lie under an older key."""
    rows = driver.execute(
        "SELECT message_id, sealed FROM service.messages WHERE sealed_under < %s ORDER BY message_id LIMIT %s FOR UPDATE",
        (newest, size),
    ).fetchall()
    return {row[0]: bytes(row[1]) for row in rows}


def save_sealed(driver: Driver, message_id: int, sealed: bytes, sealed_under: int) -> None:
    driver.execute(
        "UPDATE service.messages SET sealed = %s, sealed_under = %s WHERE message_id = %s",
        (sealed, sealed_under, message_id),
    )


def forget_texts(driver: Driver, before: datetime, size: int) -> int:
    """Drops what was said before an instant; that something was said stays. Gives how many, at most `size`."""
    return driver.execute(
        "UPDATE service.messages SET sealed = NULL, sealed_under = NULL WHERE message_id IN ("
        " SELECT message_id FROM service.messages WHERE sealed IS NOT NULL AND said_at < %s AND state <> 'waiting'"
        " ORDER BY said_at LIMIT %s)",
        (before, size),
    ).rowcount


def delete_of_profiles(driver: Driver, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """Takes away all that profiles said and were told; {table: {profile_id: how many}}."""
    wanted, found = sorted(profile_ids), {}
    for table in ("service.tasks", "service.messages", "service.conversations"):
        rows = driver.execute(
            f"DELETE FROM {table} WHERE profile_id = ANY(%s) RETURNING profile_id".encode(),  # noqa: S608  # our own
            (wanted,),
        ).fetchall()
        found[table] = dict(Counter(row[0] for row in rows))
    return found


# --- what is to be done


def insert_task(driver: Driver, values: dict[str, Any]) -> None:
    driver.execute(
        "INSERT INTO service.tasks (conversation_id, profile_id, message_id, state, userid, code, dies_at, due_at) VALUES"
        " (%(conversation_id)s, %(profile_id)s, %(message_id)s, %(state)s, %(userid)s, %(code)s, %(dies_at)s, %(due_at)s)",
        values,
    )


def claim_task(driver: Driver, corp_ids: Collection[str], now: datetime) -> StoredTask | None:
    """The next thing to do, the first of its conversation; nobody else has it for a while. What dies soon goes first."""
    row = driver.execute(
        """
        UPDATE service.tasks t SET attempts = t.attempts + 1, due_at = %(until)s
        FROM service.conversations c JOIN service.accounts a USING (account_id) JOIN customers.profiles p USING (profile_id)
        WHERE t.task_id = (
            SELECT o.task_id FROM service.tasks o
            JOIN service.conversations oc USING (conversation_id) JOIN service.accounts oa USING (account_id)
            WHERE o.due_at <= %(now)s AND oa.corp_id = ANY(%(corps)s) AND NOT EXISTS (
                SELECT 1 FROM service.tasks f WHERE f.conversation_id = o.conversation_id AND f.task_id < o.task_id)
            ORDER BY o.code = '', o.dies_at, o.task_id LIMIT 1 FOR UPDATE OF o SKIP LOCKED)
          AND c.conversation_id = t.conversation_id
        RETURNING t.task_id, t.conversation_id, a.corp_id, a.open_kfid, p.value,
            (SELECT m.msgid FROM service.messages m WHERE m.message_id = t.message_id),
            (SELECT m.sealed FROM service.messages m WHERE m.message_id = t.message_id),
            t.state, t.userid, t.code, t.attempts, t.dies_at
        """,
        {"now": now, "until": now + LEASE, "corps": list(corp_ids)},
    ).fetchone()
    return StoredTask(*row) if row else None


def delete_task(driver: Driver, task_id: int) -> None:
    driver.execute("DELETE FROM service.tasks WHERE task_id = %s", (task_id,))


def put_off_task(driver: Driver, task_id: int, due_at: datetime) -> None:
    driver.execute("UPDATE service.tasks SET due_at = %s WHERE task_id = %s", (due_at, task_id))


def give_code(driver: Driver, conversation_id: int, code: str, dies_at: datetime) -> None:
    """The next thing that is said in a conversation goes by this code."""
    driver.execute(
        "UPDATE service.tasks SET code = %s, dies_at = %s WHERE task_id = (SELECT min(task_id) FROM service.tasks"
        " WHERE conversation_id = %s AND message_id IS NOT NULL AND code = '')",
        (code, dies_at, conversation_id),
    )
