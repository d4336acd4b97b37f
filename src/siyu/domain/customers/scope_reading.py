"""Which customers an actor may see, and where a page of them begins. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import PageRequest
from siyu.platform.numbers import distinct
from siyu.platform.postgres.database import Reading
from siyu.platform.postgres.packing import packed_numbers

IN_SCOPE = """ -- of the profile called p
    ((%(unit_path)s::text IS NULL AND NOT %(own_only)s) OR EXISTS (
        SELECT 1 FROM customers.profiles sp JOIN customers.custody k ON k.profile_id = sp.profile_id
        JOIN company.units u ON u.unit_id = k.unit_id
        WHERE sp.customer_id = p.customer_id
          AND (%(unit_path)s::text IS NULL OR starts_with(u.path, %(unit_path)s))
          AND (NOT %(own_only)s OR k.staff_id = %(staff_id)s)
    ))
"""

_AMONG_IN_SCOPE = (
    "SELECT DISTINCT p.customer_id FROM customers.profiles p WHERE p.customer_id = ANY(%(ids)s) AND :scope"
).replace(":scope", IN_SCOPE)

THOSE_IN_SCOPE = """ -- the customers of who does not see all of them
SELECT p.customer_id FROM customers.custody k
JOIN company.units u ON u.unit_id = k.unit_id JOIN customers.profiles p ON p.profile_id = k.profile_id
WHERE (%(unit_path)s::text IS NULL OR starts_with(u.path, %(unit_path)s))
  AND (NOT %(own_only)s OR k.staff_id = %(staff_id)s)
"""
_LIVING = """
SELECT DISTINCT p.customer_id FROM unnest(%s::bigint[]) AS w(profile_id)
JOIN customers.profiles p USING (profile_id) WHERE p.erased_at IS NULL
"""
IDS_AT_ONCE = 50_000


def scope_parameters(actor: Actor) -> dict[str, Any]:
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
    rows = reading.driver.execute(_AMONG_IN_SCOPE, {"ids": list(customer_ids), **scope_parameters(actor)}).fetchall()
    return {row[0] for row in rows}


def ids_in_scope(reading: Reading, actor: Actor) -> NDArray[np.uint64] | None:
    """The ids of all customers that the actor may see, ascending; None where that is everybody."""
    if actor.kind is ActorKind.CUSTOMER:
        return np.fromiter(customers_in_scope(reading, actor, [int(actor.actor_id)]), np.uint64)
    if actor.scope.is_everything:
        return None
    rows = reading.driver.execute(THOSE_IN_SCOPE, scope_parameters(actor)).fetchall()
    return distinct(np.fromiter((row[0] for row in rows), np.uint64, len(rows)))


def living_customers(reading: Reading, actor: Actor, profile_ids: Sequence[int]) -> NDArray[np.uint64]:
    """The customers that profiles, or customers merged away meanwhile, belong to now; without those who were erased or whom the
    actor may not see. Ascending."""
    found: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    for start in range(0, len(profile_ids), IDS_AT_ONCE):
        rows = reading.driver.execute(_LIVING, (list(profile_ids[start : start + IDS_AT_ONCE]),)).fetchall()
        found.append(np.fromiter((row[0] for row in rows), np.uint64, len(rows)))
    return visible_among(reading, actor, distinct(np.concatenate(found)))


def visible_among(reading: Reading, actor: Actor, customer_ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Those of the customers (ascending, without repetition) whom the actor may see."""
    visible = ids_in_scope(reading, actor)
    return customer_ids if visible is None else np.intersect1d(customer_ids, visible, assume_unique=True)


def count_among(visible: NDArray[np.uint64] | None, customer_ids: NDArray[np.uint64]) -> int:
    """How many of the customers (ascending, without repetition) are among those visible, as `ids_in_scope` tells them."""
    if visible is None:
        return len(customer_ids)
    return len(np.intersect1d(customer_ids, visible, assume_unique=True))


def current_customer_ids(reading: Reading, profile_ids: Collection[int]) -> dict[int, int]:
    """{profile_id: customer_id as of now}; a customer's own id is the id of a profile of theirs, so ids of customers that were
    merged away lead to the customer they are now."""
    rows = reading.driver.execute(
        "SELECT profile_id, customer_id FROM customers.profiles WHERE profile_id = ANY(%s::bigint[])",
        (packed_numbers(profile_ids),),
    ).fetchall()
    return dict(rows)


def page_key(page: PageRequest) -> int:
    """Below which id the page begins."""
    if page.after is None:
        return 2**62
    if not (page.after.isascii() and page.after.isdigit()) or len(page.after) > 18:
        raise InvalidError("This page key was not made by Siyu.")
    return int(page.after)
