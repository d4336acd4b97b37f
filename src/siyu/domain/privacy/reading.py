"""What others read of privacy, on their own account: no actor, no rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from siyu.domain.customers.contracts import Identity
from siyu.domain.privacy import rules, store
from siyu.domain.privacy.contracts import RetentionClass
from siyu.platform.postgres.database import Reading


def suppressed_among(reading: Reading, identities: Collection[Identity]) -> set[Identity]:
    """Those of the identities that were erased and that an import must not bring back."""
    identity_of = {
        token: identity for identity in identities for token in store.suppression_tokens(reading.keys, identity)
    }
    return (
        {identity_of[token] for token in store.select_suppressed(reading.driver, identity_of)} if identity_of else set()
    )


def has_suppressed(reading: Reading) -> bool:
    """Whether anybody was erased whom nothing may bring back: where nobody was, no hash need be made."""
    return reading.driver.execute("SELECT 1 FROM privacy.suppressed LIMIT 1").fetchone() is not None


def place_of(reading: Reading, name: str) -> int:
    """How far the work of this name has come; 0 at its beginning."""
    return store.find_place(reading.driver, name)


def retention_classes() -> tuple[RetentionClass, ...]:
    """All classes of data that are removed by age."""
    return rules.CLASSES


def check_retention(days: Mapping[str, int]) -> None:
    """BadRetentionError names what of these rules cannot be."""
    rules.checked_days(days)


def requests_by_key(reading: Reading) -> dict[int, int]:
    """How many requests keep something sealed under each key."""
    rows = reading.driver.execute(
        "SELECT substring(sealed_values FOR 2), count(*) FROM privacy.requests WHERE sealed_values IS NOT NULL GROUP BY 1"
    ).fetchall()
    return {int.from_bytes(number): count for number, count in rows}


def suppressed_before(reading: Reading, at: datetime) -> int:
    """How many erased identities are recognised by a hash that was made before an instant; no key can make it anew."""
    row = reading.driver.execute("SELECT count(*) FROM privacy.suppressed WHERE suppressed_at < %s", (at,)).fetchone()
    return int(row[0]) if row else 0
