"""Relations as they are told: which are new, which changed, which ended, and what follows. Part of `service`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from siyu.domain.contacts import relations_store as store
from siyu.domain.contacts.contracts import (
    CONTACT_ADDED,
    CONTACT_DELETED_BY_STAFF,
    CONTACT_DELETED_STAFF,
    CONTACT_LOST,
    CONTACT_REGAINED,
    Changes,
    LostBy,
    LostRelation,
    OutsideContact,
    OutsideRelation,
    Told,
    ToldBy,
)
from siyu.domain.contacts.directory import ensure_members
from siyu.domain.contacts.handing_store import ASSIGNED, heirs_of
from siyu.domain.contacts.rules import ADD_WAYS, Known, attributes_of, begins_again, chosen_keeper, fingerprint
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import (
    BadIdentityError,
    Identity,
    Introduced,
    Introduction,
    normal_identity,
)
from siyu.domain.customers.reading import current_customer_ids
from siyu.kernel.actors import Actor
from siyu.kernel.ids import derived_hex
from siyu.platform.eventlog.append import EncodedEvent
from siyu.platform.postgres.database import Reading, UnitOfWork
from siyu.platform.postgres.packing import SEPARATOR

SOURCE = "contacts"
CHANNEL = "wecom"
NO_CHANGES = Changes()
_encode = msgspec.json.Encoder().encode
BY_OTHERS = (LostBy.TRANSFER, LostBy.UNKNOWN)
"""Ways in which a relation may have ended because the customer was handed over."""
_EVENT_OF = {
    LostBy.CUSTOMER: CONTACT_DELETED_STAFF,
    LostBy.STAFF: CONTACT_DELETED_BY_STAFF,
    LostBy.TRANSFER: CONTACT_DELETED_BY_STAFF,
    LostBy.UNKNOWN: CONTACT_DELETED_BY_STAFF,
}


class _Fresh(NamedTuple):
    """Something told of a relation that was not known before."""

    key: store.Key
    staff_id: int
    unit_id: int
    contact: OutsideContact
    relation: OutsideRelation
    identities: tuple[Identity, ...]
    mark: bytes
    known: Known | None

    @property
    def begins(self) -> bool:
        return self.known is None or begins_again(self.known, self.relation.created_at)


def tell_relations(
    work: UnitOfWork,
    actor: Actor,
    corp_id: str,
    told: Sequence[Told],
    by: ToldBy,
    origins: Callable[[Collection[str]], Mapping[str, Mapping[str, Any]]] | None = None,
    *,
    asked_at: datetime,
    came_at: datetime | None = None,
) -> dict[int, Changes]:
    """Keeps what was told of relations that live, when it was asked for at `asked_at`: the customers, the relations, what follows
    from those that are new; gives {member: what it came to}. What is known already costs one look and changes nothing, nor does
    what is known of a later moment. `origins` says of states by what customers came, for the events. `came_at` is when they were
    told to have come: nobody says whether a relation gets a new beginning when a customer comes back who had ended it."""
    actor.require("contacts.run")
    members = ensure_members(work, actor, corp_id, {relation.userid for _, relation in told}) if told else {}
    fresh = _fresh(work, told, members, asked_at, came_at)
    begun = [each for each in fresh if each.begins]
    changed = [each for each in fresh if not each.begins and each.known is not None and each.known.lost_at is None]
    if not begun and not changed:
        return {}
    introduced = _introduced(work, actor, begun, changed)
    profile_of = introduced.profile_of
    customer_of = dict(zip(introduced.newborn, introduced.newborn, strict=True))
    if old := {profile_of[each.identities[0]] for each in begun} - introduced.newborn:
        customer_of |= current_customer_ids(work, old)
    before = _relations_before(work, set(customer_of.values()) - introduced.newborn)
    made = store.save_relations(work.driver, [_row(each, profile_of) for each in [*begun, *changed]], asked_at)
    # what somebody else was told at the same moment is theirs to tell
    begun = [each for each in begun if each.known is not None or (profile_of[each.identities[0]], each.key[0]) in made]
    _look_at_tags(work, [*begun, *changed], profile_of)
    states = {each.relation.state for each in begun} - {""}
    origin_of = origins(states) if origins is not None and states else {}
    _tell_begun(work, actor, begun, profile_of, customer_of, before, by, origin_of)
    counts: dict[int, Changes] = {}
    for kept, one in ((begun, Changes(added=1)), (changed, Changes(changed=1))):
        for each in kept:
            counts[each.key[0]] = counts.get(each.key[0], NO_CHANGES) + one
    return counts


def _fresh(
    work: UnitOfWork,
    told: Sequence[Told],
    members: Mapping[str, tuple[int, int, int]],
    asked_at: datetime,
    came_at: datetime | None,
) -> list[_Fresh]:
    latest: dict[store.Key, tuple[OutsideContact, OutsideRelation, tuple[Identity, ...]]] = {}
    for contact, relation in told:
        identities = _identities(contact)
        if identities:
            latest[members[relation.userid.lower()][0], identities[0].value] = (contact, relation, identities)
    known = store.known_relations(work.driver, latest) if latest else {}
    found = []
    for key, (contact, outside, identities) in latest.items():
        stands = known.get(key)
        if stands is not None and stands.told_at > asked_at:
            continue
        is_over = stands is not None and stands.lost_at is not None
        began_at = max(outside.created_at, came_at) if is_over and came_at is not None else outside.created_at
        relation = outside if began_at == outside.created_at else replace(outside, created_at=began_at)
        mark = fingerprint(contact, relation)
        if stands is None or stands.fingerprint != mark or begins_again(stands, relation.created_at):
            _, staff_id, unit_id = members[relation.userid.lower()]
            found.append(_Fresh(key, staff_id, unit_id, contact, relation, identities, mark, stands))
    return found


def _introduced(work: UnitOfWork, actor: Actor, begun: Sequence[_Fresh], changed: Sequence[_Fresh]) -> Introduced:
    """The customers, with what was told of them."""
    now = work.clock.now()
    told = [
        Introduction(
            each.identities,
            each.relation.created_at,
            attributes_of(each.contact, each.relation, is_new=each.begins),
            each.relation.created_at if each.begins else now,
        )
        for each in [*begun, *changed]
    ]
    return customers.introduce(work, actor, told, CHANNEL)


def _identities(contact: OutsideContact) -> tuple[Identity, ...]:
    """By what the customer is known; nothing where that is no good."""
    try:
        first = normal_identity("external_userid", contact.external_userid)
    except BadIdentityError:
        return ()
    try:
        return (first, normal_identity("unionid", contact.unionid)) if contact.unionid else (first,)
    except BadIdentityError:
        return (first,)


def _row(each: _Fresh, profile_of: Mapping[Identity, int]) -> store.RelationRow:
    relation = each.relation
    return store.RelationRow(
        profile_id=profile_of[each.identities[0]],
        member_id=each.key[0],
        fingerprint=each.mark,
        remark=_text(relation.remark),
        description=_text(relation.description),
        company=_text(relation.company),
        add_way=relation.add_way,
        state=_text(relation.state),
        is_by_member=relation.oper_userid.lower() == relation.userid.lower(),
        tag_ids=sorted({tag for tag in relation.tag_ids if tag and tag.isprintable() and "," not in tag}),
        added_at=relation.created_at,
    )


def _text(text: str) -> str:
    return text.replace("\x00", "").replace(SEPARATOR, " ")


def _look_at_tags(work: UnitOfWork, told: Sequence[_Fresh], profile_of: Mapping[Identity, int]) -> None:
    taken: dict[int, set[str]] = {}
    for each in told:
        had = set(each.known.tag_ids) if each.known is not None and each.known.lost_at is None else set()
        if had != set(each.relation.tag_ids):
            taken.setdefault(profile_of[each.identities[0]], set()).update(had.difference(each.relation.tag_ids))
    if taken:
        store.look_at_tags(work.driver, taken)


def _relations_before(work: UnitOfWork, customer_ids: Collection[int]) -> dict[int, list[store.Living]]:
    """{customer: who had them before what is told now} of those whom anybody has or had."""
    return store.living_of(work.driver, customer_ids) if customer_ids else {}


def _tell_begun(
    work: UnitOfWork,
    actor: Actor,
    begun: Sequence[_Fresh],
    profile_of: Mapping[Identity, int],
    customer_of: Mapping[int, int],
    before: Mapping[int, Sequence[store.Living]],
    by: ToldBy,
    origins: Mapping[str, Mapping[str, Any]],
) -> None:
    events: list[EncodedEvent] = []
    regained: set[int] = set()
    keepers: dict[int, tuple[datetime, int, int, int]] = {}
    for each in begun:
        profile_id, at = profile_of[each.identities[0]], each.relation.created_at
        state = (
            "" if each.relation.add_way == ASSIGNED else each.relation.state
        )  # by it they came to who had them first
        told: dict[str, object] = {
            **origins.get(state, {}),
            "staff_id": each.staff_id,
            "add_way": ADD_WAYS.get(each.relation.add_way, "unknown"),
            "state": state,
            "is_by_staff": each.relation.oper_userid.lower() == each.relation.userid.lower(),
            "told_by": by.value,
        }
        key = (str(each.key[0]), str(profile_id), at.isoformat())
        events.append(
            EncodedEvent(CONTACT_ADDED, derived_hex(CONTACT_ADDED, *key), profile_id, at, SOURCE, _encode(told))
        )
        customer_id = customer_of[profile_id]
        if before.get(customer_id) == [] and customer_id not in regained:
            regained.add(customer_id)
            told = {"staff_id": each.staff_id, "told_by": by.value}
            events.append(
                EncodedEvent(
                    CONTACT_REGAINED, derived_hex(CONTACT_REGAINED, *key), profile_id, at, SOURCE, _encode(told)
                )
            )
        told_now = (at, each.key[0], each.unit_id, each.staff_id)
        keepers[customer_id] = min(told_now, keepers.get(customer_id, told_now))
    work.record(events)
    moves: dict[int, tuple[int | None, int, int]] = {}
    for customer_id, (at, member_id, unit_id, staff_id) in keepers.items():
        first = min(before.get(customer_id, ()), key=lambda each: (each.added_at, each.member_id), default=None)
        is_before = first is not None and (at, member_id) < (first.added_at, first.member_id)
        moves[customer_id] = (first.staff_id if first is not None and is_before else None, unit_id, staff_id)
    customers.move_custody(work, actor, moves)


def lose_relations(
    work: UnitOfWork, actor: Actor, corp_id: str, lost: Sequence[LostRelation], by: ToldBy
) -> dict[int, Changes]:
    """Ends relations; those that ended already, began later, or never were, are passed over. {member: what it came to}."""
    actor.require("contacts.run")
    members = ensure_members(work, actor, corp_id, {each.userid for each in lost}) if lost else {}
    ends = {(members[each.userid.lower()][0], each.external_userid): (each.at, each.by) for each in lost}
    if not ends:
        return {}
    store.known_relations(work.driver, ends)  # locked in the order in which all lock them
    ended = store.end_relations(work.driver, ends)
    if ended:
        _tell_ended(work, actor, ended, by)
    return {member: Changes(lost=count) for member, count in Counter(each.member_id for each in ended).items()}


def _tell_ended(work: UnitOfWork, actor: Actor, ended: Sequence[store.Ended], by: ToldBy) -> None:
    store.look_at_tags(work.driver, {each.profile_id: set() for each in ended})
    living = store.living_of(work.driver, {each.customer_id for each in ended})
    heirs = heirs_of(work.driver, [(each.profile_id, each.member_id) for each in ended if each.by in BY_OTHERS])
    events, moves, gone = [], {}, set()
    for each in ended:
        key = (str(each.member_id), str(each.profile_id), each.at.isoformat())
        told = {"staff_id": each.staff_id, "by": each.by.value, "told_by": by.value}
        name = _EVENT_OF[each.by]
        events.append(EncodedEvent(name, derived_hex(name, *key), each.profile_id, each.at, SOURCE, _encode(told)))
        left = living.get(each.customer_id, [])
        if not left and each.customer_id not in gone:
            gone.add(each.customer_id)
            events.append(
                EncodedEvent(
                    CONTACT_LOST, derived_hex(CONTACT_LOST, *key), each.profile_id, each.at, SOURCE, _encode(told)
                )
            )
        keeper = chosen_keeper([(one[0], one[3]) for one in left], heirs.get((each.profile_id, each.member_id)))
        if keeper is not None:
            _, staff_id, unit_id, _ = next(one for one in left if one[0] == keeper)
            moves[each.customer_id] = (each.staff_id, unit_id, staff_id)
    work.record(events)
    if moves:
        customers.move_custody(work, actor, moves)


def lose_unlisted(
    work: UnitOfWork,
    actor: Actor,
    corp_id: str,
    lists: Mapping[str, tuple[Collection[str], datetime]],
    by: ToldBy,
) -> dict[int, Changes]:
    """Ends the relations of members that were not in the lists of all of theirs, {member: (list, as of when)}. What was told since
    stands. {member: what it came to}."""
    actor.require("contacts.run")
    members = ensure_members(work, actor, corp_id, lists) if lists else {}
    userid_of = {members[userid.lower()][0]: userid for userid in lists}
    lost = []
    asked = {member_id: lists[userid][1] for member_id, userid in userid_of.items()}
    for member_id, living in store.living_ids(work.driver, asked).items() if asked else ():
        userid = userid_of[member_id]
        listed, as_of = lists[userid]
        lost += [LostRelation(userid, each, LostBy.UNKNOWN, as_of) for each in sorted(living.difference(listed))]
    return lose_relations(work, actor, corp_id, lost, by)


def members_with_left_behind(reading: Reading, actor: Actor, corp_id: str) -> set[str]:
    """Who left and still has customers here, in lower case."""
    actor.require("contacts.run")
    return set(store.members_with_left_behind(reading.driver, corp_id))


def lose_taken_over(
    work: UnitOfWork,
    actor: Actor,
    corp_id: str,
    unassigned: Collection[tuple[str, str]],
    by: ToldBy,
    *,
    as_of: datetime,
) -> dict[int, Changes]:
    """Ends the relations of members who left with customers who wait for nobody any more (they are not among the `unassigned`) and
    whom somebody else has: they were handed over in WeCom's own console. Whom nobody else has is left alone, for WeCom may not tell
    all. {member: what it came to}."""
    actor.require("contacts.run")
    left = store.members_with_left_behind(work.driver, corp_id)
    waiting = {(userid.lower(), external) for userid, external in unassigned}
    found = store.taken_over(work.driver, left.values(), as_of) if left else []
    lost = [
        LostRelation(userid, external, LostBy.TRANSFER, as_of)
        for userid, external in found
        if (userid.lower(), external) not in waiting
    ]
    return lose_relations(work, actor, corp_id, lost, by)


def forget_relations(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """Takes away who had the profiles of somebody who is erased; {table: {profile_id: rows}}."""
    actor.require("customers.erase")
    return store.delete_of_profiles(work.driver, profile_ids)
