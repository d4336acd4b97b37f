"""The verbs by which codes serve: whose turn it is, what came of it, and the ways in WeCom that lead to members.

A visitor who is new keeps a place at their member for ten minutes; places and adds together never pass a member's or the code's
fill when somebody is chosen. An add gives up the oldest place of its member. So only who adds later than ten minutes after they
looked, or by a picture that they kept, can come on top: what WeCom tells is the truth, and is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from siyu.domain.company.contracts import WelcomeMessage
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.entries import answers_store
from siyu.domain.entries import codes_store as store
from siyu.domain.entries.codes_contracts import (
    CODE_KIND,
    CODE_VIEWED,
    Code,
    CodeAdds,
    NobodyReason,
    PublishedCode,
    Turn,
    WantedWay,
    WayTask,
    origin_of,
    state_of,
)
from siyu.domain.entries.codes_rules import Load, Serving, chosen, serving, stored_code, welcome_for
from siyu.kernel.actors import Actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import Reading, UnitOfWork

RUN = "codes.run"
SOURCE = "entries"
KEPT_FOR = timedelta(minutes=10)
"""How long a place is kept for who looks at a member's picture."""
GRACE = timedelta(days=7)
"""How long a way stays in WeCom that is wanted no more: somebody may have kept its picture."""
IDLE_FOR = timedelta(days=30)
"""Only ways that nobody used for so long give room to others."""


def find_published_code(reading: Reading, code_id: int) -> PublishedCode | None:
    """A code that serves now; None where there is none, or it is stopped."""
    found = definitions.list_by_id(reading, [code_id])
    if not found or found[0].kind != CODE_KIND or found[0].status is not DefinitionStatus.LIVE:
        return None
    return PublishedCode(code_id, found[0].name, stored_code(found[0].document))


def take_turn(
    work: UnitOfWork, actor: Actor, published: PublishedCode, usable: Collection[int], zone: ZoneInfo
) -> Turn:
    """Chooses who serves a visitor who is new today, keeps a place there, and counts the visitor. `usable` are those of the code's
    members who may have customers."""
    actor.require(RUN)
    code_id, code = published.code_id, published.code
    now = work.clock.now()
    local = now.astimezone(zone)
    last = store.lock_turn(work.driver, code_id)
    made = store.made_ways(work.driver, code_id)
    if code.mode == "direct":
        turn = Turn(0, made[0]) if 0 in made else Turn(0, reason=NobodyReason.PREPARING)
    else:
        load = _load(work, code_id, local)
        turn = _landing_turn(work, code_id, code, serving(code, local, usable, load), load, made, last)
    store.count_visitor(work.driver, code_id, turn.staff_id, local.date())
    if turn.staff_id:
        store.keep_place(work.driver, code_id, turn.staff_id, now + KEPT_FOR)
        store.save_turn(work.driver, code_id, turn.staff_id)
        store.touch_way(work.driver, state_of(code_id, turn.staff_id), now)
    return turn


def same_turn(reading: Reading, published: PublishedCode, staff_id: int, usable: Collection[int]) -> Turn | None:
    """The member whom a visitor got earlier today; None where that one serves no more."""
    code = published.code
    is_theirs = staff_id in code.everybody and staff_id in usable if code.mode == "landing" else staff_id == 0
    qr_code = store.made_ways(reading.driver, published.code_id).get(staff_id) if is_theirs else None
    return Turn(staff_id, qr_code) if qr_code else None


def _load(work: UnitOfWork, code_id: int, local: datetime) -> Load:
    adds = store.adds_on(work.driver, code_id, local.date())
    kept = store.kept_places(work.driver, code_id, work.clock.now())
    return Load(adds, kept, sum(adds.values()) + sum(kept.values()))


def _landing_turn(
    work: UnitOfWork, code_id: int, code: Code, free: Serving, load: Load, made: Mapping[int, str], last: int
) -> Turn:
    if free.reason is not None:
        return Turn(0, reason=free.reason)
    dice = work.ids.new_id().int & (2**62 - 1)
    staff_id = chosen(code, free.staff_ids, load, last, dice)
    if staff_id not in made:
        store.touch_way(work.driver, state_of(code_id, staff_id), work.clock.now())
        ready = [each for each in free.staff_ids if each in made]
        if not ready:
            return Turn(0, reason=NobodyReason.PREPARING)
        staff_id = chosen(code, ready, load, last, dice)
    return Turn(staff_id, made[staff_id])


def record_view(work: UnitOfWork, actor: Actor, published: PublishedCode, profile_id: int, zone: ZoneInfo) -> None:
    """Notes that somebody who is known opened the code's page, once a business day."""
    actor.require(RUN)
    today = work.clock.now().astimezone(zone).date()
    if answers_store.insert_opening(work.driver, published.code_id, profile_id, today):
        event_id = derived_id(CODE_VIEWED, published.code_id, profile_id, today)
        told = dict(origin_of(published))
        work.record([NewEvent(CODE_VIEWED, event_id, profile_id, work.clock.now(), SOURCE, told)])


def count_adds(work: UnitOfWork, actor: Actor, adds: Sequence[CodeAdds]) -> None:
    """Counts customers who were added by codes."""
    actor.require(RUN)
    store.count_adds(work.driver, adds, work.clock.now())


def direct_members(
    reading: Reading, actor: Actor, published: PublishedCode, usable: Collection[int], zone: ZoneInfo
) -> Serving:
    """To whom a direct code's way should lead now."""
    actor.require(RUN)
    local = reading.clock.now().astimezone(zone)
    adds = store.adds_on(reading.driver, published.code_id, local.date())
    return serving(published.code, local, usable, Load(adds, {}, sum(adds.values())))


def plan_ways(work: UnitOfWork, actor: Actor, wanted: Sequence[WantedWay], kept_codes: Collection[int]) -> None:
    """There should be these ways, and no others but those of `kept_codes`. What gave room to others is left alone until somebody
    asks for it."""
    actor.require(RUN)
    recycled = store.recycled_states(work.driver)
    store.want_ways(
        work.driver,
        [each for each in wanted if state_of(each.code_id, each.staff_id) not in recycled],
        work.clock.now(),
    )
    states = [state_of(each.code_id, each.staff_id) for each in wanted]
    store.drop_ways(work.driver, states, kept_codes, work.clock.now() + GRACE)


def codes_with_ways(reading: Reading, actor: Actor) -> set[int]:
    """The codes that have ways, or are to have them."""
    actor.require(RUN)
    return store.codes_with_ways(reading.driver)


def code_welcome(published: PublishedCode, local: datetime, segment_ids: Collection[int]) -> WelcomeMessage | None:
    """What a code greets with at a local time who is in those segments; None where it has nothing of its own to say."""
    return welcome_for(published.code, local, segment_ids)


def claim_way(work: UnitOfWork, actor: Actor, corp_ids: Collection[str]) -> WayTask | None:
    """The next thing to do about a way in WeCom."""
    actor.require(RUN)
    return store.claim_way(work.driver, corp_ids, work.clock.now())


def has_room(work: UnitOfWork, actor: Actor, corp_id: str, most: int) -> bool:
    """Whether a corp may have one more way; if not, those are let go that nobody needs."""
    actor.require(RUN)
    if store.count_made(work.driver, corp_id) < most:
        return True
    now = work.clock.now()
    store.recycle_ways(work.driver, corp_id, most, now - IDLE_FOR, now)
    return False


def known_config_ids(work: UnitOfWork, actor: Actor, corp_id: str) -> frozenset[str]:
    """Ways in WeCom that are known to be somebody's."""
    actor.require(RUN)
    return store.known_config_ids(work.driver, corp_id)


def settle_way(work: UnitOfWork, actor: Actor, task: WayTask, config_id: str, qr_code: str = "") -> None:
    """It was made, or changed."""
    actor.require(RUN)
    store.settle_way(work.driver, task, config_id, qr_code, work.clock.now())


def forget_way(work: UnitOfWork, actor: Actor, task: WayTask) -> None:
    """It is no more there."""
    actor.require(RUN)
    store.forget_way(work.driver, task, work.clock.now())


def refuse_way(
    work: UnitOfWork, actor: Actor, task: WayTask, errcode: int, wait: timedelta, *, is_certain: bool
) -> None:
    """WeCom refused; it is tried again later. `is_certain`: nothing was done there."""
    actor.require(RUN)
    store.refuse_way(work.driver, task, errcode, work.clock.now() + wait, is_certain=is_certain)
