"""The verbs of room `tags`. None of them commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from siyu.domain.company.service import record_audit
from siyu.domain.customers.contracts import Unchanged
from siyu.domain.customers.service import list_unchanged
from siyu.domain.tags import bulks, rules, store, tagging
from siyu.domain.tags import taggings_store as taggings
from siyu.domain.tags.contracts import (
    AT_ONCE_MAX,
    GROUPS_MAX,
    TAGS_PER_GROUP_MAX,
    Applied,
    BadTagError,
    BadTaggingError,
    Bulk,
    Group,
    GroupInUseError,
    How,
    Tag,
    TagNameTakenError,
    TooManyTagsError,
    UnknownTagError,
    Way,
)
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

NO_REASON = ""

# --- groups and tags


def list_groups(reading: Reading, actor: Actor) -> list[Group]:
    """All groups with their tags, in order; those that are archived come last."""
    actor.require("tags.read")
    return store.read_groups(reading.driver)


def create_group(
    work: UnitOfWork, actor: Actor, name: str, colour: str, *, is_exclusive: bool, owner_id: int | None = None
) -> Group:
    """A new group, without tags, as the last. Of an exclusive one a customer bears at most one tag."""
    actor.require("tags.write")
    named = rules.checked_name(name)
    store.lock_groups(work.driver)
    known = store.read_groups(work.driver)
    if len(known) >= GROUPS_MAX:
        raise TooManyTagsError(f"There are {GROUPS_MAX} groups.")
    _require_free(known, named)
    _require_owner(work, owner_id)
    group_id = store.insert_group(
        work.driver, (named, rules.checked_colour(colour), owner_id, is_exclusive, work.clock.now())
    )
    record_audit(work, actor, "tags.create_group", f"tag_group:{group_id}")
    return _group(work, group_id)


def save_group(
    work: UnitOfWork,
    actor: Actor,
    group_id: int,
    name: str,
    colour: str,
    *,
    is_exclusive: bool,
    owner_id: int | None = None,
    place: int | None = None,
) -> Group:
    """Renames, recolours, moves a group. GroupInUseError where it would become, or cease to be, exclusive and is in use."""
    actor.require("tags.write")
    named = rules.checked_name(name)
    store.lock_groups(work.driver)
    before = _locked_group(work, group_id)
    if not before.is_archived:
        _require_free([each for each in store.read_groups(work.driver) if each.group_id != group_id], named)
    if before.is_exclusive is not is_exclusive and store.is_borne(work.driver, group_id):
        raise GroupInUseError
    if owner_id != before.owner_id:
        _require_owner(work, owner_id)
    moved = before.place if place is None else max(0, min(place, 1_000_000))
    store.update_group(work.driver, group_id, (named, rules.checked_colour(colour), owner_id, is_exclusive, moved))
    record_audit(work, actor, "tags.save_group", f"tag_group:{group_id}")
    return _group(work, group_id)


def archive_group(work: UnitOfWork, actor: Actor, group_id: int, *, is_archived: bool = True) -> Group:
    """Takes a group, with its tags, out of use, or back into it. Who bears one of its tags goes on bearing it."""
    actor.require("tags.write")
    store.lock_groups(work.driver)
    before = _locked_group(work, group_id)
    if not is_archived and before.is_archived:
        _require_free(store.read_groups(work.driver), before.name)
    store.archive_group(work.driver, group_id, is_archived)
    record_audit(work, actor, "tags.archive_group", f"tag_group:{group_id}", is_archived=is_archived)
    return _group(work, group_id)


def create_tag(work: UnitOfWork, actor: Actor, group_id: int, name: str) -> Group:
    """A new tag in a group; gives the group."""
    actor.require("tags.write")
    named = rules.checked_name(name)
    group = _locked_group(work, group_id)
    if len(group.tags) >= TAGS_PER_GROUP_MAX:
        raise TooManyTagsError(f"A group has at most {TAGS_PER_GROUP_MAX} tags.")
    _require_no_tag(group, named)
    tag_id = store.insert_tag(work.driver, group_id, named, work.clock.now())
    record_audit(work, actor, "tags.create_tag", f"tag:{tag_id}", group_id=group_id)
    return _group(work, group_id)


def rename_tag(work: UnitOfWork, actor: Actor, tag_id: int, name: str) -> Group:
    """Gives a tag another name; gives its group. Who bears it goes on bearing it, under the new name."""
    actor.require("tags.write")
    named = rules.checked_name(name)
    group, tag = _locked_tag(work, tag_id)
    if not tag.is_archived and named != tag.name:
        _require_no_tag(group, named)
    store.update_tag(work.driver, tag_id, named, tag.is_archived)
    record_audit(work, actor, "tags.rename_tag", f"tag:{tag_id}")
    return _group(work, group.group_id)


def archive_tag(work: UnitOfWork, actor: Actor, tag_id: int, *, is_archived: bool = True) -> Group:
    """Takes a tag out of use, or back into it: nobody new bears it, and who does goes on. Gives its group."""
    actor.require("tags.write")
    group, tag = _locked_tag(work, tag_id)
    if not is_archived and tag.is_archived:
        _require_no_tag(group, tag.name)
    store.update_tag(work.driver, tag_id, tag.name, is_archived)
    record_audit(work, actor, "tags.archive_tag", f"tag:{tag_id}", is_archived=is_archived)
    return _group(work, group.group_id)


# --- tagging


def tag(
    work: UnitOfWork,
    actor: Actor,
    tag_id: int,
    customer_ids: Collection[int],
    *,
    reason: str = NO_REASON,
    expires_at: datetime | None = None,
) -> Applied:
    """Gives a tag to customers by hand; one who bears it already keeps it, for the longer of the two times. Of an exclusive
    group it takes the place of another."""
    actor.require("tags.apply")
    until = rules.checked_expiry(expires_at, work.clock.now())
    way = Way(How.HAND, rules.checked_reason(reason))
    applied = tagging.give(work, actor, tag_id, dict.fromkeys(_at_once(customer_ids), until), way)
    _audit_hand(work, actor, "tags.tag", tag_id, customer_ids)
    return applied


def untag(
    work: UnitOfWork, actor: Actor, tag_id: int, customer_ids: Collection[int], *, reason: str = NO_REASON
) -> Applied:
    """Takes a tag from customers by hand, whoever gave it."""
    actor.require("tags.apply")
    way = Way(How.HAND, rules.checked_reason(reason))
    applied = tagging.take(work, actor, tag_id, _at_once(customer_ids), way)
    _audit_hand(work, actor, "tags.untag", tag_id, customer_ids)
    return applied


def retag(
    work: UnitOfWork,
    actor: Actor,
    customer_id: int,
    *,
    add: Sequence[int] = (),
    remove: Sequence[int] = (),
    reason: str = NO_REASON,
    expires_at: datetime | None = None,
) -> None:
    """Takes some tags from one customer and gives others, by hand. BadTaggingError where there is nobody to be given them, or no
    room."""
    actor.require("tags.apply")
    store.lock_tags(work.driver, {*add, *remove})
    for tag_id in dict.fromkeys(remove):
        untag(work, actor, tag_id, [customer_id], reason=reason)
    for tag_id in dict.fromkeys(add):
        if tag(work, actor, tag_id, [customer_id], reason=reason, expires_at=expires_at).skipped:
            raise BadTaggingError("The customer is erased, or bears as many tags as anybody can.")


def keep_tagged(
    work: UnitOfWork, actor: Actor, tag_id: int, expires: Mapping[int, datetime | None], way: Way
) -> Applied:
    """Gives a tag to customers or profiles, each until an instant, in a way other than by hand: {profile_id: its end}. An archived
    tag is ArchivedTagError."""
    actor.require("tags.apply")
    _at_once(expires)
    return tagging.give(work, actor, tag_id, expires, way)


def keep_synced(work: UnitOfWork, actor: Actor, wanted: Mapping[int, Collection[int]]) -> None:
    """Gives tags that a sync brought, {tag: customers or profiles}: as `keep_tagged` of each, in a handful of statements."""
    actor.require("tags.apply")
    _at_once({each for ids in wanted.values() for each in ids})
    tagging.give_synced(work, actor, wanted)


def keep_untagged(work: UnitOfWork, actor: Actor, tag_id: int, profile_ids: Collection[int], way: Way) -> Applied:
    """Takes a tag from customers in a way other than by hand. What a rule takes it takes only where a rule gave it."""
    actor.require("tags.apply")
    return tagging.take(work, actor, tag_id, _at_once(profile_ids), way)


def hand_over(work: UnitOfWork, actor: Actor, tag_id: int, customer_ids: Collection[int], rule_id: int) -> None:
    """Says that from now on another rule keeps the tag of those who have it from a rule."""
    actor.require("tags.run")
    taggings.hand_over(work.driver, customer_ids, tag_id, rule_id)


def lock_tags(work: UnitOfWork, actor: Actor, tag_ids: Collection[int]) -> set[int]:
    """Those of the tags that are in use. Nobody else gives or takes them, or others of their groups, until the commit: first in its
    unit of work, for whoever is to change several."""
    actor.require("tags.run")
    return {each.tag_id for each in store.lock_tags(work.driver, tag_ids).values() if not each.is_archived}


def take_expired(work: UnitOfWork, actor: Actor, size: int) -> int:
    """Takes the tags whose time is over, those first that ended first; gives how many taggings it looked at."""
    actor.require("tags.run")
    return tagging.take_expired(work, actor, size)


def forget_taggings(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[int, int]:
    """Takes all tags of profiles that are erased, and tells nobody; {profile_id: how many}."""
    actor.require("customers.erase")
    return taggings.delete_of_profiles(work.driver, profile_ids)


# --- in bulk


def start_bulk(
    work: UnitOfWork,
    actor: Actor,
    tag_id: int,
    customer_ids: Sequence[int],
    *,
    of: str,
    is_removal: bool,
    reason: str = NO_REASON,
    expires_at: datetime | None = None,
) -> Bulk:
    """Has many customers tagged, or untagged, by a job; each if the actor may see them when it is their turn. `of` says who
    they are: `segment:7`, `list:3`, `customers`."""
    actor.require("tags.apply")
    until = rules.checked_expiry(expires_at, work.clock.now())
    return bulks.start(work, actor, tag_id, customer_ids, of, is_removal, rules.checked_reason(reason), until)


def work_bulk(work: UnitOfWork, actor: Actor, bulk_id: int) -> bool:
    """Does the next part of a bulk; False where there is none."""
    actor.require("tags.run")
    return bulks.work_on(work, bulk_id)


def stop_bulk(work: UnitOfWork, actor: Actor, bulk_id: int) -> Bulk:
    """Ends a bulk where it stands; what it did stays. UnknownBulkError where it is another's, for who sees not all customers."""
    actor.require("tags.apply")
    return bulks.stop(work, actor, bulk_id)


def get_bulk(reading: Reading, actor: Actor, bulk_id: int) -> Bulk:
    """How far a bulk is; one's own, or any for who sees all customers."""
    actor.require("tags.read")
    return bulks.get_seen(reading, actor, bulk_id)


def list_bulks(reading: Reading, actor: Actor, page: PageRequest) -> Page[Bulk]:
    """Work in bulk, the newest first: all of it for who sees all customers, for others their own."""
    actor.require("tags.read")
    return bulks.list_page(reading, actor, page)


def unchanged_by(reading: Reading, actor: Actor, bulk_id: int, why: Unchanged, page: PageRequest) -> Page[int]:
    """The customers whom a bulk that one may see left as they were, as far as one may see them."""
    actor.require("tags.read")
    return list_unchanged(reading, actor, bulks.get_seen(reading, actor, bulk_id).name, why, page)


# ---


def _at_once(customer_ids: Collection[int]) -> Collection[int]:
    if len(customer_ids) > AT_ONCE_MAX:
        raise BadTaggingError(f"At most {AT_ONCE_MAX} customers at once.", field="customer_ids")
    return customer_ids


def _audit_hand(work: UnitOfWork, actor: Actor, verb: str, tag_id: int, customer_ids: Collection[int]) -> None:
    if actor.kind in (ActorKind.STAFF, ActorKind.KEY):
        whose = f"customer:{min(customer_ids)}" if len(customer_ids) == 1 else "customers"
        record_audit(work, actor, verb, whose, tag_id=tag_id, count=len(customer_ids))


def _group(reading: Reading, group_id: int) -> Group:
    found = store.read_groups(reading.driver, [group_id])
    if not found:
        raise UnknownTagError
    return found[0]


def _locked_group(work: UnitOfWork, group_id: int) -> Group:
    if not store.lock_group(work.driver, group_id):
        raise UnknownTagError
    return _group(work, group_id)


def _locked_tag(work: UnitOfWork, tag_id: int) -> tuple[Group, Tag]:
    known = store.lock_tags(work.driver, [tag_id]).get(tag_id)
    if known is None:
        raise UnknownTagError
    group = _group(work, known.group_id)
    (own,) = (each for each in group.tags if each.tag_id == tag_id)
    return group, own


def _require_free(groups: Sequence[Group], name: str) -> None:
    if any(each.name == name and not each.is_archived for each in groups):
        raise TagNameTakenError


def _require_no_tag(group: Group, name: str) -> None:
    if any(each.name == name and not each.is_archived for each in group.tags):
        raise TagNameTakenError


def _require_owner(work: UnitOfWork, owner_id: int | None) -> None:
    if owner_id is not None and not store.has_staff(work.driver, owner_id):
        raise BadTagError("Nobody of that number works here.", field="owner_id")
