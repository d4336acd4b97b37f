"""The ways of codes in WeCom: which there should be, and one after the other made, changed, deleted.

What is to be done is a row, and so is that it was begun: whoever is killed between the call and the commit leaves a row that says
so, and the next looks whether the way is there before it makes another. A way is known by its state, which is the row's own; only
codes to join groups cannot be looked for in WeCom, so one of those may be made twice then, and the first is never shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siyu.domain.company.reading import throttled_staff
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.contacts.reading import serving_members
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import PublishedCode, WantedWay, WayKind, WaySource, WayStep, WayTask
from siyu.domain.entries.reading import codes_in_force, stopped_codes
from siyu.engines.acquisition.contracts import ACTOR
from siyu.engines.acquisition.serving import fills_of
from siyu.platform.postgres.database import Database, UnitOfWork

FULL = 41045
"""WeCom's code for a corp that may have no more ways."""
REMARK_LENGTH_MAX = 30
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
WAIT_OF: Final = {
    Refusal.CONFIGURATION: timedelta(minutes=5),
    Refusal.FINAL: timedelta(hours=1),
    Refusal.RESTART: FIRST_WAIT,
}


def plan_once(database: Database, zone: ZoneInfo) -> None:
    """Says which ways there should be now: one for each member of a code with a page, one for all of a direct code, one for each
    group, one link for all on duty."""
    with database.begin() as work:
        published = codes_in_force(work)
        wanted = [way for each in published for way in _wanted(work, each, zone)]
        entries.plan_ways(work, ACTOR, wanted, _kept(work, published, wanted))


def _kept(work: UnitOfWork, published: list[PublishedCode], wanted: list[WantedWay]) -> set[int]:
    """Codes whose ways stay as they are: those that are stopped, and those where WeCom chooses and nobody could serve now."""
    leading = {each.code_id for each in wanted if not each.target_id}
    idle = {each.code_id for each in published if each.code.mode in ("direct", "link")} - leading
    return idle | stopped_codes(work, entries.codes_with_ways(work, ACTOR))


def _wanted(work: UnitOfWork, published: PublishedCode, zone: ZoneInfo) -> list[WantedWay]:
    code = published.code
    if code.mode == "stores":
        return []
    if code.mode == "groups":
        return _of_groups(work, published)
    members = serving_members(work, code.corp_id, code.everybody)
    ways = []
    if code.mode in ("direct", "link"):
        held_back = throttled_staff(work, list(members))
        now = entries.direct_members(work, ACTOR, published, set(members) - held_back, zone)
        userids = tuple(members[staff_id][0] for staff_id in now.staff_ids)
        if userids:
            kind = WayKind.LINK if code.mode == "link" else WayKind.CONTACT
            ways.append(_way(published, 0, published.name, userids, kind))
    if code.mode != "direct":
        ways += [
            _way(published, staff_id, f"{published.name}·{name}", (userid,))
            for staff_id, (userid, name) in members.items()
        ]
    return ways


def _of_groups(work: UnitOfWork, published: PublishedCode) -> list[WantedWay]:
    """The last group for everybody makes new ones when it is full, where the code says so."""
    code = published.code
    fills = fills_of(work, code)
    there = [each for each in code.groups if each.group_id in fills]
    last = next((each.group_id for each in reversed(there) if not each.tags), 0) if code.makes_groups else 0
    return [
        WantedWay(
            published.code_id,
            each.group_id,
            code.corp_id,
            f"{published.name}·{fills[each.group_id].name}"[:REMARK_LENGTH_MAX],
            (fills[each.group_id].chat_id,),
            each.group_id == last,
            WayKind.GROUP,
        )
        for each in there
    ]


def _way(
    published: PublishedCode,
    staff_id: int,
    remark: str,
    userids: tuple[str, ...],
    kind: WayKind = WayKind.CONTACT,
) -> WantedWay:
    code = published.code
    return WantedWay(
        published.code_id, staff_id, code.corp_id, remark[:REMARK_LENGTH_MAX], userids, code.skips_verification, kind
    )


def work_ways_once(database: Database, sources: Mapping[str, WaySource], ways_max: int) -> bool:
    """Does one thing about one way; whether there was any. `sources` by corp; no more than `ways_max` ways in each."""
    with database.begin() as work:
        task = entries.claim_way(work, ACTOR, list(sources))
        if task is None:
            return False
        is_capped = task.step is WayStep.MAKE and task.kind is not WayKind.LINK
        if is_capped and not entries.has_room(work, ACTOR, task.corp_id, ways_max):
            entries.refuse_way(work, ACTOR, task, FULL, LONGEST_WAIT, is_certain=task.attempts == 1)
            return True
        known = entries.known_config_ids(work, ACTOR, task.corp_id) if task.attempts > 1 else frozenset()
    try:
        _do(database, sources[task.corp_id], task, known)
    except SourceRefusedError as error:
        with database.begin() as work:
            _refused(work, task, error)
    return True


def _do(database: Database, source: WaySource, task: WayTask, known: frozenset[str]) -> None:
    config_id, address = task.config_id, ""
    if not config_id and task.attempts > 1:
        there = source.find_way(task, known)
        if there is not None:
            config_id, address = there.config_id, there.address
    if task.step is WayStep.DELETE:
        if config_id:
            source.delete_way(replace(task, config_id=config_id))
        with database.begin() as work:
            entries.forget_way(work, ACTOR, task)
        return
    if task.step is WayStep.MAKE and not config_id:
        made = source.make_way(task)
        config_id, address = made.config_id, made.address
    elif task.step is WayStep.CHANGE:
        source.change_way(task)
    with database.begin() as work:
        entries.settle_way(work, ACTOR, task, config_id, address)


def _refused(work: UnitOfWork, task: WayTask, error: SourceRefusedError) -> None:
    if error.refusal is Refusal.GONE:
        entries.forget_way(work, ACTOR, task)
        return
    wait = WAIT_OF.get(error.refusal) or max(
        timedelta(seconds=error.wait_seconds), min(FIRST_WAIT * 2 ** min(task.attempts, 10), LONGEST_WAIT)
    )
    is_certain = error.refusal not in (Refusal.RETRY, Refusal.RESTART) and task.attempts == 1
    entries.refuse_way(work, ACTOR, task, error.errcode, wait, is_certain=is_certain)
