"""Groups compared with what stands here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from functools import partial

from siyu.domain.contacts import reading as contacts_reading
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError, ToldBy
from siyu.domain.entries.reading import origins_of
from siyu.domain.groups import service as groups
from siyu.domain.groups.contracts import GroupChanges, OutsideGroup
from siyu.engines.mirror.contracts import ACTOR, Corp
from siyu.engines.mirror.erased import without_erased
from siyu.engines.mirror.fetching import fetched_each
from siyu.engines.mirror.patience import patiently
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, UnitOfWork

log = get_logger(__name__)


def sync_groups(database: Database, corp: Corp, by: ToldBy, fetching_at_once: int = 1) -> dict[str, int]:
    """All groups of a corp; {groups, joined, left, groups_refused}. Of one that WeCom says nothing of what is known stands."""
    heads = corp.source.chat_ids()
    counts = Counter({"groups": len(heads), "joined": 0, "left": 0, "groups_refused": 0})
    counts.update(_keep_groups(database, corp, heads, by, fetching_at_once))
    with database.begin() as work:
        gone = groups.living_chats(work, ACTOR, corp.corp_id) - {chat_id for chat_id, _ in heads}
    # a list leaves groups out whose owner is out of sight: the group itself says
    counts.update(_keep_groups(database, corp, [(chat_id, 0) for chat_id in sorted(gone)], by, fetching_at_once))
    return dict(counts)


def _keep_groups(
    database: Database, corp: Corp, heads: Sequence[tuple[str, int]], by: ToldBy, fetching_at_once: int
) -> Counter[str]:
    counts = Counter[str]()
    with closing(fetched_each(heads, lambda head: corp.source.group(*head), fetching_at_once)) as fetched:
        for (chat_id, _), told in fetched:
            if isinstance(told, SourceRefusedError):
                if told.refusal is not Refusal.FINAL and not told.is_of_one:
                    raise told
                log.warning("mirror_group_refused", errcode=told.errcode)
                counts["groups_refused"] += 1
                continue
            changes = _keep_group(database, corp, chat_id, told, by)
            counts.update(joined=changes.joined, left=changes.left)
    return counts


def sync_group(
    database: Database, corp: Corp, chat_id: str, by: ToldBy, *, is_removed: bool | None = None
) -> GroupChanges:
    """One group, as it is there now."""
    return _keep_group(database, corp, chat_id, corp.source.group(chat_id, 0), by, is_removed=is_removed)


def _keep_group(
    database: Database,
    corp: Corp,
    chat_id: str,
    told: OutsideGroup | None,
    by: ToldBy,
    *,
    is_removed: bool | None = None,
) -> GroupChanges:
    def keep(work: UnitOfWork) -> GroupChanges:
        if told is None:
            return groups.dissolve_group(work, ACTOR, corp.corp_id, chat_id, told_by=by.value)
        return tell_group(work, corp.corp_id, told, by, is_removed=is_removed)

    return patiently(database, keep)


def tell_group(
    work: UnitOfWork, corp_id: str, told: OutsideGroup, by: ToldBy, *, is_removed: bool | None = None
) -> GroupChanges:
    """Keeps a group without members who were erased."""
    kept = without_erased(work, told.members, lambda each: (each.external_userid, each.unionid))
    owner = contacts_reading.staff_of(work, corp_id, [told.owner_userid]).get(told.owner_userid.lower())
    seen = OutsideGroup(
        told.chat_id,
        told.name,
        told.owner_userid,
        told.created_at,
        told.notice,
        told.status,
        told.version,
        told.staff,
        kept,
    )
    return groups.tell_group(
        work, ACTOR, corp_id, seen, owner, told_by=by.value, is_removed=is_removed, origins=partial(origins_of, work)
    )
