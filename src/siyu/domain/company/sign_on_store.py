"""Every statement about the company's identity provider."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from siyu.domain.company.sign_on_contracts import SignOnDraft

Driver = psycopg.Connection[Any]
_COLUMNS = (
    "name, issuer, client_id, email_claim, trusts_email, new_role, new_unit_id, domains, is_enabled,"
    " sealed, changed_at, checked_at, fault"
)
RETURNS_KEPT = timedelta(hours=1)


class SignOnRow(NamedTuple):
    """The provider as it is stored."""

    name: str
    issuer: str
    client_id: str
    email_claim: str
    trusts_email: bool
    new_role: str | None
    new_unit_id: int | None
    domains: list[str]
    is_enabled: bool
    sealed: bytes
    changed_at: datetime
    checked_at: datetime | None
    fault: str | None


def find(driver: Driver, *, lock: bool = False) -> SignOnRow | None:
    row = driver.execute(f"SELECT {_COLUMNS} FROM company.sign_on{' FOR UPDATE' if lock else ''}").fetchone()  # noqa: S608  # names of our own
    return SignOnRow(*row) if row else None


def save(driver: Driver, draft: SignOnDraft, sealed: bytes, key_number: int, now: datetime) -> None:
    """What a check found before says nothing of it any more."""
    driver.execute(
        """
        INSERT INTO company.sign_on (name, issuer, client_id, email_claim, trusts_email, new_role, new_unit_id, domains,
            is_enabled, sealed, key_number, changed_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %b, %s, %s)
        ON CONFLICT (only_one) DO UPDATE SET name = excluded.name, issuer = excluded.issuer,
            client_id = excluded.client_id, email_claim = excluded.email_claim, trusts_email = excluded.trusts_email,
            new_role = excluded.new_role, new_unit_id = excluded.new_unit_id, domains = excluded.domains,
            is_enabled = excluded.is_enabled, sealed = excluded.sealed, key_number = excluded.key_number,
            changed_at = excluded.changed_at, checked_at = NULL, fault = NULL
        """,
        (
            draft.name,
            draft.issuer,
            draft.client_id,
            draft.email_claim,
            draft.trusts_email,
            draft.new_role,
            draft.new_unit_id,
            list(draft.domains),
            draft.is_enabled,
            sealed,
            key_number,
            now,
        ),
    )


def save_fault(driver: Driver, fault: str, now: datetime) -> None:
    driver.execute("UPDATE company.sign_on SET fault = %s, checked_at = %s", (fault, now))


def take_return(driver: Driver, state_hash: bytes, now: datetime) -> bool:
    """Whether nobody has come back this way before; old ones are cleared away."""
    driver.execute("DELETE FROM company.sign_on_returns WHERE came_at < %s", (now - RETURNS_KEPT,))
    made = driver.execute(
        "INSERT INTO company.sign_on_returns (state_hash, came_at) VALUES (%b, %s) ON CONFLICT DO NOTHING",
        (state_hash, now),
    )
    return made.rowcount > 0


def find_bound(driver: Driver, issuer: str, subject: str) -> int | None:
    """Whose account it is that somebody of a provider logs in to."""
    row = driver.execute(
        "SELECT staff_id FROM company.sign_on_subjects WHERE issuer = %s AND subject = %s", (issuer, subject)
    ).fetchone()
    return int(row[0]) if row else None


def bind(driver: Driver, issuer: str, subject: str, staff_id: int, now: datetime) -> bool:
    """Whether the account is theirs from now on: nobody else of that provider had it, and they had none."""
    made = driver.execute(
        "INSERT INTO company.sign_on_subjects (issuer, subject, staff_id, bound_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (issuer, subject, staff_id, now),
    )
    return made.rowcount > 0


def unbind(driver: Driver, staff_id: int) -> bool:
    return driver.execute("DELETE FROM company.sign_on_subjects WHERE staff_id = %s", (staff_id,)).rowcount > 0


def lock_sealed_before(driver: Driver, number: int) -> bytes | None:
    row = driver.execute("SELECT sealed FROM company.sign_on WHERE key_number <> %s FOR UPDATE", (number,)).fetchone()
    return bytes(row[0]) if row else None


def save_sealed(driver: Driver, sealed: bytes, number: int) -> None:
    driver.execute("UPDATE company.sign_on SET sealed = %b, key_number = %s", (sealed, number))


def count_by_key(driver: Driver) -> dict[int, int]:
    return dict(driver.execute("SELECT key_number, count(*) FROM company.sign_on GROUP BY 1").fetchall())
