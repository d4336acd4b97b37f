"""The verbs of room `groups`. None of them commits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import BadIdentityError, Identity, normal_identity
from siyu.domain.customers.reading import customers_in_scope
from siyu.domain.groups import store
from siyu.domain.groups.contracts import (
    GROUP_JOINED,
    GROUP_LEFT,
    JOIN_SCENES,
    Group,
    GroupChanges,
    Membership,
    OutsideGroup,
    OutsideGroupMember,
    UnknownGroupChatError,
)
from siyu.domain.groups.welcomes import (
    blur_welcome,
    claim_welcome,
    create_welcome,
    delete_welcome,
    forget_welcome,
    list_welcomes,
    lose_welcome,
    made_welcomes,
    refuse_welcome,
    save_welcome,
    settle_welcome,
    try_welcome_again,
)
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import InvalidError
from siyu.kernel.ids import derived_hex
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.eventlog.append import EncodedEvent
from siyu.platform.postgres.database import Reading, UnitOfWork

__all__ = [
    "blur_welcome",
    "choose_groups",
    "claim_welcome",
    "create_welcome",
    "delete_welcome",
    "dissolve_group",
    "forget_memberships",
    "forget_welcome",
    "get_group",
    "keep_owner",
    "list_groups",
    "list_memberships",
    "list_welcomes",
    "living_chats",
    "lose_welcome",
    "made_welcomes",
    "refuse_welcome",
    "save_welcome",
    "settle_welcome",
    "tell_group",
    "try_welcome_again",
]
"""What of this door is written in the file beside it."""

SOURCE = "groups"
CHANNEL = "wecom"
FIRST_PAGE = 2**62

Origins = Callable[[Collection[str]], Mapping[str, Mapping[str, Any]]]
"""Says of states by what customers came."""
_encode = msgspec.json.Encoder().encode


def tell_group(
    work: UnitOfWork,
    actor: Actor,
    corp_id: str,
    told: OutsideGroup,
    owner_id: int | None,
    *,
    told_by: str,
    is_removed: bool | None = None,
    origins: Origins | None = None,
) -> GroupChanges:
    """Keeps a group as it was told, with all its members: who is new has joined, who is not told any more has left; `is_removed` is
    whether they were put out, where somebody said. `origins` says of states by what customers came, for the events. The same again
    changes nothing."""
    actor.require("groups.run")
    known = store.lock_group(work.driver, corp_id, told.chat_id)
    digest = _digest(told, owner_id)
    if known is not None and known.digest == digest and not known.is_dissolved:
        return GroupChanges()
    group_id = store.save_group(work.driver, corp_id, told, owner_id, digest)
    before = store.memberships_of(work.driver, group_id)
    there = {each.external_userid: each for each in told.members}
    coming = [each for key, each in there.items() if _comes(before.get(key))]
    going = [key for key, each in before.items() if each.left_at is None and key not in there]
    profile_of = _profiles(work, actor, coming)
    joining = {profile_of[each.external_userid]: each for each in coming if each.external_userid in profile_of}
    if joining:
        store.join(work.driver, group_id, joining)
    states = {each.state for each in joining.values() if each.state}
    origin_of = origins(states) if origins is not None and states else {}
    work.record(
        _joined(group_id, told, profile_id, each, told_by, origin_of.get(each.state, {}))
        for profile_id, each in sorted(joining.items())
    )
    now = work.clock.now()
    left = store.leave(work.driver, group_id, going, now, is_removed) if going else []
    work.record(_left(group_id, told.chat_id, told.name, one, since, now, told_by, is_removed) for one, since in left)
    return GroupChanges(len(joining), len(left), is_changed=True)


def _comes(before: store.KnownMembership | None) -> bool:
    return before is None or before.left_at is not None


def _digest(told: OutsideGroup, owner_id: int | None) -> bytes:
    head = (told.name, told.notice, told.owner_userid, owner_id, told.status, told.staff)
    members = sorted(f"{each.external_userid}\x1f{each.joined_at.isoformat()}" for each in told.members)
    return blake2b("\x1e".join([*map(str, head), *members]).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _profiles(work: UnitOfWork, actor: Actor, members: Sequence[OutsideGroupMember]) -> dict[str, int]:
    groups: dict[Sequence[Identity], datetime] = {}
    identity_of: dict[str, Identity] = {}
    for each in members:
        try:
            found = [normal_identity("external_userid", each.external_userid)]
            if each.unionid:
                found.append(normal_identity("unionid", each.unionid))
        except BadIdentityError:
            continue
        groups[tuple(found)] = each.joined_at
        identity_of[each.external_userid] = found[0]
    if not groups:
        return {}
    profile_of = customers.resolve(work, actor, groups, channels=dict.fromkeys(groups, CHANNEL))
    return {key: profile_of[identity] for key, identity in identity_of.items()}


def _joined(
    group_id: int,
    told: OutsideGroup,
    profile_id: int,
    each: OutsideGroupMember,
    told_by: str,
    origin: Mapping[str, Any],
) -> EncodedEvent:
    properties = {
        **origin,
        "group_id": group_id,
        "name": told.name,
        "join_scene": JOIN_SCENES.get(each.join_scene, "unknown"),
        "state": each.state,
        "told_by": told_by,
    }
    key = (str(group_id), str(profile_id), each.joined_at.isoformat())
    return EncodedEvent(
        GROUP_JOINED, derived_hex(GROUP_JOINED, *key), profile_id, each.joined_at, SOURCE, _encode(properties)
    )


def _left(
    group_id: int,
    chat_id: str,
    name: str,
    profile_id: int,
    since: datetime,
    at: datetime,
    told_by: str,
    is_removed: bool | None,
) -> EncodedEvent:
    properties: Mapping[str, object] = {
        "group_id": group_id,
        "name": name,
        "told_by": told_by,
        **({"is_removed": is_removed} if is_removed is not None else {}),
    }
    key = (chat_id, str(profile_id), since.isoformat())
    return EncodedEvent(
        GROUP_LEFT, derived_hex(GROUP_LEFT, *key), profile_id, max(at, since), SOURCE, _encode(properties)
    )


def dissolve_group(work: UnitOfWork, actor: Actor, corp_id: str, chat_id: str, *, told_by: str) -> GroupChanges:
    """A group is no more: whoever was in it has left."""
    actor.require("groups.run")
    known = store.lock_group(work.driver, corp_id, chat_id)
    if known is None or known.is_dissolved:
        return GroupChanges()
    now = work.clock.now()
    left = store.dissolve(work.driver, known.group_id, now)
    work.record(_left(known.group_id, chat_id, "", one, since, now, told_by, None) for one, since in left)
    return GroupChanges(left=len(left), is_changed=True)


def keep_owner(
    work: UnitOfWork, actor: Actor, corp_id: str, chat_ids: Collection[str], owner_userid: str, owner_id: int
) -> None:
    """Those groups were handed over: another of the staff owns them. The next sync tells the rest."""
    actor.require("groups.run")
    store.keep_owner(work.driver, corp_id, sorted(chat_ids), owner_userid, owner_id)


def living_chats(work: UnitOfWork, actor: Actor, corp_id: str) -> set[str]:
    """The groups of a corp that are there, by the names they have outside."""
    actor.require("groups.run")
    return store.living_chats(work.driver, corp_id)


def list_groups(reading: Reading, actor: Actor, page: PageRequest) -> Page[Group]:
    """Groups whose owners are in the actor's scope, the newest first; the list can be searched."""
    actor.require("groups.read")
    rows = store.select_groups(reading.driver, _scope(actor), page, _place(page, FIRST_PAGE))
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].group_id) if more else None)


def get_group(reading: Reading, actor: Actor, group_id: int) -> Group:
    """One group; UnknownGroupChatError outside the actor's scope."""
    actor.require("groups.read")
    found = store.find_group(reading.driver, _scope(actor), group_id)
    if found is None:
        raise UnknownGroupChatError
    return found


def choose_groups(
    reading: Reading,
    actor: Actor,
    *,
    group_ids: Collection[int] = (),
    owner_ids: Collection[int] = (),
    is_all: bool = False,
) -> list[int]:
    """The groups of the actor's scope that are there: those named, those of some owners, or all."""
    actor.require("groups.read")
    return store.choose_groups(reading.driver, _scope(actor), group_ids, owner_ids, is_all=is_all)


def list_memberships(reading: Reading, actor: Actor, group_id: int, page: PageRequest) -> Page[Membership]:
    """Customers of a group, those who are in it first; who is outside the actor's scope has no name."""
    get_group(reading, actor, group_id)
    rows = store.select_memberships(reading.driver, _scope(actor), group_id, _place(page, 0), page.size + 1)
    more, rows = len(rows) > page.size, rows[: page.size]
    visible = customers_in_scope(reading, actor, {row.customer_id for _, row in rows if row.customer_id is not None})
    shown = [row if row.customer_id in visible else _nameless(row) for _, row in rows]
    return Page(rows=shown, next_after=str(rows[-1][0]) if more else None)


def _nameless(row: Membership) -> Membership:
    return replace(row, customer_id=None, name="", invited_by="", state="", groups=0)


def forget_memberships(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[int, int]:
    """Takes away in which groups the profiles of somebody who is erased are and were; {profile_id: how many}."""
    actor.require("customers.erase")
    return store.delete_of_profiles(work.driver, profile_ids)


def _scope(actor: Actor) -> dict[str, Any]:
    own = int(actor.actor_id) if actor.scope.own_only and actor.kind is ActorKind.STAFF else None
    return {"path": actor.scope.unit_path, "own_only": actor.scope.own_only, "staff_id": own}


def _place(page: PageRequest, first: int) -> int:
    if page.after is None:
        return first
    if not (page.after.isascii() and page.after.isdigit()) or len(page.after) > 18:
        raise InvalidError("This page key was not made by Siyu.", field="after")
    return int(page.after)
