"""Tags kept alike there and here: which stand for which, what those there mean here, what was given here and goes there."""

from __future__ import annotations

from collections.abc import Sequence

from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import OutsideTagGroup, SyncedGroup, WriteBack
from siyu.domain.tags import reading as tags_reading
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import CUSTOMER_TAGGED, Group, How, TooManyTagsError, Way
from siyu.engines.mirror.contracts import ACTOR, Corp
from siyu.kernel.events import Event
from siyu.platform.postgres.database import Database, UnitOfWork

LOOKED_AT_ONCE = 5_000
COLOUR = "green"
NAME_LENGTH_MAX = 40


def sync_tags(database: Database, corp: Corp) -> None:
    """Brings the tags here up to those there, and makes there those of groups that are written back and were made here."""
    told = corp.source.tag_groups()
    with database.begin() as work:
        _map_tags(work, corp, told)
        missing = _made_here(work, corp)
    for group, names in missing:
        for name in names:
            corp.source.add_tag(group.outside_id, group.name, name)
    if missing:
        with database.begin() as work:
            _map_tags(work, corp, corp.source.tag_groups())


def _map_tags(work: UnitOfWork, corp: Corp, told: Sequence[OutsideTagGroup]) -> None:
    mapped = {each.outside_id: each for each in contacts.list_synced_groups(work, ACTOR, corp.corp_id)}
    known = contacts.known_tags(work, ACTOR, corp.corp_id)
    group_of: dict[str, int] = {}
    tag_of: dict[str, int] = {}
    for outside in told:
        group = _group_for(work, outside, mapped.get(outside.outside_id))
        if group is None:
            continue
        group_of[outside.outside_id] = group.group_id
        for tag in outside.tags:
            before = known.get(tag.outside_id)
            name = tag.name.strip()[:NAME_LENGTH_MAX] or tag.outside_id[:NAME_LENGTH_MAX]
            if before is not None and before[1] != tag.name:
                group = _renamed(work, group, before[0], name)
            found = before[0] if before is not None else None
            if found is None:
                found, group = _tag_for(work, group, name)
            if found is not None:
                tag_of[tag.outside_id] = found
    contacts.keep_tag_map(work, ACTOR, corp.corp_id, told, group_of, tag_of)


def _group_for(work: UnitOfWork, outside: OutsideTagGroup, mapped: SyncedGroup | None) -> Group | None:
    groups = tags.list_groups(work, ACTOR)
    if mapped is not None:
        return next((each for each in groups if each.group_id == mapped.group_id), None)
    name = outside.name.strip()[:NAME_LENGTH_MAX] or "企业微信"
    same = next((each for each in groups if each.name == name and not each.is_archived and not each.is_exclusive), None)
    if same is not None:
        return same
    taken = {each.name for each in groups if not each.is_archived}
    free = name if name not in taken else f"{name[: NAME_LENGTH_MAX - 5]}·企业微信"
    try:
        return tags.create_group(work, ACTOR, free, COLOUR, is_exclusive=False) if free not in taken else None
    except TooManyTagsError:
        return None


def _tag_for(work: UnitOfWork, group: Group, name: str) -> tuple[int | None, Group]:
    if (same := _tag_called(group, name)) is not None:
        return same, group
    try:
        group = tags.create_tag(work, ACTOR, group.group_id, name)
    except TooManyTagsError:
        return None, group
    return _tag_called(group, name), group


def _tag_called(group: Group, name: str) -> int | None:
    return next((each.tag_id for each in group.tags if each.name == name and not each.is_archived), None)


def _renamed(work: UnitOfWork, group: Group, tag_id: int, name: str) -> Group:
    if any(each.name == name and not each.is_archived and each.tag_id != tag_id for each in group.tags):
        return group
    return tags.rename_tag(work, ACTOR, tag_id, name)


def _made_here(work: UnitOfWork, corp: Corp) -> list[tuple[SyncedGroup, list[str]]]:
    """Tags of groups that are written back for which there is none there."""
    mapped = {tag_id for tag_id, _ in contacts.known_tags(work, ACTOR, corp.corp_id).values()}
    groups = {each.group_id: each for each in tags.list_groups(work, ACTOR)}
    found = []
    for synced in contacts.list_synced_groups(work, ACTOR, corp.corp_id):
        if not synced.is_synced or synced.write_back is WriteBack.NONE or synced.group_id not in groups:
            continue
        names = [
            each.name
            for each in groups[synced.group_id].tags
            if not each.is_archived and each.tag_id not in mapped and len(each.name) <= 30
        ]
        if names:
            found.append((synced, names))
    return found


# --- in


def apply_tags(database: Database) -> None:
    """Gives and takes all that is to be given and taken."""
    while apply_tags_once(database):
        pass


def apply_tags_once(database: Database) -> bool:
    """Gives and takes the tags that relations in WeCom brought or lost; whether there were any to look at."""
    with database.begin() as work:
        taken = contacts.take_tag_looks(work, ACTOR, LOOKED_AT_ONCE)
        if not taken:
            return False
        given = tags_reading.given_by_sync(work, taken)
        verdicts = contacts.take_verdicts(work, ACTOR, given, taken)
        give, own, whole = (dict[int, list[int]](), dict[int, list[int]](), dict[int, list[int]]())
        for profile_id, verdict in sorted(verdicts.items()):
            for by_tag, found in ((give, verdict.give), (own, verdict.take_own), (whole, verdict.take_whole)):
                for tag_id in found:
                    by_tag.setdefault(tag_id, []).append(profile_id)
        usable = tags.lock_tags(work, ACTOR, {*give, *own, *whole})
        for tag_id, profile_ids in sorted(own.items()):
            tags.keep_untagged(work, ACTOR, tag_id, profile_ids, Way(How.SYNC))
        for tag_id, profile_ids in sorted(whole.items()):
            tags.keep_untagged(work, ACTOR, tag_id, profile_ids, Way(How.SYNC, is_whole=True))
        given_now = {tag_id: profile_ids for tag_id, profile_ids in give.items() if tag_id in usable}
        if given_now:
            tags.keep_synced(work, ACTOR, given_now)
        return True


# --- out


def follow_tags(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Has tags that were given and taken here written there; what a sync brought is there already. What happened last counts."""
    last: dict[tuple[int, int], bool] = {}
    for event in events:
        if event.properties.get("how") != How.SYNC.value:
            last[event.profile_id, int(event.properties["tag_id"])] = event.name == CUSTOMER_TAGGED
    if last:
        given = [key for key, is_given in last.items() if is_given]
        taken = [key for key, is_given in last.items() if not is_given]
        contacts.queue_tags(work, ACTOR, given, taken)
