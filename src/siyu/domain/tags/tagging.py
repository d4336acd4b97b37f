"""How tags are given and taken, and what of it is told. Used by the service alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import msgspec

from siyu.domain.customers.contracts import Unchanged
from siyu.domain.customers.reading import current_customer_ids, customers_in_scope
from siyu.domain.tags import rules, store
from siyu.domain.tags import taggings_store as taggings
from siyu.domain.tags.contracts import (
    CUSTOMER_TAGGED,
    CUSTOMER_UNTAGGED,
    TAGS_PER_CUSTOMER_MAX,
    Applied,
    ArchivedTagError,
    How,
    UnknownTagError,
    Way,
)
from siyu.kernel.actors import Actor
from siyu.platform.eventlog.append import EncodedEvent
from siyu.platform.postgres.database import UnitOfWork

SOURCE = "tags"
BY_SYNC = Way(How.SYNC)
_encode = msgspec.json.Encoder().encode


def give(work: UnitOfWork, actor: Actor, tag_id: int, expires: Mapping[int, datetime | None], way: Way) -> Applied:
    """Gives a tag to customers or profiles, each until an instant; those outside the scope, erased or full are left out."""
    known = store.lock_tags(work.driver, [tag_id]).get(tag_id)
    if known is None:
        raise UnknownTagError
    if known.is_archived:
        raise ArchivedTagError
    theirs = _theirs(work, actor, taggings.hold_living(work.driver, expires))
    grants = rules.wanted(theirs, expires)
    only = None if known.is_exclusive else tag_id
    borne = taggings.read_borne(work.driver, grants, known.group_id, only)
    counts = taggings.count_borne(work.driver, grants, TAGS_PER_CUSTOMER_MAX)
    decision = rules.decide(tag_id, grants, borne, counts, TAGS_PER_CUSTOMER_MAX)
    if decision.prolonged:
        taggings.prolong(work.driver, tag_id, decision.prolonged)
    if way.rule_id is None and way.how is not How.SYNC:
        bearing = [customer_id for customer_id, (borne_id, _) in borne.items() if borne_id == tag_id]
        taggings.take_over(work.driver, bearing, tag_id, way, _by(actor, way))
    if decision.replaced:
        taggings.delete_taggings(work.driver, decision.replaced, known.group_id, None)
        others = store.lock_tags(work.driver, set(decision.replaced.values()))
        for other_id in sorted(others):
            who = [customer_id for customer_id, each in decision.replaced.items() if each == other_id]
            _tell(
                work,
                actor,
                CUSTOMER_UNTAGGED,
                others[other_id],
                Way(How.REPLACED, way.reason, way.rule_id, way.by),
                who,
            )
    if decision.given:
        now = work.clock.now()
        taggings.insert_taggings(work.driver, tag_id, decision.given.values(), way, _by(actor, way), now)
        _tell(work, actor, CUSTOMER_TAGGED, known, way, [grant.profile_id for grant in decision.given.values()])
    unchanged = {
        Unchanged.SAME: grants.keys() - decision.given.keys() - decision.full,
        Unchanged.FULL: decision.full,
        Unchanged.GONE: expires.keys() - theirs.keys(),
    }
    return Applied(len(decision.given), unchanged)


def give_synced(work: UnitOfWork, actor: Actor, wanted: Mapping[int, Collection[int]]) -> None:
    """What `give` would do with each of the tags, {tag: customers or profiles}, as a sync gives them: without an end."""
    known = store.lock_tags(work.driver, wanted)
    if len(known) < len(wanted):
        raise UnknownTagError
    if any(each.is_archived for each in known.values()):
        raise ArchivedTagError
    living = _theirs(work, actor, taggings.hold_living(work.driver, {each for ids in wanted.values() for each in ids}))
    borne = taggings.read_all_borne(work.driver, set(living.values()))
    counts = {customer_id: len(tags) for customer_id, tags in borne.items()}
    given: list[tuple[int, int]] = []
    for tag_id in sorted(each for each in wanted if not known[each].is_exclusive):
        theirs = {each: living[each] for each in wanted[tag_id] if each in living}
        grants = rules.wanted(theirs, dict.fromkeys(theirs))
        bearing = {each: (tag_id, borne[each][tag_id]) for each in grants if tag_id in borne.get(each, ())}
        decision = rules.decide(tag_id, grants, bearing, counts, TAGS_PER_CUSTOMER_MAX)
        if decision.prolonged:
            taggings.prolong(work.driver, tag_id, decision.prolonged)
        counts.update({each: counts.get(each, 0) + 1 for each in decision.given})
        chosen = [grant.profile_id for grant in decision.given.values()]
        given += [(each, tag_id) for each in chosen]
        _tell(work, actor, CUSTOMER_TAGGED, known[tag_id], BY_SYNC, chosen)
    if given:
        taggings.insert_synced(work.driver, given, _by(actor, BY_SYNC), work.clock.now())
    for tag_id in sorted(each for each in wanted if known[each].is_exclusive):
        give(work, actor, tag_id, dict.fromkeys(wanted[tag_id]), BY_SYNC)


def take(work: UnitOfWork, actor: Actor, tag_id: int, profile_ids: Collection[int], way: Way) -> Applied:
    """Takes a tag from customers; with it what it had replaced in them before a merge, which does not come back."""
    known = store.lock_tags(work.driver, [tag_id]).get(tag_id)
    if known is None:
        raise UnknownTagError
    customer_of = _theirs(work, actor, taggings.hold_living(work.driver, profile_ids))
    theirs = set(customer_of.values())
    losing = set(taggings.read_borne(work.driver, theirs, known.group_id, tag_id))
    if way.rule_id is not None and losing:
        taggings.delete_of_rule(work.driver, losing, tag_id, way.rule_id)
        losing -= set(taggings.read_borne(work.driver, losing, known.group_id, tag_id))
    if way.how is How.SYNC and not way.is_whole and losing:
        taggings.delete_of_sync(work.driver, losing, tag_id)
        losing -= set(taggings.read_borne(work.driver, losing, known.group_id, tag_id))
    _take(work, actor, known, losing, way)
    unchanged = {Unchanged.SAME: theirs - losing, Unchanged.GONE: set(profile_ids) - customer_of.keys()}
    return Applied(len(losing), unchanged)


def take_expired(work: UnitOfWork, actor: Actor, size: int) -> int:
    """Takes what has ended. Who has the tag from elsewhere, for longer, keeps it."""
    now = work.clock.now()
    found = taggings.find_expired(work.driver, now, size)
    known = store.lock_tags(work.driver, found) if found else {}
    for tag_id, profile_ids in sorted(found.items()):
        each = known[tag_id]
        customers = set(current_customer_ids(work, profile_ids).values())
        before = taggings.read_borne(work.driver, customers, each.group_id, tag_id)
        taggings.delete_expired(work.driver, tag_id, profile_ids, now)
        after = taggings.read_borne(work.driver, before, each.group_id, tag_id)
        _take(work, actor, each, set(before) - set(after), Way(How.EXPIRED))
    return sum(map(len, found.values()))


def _take(work: UnitOfWork, actor: Actor, known: store.KnownTag, customer_ids: Collection[int], way: Way) -> None:
    if customer_ids:
        only = None if known.is_exclusive else known.tag_id
        taggings.delete_taggings(work.driver, customer_ids, known.group_id, only)
        _tell(work, actor, CUSTOMER_UNTAGGED, known, way, sorted(customer_ids))


def _theirs(work: UnitOfWork, actor: Actor, customer_of: Mapping[int, int]) -> dict[int, int]:
    """Those of the profiles whose customers the actor may see."""
    if actor.scope.is_everything or not customer_of:
        return dict(customer_of)
    seen = customers_in_scope(work, actor, set(customer_of.values()))
    return {profile_id: customer_id for profile_id, customer_id in customer_of.items() if customer_id in seen}


def _by(actor: Actor, way: Way) -> str:
    return way.by or f"{actor.kind.value}:{actor.actor_id}"


def _tell(
    work: UnitOfWork, actor: Actor, name: str, known: store.KnownTag, way: Way, profile_ids: Iterable[int]
) -> None:
    told = {
        "tag_id": known.tag_id,
        "tag": known.name,
        "group_id": known.group_id,
        "group": known.group,
        "how": way.how.value,
        "by": _by(actor, way),
        "reason": way.reason,
    }
    properties = _encode(told if way.rule_id is None else {**told, "rule_id": way.rule_id})
    now = work.clock.now()
    work.record(
        EncodedEvent(name, work.ids.new_id().hex, profile_id, now, SOURCE, properties) for profile_id in profile_ids
    )
