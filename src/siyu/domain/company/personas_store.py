"""Every statement about personas."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from siyu.domain.company.personas_contracts import (
    AccountDraft,
    AccountNumbers,
    Dressed,
    Persona,
    PersonaAccount,
    PersonaDraft,
    PersonaLimits,
    ThrottleReason,
    WatchedAccount,
)

Driver = psycopg.Connection[Any]

_PERSONAS = (
    "SELECT persona_id, name, role, tone, welcome, stages, dressing, code_id, limits, is_archived, revision, changed_at"
    " FROM company.personas WHERE (%(id)s::bigint IS NULL OR persona_id = %(id)s) AND (%(all)s OR NOT is_archived)"
    " ORDER BY is_archived, persona_id"
)
_ACCOUNTS = """
SELECT a.account_id, a.persona_id, a.channel, a.corp_id, a.account, a.name, a.staff_id,
       coalesce(a.opened_on, h.opened_on),
       (SELECT coalesce(json_agg(json_build_array(d.item, d.done_on, d.done_by) ORDER BY d.item), '[]')
        FROM company.persona_dressings d WHERE d.account_id = a.account_id),
       coalesce(h.adds_today, 0), coalesce(h.adds_week, 0), coalesce(h.deletions_week, 0),
       (SELECT count(*) FROM company.persona_complaints c
        WHERE c.account_id = a.account_id AND c.complained_on > %(week)s),
       coalesce(h.throttled, '{}'), h.throttled_at, h.looked_at
FROM company.persona_accounts a LEFT JOIN company.account_health h USING (account_id)
WHERE (%(id)s::bigint IS NULL OR a.persona_id = %(id)s) ORDER BY a.persona_id, a.account_id
"""


def select_personas(driver: Driver, *, with_archived: bool, week: date, persona_id: int | None = None) -> list[Persona]:
    """Personas with their accounts; `week` is the day after which complaints count."""
    accounts: dict[int, list[PersonaAccount]] = {}
    for row in driver.execute(_ACCOUNTS, {"id": persona_id, "week": week}).fetchall():
        accounts.setdefault(row[1], []).append(_account(row))
    rows = driver.execute(_PERSONAS, {"id": persona_id, "all": with_archived}).fetchall()
    return [
        Persona(
            persona_id=row[0],
            name=row[1],
            role=row[2],
            tone=row[3],
            welcome=row[4],
            stages=tuple(row[5]),
            dressing=tuple(row[6]),
            code_id=row[7],
            limits=PersonaLimits(**row[8]),
            is_archived=row[9],
            revision=row[10],
            changed_at=row[11],
            accounts=tuple(accounts.get(row[0], ())),
        )
        for row in rows
    ]


def _account(row: Sequence[Any]) -> PersonaAccount:
    return PersonaAccount(
        account_id=row[0],
        persona_id=row[1],
        channel=row[2],
        corp_id=row[3],
        account=row[4],
        name=row[5],
        staff_id=row[6],
        opened_on=row[7],
        dressed=tuple(Dressed(item, date.fromisoformat(done_on), by) for item, done_on, by in row[8]),
        numbers=AccountNumbers(row[9], row[10], row[11], row[12], row[7]),
        throttled=tuple(ThrottleReason(each) for each in row[13]),
        throttled_at=row[14],
        looked_at=row[15],
    )


def insert_persona(driver: Driver, draft: PersonaDraft, now: datetime) -> int:
    row = driver.execute(
        "INSERT INTO company.personas (name, role, tone, welcome, stages, dressing, code_id, limits, changed_at)"
        " VALUES (%(name)s, %(role)s, %(tone)s, %(welcome)s, %(stages)s, %(dressing)s, %(code_id)s, %(limits)s, %(now)s)"
        " RETURNING persona_id",
        {**_values(draft), "now": now},
    ).fetchone()
    return int(row[0]) if row else 0


def update_persona(driver: Driver, persona_id: int, draft: PersonaDraft, revision: int | None, now: datetime) -> bool:
    """False where it is not there, or has another revision."""
    return (
        driver.execute(
            "UPDATE company.personas SET name = %(name)s, role = %(role)s, tone = %(tone)s, welcome = %(welcome)s,"
            " stages = %(stages)s, dressing = %(dressing)s, code_id = %(code_id)s, limits = %(limits)s,"
            " revision = revision + 1, changed_at = %(now)s"
            " WHERE persona_id = %(id)s AND (%(revision)s::int IS NULL OR revision = %(revision)s)",
            {**_values(draft), "now": now, "id": persona_id, "revision": revision},
        ).rowcount
        > 0
    )


def archive_persona(driver: Driver, persona_id: int, *, is_archived: bool, now: datetime) -> bool:
    return (
        driver.execute(
            "UPDATE company.personas SET is_archived = %s, revision = revision + 1, changed_at = %s WHERE persona_id = %s",
            (is_archived, now, persona_id),
        ).rowcount
        > 0
    )


def insert_account(driver: Driver, persona_id: int, draft: AccountDraft) -> int | None:
    """None where the account speaks for somebody already."""
    row = driver.execute(
        "INSERT INTO company.persona_accounts (persona_id, channel, corp_id, account, name, staff_id, opened_on)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (channel, corp_id, account) DO NOTHING RETURNING account_id",
        (persona_id, draft.channel, draft.corp_id, draft.account, draft.name, draft.staff_id, draft.opened_on),
    ).fetchone()
    return int(row[0]) if row else None


def delete_account(driver: Driver, persona_id: int, account_id: int) -> bool:
    return (
        driver.execute(
            "DELETE FROM company.persona_accounts WHERE account_id = %s AND persona_id = %s", (account_id, persona_id)
        ).rowcount
        > 0
    )


def has_account(driver: Driver, persona_id: int, account_id: int) -> bool:
    row = driver.execute(
        "SELECT 1 FROM company.persona_accounts WHERE account_id = %s AND persona_id = %s FOR UPDATE",
        (account_id, persona_id),
    ).fetchone()
    return row is not None


def save_dressing(driver: Driver, account_id: int, item: str, done: tuple[date, str] | None) -> None:
    """Done on a day by somebody, or not done."""
    if done is None:
        driver.execute("DELETE FROM company.persona_dressings WHERE account_id = %s AND item = %s", (account_id, item))
    else:
        driver.execute(
            "INSERT INTO company.persona_dressings (account_id, item, done_on, done_by) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (account_id, item) DO NOTHING",
            (account_id, item, *done),
        )


def insert_complaint(driver: Driver, account_id: int, complained_on: date, noted_by: str, now: datetime) -> None:
    driver.execute(
        "INSERT INTO company.persona_complaints (account_id, complained_on, noted_by, noted_at) VALUES (%s, %s, %s, %s)",
        (account_id, complained_on, noted_by, now),
    )


def select_watched(driver: Driver, week: date) -> list[WatchedAccount]:
    """Every account of a persona in use."""
    rows = driver.execute(
        "SELECT a.account_id, a.channel, a.corp_id, a.account, a.opened_on, count(c.complaint_id), p.limits"
        " FROM company.persona_accounts a JOIN company.personas p USING (persona_id)"
        " LEFT JOIN company.persona_complaints c ON c.account_id = a.account_id AND c.complained_on > %s"
        " WHERE NOT p.is_archived GROUP BY a.account_id, p.persona_id ORDER BY a.account_id",
        (week,),
    ).fetchall()
    return [WatchedAccount(*(*row[:6], PersonaLimits(**row[6]))) for row in rows]


def save_health(
    driver: Driver, rows: Mapping[int, tuple[AccountNumbers, Sequence[ThrottleReason]]], now: datetime
) -> None:
    """How accounts stand; since when they are held back stays what it was while they are."""
    for account_id, (numbers, reasons) in rows.items():
        driver.execute(
            """
            INSERT INTO company.account_health AS h
                (account_id, adds_today, adds_week, deletions_week, opened_on, throttled, throttled_at, looked_at)
            VALUES (%(id)s, %(today)s, %(week)s, %(gone)s, %(opened)s, %(why)s,
                    CASE WHEN %(is_held)s THEN %(now)s::timestamptz END, %(now)s)
            ON CONFLICT (account_id) DO UPDATE SET adds_today = excluded.adds_today, adds_week = excluded.adds_week,
                deletions_week = excluded.deletions_week, opened_on = excluded.opened_on, throttled = excluded.throttled,
                throttled_at = CASE WHEN %(is_held)s THEN coalesce(h.throttled_at, excluded.throttled_at) END,
                looked_at = excluded.looked_at
            """,
            {
                "id": account_id,
                "today": numbers.adds_today,
                "week": numbers.adds_week,
                "gone": numbers.deletions_week,
                "opened": numbers.opened_on,
                "why": [each.value for each in reasons],
                "is_held": bool(reasons),
                "now": now,
            },
        )


def select_throttled_staff(driver: Driver, staff_ids: Collection[int]) -> set[int]:
    """Those of the staff all of whose accounts in WeCom that wear a persona are held back."""
    rows = driver.execute(
        "SELECT a.staff_id FROM company.persona_accounts a JOIN company.personas p USING (persona_id)"
        " LEFT JOIN company.account_health h USING (account_id)"
        " WHERE a.channel = 'wecom' AND NOT p.is_archived AND a.staff_id = ANY(%s)"
        " GROUP BY 1 HAVING bool_and(coalesce(h.throttled, '{}') <> '{}')",
        (list(staff_ids),),
    ).fetchall()
    return {row[0] for row in rows}


def select_accounts(driver: Driver, persona_id: int) -> dict[str, tuple[str, ...]]:
    """{channel: accounts} of a persona."""
    found: dict[str, tuple[str, ...]] = {}
    for channel, account in driver.execute(
        "SELECT channel, account FROM company.persona_accounts WHERE persona_id = %s ORDER BY account_id", (persona_id,)
    ).fetchall():
        found[channel] = (*found.get(channel, ()), account)
    return found


def _values(draft: PersonaDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "role": draft.role,
        "tone": draft.tone,
        "welcome": draft.welcome,
        "stages": list(draft.stages),
        "dressing": list(draft.dressing),
        "code_id": draft.code_id,
        "limits": Jsonb(asdict(draft.limits)),
    }
