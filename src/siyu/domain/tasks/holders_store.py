"""Every statement on who may hold tasks: staff at work, units, personas."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import psycopg

Driver = psycopg.Connection[Any]


def active_staff(driver: Driver, staff_ids: Collection[int], within_path: str | None = None) -> set[int]:
    """Those of the staff who are at work, below a unit where one is given."""
    rows = driver.execute(
        "SELECT s.staff_id FROM company.staff s JOIN company.units u USING (unit_id)"
        " WHERE s.staff_id = ANY(%s) AND s.is_active AND (%s::text IS NULL OR starts_with(u.path, %s))",
        (list(staff_ids), within_path, within_path),
    ).fetchall()
    return {row[0] for row in rows}


def persona_staff(driver: Driver, persona_ids: Collection[int]) -> dict[int, list[int]]:
    """{persona: the staff at work who wear it}."""
    rows = driver.execute(
        "SELECT a.persona_id, array_agg(DISTINCT s.staff_id) FROM company.persona_accounts a"
        " JOIN company.staff s USING (staff_id) WHERE a.persona_id = ANY(%s) AND s.is_active GROUP BY 1",
        (list(persona_ids),),
    ).fetchall()
    return dict(rows)


def open_loads(driver: Driver, staff_ids: Collection[int]) -> dict[int, int]:
    """{member: open tasks}, zeros too."""
    rows = driver.execute(
        "SELECT w.staff_id, count(t.task_id) FROM unnest(%s::bigint[]) AS w(staff_id)"
        " LEFT JOIN tasks.tasks t ON t.staff_id = w.staff_id AND t.state = 'open' GROUP BY 1",
        (list(staff_ids),),
    ).fetchall()
    return dict(rows)


def units_of(driver: Driver, customer_ids: Collection[int]) -> dict[int, int]:
    """{customer: the unit they are kept by}."""
    rows = driver.execute(
        "SELECT DISTINCT ON (p.customer_id) p.customer_id, k.unit_id FROM customers.profiles p"
        " JOIN customers.custody k USING (profile_id) WHERE p.customer_id = ANY(%s) ORDER BY p.customer_id, p.profile_id",
        (list(customer_ids),),
    ).fetchall()
    return dict(rows)


def top_unit(driver: Driver) -> int | None:
    row = driver.execute(
        "SELECT unit_id FROM company.units WHERE parent_id IS NULL ORDER BY unit_id LIMIT 1"
    ).fetchone()
    return row[0] if row else None


def unit_of_staff(driver: Driver, staff_id: int) -> int | None:
    row = driver.execute("SELECT unit_id FROM company.staff WHERE staff_id = %s", (staff_id,)).fetchone()
    return row[0] if row else None


def unit_path_of(driver: Driver, staff_id: int) -> str:
    """The path of somebody's unit; one that no unit has for who is none of the staff."""
    row = driver.execute(
        "SELECT u.path FROM company.staff s JOIN company.units u USING (unit_id) WHERE s.staff_id = %s", (staff_id,)
    ).fetchone()
    return row[0] if row else "-"


def colleagues(driver: Driver, path: str | None, roles: Collection[str]) -> list[tuple[int, str]]:
    """(member, name) of the staff at work below a unit who have one of the roles, by name."""
    return driver.execute(
        "SELECT s.staff_id, s.name FROM company.staff s JOIN company.units u USING (unit_id)"
        " WHERE s.is_active AND s.role = ANY(%s) AND (%s::text IS NULL OR starts_with(u.path, %s)) ORDER BY s.name, 1",
        (list(roles), path, path),
    ).fetchall()
