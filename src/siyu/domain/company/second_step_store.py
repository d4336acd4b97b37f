"""Every statement on company.second_steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

Driver = psycopg.Connection[Any]

_FIND = "SELECT nonce, confirmed_at, last_step, recovery FROM company.second_steps WHERE staff_id = %s"
_LOCK = "SELECT nonce, confirmed_at, last_step, recovery FROM company.second_steps WHERE staff_id = %s FOR UPDATE"


class Row(NamedTuple):
    """A member's second step; in force where it was confirmed. Codes of steps up to `last_step` are used up."""

    nonce: bytes
    confirmed_at: datetime | None
    last_step: int
    recovery: Sequence[bytes]


def find(driver: Driver, staff_id: int, *, lock: bool = False) -> Row | None:
    row = driver.execute(_LOCK if lock else _FIND, (staff_id,)).fetchone()
    return Row(*row) if row else None


def save_begun(driver: Driver, staff_id: int, nonce: bytes, now: datetime) -> None:
    driver.execute(
        "INSERT INTO company.second_steps (staff_id, nonce, begun_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (staff_id) DO UPDATE SET nonce = excluded.nonce, begun_at = excluded.begun_at, last_step = 0",
        (staff_id, nonce, now),
    )


def confirm(driver: Driver, staff_id: int, step: int, recovery: Sequence[bytes], now: datetime) -> None:
    driver.execute(
        "UPDATE company.second_steps SET confirmed_at = %s, last_step = %s, recovery = %s WHERE staff_id = %s",
        (now, step, list(recovery), staff_id),
    )


def use_step(driver: Driver, staff_id: int, step: int) -> None:
    driver.execute("UPDATE company.second_steps SET last_step = %s WHERE staff_id = %s", (step, staff_id))


def use_recovery(driver: Driver, staff_id: int, code_hash: bytes) -> bool:
    """Takes a recovery code away; whether there was such a one."""
    used = driver.execute(
        "UPDATE company.second_steps SET recovery = array_remove(recovery, %(code)s)"
        " WHERE staff_id = %(staff_id)s AND %(code)s = ANY(recovery)",
        {"staff_id": staff_id, "code": code_hash},
    )
    return used.rowcount > 0


def delete(driver: Driver, staff_id: int) -> bool:
    return driver.execute("DELETE FROM company.second_steps WHERE staff_id = %s", (staff_id,)).rowcount > 0


def count_admins_without(driver: Driver, role: str) -> int:
    """Those of the active staff with this role whose second step is not in force."""
    row = driver.execute(
        "SELECT count(*) FROM company.staff AS s WHERE s.is_active AND s.role = %s AND NOT EXISTS ("
        " SELECT FROM company.second_steps AS t WHERE t.staff_id = s.staff_id AND t.confirmed_at IS NOT NULL)",
        (role,),
    ).fetchone()
    return int(row[0]) if row else 0
