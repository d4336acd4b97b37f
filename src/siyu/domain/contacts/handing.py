"""Hand-overs: asked for, looked after, done, and what follows from them. Part of `service`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from siyu.domain.contacts import handing_store, handovers_store, inheriting_store
from siyu.domain.contacts.contracts import CONTACT_ADDED, LostBy, LostRelation, Refusal, SourceRefusedError, ToldBy
from siyu.domain.contacts.handing_store import Moved
from siyu.domain.contacts.handovers_store import OpenRow
from siyu.domain.contacts.inheriting_contracts import (
    AT_ONCE_MAX,
    CONTACT_HANDED_OVER,
    HANDOVER_REFUSED,
    Asking,
    HandoverState,
    Inheritance,
    OutsideTransfer,
    Pair,
)
from siyu.domain.contacts.inheriting_rules import (
    LOOK_EVERY,
    SOON,
    UNDER_WAY_CODE,
    Step,
    after_refusal,
    answered,
    looked_up,
)
from siyu.domain.contacts.relating import SOURCE, lose_relations
from siyu.domain.contacts.rules import ADD_WAYS
from siyu.domain.customers import service as customers
from siyu.kernel.actors import Actor
from siyu.kernel.ids import derived_hex
from siyu.platform.eventlog.append import EncodedEvent
from siyu.platform.postgres.database import Reading, UnitOfWork

TOLD_AT_ONCE = 50
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of asking: groups that are the other's now; the two members, where of some customer it has to be looked up who
    hands them over."""

    groups: list[str]
    unclear: Pair | None


@dataclass(frozen=True, slots=True)
class Leaver:
    """A member who left customers behind."""

    member_id: int
    name: str
    unit_path: str
    corp_id: str
    customers: int


def corps_under_way(reading: Reading, actor: Actor) -> list[str]:
    """Corps of which something is due."""
    actor.require("contacts.run")
    return handovers_store.corps_under_way(reading.driver, reading.clock.now())


def take_to_ask(work: UnitOfWork, actor: Actor, corp_id: str) -> Asking | None:
    """What is to be asked for next; it stands as asked for once this is committed."""
    actor.require("contacts.run")
    now = work.clock.now()
    return handovers_store.take_to_ask(work.driver, corp_id, now, now + SOON, AT_ONCE_MAX)


def settle_asked(work: UnitOfWork, actor: Actor, asking: Asking, codes: Mapping[str, int]) -> Settled:
    """Keeps what WeCom answered; a group of which it said nothing is the other's."""
    actor.require("contacts.run")
    now = work.clock.now()
    rows = handovers_store.lock_rows(work.driver, asking.outside_ids)
    steps = {}
    for row in rows:
        code = codes.get(row.outside_id, 0 if asking.is_of_groups else -1)
        steps[row.handover_id] = answered(code, is_group=asking.is_of_groups, since=now - row.planned_at)
    looked = {each: step for each, step in steps.items() if step.is_to_look}
    handovers_store.save_steps(work.driver, {each: step for each, step in steps.items() if each not in looked}, now)
    handovers_store.save_refusal(work.driver, asking.inheritance_id, 0)
    done = [row.outside_id for row in rows if steps[row.handover_id].state is HandoverState.DONE]
    return Settled(done, handovers_store.pair_of(work.driver, min(looked)) if looked else None)


def refuse_asked(work: UnitOfWork, actor: Actor, asking: Asking, error: SourceRefusedError) -> None:
    """WeCom refused the whole call: what was in it waits, or has failed."""
    actor.require("contacts.run")
    step = after_refusal(error.refusal, error.errcode, error.wait_seconds)
    if step.state is HandoverState.ASKED:
        return  # nobody knows what became of it: it is asked for again when it is due
    rows = handovers_store.lock_rows(work.driver, asking.outside_ids)
    handovers_store.save_steps(work.driver, {row.handover_id: step for row in rows}, work.clock.now())
    is_configuration = error.refusal is Refusal.CONFIGURATION
    handovers_store.save_refusal(work.driver, asking.inheritance_id, error.errcode if is_configuration else 0)


def pair_to_look(work: UnitOfWork, actor: Actor, corp_id: str) -> Pair | None:
    """Two members of whose transfers it is time to ask; nobody else does for a while once this is committed."""
    actor.require("contacts.run")
    now = work.clock.now()
    pair = handovers_store.pair_to_look(work.driver, corp_id, now)
    if pair is not None:
        handovers_store.put_off_pair(work.driver, pair, now + LOOK_EVERY)
    return pair


def settle_looked(
    work: UnitOfWork,
    actor: Actor,
    pair: Pair,
    told: Iterable[OutsideTransfer],
    unclear: Asking | None = None,
) -> int:
    """Keeps how transfers between two members stand; gives how many ended. `unclear` was asked for just now and WeCom said that it
    is under way: whoever is not found on the way between these two waits, and is asked for again."""
    actor.require("contacts.run")
    now = work.clock.now()
    found = {each.external_userid: each for each in told}
    rows = handovers_store.lock_between(work.driver, pair, unclear.outside_ids.values() if unclear else None)
    steps: dict[int, Step] = {}
    for row in rows:
        is_certain = row.state is HandoverState.WAITING
        step = looked_up(found.get(row.outside_id), row.asked_at or now, now, is_certain=is_certain)
        if step is None and not is_certain:
            step = answered(UNDER_WAY_CODE, is_group=False, since=now - row.planned_at)
        if step is not None:
            steps[row.handover_id] = step
    handovers_store.save_steps(work.driver, steps, now)
    ended = [
        (row, steps[row.handover_id])
        for row in rows
        if row.handover_id in steps and steps[row.handover_id].wait is None
    ]
    done = [row for row, step in ended if step.state is HandoverState.DONE]
    _hand_over(work, actor, pair, done, {each.external_userid: each.done_at or now for each in found.values()})
    refused = [row for row, step in ended if step.state is HandoverState.REFUSED]
    _record(work, HANDOVER_REFUSED, refused, dict.fromkeys((row.outside_id for row in refused), now), pair)
    return len(ended)


def _hand_over(
    work: UnitOfWork, actor: Actor, pair: Pair, done: Sequence[OpenRow], at_of: Mapping[str, datetime]
) -> None:
    """The takers have the customers and the givers have them no more; who kept them keeps them no more."""
    moved = [
        Moved(row.profile_id, row.giver_id, row.taker_id, at_of[row.outside_id])
        for row in done
        if row.profile_id is not None
    ]
    if not moved:
        return
    begun = handing_store.begin_inherited(work.driver, moved, work.clock.now())
    work.record(
        EncodedEvent(
            CONTACT_ADDED,
            derived_hex(CONTACT_ADDED, str(each.member_id), str(each.profile_id), each.at.isoformat()),
            each.profile_id,
            each.at,
            SOURCE,
            _encode({
                "staff_id": each.staff_id,
                "add_way": ADD_WAYS[handing_store.ASSIGNED],
                "state": "",
                "is_by_staff": True,
                "told_by": ToldBy.HANDOVER.value,
            }),
        )
        for each in begun
    )  # fmt: skip
    lost = [LostRelation(pair.giver_userid, row.outside_id, LostBy.TRANSFER, at_of[row.outside_id]) for row in done]
    lose_relations(work, actor, pair.corp_id, lost, ToldBy.HANDOVER)
    moves = handing_store.keepers(work.driver, moved)
    customers.move_custody(work, actor, {each: (before, unit, staff) for each, (before, unit, staff) in moves.items()})
    _record(work, CONTACT_HANDED_OVER, done, at_of, pair)


def _record(work: UnitOfWork, name: str, rows: Sequence[OpenRow], at_of: Mapping[str, datetime], pair: Pair) -> None:
    staff = handing_store.staff_of_members(work.driver, [pair.giver_id, pair.taker_id])
    work.record(
        EncodedEvent(
            name,
            derived_hex(name, str(row.handover_id)),
            row.profile_id,
            at_of[row.outside_id],
            SOURCE,
            _encode({
                "from_staff_id": staff[pair.giver_id],
                "staff_id": staff[pair.taker_id],
                "inheritance_id": row.inheritance_id,
                "has_left": pair.is_resigned,
            }),
        )
        for row in rows
        if row.profile_id is not None
    )  # fmt: skip


def hurry_handovers(work: UnitOfWork, actor: Actor, corp_id: str, external_userid: str) -> int:
    """Something was told of a customer: what waits of them is looked after at once."""
    actor.require("contacts.run")
    return handovers_store.hurry(work.driver, corp_id, external_userid, work.clock.now())


def end_inheritances(work: UnitOfWork, actor: Actor) -> int:
    """Ends those of which nothing is on the way any more; gives how many."""
    actor.require("contacts.run")
    return handovers_store.end_inheritances(work.driver, work.clock.now())


def take_leavers(work: UnitOfWork, actor: Actor) -> list[Leaver]:
    """Members who have left and of whom nobody was told; from now on somebody was. Without those who left nobody behind."""
    actor.require("contacts.run")
    found = handing_store.leaving_untold(work.driver, TOLD_AT_ONCE)
    handing_store.mark_leaving_told(work.driver, [each[0] for each in found], work.clock.now())
    return [Leaver(*each) for each in found if each[4]]


def take_ended(work: UnitOfWork, actor: Actor) -> list[Inheritance]:
    """Inheritances that have ended, each once."""
    actor.require("contacts.run")
    everything = {"path": None, "own_only": False, "own_id": None}
    return [
        found
        for each in handing_store.take_untold(work.driver, TOLD_AT_ONCE)
        for found in inheriting_store.select_inheritances(
            work.driver, everything, inheritance_id=each, before=2**62, size=1
        )
    ]
