"""Who somebody is: identities become profiles, profiles customers, and what was told of them stands in them. Part of `service`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import NamedTuple

import msgspec

from siyu.domain.customers import erasure_store, merging, rules, sealing, store
from siyu.domain.customers.contracts import (
    CUSTOMER_IDENTIFIED,
    PROFILE_CREATED,
    AttributeChange,
    Identity,
    Introduced,
    Introduction,
    MergeCause,
)
from siyu.kernel.actors import Actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_hex
from siyu.platform.eventlog.append import EncodedEvent
from siyu.platform.postgres.database import UnitOfWork

SOURCE = "customers"
_encode = msgspec.json.Encoder().encode
NO_CAUSES: Mapping[Sequence[Identity], MergeCause] = {}
NO_CHANNELS: Mapping[Sequence[Identity], str] = {}
NOTHING: rules.StoredAttributes = {}


def resolve(
    work: UnitOfWork,
    actor: Actor,
    groups: Mapping[Sequence[Identity], datetime],
    causes: Mapping[Sequence[Identity], MergeCause] = NO_CAUSES,
    channels: Mapping[Sequence[Identity], str] = NO_CHANNELS,
) -> dict[Identity, int]:
    """The profile of each identity. Each key of `groups` lists identities of one and the same person (first the one her
    events are kept under); its value is when she was seen. `causes` names the groups that something other than an event
    told of (MergeCause.ALIAS), for the history; `channels` says by what each group was told of, which stays with who is new.

    New identities get a profile, and who has only new ones is one customer from the start; where identities of one group
    belonged to different customers, these are merged, unless a person has taken them apart. All of it in a handful of
    statements, whatever the number of groups.
    """
    actor.require_one_of("intake.write", "imports.write")
    erasure_store.lock_known(work.driver)
    first_told: dict[Identity, rules.FirstTold] = {}
    for group, seen_at in groups.items():
        told = rules.FirstTold(seen_at, channels.get(group, ""))
        for identity in group:
            if identity not in first_told or seen_at < first_told[identity].at:
                first_told[identity] = told
    known = _find(work, first_told)
    if missing := {identity: told for identity, told in first_told.items() if identity not in known}:
        known |= _bear(work, [_Stranger(person) for person in rules.persons(groups, missing.keys())], missing)
        if raced := [identity for identity in missing if identity not in known]:
            known |= _find(work, raced)
    profile_of = {identity: profile_id for identity, (profile_id, _) in known.items()}
    links = [group for group in groups if len(group) > 1 and len({known[identity][1] for identity in group}) > 1]
    if links:
        merging.join_linked(
            work,
            actor,
            [
                pair
                for group in links
                for pair in rules.pairs_of(
                    [profile_of[identity] for identity in group], causes.get(group, MergeCause.LINK)
                )
            ],
            dict(known.values()),
        )
    return profile_of


def _find(work: UnitOfWork, identities: Collection[Identity]) -> dict[Identity, tuple[int, int]]:
    forms = sealing.stored_forms(work, identities)
    return {forms[stored]: found for stored, found in store.find_profiles(work.driver, forms.keys()).items()}


def introduce(work: UnitOfWork, actor: Actor, told: Sequence[Introduction], channel: str) -> Introduced:
    """Those told of by a channel, with what was told of them: as `resolve` and `set_attributes`, but that who is met for the first
    time is one customer from the start, with all of it, instead of several who become one and are written again and again."""
    actor.require_one_of("intake.write", "imports.write")
    erasure_store.lock_known(work.driver)
    groups: dict[Sequence[Identity], list[Introduction]] = {}
    for each in told:
        groups.setdefault(each.identities, []).append(each)
    times = Counter(chain.from_iterable(groups))
    known = _find(work, times)
    strange = {
        group: tellings
        for group, tellings in groups.items()
        if all(identity not in known and times[identity] == 1 for identity in group)
    }
    strangers = [_Stranger(group, _together(work, tellings)) for group, tellings in strange.items()]
    first_told = {
        identity: rules.FirstTold(min(each.seen_at for each in tellings), channel)
        for group, tellings in strange.items()
        for identity in group
    }
    profile_of = {identity: profile_id for identity, (profile_id, _) in _bear(work, strangers, first_told).items()}
    born = {group for group in strange if all(identity in profile_of for identity in group)}
    left = {group: min(each.seen_at for each in groups[group]) for group in groups if group not in born}
    if left:
        profile_of |= resolve(work, actor, left, channels=dict.fromkeys(left, channel))
        changes = [
            AttributeChange(profile_of[each.identities[0]], each.attributes, each.told_at)
            for each in told
            if each.identities in left and each.attributes
        ]
        set_attributes(work, actor, changes)
    return Introduced(profile_of, frozenset(profile_of[group[0]] for group in born))


class _Stranger(NamedTuple):
    """Somebody met for the first time: their identities, of whom the first keeps what was told of them, and as of when."""

    identities: Sequence[Identity]
    told: tuple[rules.StoredAttributes, datetime] | None = None


def _together(work: UnitOfWork, tellings: Sequence[Introduction]) -> tuple[rules.StoredAttributes, datetime]:
    document = NOTHING
    for told in tellings:
        document = rules.told(document, sealing.sealed_attributes(work, told.attributes), told.told_at)
    return document, max(told.told_at for told in tellings)


def _bear(
    work: UnitOfWork, strangers: Sequence[_Stranger], first_told: Mapping[Identity, rules.FirstTold]
) -> dict[Identity, tuple[int, int]]:
    """Makes a customer of each stranger: the profiles that were made, and whose they are. Those of identities that somebody else
    made meanwhile are left out: of these all that is left to do is what is done with who was known."""
    if not strangers:
        return {}
    ids = iter(store.take_ids(work.driver, sum(len(each.identities) for each in strangers)))
    numbers = [[next(ids) for _ in each.identities] for each in strangers]
    rows = [
        store.BornRow(
            number,
            own[0],
            sealing.stored_identity(work, identity),
            first_told[identity],
            stranger.told[0] if stranger.told is not None and number == own[0] else NOTHING,
        )
        for stranger, own in zip(strangers, numbers, strict=True)
        for identity, number in zip(stranger.identities, own, strict=True)
    ]
    made = store.bear_profiles(work.driver, rows)
    born: dict[Identity, tuple[int, int]] = {}
    orphans: dict[int, int] = {}
    events: list[EncodedEvent] = []
    for stranger, own in zip(strangers, numbers, strict=True):
        living = {number: each for each, number in zip(stranger.identities, own, strict=True) if number in made}
        if not living:
            continue
        customer_id = min(living)
        if customer_id != own[0]:  # the one they belonged to was somebody already
            orphans.update(dict.fromkeys(living, customer_id))
        born.update((identity, (number, customer_id)) for number, identity in living.items())
        events += _told_born(work, stranger, living, first_told)
    if orphans:
        store.set_free(work.driver, orphans)
    work.record(events)
    return born


def _told_born(
    work: UnitOfWork,
    stranger: _Stranger,
    living: Mapping[int, Identity],
    first_told: Mapping[Identity, rules.FirstTold],
) -> Iterator[EncodedEvent]:
    customer_id, *others = sorted(living)
    with_others = b',"profile_ids":%s' % _encode(others) if others else b""
    properties = b'{"kind":"%s"%s}' % (living[customer_id].kind.encode(), with_others)
    event_id = derived_hex(PROFILE_CREATED, str(customer_id))
    at = min(first_told[identity].at for identity in living.values())
    yield EncodedEvent(PROFILE_CREATED, event_id, customer_id, at, SOURCE, properties)
    if stranger.told is not None and stranger.told[0] and living[customer_id] == stranger.identities[0]:
        document, told_at = stranger.told
        attributes = _encode({name: value for name, (value, _) in document.items()})
        yield EncodedEvent(CUSTOMER_IDENTIFIED, work.ids.new_id().hex, customer_id, told_at, SOURCE, attributes)


def set_attributes(work: UnitOfWork, actor: Actor, changes: Sequence[AttributeChange]) -> int:
    """Stores what was told; gives how many profiles it changed. What is older than what is known changes nothing."""
    actor.require_one_of("intake.write", "imports.write")
    if not changes:
        return 0
    changes = [replace(change, attributes=sealing.sealed_attributes(work, change.attributes)) for change in changes]
    stored = store.lock_attributes(work.driver, {change.profile_id for change in changes})
    after = dict(stored)
    for change in changes:
        after[change.profile_id] = rules.told(after[change.profile_id], change.attributes, change.set_at)
    changed = {profile_id: document for profile_id, document in after.items() if document != stored[profile_id]}
    if changed:
        store.save_attributes(work.driver, changed)
    work.record(
        NewEvent(
            CUSTOMER_IDENTIFIED, work.ids.new_id(), change.profile_id, change.set_at, SOURCE, dict(change.attributes)
        )
        for change in changes
        if change.profile_id in changed
    )
    return len(changed)
