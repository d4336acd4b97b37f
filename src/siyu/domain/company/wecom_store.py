"""Every statement about corps of WeCom that the company is connected to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from siyu.domain.company.contracts import WecomFinding, WecomRules, WelcomePlan

Driver = psycopg.Connection[Any]
_COLUMNS = "corp_id, name, base_url, agent_id, sealed, rules, welcome, is_enabled, changed_at, checked_at, findings, key_number"


class CorpRow(NamedTuple):
    """A corp as it is stored."""

    corp_id: str
    name: str
    base_url: str
    agent_id: int
    sealed: bytes
    rules: WecomRules
    welcome: WelcomePlan
    is_enabled: bool
    changed_at: datetime
    checked_at: datetime | None
    findings: Sequence[WecomFinding] | None
    key_number: int


def select_corps(driver: Driver) -> list[CorpRow]:
    rows = driver.execute(f"SELECT {_COLUMNS} FROM company.wecom_corps ORDER BY corp_id").fetchall()  # noqa: S608  # names of our own
    return [_corp(row) for row in rows]


def find_corp(driver: Driver, corp_id: str, *, lock: bool = False) -> CorpRow | None:
    row = driver.execute(
        f"SELECT {_COLUMNS} FROM company.wecom_corps WHERE corp_id = %s{' FOR UPDATE' if lock else ''}",  # noqa: S608  # as above
        (corp_id,),
    ).fetchone()
    return _corp(row) if row else None


def save_corp(
    driver: Driver,
    corp_id: str,
    name: str,
    base_url: str,
    agent_id: int,
    sealed: bytes,
    key_number: int,
    rules: WecomRules,
    is_enabled: bool,
    now: datetime,
) -> None:
    """A new corp, or all of one but its welcome. What a check found before says nothing of it any more."""
    driver.execute(
        """
        INSERT INTO company.wecom_corps
            (corp_id, name, base_url, agent_id, sealed, key_number, rules, welcome, is_enabled, changed_at)
        VALUES (%s, %s, %s, %s, %b, %s, %s, '{}', %s, %s)
        ON CONFLICT (corp_id) DO UPDATE SET name = excluded.name, base_url = excluded.base_url, agent_id = excluded.agent_id,
            sealed = excluded.sealed, key_number = excluded.key_number, rules = excluded.rules,
            is_enabled = excluded.is_enabled, changed_at = excluded.changed_at, checked_at = NULL, findings = NULL
        """,
        (corp_id, name, base_url, agent_id, sealed, key_number, _json(rules), is_enabled, now),
    )


def save_welcome(driver: Driver, corp_id: str, plan: WelcomePlan, now: datetime) -> None:
    driver.execute(
        "UPDATE company.wecom_corps SET welcome = %s, changed_at = %s WHERE corp_id = %s", (_json(plan), now, corp_id)
    )


def save_findings(driver: Driver, corp_id: str, findings: Sequence[WecomFinding], now: datetime) -> None:
    driver.execute(
        "UPDATE company.wecom_corps SET findings = %s, checked_at = %s WHERE corp_id = %s",
        (_json(list(findings)), now, corp_id),
    )


def lock_sealed_before(driver: Driver, number: int, size: int) -> list[tuple[str, bytes]]:
    """Corps whose secrets are under an older key."""
    return driver.execute(
        "SELECT corp_id, sealed FROM company.wecom_corps WHERE key_number <> %s ORDER BY corp_id LIMIT %s FOR UPDATE",
        (number, size),
    ).fetchall()


def save_sealed(driver: Driver, corp_id: str, sealed: bytes, number: int) -> None:
    driver.execute(
        "UPDATE company.wecom_corps SET sealed = %b, key_number = %s WHERE corp_id = %s", (sealed, number, corp_id)
    )


def count_by_key(driver: Driver) -> dict[int, int]:
    """How many corps' secrets are under each key."""
    return dict(driver.execute("SELECT key_number, count(*) FROM company.wecom_corps GROUP BY 1").fetchall())


def _json(value: object) -> Jsonb:
    return Jsonb(msgspec.to_builtins(value))


def _corp(row: tuple[Any, ...]) -> CorpRow:
    found = CorpRow(*row)
    return found._replace(
        rules=msgspec.convert(found.rules, WecomRules),
        welcome=msgspec.convert(found.welcome, WelcomePlan),
        findings=None if found.findings is None else msgspec.convert(found.findings, list[WecomFinding]),
    )
