"""Verbs that change customers. None of them commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from siyu.domain.company.service import record_audit
from siyu.domain.customers import consent_store, custody_store, merge_store, rules, store
from siyu.domain.customers.contracts import (
    CONSENT_CHANGED,
    CUSTODY_CHANGED,
    CUSTOMER_IDENTIFIED,
    CUSTOMERS_MERGED,
    PROFILE_CREATED,
    AttributeChange,
    ConsentState,
    Identity,
    UnknownCustomerError,
    UnknownKeeperError,
)
from siyu.domain.customers.reading import current_customer_ids, customer_in_scope, customers_in_scope
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_hex
from siyu.platform.eventlog.append import EncodedEvent
from siyu.platform.postgres.database import UnitOfWork

SOURCE = "customers"

_AUDITED = frozenset({ActorKind.STAFF, ActorKind.KEY})
"""Whose changes stand in the audit; what customers and Siyu itself change stands in the log."""


def resolve(work: UnitOfWork, actor: Actor, groups: Mapping[Sequence[Identity], datetime]) -> dict[Identity, int]:
    """The profile of each identity. Each key of `groups` lists identities of one and the same person (first the one her
    events are kept under); its value is when she was seen.

    New identities get a profile; where identities of one group belonged to different customers, these are merged. All of
    it in a handful of statements, whatever the number of groups.
    """
    actor.require_one_of("intake.write", "imports.write")
    first_seen: dict[Identity, datetime] = {}
    for group, seen_at in groups.items():
        for identity in group:
            if identity not in first_seen or seen_at < first_seen[identity]:
                first_seen[identity] = seen_at
    known = store.find_profiles(work.driver, list(first_seen))
    if missing := {identity: at for identity, at in first_seen.items() if identity not in known}:
        known.update(_create(work, missing))
    profile_of = {identity: profile_id for identity, (profile_id, _) in known.items()}
    links = [group for group in groups if len(group) > 1 and len({known[identity][1] for identity in group}) > 1]
    if links:
        _merge(work, [[profile_of[identity] for identity in group] for group in links])
    return profile_of


def _create(work: UnitOfWork, missing: Mapping[Identity, datetime]) -> dict[Identity, tuple[int, int]]:
    created = store.create_profiles(work.driver, missing)
    work.record(
        EncodedEvent(
            PROFILE_CREATED,
            derived_hex(PROFILE_CREATED, str(profile_id)),
            profile_id,
            missing[identity],
            SOURCE,
            b'{"kind":"%s"}' % identity.kind.encode(),
        )
        for identity, profile_id in created.items()
    )
    made = {identity: (profile_id, profile_id) for identity, profile_id in created.items()}
    if raced := [identity for identity in missing if identity not in created]:
        made.update(store.find_profiles(work.driver, raced))
    return made


def _merge(work: UnitOfWork, linked_profiles: Sequence[Sequence[int]]) -> None:
    merge_store.lock_merges(work.driver)
    now_of = merge_store.customer_ids(work.driver, {profile for link in linked_profiles for profile in link})
    merged_into = rules.merged_into([now_of[profile] for profile in link] for link in linked_profiles)
    if not merged_into:
        return
    now = work.clock.now()
    moved = merge_store.move_profiles(work.driver, merged_into, now)
    work.record(
        NewEvent(
            CUSTOMERS_MERGED,
            work.ids.new_id(),
            loser,
            now,
            SOURCE,
            {"winner_id": merged_into[loser], "loser_id": loser, "profile_ids": profile_ids},
        )
        for loser, profile_ids in sorted(moved.items())
    )


def set_attributes(work: UnitOfWork, actor: Actor, changes: Sequence[AttributeChange]) -> int:
    """Stores what was told; gives how many profiles it changed. What is older than what is known changes nothing."""
    actor.require_one_of("intake.write", "imports.write")
    if not changes:
        return 0
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


def mark_seen(work: UnitOfWork, actor: Actor, seen_at: Mapping[int, datetime]) -> None:
    """Says when profiles were last seen."""
    actor.require_one_of("intake.write", "imports.write")
    store.mark_seen(work.driver, seen_at)


def set_consents(
    work: UnitOfWork,
    actor: Actor,
    changed_at: Mapping[int, datetime],
    *,
    channel: str,
    purpose: str,
    state: ConsentState,
) -> int:
    """Keeps the word of customers (or profiles) on one channel and purpose, each as of its instant; gives how many it
    changed. A word older than the one known changes nothing."""
    actor.require("consent.write")
    if not changed_at:
        return 0
    if actor.kind is not ActorKind.SYSTEM:
        _require_all_in_scope(work, actor, changed_at)
    if actor.kind in _AUDITED:
        subject = f"profile:{next(iter(changed_at))}" if len(changed_at) == 1 else "profiles"
        record_audit(
            work,
            actor,
            "customers.set_consents",
            subject,
            channel=channel,
            purpose=purpose,
            state=state.value,
            count=len(changed_at),
        )
    source = f"{actor.kind.value}:{actor.actor_id}"
    changed = consent_store.save_consents(
        work.driver,
        [(profile_id, channel, purpose, state.value, at, source) for profile_id, at in changed_at.items()],
    )
    work.record(
        NewEvent(
            CONSENT_CHANGED,
            work.ids.new_id(),
            profile_id,
            changed_at[profile_id],
            SOURCE,
            {"channel": channel, "purpose": purpose, "state": state.value},
        )
        for profile_id, _, _ in changed
    )
    return len(changed)


def _require_all_in_scope(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> None:
    customer_of = current_customer_ids(work, profile_ids)
    seen = customers_in_scope(work, actor, set(customer_of.values()))
    if any(customer_of.get(profile_id) not in seen for profile_id in profile_ids):
        raise UnknownCustomerError


def set_consent(
    work: UnitOfWork, actor: Actor, customer_id: int, *, channel: str, purpose: str, state: ConsentState
) -> bool:
    """Keeps one customer's word as of now; tells whether it changed anything."""
    return (
        set_consents(work, actor, {customer_id: work.clock.now()}, channel=channel, purpose=purpose, state=state) == 1
    )


def set_custody(work: UnitOfWork, actor: Actor, customer_id: int, *, unit_id: int, staff_id: int | None) -> None:
    """Gives the customer into the keeping of a unit, and of one of its staff, whoever kept them before."""
    actor.require("customers.assign")
    if not customer_in_scope(work, actor, customer_id):
        raise UnknownCustomerError
    if not custody_store.save_custody(work.driver, customer_id, unit_id, staff_id, within_path=actor.scope.unit_path):
        raise UnknownKeeperError
    if actor.kind in _AUDITED:
        record_audit(
            work, actor, "customers.set_custody", f"customer:{customer_id}", unit_id=unit_id, staff_id=staff_id
        )
    work.record(
        [
            NewEvent(
                CUSTODY_CHANGED,
                work.ids.new_id(),
                customer_id,
                work.clock.now(),
                SOURCE,
                {"unit_id": unit_id, "staff_id": staff_id},
            )
        ]
    )
