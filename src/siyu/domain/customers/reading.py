"""Reading customers: lists, one customer, what is projected of them, what they allow."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siyu.domain.customers import rules, sealing
from siyu.domain.customers.consent_reading import (
    allowances_of,
    consents_of,
    list_consent_records,
    may_receive,
)
from siyu.domain.customers.contracts import (
    SEALED_KINDS,
    Customer,
    CustomerSummary,
    Identity,
    ProfileIdentity,
    UnknownCustomerError,
    identifying_kind,
    masked,
)
from siyu.domain.customers.dates_reading import dated
from siyu.domain.customers.erasure_reading import (
    FIRST_PLACE,
    KnownProfile,
    erased_among,
    erased_since,
    known_profiles,
    silent_anonymous,
    still_silent,
    told_of,
)
from siyu.domain.customers.lookup_reading import customers_known_as, customers_now
from siyu.domain.customers.merge_reading import history_of, list_suspicions, parted_since
from siyu.domain.customers.order_reading import all_ids, by_last_seen, kept_among
from siyu.domain.customers.reach_reading import keepers_of, time_zones_of
from siyu.domain.customers.scope_reading import (
    IN_SCOPE,
    THOSE_IN_SCOPE,
    count_among,
    current_customer_ids,
    customer_in_scope,
    customers_in_scope,
    ids_in_scope,
    living_customers,
    page_key,
    scope_parameters,
    visible_among,
)
from siyu.domain.customers.trait_reading import kept_below, traits
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading
from siyu.platform.postgres.packing import packed_numbers

__all__ = [
    "FIRST_PLACE",
    "IN_SCOPE",
    "THOSE_IN_SCOPE",
    "KnownProfile",
    "all_ids",
    "allowances_of",
    "by_last_seen",
    "consents_of",
    "count_among",
    "current_customer_ids",
    "customer_in_scope",
    "customers_in_scope",
    "customers_known_as",
    "customers_now",
    "dated",
    "erased_among",
    "erased_since",
    "history_of",
    "ids_in_scope",
    "keepers_of",
    "kept_among",
    "kept_below",
    "known_profiles",
    "list_consent_records",
    "list_suspicions",
    "living_customers",
    "may_receive",
    "page_key",
    "parted_since",
    "scope_parameters",
    "silent_anonymous",
    "still_silent",
    "time_zones_of",
    "told_of",
    "traits",
    "visible_among",
]
"""What of this door is written in files beside it."""

CONTACT_KINDS = ("phone", "email", "external_userid", "member_id", "user_id", "openid", "unionid", "anonymous_id")
"""Which identity stands for a customer in a list, best first."""

SHOWN_LENGTH_MAX = 100
"""What people outside tell of themselves may be long; a line of a list shows this much of it."""

NAME_LENGTH_INDEXED = 64
"""As much of a name is in the index, and is looked for."""

FOUND_MAX = 5_000
"""A search that finds fewer profiles is answered from the indexes. For one that finds more, walking down from the newest
customer meets enough of them soon."""

_COUNT_ALL = "SELECT count(*) FROM customers.profiles WHERE profile_id = customer_id"
_COUNT_SCOPE = """
SELECT count(DISTINCT p.customer_id) FROM customers.custody k
JOIN company.units u ON u.unit_id = k.unit_id JOIN customers.profiles p ON p.profile_id = k.profile_id
WHERE (%(unit_path)s::text IS NULL OR starts_with(u.path, %(unit_path)s))
  AND (NOT %(own_only)s OR k.staff_id = %(staff_id)s)
"""
_BY_NAME = f"(p.attributes ? 'name' AND left(p.attributes -> 'name' ->> 0, {NAME_LENGTH_INDEXED}) LIKE %(name_prefix)s)"
_FOUND = """
(SELECT p.customer_id FROM customers.profiles p WHERE p.sealed IS NULL AND p.value LIKE %(prefix)s LIMIT %(size)s)
UNION ALL
(SELECT p.customer_id FROM customers.profiles p WHERE p.kind = ANY(%(sealed_kinds)s) AND p.value = ANY(%(tokens)s))
UNION ALL
(SELECT p.customer_id FROM customers.profiles p WHERE :by_name LIMIT %(size)s)
""".replace(":by_name", _BY_NAME)
_LIST = """
SELECT DISTINCT p.customer_id FROM customers.profiles p
WHERE p.customer_id < %(before)s AND p.erased_at IS NULL
  AND (%(prefix)s::text IS NULL OR (p.sealed IS NULL AND p.value LIKE %(prefix)s) OR :by_name
       OR (p.sealed IS NOT NULL AND p.value = ANY(%(tokens)s)))
  AND (%(among)s::bigint[] IS NULL OR p.customer_id = ANY(%(among)s))
  AND :scope
ORDER BY p.customer_id DESC LIMIT %(size)s
""".replace(":scope", IN_SCOPE).replace(":by_name", _BY_NAME)


def profiles_after(reading: Reading, profile_id: int, size: int) -> dict[int, int]:
    """The next profiles by id and the customer each belongs to, {profile_id: customer_id}; for walking through all of them."""
    rows = reading.driver.execute(
        "SELECT profile_id, customer_id FROM customers.profiles WHERE profile_id > %s ORDER BY profile_id LIMIT %s",
        (profile_id, size),
    ).fetchall()
    return dict(rows)


def newest_profile_id(reading: Reading) -> int:
    """The highest profile id that was given so far; 0 where there is none."""
    row = reading.driver.execute("SELECT max(profile_id) FROM customers.profiles").fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def get_customer(reading: Reading, actor: Actor, customer_id: int) -> Customer:
    """One customer, whole; the id of one who was merged away gives the one they are now. UnknownCustomerError otherwise."""
    actor.require("customers.read")
    now_id = current_customer_ids(reading, [customer_id]).get(customer_id)
    if now_id is None or not customer_in_scope(reading, actor, now_id):
        raise UnknownCustomerError
    rows = reading.driver.execute(
        "SELECT profile_id, kind, value, first_seen_at, last_seen_at, attributes, erased_at, sealed FROM customers.profiles"
        " WHERE customer_id = %s ORDER BY profile_id",
        (now_id,),
    ).fetchall()
    return Customer(
        customer_id=now_id,
        identities=[
            ProfileIdentity(row[0], sealing.opened_identity(reading.keys, row[1], row[2], row[7]), row[3])
            for row in rows
        ],
        attributes=sealing.opened_document(reading.keys, rules.combined(row[5] for row in rows)),
        consents=consents_of(reading, now_id),
        first_seen_at=min(row[3] for row in rows),
        last_seen_at=max(row[4] for row in rows),
        erased_at=rows[0][6],
    )


def profiles_of(reading: Reading, customer_ids: Collection[int]) -> dict[int, list[int]]:
    """The profiles of each customer, {customer_id: [profile_id, …]}."""
    rows = reading.driver.execute(
        "SELECT customer_id, array_agg(profile_id ORDER BY profile_id) FROM customers.profiles"
        " WHERE customer_id = ANY(%s) GROUP BY customer_id",
        (list(customer_ids),),
    ).fetchall()
    return dict(rows)


def identities_of(
    reading: Reading, customer_ids: Collection[int], kinds: Collection[str] | None = None
) -> dict[int, list[Identity]]:
    """All identities of each customer, or those of some kinds: what nobody asks for need not be opened."""
    rows = reading.driver.execute(
        "SELECT customer_id, kind, value, sealed FROM customers.profiles"
        " WHERE customer_id = ANY(%(ids)s::bigint[])"
        " AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s)) ORDER BY profile_id",
        {"ids": packed_numbers(customer_ids), "kinds": sorted(kinds) if kinds is not None else None},
    ).fetchall()
    found: dict[int, list[Identity]] = {}
    for customer_id, kind, value, sealed in rows:
        found.setdefault(customer_id, []).append(sealing.opened_identity(reading.keys, kind, value, sealed))
    return found


def attributes_of(reading: Reading, customer_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The combined attributes of each customer."""
    rows = reading.driver.execute(
        "SELECT customer_id, attributes FROM customers.profiles WHERE customer_id = ANY(%s::bigint[])",
        (packed_numbers(customer_ids),),
    ).fetchall()
    documents: dict[int, list[Any]] = {}
    for customer_id, document in rows:
        documents.setdefault(customer_id, []).append(document)
    return {
        customer_id: sealing.opened_document(reading.keys, rules.combined(each))
        for customer_id, each in documents.items()
    }


def masked_attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes, or an event's properties, as a page may show them: what is an identity is masked like one."""
    return {name: _shown(name, value) for name, value in attributes.items()}


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return masked_attributes(value)
    if isinstance(value, list):
        return [_shown(name, each) for each in value]
    kind = identifying_kind(name)
    return masked(Identity(kind, str(value))) if kind and value else value


def profiles_by_key(reading: Reading) -> dict[int, int]:
    """How many profiles have something sealed under each key."""
    rows = reading.driver.execute(
        "SELECT sealed_under, count(*) FROM customers.profiles WHERE sealed_under IS NOT NULL GROUP BY 1"
    ).fetchall()
    return dict(rows)


def masked_properties(reading: Reading, properties_json: str) -> str:
    """An event's properties, as JSON text, with all that is sealed in them masked."""
    return sealing.masked_json(reading.keys, properties_json)


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
    patterns = _sought(reading, search)
    if patterns is not None and (found := _found(reading, patterns)) is not None:
        among, patterns = (sorted(found) if among is None else sorted(found.intersection(among))), None
    ids = reading.driver.execute(
        _LIST,
        {
            "before": page_key(page),
            **(patterns or _NOTHING_SOUGHT),
            "among": list(among) if among is not None else None,
            "size": page.size + 1,
            **scope_parameters(actor),
        },
    ).fetchall()
    shown = [row[0] for row in ids[: page.size]]
    return Page(
        rows=summaries(reading, shown),
        next_after=str(shown[-1]) if len(ids) > page.size else None,
    )


def ids_found(reading: Reading, search: str, size: int | None = FOUND_MAX) -> NDArray[np.uint64] | None:
    """The customers that a search finds, ascending; None where they are of more than `size` profiles."""
    patterns = _sought(reading, search)
    found = _found(reading, patterns, size) if patterns is not None else None
    return None if found is None else np.asarray(sorted(found), np.uint64)


_NOTHING_SOUGHT: Mapping[str, Any] = {"prefix": None, "name_prefix": None, "tokens": []}


def _found(reading: Reading, patterns: Mapping[str, Any], size: int | None = FOUND_MAX) -> set[int] | None:
    """The customers that a search finds; None where there are too many to sort."""
    limit = None if size is None else size + 1
    rows = reading.driver.execute(_FOUND, {**patterns, "sealed_kinds": list(SEALED_KINDS), "size": limit}).fetchall()
    return {row[0] for row in rows} if size is None or len(rows) <= size else None


def _sought(reading: Reading, search: str | None) -> dict[str, Any] | None:
    """What identities and names must be LIKE, and the tokens of the text where it is a phone or an e-mail; None where nothing
    is looked for. No text that is stored holds a NUL."""
    text = (search or "").replace("\x00", "").strip()
    if not text:
        return None
    return {
        "prefix": _beginning(text),
        "name_prefix": _beginning(text[:NAME_LENGTH_INDEXED]),
        "tokens": sealing.tokens_of(reading, text),
    }


def _beginning(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%"


def summaries(reading: Reading, customer_ids: Sequence[int]) -> list[CustomerSummary]:
    """A line for each of the customers, in the order given."""
    rows = reading.driver.execute(
        "SELECT customer_id, kind, value, first_seen_at, last_seen_at, attributes, sealed FROM customers.profiles"
        " WHERE customer_id = ANY(%s) ORDER BY profile_id",
        (list(customer_ids),),
    ).fetchall()
    members: dict[int, list[Any]] = {}
    for row in rows:
        members.setdefault(row[0], []).append(row)
    return [
        _summary(reading, customer_id, members[customer_id]) for customer_id in customer_ids if customer_id in members
    ]


def _summary(reading: Reading, customer_id: int, rows: Sequence[Any]) -> CustomerSummary:
    attributes = rules.combined(row[5] for row in rows)
    best = min(rows, key=lambda row: CONTACT_KINDS.index(row[1]))
    contact = sealing.opened_identity(reading.keys, best[1], best[2], best[6])
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
    row = reading.driver.execute(statement, scope_parameters(actor)).fetchone()
    return int(row[0]) if row else 0
