"""Inheritances: wished for, shown, called off. Part of `service`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from siyu.domain.company.reading import is_wecom_connected
from siyu.domain.company.service import record_audit
from siyu.domain.contacts import handovers_store
from siyu.domain.contacts import inheriting_store as store
from siyu.domain.contacts.contracts import NotConnectedError
from siyu.domain.contacts.inheriting_contracts import (
    MESSAGE_LENGTH_MAX,
    TAKERS_MAX,
    Candidate,
    Giver,
    Handover,
    HandoverState,
    Inheritance,
    InheritanceEndedError,
    NothingToHandOverError,
    OwnCustomer,
    UnfitTakerError,
    UnknownContactMemberError,
    UnknownInheritanceError,
    Wanted,
    Who,
)
from siyu.domain.contacts.reading import member_scope
from siyu.domain.customers.reading import page_key
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

RIGHT = "contacts.inherit"
KEY_LENGTH_MAX = 100


def list_givers(
    reading: Reading,
    actor: Actor,
    page: PageRequest,
    *,
    who: Who = "all",
    corp_id: str | None = None,
    owners: Collection[tuple[str, str]] = (),
) -> Page[Giver]:
    """Members in the actor's scope with how many customers they have; the list can be searched, by userid too. `owners` are those
    who own groups: (corp, userid in lower case)."""
    actor.require(RIGHT)
    after = None if page.after is None else page_key(page)
    rows = store.select_givers(reading.driver, member_scope(actor), page, after, who, corp_id, owners)
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows, str(rows[-1].member_id) if more else None)


def get_giver(reading: Reading, actor: Actor, member_id: int) -> Giver:
    """A member in the actor's scope."""
    actor.require(RIGHT)
    found = list_givers(reading, actor, PageRequest(size=1, ids=frozenset([member_id]))).rows
    if not found:
        raise UnknownContactMemberError
    return found[0]


def fit_takers(reading: Reading, actor: Actor, giver: Giver, member_ids: Sequence[int]) -> dict[int, int]:
    """{member: customers they have} of those who are to take over; UnfitTakerError where one of them cannot."""
    actor.require(RIGHT)
    wanted = set(member_ids)
    if not 1 <= len(wanted) <= TAKERS_MAX or giver.member_id in wanted:
        raise UnfitTakerError
    found = store.fit_takers(reading.driver, member_scope(actor), giver.corp_id, wanted)
    if len(found) < len(wanted):
        raise UnfitTakerError
    return {each.member_id: each.customers for each in found}


def candidates(reading: Reading, actor: Actor, giver: Giver) -> list[Candidate]:
    """All customers whom a member has."""
    actor.require(RIGHT)
    return store.candidates(reading.driver, giver.member_id, reading.clock.now())


def list_own_customers(reading: Reading, actor: Actor, member_id: int, page: PageRequest) -> Page[OwnCustomer]:
    """Customers of a member in the actor's scope."""
    giver = get_giver(reading, actor, member_id)
    after = page_key(page) if page.after is not None else 0
    rows = store.own_customers(reading.driver, giver.member_id, after, page.size + 1)
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].profile_id) if more else None)


def chats_under_way(reading: Reading, actor: Actor, giver: Giver) -> set[str]:
    """Groups of a member that are on the way to somebody already."""
    actor.require(RIGHT)
    return store.chats_under_way(reading.driver, giver.member_id)


def find_inheritance(reading: Reading, actor: Actor, asked_key: str) -> Inheritance | None:
    """What was asked for with this key."""
    actor.require(RIGHT)
    known = store.find_asked(reading.driver, asked_key)
    return get_inheritance(reading, actor, known) if known is not None else None


def begin_inheritance(work: UnitOfWork, actor: Actor, wanted: Wanted) -> Inheritance:
    """Has customers and groups handed over. Asked with the same key again it gives what came of it the first time."""
    actor.require(RIGHT)
    giver = get_giver(work, actor, wanted.giver_id)
    message = " ".join(wanted.message.split())
    if not 1 <= len(wanted.asked_key) <= KEY_LENGTH_MAX or len(message) > MESSAGE_LENGTH_MAX:
        raise InvalidError("The key has 1 to 100 characters, the message at most 200.")
    store.lock_giver(work.driver, giver.member_id)
    known = store.find_asked(work.driver, wanted.asked_key)
    if known is not None:
        return get_inheritance(work, actor, known)
    if not is_wecom_connected(work, giver.corp_id):
        raise NotConnectedError
    if not wanted.customers and not wanted.groups:
        raise NothingToHandOverError
    fit_takers(work, actor, giver, sorted({*wanted.customers.values(), *wanted.groups.values()}))
    now = work.clock.now()
    asked_by = f"{actor.kind.value}:{actor.actor_id}"
    made = store.insert_inheritance(
        work.driver, wanted.asked_key, giver.corp_id, giver.member_id, message, asked_by, now
    )
    if not store.insert_handovers(work.driver, made, giver.member_id, wanted.customers, wanted.groups, now):
        raise NothingToHandOverError
    record_audit(
        work,
        actor,
        "contacts.begin_inheritance",
        f"inheritance:{made}",
        giver=giver.member_id,
        customers=len(wanted.customers),
        groups=len(wanted.groups),
    )
    return get_inheritance(work, actor, made)


def cancel_inheritance(work: UnitOfWork, actor: Actor, inheritance_id: int) -> Inheritance:
    """Calls off what WeCom was not asked for yet; what has begun goes on."""
    actor.require(RIGHT)
    found = get_inheritance(work, actor, inheritance_id)
    if found.ended_at is not None:
        raise InheritanceEndedError
    now = work.clock.now()
    cancelled = store.cancel_planned(work.driver, inheritance_id, now)
    handovers_store.end_inheritances(work.driver, now)
    record_audit(work, actor, "contacts.cancel_inheritance", f"inheritance:{inheritance_id}", cancelled=cancelled)
    return get_inheritance(work, actor, inheritance_id)


def get_inheritance(reading: Reading, actor: Actor, inheritance_id: int) -> Inheritance:
    """One whose giver is in the actor's scope."""
    actor.require(RIGHT)
    found = store.select_inheritances(
        reading.driver, member_scope(actor), inheritance_id=inheritance_id, before=2**62, size=1
    )
    if not found:
        raise UnknownInheritanceError
    return found[0]


def list_inheritances(reading: Reading, actor: Actor, page: PageRequest) -> Page[Inheritance]:
    """Those whose givers are in the actor's scope, the newest first."""
    actor.require(RIGHT)
    rows = store.select_inheritances(
        reading.driver, member_scope(actor), inheritance_id=None, before=page_key(page), size=page.size + 1
    )
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].inheritance_id) if more else None)


def list_handovers(
    reading: Reading, actor: Actor, inheritance_id: int, page: PageRequest, states: Sequence[HandoverState] = ()
) -> Page[Handover]:
    """The customers and groups of an inheritance; those in some states, or all."""
    get_inheritance(reading, actor, inheritance_id)
    after = page_key(page) if page.after is not None else 0
    rows = store.select_handovers(reading.driver, inheritance_id, [each.value for each in states], after, page.size + 1)
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].handover_id) if more else None)


def undone(
    reading: Reading, actor: Actor, inheritance_id: int, states: Collection[HandoverState]
) -> tuple[set[int], set[str]]:
    """(profiles, groups) of an inheritance that ended in these states and are on their way nowhere else."""
    get_inheritance(reading, actor, inheritance_id)
    return store.undone(reading.driver, inheritance_id, [each.value for each in states])
