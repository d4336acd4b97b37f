"""Every statement on channel codes: their days, turns, places kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import psycopg

from siyu.domain.customers.reading import IN_SCOPE
from siyu.domain.entries.codes_contracts import CodeAdds, CodeDay, CodeTallies

Driver = psycopg.Connection[Any]


# --- turns


def lock_turn(driver: Driver, code_id: int) -> int:
    """Who served last; until the commit nobody else has a turn of this code."""
    driver.execute("INSERT INTO entries.code_turns (code_id) VALUES (%s) ON CONFLICT DO NOTHING", (code_id,))
    ((last,),) = driver.execute(
        "SELECT last_target_id FROM entries.code_turns WHERE code_id = %s FOR UPDATE", (code_id,)
    ).fetchall()
    return int(last)


def save_turn(driver: Driver, code_id: int, target_id: int) -> None:
    driver.execute("UPDATE entries.code_turns SET last_target_id = %s WHERE code_id = %s", (target_id, code_id))


def adds_on(driver: Driver, code_id: int, day: date) -> dict[int, int]:
    """{member or group: adds} of a day."""
    rows = driver.execute(
        "SELECT target_id, adds FROM entries.code_days WHERE code_id = %s AND day = %s AND adds > 0", (code_id, day)
    ).fetchall()
    return dict(rows)


def kept_places(driver: Driver, code_id: int, now: datetime) -> dict[int, int]:
    """{member or group: places kept}; those whose time is over are given up."""
    driver.execute("DELETE FROM entries.code_places WHERE code_id = %s AND until <= %s", (code_id, now))
    rows = driver.execute(
        "SELECT target_id, count(*) FROM entries.code_places WHERE code_id = %s GROUP BY 1", (code_id,)
    ).fetchall()
    return dict(rows)


def places_kept(driver: Driver, code_id: int, now: datetime) -> dict[int, int]:
    """{member or group: places kept}, for who only looks."""
    rows = driver.execute(
        "SELECT target_id, count(*) FROM entries.code_places WHERE code_id = %s AND until > %s GROUP BY 1",
        (code_id, now),
    ).fetchall()
    return dict(rows)


def keep_place(driver: Driver, code_id: int, target_id: int, until: datetime) -> None:
    driver.execute(
        "INSERT INTO entries.code_places (code_id, target_id, until) VALUES (%s, %s, %s)", (code_id, target_id, until)
    )


def count_visitor(driver: Driver, code_id: int, target_id: int, day: date) -> None:
    driver.execute(
        "INSERT INTO entries.code_days (code_id, target_id, day, visitors) VALUES (%s, %s, %s, 1)"
        " ON CONFLICT (code_id, day, target_id) DO UPDATE SET visitors = code_days.visitors + 1",
        (code_id, target_id, day),
    )


def count_adds(driver: Driver, adds: Sequence[CodeAdds], now: datetime) -> None:
    """Counts adds, and gives up as many places that were kept for them, the oldest first."""
    for each in sorted(adds):
        driver.execute(
            "INSERT INTO entries.code_days (code_id, target_id, day, adds) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (code_id, day, target_id) DO UPDATE SET adds = code_days.adds + excluded.adds",
            (each.code_id, each.target_id, each.day, each.adds),
        )
        driver.execute(
            "DELETE FROM entries.code_places WHERE place_id IN (SELECT place_id FROM entries.code_places"
            " WHERE code_id = %s AND target_id = %s ORDER BY place_id LIMIT %s)",
            (each.code_id, each.target_id, each.adds),
        )
        driver.execute(
            "UPDATE entries.ways SET used_at = %s WHERE code_id = %s AND target_id IN (0, %s)",
            (now, each.code_id, each.target_id),
        )


# --- numbers


Targets = Collection[tuple[int, int]]
"""(code, member or group or store)."""

_AMONG = "(NOT %(among)s OR (code_id, target_id) IN (SELECT * FROM unnest(%(codes)s::bigint[], %(targets)s::bigint[])))"


def _among(targets: Targets | None) -> dict[str, Any]:
    codes, ids = ([each[place] for each in targets or ()] for place in (0, 1))
    return {"among": targets is not None, "codes": codes, "targets": ids}


def targets_of(driver: Driver, code_ids: Collection[int]) -> list[tuple[int, int]]:
    """Who or what anything was counted for."""
    return driver.execute(
        "SELECT DISTINCT code_id, target_id FROM entries.code_days WHERE code_id = ANY(%s)", (list(code_ids),)
    ).fetchall()


def tallies(
    driver: Driver, code_ids: Collection[int], today: date, targets: Targets | None = None
) -> dict[int, CodeTallies]:
    """Of all, or of some targets."""
    rows = driver.execute(
        "SELECT code_id, coalesce(sum(adds) FILTER (WHERE day = %(today)s), 0)::bigint,"  # noqa: S608  # our own
        " coalesce(sum(adds) FILTER (WHERE day > %(today)s - 7 AND day <= %(today)s), 0)::bigint,"
        " coalesce(sum(adds) FILTER (WHERE day > %(today)s - 30 AND day <= %(today)s), 0)::bigint, sum(adds)::bigint"
        f" FROM entries.code_days WHERE code_id = ANY(%(code_ids)s) AND {_AMONG} GROUP BY 1",
        {"today": today, "code_ids": list(code_ids), **_among(targets)},
    ).fetchall()
    return {row[0]: CodeTallies(*row[1:]) for row in rows}


def days_of(driver: Driver, code_id: int, since: date, targets: Targets | None) -> list[CodeDay]:
    """Of all, or of some targets."""
    rows = driver.execute(
        "SELECT day, target_id, visitors, adds FROM entries.code_days"  # noqa: S608  # our own
        f" WHERE code_id = %(code_id)s AND day >= %(since)s AND {_AMONG} ORDER BY 1, 2",
        {"code_id": code_id, "since": since, **_among(targets)},
    ).fetchall()
    return [CodeDay(*row) for row in rows]


def chats_of(driver: Driver, code_id: int, scope: Mapping[str, Any]) -> tuple[int, int]:
    """(customers in a scope whom WeCom told of the code's link, those of them who have written)."""
    ((told, written),) = driver.execute(
        "SELECT count(*), count(*) FILTER (WHERE l.has_written) FROM entries.link_customers l"  # noqa: S608  # our own
        f" JOIN customers.profiles p USING (profile_id) WHERE l.code_id = %(code_id)s AND {IN_SCOPE}",
        {"code_id": code_id, **scope},
    ).fetchall()
    return int(told), int(written)


def link_customers_of(driver: Driver, profile_ids: Collection[int]) -> list[tuple[int, datetime, bool]]:
    """(code, when that was told, whether they have written) of the profiles that came by a link."""
    return driver.execute(
        "SELECT code_id, told_at, has_written FROM entries.link_customers WHERE profile_id = ANY(%s) ORDER BY told_at, code_id",
        (list(profile_ids),),
    ).fetchall()
