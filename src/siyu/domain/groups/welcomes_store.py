"""Every statement on welcomes of groups. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from siyu.domain.groups.welcomes_contracts import GroupWelcome, KeptWelcome, WelcomeState, WelcomeStep, WelcomeTask

Driver = psycopg.Connection[Any]

LEASE: Final = timedelta(minutes=2)
"""Longer than any call: nobody else does the same meanwhile."""
_WELCOME: TypeAdapter[GroupWelcome] = TypeAdapter(GroupWelcome)

_STATE = """
CASE WHEN is_unclear THEN 'unclear' WHEN due_at IS NULL AND refusal <> 0 THEN 'refused'
     WHEN made_revision = revision AND template_id <> '' THEN 'made' ELSE 'waiting' END
"""
_ROW = f"SELECT welcome_id, corp_id, name, content, {_STATE}, refusal, changed_by, changed_at FROM groups.welcomes"  # noqa: S608  # our own


def _kept(row: Any) -> KeptWelcome:
    welcome, state = _WELCOME.validate_python(row[3]), WelcomeState(row[4])
    return KeptWelcome(row[0], row[1], row[2], welcome, state, row[5], row[6], row[7])


def select_welcomes(driver: Driver, corp_ids: Collection[str]) -> list[KeptWelcome]:
    rows = driver.execute(
        f"{_ROW} WHERE NOT is_deleted AND corp_id = ANY(%s) ORDER BY welcome_id DESC".encode(), (list(corp_ids),)
    ).fetchall()
    return [_kept(row) for row in rows]


def find_welcome(driver: Driver, welcome_id: int) -> KeptWelcome | None:
    row = driver.execute(f"{_ROW} WHERE NOT is_deleted AND welcome_id = %s".encode(), (welcome_id,)).fetchone()
    return _kept(row) if row is not None else None


def count_welcomes(driver: Driver, corp_id: str) -> int:
    """Those that there are or may be in WeCom; whoever counts is alone until the commit."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('group welcomes:' || %s, 0))", (corp_id,))
    ((count,),) = driver.execute("SELECT count(*) FROM groups.welcomes WHERE corp_id = %s", (corp_id,)).fetchall()
    return int(count)


def insert_welcome(driver: Driver, corp_id: str, name: str, welcome: GroupWelcome, by: str, now: datetime) -> int:
    ((welcome_id,),) = driver.execute(
        "INSERT INTO groups.welcomes (corp_id, name, content, due_at, changed_by, changed_at) VALUES (%s, %s, %s, %s, %s, %s)"
        " RETURNING welcome_id",
        (corp_id, name, Jsonb(_WELCOME.dump_python(welcome, mode="json")), now, by, now),
    ).fetchall()
    return int(welcome_id)


def save_welcome(driver: Driver, welcome_id: int, name: str, welcome: GroupWelcome, by: str, now: datetime) -> bool:
    """What is said otherwise WeCom is told; another name alone it is not. Whether there was one. One of which it is unclear whether
    it was made stays so."""
    return bool(
        driver.execute(
            "UPDATE groups.welcomes SET name = %(name)s, changed_by = %(by)s, changed_at = %(now)s, content = %(content)s,"
            " revision = revision + (content <> %(content)s)::int,"
            " refusal = CASE WHEN content <> %(content)s THEN 0 ELSE refusal END,"
            " due_at = CASE WHEN content <> %(content)s AND asked_at IS NULL THEN %(now)s ELSE due_at END"
            " WHERE welcome_id = %(id)s AND NOT is_deleted",
            {
                "id": welcome_id,
                "name": name,
                "content": Jsonb(_WELCOME.dump_python(welcome, mode="json")),
                "by": by,
                "now": now,
            },
        ).rowcount
    )


def drop_welcome(driver: Driver, welcome_id: int, now: datetime) -> bool:
    """Wanted no more. One that WeCom does not have and is not being asked for goes at once; whether there was one."""
    gone = driver.execute(
        "DELETE FROM groups.welcomes WHERE welcome_id = %s AND NOT is_deleted AND template_id = '' AND asked_at IS NULL",
        (welcome_id,),
    ).rowcount
    return bool(
        gone
        or driver.execute(
            "UPDATE groups.welcomes SET is_deleted = true, refusal = 0,"
            " due_at = CASE WHEN asked_at IS NULL THEN %s ELSE due_at END WHERE welcome_id = %s AND NOT is_deleted",
            (now, welcome_id),
        ).rowcount
    )


def try_again(driver: Driver, welcome_id: int, now: datetime) -> bool:
    """One that is unclear or refused is asked for anew; whether it was."""
    return bool(
        driver.execute(
            "UPDATE groups.welcomes SET is_unclear = false, refusal = 0, attempts = 0, due_at = %s"
            " WHERE welcome_id = %s AND NOT is_deleted AND (is_unclear OR (due_at IS NULL AND refusal <> 0))",
            (now, welcome_id),
        ).rowcount
    )


def mark_lost(driver: Driver, corp_ids: Collection[str], now: datetime) -> None:
    """Those that somebody was asking for who was killed over it: nobody knows whether they were made."""
    given = {"corps": list(corp_ids), "now": now}
    lost = "asked_at IS NOT NULL AND due_at <= %(now)s AND corp_id = ANY(%(corps)s)"
    driver.execute(f"DELETE FROM groups.welcomes WHERE is_deleted AND {lost}".encode(), given)  # noqa: S608  # our own
    driver.execute(f"UPDATE groups.welcomes SET is_unclear = true, asked_at = NULL WHERE {lost}".encode(), given)  # noqa: S608


def claim_welcome(driver: Driver, corp_ids: Collection[str], now: datetime) -> WelcomeTask | None:
    """The next thing to do; that it is begun is a row."""
    row = driver.execute(
        """
        UPDATE groups.welcomes SET attempts = attempts + 1, due_at = %(lease)s,
            asked_at = CASE WHEN template_id = '' THEN %(now)s::timestamptz END
        WHERE welcome_id = (
            SELECT welcome_id FROM groups.welcomes WHERE corp_id = ANY(%(corps)s) AND due_at <= %(now)s AND NOT is_unclear
                AND (is_deleted OR made_revision < revision) ORDER BY due_at, welcome_id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING welcome_id, corp_id, is_deleted, template_id, content, revision, attempts
        """,
        {"corps": list(corp_ids), "now": now, "lease": now + LEASE},
    ).fetchone()
    if row is None:
        return None
    step = WelcomeStep.DELETE if row[2] else WelcomeStep.CHANGE if row[3] else WelcomeStep.MAKE
    return WelcomeTask(row[0], row[1], step, row[3], _WELCOME.validate_python(row[4]), row[5], row[6])


def settle_welcome(driver: Driver, task: WelcomeTask, template_id: str, now: datetime) -> None:
    """WeCom has it as of the task's revision; what was changed or dropped meanwhile comes next."""
    driver.execute(
        "UPDATE groups.welcomes SET template_id = %s, made_revision = %s, asked_at = NULL, attempts = 0, refusal = 0, due_at = %s"
        " WHERE welcome_id = %s",
        (template_id, task.revision, now, task.welcome_id),
    )


def forget_welcome(driver: Driver, task: WelcomeTask) -> None:
    driver.execute("DELETE FROM groups.welcomes WHERE welcome_id = %s", (task.welcome_id,))


def refuse_welcome(driver: Driver, task: WelcomeTask, refusal: int, due_at: datetime | None) -> None:
    """WeCom did not do it, for sure; `due_at` None: not again before somebody says so. One that is dropped meanwhile and was never
    made is gone."""
    driver.execute(
        "DELETE FROM groups.welcomes WHERE welcome_id = %s AND is_deleted AND template_id = ''", (task.welcome_id,)
    )
    driver.execute(
        "UPDATE groups.welcomes SET asked_at = NULL, refusal = %s, due_at = CASE WHEN revision > %s THEN changed_at ELSE %s END"
        " WHERE welcome_id = %s",
        (refusal, task.revision, due_at, task.welcome_id),
    )


def select_made(driver: Driver, corp_id: str) -> list[tuple[int, str]]:
    """(welcome, WeCom's name for it) of those that WeCom has."""
    return driver.execute(
        "SELECT welcome_id, template_id FROM groups.welcomes WHERE corp_id = %s AND NOT is_deleted AND template_id <> ''"
        " ORDER BY welcome_id",
        (corp_id,),
    ).fetchall()


def lose_welcome(driver: Driver, welcome_id: int, template_id: str, refusal: int) -> None:
    """WeCom does not have it any more: it stands as refused until somebody has it made anew, or says it otherwise."""
    driver.execute(
        "UPDATE groups.welcomes SET template_id = '', made_revision = 0, attempts = 0, refusal = %s, due_at = NULL"
        " WHERE welcome_id = %s AND template_id = %s AND NOT is_deleted",
        (refusal, welcome_id, template_id),
    )


def blur_welcome(driver: Driver, task: WelcomeTask, refusal: int) -> None:
    """WeCom did not answer whether it made it."""
    driver.execute(
        "DELETE FROM groups.welcomes WHERE welcome_id = %s AND is_deleted AND template_id = ''", (task.welcome_id,)
    )
    driver.execute(
        "UPDATE groups.welcomes SET asked_at = NULL, is_unclear = true, refusal = %s WHERE welcome_id = %s",
        (refusal, task.welcome_id),
    )
