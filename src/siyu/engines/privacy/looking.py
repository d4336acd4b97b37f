"""What is known of a customer, in numbers: what an erasure would take away, before anybody decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from siyu.domain.customers import reading as customers
from siyu.engines.privacy.parts import told_by_rooms
from siyu.kernel.actors import Actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Reading

KEPT: Final = frozenset({"orders", "merges", "separations"})
"""Sections whose rows stay, without anything personal, so that all sums stay."""


@dataclass(frozen=True, slots=True)
class Known:
    """How many rows of each section are known: those that would go, and those that would stay without a name."""

    customer_id: int
    profiles: int
    goes: Mapping[str, int]
    stays: Mapping[str, int]


def look_at(reading: Reading, columns: Columns, actor: Actor, customer_id: int) -> Known:
    """UnknownCustomerError where there is no such customer in the actor's scope."""
    actor.require_one_of("customers.erase", "customers.export")
    customer = customers.get_customer(reading, actor, customer_id)
    profile_ids = [each.profile_id for each in customer.identities]
    counts = {section: len(rows) for section, rows in told_by_rooms(reading, profile_ids).items()}
    ((events,),) = columns.query(
        "SELECT count() FROM events WHERE profile_id IN {profiles:Array(UInt64)}", {"profiles": profile_ids}
    )
    return Known(
        customer_id=customer.customer_id,
        profiles=len(profile_ids),
        goes={section: count for section, count in counts.items() if section not in KEPT},
        stays={**{section: count for section, count in counts.items() if section in KEPT}, "events": int(events)},
    )
