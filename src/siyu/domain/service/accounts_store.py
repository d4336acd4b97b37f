"""Every statement about accounts of customer service and who looks after them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg

from siyu.domain.service.contracts import Account, AccountToRead, OutsideAccount, OutsideServicer, Servicer

Driver = psycopg.Connection[Any]

LEASE = timedelta(minutes=2)

_ACCOUNTS = """
SELECT account_id, corp_id, open_kfid, name, rules_id, is_there, read_at, refusal FROM service.accounts
WHERE (%(id)s::bigint IS NULL OR account_id = %(id)s) AND (%(all)s OR is_there) ORDER BY corp_id, account_id
"""
_SERVICERS = """
SELECT s.account_id, s.userid, s.staff_id, s.is_on_duty,
       (SELECT count(*) FROM service.conversations c
        WHERE c.userid = s.userid AND c.state = 3 AND c.ended_at IS NULL
          AND c.account_id IN (SELECT b.account_id FROM service.accounts b WHERE b.corp_id = a.corp_id))
FROM service.servicers s JOIN service.accounts a USING (account_id) WHERE s.account_id = ANY(%s) ORDER BY 1, 2
"""


def select_accounts(driver: Driver, account_id: int | None = None, *, with_gone: bool = False) -> list[Account]:
    """Accounts with who looks after them; one, if it is named."""
    rows = driver.execute(_ACCOUNTS, {"id": account_id, "all": with_gone or account_id is not None}).fetchall()
    servicers = select_servicers(driver, [row[0] for row in rows])
    return [Account(*(*row, tuple(servicers.get(row[0], ())))) for row in rows]


def select_servicers(driver: Driver, account_ids: Collection[int]) -> dict[int, list[Servicer]]:
    """Who looks after which account, each with all conversations that they have now."""
    found: dict[int, list[Servicer]] = {}
    for account_id, *rest in driver.execute(_SERVICERS, (list(account_ids),)).fetchall():
        found.setdefault(account_id, []).append(Servicer(*rest))
    return found


def note_call(driver: Driver, corp_id: str, open_kfid: str, token: str, now: datetime) -> None:
    """Something came to an account, which may be new here."""
    driver.execute(
        "INSERT INTO service.accounts (corp_id, open_kfid, token, due_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (corp_id, open_kfid) DO UPDATE SET token = excluded.token, due_at = excluded.due_at",
        (corp_id, open_kfid, token, now),
    )


def keep_accounts(driver: Driver, corp_id: str, told: Sequence[OutsideAccount], now: datetime) -> None:
    """The accounts of a corp are these; those that are gone keep what was said."""
    for each in told:
        driver.execute(
            "INSERT INTO service.accounts (corp_id, open_kfid, name, due_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (corp_id, open_kfid) DO UPDATE SET name = excluded.name, is_there = true",
            (corp_id, each.open_kfid, each.name, now),
        )
    driver.execute(
        "UPDATE service.accounts SET is_there = false WHERE corp_id = %s AND NOT open_kfid = ANY(%s)",
        (corp_id, [each.open_kfid for each in told]),
    )


def keep_servicers(
    driver: Driver, account_id: int, told: Sequence[OutsideServicer], staff_of: Mapping[str, int]
) -> None:
    """Who looks after an account; `staff_of` by userids in lower case."""
    driver.execute(
        "DELETE FROM service.servicers WHERE account_id = %s AND NOT userid = ANY(%s)",
        (account_id, [each.userid for each in told]),
    )
    for each in told:
        driver.execute(
            "INSERT INTO service.servicers (account_id, userid, staff_id, is_on_duty) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (account_id, userid) DO UPDATE SET staff_id = excluded.staff_id, is_on_duty = excluded.is_on_duty",
            (account_id, each.userid, staff_of.get(each.userid.lower()), each.is_on_duty),
        )


def change_duty(driver: Driver, account_id: int, userid: str, *, is_on_duty: bool) -> None:
    driver.execute(
        "UPDATE service.servicers SET is_on_duty = %s WHERE account_id = %s AND userid = %s",
        (is_on_duty, account_id, userid),
    )


def save_rules(driver: Driver, account_id: int, rules_id: int | None) -> bool:
    return (
        driver.execute(
            "UPDATE service.accounts SET rules_id = %s WHERE account_id = %s AND is_there", (rules_id, account_id)
        ).rowcount
        > 0
    )


def accounts_of_rules(driver: Driver, rules_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """{rules: accounts that go by them}."""
    rows = driver.execute(
        "SELECT rules_id, array_agg(account_id ORDER BY account_id) FROM service.accounts"
        " WHERE rules_id = ANY(%s) GROUP BY 1",
        (list(rules_ids),),
    ).fetchall()
    return {row[0]: tuple(row[1]) for row in rows}


def claim_account(driver: Driver, corp_ids: Collection[str], now: datetime) -> AccountToRead | None:
    """The account that waited the longest to be read; nobody else has it until the lease is over."""
    row = driver.execute(
        """
        UPDATE service.accounts SET claimed_until = %(until)s WHERE account_id = (
            SELECT account_id FROM service.accounts
            WHERE due_at <= %(now)s AND corp_id = ANY(%(corps)s) AND is_there
              AND (claimed_until IS NULL OR claimed_until < %(now)s)
            ORDER BY due_at, account_id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING account_id, corp_id, open_kfid, cursor, token, rules_id
        """,
        {"now": now, "until": now + LEASE, "corps": list(corp_ids)},
    ).fetchone()
    return AccountToRead(*row) if row else None


def lock_cursor(driver: Driver, account_id: int) -> str | None:
    """How far an account was read; until the commit nobody else keeps what came to it."""
    row = driver.execute(
        "SELECT cursor FROM service.accounts WHERE account_id = %s FOR UPDATE", (account_id,)
    ).fetchone()
    return str(row[0]) if row else None


def save_cursor(driver: Driver, account_id: int, cursor: str) -> None:
    driver.execute("UPDATE service.accounts SET cursor = %s WHERE account_id = %s", (cursor, account_id))


def settle_account(driver: Driver, account: AccountToRead, due_at: datetime, now: datetime, refusal: int) -> None:
    """It was read to its end, or could not be. What came meanwhile has it read again at once, by its own token."""
    driver.execute(
        """
        UPDATE service.accounts SET claimed_until = NULL, refusal = %(refusal)s,
            read_at = CASE WHEN %(refusal)s = 0 THEN %(now)s ELSE read_at END,
            due_at = CASE WHEN token = %(token)s THEN %(due)s ELSE due_at END,
            token = CASE WHEN token = %(token)s THEN '' ELSE token END
        WHERE account_id = %(id)s
        """,
        {"refusal": refusal, "now": now, "token": account.token, "due": due_at, "id": account.account_id},
    )
