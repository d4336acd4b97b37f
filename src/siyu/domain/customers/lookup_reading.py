"""Who is known by which identity. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection

from siyu.domain.customers import sealing
from siyu.domain.customers.contracts import Identity
from siyu.platform.postgres.database import Reading

_KNOWN = """
SELECT p.kind, p.value, p.customer_id FROM unnest(%s::text[], %s::text[]) AS w(kind, value)
JOIN customers.profiles p ON p.kind = w.kind AND p.value = w.value WHERE p.erased_at IS NULL
"""


def customers_known_as(reading: Reading, identities: Collection[Identity]) -> dict[Identity, int]:
    """{identity: the customer it belongs to now}; whoever is not known is left out. Nobody is made."""
    forms = sealing.stored_forms(reading, identities)
    kinds, values = [form.kind for form in forms], [form.value for form in forms]
    rows = reading.driver.execute(_KNOWN, (kinds, values)).fetchall()
    return {forms[Identity(kind, value)]: customer_id for kind, value, customer_id in rows}


def customers_now(reading: Reading, customer_ids: Collection[int]) -> dict[int, int]:
    """{customer_id as somebody knew it: the customer they are now}; erased ones and numbers of nobody are left out."""
    rows = reading.driver.execute(
        "SELECT p.profile_id, p.customer_id FROM unnest(%s::bigint[]) AS w(profile_id)"
        " JOIN customers.profiles p USING (profile_id) WHERE p.erased_at IS NULL",
        (list(customer_ids),),
    ).fetchall()
    return dict(rows)
