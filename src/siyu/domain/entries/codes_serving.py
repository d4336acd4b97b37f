"""The verbs by which codes serve: whose turn it is, and what came of it.

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
from siyu.domain.entries import answers_store, ways_store
from siyu.domain.entries import codes_store as store
from siyu.domain.entries.codes_contracts import (
    CODE_KIND,
    CODE_VIEWED,
    Code,
    CodeAdds,
    GroupFill,
    NobodyReason,
    PublishedCode,
    Turn,
    origin_of,
    state_of,
)
from siyu.domain.entries.codes_rules import (
    Load,
    Serving,
    chosen,
    group_for,
    serving,
    stored_code,
    welcome_for,
)
from siyu.domain.entries.ways_contracts import WayKind
from siyu.kernel.actors import Actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import Reading, UnitOfWork

RUN = "codes.run"
SOURCE = "entries"
KEPT_FOR = timedelta(minutes=10)
"""How long a place is kept for who looks at a member's picture."""


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
    members who may have customers. Of a code with a link it is the page where the link does not serve."""
    actor.require(RUN)
    code_id, code = published.code_id, published.code
    local = work.clock.now().astimezone(zone)
    last = store.lock_turn(work.driver, code_id)
    made = ways_store.made_ways(work.driver, code_id)
    if code.mode == "direct":
        turn = Turn(0, made[0]) if 0 in made else Turn(0, reason=NobodyReason.PREPARING)
    else:
        load = _load(work, code_id, local)
        turn = _landing_turn(work, code_id, code, serving(code, local, usable, load), load, made, last)
    _keep_turn(work, code_id, turn, WayKind.CONTACT, zone)
    return turn


def take_link_turn(
    work: UnitOfWork, actor: Actor, published: PublishedCode, usable: Collection[int], zone: ZoneInfo
) -> Turn | None:
    """The link of a code, and counts the visitor; None where it cannot serve: it is not made, WeCom refuses it, the corp's quota is
    used up, or nobody is on duty."""
    actor.require(RUN)
    url = _link_of(work, published)
    if url is None or direct_members(work, actor, published, usable, zone).reason is not None:
        return None
    turn = Turn(0, link=url)
    _keep_turn(work, published.code_id, turn, WayKind.LINK, zone)
    return turn


def take_group_turn(
    work: UnitOfWork,
    actor: Actor,
    published: PublishedCode,
    fills: Mapping[int, GroupFill],
    tag_ids: Collection[int],
    zone: ZoneInfo,
) -> Turn:
    """Chooses the group for a visitor who bears those tags, keeps a place there, and counts the visitor. `fills` are the groups
    that are there."""
    actor.require(RUN)
    code_id = published.code_id
    store.lock_turn(work.driver, code_id)
    made = ways_store.made_ways(work.driver, code_id, WayKind.GROUP)
    ready = {group_id: fill for group_id, fill in fills.items() if group_id in made}
    group_id = group_for(published.code, ready, store.kept_places(work.driver, code_id, work.clock.now()), tag_ids)
    if group_id is not None:
        turn = Turn(group_id, made[group_id])
    elif not fills:
        turn = Turn(0, reason=NobodyReason.CLOSED)
    else:
        turn = Turn(0, reason=NobodyReason.FULL if len(ready) == len(fills) else NobodyReason.PREPARING)
    _keep_turn(work, code_id, turn, WayKind.GROUP, zone)
    return turn


def count_visit(work: UnitOfWork, actor: Actor, published: PublishedCode, target_id: int, zone: ZoneInfo) -> None:
    """Counts a visitor whom a code led to a store, or to none (0)."""
    actor.require(RUN)
    store.count_visitor(work.driver, published.code_id, target_id, work.clock.now().astimezone(zone).date())


def _keep_turn(work: UnitOfWork, code_id: int, turn: Turn, kind: WayKind, zone: ZoneInfo) -> None:
    now = work.clock.now()
    store.count_visitor(work.driver, code_id, turn.target_id, now.astimezone(zone).date())
    if turn.target_id:
        store.keep_place(work.driver, code_id, turn.target_id, now + KEPT_FOR)
        store.save_turn(work.driver, code_id, turn.target_id)
        ways_store.touch_way(work.driver, state_of(code_id, turn.target_id, kind), now)


def _link_of(reading: Reading, published: PublishedCode) -> str | None:
    """The address of a code's link, if it can be used now."""
    quota = ways_store.find_quota(reading.driver, published.code.corp_id)
    if quota is not None and quota[1] <= 0:
        return None
    return ways_store.made_ways(reading.driver, published.code_id, WayKind.LINK).get(0)


def same_turn(reading: Reading, published: PublishedCode, target_id: int, usable: Collection[int]) -> Turn | None:
    """The member or group that a visitor got earlier today; None where that one serves no more. A link is given anew each time."""
    code = published.code
    kind = WayKind.GROUP if code.mode == "groups" else WayKind.CONTACT
    match code.mode:
        case "groups":
            is_theirs = any(each.group_id == target_id for each in code.groups)
        case "direct":
            is_theirs = target_id == 0
        case "landing" | "link":
            is_theirs = target_id in code.everybody and target_id in usable
        case "stores":
            is_theirs = False
    qr_code = ways_store.made_ways(reading.driver, published.code_id, kind).get(target_id) if is_theirs else None
    return Turn(target_id, qr_code) if qr_code else None


def any_turn(reading: Reading, published: PublishedCode, usable: Collection[int]) -> Turn | None:
    """The first member or group of a code who can be shown, for who only looks; None where none can."""
    code = published.code
    targets: Collection[int] = code.everybody
    if code.mode in ("groups", "direct"):
        targets = [each.group_id for each in code.groups] if code.mode == "groups" else (0,)
    kind = WayKind.GROUP if code.mode == "groups" else WayKind.CONTACT
    made = ways_store.made_ways(reading.driver, published.code_id, kind)
    found = next((each for each in targets if each in made and (each in usable or not each)), None)
    return Turn(found, made[found]) if found is not None else None


def may_serve(reading: Reading, published: PublishedCode, usable: Collection[int], zone: ZoneInfo) -> bool:
    """Whether a code of members would have somebody for a visitor now, or would soon; nothing is kept."""
    local = reading.clock.now().astimezone(zone)
    adds = store.adds_on(reading.driver, published.code_id, local.date())
    kept = store.places_kept(reading.driver, published.code_id, reading.clock.now())
    load = Load(adds, kept, sum(adds.values()) + sum(kept.values()))
    return serving(published.code, local, usable, load).reason is None


def has_group(
    reading: Reading, published: PublishedCode, fills: Mapping[int, GroupFill], tag_ids: Collection[int]
) -> bool:
    """Whether a code of groups would have room for a visitor now; nothing is kept."""
    kept = store.places_kept(reading.driver, published.code_id, reading.clock.now())
    return group_for(published.code, fills, kept, tag_ids) is not None


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
        ways_store.touch_way(work.driver, state_of(code_id, staff_id), work.clock.now())
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


def code_welcome(published: PublishedCode, local: datetime, segment_ids: Collection[int]) -> WelcomeMessage | None:
    """What a code greets with at a local time who is in those segments; None where it has nothing of its own to say."""
    return welcome_for(published.code, local, segment_ids)
