"""Verbs that change customers. None of them commits."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from siyu.domain.company.service import record_audit
from siyu.domain.customers import (
    consent_store,
    consenting,
    erasure_store,
    merge_store,
    merging,
    rules,
    sealing,
    store,
)
from siyu.domain.customers.bulks import (
    fail_bulk,
    get_bulk,
    keep_unchanged,
    list_bulks,
    list_unchanged,
    prepare_bulk,
    start_bulk,
    stop_bulk,
    unchanged_by,
    work_bulk,
)
from siyu.domain.customers.contracts import (
    CUSTOMER_ERASED,
    ConsentState,
    ConsentWord,
    Evidence,
    MergeCause,
    NothingToRevealError,
    TooManyRevealsError,
    UnknownCustomerError,
)
from siyu.domain.customers.custody import give_custody, move_custody, set_custody
from siyu.domain.customers.reading import (
    current_customer_ids,
    customers_in_scope,
    erased_among,
    get_customer,
)
from siyu.domain.customers.resolving import introduce, resolve, set_attributes
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import UnitOfWork

__all__ = [
    "fail_bulk",
    "forget_profiles",
    "get_bulk",
    "give_custody",
    "hold_known",
    "introduce",
    "keep_unchanged",
    "list_bulks",
    "list_unchanged",
    "lock_erasing",
    "mark_seen",
    "merge",
    "move_custody",
    "prepare_bulk",
    "rebuild_consents",
    "record_consents",
    "reseal",
    "resolve",
    "reveal",
    "sealed_properties",
    "set_attributes",
    "set_consent",
    "set_consents",
    "set_custody",
    "split",
    "start_bulk",
    "stop_bulk",
    "unchanged_by",
    "work_bulk",
]
"""What of this door is written in the files beside it, and below."""

SOURCE = "customers"

NO_EVIDENCE = Evidence()
REVEAL_SPAN = timedelta(hours=1)
"""In which reveals are counted."""

_AUDITED = frozenset({ActorKind.STAFF, ActorKind.KEY})
"""Whose changes stand in the audit; what customers and Siyu itself change stands in the log."""


def merge(work: UnitOfWork, actor: Actor, customer_ids: Collection[int], reason: str) -> int:
    """Makes one customer of several on a person's word, also where a person had taken them apart; gives the one they are now."""
    actor.require("customers.merge")
    now_ids = _in_scope(work, actor, customer_ids)
    return merging.join_by_hand(work, actor, now_ids, rules.checked_reason(reason))


def split(
    work: UnitOfWork,
    actor: Actor,
    customer_id: int,
    *,
    profile_ids: Collection[int] = (),
    merge_id: int | None = None,
    reason: str,
) -> int:
    """Takes profiles, or those that a merge brought, out into a customer of their own, and keeps the two apart whatever links
    are seen from now on. The side without the smallest profile gets a new id, that of its smallest profile; gives it.
    Custody, consents and attributes belong to profiles and stay with them; what was refused is refused on both sides."""
    actor.require("customers.merge")
    (now_id,) = _in_scope(work, actor, [customer_id])
    if merge_id is not None:
        profile_ids = merging.brought_by(work, now_id, merge_id)
    cause = MergeCause.BY_HAND if merge_id is None else MergeCause.UNDO
    return merging.part(work, actor, now_id, set(profile_ids), cause, rules.checked_reason(reason))


def forget_profiles(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """Makes husks of profiles: nothing is known of them any more but that they were, so that orders and events still count.
    Waits for all who resolve, and whoever resolves from now on does not find them. Gives {table: {profile_id: rows}}."""
    actor.require("customers.erase")
    merge_store.lock_merges(work.driver)
    now = work.clock.now()
    erased = erasure_store.erase_profiles(work.driver, profile_ids, now)
    counts = {"customers.profiles": dict.fromkeys(erased, 1)}
    counts.update(erasure_store.delete_kept_by_profile(work.driver, profile_ids))
    customer_of = current_customer_ids(work, erased)
    work.record(
        NewEvent(
            CUSTOMER_ERASED,
            derived_id(CUSTOMER_ERASED, profile_id),
            profile_id,
            now,
            SOURCE,
            {"customer_id": customer_of[profile_id]},
        )
        for profile_id in sorted(erased)
    )
    return counts


def lock_erasing(work: UnitOfWork, actor: Actor) -> None:
    """Until the commit nobody resolves identities, and no customer becomes one with another or is parted: whose profiles are
    looked up now are erased whole. First in its unit of work, for those who resolve hold other locks."""
    actor.require("customers.erase")
    erasure_store.lock_erasing(work.driver)
    merge_store.lock_merges(work.driver)


def hold_known(work: UnitOfWork, actor: Actor) -> None:
    """Until the commit nobody is erased: for who looks whether somebody was, and acts on the answer."""
    actor.require_one_of("intake.write", "imports.write")
    erasure_store.lock_known(work.driver)


def _in_scope(work: UnitOfWork, actor: Actor, customer_ids: Collection[int]) -> set[int]:
    """The customers as of now, none of whom changes until the commit; UnknownCustomerError for one outside the scope."""
    merge_store.lock_merges(work.driver)
    _require_all_in_scope(work, actor, customer_ids)
    now_ids = set(current_customer_ids(work, customer_ids).values())
    if erased_among(work, now_ids):
        raise UnknownCustomerError
    return now_ids


def sealed_properties(work: UnitOfWork, properties_json: bytes) -> bytes:
    """The properties of an event from outside as the log may hold them: what says phone or e-mail is sealed."""
    return sealing.sealed_json(work, properties_json)


def reveal(
    work: UnitOfWork,
    actor: Actor,
    customer_id: int,
    *,
    profile_id: int | None = None,
    attribute: str | None = None,
    reason: str,
    per_hour: int,
) -> Any:
    """One identity (that of a profile) or one attribute of a customer in plain, for a reason that stays in the audit; at most
    `per_hour` an hour for each actor."""
    actor.require("customers.reveal")
    checked = rules.checked_reason(reason)
    customer = get_customer(work, actor, customer_id)
    if profile_id is not None:
        shown = {
            each.identity.kind: each.identity.value for each in customer.identities if each.profile_id == profile_id
        }
    else:
        shown = {name: value for name, value in customer.attributes.items() if name == attribute}
    if not shown or customer.erased_at is not None:
        raise NothingToRevealError
    ((what, value),) = shown.items()
    now, who = work.clock.now(), f"{actor.kind.value}:{actor.actor_id}"
    store.lock_reveals(work.driver, who)
    before = store.reveals_since(work.driver, who, now - REVEAL_SPAN)
    if len(before) >= per_hour:
        until = before[0] + REVEAL_SPAN if before else now + REVEAL_SPAN
        raise TooManyRevealsError(retry_after_seconds=max(1, math.ceil((until - now).total_seconds())))
    store.record_reveal(work.driver, who, now)
    record_audit(
        work,
        actor,
        "customers.reveal",
        f"customer:{customer.customer_id}",
        what=what,
        profile_id=profile_id,
        reason=checked,
    )
    return value


def reseal(work: UnitOfWork, actor: Actor, *, after: int, size: int) -> list[int]:
    """Puts the next profiles by id, of those that have something under an older key, under the newest; gives them."""
    actor.require("keys.write")
    rows = store.lock_sealed_before(work.driver, work.seals.newest, after, size)
    store.save_sealed(work.driver, [sealing.resealed(work, row) for row in rows], work.seals.newest)
    return [row.profile_id for row in rows]


def mark_seen(work: UnitOfWork, actor: Actor, seen_at: Mapping[int, datetime]) -> None:
    """Says when profiles were last seen."""
    actor.require_one_of("intake.write", "imports.write")
    store.mark_seen(work.driver, seen_at)


def record_consents(work: UnitOfWork, actor: Actor, words: Sequence[ConsentWord]) -> int:
    """Adds words of customers (or profiles) to the ledger of consents, and gives how many changed what is allowed: a word
    older than the one known, or told before, changes nothing. Of who was erased no word is kept."""
    actor.require("consent.write")
    if not words:
        return 0
    if actor.kind is not ActorKind.SYSTEM:
        _require_all_in_scope(work, actor, {word.profile_id for word in words})
    living = erasure_store.hold_living(work.driver, {word.profile_id for word in words})
    kept = [word for word in words if word.profile_id in living]
    if len(kept) < len(words) and actor.kind is not ActorKind.SYSTEM:
        raise UnknownCustomerError
    if actor.kind in _AUDITED:
        consenting.audit_words(work, actor, kept)
    return consenting.keep_words(work, actor, kept) if kept else 0


def rebuild_consents(work: UnitOfWork, actor: Actor) -> int:
    """Makes what is allowed anew from the ledger, for all customers; gives the number of words that count."""
    actor.require("consent.write")
    if not actor.scope.is_everything:
        raise ForbiddenError("This concerns customers outside your scope.")
    if actor.kind in _AUDITED:
        record_audit(work, actor, "customers.rebuild_consents", "customers")
    return consent_store.rebuild_consents(work.driver)


def set_consents(
    work: UnitOfWork,
    actor: Actor,
    changed_at: Mapping[int, datetime],
    *,
    channel: str,
    purpose: str,
    state: ConsentState,
    evidence: Evidence = NO_EVIDENCE,
) -> int:
    """Keeps the same word of many customers (or profiles), each as of its instant; as `record_consents`."""
    return record_consents(
        work,
        actor,
        [ConsentWord(profile_id, purpose, channel, state, at, evidence) for profile_id, at in changed_at.items()],
    )


def _require_all_in_scope(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> None:
    customer_of = current_customer_ids(work, profile_ids)
    seen = customers_in_scope(work, actor, set(customer_of.values()))
    if any(customer_of.get(profile_id) not in seen for profile_id in profile_ids):
        raise UnknownCustomerError


def set_consent(
    work: UnitOfWork,
    actor: Actor,
    customer_id: int,
    *,
    channel: str,
    purpose: str,
    state: ConsentState,
    evidence: Evidence = NO_EVIDENCE,
) -> bool:
    """Keeps one customer's word as of now; tells whether it changed anything."""
    word = ConsentWord(customer_id, purpose, channel, state, work.clock.now(), evidence)
    return record_consents(work, actor, [word]) == 1
