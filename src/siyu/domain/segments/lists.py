"""The verbs of fixed lists. A list is a definition of kind `list` without a document, so that what uses it is known.

A change by hand makes everybody concerned due: the segments that ask for the list look at them again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

from siyu.domain.company.service import record_audit
from siyu.domain.customers import reading as customers
from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition
from siyu.domain.segments import keeping, lists_store, rules, store
from siyu.domain.segments.contracts import Ids, Merge
from siyu.domain.segments.lists_contracts import LIST_KIND, CustomerList, ListChange, ListMode
from siyu.domain.segments.lists_reading import list_members_of
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.numbers import union
from siyu.platform.postgres.database import Reading, UnitOfWork


def create_list(work: UnitOfWork, actor: Actor, name: str) -> CustomerList:
    """A new list with nobody on it."""
    made = definitions.create(work, actor, LIST_KIND, name, {})
    lists_store.insert_list(work.driver, made.definition_id, work.clock.now())
    return _lists(work, [made])[0]


def rename_list(work: UnitOfWork, actor: Actor, list_id: int, name: str) -> CustomerList:
    """Another name; who stands on it stays."""
    actor.require("lists.write")
    return _lists(work, [definitions.save_draft(work, actor, list_id, name, {}, kind=LIST_KIND)])[0]


def delete_list(work: UnitOfWork, actor: Actor, list_id: int) -> None:
    """Takes it away, unless something uses it."""
    actor.require("lists.write")
    definitions.delete(work, actor, list_id, kind=LIST_KIND)
    store.lock_membership(work.driver)
    lists_store.forget_list(work.driver, list_id)


def get_list(reading: Reading, actor: Actor, list_id: int) -> CustomerList:
    """One list."""
    return _lists(reading, [definitions.get(reading, actor, list_id, LIST_KIND)])[0]


def list_lists(reading: Reading, actor: Actor, page: PageRequest) -> Page[CustomerList]:
    """Lists, the newest first."""
    found = definitions.list_definitions(reading, actor, LIST_KIND, page)
    return Page(_lists(reading, found.rows), found.next_after)


def change_list(
    work: UnitOfWork, actor: Actor, list_id: int, mode: ListMode, customer_ids: Sequence[int] | Ids
) -> ListChange:
    """Puts customers on a list, or takes them off. Ids of customers merged away count for those they are now; who was erased,
    or whom the actor may not see, is left out, and `replace` leaves those where they are."""
    actor.require("lists.write")
    store.lock_membership(work.driver)
    definitions.get(work, actor, list_id, LIST_KIND)
    named = customers.living_customers(work, actor, [int(each) for each in customer_ids])
    before = list_members_of(work, list_id)
    changed = _difference(work, actor, mode, before, named)
    flipped = union(changed.entered, changed.exited)
    if len(flipped):
        lists_store.flip_list(work.driver, list_id, rules.bits_of(flipped))
        lists_store.change_list_size(work.driver, list_id, len(changed.entered) - len(changed.exited), work.clock.now())
        keeping.make_due(work, flipped)
    record_audit(
        work,
        actor,
        "lists.change",
        f"{LIST_KIND}:{list_id}",
        mode=mode.value,
        added=len(changed.entered),
        removed=len(changed.exited),
    )
    size = len(before) + len(changed.entered) - len(changed.exited)
    return ListChange(added=len(changed.entered), removed=len(changed.exited), size=size)


def _difference(work: UnitOfWork, actor: Actor, mode: ListMode, before: Ids, named: Ids) -> rules.Difference:
    if mode is ListMode.ADD:
        return rules.Difference(rules.without(named, before), np.empty(0, np.uint64))
    if mode is ListMode.REMOVE:
        return rules.Difference(np.empty(0, np.uint64), np.intersect1d(named, before, assume_unique=True))
    found = rules.difference(before, named)
    visible = customers.ids_in_scope(work, actor)
    if visible is None:
        return found
    return rules.Difference(found.entered, np.intersect1d(found.exited, visible, assume_unique=True))


def move_listed(work: UnitOfWork, actor: Actor, merges: Sequence[Merge]) -> None:
    """Follows merges and splits of customers: who stood on a list as the loser stands there as the winner. After a split the
    winner alone stands there. The caller sees to it that all of them are looked at again."""
    actor.require("segments.publish")
    if not merges:
        return
    store.lock_membership(work.driver)
    involved = {customer for merge in merges for customer in (merge.winner_id, merge.loser_id)}
    for list_id, members in sorted(lists_store.lists_with(work.driver, involved).items()):
        now = set(members)
        for merge in merges:
            rules.follow(now, merge)
        if flipped := members ^ now:
            lists_store.flip_list(work.driver, list_id, rules.bits_of(rules.ids_from(flipped)))
            lists_store.change_list_size(work.driver, list_id, len(now) - len(members), None)


def leave_lists(work: UnitOfWork, actor: Actor, customer_ids: Collection[int]) -> dict[int, int]:
    """Takes customers who were erased off all lists; {customer_id: off how many}."""
    actor.require("customers.erase")
    store.lock_membership(work.driver)
    left: Counter[int] = Counter()
    for list_id, members in sorted(lists_store.lists_with(work.driver, customer_ids).items()):
        lists_store.flip_list(work.driver, list_id, rules.bits_of(rules.ids_from(members)))
        lists_store.change_list_size(work.driver, list_id, -len(members), None)
        left.update(members)
    return dict(left)


def _lists(reading: Reading, found: Sequence[Definition]) -> list[CustomerList]:
    ids = [each.definition_id for each in found]
    states = lists_store.list_states(reading.driver, ids)
    users = definitions_reading.users_of(reading, ids)
    return [
        CustomerList(
            list_id=each.definition_id,
            name=each.name,
            size=states[each.definition_id].size,
            used_by=users.get(each.definition_id, []),
            created_at=each.created_at,
            changed_at=states[each.definition_id].changed_at,
        )
        for each in found
    ]
