"""Every statement on work in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.company.reading import path_now
from siyu.domain.customers.contracts import Unchanged
from siyu.domain.tags.contracts import Bulk, BulkState
from siyu.kernel.actors import Actor

Driver = psycopg.Connection[Any]

_BULK = """
SELECT b.bulk_id, b.tag_id, t.name, b.is_removal, b.actor_kind, b.actor_id, s.name, b.of, b.reason, b.expires_at, b.total, b.done,
       b.changed, b.skipped, b.state, b.created_at, b.finished_at,
       (SELECT jsonb_object_agg(why, people) FROM (SELECT u.why, sum(u.people) AS people FROM customers.bulk_unchanged u
        WHERE u.work = 'tag_bulk:' || b.bulk_id GROUP BY u.why) AS whys)
FROM tags.bulks b JOIN tags.tags t USING (tag_id)
LEFT JOIN company.staff s ON b.actor_kind = 'staff' AND b.actor_id = s.staff_id::text
"""


@dataclass(frozen=True, slots=True)
class BulkPart:
    """Some of a bulk's customers, and on whose behalf they are to be tagged."""

    bulk_id: int
    part: int
    profile_ids: Sequence[int]
    unit_path: str | None
    own_only: bool


def lock_bulks(driver: Driver) -> None:
    """One who begins a bulk at a time, until the commit."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('tags.bulks', 0))")


def count_running(driver: Driver) -> int:
    row = driver.execute("SELECT count(*) FROM tags.bulks WHERE state = 'running'").fetchone()
    return int(row[0]) if row else 0


def insert_bulk(driver: Driver, values: Sequence[object]) -> int:
    """`values`: tag_id, is_removal, actor_kind, actor_id, unit_path, own_only, reason, expires_at, of, total, state, created_at,
    finished_at."""
    ((made,),) = driver.execute(
        "INSERT INTO tags.bulks (tag_id, is_removal, actor_kind, actor_id, unit_path, own_only, reason, expires_at, of, total,"
        " state, created_at, finished_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING bulk_id",
        values,
    ).fetchall()
    return int(made)


def insert_part(driver: Driver, bulk_id: int, part: int, profile_ids: Sequence[int]) -> None:
    driver.execute(
        "INSERT INTO tags.bulk_parts (bulk_id, part, profile_ids) VALUES (%s, %s, %s)",
        (bulk_id, part, list(profile_ids)),
    )


def lock_part(driver: Driver, bulk_id: int) -> BulkPart | None:
    """The next part to do, until the commit nobody else's."""
    row = driver.execute(
        f"SELECT p.bulk_id, p.part, p.profile_ids, {path_now('b.unit_path')}, b.own_only"  # noqa: S608  # our own
        " FROM tags.bulk_parts p JOIN tags.bulks b USING (bulk_id)"
        " WHERE p.bulk_id = %s AND b.state = 'running' ORDER BY p.part LIMIT 1 FOR UPDATE",
        (bulk_id,),
    ).fetchone()
    return BulkPart(*row) if row else None


def finish_part(driver: Driver, part: BulkPart, changed: int, skipped: int, now: datetime) -> None:
    """Takes the part away and counts it; the last one ends the bulk."""
    driver.execute("DELETE FROM tags.bulk_parts WHERE bulk_id = %s AND part = %s", (part.bulk_id, part.part))
    driver.execute(
        """
        UPDATE tags.bulks b SET done = done + %(done)s, changed = changed + %(changed)s, skipped = skipped + %(skipped)s,
            state = CASE WHEN rest.is_left THEN state ELSE 'done' END,
            finished_at = CASE WHEN rest.is_left THEN NULL ELSE %(now)s END
        FROM (SELECT EXISTS (SELECT 1 FROM tags.bulk_parts WHERE bulk_id = %(bulk_id)s) AS is_left) AS rest
        WHERE bulk_id = %(bulk_id)s
        """,
        {"bulk_id": part.bulk_id, "done": len(part.profile_ids), "changed": changed, "skipped": skipped, "now": now},
    )


def stop(driver: Driver, bulk_id: int, now: datetime) -> bool:
    """Ends a running bulk where it stands."""
    stopped = driver.execute(
        "UPDATE tags.bulks SET state = 'stopped', finished_at = %s WHERE bulk_id = %s AND state = 'running'",
        (now, bulk_id),
    ).rowcount
    driver.execute("DELETE FROM tags.bulk_parts WHERE bulk_id = %s", (bulk_id,))
    return stopped > 0


def read_bulks(
    driver: Driver,
    *,
    bulk_id: int | None = None,
    before: int | None = None,
    size: int = 1,
    asker: Actor | None = None,
) -> list[Bulk]:
    """The newest first; with `asker`, those they asked for."""
    rows = driver.execute(
        _BULK + " WHERE (%(bulk_id)s::bigint IS NULL OR b.bulk_id = %(bulk_id)s)"
        " AND (%(before)s::bigint IS NULL OR b.bulk_id < %(before)s)"
        " AND (%(kind)s::text IS NULL OR (b.actor_kind = %(kind)s AND b.actor_id = %(id)s))"
        " ORDER BY b.bulk_id DESC LIMIT %(size)s",
        {
            "bulk_id": bulk_id,
            "before": before,
            "size": size,
            "kind": asker.kind.value if asker else None,
            "id": asker.actor_id if asker else None,
        },
    ).fetchall()
    return [Bulk(*(*row[:14], BulkState(row[14]), *row[15:17], _whys(row[17]))) for row in rows]


def _whys(found: dict[str, int] | None) -> dict[Unchanged, int]:
    return {Unchanged(why): people for why, people in (found or {}).items()}


def running_bulks(driver: Driver) -> list[int]:
    """Those that are not at their end, the oldest first."""
    rows = driver.execute("SELECT bulk_id FROM tags.bulks WHERE state = 'running' ORDER BY bulk_id").fetchall()
    return [row[0] for row in rows]
