"""Tags kept alike there and here: which stand for which, what those there mean here, what was given here and goes there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import (
    OutsideTag,
    OutsideTagGroup,
    Refusal,
    Removal,
    SourceRefusedError,
    SyncedGroup,
    WriteBack,
)
from siyu.domain.tags import reading as tags_reading
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import CUSTOMER_TAGGED, Group, How, TooManyTagsError, Way
from siyu.engines.mirror.contracts import ACTOR, Corp
from siyu.kernel.events import Event
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, UnitOfWork

LOOKED_AT_ONCE = 5_000
COLOUR = "green"
NAME_LENGTH_MAX, NAME_THERE_MAX = 40, 30

log = get_logger(__name__)


def sync_tags(database: Database, corp: Corp) -> None:
    """Brings the tags here up to those there; then, of groups that are written back, makes, renames and deletes there what was
    made, renamed and archived here. Where both sides renamed a tag, the name there holds."""
    told = corp.source.tag_groups()
    with database.read() as reading:
        known = contacts.known_tags(reading, ACTOR, corp.corp_id)
    unseen = known.keys() - {tag.outside_id for group in told for tag in group.tags}
    deleted = corp.source.deleted_tags(sorted(unseen)) if unseen else set()
    if deleted != unseen:  # some came into being since the list was read
        told = corp.source.tag_groups()
    with database.begin() as work:
        _archive_deleted(work, corp, deleted)
        _map_tags(work, corp, told)
        calls = [*_made_here(work, corp), *_changed_here(work, corp)]
    for call in calls:
        try:
            call()
        except SourceRefusedError as error:
            if error.refusal in (Refusal.RETRY, Refusal.WAIT):
                raise
            log.info("a tag there stays as it is", errcode=error.errcode)
    if calls:
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
            name = _name_here(tag)
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


def _name_here(tag: OutsideTag) -> str:
    return tag.name.strip()[:NAME_LENGTH_MAX] or tag.outside_id[:NAME_LENGTH_MAX]


def _renamed(work: UnitOfWork, group: Group, tag_id: int, name: str) -> Group:
    if any(each.name == name and not each.is_archived and each.tag_id != tag_id for each in group.tags):
        return group
    return tags.rename_tag(work, ACTOR, tag_id, name)


def _archive_deleted(work: UnitOfWork, corp: Corp, deleted: Collection[str]) -> None:
    """Takes out of use here what was deleted there, in groups that are kept alike both ways; in others it stays as it is."""
    known = contacts.known_tags(work, ACTOR, corp.corp_id)
    both_ways = {
        each.group_id
        for each in contacts.list_synced_groups(work, ACTOR, corp.corp_id)
        if each.is_synced and (each.write_back is not WriteBack.NONE or each.removal is Removal.EITHER)
    }
    gone = {known[each][0] for each in deleted if each in known} - {
        tag_id for outside_id, (tag_id, _) in known.items() if outside_id not in deleted
    }
    for group in tags.list_groups(work, ACTOR) if gone else ():
        for tag in group.tags:
            if group.group_id in both_ways and tag.tag_id in gone and not tag.is_archived:
                tags.archive_tag(work, ACTOR, tag.tag_id)


def _changed_here(work: UnitOfWork, corp: Corp) -> list[Callable[[], object]]:
    """What renames and deletes there the tags of groups that are written back that were renamed or archived here. Only what either
    side may take away is deleted: it leaves all who bear it there."""
    rules = {
        each.group_id: each
        for each in contacts.list_synced_groups(work, ACTOR, corp.corp_id)
        if each.is_synced and each.write_back is not WriteBack.NONE
    }
    here = {
        tag.tag_id: (tag, group)
        for group in tags.list_groups(work, ACTOR)
        if group.group_id in rules
        for tag in group.tags
    }
    calls: list[Callable[[], object]] = []
    for outside_id, (tag_id, name) in sorted(contacts.known_tags(work, ACTOR, corp.corp_id).items()):
        if tag_id not in here:
            continue
        tag, group = here[tag_id]
        if tag.is_archived or group.is_archived:
            if rules[group.group_id].removal is Removal.EITHER:
                calls.append(partial(corp.source.delete_tag, outside_id))
        elif tag.name != _name_here(OutsideTag(outside_id, name)) and len(tag.name) <= NAME_THERE_MAX:
            calls.append(partial(corp.source.rename_tag, outside_id, tag.name))
    return calls


def _made_here(work: UnitOfWork, corp: Corp) -> list[Callable[[], object]]:
    """What makes there the tags of groups that are written back for which there is none there."""
    mapped = {tag_id for tag_id, _ in contacts.known_tags(work, ACTOR, corp.corp_id).values()}
    groups = {each.group_id: each for each in tags.list_groups(work, ACTOR)}
    found: list[Callable[[], object]] = []
    for synced in contacts.list_synced_groups(work, ACTOR, corp.corp_id):
        if not synced.is_synced or synced.write_back is WriteBack.NONE or synced.group_id not in groups:
            continue
        found += [
            partial(corp.source.add_tag, synced.outside_id, synced.name, each.name)
            for each in groups[synced.group_id].tags
            if not each.is_archived and each.tag_id not in mapped and len(each.name) <= NAME_THERE_MAX
        ]
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
        if event.properties.get("how") != How.SYNC.value and not event.is_stripped:
            last[event.profile_id, int(event.properties["tag_id"])] = event.name == CUSTOMER_TAGGED
    if last:
        given = [key for key, is_given in last.items() if is_given]
        taken = [key for key, is_given in last.items() if not is_given]
        contacts.queue_tags(work, ACTOR, given, taken)
