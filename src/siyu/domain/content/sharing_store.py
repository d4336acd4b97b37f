"""Every statement on tracked links and who opened them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import psycopg

from siyu.domain.content.sharing_contracts import Share, ShareFilter, ShareNumbers

Driver = psycopg.Connection[Any]
_SHARE = """
SELECT s.share_id, s.material_id, s.version, l.url, s.title, s.staff_id, s.profile_id, s.made_at, s.opens, s.visitors, s.forwards,
    s.read_seconds, s.first_opened_at, s.last_opened_at
FROM content.shares s LEFT JOIN content.links l USING (link_id)
"""
_SEEN = """
    (%(own)s::bigint IS NULL OR s.staff_id = %(own)s)
    AND (%(unit_path)s::text IS NULL OR EXISTS (
        SELECT 1 FROM company.staff w JOIN company.units n USING (unit_id)
        WHERE w.staff_id = s.staff_id AND starts_with(n.path, %(unit_path)s)))
"""


def insert_share(
    driver: Driver,
    share_key: UUID,
    target: tuple[int | None, int | None, int | None, str],
    who: tuple[int, int | None, datetime],
) -> int:
    """`target`: material, version, link, title; `who`: staff, profile, instant. The same key is the same link."""
    driver.execute(
        "INSERT INTO content.shares (share_key, material_id, version, link_id, title, staff_id, profile_id, made_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (share_key) DO NOTHING",
        (share_key, *target, *who),
    )
    row = driver.execute("SELECT share_id FROM content.shares WHERE share_key = %s", (share_key,)).fetchone()
    return int(cast(tuple[int], row)[0])


def find_share(driver: Driver, share_id: int, *, lock: bool = False) -> Share | None:
    row = driver.execute(
        _SHARE + " WHERE s.share_id = %s" + (" FOR UPDATE OF s" if lock else ""), (share_id,)
    ).fetchone()
    return Share(*row) if row else None


def select_shares(
    driver: Driver,
    wanted: ShareFilter,
    profile_ids: Collection[int] | None,
    seen: tuple[int | None, str | None],
    before: int | None,
    size: int,
) -> list[Share]:
    rows = driver.execute(
        _SHARE
        + "WHERE (%(profiles)s::bigint[] IS NULL OR s.profile_id = ANY(%(profiles)s))"
        + " AND (%(material)s::bigint IS NULL OR s.material_id = %(material)s)"
        + " AND (%(staff)s::bigint IS NULL OR s.staff_id = %(staff)s)"
        + " AND (%(before)s::bigint IS NULL OR s.share_id < %(before)s) AND "
        + _SEEN
        + "ORDER BY s.share_id DESC LIMIT %(size)s",
        {
            "profiles": None if profile_ids is None else list(profile_ids),
            "material": wanted.material_id,
            "staff": wanted.staff_id,
            "own": seen[0],
            "unit_path": seen[1],
            "before": before,
            "size": size,
        },
    ).fetchall()
    return [Share(*row) for row in rows]


_SUMS = """
count(*), count(s.first_opened_at), coalesce(sum(s.opens), 0), coalesce(sum(s.visitors), 0), coalesce(sum(s.forwards), 0),
coalesce(sum(s.read_seconds), 0)::bigint
"""


def numbers_by_target(
    driver: Driver, since: datetime, seen: tuple[int | None, str | None], most: int
) -> list[ShareNumbers]:
    rows = driver.execute(
        "SELECT s.material_id, s.link_id, NULL::bigint, (array_agg(s.title ORDER BY s.share_id DESC))[1],"
        + _SUMS
        + "FROM content.shares s WHERE s.made_at >= %(since)s AND "
        + _SEEN
        + "GROUP BY 1, 2 ORDER BY 7 DESC, 5 DESC, 1, 2 LIMIT %(most)s",
        {"since": since, "own": seen[0], "unit_path": seen[1], "most": most},
    ).fetchall()
    return [ShareNumbers(*row) for row in rows]


def numbers_by_staff(
    driver: Driver, since: datetime, seen: tuple[int | None, str | None], most: int
) -> list[ShareNumbers]:
    rows = driver.execute(
        "SELECT NULL::bigint, NULL::bigint, s.staff_id, '',"
        + _SUMS
        + "FROM content.shares s WHERE s.made_at >= %(since)s AND "
        + _SEEN
        + "GROUP BY 3 ORDER BY 5 DESC, 3 LIMIT %(most)s",
        {"since": since, "own": seen[0], "unit_path": seen[1], "most": most},
    ).fetchall()
    return [ShareNumbers(*row) for row in rows]


# --- visits; whoever changes them holds the share's row


def find_visit(driver: Driver, share_id: int, device: UUID) -> tuple[bool, datetime, datetime, int] | None:
    """(whether it is the customer's own device, first opened, last opened, seconds read)."""
    row = driver.execute(
        "SELECT is_own, opened_at, last_opened_at, read_seconds FROM content.visits WHERE share_id = %s AND device = %s",
        (share_id, device),
    ).fetchone()
    return (row[0], row[1], row[2], row[3]) if row else None


def has_own_visit(driver: Driver, share_id: int) -> bool:
    row = driver.execute("SELECT 1 FROM content.visits WHERE share_id = %s AND is_own", (share_id,)).fetchone()
    return row is not None


def profiles_of_device(driver: Driver, device: UUID) -> set[int]:
    """Whose own device it was taken for."""
    rows = driver.execute(
        "SELECT DISTINCT s.profile_id FROM content.visits v JOIN content.shares s USING (share_id)"
        " WHERE v.device = %s AND v.is_own AND s.profile_id IS NOT NULL",
        (device,),
    ).fetchall()
    return {row[0] for row in rows}


def insert_visit(driver: Driver, share_id: int, device: UUID, now: datetime, *, is_own: bool) -> None:
    driver.execute(
        "INSERT INTO content.visits (share_id, device, is_own, opens, opened_at, last_opened_at)"
        " VALUES (%s, %s, %s, 1, %s, %s)",
        (share_id, device, is_own, now, now),
    )


def open_again(driver: Driver, share_id: int, device: UUID, now: datetime) -> None:
    driver.execute(
        "UPDATE content.visits SET opens = opens + 1, last_opened_at = %s WHERE share_id = %s AND device = %s",
        (now, share_id, device),
    )


def count_open(driver: Driver, share_id: int, now: datetime, *, visitors: int, forwards: int) -> None:
    driver.execute(
        "UPDATE content.shares SET opens = opens + 1, visitors = visitors + %s, forwards = forwards + %s,"
        " first_opened_at = coalesce(first_opened_at, %s), last_opened_at = %s WHERE share_id = %s",
        (visitors, forwards, now, now, share_id),
    )


def add_reading(driver: Driver, share_id: int, device: UUID, seconds: int) -> None:
    driver.execute(
        "UPDATE content.visits SET read_seconds = read_seconds + %s WHERE share_id = %s AND device = %s",
        (seconds, share_id, device),
    )
    driver.execute(
        "UPDATE content.shares SET read_seconds = read_seconds + %s WHERE share_id = %s", (seconds, share_id)
    )


def delete_of_profiles(driver: Driver, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """Links given to the profiles and the use of scripts with them; {table: {profile_id: how many}}."""
    gone: dict[str, dict[int, int]] = {}
    for table in ("content.uses", "content.shares"):
        rows = driver.execute(
            f"WITH gone AS (DELETE FROM {table} WHERE profile_id = ANY(%s) RETURNING profile_id)"  # noqa: S608
            " SELECT profile_id, count(*) FROM gone GROUP BY 1",
            (list(profile_ids),),
        ).fetchall()
        gone[table] = dict(rows)
    return gone


def told_shares(driver: Driver, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    rows = driver.execute(
        "SELECT title, made_at, opens, forwards, read_seconds FROM content.shares WHERE profile_id = ANY(%s)"
        " ORDER BY share_id",
        (list(profile_ids),),
    ).fetchall()
    return [dict(zip(("title", "made_at", "opens", "forwards", "read_seconds"), row, strict=True)) for row in rows]


def told_uses(driver: Driver, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    rows = driver.execute(
        "SELECT s.name, u.used_at FROM content.uses u JOIN content.shelf s USING (definition_id)"
        " WHERE u.profile_id = ANY(%s) ORDER BY u.used_at, s.name",
        (list(profile_ids),),
    ).fetchall()
    return [dict(zip(("script", "used_at"), row, strict=True)) for row in rows]
