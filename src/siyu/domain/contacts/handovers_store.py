"""Every statement on hand-overs that are worked off: asked for, looked after, ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from siyu.domain.contacts.inheriting_contracts import Asking, HandoverState, Pair
from siyu.domain.contacts.inheriting_rules import Step

Driver = psycopg.Connection[Any]


class OpenRow(NamedTuple):
    """A hand-over that has not ended."""

    handover_id: int
    inheritance_id: int
    profile_id: int | None
    outside_id: str
    giver_id: int
    taker_id: int
    state: HandoverState
    attempts: int
    planned_at: datetime
    asked_at: datetime | None


def take_to_ask(driver: Driver, corp_id: str, now: datetime, again_at: datetime, at_once: int) -> Asking | None:
    """Marks as asked some that are due, all of one inheritance, taker and kind; None where none is."""
    first = driver.execute(
        """
        SELECT h.inheritance_id, h.taker_id, h.chat_id IS NOT NULL FROM contacts.handovers h
        JOIN contacts.inheritances i USING (inheritance_id)
        WHERE i.corp_id = %s AND i.ended_at IS NULL AND h.state IN ('planned', 'asked') AND h.due_at <= %s
        ORDER BY h.due_at, h.handover_id LIMIT 1
        """,
        (corp_id, now),
    ).fetchone()
    if first is None:
        return None
    rows = driver.execute(
        """
        WITH taken AS (
            SELECT handover_id FROM contacts.handovers
            WHERE inheritance_id = %(inheritance)s AND taker_id = %(taker)s AND (chat_id IS NOT NULL) = %(is_group)s
              AND state IN ('planned', 'asked') AND due_at <= %(now)s
            ORDER BY handover_id LIMIT %(at_once)s FOR UPDATE
        )
        UPDATE contacts.handovers h SET state = 'asked', due_at = %(again)s, attempts = h.attempts + 1,
            asked_at = coalesce(h.asked_at, %(now)s), is_resigned = g.left_at IS NOT NULL
        FROM taken, contacts.members g, contacts.members t, contacts.inheritances i
        WHERE h.handover_id = taken.handover_id AND g.member_id = h.giver_id AND t.member_id = h.taker_id
          AND i.inheritance_id = h.inheritance_id
        RETURNING h.handover_id, g.told_userid, t.told_userid, h.is_resigned, i.message,
            coalesce(h.chat_id, (SELECT p.value FROM customers.profiles p WHERE p.profile_id = h.profile_id))
        """,
        {"inheritance": first[0], "taker": first[1], "is_group": first[2], "now": now, "again": again_at, "at_once": at_once},
    ).fetchall()  # fmt: skip
    if not rows:
        return None  # called off meanwhile
    _, giver, taker, is_resigned, message, _ = rows[0]
    outside = {row[0]: row[5] for row in sorted(rows)}
    return Asking(first[0], corp_id, giver, taker, is_resigned, first[2], message, outside)


_OPEN = """
SELECT h.handover_id, h.inheritance_id, h.profile_id, coalesce(h.chat_id, p.value), h.giver_id, h.taker_id, h.state, h.attempts,
       i.asked_at, h.asked_at
FROM contacts.handovers h JOIN contacts.inheritances i USING (inheritance_id)
LEFT JOIN customers.profiles p ON p.profile_id = h.profile_id
"""


def lock_rows(driver: Driver, handover_ids: Collection[int]) -> list[OpenRow]:
    """Those of the hand-overs that are asked, locked."""
    rows = driver.execute(
        (
            _OPEN + " WHERE h.handover_id = ANY(%s) AND h.state = 'asked' ORDER BY h.handover_id FOR UPDATE OF h"
        ).encode(),
        (sorted(handover_ids),),
    ).fetchall()
    return [_open_row(row) for row in rows]


def lock_between(driver: Driver, pair: Pair, external_userids: Collection[str] | None) -> list[OpenRow]:
    """Customers on the way between two members, locked: those named, or all that wait."""
    rows = driver.execute(
        (_OPEN + """
        WHERE h.giver_id = %s AND h.taker_id = %s AND h.is_resigned = %s AND h.profile_id IS NOT NULL
          AND (h.state = 'waiting' OR (h.state = 'asked' AND p.value = ANY(%s)))
        ORDER BY h.handover_id FOR UPDATE OF h""").encode(),
        (pair.giver_id, pair.taker_id, pair.is_resigned, list(external_userids or ())),
    ).fetchall()  # fmt: skip
    return [_open_row(row) for row in rows]


def _open_row(row: Sequence[Any]) -> OpenRow:
    return OpenRow(*(*row[:6], HandoverState(row[6]), *row[7:]))


def save_steps(driver: Driver, steps: Mapping[int, Step], now: datetime) -> None:
    """What has become of hand-overs. One that goes back to be asked anew was never begun, and may have been called off."""
    ordered = sorted(steps)
    driver.execute(
        """
        UPDATE contacts.handovers h SET state = n.state, errcode = n.errcode, due_at = coalesce(n.due_at, h.due_at),
            asked_at = CASE WHEN n.state = 'planned' THEN NULL ELSE h.asked_at END,
            ended_at = CASE WHEN n.state IN ('planned', 'asked', 'waiting') THEN NULL ELSE %s::timestamptz END
        FROM (
            SELECT w.handover_id, w.errcode, w.due_at,
                   CASE WHEN w.state = 'planned' AND i.is_cancelled THEN 'cancelled' ELSE w.state END AS state
            FROM unnest(%s::bigint[], %s::text[], %s::integer[], %s::timestamptz[]) AS w(handover_id, state, errcode, due_at)
            JOIN contacts.handovers o USING (handover_id) JOIN contacts.inheritances i USING (inheritance_id)
        ) n WHERE h.handover_id = n.handover_id
        """,
        (
            now,
            ordered,
            [steps[each].state.value for each in ordered],
            [steps[each].errcode for each in ordered],
            [now + wait if (wait := steps[each].wait) is not None else None for each in ordered],
        ),
    )


def save_refusal(driver: Driver, inheritance_id: int, errcode: int) -> None:
    driver.execute(
        "UPDATE contacts.inheritances SET refusal = %s WHERE inheritance_id = %s AND refusal <> %s",
        (errcode, inheritance_id, errcode),
    )


_PAIR = """
SELECT i.corp_id, h.giver_id, h.taker_id, g.told_userid, t.told_userid, h.is_resigned FROM contacts.handovers h
JOIN contacts.inheritances i USING (inheritance_id)
JOIN contacts.members g ON g.member_id = h.giver_id JOIN contacts.members t ON t.member_id = h.taker_id
"""


def pair_to_look(driver: Driver, corp_id: str, now: datetime) -> Pair | None:
    """Two members of whose transfers it is time to ask."""
    row = driver.execute(
        (_PAIR + " WHERE i.corp_id = %s AND h.state = 'waiting' AND h.due_at <= %s ORDER BY h.due_at LIMIT 1").encode(),
        (corp_id, now),
    ).fetchone()
    return Pair(*row) if row else None


def pair_of(driver: Driver, handover_id: int) -> Pair:
    (row,) = driver.execute((_PAIR + " WHERE h.handover_id = %s").encode(), (handover_id,)).fetchall()
    return Pair(*row)


def put_off_pair(driver: Driver, pair: Pair, until: datetime) -> None:
    driver.execute(
        "UPDATE contacts.handovers SET due_at = %s WHERE giver_id = %s AND taker_id = %s AND is_resigned = %s"
        " AND state = 'waiting'",
        (until, pair.giver_id, pair.taker_id, pair.is_resigned),
    )


def hurry(driver: Driver, corp_id: str, external_userid: str, now: datetime) -> int:
    """What waits of a customer is looked after at once."""
    return driver.execute(
        "UPDATE contacts.handovers h SET due_at = %s FROM contacts.inheritances i, customers.profiles p"
        " WHERE i.inheritance_id = h.inheritance_id AND i.corp_id = %s AND p.profile_id = h.profile_id"
        " AND p.kind = 'external_userid' AND p.value = %s AND h.state = 'waiting'",
        (now, corp_id, external_userid),
    ).rowcount


def corps_under_way(driver: Driver, now: datetime) -> list[str]:
    """Corps of which something is due."""
    rows = driver.execute(
        "SELECT DISTINCT i.corp_id FROM contacts.handovers h JOIN contacts.inheritances i USING (inheritance_id)"
        " WHERE h.ended_at IS NULL AND h.due_at <= %s ORDER BY 1",
        (now,),
    ).fetchall()
    return [row[0] for row in rows]


def end_inheritances(driver: Driver, now: datetime) -> int:
    """Ends those of which nothing is on the way any more."""
    return driver.execute(
        "UPDATE contacts.inheritances i SET ended_at = %s WHERE i.ended_at IS NULL AND NOT EXISTS ("
        " SELECT 1 FROM contacts.handovers h WHERE h.inheritance_id = i.inheritance_id AND h.ended_at IS NULL)",
        (now,),
    ).rowcount
