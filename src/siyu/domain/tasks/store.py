"""Every statement on tasks: sets of rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from siyu.domain.tasks.contracts import (
    DueTask,
    Task,
    TaskCounts,
    TaskNumbers,
    TaskRequest,
    TaskResult,
    TaskSource,
    TaskState,
)
from siyu.platform.postgres.packing import packed_numbers

Driver = psycopg.Connection[Any]

_TASK = """
    t.task_id, t.task_key, t.profile_id, p.customer_id, t.staff_id, t.unit_id, t.title, t.body, t.script_id, t.source,
    t.definition_id, t.version, t.step, t.due_at, t.expires_at, t.state, t.result, t.note, t.handed_by, t.handed_note,
    t.requested_at, t.ended_at, t.ended_by
"""
_FROM = "FROM tasks.tasks t JOIN customers.profiles p USING (profile_id)"

MINE = "t.staff_id = %(me)s"
UNASSIGNED = """ (t.staff_id IS NULL AND t.state = 'open' AND EXISTS (
    SELECT 1 FROM company.units tu WHERE tu.unit_id = t.unit_id AND (
        (%(pools)s AND EXISTS (SELECT 1 FROM company.staff me JOIN company.units mu ON mu.unit_id = me.unit_id
                WHERE me.staff_id = %(me)s AND starts_with(mu.path, tu.path)))
        OR (NOT %(own_only)s AND (%(path)s::text IS NULL OR starts_with(tu.path, %(path)s))))))
"""
TEAM = """ (NOT %(own_only)s AND EXISTS (
    SELECT 1 FROM company.units u LEFT JOIN company.staff s ON s.unit_id = u.unit_id AND s.staff_id = t.staff_id
    WHERE (s.staff_id IS NOT NULL OR (t.staff_id IS NULL AND u.unit_id = t.unit_id))
      AND (%(path)s::text IS NULL OR starts_with(u.path, %(path)s))))
"""


class Place(NamedTuple):
    """Where a page begins: after a task that is due, or ended, then."""

    at: datetime
    task_id: int


def _task(row: Sequence[Any]) -> Task:
    return Task(*(*row[:9], TaskSource(row[9]), *row[10:15], TaskState(row[15]), TaskResult(row[16]), *row[17:]))


def insert_tasks(
    driver: Driver,
    requests: Sequence[TaskRequest],
    expire_at: Sequence[datetime],
    holders: Mapping[str, tuple[int | None, int | None]],
    now: datetime,
) -> list[Task]:
    """Makes tasks of the requests whose keys are new and whose customers live; gives them."""
    rows = driver.execute(
        f"""
        WITH made AS (
            INSERT INTO tasks.tasks (task_key, profile_id, staff_id, unit_id, is_for_keeper, title, body, script_id, source,
                definition_id, version, step, due_at, expires_at, requested_at)
            SELECT w.task_key, w.profile_id, w.staff_id, w.unit_id, w.is_for_keeper, w.title, w.body, w.script_id, w.source,
                w.definition_id, w.version, w.step, w.due_at, w.expires_at, %(now)s
            FROM unnest(%(keys)s::text[], %(profiles)s::bigint[], %(staff)s::bigint[], %(units)s::bigint[],
                    %(keeper)s::boolean[], %(titles)s::text[], %(bodies)s::text[], %(scripts)s::bigint[],
                    %(sources)s::text[], %(definitions)s::bigint[], %(versions)s::integer[], %(steps)s::integer[],
                    %(dues)s::timestamptz[], %(expiries)s::timestamptz[])
                AS w(task_key, profile_id, staff_id, unit_id, is_for_keeper, title, body, script_id, source, definition_id,
                     version, step, due_at, expires_at)
            JOIN customers.profiles own ON own.profile_id = w.profile_id AND own.erased_at IS NULL
            ORDER BY w.task_key ON CONFLICT (task_key) DO NOTHING RETURNING *
        )
        SELECT {_TASK} FROM made t JOIN customers.profiles p USING (profile_id) ORDER BY t.task_id
        """,  # noqa: S608  # constants
        {
            "now": now,
            "keys": [each.task_key for each in requests],
            "profiles": [each.customer_id for each in requests],
            "staff": [holders[each.task_key][0] for each in requests],
            "units": [holders[each.task_key][1] for each in requests],
            "keeper": [each.staff_id is None for each in requests],
            "titles": [each.title for each in requests],
            "bodies": [each.body for each in requests],
            "scripts": [each.script_id for each in requests],
            "sources": [each.source.value for each in requests],
            "definitions": [each.definition_id for each in requests],
            "versions": [each.version for each in requests],
            "steps": [each.step for each in requests],
            "dues": [each.due_at for each in requests],
            "expiries": list(expire_at),
        },
    ).fetchall()
    return [_task(row) for row in rows]


def find_task(driver: Driver, task_id: int) -> Task | None:
    row = driver.execute(f"SELECT {_TASK} {_FROM} WHERE t.task_id = %s", (task_id,)).fetchone()
    return _task(row) if row else None


def find_by_key(driver: Driver, task_key: str) -> Task | None:
    row = driver.execute(f"SELECT {_TASK} {_FROM} WHERE t.task_key = %s", (task_key,)).fetchone()
    return _task(row) if row else None


def is_seen(driver: Driver, task_id: int, view: str, seer: Mapping[str, Any]) -> bool:
    """Whether somebody finds a task in one of their views."""
    row = driver.execute(
        f"SELECT 1 FROM tasks.tasks t WHERE t.task_id = %(task_id)s AND {view}",  # noqa: S608  # a constant
        {"task_id": task_id, **seer},
    ).fetchone()
    return row is not None


def lock_task(driver: Driver, task_id: int) -> Task | None:
    row = driver.execute(
        f"SELECT {_TASK} {_FROM} WHERE t.task_id = %s FOR UPDATE OF t",
        (task_id,),
    ).fetchone()
    return _task(row) if row else None


def select_tasks(
    driver: Driver,
    view: str,
    seer: Mapping[str, Any],
    *,
    customer_id: int | None,
    staff_id: int | None,
    window: tuple[datetime | None, datetime | None],
    are_open: bool,
    after: Place | None,
    size: int,
) -> list[Task]:
    """Open tasks by when they are due, or ended ones, the last first; of one customer or one of the staff where asked."""
    at, order, beyond = ("t.due_at", "ASC", ">") if are_open else ("t.ended_at", "DESC", "<")
    rows = driver.execute(
        f"""
        SELECT {_TASK} {_FROM}
        WHERE {view} AND (t.state = 'open') = %(are_open)s
          AND (%(customer)s::bigint IS NULL OR p.customer_id = %(customer)s)
          AND (%(staff)s::bigint IS NULL OR t.staff_id = %(staff)s)
          AND (%(from)s::timestamptz IS NULL OR {at} >= %(from)s) AND (%(until)s::timestamptz IS NULL OR {at} < %(until)s)
          AND (%(at)s::timestamptz IS NULL OR ({at}, t.task_id) {beyond} (%(at)s, %(after)s))
        ORDER BY {at} {order}, t.task_id {order} LIMIT %(size)s
        """,  # constants
        {
            **seer,
            "are_open": are_open,
            "customer": customer_id,
            "staff": staff_id,
            "from": window[0],
            "until": window[1],
            "at": after.at if after else None,
            "after": after.task_id if after else None,
            "size": size,
        },
    ).fetchall()
    return [_task(row) for row in rows]


def count_tasks(
    driver: Driver, view: str, seer: Mapping[str, Any], now: datetime, day: tuple[datetime, datetime]
) -> TaskCounts:
    row = driver.execute(
        f"""
        SELECT count(*) FILTER (WHERE t.state = 'open' AND t.due_at < %(now)s),
            count(*) FILTER (WHERE t.state = 'open' AND t.due_at >= %(now)s AND t.due_at < %(ends)s),
            count(*) FILTER (WHERE t.state = 'open' AND t.due_at >= %(ends)s),
            count(*) FILTER (WHERE t.state <> 'open')
        FROM tasks.tasks t WHERE (t.state = 'open' OR t.ended_at >= %(begins)s) AND {view}
        """,  # noqa: S608  # a constant
        {**seer, "now": now, "begins": day[0], "ends": day[1]},
    ).fetchone()
    return TaskCounts(*row) if row else TaskCounts()


def end_tasks(
    driver: Driver,
    task_ids: Collection[int],
    state: TaskState,
    result: TaskResult,
    note: str,
    by: int | None,
    now: datetime,
) -> list[Task]:
    """Ends those of the tasks that are open; gives them as they are then."""
    rows = driver.execute(
        f"""
        WITH ended AS (
            UPDATE tasks.tasks SET state = %s, result = %s, note = %s, ended_by = %s, ended_at = %s
            WHERE task_id = ANY(%s) AND state = 'open' RETURNING *
        )
        SELECT {_TASK} FROM ended t JOIN customers.profiles p USING (profile_id) ORDER BY t.task_id
        """,  # noqa: S608
        (state.value, result.value, note, by, now, list(task_ids)),
    ).fetchall()
    return [_task(row) for row in rows]


def lock_expired(driver: Driver, now: datetime, size: int) -> list[int]:
    rows = driver.execute(
        "SELECT task_id FROM tasks.tasks WHERE state = 'open' AND expires_at <= %s ORDER BY expires_at LIMIT %s"
        " FOR UPDATE SKIP LOCKED",
        (now, size),
    ).fetchall()
    return [row[0] for row in rows]


def give_task(driver: Driver, task_id: int, staff_id: int, *, by: int | None, note: str) -> None:
    """With `by` it was handed on, and stays with that one whoever keeps the customer."""
    driver.execute(
        "UPDATE tasks.tasks SET staff_id = %(staff)s, unit_id = NULL, reminded_at = NULL,"
        " is_for_keeper = is_for_keeper AND %(by)s::bigint IS NULL,"
        " handed_by = coalesce(%(by)s, handed_by),"
        " handed_note = CASE WHEN %(by)s::bigint IS NULL THEN handed_note ELSE %(note)s END"
        " WHERE task_id = %(task)s",
        {"task": task_id, "staff": staff_id, "by": by, "note": note},
    )


def follow_keepers(driver: Driver, keeper_of: Mapping[int, int]) -> int:
    """{customer: who keeps them now}: what was for the keeper is theirs from now on."""
    done = driver.execute(
        """
        UPDATE tasks.tasks t SET staff_id = w.staff_id, unit_id = NULL, reminded_at = NULL
        FROM unnest(%s::bigint[], %s::bigint[]) AS w(customer_id, staff_id)
        JOIN customers.profiles p USING (customer_id) JOIN company.staff s ON s.staff_id = w.staff_id AND s.is_active
        WHERE t.profile_id = p.profile_id AND t.state = 'open' AND t.is_for_keeper AND t.staff_id IS DISTINCT FROM w.staff_id
        """,
        (packed_numbers(keeper_of), packed_numbers(keeper_of.values())),
    )
    return done.rowcount


def release_unkept(driver: Driver, customer_ids: Sequence[int], top_unit: int | None) -> int:
    """What was for the keeper of customers whom nobody keeps any more goes on the list of the unit that has them."""
    done = driver.execute(
        """
        UPDATE tasks.tasks t SET staff_id = NULL, reminded_at = NULL, unit_id = coalesce(
            (SELECT k.unit_id FROM customers.profiles kp JOIN customers.custody k USING (profile_id)
             WHERE kp.customer_id = p.customer_id ORDER BY kp.profile_id LIMIT 1), %s)
        FROM customers.profiles p
        WHERE p.customer_id = ANY(%s) AND t.profile_id = p.profile_id AND t.state = 'open' AND t.is_for_keeper
          AND t.staff_id IS NOT NULL
        """,
        (top_unit, list(customer_ids)),
    )
    return done.rowcount


def release_left(driver: Driver) -> int:
    """Puts tasks of who is not at work any more on the list of the unit that they were of."""
    done = driver.execute(
        "UPDATE tasks.tasks t SET staff_id = NULL, unit_id = s.unit_id, is_for_keeper = true, reminded_at = NULL"
        " FROM company.staff s WHERE t.state = 'open' AND s.staff_id = t.staff_id AND NOT s.is_active"
    )
    return done.rowcount


def take_reminders(driver: Driver, until: datetime, now: datetime, size: int) -> list[DueTask]:
    """Open tasks that are due until then of which nobody was reminded; from now on somebody was."""
    rows = driver.execute(
        """
        WITH due AS (
            SELECT task_id FROM tasks.tasks
            WHERE state = 'open' AND reminded_at IS NULL AND staff_id IS NOT NULL AND due_at <= %s
            ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
        )
        UPDATE tasks.tasks t SET reminded_at = %s FROM due WHERE t.task_id = due.task_id
        RETURNING t.task_id, t.staff_id, t.due_at
        """,
        (until, size, now),
    ).fetchall()
    return [DueTask(*row) for row in sorted(rows)]


def numbers_of(
    driver: Driver, definition_id: int, version: int | None, now: datetime, seer: Mapping[str, Any]
) -> list[TaskNumbers]:
    rows = driver.execute(
        f"""
        SELECT t.step, t.staff_id, count(*) FILTER (WHERE state = 'open'),
            count(*) FILTER (WHERE state = 'open' AND due_at < %(now)s),
            count(*) FILTER (WHERE state = 'done' AND ended_at <= due_at),
            count(*) FILTER (WHERE state = 'done' AND ended_at > due_at),
            count(*) FILTER (WHERE state = 'skipped'), count(*) FILTER (WHERE state = 'expired')
        FROM tasks.tasks t
        WHERE t.definition_id = %(definition)s AND (%(version)s::integer IS NULL OR t.version = %(version)s) AND {TEAM}
        GROUP BY 1, 2 ORDER BY 1, 2
        """,  # noqa: S608  # a constant
        {"definition": definition_id, "version": version, "now": now, **seer},
    ).fetchall()
    return [TaskNumbers(*row) for row in rows]


def team_numbers(driver: Driver, since: datetime, now: datetime, seer: Mapping[str, Any]) -> list[TaskNumbers]:
    """Of each of the staff, over all tasks that are open or ended since."""
    rows = driver.execute(
        f"""
        SELECT NULL::integer, t.staff_id, count(*) FILTER (WHERE state = 'open'),
            count(*) FILTER (WHERE state = 'open' AND due_at < %(now)s),
            count(*) FILTER (WHERE state = 'done' AND ended_at <= due_at),
            count(*) FILTER (WHERE state = 'done' AND ended_at > due_at),
            count(*) FILTER (WHERE state = 'skipped'), count(*) FILTER (WHERE state = 'expired')
        FROM tasks.tasks t WHERE (t.state = 'open' OR t.ended_at >= %(since)s) AND {TEAM}
        GROUP BY 2 ORDER BY 2
        """,  # noqa: S608  # a constant
        {"since": since, "now": now, **seer},
    ).fetchall()
    return [TaskNumbers(*row) for row in rows]


def delete_of_profiles(driver: Driver, profile_ids: Collection[int]) -> dict[int, int]:
    rows = driver.execute(
        "WITH gone AS (DELETE FROM tasks.tasks WHERE profile_id = ANY(%s) RETURNING profile_id)"
        " SELECT profile_id, count(*) FROM gone GROUP BY 1",
        (list(profile_ids),),
    ).fetchall()
    return dict(rows)


def select_told(driver: Driver, profile_ids: Collection[int]) -> list[tuple[Any, ...]]:
    return driver.execute(
        "SELECT title, body, note, handed_note, state, result, requested_at, due_at, ended_at FROM tasks.tasks"
        " WHERE profile_id = ANY(%s) ORDER BY task_id",
        (list(profile_ids),),
    ).fetchall()


def open_keys_of_entries(driver: Driver, entries: Collection[tuple[int, int, int]]) -> list[str]:
    """Keys of the open tasks that entries of journeys asked for: (customer, journey, entry)."""
    customers, journeys, ids = zip(*entries, strict=True)
    rows = driver.execute(
        "SELECT t.task_key FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS e(customer_id, journey_id, entry_id)"
        " JOIN customers.profiles theirs ON theirs.profile_id = e.customer_id"
        " JOIN customers.profiles p ON p.customer_id = theirs.customer_id"
        " JOIN tasks.tasks t ON t.profile_id = p.profile_id AND t.definition_id = e.journey_id AND t.source = 'journey'"
        " WHERE t.state = 'open' AND split_part(t.task_key, ':', 2) = e.entry_id",
        (list(customers), list(journeys), [str(each) for each in ids]),
    ).fetchall()
    return sorted({row[0] for row in rows})


def ids_of_keys(driver: Driver, task_keys: Collection[str]) -> list[int]:
    rows = driver.execute(
        "SELECT task_id FROM tasks.tasks WHERE task_key = ANY(%s) AND state = 'open' ORDER BY task_id FOR UPDATE",
        (list(task_keys),),
    ).fetchall()
    return [row[0] for row in rows]
