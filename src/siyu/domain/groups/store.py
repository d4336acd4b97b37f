"""Every statement on groups. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from siyu.domain.groups.contracts import JOIN_SCENES, Group, Membership, OutsideGroup, OutsideGroupMember
from siyu.kernel.paging import PageRequest

Driver = psycopg.Connection[Any]


class KnownGroup(NamedTuple):
    """A group as it stands here."""

    group_id: int
    digest: bytes
    is_dissolved: bool


class KnownMembership(NamedTuple):
    """Somebody in a group, or who was."""

    external_userid: str
    joined_at: datetime
    left_at: datetime | None


_GROUP = """
SELECT g.group_id, g.corp_id, g.chat_id, g.name, g.notice, g.owner_userid, g.owner_id, s.name, g.status, g.created_at,
       g.dissolved_at, g.people, g.customers, :repeated
FROM groups.groups g LEFT JOIN company.staff s ON s.staff_id = g.owner_id LEFT JOIN company.units u ON u.unit_id = s.unit_id
WHERE (%(path)s::text IS NULL OR starts_with(u.path, %(path)s)) AND (NOT %(own_only)s OR g.owner_id = %(staff_id)s)
"""
_OF_SCOPE = """
groups.groups og LEFT JOIN company.staff os ON os.staff_id = og.owner_id LEFT JOIN company.units ou ON ou.unit_id = os.unit_id
WHERE og.group_id = o.group_id AND (%(path)s::text IS NULL OR starts_with(ou.path, %(path)s))
    AND (NOT %(own_only)s OR og.owner_id = %(staff_id)s)
"""
_REPEATED = f"""
(SELECT count(*) FROM groups.memberships m WHERE m.group_id = g.group_id AND m.left_at IS NULL AND EXISTS (
    SELECT 1 FROM groups.memberships o WHERE o.profile_id = m.profile_id AND o.left_at IS NULL AND o.group_id <> m.group_id
        AND EXISTS (SELECT 1 FROM {_OF_SCOPE})))
"""  # noqa: S608  # words of our own


def lock_group(driver: Driver, corp_id: str, chat_id: str) -> KnownGroup | None:
    """The group as it stands; nobody else tells of it until the commit."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('groups:' || %s || %s, 0))", (corp_id, chat_id))
    row = driver.execute(
        "SELECT group_id, digest, dissolved_at IS NOT NULL FROM groups.groups WHERE corp_id = %s AND chat_id = %s",
        (corp_id, chat_id),
    ).fetchone()
    return KnownGroup(row[0], bytes(row[1]), row[2]) if row else None


def save_group(driver: Driver, corp_id: str, told: OutsideGroup, owner_id: int | None, digest: bytes) -> int:
    ((group_id,),) = driver.execute(
        """
        INSERT INTO groups.groups (corp_id, chat_id, name, notice, owner_userid, owner_id, status, version, digest, created_at,
            people, customers)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (corp_id, chat_id) DO UPDATE SET name = excluded.name, notice = excluded.notice,
            owner_userid = excluded.owner_userid, owner_id = excluded.owner_id, status = excluded.status,
            version = excluded.version, digest = excluded.digest, people = excluded.people, customers = excluded.customers,
            dissolved_at = NULL
        RETURNING group_id
        """,
        (
            corp_id,
            told.chat_id,
            told.name.replace("\x00", ""),
            told.notice.replace("\x00", ""),
            told.owner_userid,
            owner_id,
            told.status,
            told.version,
            digest,
            told.created_at,
            told.staff + len(told.members),
            len(told.members),
        ),
    ).fetchall()
    return int(group_id)


def keep_owner(driver: Driver, corp_id: str, chat_ids: Sequence[str], owner_userid: str, owner_id: int) -> None:
    """Gives groups another owner; without a digest the next telling is read whole."""
    driver.execute(
        "UPDATE groups.groups SET owner_userid = %s, owner_id = %s, status = 3, digest = ''"
        " WHERE corp_id = %s AND chat_id = ANY(%s)",
        (owner_userid, owner_id, corp_id, list(chat_ids)),
    )


def memberships_of(driver: Driver, group_id: int) -> dict[str, KnownMembership]:
    """{external_userid: membership} of all who are in a group or were."""
    rows = driver.execute(
        "SELECT p.value, m.joined_at, m.left_at FROM groups.memberships m JOIN customers.profiles p USING (profile_id)"
        " WHERE m.group_id = %s AND p.erased_at IS NULL",
        (group_id,),
    ).fetchall()
    return {row[0]: KnownMembership(*row) for row in rows}


def join(driver: Driver, group_id: int, members: Mapping[int, OutsideGroupMember]) -> None:
    """{profile: member} are in the group."""
    ordered = sorted(members)
    driver.execute(
        """
        INSERT INTO groups.memberships (group_id, profile_id, name, join_scene, invited_by, state, joined_at)
        SELECT %s, n.* FROM unnest(%s::bigint[], %s::text[], %s::smallint[], %s::text[], %s::text[], %s::timestamptz[]) AS n
        ON CONFLICT (group_id, profile_id) DO UPDATE SET name = excluded.name, join_scene = excluded.join_scene,
            invited_by = excluded.invited_by, state = excluded.state, joined_at = excluded.joined_at, left_at = NULL,
            is_removed = NULL
        """,
        (
            group_id,
            ordered,
            [members[each].name.replace("\x00", "") for each in ordered],
            [members[each].join_scene for each in ordered],
            [members[each].invited_by for each in ordered],
            [members[each].state for each in ordered],
            [members[each].joined_at for each in ordered],
        ),
    )


def leave(
    driver: Driver, group_id: int, external_ids: Collection[str], at: datetime, is_removed: bool | None
) -> list[tuple[int, datetime]]:
    """Those of them who were in the group are so no more; (profile, when they had come)."""
    rows = driver.execute(
        "UPDATE groups.memberships m SET left_at = greatest(%s, m.joined_at), is_removed = %s FROM customers.profiles p"
        " WHERE m.group_id = %s AND p.profile_id = m.profile_id AND p.kind = 'external_userid' AND p.value = ANY(%s)"
        " AND m.left_at IS NULL RETURNING m.profile_id, m.joined_at",
        (at, is_removed, group_id, sorted(external_ids)),
    ).fetchall()
    return sorted((row[0], row[1]) for row in rows)


def dissolve(driver: Driver, group_id: int, at: datetime) -> list[tuple[int, datetime]]:
    """The group is no more, and nobody is in it; (profile, when they had come)."""
    driver.execute(
        "UPDATE groups.groups SET dissolved_at = %s, people = 0, customers = 0, digest = '' WHERE group_id = %s",
        (at, group_id),
    )
    rows = driver.execute(
        "UPDATE groups.memberships SET left_at = greatest(%s, joined_at) WHERE group_id = %s AND left_at IS NULL"
        " RETURNING profile_id, joined_at",
        (at, group_id),
    ).fetchall()
    return sorted((row[0], row[1]) for row in rows)


def living_chats(driver: Driver, corp_id: str) -> set[str]:
    rows = driver.execute(
        "SELECT chat_id FROM groups.groups WHERE corp_id = %s AND dissolved_at IS NULL", (corp_id,)
    ).fetchall()
    return {row[0] for row in rows}


def select_groups(driver: Driver, scope: Mapping[str, Any], page: PageRequest, before: int) -> list[Group]:
    """The newest first, those that were dissolved too; one more than the page holds."""
    rows = driver.execute(
        (_GROUP.replace(":repeated", "0") + " AND g.group_id < %(before)s AND g.name ILIKE %(pattern)s"
         " AND (%(ids)s::bigint[] IS NULL OR g.group_id = ANY(%(ids)s))"
         " ORDER BY g.group_id DESC LIMIT %(size)s").encode(),
        {**scope, "before": before, "size": page.size + 1, "pattern": page.pattern, "ids": page.id_list},
    ).fetchall()  # fmt: skip
    return [Group(*row) for row in rows]


def choose_groups(
    driver: Driver, scope: Mapping[str, Any], group_ids: Collection[int], owner_ids: Collection[int], *, is_all: bool
) -> list[int]:
    """Those that are there, of these numbers or these owners, or all."""
    rows = driver.execute(
        """
        SELECT g.group_id FROM groups.groups g LEFT JOIN company.staff s ON s.staff_id = g.owner_id
        LEFT JOIN company.units u ON u.unit_id = s.unit_id
        WHERE (%(path)s::text IS NULL OR starts_with(u.path, %(path)s)) AND (NOT %(own_only)s OR g.owner_id = %(staff_id)s)
            AND g.dissolved_at IS NULL AND (%(all)s OR g.group_id = ANY(%(groups)s) OR g.owner_id = ANY(%(owners)s))
        ORDER BY g.group_id
        """,
        {**scope, "all": is_all, "groups": list(group_ids), "owners": list(owner_ids)},
    ).fetchall()
    return [row[0] for row in rows]


def find_group(driver: Driver, scope: Mapping[str, Any], group_id: int) -> Group | None:
    row = driver.execute(
        (_GROUP.replace(":repeated", _REPEATED) + " AND g.group_id = %(group_id)s").encode(),
        {**scope, "group_id": group_id},
    ).fetchone()
    return Group(*row) if row else None


def select_memberships(
    driver: Driver, scope: Mapping[str, Any], group_id: int, after: int, size: int
) -> list[tuple[int, Membership]]:
    """Those who are in a group first, each with the place from which to go on."""
    rows = driver.execute(
        f"""
        SELECT p.customer_id, m.name, m.join_scene, m.invited_by, m.state, m.joined_at, m.left_at, m.is_removed,
               (SELECT count(*) FROM groups.memberships o WHERE o.profile_id = m.profile_id AND o.left_at IS NULL
                AND EXISTS (SELECT 1 FROM {_OF_SCOPE}))
        FROM groups.memberships m JOIN customers.profiles p USING (profile_id) WHERE m.group_id = %(group_id)s
        ORDER BY m.left_at IS NOT NULL, m.joined_at DESC, m.profile_id OFFSET %(after)s LIMIT %(size)s
        """.encode(),  # noqa: S608  # words of our own
        {**scope, "group_id": group_id, "after": after, "size": size},
    ).fetchall()
    return [
        (after + place + 1, Membership(*(*row[:2], JOIN_SCENES.get(row[2], "unknown"), *row[3:])))
        for place, row in enumerate(rows)
    ]


def delete_of_profiles(driver: Driver, profile_ids: Collection[int]) -> dict[int, int]:
    """Takes away in which groups profiles are and were; {profile_id: how many}."""
    rows: Sequence[tuple[int]] = driver.execute(
        "DELETE FROM groups.memberships WHERE profile_id = ANY(%s) RETURNING profile_id", (sorted(profile_ids),)
    ).fetchall()
    found: dict[int, int] = {}
    for (profile_id,) in rows:
        found[profile_id] = found.get(profile_id, 0) + 1
    return found
