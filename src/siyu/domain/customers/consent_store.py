"""Every statement on what customers allow. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.customers.contracts import Consent, ConsentState, ConsentWord

Driver = psycopg.Connection[Any]

_LATEST = """
    SELECT DISTINCT ON (profile_id, channel, purpose) profile_id, channel, purpose, state, told_at
    FROM :words ORDER BY profile_id, channel, purpose, told_at DESC, state DESC
"""
"""Of a profile's words on a channel and purpose the latest; "withdrawn" comes after "granted" in the alphabet."""

_FOLD = """
INSERT INTO customers.consents AS c (profile_id, channel, purpose, state, changed_at) :latest
ON CONFLICT (profile_id, channel, purpose) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at
WHERE (excluded.changed_at, excluded.state) > (c.changed_at, c.state)
RETURNING profile_id, channel, purpose, state, changed_at
""".replace(":latest", _LATEST)


def append_consents(
    driver: Driver, words: Sequence[ConsentWord], *, actor: str, recorded_at: datetime
) -> list[tuple[int, str, str, str, datetime]]:
    """Adds words to the ledger, one that stands in it already not again, and what follows from them to `customers.consents`;
    gives (profile_id, channel, purpose, state, changed_at) of those that changed something."""
    rows = [
        (
            each.profile_id,
            each.purpose,
            each.channel,
            each.state.value,
            each.told_at,
            each.evidence.source,
            each.evidence.notice,
            each.evidence.reference,
            each.evidence.policy_version,
        )
        for each in words
    ]
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    driver.execute(
        """
        INSERT INTO customers.consent_records
            (profile_id, purpose, channel, state, told_at, source, notice, reference, policy_version, actor, recorded_at)
        SELECT new.*, %s, %s FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
            %s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY
            AS new(profile_id, purpose, channel, state, told_at, source, notice, reference, policy_version, place)
        ON CONFLICT DO NOTHING
        """.replace("new.*", ", ".join(f"new.{name}" for name in _WORD_COLUMNS)),
        [actor, recorded_at, *columns],
    )
    told = (
        "unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])"
        " AS new(profile_id, purpose, channel, state, told_at)"
    )
    return driver.execute(_FOLD.replace(":words", told), columns[:5]).fetchall()


_WORD_COLUMNS = (
    "profile_id",
    "purpose",
    "channel",
    "state",
    "told_at",
    "source",
    "notice",
    "reference",
    "policy_version",
)


def consents_by_profile(driver: Driver, profile_ids: Sequence[int]) -> list[tuple[int, Consent]]:
    """(profile_id, its present word on a purpose in a channel)."""
    rows = driver.execute(
        "SELECT profile_id, channel, purpose, state, changed_at FROM customers.consents WHERE profile_id = ANY(%s)",
        (list(profile_ids),),
    ).fetchall()
    return [(row[0], Consent(row[1], row[2], ConsentState(row[3]), row[4])) for row in rows]


def rebuild_consents(driver: Driver) -> int:
    """Makes `customers.consents` anew from the ledger; gives the number of its rows."""
    driver.execute("LOCK TABLE customers.consents, customers.consent_records IN SHARE ROW EXCLUSIVE MODE")
    driver.execute("DELETE FROM customers.consents")
    return driver.execute(_FOLD.replace(":words", "customers.consent_records")).rowcount
