"""How customers become one and two again: by links that are seen, by a person's word. Used by the service alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from siyu.domain.company.service import record_audit
from siyu.domain.customers import consenting, merge_store, rules
from siyu.domain.customers.contracts import (
    CUSTOMERS_MERGED,
    CUSTOMERS_SPLIT,
    BadSplitError,
    MergeCause,
    UnknownMergeError,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.events import NewEvent
from siyu.platform.postgres.database import UnitOfWork

SOURCE = "customers"
MERGED_BY_HAND_MAX = 20


def join_linked(work: UnitOfWork, actor: Actor, pairs: Sequence[rules.Pair], customer_of: Mapping[int, int]) -> None:
    """Merges the customers that pairs of profiles link, but for those who are kept apart. `customer_of` is what was known
    before the lock: a device whose people were taken apart links them at every event, and must not make all wait."""
    linked = {customer_of[profile_id] for pair in pairs for profile_id in pair[:2]}
    if not rules.joins(pairs, customer_of, merge_store.sides_of(work.driver, linked)):
        return
    merge_store.lock_merges(work.driver)
    now_of = merge_store.customer_ids(work.driver, {profile_id for pair in pairs for profile_id in pair[:2]})
    joins = rules.joins(pairs, now_of, merge_store.sides_of(work.driver, set(now_of.values())))
    if joins:
        _move(work, actor, joins, "")


def join_by_hand(work: UnitOfWork, actor: Actor, customer_ids: Collection[int], reason: str) -> int:
    """Merges customers whatever kept them apart, and forgets that. Needs the lock of merges."""
    if not 2 <= len(customer_ids) <= MERGED_BY_HAND_MAX:
        raise InvalidError(f"Two to {MERGED_BY_HAND_MAX} different customers become one.")
    together = frozenset(merge_store.members_of(work.driver, customer_ids))
    kept_apart = merge_store.separations_within(work.driver, together)
    merge_store.delete_separations(work.driver, kept_apart)
    for separation in kept_apart.values():
        for part_left in rules.reunited(separation, together):
            merge_store.save_separation(work.driver, part_left)
    winner, *losers = sorted(customer_ids)
    _move(
        work,
        actor,
        {loser: rules.Join(winner, rules.Pair(winner, loser, MergeCause.BY_HAND)) for loser in losers},
        reason,
    )
    record_audit(work, actor, "customers.merge", f"customer:{winner}", merged=losers, reason=reason)
    return winner


def part(
    work: UnitOfWork, actor: Actor, customer_id: int, profile_ids: Collection[int], cause: MergeCause, reason: str
) -> int:
    """Parts a customer and keeps the sides apart; gives the id of the new one. Needs the lock of merges."""
    members = set(merge_store.members_of(work.driver, [customer_id]))
    leaving = members.intersection(profile_ids)
    staying = members - leaving
    if len(leaving) != len(profile_ids) or not leaving or not staying:
        raise BadSplitError
    moving = staying if customer_id in leaving else leaving
    now = work.clock.now()
    merge_store.part_profiles(work.driver, customer_id, moving, now, cause=cause, actor=_text_of(actor), reason=reason)
    merge_store.save_separation(work.driver, rules.Separation(frozenset(members - moving), frozenset(moving)))
    consenting.keep_refusals(work, actor, (members - moving, moving))
    _tell(work, CUSTOMERS_SPLIT, customer_id, min(moving), sorted(moving), now)
    record_audit(
        work, actor, "customers.split", f"customer:{customer_id}", new_id=min(moving), cause=cause.value, reason=reason
    )
    return min(moving)


def brought_by(work: UnitOfWork, customer_id: int, merge_id: int) -> set[int]:
    """The profiles that a merge brought and that are still in the customer."""
    brought = merge_store.find_merge(work.driver, merge_id)
    if brought is None:
        raise UnknownMergeError
    found = set(brought).intersection(merge_store.members_of(work.driver, [customer_id]))
    if not found:
        raise UnknownMergeError
    return found


def _move(work: UnitOfWork, actor: Actor, joins: Mapping[int, rules.Join], reason: str) -> None:
    now = work.clock.now()
    moved = merge_store.move_profiles(work.driver, joins, now, actor=_text_of(actor), reason=reason)
    for loser, profile_ids in sorted(moved.items()):
        _tell(work, CUSTOMERS_MERGED, joins[loser].winner_id, loser, profile_ids, now)


def _tell(
    work: UnitOfWork, name: str, winner_id: int, loser_id: int, profile_ids: Sequence[int], now: datetime
) -> None:
    told = {"winner_id": winner_id, "loser_id": loser_id, "profile_ids": list(profile_ids)}
    work.record([NewEvent(name, work.ids.new_id(), loser_id, now, SOURCE, told)])


def _text_of(actor: Actor) -> str:
    return f"{actor.kind.value}:{actor.actor_id}"
