"""Who is in which group, for other rooms, engines and faces; on their own account, without rights."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from siyu.kernel.actors import Actor, ActorKind
from siyu.platform.postgres.database import Reading

_TOLD = ("group", "name", "joined_at", "left_at")


def traits(reading: Reading, customer_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What of each customer's groups stands among their attributes: `in_groups`, how many they are in now. Nothing of who never
    was in one."""
    rows = reading.driver.execute(
        "SELECT p.customer_id, count(DISTINCT m.group_id) FILTER (WHERE m.left_at IS NULL) FROM customers.profiles p"
        " JOIN groups.memberships m USING (profile_id) WHERE p.customer_id = ANY(%s) GROUP BY 1",
        (list(customer_ids),),
    ).fetchall()
    return {row[0]: {"in_groups": row[1]} for row in rows}


def owned_by(reading: Reading, corp_id: str, userid: str) -> dict[int, str]:
    """{group: its name outside} of the groups of a member that are there."""
    rows = reading.driver.execute(
        "SELECT group_id, chat_id FROM groups.groups"
        " WHERE corp_id = %s AND lower(owner_userid) = lower(%s) AND dissolved_at IS NULL ORDER BY group_id",
        (corp_id, userid),
    ).fetchall()
    return dict(rows)


def count_owned(reading: Reading) -> dict[tuple[str, str], int]:
    """{(corp, userid in lower case): groups} of all who own any that are there."""
    rows = reading.driver.execute(
        "SELECT corp_id, lower(owner_userid), count(*) FROM groups.groups WHERE dissolved_at IS NULL GROUP BY 1, 2"
    ).fetchall()
    return {(row[0], row[1]): row[2] for row in rows}


def names_of(reading: Reading, corp_id: str, chat_ids: Collection[str]) -> dict[str, str]:
    """{name outside: what the group is called}."""
    rows = reading.driver.execute(
        "SELECT chat_id, name FROM groups.groups WHERE corp_id = %s AND chat_id = ANY(%s)", (corp_id, list(chat_ids))
    ).fetchall()
    return dict(rows)


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """The groups that the profiles are in and were, for the person herself."""
    rows = reading.driver.execute(
        "SELECT g.name, m.name, m.joined_at, m.left_at FROM groups.memberships m JOIN groups.groups g USING (group_id)"
        " WHERE m.profile_id = ANY(%s) ORDER BY m.joined_at",
        (list(profile_ids),),
    ).fetchall()
    return [dict(zip(_TOLD, row, strict=True)) for row in rows]


def living_groups(reading: Reading, corp_id: str, group_ids: Collection[int]) -> dict[int, tuple[str, str, int]]:
    """{group: (its key in WeCom, its name, people in it)} of those groups of a corp that are there, with an owner."""
    rows = reading.driver.execute(
        "SELECT group_id, chat_id, name, people FROM groups.groups"
        " WHERE corp_id = %s AND group_id = ANY(%s) AND dissolved_at IS NULL AND status <> 1",
        (corp_id, list(group_ids)),
    ).fetchall()
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def addresses_of(reading: Reading, group_ids: Collection[int]) -> dict[int, tuple[str, str, str]]:
    """{group: (corp, its name outside, its owner)} of those that are there and whose owner has not left."""
    rows = reading.driver.execute(
        "SELECT group_id, corp_id, chat_id, owner_userid FROM groups.groups"
        " WHERE group_id = ANY(%s) AND dissolved_at IS NULL AND status <> 1 AND owner_userid <> ''",
        (list(group_ids),),
    ).fetchall()
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def group_names(reading: Reading, group_ids: Collection[int]) -> dict[int, str]:
    """The names of those groups that there are or were."""
    rows = reading.driver.execute(
        "SELECT group_id, name FROM groups.groups WHERE group_id = ANY(%s)", (list(group_ids),)
    ).fetchall()
    return dict(rows)


def customers_in(reading: Reading, group_ids: Collection[int]) -> int:
    """How many customers are in any of the groups, each counted once."""
    ((count,),) = reading.driver.execute(
        "SELECT count(DISTINCT profile_id) FROM groups.memberships WHERE group_id = ANY(%s) AND left_at IS NULL",
        (list(group_ids),),
    ).fetchall()
    return int(count)


def group_ids(reading: Reading, named: Collection[int] | None, owner_ids: Collection[int] | None = None) -> list[int]:
    """The groups that are there, by id: those named and those of the owners named; all of them where `named` is None."""
    rows = reading.driver.execute(
        "SELECT group_id FROM groups.groups WHERE dissolved_at IS NULL"
        " AND (%(named)s::bigint[] IS NULL OR group_id = ANY(%(named)s) OR owner_id = ANY(%(owners)s)) ORDER BY 1",
        {"named": list(named) if named is not None else None, "owners": list(owner_ids or ())},
    ).fetchall()
    return [row[0] for row in rows]


def created_at(reading: Reading, group_ids: Collection[int]) -> dict[int, datetime]:
    """When each of the groups was made."""
    rows = reading.driver.execute(
        "SELECT group_id, created_at FROM groups.groups WHERE group_id = ANY(%s)", (list(group_ids),)
    ).fetchall()
    return dict(rows)


def groups_in_scope(reading: Reading, actor: Actor, group_ids: Collection[int]) -> set[int]:
    """Those of the groups, also of those that were dissolved, whose owners are in the actor's scope."""
    own = int(actor.actor_id) if actor.scope.own_only and actor.kind is ActorKind.STAFF else None
    rows = reading.driver.execute(
        "SELECT g.group_id FROM groups.groups g LEFT JOIN company.staff s ON s.staff_id = g.owner_id"
        " LEFT JOIN company.units u ON u.unit_id = s.unit_id WHERE g.group_id = ANY(%(groups)s)"
        " AND (%(path)s::text IS NULL OR starts_with(u.path, %(path)s)) AND (NOT %(own_only)s OR g.owner_id = %(own)s)",
        {"groups": list(group_ids), "path": actor.scope.unit_path, "own_only": actor.scope.own_only, "own": own},
    ).fetchall()
    return {row[0] for row in rows}
