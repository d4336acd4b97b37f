"""Decisions about customers; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from siyu.domain.customers.contracts import (
    ALL_CHANNELS,
    EVIDENCE_LENGTH_MAX,
    PURPOSES,
    SOURCE_LENGTH_MAX,
    Allowance,
    BadConsentError,
    BadReasonError,
    Consent,
    ConsentState,
    ConsentWord,
    Identity,
    MergeCause,
    Purpose,
    is_channel,
)

STORED_ATTRIBUTES_MAX = 1_000
"""Names a profile may have; a client that makes up new ones for ever must not make its row grow for ever."""

REASON_LENGTH_MAX = 200
_PERSONAL = re.compile(r"@|\d{7}")

SUSPICIOUS_OVER = {"user_id": 2, "member_id": 2, "unionid": 1, "phone": 3, "email": 3}
"""Of how many accounts of a kind one person rarely has more."""

StoredAttributes = Mapping[str, Sequence[Any]]
"""name → [value, set_at as ISO 8601 text in UTC]; a value of None marks an attribute that was taken away."""


class Pair(NamedTuple):
    """Two profiles that somebody said, or something showed, to be one person's."""

    one: int
    other: int
    cause: MergeCause = MergeCause.LINK


class Join(NamedTuple):
    """What became of a customer who was merged: into whom, and by which pair."""

    winner_id: int
    pair: Pair


class FirstTold(NamedTuple):
    """When somebody was first told of, and by which channel."""

    at: datetime
    channel: str = ""


def persons(groups: Iterable[Sequence[Identity]], strange: AbstractSet[Identity]) -> list[list[Identity]]:
    """Those of the identities that nobody knows yet, by whose they are: who stand in one group are one person's. The order is
    that of `strange`."""
    person_of = {identity: [identity] for identity in strange}
    for group in groups:
        found = {id(person): person for person in (person_of[each] for each in group if each in person_of)}
        if len(found) > 1:
            whole, *others = sorted(found.values(), key=len, reverse=True)
            for other in others:
                whole += other
                person_of.update(dict.fromkeys(other, whole))
    found_of: dict[int, list[Identity]] = {}
    for identity, person in person_of.items():
        found_of.setdefault(id(person), []).append(identity)
    return list(found_of.values())


@dataclass(frozen=True, slots=True)
class Separation:
    """Two sides that a person took apart: no profile of one is linked with a profile of the other."""

    stayed: frozenset[int]
    left: frozenset[int]


def pairs_of(group: Sequence[int], cause: MergeCause = MergeCause.LINK) -> list[Pair]:
    """The pairs of a group of profiles seen together: the first, under which the person's events are kept, with each other."""
    return [Pair(group[0], other, cause) for other in group[1:] if other != group[0]]


def joins(
    pairs: Iterable[Pair], customer_of: Mapping[int, int], sides: Mapping[int, AbstractSet[int]]
) -> dict[int, Join]:
    """Which customers are merged by pairs of profiles, {loser: Join}; the winner is the smallest id of its component.

    `sides` says on which sides of separations a customer stands: n on the one, -n on the other. The pairs are taken in the
    order of their profiles' ids, whatever order they came in; one that would bring both sides of a separation together is
    left out.
    """
    parent: dict[int, int] = {}
    stands: dict[int, AbstractSet[int]] = dict(sides)
    by: dict[int, Pair] = {}

    def root_of(member: int) -> int:
        root = member
        while parent.get(root, root) != root:
            root = parent[root]
        while parent.get(member, member) != root:
            parent[member], member = root, parent[member]
        return root

    for pair in sorted(pairs, key=lambda each: (min(each[:2]), max(each[:2]), each.cause)):
        roots = (root_of(customer_of[pair.one]), root_of(customer_of[pair.other]))
        winner, loser = min(roots), max(roots)
        of_winner, of_loser = stands.get(winner, frozenset()), stands.get(loser, frozenset())
        if winner == loser or any(-side in of_winner for side in of_loser):
            continue
        parent[loser], by[loser] = winner, pair
        if of_loser:
            stands[winner] = of_winner | of_loser
    return {loser: Join(root_of(loser), pair) for loser, pair in by.items()}


def reunited(separation: Separation, together: AbstractSet[int]) -> list[Separation]:
    """What is left of a separation when a person says that the profiles `together` are one after all: all its other pairs."""
    stayed, left = separation.stayed, separation.left
    parts = [Separation(stayed - together, left), Separation(stayed & together, left - together)]
    return [part for part in parts if part.stayed and part.left]


def checked_reason(reason: str) -> str:
    """The reason without blanks around it. It stays for ever, so it may not name anybody."""
    stripped = reason.strip()
    if not 1 <= len(stripped) <= REASON_LENGTH_MAX or not stripped.isprintable() or _PERSONAL.search(stripped):
        raise BadReasonError
    return stripped


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


def checked_word(word: ConsentWord, now: datetime) -> ConsentWord:
    """The word, spoken now at the latest: one from the future would count for ever. BadConsentError for a purpose that is
    none, a channel that is no name, a proof too long to keep."""
    purpose = PURPOSES.get(word.purpose)
    if purpose is None:
        raise BadConsentError(f"The purposes are {', '.join(PURPOSES)}.", field="purpose")
    if word.channel != ALL_CHANNELS and not (purpose.by_channel and is_channel(word.channel)):
        raise BadConsentError("The channel is no name, or the purpose is not by channel.", field="channel")
    for name, longest in {"source": SOURCE_LENGTH_MAX, **EVIDENCE_LENGTH_MAX}.items():
        text = getattr(word.evidence, name)
        if len(text) > longest or "\x00" in text:
            raise BadConsentError(f"{name} has at most {longest} characters.", field=name)
    return word if word.told_at <= now else replace(word, told_at=now)


def current_consents(consents: Iterable[Consent]) -> list[Consent]:
    """For each channel and purpose the latest word; of two at the same instant the withdrawal."""
    latest: dict[tuple[str, str], Consent] = {}
    for consent in consents:
        key = (consent.channel, consent.purpose)
        known = latest.get(key)
        if known is None or _consent_order(consent) > _consent_order(known):
            latest[key] = consent
    return [latest[key] for key in sorted(latest)]


def allowances(current: Iterable[Consent], channels: Iterable[str]) -> list[Allowance]:
    """What a customer's present words allow: for each purpose as a whole, and by channel in these and those spoken of."""
    spoken = {(consent.purpose, consent.channel): consent for consent in current}
    shown = sorted({*channels, *(channel for _, channel in spoken)} - {ALL_CHANNELS})
    found = []
    for purpose in PURPOSES.values():
        for channel in (ALL_CHANNELS, *(shown if purpose.by_channel else ())):
            said = spoken.get((purpose.name, channel))
            is_allowed = _is_allowed(purpose, channel, {key: each.state for key, each in spoken.items()})
            state, changed_at = (said.state, said.changed_at) if said else (None, None)
            found.append(Allowance(purpose.name, channel, is_allowed, state, changed_at))
    return found


def _is_allowed(purpose: Purpose, channel: str, said: Mapping[tuple[str, str], ConsentState]) -> bool:
    """As `may_receive` finds it. For a purpose by channel "all channels" is allowed where nobody has refused it."""
    words = {said.get((purpose.name, each)) for each in (channel, ALL_CHANNELS)}
    if ConsentState.WITHDRAWN in words:
        return False
    asks = purpose.needs_consent and (channel != ALL_CHANNELS or not purpose.by_channel)
    return not asks or said.get((purpose.name, channel)) is ConsentState.GRANTED


def _consent_order(consent: Consent) -> tuple[datetime, bool]:
    return (consent.changed_at, consent.state is ConsentState.WITHDRAWN)
