"""Every statement on work with many customers at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from siyu.domain.company.reading import path_now
from siyu.domain.customers.bulks_contracts import BulkAction, BulkPart, BulkState, CustomerBulk, Unchanged
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.platform.postgres.packing import packed_numbers

Driver = psycopg.Connection[Any]

_SELECT = f"""
SELECT bulk_id, action, parameters, actor_kind, actor_id, {path_now("unit_path")}, own_only, total, done, changed, state,
       fault_code, created_at, finished_at,
       (SELECT jsonb_object_agg(why, people) FROM (SELECT u.why, sum(u.people) AS people FROM customers.bulk_unchanged u
        WHERE u.work = 'customer_bulk:' || bulks.bulk_id GROUP BY u.why) AS whys)
FROM customers.bulks
"""  # noqa: S608  # our own


def insert_bulk(
    driver: Driver, actor: Actor, action: BulkAction, parameters: Mapping[str, object], total: int, now: datetime
) -> int:
    ((made,),) = driver.execute(
        "INSERT INTO customers.bulks (action, parameters, actor_kind, actor_id, unit_path, own_only, total, state, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, 'prepared', %s) RETURNING bulk_id",
        (
            action.value,
            Jsonb(dict(parameters)),
            actor.kind.value,
            actor.actor_id,
            actor.scope.unit_path,
            actor.scope.own_only,
            total,
            now,
        ),
    ).fetchall()
    return int(made)


def insert_parts(driver: Driver, bulk_id: int, customer_ids: Sequence[int], size: int) -> None:
    """Cut into parts by one statement, whatever their number."""
    driver.execute(
        """
        INSERT INTO customers.bulk_parts (bulk_id, part, profile_ids)
        SELECT %(bulk_id)s, (n - 1) / %(size)s, array_agg(id ORDER BY n)
        FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS w(id, n) GROUP BY 2
        """,
        {"bulk_id": bulk_id, "size": size, "ids": packed_numbers(customer_ids)},
    )


def lock_running(driver: Driver) -> int:
    """How many go on; nobody else begins one until the commit."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('customers.bulks', 0))")
    row = driver.execute("SELECT count(*) FROM customers.bulks WHERE state = 'running'").fetchone()
    return int(row[0]) if row else 0


def begin(driver: Driver, bulk_id: int) -> bool:
    """Whether it was prepared, and runs from now on."""
    done = driver.execute(
        "UPDATE customers.bulks SET state = 'running' WHERE bulk_id = %s AND state = 'prepared'", (bulk_id,)
    )
    return done.rowcount > 0


def end(driver: Driver, bulk_id: int, state: BulkState, fault_code: str | None, now: datetime) -> bool:
    """Ends one that is prepared or running, and forgets whom it had still to do."""
    ended = driver.execute(
        "UPDATE customers.bulks SET state = %s, fault_code = %s, finished_at = %s"
        " WHERE bulk_id = %s AND state IN ('prepared', 'running')",
        (state.value, fault_code, now, bulk_id),
    ).rowcount
    driver.execute("DELETE FROM customers.bulk_parts WHERE bulk_id = %s", (bulk_id,))
    return ended > 0


def forget_prepared(driver: Driver, before: datetime) -> None:
    """Takes away what nobody began."""
    driver.execute("DELETE FROM customers.bulks WHERE state = 'prepared' AND created_at < %s", (before,))


def lock_part(driver: Driver, bulk_id: int) -> BulkPart | None:
    """The next part to do, until the commit nobody else's."""
    row = driver.execute(
        "SELECT p.bulk_id, p.part, p.profile_ids FROM customers.bulk_parts p JOIN customers.bulks b USING (bulk_id)"
        " WHERE p.bulk_id = %s AND b.state = 'running' ORDER BY p.part LIMIT 1 FOR UPDATE",
        (bulk_id,),
    ).fetchone()
    return BulkPart(*row) if row else None


def finish_part(driver: Driver, part: BulkPart, changed: int, now: datetime) -> None:
    """Takes the part away and counts it; the last one ends the bulk."""
    driver.execute("DELETE FROM customers.bulk_parts WHERE bulk_id = %s AND part = %s", (part.bulk_id, part.part))
    driver.execute(
        """
        UPDATE customers.bulks SET done = done + %(done)s, changed = changed + %(changed)s,
            state = CASE WHEN rest.is_left THEN state ELSE 'done' END,
            finished_at = CASE WHEN rest.is_left THEN NULL ELSE %(now)s::timestamptz END
        FROM (SELECT EXISTS (SELECT 1 FROM customers.bulk_parts WHERE bulk_id = %(bulk_id)s) AS is_left) AS rest
        WHERE bulk_id = %(bulk_id)s
        """,
        {"bulk_id": part.bulk_id, "done": len(part.profile_ids), "changed": changed, "now": now},
    )


def insert_unchanged(driver: Driver, work: str, part: int, unchanged: Mapping[Unchanged, Collection[int]]) -> None:
    """Keeps whom a part left as they were."""
    driver.cursor().executemany(
        "INSERT INTO customers.bulk_unchanged (work, why, part, profile_ids) VALUES (%s, %s, %s, %s)",
        [(work, why.value, part, sorted(ids)) for why, ids in unchanged.items() if ids],
    )


def select_unchanged(driver: Driver, work: str, why: Unchanged, before: int, size: int) -> list[int]:
    """Those of them below `before`, descending."""
    rows = driver.execute(
        "SELECT DISTINCT id FROM customers.bulk_unchanged, unnest(profile_ids) AS id"
        " WHERE work = %s AND why = %s AND id < %s ORDER BY id DESC LIMIT %s",
        (work, why.value, before, size),
    ).fetchall()
    return [row[0] for row in rows]


def find_bulk(driver: Driver, bulk_id: int) -> CustomerBulk | None:
    row = driver.execute(f"{_SELECT} WHERE bulk_id = %s".encode(), (bulk_id,)).fetchone()
    return _bulk(row) if row else None


def select_bulks(driver: Driver, before: int | None, size: int, asker: Actor | None) -> list[CustomerBulk]:
    """What was begun, the newest first; with `asker`, what they asked for."""
    rows = driver.execute(
        f"{_SELECT} WHERE state <> 'prepared' AND (%(before)s::bigint IS NULL OR bulk_id < %(before)s)"
        " AND (%(kind)s::text IS NULL OR (actor_kind = %(kind)s AND actor_id = %(id)s))"
        " ORDER BY bulk_id DESC LIMIT %(size)s".encode(),
        {
            "before": before,
            "kind": asker.kind.value if asker else None,
            "id": asker.actor_id if asker else None,
            "size": size,
        },
    ).fetchall()
    return [_bulk(row) for row in rows]


def may_keep(driver: Driver, unit_id: int, staff_id: int | None, within_path: str | None) -> bool:
    """Whether there is such a unit below `within_path`, and such staff at work in it."""
    row = driver.execute(
        """
        SELECT EXISTS (
            SELECT 1 FROM company.units u WHERE u.unit_id = %(unit_id)s
              AND (%(within)s::text IS NULL OR starts_with(u.path, %(within)s))
              AND (%(staff_id)s::bigint IS NULL OR EXISTS (
                  SELECT 1 FROM company.staff s JOIN company.units su ON su.unit_id = s.unit_id
                  WHERE s.staff_id = %(staff_id)s AND s.is_active AND starts_with(su.path, u.path))))
        """,
        {"unit_id": unit_id, "staff_id": staff_id, "within": within_path},
    ).fetchone()
    return bool(row and row[0])


def _bulk(row: Sequence[Any]) -> CustomerBulk:
    return CustomerBulk(
        bulk_id=row[0],
        action=BulkAction(row[1]),
        parameters=row[2],
        actor_kind=ActorKind(row[3]),
        actor_id=row[4],
        scope=Scope(row[5], row[6]),
        total=row[7],
        done=row[8],
        changed=row[9],
        state=BulkState(row[10]),
        fault_code=row[11],
        created_at=row[12],
        finished_at=row[13],
        unchanged={Unchanged(why): people for why, people in (row[14] or {}).items()},
    )
