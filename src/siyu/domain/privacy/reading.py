"""What others read of privacy, on their own account: no actor, no rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from siyu.domain.customers.contracts import Identity
from siyu.domain.privacy import rules, store
from siyu.domain.privacy.contracts import RetentionClass
from siyu.platform.postgres.database import Reading


def suppressed_among(reading: Reading, identities: Collection[Identity]) -> set[Identity]:
    """Those of the identities that were erased and that an import must not bring back."""
    identity_of = {
        token: identity for identity in identities for token in rules.suppression_tokens(reading.keys, identity)
    }
    return (
        {identity_of[token] for token in store.select_suppressed(reading.driver, identity_of)} if identity_of else set()
    )


def place_of(reading: Reading, name: str) -> int:
    """How far the work of this name has come; 0 at its beginning."""
    return store.find_place(reading.driver, name)


def retention_classes() -> tuple[RetentionClass, ...]:
    """All classes of data that are removed by age."""
    return rules.CLASSES


def check_retention(days: Mapping[str, int]) -> None:
    """BadRetentionError names what of these rules cannot be."""
    rules.checked_days(days)
