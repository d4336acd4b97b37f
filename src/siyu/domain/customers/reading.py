"""Reading customers: lists, one customer, what is projected of them, what they allow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from siyu.domain.customers import rules
from siyu.domain.customers.contracts import (
    Consent,
    ConsentState,
    Customer,
    CustomerSummary,
    CustomerTraits,
    Identity,
    ProfileIdentity,
    UnknownCustomerError,
    masked,
)
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading

CONTACT_KINDS = ("phone", "email", "external_userid", "member_id", "user_id", "openid", "unionid", "anonymous_id")
"""Which identity stands for a customer in a list, best first."""

IDENTIFYING_NAMES = {
    "phone": "phone",
    "phonenumber": "phone",
    "mobile": "phone",
    "手机": "phone",
    "手机号": "phone",
    "email": "email",
    "邮箱": "email",
    "openid": "openid",
    "unionid": "unionid",
    "memberid": "member_id",
    "externaluserid": "external_userid",
}
"""Names of attributes that hold an identity, in lower case and without underscores, and of which kind."""

SHOWN_LENGTH_MAX = 100
"""What people outside tell of themselves may be long; a line of a list shows this much of it."""

NAME_LENGTH_INDEXED = 64
"""As much of a name is in the index, and is looked for."""

FOUND_MAX = 5_000
"""A search that finds fewer profiles is answered from the indexes. For one that finds more, walking down from the newest
customer meets enough of them soon."""

_IN_SCOPE = """ -- of the profile called p
    ((%(unit_path)s::text IS NULL AND NOT %(own_only)s) OR EXISTS (
        SELECT 1 FROM customers.profiles sp JOIN customers.custody k ON k.profile_id = sp.profile_id
        JOIN company.units u ON u.unit_id = k.unit_id
        WHERE sp.customer_id = p.customer_id
          AND (%(unit_path)s::text IS NULL OR starts_with(u.path, %(unit_path)s))
          AND (NOT %(own_only)s OR k.staff_id = %(staff_id)s)
    ))
"""

_THOSE_IN_SCOPE = (
    "SELECT DISTINCT p.customer_id FROM customers.profiles p WHERE p.customer_id = ANY(%(ids)s) AND :scope"
).replace(":scope", _IN_SCOPE)
_COUNT_ALL = "SELECT count(*) FROM customers.profiles WHERE profile_id = customer_id"
_COUNT_SCOPE = """
SELECT count(DISTINCT p.customer_id) FROM customers.custody k
JOIN company.units u ON u.unit_id = k.unit_id JOIN customers.profiles p ON p.profile_id = k.profile_id
WHERE (%(unit_path)s::text IS NULL OR starts_with(u.path, %(unit_path)s))
  AND (NOT %(own_only)s OR k.staff_id = %(staff_id)s)
"""
_BY_NAME = f"(p.attributes ? 'name' AND left(p.attributes -> 'name' ->> 0, {NAME_LENGTH_INDEXED}) LIKE %(name_prefix)s)"
_FOUND = """
(SELECT p.customer_id FROM customers.profiles p WHERE p.value LIKE %(prefix)s LIMIT %(size)s)
UNION ALL
(SELECT p.customer_id FROM customers.profiles p WHERE :by_name LIMIT %(size)s)
""".replace(":by_name", _BY_NAME)
_LIST = """
SELECT DISTINCT p.customer_id FROM customers.profiles p
WHERE p.customer_id < %(before)s AND p.erased_at IS NULL
  AND (%(prefix)s::text IS NULL OR p.value LIKE %(prefix)s OR :by_name)
  AND (%(among)s::bigint[] IS NULL OR p.customer_id = ANY(%(among)s))
  AND :scope
ORDER BY p.customer_id DESC LIMIT %(size)s
""".replace(":scope", _IN_SCOPE).replace(":by_name", _BY_NAME)


def _scope_parameters(actor: Actor) -> dict[str, Any]:
    scope: Scope = actor.scope
    own = int(actor.actor_id) if scope.own_only and actor.kind is ActorKind.STAFF else None
    return {"unit_path": scope.unit_path, "own_only": scope.own_only, "staff_id": own}


def customer_in_scope(reading: Reading, actor: Actor, customer_id: int) -> bool:
    """Whether there is such a customer and the actor may see them."""
    return bool(customers_in_scope(reading, actor, [customer_id]))


def customers_in_scope(reading: Reading, actor: Actor, customer_ids: Collection[int]) -> set[int]:
    """Those of the customers that there are and that the actor may see; a customer sees only herself."""
    if actor.kind is ActorKind.CUSTOMER:
        customer_ids = [each for each in customer_ids if str(each) == actor.actor_id]
    rows = reading.driver.execute(_THOSE_IN_SCOPE, {"ids": list(customer_ids), **_scope_parameters(actor)}).fetchall()
    return {row[0] for row in rows}


def current_customer_ids(reading: Reading, profile_ids: Collection[int]) -> dict[int, int]:
    """{profile_id: customer_id as of now}; a customer's own id is the id of a profile of theirs, so ids of customers that were
    merged away lead to the customer they are now."""
    rows = reading.driver.execute(
        "SELECT profile_id, customer_id FROM customers.profiles WHERE profile_id = ANY(%s)", (list(profile_ids),)
    ).fetchall()
    return dict(rows)


def profiles_after(reading: Reading, profile_id: int, size: int) -> dict[int, int]:
    """The next profiles by id and the customer each belongs to, {profile_id: customer_id}; for walking through all of them."""
    rows = reading.driver.execute(
        "SELECT profile_id, customer_id FROM customers.profiles WHERE profile_id > %s ORDER BY profile_id LIMIT %s",
        (profile_id, size),
    ).fetchall()
    return dict(rows)


def get_customer(reading: Reading, actor: Actor, customer_id: int) -> Customer:
    """One customer, whole; the id of one who was merged away gives the one they are now. UnknownCustomerError otherwise."""
    actor.require("customers.read")
    now_id = current_customer_ids(reading, [customer_id]).get(customer_id)
    if now_id is None or not customer_in_scope(reading, actor, now_id):
        raise UnknownCustomerError
    rows = reading.driver.execute(
        "SELECT profile_id, kind, value, first_seen_at, last_seen_at, attributes, erased_at FROM customers.profiles"
        " WHERE customer_id = %s ORDER BY profile_id",
        (now_id,),
    ).fetchall()
    return Customer(
        customer_id=now_id,
        identities=[ProfileIdentity(row[0], Identity(row[1], row[2]), row[3]) for row in rows],
        attributes=rules.combined(row[5] for row in rows),
        consents=consents_of(reading, now_id),
        first_seen_at=min(row[3] for row in rows),
        last_seen_at=max(row[4] for row in rows),
        erased_at=rows[0][6],
    )


def erased_among(reading: Reading, customer_ids: Collection[int]) -> set[int]:
    """Those of the customers that were erased."""
    rows = reading.driver.execute(
        "SELECT profile_id FROM customers.profiles WHERE profile_id = ANY(%s) AND erased_at IS NOT NULL",
        (list(customer_ids),),
    ).fetchall()
    return {row[0] for row in rows}


def consents_of(reading: Reading, customer_id: int) -> list[Consent]:
    """The customer's present word for each channel and purpose they ever spoke of."""
    rows = reading.driver.execute(
        "SELECT c.channel, c.purpose, c.state, c.changed_at FROM customers.profiles p"
        " JOIN customers.consents c ON c.profile_id = p.profile_id WHERE p.customer_id = %s",
        (customer_id,),
    ).fetchall()
    return rules.current_consents(Consent(row[0], row[1], ConsentState(row[2]), row[3]) for row in rows)


def may_receive(reading: Reading, customer_ids: Collection[int], channel: str, purpose: str = "marketing") -> set[int]:
    """Those of the customers whose last word on the channel and purpose is yes. Who never spoke has not agreed."""
    rows = reading.driver.execute(
        """
        SELECT customer_id FROM (
            SELECT DISTINCT ON (p.customer_id) p.customer_id, c.state
            FROM customers.profiles p JOIN customers.consents c ON c.profile_id = p.profile_id
            WHERE p.customer_id = ANY(%s) AND p.erased_at IS NULL AND c.channel = %s AND c.purpose = %s
            ORDER BY p.customer_id, c.changed_at DESC, c.state DESC
        ) AS latest WHERE state = 'granted'
        """,
        (list(customer_ids), channel, purpose),
    ).fetchall()
    return {row[0] for row in rows}


def profiles_of(reading: Reading, customer_ids: Collection[int]) -> dict[int, list[int]]:
    """The profiles of each customer, {customer_id: [profile_id, …]}."""
    rows = reading.driver.execute(
        "SELECT customer_id, array_agg(profile_id ORDER BY profile_id) FROM customers.profiles"
        " WHERE customer_id = ANY(%s) GROUP BY customer_id",
        (list(customer_ids),),
    ).fetchall()
    return dict(rows)


def identities_of(reading: Reading, customer_ids: Collection[int]) -> dict[int, list[Identity]]:
    """All identities of each customer."""
    rows = reading.driver.execute(
        "SELECT customer_id, kind, value FROM customers.profiles WHERE customer_id = ANY(%s) ORDER BY profile_id",
        (list(customer_ids),),
    ).fetchall()
    found: dict[int, list[Identity]] = {}
    for customer_id, kind, value in rows:
        found.setdefault(customer_id, []).append(Identity(kind, value))
    return found


def attributes_of(reading: Reading, customer_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The combined attributes of each customer."""
    rows = reading.driver.execute(
        "SELECT customer_id, attributes FROM customers.profiles WHERE customer_id = ANY(%s)", (list(customer_ids),)
    ).fetchall()
    documents: dict[int, list[Any]] = {}
    for customer_id, document in rows:
        documents.setdefault(customer_id, []).append(document)
    return {customer_id: rules.combined(each) for customer_id, each in documents.items()}


def masked_attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes, or an event's properties, as a page may show them: what is an identity is masked like one."""
    return {name: _shown(name, value) for name, value in attributes.items()}


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return masked_attributes(value)
    if isinstance(value, list):
        return [_shown(name, each) for each in value]
    kind = IDENTIFYING_NAMES.get(name.lower().replace("_", ""))
    return masked(Identity(kind, str(value))) if kind and value else value


def traits(reading: Reading, profile_ids: Iterable[int]) -> list[CustomerTraits]:
    """What is projected of the customers that the profiles belong to, and of those they belonged to before a merge.

    `unit_path` is that of the unit which keeps the customer; empty where nobody does, which only an unlimited scope sees.
    """
    touched = list(set(profile_ids))
    rows = reading.driver.execute(
        """
        SELECT p.customer_id, p.attributes, p.first_seen_at, u.path, p.erased_at
        FROM customers.profiles p
        LEFT JOIN customers.custody k ON k.profile_id = p.profile_id
        LEFT JOIN company.units u ON u.unit_id = k.unit_id
        WHERE p.customer_id IN (SELECT customer_id FROM customers.profiles WHERE profile_id = ANY(%s))
        ORDER BY p.customer_id, p.profile_id
        """,
        (touched,),
    ).fetchall()
    members: dict[int, list[Any]] = {}
    for row in rows:
        members.setdefault(row[0], []).append(row)
    found = [
        CustomerTraits(
            customer_id=customer_id,
            attributes=rules.combined(row[1] for row in each),
            unit_path=next((row[3] for row in each if row[3] is not None), ""),
            first_seen_at=min(row[2] for row in each),
            is_merged=False,
            is_erased=all(row[4] is not None for row in each),
        )
        for customer_id, each in members.items()
    ]
    gone = [profile_id for profile_id in touched if profile_id not in members]
    return found + [CustomerTraits(profile_id, {}, "", None, is_merged=True) for profile_id in gone]


def page_key(page: PageRequest) -> int:
    """Below which id the page begins."""
    if page.after is None:
        return 2**62
    if not (page.after.isascii() and page.after.isdigit()) or len(page.after) > 18:
        raise InvalidError("This page key was not made by Siyu.")
    return int(page.after)


def list_customers(
    reading: Reading,
    actor: Actor,
    page: PageRequest,
    *,
    search: str | None = None,
    among: Sequence[int] | None = None,
) -> Page[CustomerSummary]:
    """Customers by id, newest first. `search` finds the beginning of an identity or a name; `among` limits to given ids."""
    actor.require("customers.read")
    patterns = _prefix_patterns(search)
    if patterns is not None and (found := _found(reading, patterns)) is not None:
        among, patterns = (sorted(found) if among is None else sorted(found.intersection(among))), None
    ids = reading.driver.execute(
        _LIST,
        {
            "before": page_key(page),
            **(patterns or _NOTHING_SOUGHT),
            "among": list(among) if among is not None else None,
            "size": page.size + 1,
            **_scope_parameters(actor),
        },
    ).fetchall()
    shown = [row[0] for row in ids[: page.size]]
    return Page(
        rows=summaries(reading, shown),
        next_after=str(shown[-1]) if len(ids) > page.size else None,
    )


_NOTHING_SOUGHT: Mapping[str, str | None] = {"prefix": None, "name_prefix": None}


def _found(reading: Reading, patterns: Mapping[str, str]) -> set[int] | None:
    """The customers that a search finds; None where there are too many to sort."""
    rows = reading.driver.execute(_FOUND, {**patterns, "size": FOUND_MAX + 1}).fetchall()
    return {row[0] for row in rows} if len(rows) <= FOUND_MAX else None


def _prefix_patterns(search: str | None) -> dict[str, str] | None:
    """What identities and names must be LIKE; None where nothing is looked for. No text that is stored holds a NUL."""
    text = (search or "").replace("\x00", "").strip()
    if not text:
        return None
    return {"prefix": _beginning(text), "name_prefix": _beginning(text[:NAME_LENGTH_INDEXED])}


def _beginning(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%"


def summaries(reading: Reading, customer_ids: Sequence[int]) -> list[CustomerSummary]:
    """A line for each of the customers, in the order given."""
    rows = reading.driver.execute(
        "SELECT customer_id, kind, value, first_seen_at, last_seen_at, attributes FROM customers.profiles"
        " WHERE customer_id = ANY(%s) ORDER BY profile_id",
        (list(customer_ids),),
    ).fetchall()
    members: dict[int, list[Any]] = {}
    for row in rows:
        members.setdefault(row[0], []).append(row)
    return [_summary(customer_id, members[customer_id]) for customer_id in customer_ids if customer_id in members]


def _summary(customer_id: int, rows: Sequence[Any]) -> CustomerSummary:
    attributes = rules.combined(row[5] for row in rows)
    contact = min((Identity(row[1], row[2]) for row in rows), key=lambda i: CONTACT_KINDS.index(i.kind))
    name, city = attributes.get("name"), attributes.get("city")
    return CustomerSummary(
        customer_id=customer_id,
        display_name=str(name)[:SHOWN_LENGTH_MAX] if name else f"#{customer_id}",
        contact_masked=masked(contact),
        city=str(city)[:SHOWN_LENGTH_MAX] if city else None,
        first_seen_at=min(row[3] for row in rows),
        last_seen_at=max(row[4] for row in rows),
    )


def count_customers(reading: Reading, actor: Actor) -> int:
    """How many customers the actor may see."""
    actor.require("customers.read")
    statement = _COUNT_ALL if actor.scope.is_everything else _COUNT_SCOPE
    row = reading.driver.execute(statement, _scope_parameters(actor)).fetchone()
    return int(row[0]) if row else 0
