"""Every statement on channel codes: their days, turns, places kept, and their ways in WeCom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from siyu.domain.entries.codes_contracts import (
    CodeAdds,
    CodeDay,
    CodeTallies,
    CodeWay,
    WantedWay,
    WayStep,
    WayTask,
    state_of,
)

Driver = psycopg.Connection[Any]

LEASE = timedelta(minutes=2)
"""Longer than any call: nobody else does the same meanwhile."""

_DUE = """
(is_wanted AND (config_id IS NULL OR made_userids <> userids OR made_skips <> skips_verification)
 OR NOT is_wanted AND due_at <= %(now)s)
"""
_MAKE, _CHANGE, _DELETE = WayStep.MAKE.value, WayStep.CHANGE.value, WayStep.DELETE.value


# --- turns


def lock_turn(driver: Driver, code_id: int) -> int:
    """Who served last; until the commit nobody else has a turn of this code."""
    driver.execute("INSERT INTO entries.code_turns (code_id) VALUES (%s) ON CONFLICT DO NOTHING", (code_id,))
    ((last,),) = driver.execute(
        "SELECT last_staff_id FROM entries.code_turns WHERE code_id = %s FOR UPDATE", (code_id,)
    ).fetchall()
    return int(last)


def save_turn(driver: Driver, code_id: int, staff_id: int) -> None:
    driver.execute("UPDATE entries.code_turns SET last_staff_id = %s WHERE code_id = %s", (staff_id, code_id))


def adds_on(driver: Driver, code_id: int, day: date) -> dict[int, int]:
    """{member: adds} of a day."""
    rows = driver.execute(
        "SELECT staff_id, adds FROM entries.code_days WHERE code_id = %s AND day = %s AND adds > 0", (code_id, day)
    ).fetchall()
    return dict(rows)


def kept_places(driver: Driver, code_id: int, now: datetime) -> dict[int, int]:
    """{member: places kept}; those whose time is over are given up."""
    driver.execute("DELETE FROM entries.code_places WHERE code_id = %s AND until <= %s", (code_id, now))
    rows = driver.execute(
        "SELECT staff_id, count(*) FROM entries.code_places WHERE code_id = %s GROUP BY 1", (code_id,)
    ).fetchall()
    return dict(rows)


def keep_place(driver: Driver, code_id: int, staff_id: int, until: datetime) -> None:
    driver.execute(
        "INSERT INTO entries.code_places (code_id, staff_id, until) VALUES (%s, %s, %s)", (code_id, staff_id, until)
    )


def count_visitor(driver: Driver, code_id: int, staff_id: int, day: date) -> None:
    driver.execute(
        "INSERT INTO entries.code_days (code_id, staff_id, day, visitors) VALUES (%s, %s, %s, 1)"
        " ON CONFLICT (code_id, day, staff_id) DO UPDATE SET visitors = code_days.visitors + 1",
        (code_id, staff_id, day),
    )


def count_adds(driver: Driver, adds: Sequence[CodeAdds], now: datetime) -> None:
    """Counts adds, and gives up as many places that were kept for them, the oldest first."""
    for each in sorted(adds):
        driver.execute(
            "INSERT INTO entries.code_days (code_id, staff_id, day, adds) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (code_id, day, staff_id) DO UPDATE SET adds = code_days.adds + excluded.adds",
            (each.code_id, each.staff_id, each.day, each.adds),
        )
        driver.execute(
            "DELETE FROM entries.code_places WHERE place_id IN (SELECT place_id FROM entries.code_places"
            " WHERE code_id = %s AND staff_id = %s ORDER BY place_id LIMIT %s)",
            (each.code_id, each.staff_id, each.adds),
        )
        driver.execute(
            "UPDATE entries.ways SET used_at = %s WHERE code_id = %s AND staff_id IN (0, %s)",
            (now, each.code_id, each.staff_id),
        )


# --- numbers


def tallies(driver: Driver, code_ids: Collection[int], today: date) -> dict[int, CodeTallies]:
    rows = driver.execute(
        "SELECT code_id, coalesce(sum(adds) FILTER (WHERE day = %(today)s), 0)::bigint,"
        " coalesce(sum(adds) FILTER (WHERE day > %(today)s - 7 AND day <= %(today)s), 0)::bigint,"
        " coalesce(sum(adds) FILTER (WHERE day > %(today)s - 30 AND day <= %(today)s), 0)::bigint, sum(adds)::bigint"
        " FROM entries.code_days WHERE code_id = ANY(%(code_ids)s) GROUP BY 1",
        {"today": today, "code_ids": list(code_ids)},
    ).fetchall()
    return {row[0]: CodeTallies(*row[1:]) for row in rows}


def days_of(driver: Driver, code_id: int, since: date) -> list[CodeDay]:
    rows = driver.execute(
        "SELECT day, staff_id, visitors, adds FROM entries.code_days WHERE code_id = %s AND day >= %s ORDER BY 1, 2",
        (code_id, since),
    ).fetchall()
    return [CodeDay(*row) for row in rows]


# --- ways


def made_ways(driver: Driver, code_id: int) -> dict[int, str]:
    """{member: picture} of the ways that lead where they should."""
    rows = driver.execute(
        "SELECT staff_id, qr_code FROM entries.ways WHERE code_id = %s AND is_wanted AND config_id IS NOT NULL",
        (code_id,),
    ).fetchall()
    return dict(rows)


def codes_with_ways(driver: Driver) -> set[int]:
    return {row[0] for row in driver.execute("SELECT DISTINCT code_id FROM entries.ways").fetchall()}


def select_ways(driver: Driver, code_id: int) -> list[CodeWay]:
    rows = driver.execute(
        "SELECT staff_id, qr_code, config_id IS NOT NULL,"
        " coalesce(made_userids = userids AND made_skips = skips_verification, false), refusal"
        " FROM entries.ways WHERE code_id = %s AND is_wanted ORDER BY staff_id",
        (code_id,),
    ).fetchall()
    return [CodeWay(*row) for row in rows]


def want_ways(driver: Driver, wanted: Sequence[WantedWay], now: datetime) -> None:
    """There should be these; what is so already is left alone."""
    for each in wanted:
        driver.execute(
            """
            INSERT INTO entries.ways AS w (code_id, staff_id, corp_id, state, remark, userids, skips_verification, asked_at, due_at)
            VALUES (%(code_id)s, %(staff_id)s, %(corp_id)s, %(state)s, %(remark)s, %(userids)s, %(skips)s, %(now)s, %(now)s)
            ON CONFLICT (state) DO UPDATE SET userids = excluded.userids, remark = excluded.remark,
                skips_verification = excluded.skips_verification, is_wanted = true,
                due_at = CASE WHEN w.attempts = 0 THEN excluded.due_at ELSE w.due_at END
            WHERE NOT w.is_wanted OR w.userids <> excluded.userids OR w.skips_verification <> excluded.skips_verification
            """,
            {
                "code_id": each.code_id,
                "staff_id": each.staff_id,
                "corp_id": each.corp_id,
                "state": state_of(each.code_id, each.staff_id),
                "remark": each.remark,
                "userids": sorted(each.userids),
                "skips": each.skips_verification,
                "now": now,
            },
        )


def drop_ways(driver: Driver, wanted: Collection[str], keep: Collection[int], due_at: datetime) -> None:
    """Ways but those of these states are wanted no more, and deleted then; of the codes of `keep` all stay."""
    driver.execute(
        "UPDATE entries.ways SET is_wanted = false, due_at = %s"
        " WHERE is_wanted AND NOT state = ANY(%s) AND NOT code_id = ANY(%s)",
        (due_at, list(wanted), list(keep)),
    )
    driver.execute(
        "DELETE FROM entries.ways WHERE is_recycled AND config_id IS NULL AND attempts = 0"
        " AND NOT state = ANY(%s) AND NOT code_id = ANY(%s)",
        (list(wanted), list(keep)),
    )


def recycle_ways(driver: Driver, corp_id: str, most: int, used_before: datetime, now: datetime) -> int:
    """Makes room in a full corp: what is wanted no more goes at once, and then members' ways that nobody used for long, the least
    used first; they are made again when somebody needs them. Gives how many go."""
    ((made, going),) = driver.execute(
        "SELECT count(*) FILTER (WHERE config_id IS NOT NULL), count(*) FILTER (WHERE config_id IS NOT NULL AND NOT is_wanted)"
        " FROM entries.ways WHERE corp_id = %s",
        (corp_id,),
    ).fetchall()
    if made < most:
        return 0
    driver.execute(
        "UPDATE entries.ways SET due_at = %s WHERE corp_id = %s AND NOT is_wanted AND due_at > %s", (now, corp_id, now)
    )
    if going:
        return int(going)
    return driver.execute(
        """
        UPDATE entries.ways SET is_wanted = false, is_recycled = true, due_at = %(now)s WHERE way_id IN (
            SELECT way_id FROM entries.ways WHERE corp_id = %(corp_id)s AND is_wanted AND staff_id > 0 AND config_id IS NOT NULL
              AND coalesce(used_at, asked_at) < %(used_before)s
            ORDER BY coalesce(used_at, asked_at), way_id LIMIT %(size)s)
        """,
        {"now": now, "corp_id": corp_id, "used_before": used_before, "size": made - most + 1},
    ).rowcount


def touch_way(driver: Driver, state: str, now: datetime) -> None:
    """A way was shown; one that had been recycled is wanted again."""
    driver.execute("UPDATE entries.ways SET used_at = %s, is_recycled = false WHERE state = %s", (now, state))


def recycled_states(driver: Driver) -> set[str]:
    """Of ways that gave room to others, and are not asked for."""
    return {row[0] for row in driver.execute("SELECT state FROM entries.ways WHERE is_recycled").fetchall()}


def count_made(driver: Driver, corp_id: str) -> int:
    ((made,),) = driver.execute(
        "SELECT count(*) FROM entries.ways WHERE corp_id = %s AND config_id IS NOT NULL", (corp_id,)
    ).fetchall()
    return int(made)


def known_config_ids(driver: Driver, corp_id: str) -> frozenset[str]:
    rows = driver.execute(
        "SELECT config_id FROM entries.ways WHERE corp_id = %s AND config_id IS NOT NULL", (corp_id,)
    ).fetchall()
    return frozenset(row[0] for row in rows)


def claim_way(driver: Driver, corp_ids: Collection[str], now: datetime) -> WayTask | None:
    """The next thing to do about a way; nobody else has it until the lease is over."""
    row = driver.execute(
        f"""
        UPDATE entries.ways SET attempts = attempts + 1, due_at = %(until)s WHERE way_id = (
            SELECT way_id FROM entries.ways WHERE due_at <= %(now)s AND corp_id = ANY(%(corp_ids)s) AND {_DUE}
              AND NOT (is_recycled AND config_id IS NULL AND attempts = 0)
            ORDER BY due_at, way_id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING way_id, corp_id,
            CASE WHEN NOT is_wanted THEN '{_DELETE}' WHEN config_id IS NULL THEN '{_MAKE}' ELSE '{_CHANGE}' END,
            state, remark, userids, skips_verification, staff_id > 0, coalesce(config_id, ''), attempts, asked_at
        """.encode(),  # noqa: S608  # our own
        {"now": now, "until": now + LEASE, "corp_ids": list(corp_ids)},
    ).fetchone()
    if row is None:
        return None
    return WayTask(row[0], row[1], WayStep(row[2]), row[3], row[4], tuple(row[5]), *row[6:])


def settle_way(driver: Driver, task: WayTask, config_id: str, qr_code: str, now: datetime) -> None:
    """A way was made or changed as the task says; what was asked for meanwhile is done next."""
    driver.execute(
        "UPDATE entries.ways SET config_id = %s, qr_code = coalesce(nullif(%s, ''), qr_code), made_userids = %s,"
        " made_skips = %s, attempts = 0, refusal = 0, due_at = %s WHERE way_id = %s",
        (config_id, qr_code, list(task.userids), task.skips_verification, now, task.way_id),
    )


def forget_way(driver: Driver, task: WayTask, now: datetime) -> None:
    """A way is no more there. One that is wanted again, or was only recycled, stays as a wish."""
    driver.execute("DELETE FROM entries.ways WHERE way_id = %s AND NOT is_wanted AND NOT is_recycled", (task.way_id,))
    driver.execute(
        "UPDATE entries.ways SET config_id = NULL, qr_code = '', made_userids = NULL, made_skips = NULL, attempts = 0,"
        " refusal = 0, asked_at = %s, due_at = %s WHERE way_id = %s",
        (now, now, task.way_id),
    )


def refuse_way(driver: Driver, task: WayTask, errcode: int, due_at: datetime, *, is_certain: bool) -> None:
    """WeCom refused. `is_certain`: nothing was done there."""
    driver.execute(
        "UPDATE entries.ways SET refusal = %s, due_at = %s, attempts = CASE WHEN %s THEN 0 ELSE attempts END WHERE way_id = %s",
        (errcode, due_at, is_certain, task.way_id),
    )


def refusals(driver: Driver, code_ids: Collection[int]) -> Mapping[int, int]:
    """{code: ways that WeCom refused}."""
    rows = driver.execute(
        "SELECT code_id, count(*) FROM entries.ways WHERE code_id = ANY(%s) AND is_wanted AND refusal <> 0 GROUP BY 1",
        (list(code_ids),),
    ).fetchall()
    return dict(rows)
