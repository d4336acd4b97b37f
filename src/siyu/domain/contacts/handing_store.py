"""Every statement that follows from a hand-over that is done: whose the relation is now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

Driver = psycopg.Connection[Any]

ASSIGNED = 202
"""The way to a member that WeCom calls so: somebody assigned the customer."""


class Moved(NamedTuple):
    """A hand-over that is done: (profile, giver, taker), since when."""

    profile_id: int
    giver_id: int
    taker_id: int
    at: datetime


class Begun(NamedTuple):
    """A relation that a hand-over began."""

    profile_id: int
    customer_id: int
    member_id: int
    staff_id: int
    at: datetime


def begin_inherited(driver: Driver, moved: Collection[Moved], told_at: datetime) -> list[Begun]:
    """The takers have the customers, with what the givers noted of them; gives those whom they had not. The next sync tells the
    rest: nothing that was told has the fingerprint of such a relation."""
    ordered = sorted(moved)
    lists = (
        [each.profile_id for each in ordered],
        [each.giver_id for each in ordered],
        [each.taker_id for each in ordered],
        [each.at for each in ordered],
    )
    driver.execute(
        "SELECT 1 FROM contacts.relations WHERE (profile_id, member_id) IN ("
        " SELECT * FROM unnest(%s::bigint[], %s::bigint[]) UNION SELECT * FROM unnest(%s::bigint[], %s::bigint[]))"
        " ORDER BY profile_id, member_id FOR NO KEY UPDATE",
        (lists[0], lists[1], lists[0], lists[2]),
    )
    rows = driver.execute(
        """
        WITH begun AS (
            INSERT INTO contacts.relations AS r (profile_id, member_id, fingerprint, remark, description, company, add_way, state,
                is_by_member, tag_ids, added_at, told_at)
            SELECT g.profile_id, w.taker, '', g.remark, g.description, g.company, %s, g.state, true, g.tag_ids, w.at, %s
            FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[]) AS w(profile_id, giver, taker, at)
            JOIN contacts.relations g ON g.profile_id = w.profile_id AND g.member_id = w.giver
            JOIN customers.profiles p ON p.profile_id = g.profile_id AND p.erased_at IS NULL
            ORDER BY 1, 2
            ON CONFLICT (profile_id, member_id) DO UPDATE SET fingerprint = '', remark = excluded.remark,
                description = excluded.description, company = excluded.company, add_way = excluded.add_way,
                state = excluded.state, is_by_member = true, tag_ids = excluded.tag_ids, added_at = excluded.added_at,
                told_at = excluded.told_at, lost_at = NULL, lost_by = NULL
            WHERE r.lost_at IS NOT NULL AND r.lost_at <= excluded.added_at
            RETURNING profile_id, member_id, added_at
        )
        SELECT b.profile_id, p.customer_id, b.member_id, m.staff_id, b.added_at FROM begun b
        JOIN customers.profiles p USING (profile_id) JOIN contacts.members m USING (member_id) ORDER BY 1, 3
        """,
        (ASSIGNED, told_at, *lists),
    ).fetchall()
    return [Begun(*row) for row in rows]


def heirs_of(driver: Driver, ended: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """{(profile, giver): taker} of relations that ended because they were handed over."""
    ordered = sorted(ended)
    rows = driver.execute(
        "SELECT DISTINCT ON (h.profile_id, h.giver_id) h.profile_id, h.giver_id, h.taker_id"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS w(profile_id, giver_id)"
        " JOIN contacts.handovers h USING (profile_id, giver_id) WHERE h.state IN ('asked', 'waiting', 'done')"
        " ORDER BY h.profile_id, h.giver_id, h.handover_id DESC",
        ([each[0] for each in ordered], [each[1] for each in ordered]),
    ).fetchall()
    return {(row[0], row[1]): row[2] for row in rows}


def keepers(driver: Driver, moved: Collection[Moved]) -> Mapping[int, tuple[int, int, int]]:
    """{customer: (staff who gave, unit and staff of who took)}."""
    ordered = sorted(moved)
    rows = driver.execute(
        "SELECT p.customer_id, g.staff_id, s.unit_id, t.staff_id"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS w(profile_id, giver, taker)"
        " JOIN customers.profiles p USING (profile_id) JOIN contacts.members g ON g.member_id = w.giver"
        " JOIN contacts.members t ON t.member_id = w.taker JOIN company.staff s ON s.staff_id = t.staff_id"
        " WHERE p.erased_at IS NULL AND g.staff_id <> t.staff_id",
        (
            [each.profile_id for each in ordered],
            [each.giver_id for each in ordered],
            [each.taker_id for each in ordered],
        ),
    ).fetchall()
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def leaving_untold(driver: Driver, size: int) -> list[tuple[int, str, str, str, int]]:
    """(member, name, path of the unit, corp, customers) of those who left, with customers, of whom nobody was told yet; locked."""
    rows = driver.execute(
        "SELECT m.member_id, m.name, u.path, m.corp_id,"
        " (SELECT count(*) FROM contacts.relations r WHERE r.member_id = m.member_id AND r.lost_at IS NULL)"
        " FROM contacts.members m JOIN company.staff s USING (staff_id) JOIN company.units u USING (unit_id)"
        " WHERE m.left_at IS NOT NULL AND (m.leaving_told_at IS NULL OR m.leaving_told_at < m.left_at)"
        " ORDER BY m.left_at LIMIT %s FOR UPDATE OF m SKIP LOCKED",
        (size,),
    ).fetchall()
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def mark_leaving_told(driver: Driver, member_ids: Collection[int], now: datetime) -> None:
    driver.execute(
        "UPDATE contacts.members SET leaving_told_at = %s WHERE member_id = ANY(%s)", (now, list(member_ids))
    )


def take_untold(driver: Driver, size: int) -> list[int]:
    """Inheritances that have ended and of which who asked for them was not told; from now on they were."""
    rows = driver.execute(
        "UPDATE contacts.inheritances SET is_told = true WHERE inheritance_id IN (SELECT inheritance_id"
        " FROM contacts.inheritances WHERE ended_at IS NOT NULL AND NOT is_told ORDER BY 1 LIMIT %s"
        " FOR UPDATE SKIP LOCKED) RETURNING inheritance_id",
        (size,),
    ).fetchall()
    return sorted(row[0] for row in rows)


def staff_of_members(driver: Driver, member_ids: Collection[int]) -> dict[int, int]:
    rows = driver.execute(
        "SELECT member_id, staff_id FROM contacts.members WHERE member_id = ANY(%s)", (list(member_ids),)
    ).fetchall()
    return dict(rows)
