"""Every statement on leads: sets of rows in, contracts out. Numbers and follow-ups are in `follow_ups_store`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import psycopg

from siyu.domain.entries.leads_contracts import (
    Giving,
    Intent,
    KeptLeadRules,
    Lead,
    LeadChange,
    LeadFilter,
    LeadRules,
    LeadState,
    Recycled,
)
from siyu.domain.entries.leads_rules import parse_rules, rules_document
from siyu.platform.postgres.packing import packed_numbers

Driver = psycopg.Connection[Any]

_LEAD = """
    l.lead_id, l.profile_id, p.customer_id, l.unit_id, l.staff_id, l.state, l.stage, l.intent, l.source, l.note,
    l.loss_reason, l.next_at, l.opened_at, l.given_at, l.given_how, l.touched_at, l.former_staff_id, l.released_at,
    l.recycled, l.ended_at
"""
_FROM = "FROM entries.leads l JOIN customers.profiles p USING (profile_id)"

MINE = "l.staff_id = %(me)s"
POOL = """ (l.staff_id IS NULL AND l.state = 'open' AND ((%(pools)s AND l.unit_id IS NULL) OR EXISTS (
    SELECT 1 FROM company.units lu WHERE lu.unit_id = l.unit_id AND (
        (%(pools)s AND EXISTS (SELECT 1 FROM company.staff me JOIN company.units mu ON mu.unit_id = me.unit_id
                WHERE me.staff_id = %(me)s AND starts_with(mu.path, lu.path)))
        OR (NOT %(own_only)s AND (%(path)s::text IS NULL OR starts_with(lu.path, %(path)s)))))))
"""
TEAM = """ (NOT %(own_only)s AND (%(path)s::text IS NULL OR EXISTS (
    SELECT 1 FROM company.units u LEFT JOIN company.staff s ON s.unit_id = u.unit_id AND s.staff_id = l.staff_id
    WHERE (s.staff_id IS NOT NULL OR (l.staff_id IS NULL AND u.unit_id = l.unit_id)) AND starts_with(u.path, %(path)s))))
"""


def _lead(row: Sequence[Any]) -> Lead:
    return Lead(*(*row[:5], LeadState(row[5]), row[6], Intent(row[7]), *row[8:]))


def select_rules(driver: Driver) -> KeptLeadRules:
    """The rules in force."""
    row = driver.execute(
        "SELECT document, version, set_at FROM entries.lead_rules ORDER BY version DESC LIMIT 1"
    ).fetchone()
    return KeptLeadRules(parse_rules(row[0]), row[1], row[2]) if row else KeptLeadRules(LeadRules(), 0, None)


def insert_rules(driver: Driver, kept: KeptLeadRules, set_by: str) -> bool:
    """Puts a version in force; False where somebody else has put one there."""
    done = driver.execute(
        "INSERT INTO entries.lead_rules (version, document, set_at, set_by) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (kept.version, json.dumps(rules_document(kept.rules), ensure_ascii=False), kept.set_at, set_by),
    )
    return done.rowcount == 1


def insert_leads(
    driver: Driver, customer_ids: Sequence[int], stage: str, source: str, note: str, intent: Intent, now: datetime
) -> list[Lead]:
    """Opens leads of living customers who have none that is open, in the pool of the unit that keeps them; gives them."""
    rows = driver.execute(
        f"""
        WITH made AS (
            INSERT INTO entries.leads (profile_id, unit_id, stage, source, note, intent, opened_at, touched_at)
            SELECT w.customer_id,
                (SELECT k.unit_id FROM customers.profiles kp JOIN customers.custody k USING (profile_id)
                 WHERE kp.customer_id = w.customer_id ORDER BY kp.profile_id LIMIT 1),
                %(stage)s, %(source)s, %(note)s, %(intent)s, %(now)s, %(now)s
            FROM unnest(%(ids)s::bigint[]) AS w(customer_id)
            JOIN customers.profiles own ON own.profile_id = w.customer_id AND own.customer_id = w.customer_id
                AND own.erased_at IS NULL
            WHERE NOT EXISTS (SELECT 1 FROM entries.leads l JOIN customers.profiles lp USING (profile_id)
                              WHERE lp.customer_id = w.customer_id AND l.state = 'open')
            ORDER BY 1 ON CONFLICT DO NOTHING RETURNING *
        )
        SELECT {_LEAD} FROM made l JOIN customers.profiles p USING (profile_id) ORDER BY l.lead_id
        """,  # noqa: S608  # constants
        {
            "ids": packed_numbers(customer_ids),
            "stage": stage,
            "source": source,
            "note": note,
            "intent": intent.value,
            "now": now,
        },
    ).fetchall()
    return [_lead(row) for row in rows]


def lock_leads(driver: Driver, lead_ids: Collection[int]) -> list[Lead]:
    rows = driver.execute(
        f"SELECT {_LEAD} {_FROM} WHERE l.lead_id = ANY(%s) ORDER BY l.lead_id FOR UPDATE OF l",
        (list(lead_ids),),
    ).fetchall()
    return [_lead(row) for row in rows]


def lock_open_of(driver: Driver, customer_ids: Collection[int]) -> list[Lead]:
    """The open leads of customers."""
    rows = driver.execute(
        f"SELECT {_LEAD} {_FROM} WHERE p.customer_id = ANY(%s) AND l.state = 'open' ORDER BY l.lead_id FOR UPDATE OF l",
        (list(customer_ids),),
    ).fetchall()
    return [_lead(row) for row in rows]


def select_open_among(driver: Driver, customer_ids: Collection[int]) -> set[int]:
    """Which of the customers have a lead that is open."""
    rows = driver.execute(
        "SELECT DISTINCT p.customer_id FROM entries.leads l JOIN customers.profiles p USING (profile_id)"
        " JOIN unnest(%s::bigint[]) AS w(customer_id) ON w.customer_id = p.customer_id"
        " WHERE l.state = 'open'",
        (packed_numbers(customer_ids),),
    ).fetchall()
    return {row[0] for row in rows}


def select_of_customer(driver: Driver, customer_id: int) -> list[Lead]:
    rows = driver.execute(
        f"SELECT {_LEAD} {_FROM} WHERE p.customer_id = %s ORDER BY l.state = 'open' DESC, l.lead_id DESC",
        (customer_id,),
    ).fetchall()
    return [_lead(row) for row in rows]


def seen_among(driver: Driver, lead_ids: Collection[int], view: str, seer: Mapping[str, Any]) -> set[int]:
    """Those of the leads that somebody finds in one of their views."""
    rows = driver.execute(
        f"SELECT l.lead_id FROM entries.leads l WHERE l.lead_id = ANY(%(ids)s) AND {view}",  # noqa: S608  # a constant
        {"ids": list(lead_ids), **seer},
    ).fetchall()
    return {row[0] for row in rows}


def select_leads(
    driver: Driver, view: str, seer: Mapping[str, Any], wanted: LeadFilter, before: int, size: int
) -> list[Lead]:
    """Leads of a view, the newest first."""
    rows = driver.execute(
        f"""
        SELECT {_LEAD} {_FROM}
        WHERE {view} AND (l.state = 'open') = %(is_open)s AND l.lead_id < %(before)s
          AND (%(stage)s = '' OR l.stage = %(stage)s) AND (%(intent)s::text IS NULL OR l.intent = %(intent)s)
          AND (%(source)s = '' OR l.source = %(source)s) AND (%(staff)s::bigint IS NULL OR l.staff_id = %(staff)s)
        ORDER BY l.lead_id DESC LIMIT %(size)s
        """,  # constants
        {
            **seer,
            "is_open": wanted.is_open,
            "before": before,
            "stage": wanted.stage,
            "intent": wanted.intent.value if wanted.intent is not None else None,
            "source": wanted.source,
            "staff": wanted.staff_id,
            "size": size,
        },
    ).fetchall()
    return [_lead(row) for row in rows]


def give_leads(driver: Driver, staff_of: Mapping[int, int], how: Giving, now: datetime) -> list[Lead]:
    """{lead: member}: gives open leads, whoever had them; gives those that changed hands."""
    rows = driver.execute(
        f"""
        WITH given AS (
            UPDATE entries.leads l SET staff_id = w.staff_id, unit_id = s.unit_id, given_at = %(now)s, given_how = %(how)s,
                touched_at = %(now)s
            FROM unnest(%(leads)s::bigint[], %(staff)s::bigint[])
                AS w(lead_id, staff_id) JOIN company.staff s ON s.staff_id = w.staff_id AND s.is_active
            WHERE l.lead_id = w.lead_id AND l.state = 'open' AND l.staff_id IS DISTINCT FROM w.staff_id
            RETURNING l.*
        )
        SELECT {_LEAD} FROM given l JOIN customers.profiles p USING (profile_id) ORDER BY l.lead_id
        """,  # noqa: S608  # constants
        {"leads": packed_numbers(staff_of), "staff": packed_numbers(staff_of.values()), "how": how.value, "now": now},
    ).fetchall()
    return [_lead(row) for row in rows]


_RELEASED = (
    "staff_id = NULL, former_staff_id = l.staff_id, released_at = %(now)s, recycled = l.recycled + 1, next_at = NULL"
)


def release_leads(driver: Driver, lead_ids: Collection[int], now: datetime) -> list[Recycled]:
    """Puts open leads back into the pool of the unit that had them."""
    rows = driver.execute(
        f"UPDATE entries.leads l SET {_RELEASED} WHERE l.lead_id = ANY(%(ids)s) AND l.state = 'open'"  # noqa: S608  # a constant
        " AND l.staff_id IS NOT NULL RETURNING l.lead_id, l.profile_id, l.former_staff_id",
        {"ids": list(lead_ids), "now": now},
    ).fetchall()
    return [Recycled(*row) for row in sorted(rows)]


def lock_idle(driver: Driver, touched_before: datetime, given_before: datetime, now: datetime, size: int) -> list[int]:
    """Leads that nobody cared for, and those of who is not at work any more. A date that was agreed on and is still to come is
    care."""
    rows = driver.execute(
        "SELECT l.lead_id FROM entries.leads l WHERE l.state = 'open' AND l.staff_id IS NOT NULL AND l.touched_at < %s"
        " AND (l.given_at IS NULL OR l.given_at < %s) AND (l.next_at IS NULL OR l.next_at < %s)"
        " ORDER BY l.touched_at LIMIT %s FOR UPDATE SKIP LOCKED",
        (touched_before, given_before, now, size),
    ).fetchall()
    return [row[0] for row in rows]


def lock_left_behind(driver: Driver, size: int) -> list[int]:
    """Leads of who is not at work any more."""
    rows = driver.execute(
        "SELECT l.lead_id FROM entries.leads l JOIN company.staff s USING (staff_id)"
        " WHERE l.state = 'open' AND NOT s.is_active ORDER BY l.lead_id LIMIT %s FOR UPDATE OF l SKIP LOCKED",
        (size,),
    ).fetchall()
    return [row[0] for row in rows]


def lock_unowned(driver: Driver, size: int) -> list[tuple[int, int | None]]:
    """(lead, unit) of leads that nobody ever had."""
    return driver.execute(
        "SELECT l.lead_id, l.unit_id FROM entries.leads l WHERE l.state = 'open' AND l.staff_id IS NULL AND l.given_at IS NULL"
        " ORDER BY l.lead_id LIMIT %s FOR UPDATE SKIP LOCKED",
        (size,),
    ).fetchall()


def advisers_of(driver: Driver, unit_id: int | None) -> dict[int, int]:
    """{member: open leads} of the frontline staff at work in a unit and below it; None: in the whole company."""
    rows = driver.execute(
        "SELECT s.staff_id, (SELECT count(*) FROM entries.leads l WHERE l.staff_id = s.staff_id AND l.state = 'open')"
        " FROM company.staff s JOIN company.units u USING (unit_id)"
        " WHERE s.is_active AND s.role = 'frontline' AND (%(unit)s::bigint IS NULL OR starts_with(u.path,"
        " (SELECT path FROM company.units WHERE unit_id = %(unit)s)))",
        {"unit": unit_id},
    ).fetchall()
    return dict(rows)


def loads_of(driver: Driver, staff_ids: Collection[int], within_path: str | None) -> dict[int, int]:
    """{member: open leads} of those of the staff who are at work below a unit."""
    rows = driver.execute(
        "SELECT s.staff_id, (SELECT count(*) FROM entries.leads l WHERE l.staff_id = s.staff_id AND l.state = 'open')"
        " FROM company.staff s JOIN company.units u USING (unit_id)"
        " WHERE s.staff_id = ANY(%s) AND s.is_active AND (%s::text IS NULL OR starts_with(u.path, %s))",
        (list(staff_ids), within_path, within_path),
    ).fetchall()
    return dict(rows)


def lock_claims(driver: Driver, staff_id: int, day: date) -> int:
    """How many leads somebody took on a day; nobody else counts for them until the commit."""
    driver.execute(
        "INSERT INTO entries.lead_claims (staff_id, claimed_on, claims) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING",
        (staff_id, day),
    )
    row = driver.execute(
        "SELECT claims FROM entries.lead_claims WHERE staff_id = %s AND claimed_on = %s FOR UPDATE", (staff_id, day)
    ).fetchone()
    return int(row[0]) if row else 0


def add_claims(driver: Driver, staff_id: int, day: date, count: int) -> None:
    driver.execute(
        "UPDATE entries.lead_claims SET claims = claims + %s WHERE staff_id = %s AND claimed_on = %s",
        (count, staff_id, day),
    )


def end_leads(
    driver: Driver, lead_ids: Collection[int], state: LeadState, by: int | None, now: datetime, *, reason: str = ""
) -> list[Lead]:
    """Ends those of the leads that are open; gives them as they are then."""
    rows = driver.execute(
        f"""
        WITH ended AS (
            UPDATE entries.leads SET state = %s, loss_reason = %s, ended_by = %s, ended_at = %s, next_at = NULL, touched_at = %s
            WHERE lead_id = ANY(%s) AND state = 'open' RETURNING *
        )
        SELECT {_LEAD} FROM ended l JOIN customers.profiles p USING (profile_id) ORDER BY l.lead_id
        """,  # noqa: S608
        (state.value, reason, by, now, now, list(lead_ids)),
    ).fetchall()
    return [_lead(row) for row in rows]


def change_lead(driver: Driver, lead_id: int, change: LeadChange, now: datetime) -> None:
    driver.execute(
        "UPDATE entries.leads SET stage = %s, intent = %s, next_at = %s, note = %s, touched_at = %s WHERE lead_id = %s",
        (change.stage, change.intent.value, change.next_at, change.note, now, lead_id),
    )


def lock_doubles(driver: Driver, size: int) -> list[int]:
    """Open leads of customers who have an older one that is open, since they were merged."""
    rows = driver.execute(
        "SELECT l.lead_id FROM entries.leads l JOIN customers.profiles p USING (profile_id)"
        " WHERE l.state = 'open' AND p.customer_id IN ("
        "  SELECT mp.customer_id FROM entries.leads ml JOIN customers.profiles mp USING (profile_id)"
        "  WHERE ml.state = 'open' AND mp.customer_id <> mp.profile_id) AND EXISTS ("
        "  SELECT 1 FROM customers.profiles op JOIN entries.leads o USING (profile_id)"
        "  WHERE op.customer_id = p.customer_id AND o.state = 'open' AND o.lead_id < l.lead_id)"
        " ORDER BY l.lead_id LIMIT %s FOR UPDATE OF l SKIP LOCKED",
        (size,),
    ).fetchall()
    return [row[0] for row in rows]


def reopen_parted(driver: Driver, now: datetime, size: int) -> list[Lead]:
    """Opens leads again that were joined with an older one whose customer is another since a split; gives them. Not where the
    customer has one that is open, or ended after."""
    rows = driver.execute(
        f"""
        WITH parted AS (
            SELECT DISTINCT ON (p.customer_id) l.lead_id
            FROM entries.leads l JOIN customers.profiles p USING (profile_id)
            WHERE l.state = 'joined' AND NOT EXISTS (
                SELECT 1 FROM customers.profiles op JOIN entries.leads o USING (profile_id)
                WHERE op.customer_id = p.customer_id AND o.lead_id <> l.lead_id
                  AND (o.state = 'open' OR o.ended_at > l.ended_at
                       OR (o.lead_id < l.lead_id AND o.ended_at = l.ended_at)))
            ORDER BY p.customer_id, l.lead_id LIMIT %(size)s
        ), opened AS (
            UPDATE entries.leads l SET state = 'open', ended_at = NULL, ended_by = NULL, touched_at = %(now)s
            FROM parted WHERE l.lead_id = parted.lead_id AND l.state = 'joined' RETURNING l.*
        )
        SELECT {_LEAD} FROM opened l JOIN customers.profiles p USING (profile_id) ORDER BY l.lead_id
        """,  # noqa: S608  # constants
        {"now": now, "size": size},
    ).fetchall()
    return [_lead(row) for row in rows]


def new_keys(driver: Driver, keys: Collection[str]) -> set[str]:
    """Those of the keys by which nothing was handed over yet."""
    rows = driver.execute("SELECT lead_key FROM entries.lead_keys WHERE lead_key = ANY(%s)", (list(keys),)).fetchall()
    return set(keys) - {row[0] for row in rows}


def save_keys(driver: Driver, lead_of: Mapping[str, int]) -> None:
    driver.execute(
        "INSERT INTO entries.lead_keys (lead_key, lead_id) SELECT * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT DO NOTHING",
        (list(lead_of), list(lead_of.values())),
    )


def select_by_id(driver: Driver, lead_ids: Collection[int]) -> list[Lead]:
    rows = driver.execute(
        f"SELECT {_LEAD} {_FROM} WHERE l.lead_id = ANY(%s) ORDER BY l.lead_id",
        (list(lead_ids),),
    ).fetchall()
    return [_lead(row) for row in rows]


def set_notes(driver: Driver, note_of: Mapping[int, str]) -> None:
    driver.execute(
        "UPDATE entries.leads l SET note = w.note FROM unnest(%s::bigint[], %s::text[]) AS w(lead_id, note)"
        " WHERE l.lead_id = w.lead_id",
        (list(note_of), list(note_of.values())),
    )


def add_notes(driver: Driver, lead_ids: Collection[int], note: str) -> None:
    """Puts a note above what was noted of leads before."""
    driver.execute(
        "UPDATE entries.leads SET note = left(CASE WHEN note = '' THEN %(note)s ELSE %(note)s || chr(10) || note END, 1000)"
        " WHERE lead_id = ANY(%(ids)s)",
        {"note": note, "ids": list(lead_ids)},
    )
