"""The verbs on the ways of codes in WeCom: which there should be, one after the other made, changed, deleted; acquisition links."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from siyu.domain.definitions import reading as definitions
from siyu.domain.entries import ways_store as store
from siyu.domain.entries.codes import READ
from siyu.domain.entries.codes_contracts import LINK_CHAT_STARTED, LinkQuota, PublishedCode, origin_of, state_of
from siyu.domain.entries.codes_rules import stored_code
from siyu.domain.entries.codes_serving import RUN, SOURCE
from siyu.domain.entries.ways_contracts import WantedWay, WayTask
from siyu.kernel.actors import Actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import Reading, UnitOfWork

GRACE = timedelta(days=7)
"""How long a way stays in WeCom that is wanted no more: somebody may have kept its picture."""
IDLE_FOR = timedelta(days=30)
"""Only ways that nobody used for so long give room to others."""


def plan_ways(work: UnitOfWork, actor: Actor, wanted: Sequence[WantedWay], kept_codes: Collection[int]) -> None:
    """There should be these ways, and no others but those of `kept_codes`. What gave room to others is left alone until somebody
    asks for it."""
    actor.require(RUN)
    recycled = store.recycled_states(work.driver)
    store.want_ways(
        work.driver,
        [each for each in wanted if state_of(each.code_id, each.target_id, each.kind) not in recycled],
        work.clock.now(),
    )
    states = [(each.kind, state_of(each.code_id, each.target_id, each.kind)) for each in wanted]
    store.drop_ways(work.driver, states, kept_codes, work.clock.now() + GRACE)


def codes_with_ways(reading: Reading, actor: Actor) -> set[int]:
    """The codes that have ways, or are to have them."""
    actor.require(RUN)
    return store.codes_with_ways(reading.driver)


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


def settle_way(work: UnitOfWork, actor: Actor, task: WayTask, config_id: str, address: str = "") -> None:
    """It was made, or changed."""
    actor.require(RUN)
    store.settle_way(work.driver, task, config_id, address, work.clock.now())


def forget_way(work: UnitOfWork, actor: Actor, task: WayTask) -> None:
    """It is no more there."""
    actor.require(RUN)
    store.forget_way(work.driver, task, work.clock.now())


def lose_ways(work: UnitOfWork, actor: Actor, corp_id: str, there: Collection[str]) -> int:
    """Of a corp's ways only these are there: the others are made anew where they are wanted. How many were gone."""
    actor.require(RUN)
    return store.lose_ways(work.driver, corp_id, there, work.clock.now())


def refuse_way(
    work: UnitOfWork, actor: Actor, task: WayTask, errcode: int, wait: timedelta, *, is_certain: bool
) -> None:
    """WeCom refused; it is tried again later. `is_certain`: nothing was done there."""
    actor.require(RUN)
    store.refuse_way(work.driver, task, errcode, work.clock.now() + wait, is_certain=is_certain)


# --- acquisition links


def link_unusable(work: UnitOfWork, actor: Actor, corp_id: str, link_id: str) -> bool:
    """WeCom says that a link cannot be used; whether it is ours. Its code falls back to its page."""
    actor.require(RUN)
    found = store.lock_link(work.driver, corp_id, link_id)
    if found is not None:
        store.mark_link(work.driver, found[0])
    return found is not None


def link_deleted(work: UnitOfWork, actor: Actor, corp_id: str, link_id: str) -> bool:
    """Somebody deleted a link in WeCom; whether it was ours. It is made again while its code is in force."""
    actor.require(RUN)
    found = store.lock_link(work.driver, corp_id, link_id)
    if found is not None:
        store.lose_link(work.driver, found[0], work.clock.now())
    return found is not None


def keep_quota(
    work: UnitOfWork, actor: Actor, corp_id: str, total: int, left: int, *, tries_again: bool = False
) -> None:
    """How many customers links may still bring to a corp. Where there are some again, or it is asked for, links that WeCom refused
    are tried again."""
    actor.require(RUN)
    before = store.find_quota(work.driver, corp_id)
    store.save_quota(work.driver, corp_id, total, left, work.clock.now())
    if left > 0 and (tries_again or (before is not None and before[1] <= 0)):
        store.usable_links(work.driver, corp_id)


def find_quota(reading: Reading, actor: Actor, corp_id: str) -> LinkQuota | None:
    """How many customers links may still bring to a corp; None where that was never read."""
    actor.require(READ)
    row = store.find_quota(reading.driver, corp_id)
    return LinkQuota(*row) if row else None


def links_of(reading: Reading, actor: Actor, corp_id: str) -> dict[str, int]:
    """{link: code} of the links of a corp that are there."""
    actor.require(RUN)
    return store.made_links(reading.driver, corp_id)


def keep_link_customers(work: UnitOfWork, actor: Actor, code_id: int, told: Mapping[tuple[str, int], bool]) -> int:
    """{(external_userid, member): whether they have written} of who came by a code's link, as WeCom tells it; in how many cases
    somebody has written since. Told again it changes nothing; those whom nobody knows yet come with the next telling."""
    actor.require(RUN)
    now = work.clock.now()
    started = store.put_link_customers(work.driver, code_id, told, now)
    if started:
        (found,) = definitions.list_by_id(work, [code_id])
        origin = dict(origin_of(PublishedCode(code_id, found.name, stored_code(found.document))))
        work.record(
            NewEvent(
                LINK_CHAT_STARTED,
                derived_id(LINK_CHAT_STARTED, code_id, profile_id, staff_id),
                profile_id,
                now,
                SOURCE,
                origin | {"staff_id": staff_id},
            )
            for profile_id, staff_id in started
        )
    return len(started)
