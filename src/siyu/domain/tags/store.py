"""Every statement on groups and tags. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.tags.contracts import Group, Tag

Driver = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class KnownTag:
    """A tag with what of its group matters for tagging."""

    tag_id: int
    name: str
    group_id: int
    group: str
    is_exclusive: bool
    is_archived: bool


def lock_groups(driver: Driver) -> None:
    """One who makes or renames groups at a time, until the commit."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('tags.groups', 0))")


def lock_group(driver: Driver, group_id: int) -> bool:
    """Until the commit nobody else changes the group or gives one of its tags; False where there is none."""
    return (
        driver.execute("SELECT 1 FROM tags.groups WHERE group_id = %s FOR NO KEY UPDATE", (group_id,)).fetchone()
        is not None
    )


def lock_tags(driver: Driver, tag_ids: Collection[int]) -> dict[int, KnownTag]:
    """Those of the tags that there are. Until the commit nobody else gives or takes one of their groups; locked in the order of
    the groups, so that two who want several wait and do not deadlock."""
    driver.execute(
        "SELECT 1 FROM tags.groups WHERE group_id IN (SELECT group_id FROM tags.tags WHERE tag_id = ANY(%s))"
        " ORDER BY group_id FOR NO KEY UPDATE",
        (sorted(tag_ids),),
    )
    rows = driver.execute(
        "SELECT t.tag_id, t.name, g.group_id, g.name, g.is_exclusive, t.is_archived OR g.is_archived"
        " FROM tags.tags t JOIN tags.groups g USING (group_id) WHERE t.tag_id = ANY(%s)",
        (sorted(tag_ids),),
    ).fetchall()
    return {row[0]: KnownTag(*row) for row in rows}


def read_groups(driver: Driver, group_ids: Collection[int] | None = None) -> list[Group]:
    """The groups in their order, or some of them, each with all of its tags."""
    wanted = sorted(group_ids) if group_ids is not None else None
    tags: dict[int, list[Tag]] = {}
    for row in driver.execute(
        "SELECT tag_id, group_id, name, is_archived FROM tags.tags WHERE %(ids)s::bigint[] IS NULL OR group_id = ANY(%(ids)s)"
        " ORDER BY is_archived, name, tag_id",
        {"ids": wanted},
    ).fetchall():
        tags.setdefault(row[1], []).append(Tag(*row))
    rows = driver.execute(
        "SELECT g.group_id, g.name, g.colour, g.owner_id, s.name, g.is_exclusive, g.place, g.is_archived"
        " FROM tags.groups g LEFT JOIN company.staff s ON s.staff_id = g.owner_id"
        " WHERE %(ids)s::bigint[] IS NULL OR g.group_id = ANY(%(ids)s) ORDER BY g.is_archived, g.place, g.group_id",
        {"ids": wanted},
    ).fetchall()
    return [Group(*(*row, tags.get(row[0], ()))) for row in rows]


def has_staff(driver: Driver, staff_id: int) -> bool:
    row = driver.execute("SELECT 1 FROM company.staff WHERE staff_id = %s AND is_active", (staff_id,)).fetchone()
    return row is not None


def insert_group(driver: Driver, values: Sequence[object]) -> int:
    """`values`: name, colour, owner_id, is_exclusive, created_at. It comes last."""
    ((made,),) = driver.execute(
        "INSERT INTO tags.groups (name, colour, owner_id, is_exclusive, created_at, place)"
        " VALUES (%s, %s, %s, %s, %s, (SELECT coalesce(max(place), 0) + 1 FROM tags.groups)) RETURNING group_id",
        values,
    ).fetchall()
    return int(made)


def update_group(driver: Driver, group_id: int, values: Sequence[object]) -> None:
    """`values`: name, colour, owner_id, is_exclusive, place."""
    driver.execute(
        "UPDATE tags.groups SET name = %s, colour = %s, owner_id = %s, is_exclusive = %s, place = %s WHERE group_id = %s",
        (*values, group_id),
    )


def archive_group(driver: Driver, group_id: int, is_archived: bool) -> None:
    driver.execute("UPDATE tags.groups SET is_archived = %s WHERE group_id = %s", (is_archived, group_id))


def insert_tag(driver: Driver, group_id: int, name: str, at: datetime) -> int:
    ((made,),) = driver.execute(
        "INSERT INTO tags.tags (group_id, name, created_at) VALUES (%s, %s, %s) RETURNING tag_id", (group_id, name, at)
    ).fetchall()
    return int(made)


def update_tag(driver: Driver, tag_id: int, name: str, is_archived: bool) -> None:
    driver.execute("UPDATE tags.tags SET name = %s, is_archived = %s WHERE tag_id = %s", (name, is_archived, tag_id))


def is_borne(driver: Driver, group_id: int) -> bool:
    """Whether anybody was ever given one of the group's tags and still has it."""
    row = driver.execute(
        "SELECT 1 FROM tags.tags t WHERE t.group_id = %s"
        " AND EXISTS (SELECT 1 FROM tags.taggings x WHERE x.tag_id = t.tag_id) LIMIT 1",
        (group_id,),
    ).fetchone()
    return row is not None
