"""Who has which customer, for other rooms, engines and faces; on their own account, without rights where no actor is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from siyu.domain.contacts import directory_store, tags_store
from siyu.domain.contacts.contracts import KnownVisitor, LostBy, Member, MemberNumbers, Relation
from siyu.domain.contacts.handing_store import ASSIGNED
from siyu.domain.contacts.rules import ADD_WAYS, contact_state
from siyu.domain.customers.contracts import UnknownCustomerError
from siyu.domain.customers.reading import current_customer_ids, customer_in_scope, page_key
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading
from siyu.platform.postgres.packing import packed_numbers

_TRAITS = """
SELECT p.customer_id, r.added_at, r.lost_at, r.lost_by, r.add_way FROM customers.profiles p
JOIN contacts.relations r USING (profile_id) WHERE p.customer_id = ANY(%s) ORDER BY p.customer_id, r.added_at, r.member_id
"""
_RELATIONS = """
SELECT r.member_id, m.staff_id, s.name, m.told_userid, r.remark, r.description, r.company, r.add_way, r.state, r.is_by_member,
       ARRAY(SELECT coalesce(t.name, x.tag) FROM unnest(r.tag_ids) AS x(tag)
             LEFT JOIN contacts.tags t ON t.corp_id = m.corp_id AND t.outside_id = x.tag ORDER BY 1),
       r.added_at, r.lost_at, r.lost_by, w.profile_id IS NOT NULL AND NOT w.is_refused,
       CASE WHEN w.is_refused THEN w.refusal ELSE '' END
FROM customers.profiles p JOIN contacts.relations r USING (profile_id) JOIN contacts.members m USING (member_id)
JOIN company.staff s USING (staff_id) LEFT JOIN contacts.writes w USING (profile_id, member_id)
WHERE p.customer_id = %s ORDER BY r.lost_at IS NOT NULL, r.added_at, r.member_id
"""
_TOLD = {
    "contacts": (
        ("staff", "remark", "description", "company", "add_way", "state", "tags", "added_at", "lost_at", "lost_by"),
        "SELECT s.name, r.remark, r.description, r.company, r.add_way, r.state,"
        " ARRAY(SELECT coalesce(t.name, x.tag) FROM unnest(r.tag_ids) AS x(tag)"
        " LEFT JOIN contacts.tags t ON t.corp_id = m.corp_id AND t.outside_id = x.tag), r.added_at, r.lost_at, r.lost_by"
        " FROM contacts.relations r JOIN contacts.members m USING (member_id) JOIN company.staff s USING (staff_id)"
        " WHERE r.profile_id = ANY(%s) ORDER BY r.added_at",
    ),
    "handovers": (
        ("from", "to", "state", "asked_at", "ended_at"),
        "SELECT g.name, t.name, h.state, h.asked_at, h.ended_at FROM contacts.handovers h"
        " JOIN contacts.members g ON g.member_id = h.giver_id JOIN contacts.members t ON t.member_id = h.taker_id"
        " WHERE h.profile_id = ANY(%s) ORDER BY h.handover_id",
    ),
    "contacts_to_write": (
        ("remark", "description", "tags_to_put", "tags_to_take"),
        "SELECT remark, description, add_tags, remove_tags FROM contacts.writes WHERE profile_id = ANY(%s)",
    ),
}


def traits(reading: Reading, customer_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What of each customer's relations stands among their attributes; nothing of who never was anybody's contact: `contact_state`
    (active, lost, blocked), `advisers` (how many have them now), `contact_added_at`, `contact_lost_at`, `add_way`."""
    rows = reading.driver.execute(_TRAITS, (list(customer_ids),)).fetchall()
    by_customer: dict[int, list[Any]] = {}
    for row in rows:
        by_customer.setdefault(row[0], []).append(row)
    return {customer_id: _traits(theirs) for customer_id, theirs in by_customer.items()}


def _traits(rows: list[Any]) -> dict[str, Any]:
    living = sum(row[2] is None for row in rows)
    last = max((row for row in rows if row[2] is not None), key=lambda row: row[2], default=None)
    state = contact_state(living, LostBy(last[3]) if last is not None and last[3] else None)
    told: dict[str, Any] = {
        "contact_state": state,
        "advisers": living,
        "contact_added_at": rows[0][1].isoformat(),
        "add_way": ADD_WAYS.get(rows[0][4], "unknown"),
    }
    if not living and last is not None:
        told["contact_lost_at"] = last[2].isoformat()
    return told


def relations_of(reading: Reading, actor: Actor, customer_id: int) -> list[Relation]:
    """Who has a customer, or had, those who have first; UnknownCustomerError outside the actor's scope."""
    actor.require("contacts.read")
    now_id = current_customer_ids(reading, [customer_id]).get(customer_id)
    if now_id is None or not customer_in_scope(reading, actor, now_id):
        raise UnknownCustomerError
    rows = reading.driver.execute(_RELATIONS, (now_id,)).fetchall()
    return [Relation(*(*row[:13], LostBy(row[13]) if row[13] else None, *row[14:])) for row in rows]


def member_scope(actor: Actor) -> dict[str, Any]:
    """What statements on members are bound to: those in the actor's units, or the actor alone."""
    own = int(actor.actor_id) if actor.scope.own_only and actor.kind is ActorKind.STAFF else None
    return {"path": actor.scope.unit_path, "own_only": actor.scope.own_only, "own_id": own}


def list_members(reading: Reading, actor: Actor, corp_id: str | None = None) -> list[Member]:
    """Members of WeCom in the actor's units, each with how many customers they have; who sees only their own customers sees of
    members only themselves."""
    actor.require("contacts.read")
    return directory_store.select_members(reading.driver, corp_id, member_scope(actor), None, None)


def page_of_members(reading: Reading, actor: Actor, corp_id: str, page: PageRequest) -> Page[Member]:
    """As `list_members`, page by page; the list can be searched, by userid too, and `ids` are those of staff."""
    actor.require("contacts.read")
    after = None if page.after is None else page_key(page)
    rows = directory_store.select_members(reading.driver, corp_id, member_scope(actor), page, after)
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows, str(rows[-1].member_id) if more else None)


def staff_of(reading: Reading, corp_id: str, userids: Iterable[str]) -> dict[str, int]:
    """{userid in lower case: staff} of those who are known."""
    found = directory_store.member_ids(reading.driver, corp_id, list(userids))
    return {userid: staff_id for userid, (_, staff_id, _) in found.items()}


def find_visitor(reading: Reading, corp_id: str, userid: str) -> KnownVisitor | None:
    """Who comes to log in; None for who is no member, or none any more."""
    return directory_store.find_visitor(reading.driver, corp_id, userid)


def member_of_staff(reading: Reading, staff_id: int) -> tuple[str, str] | None:
    """(corp, userid) under which somebody of the staff is there; of several the first."""
    row = reading.driver.execute(
        "SELECT m.corp_id, m.told_userid FROM contacts.members m JOIN company.wecom_corps c USING (corp_id)"
        " WHERE m.staff_id = %s AND m.is_active AND m.left_at IS NULL AND c.is_enabled ORDER BY m.member_id LIMIT 1",
        (staff_id,),
    ).fetchone()
    return (row[0], row[1]) if row else None


def members_of_staff(reading: Reading, staff_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """{staff: (corp, userid) under which they are there}; of several the first in a corp that is connected."""
    rows = reading.driver.execute(
        "SELECT DISTINCT ON (m.staff_id) m.staff_id, m.corp_id, m.told_userid FROM contacts.members m"
        " LEFT JOIN company.wecom_corps c USING (corp_id) WHERE m.staff_id = ANY(%s) AND m.is_active AND m.left_at IS NULL"
        " ORDER BY m.staff_id, c.is_enabled IS NOT TRUE, m.member_id",
        (list(staff_ids),),
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def customers_with(reading: Reading, staff_ids: Collection[int]) -> int:
    """How many customers any of the staff has as members, each counted once."""
    ((count,),) = reading.driver.execute(
        "SELECT count(DISTINCT p.customer_id) FROM contacts.relations r JOIN contacts.members m USING (member_id)"
        " JOIN customers.profiles p USING (profile_id) WHERE m.staff_id = ANY(%s) AND r.lost_at IS NULL",
        (list(staff_ids),),
    ).fetchall()
    return int(count)


def serving_members(reading: Reading, corp_id: str, staff_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """{staff: (userid, name)} of those who are there and may have customers; of several of a person the first."""
    rows = reading.driver.execute(
        "SELECT DISTINCT ON (staff_id) staff_id, told_userid, name FROM contacts.members"
        " WHERE corp_id = %s AND staff_id = ANY(%s) AND is_active AND left_at IS NULL ORDER BY staff_id, member_id",
        (corp_id, list(staff_ids)),
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def numbers_of_members(
    reading: Reading, members: Collection[tuple[str, str]], today: datetime, week: datetime
) -> dict[tuple[str, str], MemberNumbers]:
    """{(corp, userid in lower case): how many they added since `today` began and since `week`, and how many customers deleted them
    since then} of those who are known. Whom colleagues handed over they did not add."""
    rows = reading.driver.execute(
        "SELECT m.corp_id, m.userid, min(r.added_at),"
        " count(*) FILTER (WHERE r.added_at >= %(today)s AND r.add_way <> %(assigned)s),"
        " count(*) FILTER (WHERE r.added_at >= %(week)s AND r.add_way <> %(assigned)s),"
        " count(*) FILTER (WHERE r.lost_by = 'customer' AND r.lost_at >= %(week)s)"
        " FROM unnest(%(corps)s::text[], %(userids)s::text[]) AS w(corp_id, userid)"
        " JOIN contacts.members m USING (corp_id, userid) LEFT JOIN contacts.relations r USING (member_id) GROUP BY 1, 2",
        {
            "today": today,
            "week": week,
            "assigned": ASSIGNED,
            "corps": [corp_id for corp_id, _ in members],
            "userids": [userid for _, userid in members],
        },
    ).fetchall()
    return {(row[0], row[1]): MemberNumbers(*row[2:]) for row in rows}


def corps_with_contacts(reading: Reading) -> list[str]:
    """The corps that members are known of."""
    rows = reading.driver.execute("SELECT DISTINCT corp_id FROM contacts.members ORDER BY 1").fetchall()
    return [row[0] for row in rows]


_ADDRESSES = """
SELECT p.customer_id, m.corp_id, p.profile_id, array_agg(m.told_userid ORDER BY r.added_at, m.member_id)
FROM customers.profiles p JOIN contacts.relations r USING (profile_id) JOIN contacts.members m USING (member_id)
WHERE p.customer_id = ANY(%s::bigint[]) AND r.lost_at IS NULL AND m.left_at IS NULL
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def addresses_of(reading: Reading, customer_ids: Collection[int]) -> dict[int, list[tuple[str, int, Sequence[str]]]]:
    """{customer: (corp, profile there, members who have them) for each corp}; who is nobody's contact now is left out, and of
    several profiles of a customer in a corp the first counts."""
    found: dict[int, list[tuple[str, int, Sequence[str]]]] = {}
    for customer_id, corp_id, profile_id, userids in reading.driver.execute(
        _ADDRESSES, (packed_numbers(customer_ids),)
    ).fetchall():
        known = found.setdefault(customer_id, [])
        if not known or known[-1][0] != corp_id:
            known.append((corp_id, profile_id, userids))
    return found


def external_userids(reading: Reading, profile_ids: Collection[int]) -> dict[int, str]:
    """{profile: what its corp calls them}; who was erased is left out."""
    rows = reading.driver.execute(
        "SELECT profile_id, value FROM customers.profiles WHERE profile_id = ANY(%s) AND kind = 'external_userid'",
        (list(profile_ids),),
    ).fetchall()
    return dict(rows)


def writes_waiting(reading: Reading, corp_id: str) -> tuple[int, int]:
    """How many relations there is still something to write to, and to how many it was refused."""
    return tags_store.writes_waiting(reading.driver, corp_id)


def told_of(reading: Reading, profile_ids: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """Section → rows of all that this room knows of the profiles, for the person herself."""
    told = {}
    for section, (names, statement) in _TOLD.items():
        rows = reading.driver.execute(statement, (list(profile_ids),)).fetchall()
        told[section] = [dict(zip(names, row, strict=True)) for row in rows]
    return told
