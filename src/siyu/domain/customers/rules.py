"""Decisions about customers; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from siyu.domain.customers.contracts import (
    Consent,
    ConsentState,
)

STORED_ATTRIBUTES_MAX = 1_000
"""Names a profile may have; a client that makes up new ones for ever must not make its row grow for ever."""

StoredAttributes = Mapping[str, Sequence[Any]]
"""name → [value, set_at as ISO 8601 text in UTC]; a value of None marks an attribute that was taken away."""


def merged_into(links: Iterable[Sequence[int]]) -> dict[int, int]:
    """For sets of customer ids that turned out to be the same: who is merged into whom, {loser: winner}.

    The winner of each component is its smallest id, whatever the order of the links.
    """
    parent: dict[int, int] = {}

    def root_of(member: int) -> int:
        root = member
        while parent.get(root, root) != root:
            root = parent[root]
        while parent.get(member, member) != root:
            parent[member], member = root, parent[member]
        return root

    for link in links:
        roots = {root_of(member) for member in link}
        winner = min(roots)
        for root in roots:
            parent[root] = winner
    return {member: root for member in parent if (root := root_of(member)) != member}


def told(stored: StoredAttributes, attributes: Mapping[str, Any], set_at: datetime) -> dict[str, Sequence[Any]]:
    """What is stored after attributes were told at `set_at`: each name keeps its latest value; of two values told at the same
    instant the one whose text sorts last, so that the order of telling does not matter. A profile that has
    STORED_ATTRIBUTES_MAX names already gets no more."""
    stamp = set_at.isoformat(timespec="microseconds")
    after = dict(stored)
    for name, value in attributes.items():
        if name not in after and len(after) >= STORED_ATTRIBUTES_MAX:
            continue
        after[name] = _later(after.get(name), [value, stamp])
    return after


def combined(documents: Iterable[StoredAttributes]) -> dict[str, Any]:
    """One customer's attributes from those of all their profiles; the latest telling of each name wins."""
    latest: dict[str, Sequence[Any]] = {}
    for document in documents:
        for name, told_value in document.items():
            latest[name] = _later(latest.get(name), told_value)
    return {name: told_value[0] for name, told_value in sorted(latest.items()) if told_value[0] is not None}


def _later(one: Sequence[Any] | None, other: Sequence[Any]) -> Sequence[Any]:
    if one is None:
        return other
    return max(one, other, key=lambda told_value: (told_value[1], repr(told_value[0])))


def current_consents(consents: Iterable[Consent]) -> list[Consent]:
    """For each channel and purpose the latest word; of two at the same instant the withdrawal."""
    latest: dict[tuple[str, str], Consent] = {}
    for consent in consents:
        key = (consent.channel, consent.purpose)
        known = latest.get(key)
        if known is None or _consent_order(consent) > _consent_order(known):
            latest[key] = consent
    return [latest[key] for key in sorted(latest)]


def _consent_order(consent: Consent) -> tuple[datetime, bool]:
    return (consent.changed_at, consent.state is ConsentState.WITHDRAWN)
