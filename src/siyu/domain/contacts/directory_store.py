"""Every statement on departments and members."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from siyu.domain.contacts.contracts import KnownVisitor, Member
from siyu.kernel.paging import PageRequest

Driver = psycopg.Connection[Any]


class KnownDepartment(NamedTuple):
    """A department as it was told last."""

    department_id: int
    unit_id: int
    name: str
    parent_id: int | None
    is_gone: bool


class KnownMember(NamedTuple):
    """A member as they were told last. `is_ours`: the staff was made for them."""

    member_id: int
    userid: str
    staff_id: int
    is_ours: bool
    name: str
    department_id: int | None
    is_active: bool
    has_customers: bool
    is_gone: bool


def lock_directory(driver: Driver, corp_id: str) -> None:
    """One who brings departments and members of a corp up at a time, until the commit."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('contacts.directory:' || %s, 0))", (corp_id,))


def read_departments(driver: Driver, corp_id: str) -> dict[int, KnownDepartment]:
    rows = driver.execute(
        "SELECT department_id, unit_id, name, parent_id, gone_at IS NOT NULL FROM contacts.departments WHERE corp_id = %s",
        (corp_id,),
    ).fetchall()
    return {row[0]: KnownDepartment(*row) for row in rows}


def save_department(
    driver: Driver, corp_id: str, department_id: int, unit_id: int, name: str, parent_id: int | None
) -> None:
    driver.execute(
        "INSERT INTO contacts.departments (corp_id, department_id, unit_id, name, parent_id) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (corp_id, department_id) DO UPDATE SET name = excluded.name, parent_id = excluded.parent_id,"
        " unit_id = excluded.unit_id, gone_at = NULL",
        (corp_id, department_id, unit_id, name, parent_id),
    )


def mark_departments_gone(driver: Driver, corp_id: str, department_ids: Collection[int], now: datetime) -> None:
    driver.execute(
        "UPDATE contacts.departments SET gone_at = %s WHERE corp_id = %s AND department_id = ANY(%s) AND gone_at IS NULL",
        (now, corp_id, list(department_ids)),
    )


def read_known_members(driver: Driver, corp_id: str) -> dict[str, KnownMember]:
    """{userid in lower case: member}, those who left too."""
    rows = driver.execute(
        "SELECT member_id, userid, staff_id, is_ours, name, department_id, is_active, has_customers, left_at IS NOT NULL"
        " FROM contacts.members WHERE corp_id = %s",
        (corp_id,),
    ).fetchall()
    return {row[1]: KnownMember(*row) for row in rows}


def insert_member(
    driver: Driver, corp_id: str, told_userid: str, staff_id: int, is_ours: bool, name: str, department_id: int | None
) -> int:
    ((made,),) = driver.execute(
        "INSERT INTO contacts.members (corp_id, userid, told_userid, staff_id, is_ours, name, department_id)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING member_id",
        (corp_id, told_userid.lower(), told_userid, staff_id, is_ours, name, department_id),
    ).fetchall()
    return int(made)


def update_member(
    driver: Driver, member_id: int, name: str, department_id: int | None, is_active: bool, has_customers: bool
) -> None:
    """What a member is now; who was gone is back."""
    driver.execute(
        "UPDATE contacts.members SET name = %s, department_id = %s, is_active = %s, has_customers = %s, left_at = NULL"
        " WHERE member_id = %s",
        (name, department_id, is_active, has_customers, member_id),
    )


def mark_members_left(driver: Driver, member_ids: Collection[int], now: datetime) -> None:
    driver.execute(
        "UPDATE contacts.members SET left_at = %s, is_active = false, has_customers = false, is_confirmed = false"
        " WHERE member_id = ANY(%s)",
        (now, list(member_ids)),
    )


def member_ids(driver: Driver, corp_id: str, userids: Collection[str]) -> dict[str, tuple[int, int, int]]:
    """{userid in lower case: (member, staff, unit of the staff)} of those who are known."""
    rows = driver.execute(
        "SELECT m.userid, m.member_id, m.staff_id, s.unit_id FROM contacts.members m"
        " JOIN company.staff s USING (staff_id) WHERE m.corp_id = %s AND m.userid = ANY(%s)",
        (corp_id, sorted({each.lower() for each in userids})),
    ).fetchall()
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def find_visitor(driver: Driver, corp_id: str, userid: str) -> KnownVisitor | None:
    """A member who has not left."""
    row = driver.execute(
        "SELECT member_id, staff_id, is_ours OR is_confirmed FROM contacts.members"
        " WHERE corp_id = %s AND userid = %s AND left_at IS NULL",
        (corp_id, userid.lower()),
    ).fetchone()
    return KnownVisitor(*row) if row else None


def confirm_member(driver: Driver, member_id: int) -> None:
    driver.execute("UPDATE contacts.members SET is_confirmed = true WHERE member_id = %s", (member_id,))


def select_members(
    driver: Driver, corp_id: str | None, scope: Mapping[str, Any], page: PageRequest | None, after: int | None
) -> list[Member]:
    """Members with how many customers each has now; those who left come last. Of a page one more than it holds."""
    rows = driver.execute(
        """
        SELECT m.member_id, m.corp_id, m.told_userid, m.staff_id, s.unit_id, m.name, m.is_active, m.has_customers, m.left_at,
               (SELECT count(*) FROM contacts.relations r WHERE r.member_id = m.member_id AND r.lost_at IS NULL)
        FROM contacts.members m JOIN company.staff s USING (staff_id) JOIN company.units u USING (unit_id)
        WHERE (%(corp_id)s::text IS NULL OR m.corp_id = %(corp_id)s)
          AND (%(path)s::text IS NULL OR starts_with(u.path, %(path)s))
          AND (NOT %(own_only)s OR m.staff_id = %(own_id)s)
          AND (m.name ILIKE %(pattern)s OR m.userid ILIKE %(pattern)s)
          AND (%(staff)s::bigint[] IS NULL OR m.staff_id = ANY(%(staff)s))
          AND (%(after)s::bigint IS NULL OR (m.left_at IS NOT NULL, m.corp_id, m.userid) >
               (SELECT a.left_at IS NOT NULL, a.corp_id, a.userid FROM contacts.members a WHERE a.member_id = %(after)s))
        ORDER BY m.left_at IS NOT NULL, m.corp_id, m.userid LIMIT %(size)s
        """,
        {
            "corp_id": corp_id,
            "pattern": page.pattern if page else "%",
            "staff": page.id_list if page else None,
            "after": after,
            "size": page.size + 1 if page else None,
            **scope,
        },
    ).fetchall()
    return [Member(*row) for row in rows]
