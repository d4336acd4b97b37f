"""Every statement on relations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from siyu.domain.contacts.contracts import LostBy
from siyu.domain.contacts.rules import Known
from siyu.platform.postgres.packing import packed, packed_numbers

Driver = psycopg.Connection[Any]

Key = tuple[int, str]
"""(member, external_userid)."""
_TEXTS = "string_to_array(%s, chr(31))"


class RelationRow(NamedTuple):
    """A relation as it is to be written."""

    profile_id: int
    member_id: int
    fingerprint: bytes
    remark: str
    description: str
    company: str
    add_way: int
    state: str
    is_by_member: bool
    tag_ids: Sequence[str]
    added_at: datetime


class Ended(NamedTuple):
    """A relation that ended just now."""

    profile_id: int
    member_id: int
    staff_id: int
    customer_id: int
    at: datetime
    by: LostBy


class Living(NamedTuple):
    """Somebody of the staff who has a customer."""

    member_id: int
    staff_id: int
    unit_id: int
    added_at: datetime


def known_relations(driver: Driver, keys: Collection[Key]) -> dict[Key, Known]:
    """Those of the relations that there are, locked in one order until the commit: who tells of the same waits."""
    ordered = sorted(keys)
    rows = driver.execute(
        """
        SELECT r.member_id, w.external, r.profile_id, r.fingerprint, r.tag_ids, r.added_at, r.lost_at, r.lost_by,
               r.told_at
        FROM unnest(%s::bigint[], string_to_array(%s, chr(31))) AS w(member_id, external)
        JOIN customers.profiles p ON p.kind = 'external_userid' AND p.value = w.external
        JOIN contacts.relations r ON r.profile_id = p.profile_id AND r.member_id = w.member_id
        ORDER BY r.profile_id, r.member_id FOR NO KEY UPDATE OF r
        """,
        (packed_numbers(each[0] for each in ordered), packed(each[1] for each in ordered)),
    ).fetchall()
    return {
        (row[0], row[1]): Known(
            row[2], bytes(row[3]), row[4], row[5], row[6], LostBy(row[7]) if row[7] else None, row[8]
        )
        for row in rows
    }


def save_relations(driver: Driver, rows: Sequence[RelationRow], told_at: datetime) -> set[tuple[int, int]]:
    """Writes relations as living; gives the (profile, member) of those that were not there before."""
    ordered = sorted(rows, key=lambda row: (row.profile_id, row.member_id))
    written = driver.execute(
        """
        INSERT INTO contacts.relations AS r (profile_id, member_id, fingerprint, remark, description, company, add_way, state,
            is_by_member, tag_ids, added_at, told_at)
        SELECT n.profile_id, n.member_id, decode(n.fingerprint, 'hex'), coalesce(n.remark, ''),
               coalesce(n.description, ''), coalesce(n.company, ''), n.add_way, coalesce(n.state, ''),
               n.is_by_member::boolean, coalesce(string_to_array(nullif(n.tags, ''), ','), '{}'), n.added_at::timestamptz, %s
        FROM unnest(:lists) AS n(profile_id, member_id, fingerprint, remark, description, company, add_way, state, is_by_member,
                                 tags, added_at)
        ON CONFLICT (profile_id, member_id) DO UPDATE SET fingerprint = excluded.fingerprint, remark = excluded.remark,
            description = excluded.description, company = excluded.company, add_way = excluded.add_way, state = excluded.state,
            is_by_member = excluded.is_by_member, tag_ids = excluded.tag_ids, added_at = excluded.added_at,
            told_at = excluded.told_at, lost_at = NULL, lost_by = NULL,
            written_tag_ids = ARRAY(SELECT unnest(r.written_tag_ids) INTERSECT SELECT unnest(excluded.tag_ids))
        RETURNING r.profile_id, r.member_id, r.xmax = 0
        """.replace(":lists", ", ".join(["%s::bigint[]"] * 2 + [_TEXTS] * 4 + ["%s::smallint[]"] + [_TEXTS] * 4)),
        (
            told_at,
            packed_numbers(row.profile_id for row in ordered),
            packed_numbers(row.member_id for row in ordered),
            packed(row.fingerprint.hex() for row in ordered),
            packed(row.remark for row in ordered),
            packed(row.description for row in ordered),
            packed(row.company for row in ordered),
            packed_numbers(row.add_way for row in ordered),
            packed(row.state for row in ordered),
            packed("t" if row.is_by_member else "f" for row in ordered),
            packed(",".join(row.tag_ids) for row in ordered),
            packed(row.added_at.isoformat() for row in ordered),
        ),
    ).fetchall()
    return {(profile_id, member_id) for profile_id, member_id, is_new in written if is_new}


def end_relations(driver: Driver, ends: Mapping[Key, tuple[datetime, LostBy]]) -> list[Ended]:
    """Ends those of the relations that live and began before."""
    keys = sorted(ends)
    rows = driver.execute(
        """
        UPDATE contacts.relations r SET lost_at = w.at, lost_by = w.by
        FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::text[]) AS w(member_id, external, at, by)
        JOIN customers.profiles p ON p.kind = 'external_userid' AND p.value = w.external, contacts.members m
        WHERE r.profile_id = p.profile_id AND r.member_id = w.member_id AND r.lost_at IS NULL AND r.added_at <= w.at
          AND m.member_id = r.member_id
        RETURNING r.profile_id, r.member_id, m.staff_id, p.customer_id, r.lost_at, r.lost_by
        """,
        (
            [each[0] for each in keys],
            [each[1] for each in keys],
            [ends[each][0] for each in keys],
            [ends[each][1].value for each in keys],
        ),
    ).fetchall()
    return sorted(Ended(*(*row[:5], LostBy(row[5]))) for row in rows)


def living_of(driver: Driver, customer_ids: Collection[int]) -> dict[int, list[Living]]:
    """{customer: who has them} of all whom anybody has or had; nothing for who was never had."""
    rows = driver.execute(
        """
        SELECT p.customer_id, r.member_id, m.staff_id, s.unit_id, r.added_at, r.lost_at
        FROM customers.profiles p JOIN contacts.relations r USING (profile_id)
        JOIN contacts.members m USING (member_id) JOIN company.staff s USING (staff_id)
        WHERE p.customer_id = ANY(%s)
        """,
        (list(customer_ids),),
    ).fetchall()
    found: dict[int, list[Living]] = {}
    for customer_id, member_id, staff_id, unit_id, added_at, lost_at in rows:
        living = found.setdefault(customer_id, [])
        if lost_at is None:
            living.append(Living(member_id, staff_id, unit_id, added_at))
    return found


def living_ids(driver: Driver, told_before: Mapping[int, datetime]) -> dict[int, set[str]]:
    """{member: external_userids of those whom they have}, of which nothing was told since an instant of each member's own."""
    rows = driver.execute(
        "SELECT r.member_id, p.value FROM unnest(%s::bigint[], %s::timestamptz[]) AS w(member_id, at)"
        " JOIN contacts.relations r ON r.member_id = w.member_id AND r.lost_at IS NULL AND r.told_at <= w.at"
        " JOIN customers.profiles p USING (profile_id) WHERE p.erased_at IS NULL",
        (list(told_before), list(told_before.values())),
    ).fetchall()
    found: dict[int, set[str]] = {}
    for member_id, external in rows:
        found.setdefault(member_id, set()).add(external)
    return found


def members_with_left_behind(driver: Driver, corp_id: str) -> dict[str, int]:
    """{userid in lower case: member} of those who left and still have customers here."""
    rows = driver.execute(
        "SELECT m.userid, m.member_id FROM contacts.members m WHERE m.corp_id = %s AND m.left_at IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM contacts.relations r WHERE r.member_id = m.member_id AND r.lost_at IS NULL)",
        (corp_id,),
    ).fetchall()
    return dict(rows)


def taken_over(driver: Driver, member_ids: Collection[int], told_before: datetime) -> list[tuple[str, str]]:
    """(told userid, external_userid) of customers of those who left whom somebody has who is there, and whom nobody here is handing
    over just now."""
    return driver.execute(
        """
        SELECT m.told_userid, p.value FROM contacts.relations r JOIN contacts.members m USING (member_id)
        JOIN customers.profiles p USING (profile_id)
        WHERE r.member_id = ANY(%s) AND r.lost_at IS NULL AND r.told_at <= %s AND p.erased_at IS NULL
          AND EXISTS (SELECT 1 FROM contacts.relations o JOIN contacts.members t ON t.member_id = o.member_id
              WHERE o.profile_id = r.profile_id AND o.lost_at IS NULL AND t.left_at IS NULL AND t.corp_id = m.corp_id)
          AND NOT EXISTS (SELECT 1 FROM contacts.handovers h
              WHERE h.giver_id = r.member_id AND h.profile_id = r.profile_id AND h.ended_at IS NULL)
        ORDER BY 1, 2
        """,
        (list(member_ids), told_before),
    ).fetchall()


def look_at_tags(driver: Driver, taken: Mapping[int, Collection[str]]) -> None:
    """Has the tags of profiles looked at; `taken` are those that a relation lost."""
    ordered = sorted(taken)
    driver.execute(
        "INSERT INTO contacts.tag_looks AS l (profile_id, taken)"
        " SELECT n.profile_id, CASE WHEN n.taken = '' THEN '{}' ELSE string_to_array(n.taken, ',') END"
        " FROM unnest(%s::bigint[], %s::text[]) AS n(profile_id, taken)"
        " ON CONFLICT (profile_id) DO UPDATE SET taken = l.taken || excluded.taken",
        (ordered, [",".join(sorted(taken[each])) for each in ordered]),
    )


def take_tag_looks(driver: Driver, size: int) -> dict[int, set[str]]:
    """Whose tags are to be looked at, {profile: tags that a relation lost}; they are off the list from now on."""
    rows = driver.execute(
        "DELETE FROM contacts.tag_looks WHERE profile_id IN (SELECT profile_id FROM contacts.tag_looks ORDER BY profile_id"
        " LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING profile_id, taken",
        (size,),
    ).fetchall()
    return {row[0]: set(row[1]) for row in rows}


def tags_there(driver: Driver, profile_ids: Collection[int]) -> dict[int, tuple[set[str], set[str]]]:
    """The union of the tags that living relations of each profile have in WeCom: (without those put there from here, all)."""
    rows = driver.execute(
        "SELECT r.profile_id, t.tag, bool_or(t.tag <> ALL(r.written_tag_ids))"
        " FROM unnest(%s::bigint[]) AS w(profile_id) JOIN contacts.relations r USING (profile_id), unnest(r.tag_ids) AS t(tag)"
        " WHERE r.lost_at IS NULL GROUP BY 1, 2",
        (sorted(profile_ids),),
    ).fetchall()
    found: dict[int, tuple[set[str], set[str]]] = {}
    for profile_id, tag, is_from_there in rows:
        own, every = found.setdefault(profile_id, (set(), set()))
        every.add(tag)
        if is_from_there:
            own.add(tag)
    return found


def delete_of_profiles(driver: Driver, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """Takes away all that is known of profiles here; {table: {profile_id: rows}}."""
    counts: dict[str, dict[int, int]] = {}
    for table in ("handovers", "writes", "tag_looks", "relations"):
        rows = driver.execute(
            f"DELETE FROM contacts.{table} WHERE profile_id = ANY(%s) RETURNING profile_id".encode(),  # noqa: S608  # names of our own
            (sorted(profile_ids),),
        ).fetchall()
        found: dict[int, int] = {}
        for (profile_id,) in rows:
            found[profile_id] = found.get(profile_id, 0) + 1
        counts[f"contacts.{table}"] = found
    return counts
