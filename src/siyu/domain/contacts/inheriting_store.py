"""Every statement on inheritances and hand-overs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from siyu.domain.contacts.inheriting_contracts import (
    TRANSFERS_DAYS,
    Candidate,
    Giver,
    Handover,
    HandoverState,
    Inheritance,
    OwnCustomer,
    Who,
)
from siyu.kernel.paging import PageRequest

Driver = psycopg.Connection[Any]

_IN_SCOPE = (
    "(%(path)s::text IS NULL OR starts_with(u.path, %(path)s)) AND (NOT %(own_only)s OR m.staff_id = %(own_id)s)"
)
_COUNTS = """
coalesce((SELECT jsonb_object_agg(c.state, c.number) FROM (SELECT h.state, count(*) AS number FROM contacts.handovers h
    WHERE h.inheritance_id = i.inheritance_id AND (h.chat_id IS NOT NULL) = :groups GROUP BY 1) c), '{}')
"""
_INHERITANCE = f"""
SELECT i.inheritance_id, i.corp_id, i.giver_id, m.staff_id, s.name, m.left_at IS NOT NULL,
       ARRAY(SELECT DISTINCT t.name FROM contacts.handovers h JOIN contacts.members t ON t.member_id = h.taker_id
             WHERE h.inheritance_id = i.inheritance_id ORDER BY 1),
       i.message, i.asked_by, i.asked_at, i.ended_at, i.is_cancelled, i.refusal, {_COUNTS.replace(":groups", "false")},
       {_COUNTS.replace(":groups", "true")}
FROM contacts.inheritances i JOIN contacts.members m ON m.member_id = i.giver_id
JOIN company.staff s USING (staff_id) JOIN company.units u USING (unit_id)
WHERE {_IN_SCOPE}
"""  # noqa: S608  # words of our own
_LEFT_LATE = "coalesce(-extract(epoch FROM m.left_at), 0)"
"""Those who left last come first, and after all of them those who have not."""
_GIVERS = f"""
SELECT m.member_id, m.corp_id, m.told_userid, m.staff_id, s.unit_id, m.name, m.is_active, m.has_customers, m.left_at,
       (SELECT count(*) FROM contacts.relations r WHERE r.member_id = m.member_id AND r.lost_at IS NULL),
       (SELECT count(*) FROM contacts.handovers h
        WHERE h.giver_id = m.member_id AND h.ended_at IS NULL AND h.profile_id IS NOT NULL)
FROM contacts.members m JOIN company.staff s USING (staff_id) JOIN company.units u USING (unit_id)
WHERE {_IN_SCOPE} AND (%(ids)s::bigint[] IS NULL OR m.member_id = ANY(%(ids)s))
  AND (m.name ILIKE %(pattern)s OR m.userid ILIKE %(pattern)s) AND (%(corp)s::text IS NULL OR m.corp_id = %(corp)s)
  AND (%(who)s <> 'left' OR m.left_at IS NOT NULL)
  AND (%(who)s NOT IN ('left', 'givers')
       OR EXISTS (SELECT FROM contacts.relations r WHERE r.member_id = m.member_id AND r.lost_at IS NULL)
       OR (m.corp_id, m.userid) IN (SELECT * FROM unnest(%(corps)s::text[], %(owners)s::text[])))
  AND (%(who)s <> 'takers' OR (m.is_active AND m.has_customers AND m.left_at IS NULL))
  AND (%(after)s::bigint IS NULL OR ({_LEFT_LATE}, m.name, m.member_id) >
       (SELECT {_LEFT_LATE.replace("m.", "a.")}, a.name, a.member_id FROM contacts.members a WHERE a.member_id = %(after)s))
ORDER BY {_LEFT_LATE}, m.name, m.member_id LIMIT %(size)s
"""  # noqa: S608  # words of our own


class Fit(NamedTuple):
    """A member who may take over, with how many customers they have."""

    member_id: int
    customers: int


def select_givers(
    driver: Driver,
    scope: Mapping[str, Any],
    page: PageRequest,
    after: int | None,
    who: Who,
    corp_id: str | None,
    owners: Collection[tuple[str, str]],
) -> list[Giver]:
    """Members in scope, those who left last first; one more than the page holds."""
    ordered = sorted(owners)
    given = {
        **scope,
        "ids": page.id_list,
        "pattern": page.pattern,
        "who": who,
        "corp": corp_id,
        "corps": [each[0] for each in ordered],
        "owners": [each[1] for each in ordered],
        "after": after,
        "size": page.size + 1,
    }
    return [Giver(*row) for row in driver.execute(_GIVERS.encode(), given).fetchall()]


def fit_takers(driver: Driver, scope: Mapping[str, Any], corp_id: str, member_ids: Collection[int]) -> list[Fit]:
    """Those of the members who are there, of this corp, in scope, and may have customers: WeCom takes nobody else."""
    rows = driver.execute(
        f"""
        SELECT m.member_id, (SELECT count(*) FROM contacts.relations r WHERE r.member_id = m.member_id AND r.lost_at IS NULL)
        FROM contacts.members m JOIN company.staff s USING (staff_id) JOIN company.units u USING (unit_id)
        WHERE {_IN_SCOPE} AND m.corp_id = %(corp_id)s AND m.member_id = ANY(%(ids)s) AND m.is_active
          AND m.has_customers AND m.left_at IS NULL
        """.encode(),  # noqa: S608  # words of our own
        {**scope, "corp_id": corp_id, "ids": list(member_ids)},
    ).fetchall()
    return [Fit(*row) for row in rows]


def candidates(driver: Driver, giver_id: int, now: datetime) -> list[Candidate]:
    """All customers whom a member has."""
    rows = driver.execute(
        """
        SELECT r.profile_id, p.customer_id,
               ARRAY(SELECT o.member_id FROM contacts.relations o
                     WHERE o.profile_id = r.profile_id AND o.member_id <> r.member_id AND o.lost_at IS NULL),
               EXISTS (SELECT 1 FROM contacts.handovers h
                       WHERE h.profile_id = r.profile_id AND h.giver_id = r.member_id AND h.ended_at IS NULL),
               (SELECT count(*) FROM contacts.handovers h WHERE h.profile_id = r.profile_id AND h.state = 'done'
                AND NOT h.is_resigned AND h.asked_at > %s)
        FROM contacts.relations r JOIN customers.profiles p USING (profile_id)
        WHERE r.member_id = %s AND r.lost_at IS NULL AND p.erased_at IS NULL AND p.kind = 'external_userid'
        ORDER BY r.profile_id
        """,
        (now - timedelta(days=TRANSFERS_DAYS), giver_id),
    ).fetchall()
    return [Candidate(row[0], row[1], frozenset(row[2]), row[3], row[4]) for row in rows]


def own_customers(driver: Driver, giver_id: int, after: int, size: int) -> list[OwnCustomer]:
    """Customers of a member, a page of them."""
    rows = driver.execute(
        """
        SELECT r.profile_id, p.customer_id, r.remark, r.added_at,
               EXISTS (SELECT 1 FROM contacts.handovers h
                       WHERE h.profile_id = r.profile_id AND h.giver_id = r.member_id AND h.ended_at IS NULL)
        FROM contacts.relations r JOIN customers.profiles p USING (profile_id)
        WHERE r.member_id = %s AND r.lost_at IS NULL AND p.erased_at IS NULL AND r.profile_id > %s
        ORDER BY r.profile_id LIMIT %s
        """,
        (giver_id, after, size),
    ).fetchall()
    return [OwnCustomer(*row) for row in rows]


def chats_under_way(driver: Driver, giver_id: int) -> set[str]:
    rows = driver.execute(
        "SELECT chat_id FROM contacts.handovers WHERE giver_id = %s AND chat_id IS NOT NULL AND ended_at IS NULL",
        (giver_id,),
    ).fetchall()
    return {row[0] for row in rows}


def lock_giver(driver: Driver, giver_id: int) -> None:
    """One who plans for a member at a time, until the commit."""
    driver.execute("SELECT 1 FROM contacts.members WHERE member_id = %s FOR NO KEY UPDATE", (giver_id,))


def find_asked(driver: Driver, asked_key: str) -> int | None:
    row = driver.execute(
        "SELECT inheritance_id FROM contacts.inheritances WHERE asked_key = %s", (asked_key,)
    ).fetchone()
    return int(row[0]) if row else None


def insert_inheritance(
    driver: Driver, asked_key: str, corp_id: str, giver_id: int, message: str, asked_by: str, now: datetime
) -> int:
    ((made,),) = driver.execute(
        "INSERT INTO contacts.inheritances (asked_key, corp_id, giver_id, message, asked_by, asked_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING inheritance_id",
        (asked_key, corp_id, giver_id, message, asked_by, now),
    ).fetchall()
    return int(made)


def insert_handovers(
    driver: Driver,
    inheritance_id: int,
    giver_id: int,
    customers: Mapping[int, int],
    groups: Mapping[str, int],
    now: datetime,
) -> int:
    """Puts them in, without those that are on the way already; gives how many were put in."""
    profiles, chats = sorted(customers), sorted(groups)
    done = driver.execute(
        """
        INSERT INTO contacts.handovers (inheritance_id, giver_id, taker_id, profile_id, chat_id, state, due_at)
        SELECT %s, %s, n.taker, n.profile, n.chat, 'planned', %s
        FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) WITH ORDINALITY AS n(taker, profile, chat, place)
        ORDER BY n.place ON CONFLICT DO NOTHING
        """,
        (
            inheritance_id,
            giver_id,
            now,
            [customers[each] for each in profiles] + [groups[each] for each in chats],
            [*profiles, *([None] * len(chats))],
            [*([None] * len(profiles)), *chats],
        ),
    )
    return done.rowcount


def select_inheritances(
    driver: Driver, scope: Mapping[str, Any], *, inheritance_id: int | None, before: int, size: int
) -> list[Inheritance]:
    """The newest first."""
    rows = driver.execute(
        (_INHERITANCE + " AND (%(id)s::bigint IS NULL OR i.inheritance_id = %(id)s) AND i.inheritance_id < %(before)s"
         " ORDER BY i.inheritance_id DESC LIMIT %(size)s").encode(),
        {**scope, "id": inheritance_id, "before": before, "size": size},
    ).fetchall()  # fmt: skip
    return [Inheritance(*row) for row in rows]


def select_handovers(
    driver: Driver, inheritance_id: int, states: Sequence[str], after: int, size: int
) -> list[Handover]:
    """Of an inheritance, in the order they were planned in."""
    rows = driver.execute(
        """
        SELECT h.handover_id, p.customer_id, h.chat_id, coalesce(r.remark, ''), h.taker_id, t.name, h.state, h.errcode, h.attempts,
               h.asked_at, h.ended_at
        FROM contacts.handovers h JOIN contacts.members t ON t.member_id = h.taker_id
        LEFT JOIN customers.profiles p ON p.profile_id = h.profile_id
        LEFT JOIN contacts.relations r ON r.profile_id = h.profile_id AND r.member_id = h.giver_id
        WHERE h.inheritance_id = %s AND (%s OR h.state = ANY(%s)) AND h.handover_id > %s ORDER BY h.handover_id LIMIT %s
        """,
        (inheritance_id, not states, list(states), after, size),
    ).fetchall()
    return [Handover(*(*row[:6], HandoverState(row[6]), *row[7:])) for row in rows]


def undone(driver: Driver, inheritance_id: int, states: Sequence[str]) -> tuple[set[int], set[str]]:
    """(profiles, chats) of hand-overs in these states that are on their way nowhere else, nor done since."""
    rows = driver.execute(
        """
        SELECT h.profile_id, h.chat_id FROM contacts.handovers h WHERE h.inheritance_id = %s AND h.state = ANY(%s)
        AND NOT EXISTS (SELECT 1 FROM contacts.handovers o WHERE o.giver_id = h.giver_id AND o.handover_id > h.handover_id
                        AND (o.profile_id = h.profile_id OR o.chat_id = h.chat_id)
                        AND o.state IN ('planned', 'asked', 'waiting', 'done'))
        """,
        (inheritance_id, list(states)),
    ).fetchall()
    return {row[0] for row in rows if row[0] is not None}, {row[1] for row in rows if row[1] is not None}


def cancel_planned(driver: Driver, inheritance_id: int, now: datetime) -> int:
    driver.execute("UPDATE contacts.inheritances SET is_cancelled = true WHERE inheritance_id = %s", (inheritance_id,))
    return driver.execute(
        "UPDATE contacts.handovers SET state = 'cancelled', ended_at = %s WHERE inheritance_id = %s AND state = 'planned'",
        (now, inheritance_id),
    ).rowcount
