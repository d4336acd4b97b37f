"""Every statement on the ways of codes in WeCom: which there should be, what is to be done, what was done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import psycopg

from siyu.domain.entries.codes_contracts import CodeWay, state_of
from siyu.domain.entries.ways_contracts import WantedWay, WayKind, WayStep, WayTask

Driver = psycopg.Connection[Any]

LEASE = timedelta(minutes=2)
"""Longer than any call: nobody else does the same meanwhile."""

_DUE = """
(is_wanted AND (config_id IS NULL OR made_leads_to <> leads_to OR made_automatic <> is_automatic)
 OR NOT is_wanted AND due_at <= %(now)s)
"""
_MAKE, _CHANGE, _DELETE = WayStep.MAKE.value, WayStep.CHANGE.value, WayStep.DELETE.value
_LINK = WayKind.LINK.value


def made_ways(driver: Driver, code_id: int, kind: WayKind = WayKind.CONTACT) -> dict[int, str]:
    """{member or group: picture, or a link's address} of the ways that lead where they should."""
    rows = driver.execute(
        "SELECT target_id, address FROM entries.ways WHERE code_id = %s AND kind = %s AND is_wanted AND config_id IS NOT NULL"
        " AND NOT is_unusable",
        (code_id, kind.value),
    ).fetchall()
    return dict(rows)


def codes_with_ways(driver: Driver) -> set[int]:
    return {row[0] for row in driver.execute("SELECT DISTINCT code_id FROM entries.ways").fetchall()}


def select_ways(driver: Driver, code_id: int) -> list[CodeWay]:
    rows = driver.execute(
        "SELECT kind, target_id, address, config_id IS NOT NULL AND NOT is_unusable,"
        " coalesce(made_leads_to = leads_to AND made_automatic = is_automatic, false), refusal"
        " FROM entries.ways WHERE code_id = %s AND is_wanted ORDER BY kind DESC, target_id",
        (code_id,),
    ).fetchall()
    return [CodeWay(WayKind(row[0]), *row[1:]) for row in rows]


def want_ways(driver: Driver, wanted: Sequence[WantedWay], now: datetime) -> None:
    """There should be these; what is so already is left alone."""
    told = [
        {
            "code_id": each.code_id,
            "target_id": each.target_id,
            "corp_id": each.corp_id,
            "kind": each.kind.value,
            "state": state_of(each.code_id, each.target_id, each.kind),
            "remark": each.remark,
            "leads_to": sorted(each.leads_to),
            "is_automatic": each.is_automatic,
        }
        for each in wanted
    ]
    driver.execute(
        """
        INSERT INTO entries.ways AS w (code_id, target_id, corp_id, kind, state, remark, leads_to, is_automatic, asked_at, due_at)
        SELECT n.*, %(now)s, %(now)s FROM jsonb_to_recordset(%(told)s) AS n(code_id bigint, target_id bigint, corp_id text,
            kind text, state text, remark text, leads_to text[], is_automatic boolean)
        ON CONFLICT (state, kind) DO UPDATE SET leads_to = excluded.leads_to, remark = excluded.remark,
            is_automatic = excluded.is_automatic, is_wanted = true,
            due_at = CASE WHEN w.attempts = 0 THEN excluded.due_at ELSE w.due_at END
        WHERE NOT w.is_wanted OR w.leads_to <> excluded.leads_to OR w.is_automatic <> excluded.is_automatic
        """,
        {"told": msgspec.json.encode(told).decode(), "now": now},
    )


def drop_ways(driver: Driver, wanted: Collection[tuple[WayKind, str]], keep: Collection[int], due_at: datetime) -> None:
    """Ways but those of these kinds and states are wanted no more, and deleted then; of the codes of `keep` all stay."""
    given = {"due_at": due_at, "wanted": [f"{kind.value} {state}" for kind, state in wanted], "keep": list(keep)}
    driver.execute(
        "UPDATE entries.ways SET is_wanted = false, due_at = %(due_at)s"
        " WHERE is_wanted AND NOT kind || ' ' || state = ANY(%(wanted)s) AND NOT code_id = ANY(%(keep)s)",
        given,
    )
    driver.execute(
        "DELETE FROM entries.ways WHERE is_recycled AND config_id IS NULL AND attempts = 0"
        " AND NOT kind || ' ' || state = ANY(%(wanted)s) AND NOT code_id = ANY(%(keep)s)",
        given,
    )


def recycle_ways(driver: Driver, corp_id: str, most: int, used_before: datetime, now: datetime) -> int:
    """Makes room in a full corp: what is wanted no more goes at once, and then members' ways that nobody used for long, the least
    used first; they are made again when somebody needs them. Gives how many go."""
    ((made, going),) = driver.execute(
        f"""
        SELECT count(*) FILTER (WHERE config_id IS NOT NULL), count(*) FILTER (WHERE config_id IS NOT NULL AND NOT is_wanted)
        FROM entries.ways WHERE corp_id = %s AND kind <> '{_LINK}'
        """.encode(),  # noqa: S608  # our own
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
            SELECT way_id FROM entries.ways WHERE corp_id = %(corp_id)s AND is_wanted AND kind = 'contact' AND target_id > 0
              AND config_id IS NOT NULL
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
    """Ways of members and groups, which WeCom caps together."""
    ((made,),) = driver.execute(
        f"SELECT count(*) FROM entries.ways WHERE corp_id = %s AND config_id IS NOT NULL AND kind <> '{_LINK}'".encode(),  # noqa: S608  # our own
        (corp_id,),
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
        RETURNING way_id, corp_id, kind,
            CASE WHEN NOT is_wanted THEN '{_DELETE}' WHEN config_id IS NULL THEN '{_MAKE}' ELSE '{_CHANGE}' END,
            state, remark, leads_to, is_automatic, target_id > 0, coalesce(config_id, ''), attempts, asked_at
        """.encode(),  # noqa: S608  # our own
        {"now": now, "until": now + LEASE, "corp_ids": list(corp_ids)},
    ).fetchone()
    if row is None:
        return None
    return WayTask(row[0], row[1], WayKind(row[2]), WayStep(row[3]), row[4], row[5], tuple(row[6]), *row[7:])


def settle_way(driver: Driver, task: WayTask, config_id: str, address: str, now: datetime) -> None:
    """A way was made or changed as the task says; what was asked for meanwhile is done next."""
    driver.execute(
        "UPDATE entries.ways SET config_id = %s, address = coalesce(nullif(%s, ''), address), made_leads_to = %s,"
        " made_automatic = %s, attempts = 0, refusal = 0, is_unusable = false, due_at = %s WHERE way_id = %s",
        (config_id, address, list(task.leads_to), task.is_automatic, now, task.way_id),
    )


def forget_way(driver: Driver, task: WayTask, now: datetime) -> None:
    """A way is no more there. One that is wanted again, or was only recycled, stays as a wish."""
    driver.execute("DELETE FROM entries.ways WHERE way_id = %s AND NOT is_wanted AND NOT is_recycled", (task.way_id,))
    driver.execute(
        "UPDATE entries.ways SET config_id = NULL, address = '', made_leads_to = NULL, made_automatic = NULL, attempts = 0,"
        " refusal = 0, is_unusable = false, asked_at = %s, due_at = %s WHERE way_id = %s",
        (now, now, task.way_id),
    )


def lose_ways(driver: Driver, corp_id: str, there: Collection[str], now: datetime) -> int:
    """What was made and is not there any more is a wish again; how many those are."""
    return driver.execute(
        "UPDATE entries.ways SET config_id = NULL, address = '', made_leads_to = NULL, made_automatic = NULL, attempts = 0,"
        " refusal = 0, is_unusable = false, asked_at = %(now)s, due_at = %(now)s"
        " WHERE corp_id = %(corp_id)s AND config_id IS NOT NULL AND config_id <> ALL(%(there)s)",
        {"now": now, "corp_id": corp_id, "there": list(there)},
    ).rowcount


def refuse_way(driver: Driver, task: WayTask, errcode: int, due_at: datetime, *, is_certain: bool) -> None:
    """WeCom refused. `is_certain`: nothing was done there."""
    driver.execute(
        "UPDATE entries.ways SET refusal = %s, due_at = %s, attempts = CASE WHEN %s THEN 0 ELSE attempts END WHERE way_id = %s",
        (errcode, due_at, is_certain, task.way_id),
    )


# --- links


def lock_link(driver: Driver, corp_id: str, link_id: str) -> tuple[int, int] | None:
    """(way, code) of a link in WeCom; None for one that is not ours."""
    row = driver.execute(
        "SELECT way_id, code_id FROM entries.ways WHERE corp_id = %s AND kind = 'link' AND config_id = %s FOR UPDATE",
        (corp_id, link_id),
    ).fetchone()
    return (row[0], row[1]) if row else None


def mark_link(driver: Driver, way_id: int) -> None:
    """WeCom says that the link cannot be used. Asked to change it, it is tried again."""
    driver.execute("UPDATE entries.ways SET is_unusable = true WHERE way_id = %s", (way_id,))


def usable_links(driver: Driver, corp_id: str) -> None:
    """There is quota again: links that were marked are tried."""
    driver.execute(
        "UPDATE entries.ways SET is_unusable = false WHERE corp_id = %s AND kind = 'link' AND is_unusable", (corp_id,)
    )


def lose_link(driver: Driver, way_id: int, now: datetime) -> None:
    """Somebody deleted the link in WeCom: another is made if it is still wanted."""
    driver.execute(
        "UPDATE entries.ways SET config_id = NULL, address = '', made_leads_to = NULL, made_automatic = NULL, attempts = 0,"
        " is_unusable = false, asked_at = %(now)s, due_at = %(now)s WHERE way_id = %(way_id)s",
        {"now": now, "way_id": way_id},
    )


def made_links(driver: Driver, corp_id: str) -> dict[str, int]:
    """{link: code} of all links of a corp that are there."""
    rows = driver.execute(
        "SELECT config_id, code_id FROM entries.ways WHERE corp_id = %s AND kind = 'link' AND config_id IS NOT NULL",
        (corp_id,),
    ).fetchall()
    return dict(rows)


def save_quota(driver: Driver, corp_id: str, total: int, left: int, now: datetime) -> None:
    driver.execute(
        "INSERT INTO entries.link_quotas (corp_id, total, remaining, read_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (corp_id) DO UPDATE SET total = excluded.total, remaining = excluded.remaining, read_at = excluded.read_at",
        (corp_id, total, left, now),
    )


def find_quota(driver: Driver, corp_id: str) -> tuple[int, int, datetime] | None:
    """(bought, left, when that was read)."""
    row = driver.execute(
        "SELECT total, remaining, read_at FROM entries.link_quotas WHERE corp_id = %s", (corp_id,)
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None


def put_link_customers(
    driver: Driver, code_id: int, told: Mapping[tuple[str, int], bool], now: datetime
) -> list[tuple[int, int]]:
    """{(external_userid, member): whether they have written} of who came by a code's link; whom nobody knows here is left
    out. Who has written stays so. Gives (profile, member) of those who have written since."""
    ordered = sorted(told)
    rows = driver.execute(
        """
        INSERT INTO entries.link_customers AS c (code_id, profile_id, staff_id, has_written, told_at)
        SELECT %s, p.profile_id, n.staff_id, n.has_written, %s
        FROM unnest(%s::text[], %s::bigint[], %s::boolean[]) AS n(external, staff_id, has_written)
        JOIN customers.profiles p ON p.kind = 'external_userid' AND p.value = n.external
        ON CONFLICT (code_id, profile_id, staff_id) DO UPDATE SET has_written = true
        WHERE excluded.has_written AND NOT c.has_written
        RETURNING c.profile_id, c.staff_id, c.has_written
        """,
        (code_id, now, [each[0] for each in ordered], [each[1] for each in ordered], [told[each] for each in ordered]),
    ).fetchall()
    return sorted((row[0], row[1]) for row in rows if row[2])
