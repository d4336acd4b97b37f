"""Every statement on follow-ups, and what is counted of leads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.entries.leads_contracts import FollowUp, FollowUpDraft, FollowUpWay, Intent, LeadNumber, LeadNumbers
from siyu.domain.entries.leads_store import TEAM

Driver = psycopg.Connection[Any]

_FOLLOW_UP = (
    "f.follow_up_id, p.customer_id, f.staff_id, f.way, f.text, f.intent, f.next_at, f.is_latest, f.recorded_at"
    " FROM entries.follow_ups f JOIN customers.profiles p USING (profile_id)"
)


def _follow_up(row: Sequence[Any]) -> FollowUp:
    return FollowUp(*(*row[:3], FollowUpWay(row[3]), row[4], Intent(row[5]), *row[6:]))


def insert_follow_up(
    driver: Driver, key: str, customer_id: int, staff_id: int | None, draft: FollowUpDraft, now: datetime
) -> tuple[FollowUp, bool]:
    """Writes it down, and whether it is new; what was the latest of the customer is so no more then. Of a customer one is written
    after the other: of two at once both would be the latest."""
    driver.execute("SELECT FROM customers.profiles WHERE profile_id = %s FOR NO KEY UPDATE", (customer_id,))
    row = driver.execute(
        "INSERT INTO entries.follow_ups (follow_up_key, profile_id, staff_id, way, text, intent, next_at, recorded_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (follow_up_key) DO NOTHING RETURNING follow_up_id",
        (key, customer_id, staff_id, draft.way.value, draft.text.strip(), draft.intent.value, draft.next_at, now),
    ).fetchone()
    if row is not None:
        driver.execute(
            "UPDATE entries.follow_ups f SET is_latest = false FROM customers.profiles p"
            " WHERE p.customer_id = %s AND f.profile_id = p.profile_id AND f.is_latest AND f.follow_up_id <> %s",
            (customer_id, row[0]),
        )
    found = find_by_key(driver, key)
    if found is None:
        raise RuntimeError("an INSERT without a row")
    return found, row is not None


def find_by_key(driver: Driver, key: str) -> FollowUp | None:
    row = driver.execute(f"SELECT {_FOLLOW_UP} WHERE f.follow_up_key = %s", (key,)).fetchone()
    return _follow_up(row) if row else None


def touch_lead(driver: Driver, customer_id: int, draft: FollowUpDraft, now: datetime) -> int | None:
    """Its open lead, if there is one, was cared for; gives which."""
    row = driver.execute(
        "UPDATE entries.leads l SET touched_at = %(now)s, next_at = %(next)s,"
        " intent = CASE WHEN %(intent)s = '' THEN l.intent ELSE %(intent)s END FROM customers.profiles p"
        " WHERE p.customer_id = %(who)s AND l.profile_id = p.profile_id AND l.state = 'open' RETURNING l.lead_id",
        {"now": now, "next": draft.next_at, "intent": draft.intent.value, "who": customer_id},
    ).fetchone()
    return row[0] if row else None


def select_of_customer(driver: Driver, customer_id: int, before: int, size: int) -> list[FollowUp]:
    """The newest first."""
    rows = driver.execute(
        f"SELECT {_FOLLOW_UP} WHERE p.customer_id = %s AND f.follow_up_id < %s ORDER BY f.follow_up_id DESC LIMIT %s",
        (customer_id, before, size),
    ).fetchall()
    return [_follow_up(row) for row in rows]


def select_due(driver: Driver, staff_id: int, until: datetime, size: int) -> list[FollowUp]:
    """Whom somebody said that they would talk to again by then, the earliest first."""
    rows = driver.execute(
        f"SELECT {_FOLLOW_UP} WHERE f.staff_id = %s AND f.is_latest AND f.next_at < %s ORDER BY f.next_at LIMIT %s",
        (staff_id, until, size),
    ).fetchall()
    return [_follow_up(row) for row in rows]


def latest_of(driver: Driver, customer_ids: Collection[int]) -> dict[int, FollowUp]:
    """{customer: what was written down last}."""
    rows = driver.execute(
        f"SELECT {_FOLLOW_UP} WHERE p.customer_id = ANY(%s) AND f.is_latest ORDER BY f.follow_up_id",
        (list(customer_ids),),
    ).fetchall()
    return {row[1]: _follow_up(row) for row in rows}


def count_leads(driver: Driver, view: str, seer: Mapping[str, Any], now: datetime) -> tuple[int, int, int]:
    """Open leads of a view: (all, whose date has come, nobody's)."""
    row = driver.execute(
        f"SELECT count(*), count(*) FILTER (WHERE l.next_at <= %(now)s), count(*) FILTER (WHERE l.staff_id IS NULL)"  # noqa: S608
        f" FROM entries.leads l WHERE l.state = 'open' AND {view}",
        {**seer, "now": now},
    ).fetchone()
    return (row[0], row[1], row[2]) if row else (0, 0, 0)


def count_stages(driver: Driver, view: str, seer: Mapping[str, Any]) -> dict[str, int]:
    rows = driver.execute(
        f"SELECT l.stage, count(*) FROM entries.leads l WHERE l.state = 'open' AND {view} GROUP BY 1",  # noqa: S608
        dict(seer),
    ).fetchall()
    return dict(rows)


_COUNTED = {
    LeadNumber.OPENED: "true",
    LeadNumber.OPEN: "l.state = 'open'",
    LeadNumber.WON: "l.state = 'won'",
    LeadNumber.LOST: "l.state = 'lost'",
    LeadNumber.RECYCLED: "l.recycled > 0",
    LeadNumber.FOLLOWED_UP: """EXISTS (
        SELECT 1 FROM customers.profiles lp JOIN customers.profiles fp USING (customer_id)
        JOIN entries.follow_ups f ON f.profile_id = fp.profile_id
        WHERE lp.profile_id = l.profile_id AND f.recorded_at >= l.opened_at)""",
}
"""Which leads a number counts, in the order of `LeadNumbers`."""

_SINCE = f"l.opened_at >= %(since)s AND l.state <> 'joined' AND {TEAM}"
_OWNER = "coalesce(l.staff_id, l.former_staff_id)"


def numbers(driver: Driver, seer: Mapping[str, Any], since: datetime, *, by_staff: bool) -> list[LeadNumbers]:
    """What became of leads that were opened since, by who has (or had) them, or by where they came from."""
    by = f"{_OWNER}, ''" if by_staff else "NULL::bigint, l.source"
    counts = ", ".join(f"count(*) FILTER (WHERE {each})" for each in _COUNTED.values())
    rows = driver.execute(
        f"SELECT {by}, {counts} FROM entries.leads l WHERE {_SINCE} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",  # noqa: S608  # constants
        {**seer, "since": since},
    ).fetchall()
    return [LeadNumbers(*row) for row in rows]


def select_counted(
    driver: Driver,
    seer: Mapping[str, Any],
    since: datetime,
    number: LeadNumber,
    whose: int | str | None,
    before: int,
    size: int,
) -> list[int]:
    """The customers below `before` whom a number counts, descending: of a source (its name), or of a member, None being nobody."""
    line = "l.source = %(whose)s" if isinstance(whose, str) else f"{_OWNER} IS NOT DISTINCT FROM %(whose)s::bigint"
    rows = driver.execute(
        "SELECT DISTINCT p.customer_id FROM entries.leads l JOIN customers.profiles p USING (profile_id)"  # noqa: S608  # constants
        f" WHERE {_SINCE} AND {_COUNTED[number]} AND {line} AND p.customer_id < %(before)s ORDER BY 1 DESC LIMIT %(size)s",
        {**seer, "since": since, "whose": whose, "before": before, "size": size},
    ).fetchall()
    return [row[0] for row in rows]


def sources(driver: Driver, views: Sequence[str], seer: Mapping[str, Any]) -> list[str]:
    """Where leads of the views came from, the most frequent first; of all where there are no views."""
    rows = driver.execute(
        "SELECT l.source FROM entries.leads l"  # noqa: S608  # our own
        f" WHERE {' OR '.join(views) or 'true'} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 50",
        dict(seer),
    ).fetchall()
    return [row[0] for row in rows]


def delete_of_profiles(driver: Driver, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """{table: {profile: how many}}."""
    found = {}
    for table in ("entries.leads", "entries.follow_ups"):
        rows = driver.execute(
            f"WITH gone AS (DELETE FROM {table} WHERE profile_id = ANY(%s) RETURNING profile_id)"  # noqa: S608  # a constant
            " SELECT profile_id, count(*) FROM gone GROUP BY 1",
            (list(profile_ids),),
        ).fetchall()
        found[table] = dict(rows)
    return found


def select_told(driver: Driver, profile_ids: Collection[int]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    leads = driver.execute(
        "SELECT state, stage, intent, source, note, loss_reason, opened_at, ended_at FROM entries.leads"
        " WHERE profile_id = ANY(%s) ORDER BY lead_id",
        (list(profile_ids),),
    ).fetchall()
    follow_ups = driver.execute(
        "SELECT way, text, intent, next_at, recorded_at FROM entries.follow_ups WHERE profile_id = ANY(%s) ORDER BY follow_up_id",
        (list(profile_ids),),
    ).fetchall()
    return leads, follow_ups
