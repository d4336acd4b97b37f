"""How a customer came to be one, and who may be several. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from siyu.domain.customers import rules
from siyu.domain.customers.contracts import MergeCause, MergeRecord, Suspicion, UnknownCustomerError
from siyu.domain.customers.scope_reading import (
    IN_SCOPE,
    current_customer_ids,
    customer_in_scope,
    page_key,
    scope_parameters,
)
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading

HISTORY_MAX = 200
"""Merges and splits shown of one customer; whoever has more is no person."""

_HISTORY = """
SELECT m.merge_id, m.is_split, m.winner_id, m.loser_id, m.profile_ids, m.linked_ids, m.cause, m.actor, s.name, m.reason,
       m.merged_at
FROM customers.merges m LEFT JOIN company.staff s ON m.actor = 'staff:' || s.staff_id
WHERE m.winner_id = ANY(%(ids)s) OR m.loser_id = ANY(%(ids)s) ORDER BY m.merge_id DESC LIMIT %(size)s
"""
_SUSPICIONS = """
SELECT f.customer_id, jsonb_object_agg(f.kind, f.accounts) FROM (
    SELECT customer_id, kind, count(*) AS accounts FROM customers.profiles
    WHERE kind IN ('user_id', 'member_id', 'unionid', 'phone', 'email') AND customer_id < %(before)s
    GROUP BY customer_id, kind HAVING count(*) > CASE kind :limits END
) AS f JOIN customers.profiles p ON p.profile_id = f.customer_id
WHERE p.erased_at IS NULL AND :scope
GROUP BY f.customer_id ORDER BY f.customer_id DESC LIMIT %(size)s
""".replace(":scope", IN_SCOPE).replace(
    ":limits", " ".join(f"WHEN '{kind}' THEN {limit}" for kind, limit in rules.SUSPICIOUS_OVER.items())
)


def history_of(reading: Reading, actor: Actor, customer_id: int) -> list[MergeRecord]:
    """The merges and splits that a customer, or whoever they were, took part in; the latest first."""
    actor.require("customers.read")
    now_id = current_customer_ids(reading, [customer_id]).get(customer_id)
    if now_id is None or not customer_in_scope(reading, actor, now_id):
        raise UnknownCustomerError
    rows = reading.driver.execute(
        "SELECT profile_id FROM customers.profiles WHERE customer_id = %s", (now_id,)
    ).fetchall()
    mine = {row[0] for row in rows}
    found = reading.driver.execute(_HISTORY, {"ids": list(mine), "size": HISTORY_MAX}).fetchall()
    records = []
    for merge_id, is_split, winner, loser, profile_ids, linked, cause, by, name, reason, at in found:
        kind, _, actor_id = by.partition(":")
        still_here = mine.intersection(profile_ids)
        records.append(
            MergeRecord(
                merge_id=merge_id,
                is_split=is_split,
                winner_id=winner,
                loser_id=loser,
                profile_ids=profile_ids,
                linked=linked,
                cause=MergeCause(cause),
                actor_kind=kind,
                actor_id=actor_id,
                actor_name=name,
                reason=reason,
                at=at,
                can_undo=not is_split and bool(still_here) and still_here != mine,
            )
        )
    return records


def parted_since(reading: Reading, customer_ids: Collection[int], since: datetime) -> set[int]:
    """The customers, as of now, who were taken out of these since an instant."""
    rows = reading.driver.execute(
        "SELECT DISTINCT p.customer_id FROM customers.merges m JOIN customers.profiles p ON p.profile_id = m.loser_id"
        " WHERE m.winner_id = ANY(%s) AND m.is_split AND m.merged_at >= %s AND p.erased_at IS NULL",
        (list(customer_ids), since),
    ).fetchall()
    return {row[0] for row in rows}


def list_suspicions(reading: Reading, actor: Actor, page: PageRequest) -> Page[Suspicion]:
    """Customers with more accounts than one person has, newest first: to be looked at, and parted where they are several."""
    actor.require("customers.read")
    rows = reading.driver.execute(
        _SUSPICIONS, {"before": page_key(page), "size": page.size + 1, **scope_parameters(actor)}
    ).fetchall()
    shown = rows[: page.size]
    return Page(
        rows=[Suspicion(customer_id, counts) for customer_id, counts in shown],
        next_after=str(shown[-1][0]) if len(rows) > page.size else None,
    )
