"""What customers allow, and the proof of it. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from siyu.domain.customers import rules
from siyu.domain.customers.contracts import (
    ALL_CHANNELS,
    MARKETING,
    PURPOSES,
    Allowance,
    Consent,
    ConsentRecord,
    ConsentState,
    Evidence,
    UnknownCustomerError,
)
from siyu.domain.customers.scope_reading import current_customer_ids, customer_in_scope, page_key
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading
from siyu.platform.postgres.packing import packed_numbers


def consents_of(reading: Reading, customer_id: int) -> list[Consent]:
    """The customer's present word for each channel and purpose they ever spoke of."""
    rows = reading.driver.execute(
        "SELECT c.channel, c.purpose, c.state, c.changed_at FROM customers.profiles p"
        " JOIN customers.consents c ON c.profile_id = p.profile_id WHERE p.customer_id = %s",
        (customer_id,),
    ).fetchall()
    return rules.current_consents(Consent(row[0], row[1], ConsentState(row[2]), row[3]) for row in rows)


def allowances_of(reading: Reading, customer_id: int, channels: Collection[str] = ()) -> list[Allowance]:
    """Every purpose, and whether the customer allows it: as a whole, in these channels and in those they spoke of."""
    return rules.allowances(consents_of(reading, customer_id), channels)


def may_receive(reading: Reading, customer_ids: Collection[int], channel: str, purpose: str = MARKETING) -> set[int]:
    """Those of the customers who allow the purpose in the channel (ALL_CHANNELS for a purpose that is not by channel): their
    last word on it is yes, or for a purpose that needs no consent is not no; and they have not said no to all channels.
    The one place that the gate asks; `rules.allowances` says the same of one customer."""
    asks = PURPOSES[purpose].needs_consent
    rows = reading.driver.execute(
        """
        SELECT customer_id FROM (
            SELECT DISTINCT ON (p.customer_id, c.channel) p.customer_id, c.channel, c.state
            FROM customers.profiles p LEFT JOIN customers.consents c
              ON c.profile_id = p.profile_id AND c.purpose = %(purpose)s AND c.channel IN (%(channel)s, %(all)s)
            WHERE p.customer_id = ANY(%(ids)s::bigint[]) AND p.erased_at IS NULL
            ORDER BY p.customer_id, c.channel, c.changed_at DESC, c.state DESC
        ) AS latest GROUP BY customer_id
        HAVING coalesce(bool_and(state = 'granted'), true)
           AND (NOT %(asks)s OR coalesce(bool_or(channel = %(channel)s), false))
        """,
        {
            "purpose": purpose,
            "channel": channel,
            "all": ALL_CHANNELS,
            "ids": packed_numbers(customer_ids),
            "asks": asks,
        },
    ).fetchall()
    return {row[0] for row in rows}


_RECORDS = """
SELECT r.record_id, r.purpose, r.channel, r.state, r.told_at, r.recorded_at, r.actor, s.name,
       r.source, r.notice, r.reference, r.policy_version
FROM customers.profiles p JOIN customers.consent_records r ON r.profile_id = p.profile_id
LEFT JOIN company.staff s ON r.actor = 'staff:' || s.staff_id
WHERE p.customer_id = %(customer_id)s AND r.record_id < %(before)s
  AND (%(purpose)s::text IS NULL OR r.purpose = %(purpose)s)
  AND (%(channel)s::text IS NULL OR r.channel = %(channel)s)
ORDER BY r.record_id DESC LIMIT %(size)s
"""


def list_consent_records(
    reading: Reading,
    actor: Actor,
    customer_id: int,
    page: PageRequest,
    *,
    purpose: str | None = None,
    channel: str | None = None,
) -> Page[ConsentRecord]:
    """Every word of a customer as the ledger keeps it, with its proof; what was written down last comes first."""
    actor.require("customers.read")
    now_id = current_customer_ids(reading, [customer_id]).get(customer_id)
    if now_id is None or not customer_in_scope(reading, actor, now_id):
        raise UnknownCustomerError
    rows = reading.driver.execute(
        _RECORDS,
        {
            "customer_id": now_id,
            "before": page_key(page),
            "purpose": purpose,
            "channel": channel,
            "size": page.size + 1,
        },
    ).fetchall()
    shown = rows[: page.size]
    return Page(
        rows=[_record(row) for row in shown],
        next_after=str(shown[-1][0]) if len(rows) > page.size else None,
    )


def _record(row: Any) -> ConsentRecord:
    kind, _, actor_id = row[6].partition(":")
    return ConsentRecord(
        record_id=row[0],
        purpose=row[1],
        channel=row[2],
        state=ConsentState(row[3]),
        told_at=row[4],
        recorded_at=row[5],
        actor_kind=kind,
        actor_id=actor_id,
        actor_name=row[7],
        evidence=Evidence(*row[8:12]),
    )
