"""The verbs by which channel codes are made and looked at. A code is a definition of kind `code`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from siyu.domain.company.reading import staff_in_scope
from siyu.domain.customers.reading import scope_parameters
from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition
from siyu.domain.entries import codes_store as store
from siyu.domain.entries import stores_store, ways_store
from siyu.domain.entries.codes_contracts import (
    CODE_KIND,
    Code,
    CodeBeyondScopeError,
    CodeDay,
    CodeDesign,
    CodeHasAddsError,
    CodeTallies,
    CodeWay,
    LinkChats,
)
from siyu.domain.entries.codes_rules import code_document, parse_code, stored_code
from siyu.domain.entries.stores_contracts import CodeLeadsToStoreError
from siyu.kernel.actors import Actor
from siyu.kernel.errors import NotFoundError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, WRITE, PUBLISH = "codes.read", "codes.write", "codes.publish"
DAYS_MAX = 90

GroupsSeen = Callable[[Collection[int]], Collection[int]]
"""Which of some groups the actor may see: another room knows."""


def _no_groups(_group_ids: Collection[int]) -> Collection[int]:
    return ()


def create_code(
    work: UnitOfWork,
    actor: Actor,
    name: str,
    document: object,
    zone: ZoneInfo,
    *,
    groups_seen: GroupsSeen = _no_groups,
) -> CodeDesign:
    """A new channel code, as a draft. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require(WRITE)
    code = parse_code(document)
    made = definitions.create(work, actor, CODE_KIND, name, code_document(code), _segments(code))
    return _designs(work, actor, [made], zone, groups_seen)[0]


def save_code(
    work: UnitOfWork,
    actor: Actor,
    code_id: int,
    name: str,
    document: object,
    zone: ZoneInfo,
    *,
    revision: int | None = None,
    groups_seen: GroupsSeen = _no_groups,
) -> CodeDesign:
    """Saves a draft; what is in force stays in force until it is published."""
    actor.require(WRITE)
    code = parse_code(document)
    saved = definitions.save_draft(
        work, actor, code_id, name, code_document(code), _segments(code), kind=CODE_KIND, revision=revision
    )
    return _designs(work, actor, [saved], zone, groups_seen)[0]


def publish_code(
    work: UnitOfWork, actor: Actor, code_id: int, zone: ZoneInfo, *, groups_seen: GroupsSeen = _no_groups
) -> CodeDesign:
    """Puts the draft in force. Printed pictures stay as they are; the ways in WeCom follow by themselves. CodeBeyondScopeError:
    it leads to members or groups whom the actor does not see."""
    actor.require(PUBLISH)
    published = definitions.publish(work, actor, code_id, kind=CODE_KIND)
    return _in_force(work, actor, published, zone, groups_seen)


def stop_code(
    work: UnitOfWork, actor: Actor, code_id: int, zone: ZoneInfo, *, groups_seen: GroupsSeen = _no_groups
) -> CodeDesign:
    """Its page serves nobody any more; its ways in WeCom stay, so that what was scanned before still works."""
    actor.require(PUBLISH)
    stopped = definitions.stop(work, actor, code_id, kind=CODE_KIND)
    return _designs(work, actor, [stopped], zone, groups_seen)[0]


def resume_code(
    work: UnitOfWork, actor: Actor, code_id: int, zone: ZoneInfo, *, groups_seen: GroupsSeen = _no_groups
) -> CodeDesign:
    """It serves again; CodeBeyondScopeError as of publish_code."""
    actor.require(PUBLISH)
    resumed = definitions.resume(work, actor, code_id, kind=CODE_KIND)
    return _in_force(work, actor, resumed, zone, groups_seen)


def delete_code(work: UnitOfWork, actor: Actor, code_id: int, zone: ZoneInfo) -> None:
    """Takes it away, unless somebody came by it; its ways in WeCom go a week later."""
    actor.require(WRITE)
    definitions.get(work, actor, code_id, CODE_KIND)
    counted = store.tallies(work.driver, [code_id], work.clock.now().astimezone(zone).date())
    if code_id in counted and counted[code_id].ever:
        raise CodeHasAddsError
    if stores_store.stores_leading_to(work.driver, code_id):
        raise CodeLeadsToStoreError
    definitions.delete(work, actor, code_id, kind=CODE_KIND)


def get_code(
    reading: Reading, actor: Actor, code_id: int, zone: ZoneInfo, *, groups_seen: GroupsSeen = _no_groups
) -> CodeDesign:
    """The code as it stands."""
    found = _found(reading, actor, code_id, groups_seen)
    return _designs(reading, actor, [found], zone, groups_seen)[0]


def list_codes(
    reading: Reading, actor: Actor, page: PageRequest, zone: ZoneInfo, *, groups_seen: GroupsSeen = _no_groups
) -> Page[CodeDesign]:
    """Codes, the newest first; who makes none and sees a part of the customers, those that lead to that part."""
    if _sees_some(actor):
        shown = _shown(reading, actor, groups_seen)
        page = replace(page, ids=shown if page.ids is None else shown & page.ids)
    found = definitions.list_definitions(reading, actor, CODE_KIND, page)
    return Page(_designs(reading, actor, found.rows, zone, groups_seen), found.next_after)


def code_days(
    reading: Reading,
    actor: Actor,
    code_id: int,
    days: int,
    zone: ZoneInfo,
    *,
    groups_seen: GroupsSeen = _no_groups,
) -> list[CodeDay]:
    """What a code brought in the last days, by day and member, group or store: those whom the actor may see."""
    found = _found(reading, actor, code_id, groups_seen)
    today = reading.clock.now().astimezone(zone).date()
    seen = _targets_seen(reading, actor, [found], groups_seen)
    return store.days_of(reading.driver, code_id, today - timedelta(days=min(days, DAYS_MAX) - 1), seen)


def code_ways(reading: Reading, actor: Actor, code_id: int, *, groups_seen: GroupsSeen = _no_groups) -> list[CodeWay]:
    """How far the ways of a code are; for who makes none and sees a part of the customers, the way of all and those of members and
    groups whom they may see."""
    found = _found(reading, actor, code_id, groups_seen)
    ways = ways_store.select_ways(reading.driver, code_id)
    if not _sees_some(actor):
        return ways
    seen = _in_sight(reading, actor, stored_code(found.latest).mode, {each.target_id for each in ways}, groups_seen)
    return [each for each in ways if each.target_id in {0, *seen}]


def link_chats(reading: Reading, actor: Actor, code_id: int) -> LinkChats:
    """How many of the customers of a code's link wrote, of those whom the actor may see."""
    _found(reading, actor, code_id, _no_groups)
    return LinkChats(*store.chats_of(reading.driver, code_id, scope_parameters(actor)))


def _sees_some(actor: Actor) -> bool:
    return not (actor.scope.is_everything or actor.may(WRITE))


def _found(reading: Reading, actor: Actor, code_id: int, groups_seen: GroupsSeen) -> Definition:
    found = definitions.get(reading, actor, code_id, CODE_KIND)
    if _sees_some(actor) and code_id not in _shown(reading, actor, groups_seen):
        raise NotFoundError(f"Code {code_id}.")
    return found


def _shown(reading: Reading, actor: Actor, groups_seen: GroupsSeen) -> frozenset[int]:
    """Codes in force that lead to members, groups or stores whom the actor may see."""
    live = definitions_reading.live_versions(reading, CODE_KIND)
    codes = {each.definition_id: stored_code(each.document) for each in live}
    members = staff_in_scope(reading, actor, {one for code in codes.values() for one in code.everybody})
    groups = set(groups_seen({each.group_id for code in codes.values() for each in code.groups}))
    stores = set() if actor.scope.own_only else stores_store.stores_below(reading.driver, actor.scope.unit_path)
    return frozenset(
        code_id
        for code_id, code in codes.items()
        if members.intersection(code.everybody)
        or groups.intersection(each.group_id for each in code.groups)
        or (code.mode == "stores" and stores.intersection(code.store_ids or stores))
    )


def _in_sight(
    reading: Reading, actor: Actor, mode: str, target_ids: Collection[int], groups_seen: GroupsSeen
) -> set[int]:
    """Those of the members, groups or stores that codes of a mode lead to whom the actor may see."""
    if mode == "groups":
        return set(groups_seen(target_ids))
    if mode != "stores":
        return staff_in_scope(reading, actor, target_ids)
    below = set() if actor.scope.own_only else stores_store.stores_below(reading.driver, actor.scope.unit_path)
    return below.intersection(target_ids)


def _segments(code: Code) -> list[int]:
    return sorted({each.segment_id for each in code.welcomes if each.segment_id is not None})


def _in_force(
    work: UnitOfWork, actor: Actor, published: Definition, zone: ZoneInfo, groups_seen: GroupsSeen
) -> CodeDesign:
    """Whoever puts a code in force sees those to whom it leads. A code that leads to stores leads to other codes."""
    (design,) = _designs(work, actor, [published], zone, groups_seen)
    if design.code is not None and not actor.scope.is_everything:
        members, groups = set(design.code.everybody), {each.group_id for each in design.code.groups}
        if members - staff_in_scope(work, actor, members) or groups.difference(groups_seen(groups)):
            raise CodeBeyondScopeError
    return design


def _targets_seen(
    reading: Reading, actor: Actor, found: Sequence[Definition], groups_seen: GroupsSeen
) -> store.Targets | None:
    """(code, target) of those members, groups and stores of codes whom the actor may see; None where that is all."""
    if actor.scope.is_everything:
        return None
    modes = {each.definition_id: stored_code(each.latest).mode for each in found}
    targets: dict[str, list[tuple[int, int]]] = {}
    for code_id, target_id in store.targets_of(reading.driver, modes):
        targets.setdefault(modes[code_id], []).append((code_id, target_id))
    seen = {
        mode: _in_sight(reading, actor, mode, {target_id for _, target_id in told}, groups_seen)
        for mode, told in targets.items()
    }
    return [each for mode, told in targets.items() for each in told if each[1] in seen[mode]]


def _designs(
    reading: Reading, actor: Actor, found: Sequence[Definition], zone: ZoneInfo, groups_seen: GroupsSeen
) -> list[CodeDesign]:
    today = reading.clock.now().astimezone(zone).date()
    seen = _targets_seen(reading, actor, found, groups_seen)
    tallies = store.tallies(reading.driver, [each.definition_id for each in found], today, seen)
    return [
        CodeDesign(
            code_id=each.definition_id,
            name=each.name,
            status=each.status,
            version=each.version,
            revision=each.revision,
            code=stored_code(each.document) if each.document is not None else None,
            draft=stored_code(each.draft) if each.draft is not None else None,
            tallies=tallies.get(each.definition_id, CodeTallies()),
            updated_at=each.updated_at,
        )
        for each in found
    ]
