"""Tags that are kept alike there and here, and what is to be written there. Part of `service`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from siyu.domain.company.service import record_audit
from siyu.domain.contacts import relations_store, rules
from siyu.domain.contacts import tags_store as store
from siyu.domain.contacts.contracts import (
    OutsideTagGroup,
    Refusal,
    Removal,
    SourceRefusedError,
    SyncedGroup,
    UnknownRelationError,
    UnknownSyncedGroupError,
    Write,
    WriteBack,
)
from siyu.domain.customers.reading import current_customer_ids, customer_in_scope
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading, UnitOfWork

TAKEN_FOR = timedelta(minutes=10)
"""How long at most somebody is at a write; longer than all tries of a call."""
HELD_BACK_FOR = timedelta(hours=1)
"""How long writes wait that somebody has to set something right for."""


def list_synced_groups(reading: Reading, actor: Actor, corp_id: str | None = None) -> list[SyncedGroup]:
    """The groups of tags that are in WeCom, and by what rules they are kept alike."""
    actor.require("contacts.read")
    return store.read_groups(reading.driver, corp_id)


def save_tag_rules(
    work: UnitOfWork,
    actor: Actor,
    corp_id: str,
    outside_id: str,
    *,
    is_synced: bool,
    write_back: WriteBack,
    removal: Removal,
) -> None:
    """Says whether and how a group of tags is kept alike."""
    actor.require("contacts.sync")
    if not store.save_rules(work.driver, corp_id, outside_id, is_synced, write_back, removal):
        raise UnknownSyncedGroupError
    record_audit(
        work,
        actor,
        "contacts.save_tag_rules",
        f"tag_group:{outside_id}",
        is_synced=is_synced,
        write_back=write_back.value,
        removal=removal.value,
    )


def known_tags(reading: Reading, actor: Actor, corp_id: str) -> dict[str, tuple[int, str]]:
    """{id there: (tag here, name as it was told last)}."""
    actor.require("contacts.run")
    return store.read_tags(reading.driver, corp_id)


def keep_tag_map(
    work: UnitOfWork,
    actor: Actor,
    corp_id: str,
    told: Sequence[OutsideTagGroup],
    group_of: Mapping[str, int],
    tag_of: Mapping[str, int],
) -> None:
    """Which tags here those that were told, all there are, stand for."""
    actor.require("contacts.run")
    for group in told:
        if group.outside_id not in group_of:
            continue
        store.save_group(work.driver, corp_id, group.outside_id, group_of[group.outside_id], group.name)
        for tag in group.tags:
            if tag.outside_id in tag_of:
                store.save_tag(work.driver, corp_id, tag.outside_id, group.outside_id, tag_of[tag.outside_id], tag.name)
    there = [tag.outside_id for group in told for tag in group.tags]
    store.mark_gone(work.driver, corp_id, [group.outside_id for group in told], there, work.clock.now())


def take_verdicts(
    work: UnitOfWork, actor: Actor, given: Mapping[int, Collection[int]], taken: Mapping[int, Collection[str]]
) -> dict[int, rules.TagVerdict]:
    """What tags in WeCom come to for profiles. `given`: tags that a sync gave each of them; `taken`: those a relation lost."""
    actor.require("contacts.run")
    known = store.tag_rules(work.driver)
    tag_of = {each.outside_id: each.tag_id for each in known}
    removal_of = {each.outside_id: each.removal for each in known}
    there = relations_store.tags_there(work.driver, taken)
    verdicts = {}
    for profile_id, lost in taken.items():
        own, every = there.get(profile_id, (set(), set()))
        verdicts[profile_id] = rules.judge_tags(
            own, set(lost) - every, set(given.get(profile_id, ())), tag_of, removal_of
        )
    return verdicts


def take_tag_looks(work: UnitOfWork, actor: Actor, size: int) -> dict[int, set[str]]:
    """The next whose tags in WeCom have changed, {profile: tags that a relation lost}."""
    actor.require("contacts.run")
    return relations_store.take_tag_looks(work.driver, size)


def queue_tags(
    work: UnitOfWork, actor: Actor, given: Sequence[tuple[int, int]], taken: Sequence[tuple[int, int]]
) -> int:
    """Has tags written there that were given and taken here, [(profile, tag)], as their groups' rules say; gives to how many
    relations something is to be written."""
    actor.require("contacts.run")
    by_tag: dict[int, list[store.TagRule]] = {}
    for rule in store.tag_rules(work.driver):
        by_tag.setdefault(rule.tag_id, []).append(rule)
    concerned = [each for each in (*given, *taken) if each[1] in by_tag]
    customer_of = current_customer_ids(work, {profile_id for profile_id, _ in concerned})
    bearers = store.bearers(work.driver, set(customer_of.values()))
    keepers = store.keepers_of(work.driver, set(customer_of.values()))
    wanted: dict[tuple[int, int], tuple[set[str], set[str]]] = {}
    for is_given, pairs in ((True, given), (False, taken)):
        for profile_id, tag_id in pairs:
            customer_id = customer_of.get(profile_id)
            for rule in by_tag.get(tag_id, ()) if customer_id is not None else ():
                theirs = [each for each in bearers.get(customer_id or 0, ()) if each.corp_id == rule.corp_id]
                chosen = _put_to(rule, theirs, keepers.get(customer_id or 0)) if is_given else _take_from(rule, theirs)
                for each in chosen:
                    put, take = wanted.setdefault((each.profile_id, each.member_id), (set(), set()))
                    (put if is_given else take).add(rule.outside_id)
                    (take if is_given else put).discard(rule.outside_id)
    if wanted:
        store.queue_tags(work.driver, wanted, work.clock.now())
    return len(wanted)


def _put_to(rule: store.TagRule, theirs: Sequence[store.Bearer], keeper: int | None) -> list[store.Bearer]:
    if rule.write_back is WriteBack.NONE or any(rule.outside_id in each.tag_ids for each in theirs):
        lacking = [each for each in theirs if rule.outside_id not in each.tag_ids]
        return lacking if rule.write_back is WriteBack.ALL else []
    if rule.write_back is WriteBack.ALL:
        return list(theirs)
    member_of = {each.staff_id: each.member_id for each in theirs}
    chosen = rules.chosen_keeper(
        [(each.member_id, each.added_at) for each in theirs], member_of.get(keeper) if keeper is not None else None
    )
    return [each for each in theirs if each.member_id == chosen]


def _take_from(rule: store.TagRule, theirs: Sequence[store.Bearer]) -> list[store.Bearer]:
    if rule.write_back is WriteBack.NONE:
        return []
    if rule.removal is Removal.EITHER:
        return [each for each in theirs if rule.outside_id in each.tag_ids]
    return [each for each in theirs if rule.outside_id in each.written_tag_ids]


def save_remark(
    work: UnitOfWork,
    actor: Actor,
    customer_id: int,
    member_id: int,
    *,
    remark: str | None = None,
    description: str | None = None,
) -> None:
    """Has a remark, or a description, written to a relation there; it stands here when it is."""
    actor.require("contacts.write")
    checked = rules.checked_remark(remark, description)
    now_id = current_customer_ids(work, [customer_id]).get(customer_id)
    if now_id is None or not customer_in_scope(work, actor, now_id):
        raise UnknownRelationError
    theirs = [each for each in store.bearers(work.driver, [now_id]).get(now_id, ()) if each.member_id == member_id]
    if not theirs:
        raise UnknownRelationError
    for each in theirs:
        store.queue_remark(work.driver, each.profile_id, member_id, *checked, work.clock.now())
    record_audit(work, actor, "contacts.save_remark", f"customer:{now_id}", member_id=member_id)


def take_writes(work: UnitOfWork, actor: Actor, corp_id: str, size: int) -> list[Write]:
    """What is to be written next. For a while nobody else takes it: who died over it has it written once more."""
    actor.require("contacts.run")
    now = work.clock.now()
    return store.take_writes(work.driver, corp_id, now, now + TAKEN_FOR, size)


def settle_writes(work: UnitOfWork, actor: Actor, writes: Sequence[Write]) -> None:
    """They are written there."""
    actor.require("contacts.run")
    if writes:
        store.settle_writes(work.driver, writes)


def refuse_write(work: UnitOfWork, actor: Actor, write: Write, error: SourceRefusedError) -> None:
    """It was not written: tried again later, or shown to people where that is of no use."""
    actor.require("contacts.run")
    is_final = error.refusal in (Refusal.FINAL, Refusal.GONE) or write.attempts >= rules.ATTEMPTS_MAX
    wait = rules.back_off(write.attempts, error.wait_seconds)
    if error.refusal is Refusal.CONFIGURATION:
        wait = max(wait, HELD_BACK_FOR)
    due_at: datetime = work.clock.now() + wait
    store.put_off(work.driver, write, due_at, str(error.errcode), is_refused=is_final)
