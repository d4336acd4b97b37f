"""Who is in which group, for other rooms, engines and faces; on their own account, without rights."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

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


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """The groups that the profiles are in and were, for the person herself."""
    rows = reading.driver.execute(
        "SELECT g.name, m.name, m.joined_at, m.left_at FROM groups.memberships m JOIN groups.groups g USING (group_id)"
        " WHERE m.profile_id = ANY(%s) ORDER BY m.joined_at",
        (list(profile_ids),),
    ).fetchall()
    return [dict(zip(_TOLD, row, strict=True)) for row in rows]
