"""What of customers stands in the columns. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from siyu.domain.customers import rules, sealing
from siyu.domain.customers.contracts import Consent, ConsentState, CustomerTraits
from siyu.platform.postgres.database import Reading


def traits(reading: Reading, profile_ids: Iterable[int]) -> list[CustomerTraits]:
    """What is projected of the customers that the profiles belong to, and of those they belonged to before a merge."""
    touched = list(set(profile_ids))
    rows = reading.driver.execute(
        """
        SELECT p.customer_id, p.profile_id, p.kind, p.attributes, p.first_seen_at, p.entry_channel, p.erased_at,
               u.path, k.staff_id
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
    consents = _consents(reading, members.keys())
    found = [
        _traits(reading, customer_id, each, consents.get(customer_id, ())) for customer_id, each in members.items()
    ]
    gone = [profile_id for profile_id in touched if profile_id not in members]
    return found + [CustomerTraits(profile_id, is_merged=True) for profile_id in gone]


def kept_below(reading: Reading, unit_ids: Collection[int]) -> list[int]:
    """The profiles in the custody of any of these units, or of one that is below it now; ascending."""
    rows = reading.driver.execute(
        """
        SELECT DISTINCT k.profile_id FROM company.units top
        JOIN company.units u ON starts_with(u.path, top.path)
        JOIN customers.custody k ON k.unit_id = u.unit_id
        WHERE top.unit_id = ANY(%s) ORDER BY 1
        """,
        (list(unit_ids),),
    ).fetchall()
    return [row[0] for row in rows]


def _traits(reading: Reading, customer_id: int, rows: Sequence[Any], consents: Iterable[Consent]) -> CustomerTraits:
    living = [row for row in rows if row[6] is None]
    if not living:
        return CustomerTraits(customer_id, is_erased=True)
    first = min(living, key=lambda row: (row[4], row[1]))
    return CustomerTraits(
        customer_id=customer_id,
        attributes=sealing.masked_document(reading.keys, rules.combined(row[3] for row in living)),
        unit_path=next((row[7] for row in living if row[7] is not None), ""),
        staff_ids=sorted({row[8] for row in living if row[8] is not None}),
        consents=rules.current_consents(consents),
        identity_kinds=sorted({row[2] for row in living}),
        entry_channel=first[5],
        first_seen_at=first[4],
    )


def _consents(reading: Reading, customer_ids: Collection[int]) -> dict[int, list[Consent]]:
    rows = reading.driver.execute(
        "SELECT p.customer_id, c.channel, c.purpose, c.state, c.changed_at FROM customers.profiles p"
        " JOIN customers.consents c ON c.profile_id = p.profile_id WHERE p.customer_id = ANY(%s)",
        (list(customer_ids),),
    ).fetchall()
    found: dict[int, list[Consent]] = {}
    for customer_id, channel, purpose, state, changed_at in rows:
        found.setdefault(customer_id, []).append(Consent(channel, purpose, ConsentState(state), changed_at))
    return found
