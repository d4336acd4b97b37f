"""Groups compared with what stands here."""

from __future__ import annotations

from siyu.domain.contacts import reading as contacts_reading
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError, ToldBy
from siyu.domain.groups import service as groups
from siyu.domain.groups.contracts import GroupChanges, OutsideGroup
from siyu.engines.mirror.contracts import ACTOR, Corp
from siyu.engines.mirror.erased import without_erased
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, UnitOfWork

log = get_logger(__name__)


def sync_groups(database: Database, corp: Corp, by: ToldBy) -> dict[str, int]:
    """All groups of a corp; {groups, joined, left, groups_refused}. Of one that WeCom says nothing of what is known stands."""
    heads = corp.source.chat_ids()
    joined = left = refused = 0
    for chat_id, status in heads:
        try:
            changes = sync_group(database, corp, chat_id, by, status=status)
        except SourceRefusedError as error:
            if error.refusal is not Refusal.FINAL and not error.is_of_one:
                raise
            log.warning("mirror_group_refused", errcode=error.errcode)
            refused += 1
            continue
        joined, left = joined + changes.joined, left + changes.left
    with database.begin() as work:
        gone = groups.living_chats(work, ACTOR, corp.corp_id) - {chat_id for chat_id, _ in heads}
    for chat_id in sorted(gone):  # a list leaves groups out whose owner is out of sight: the group itself says
        left += sync_group(database, corp, chat_id, by).left
    return {"groups": len(heads), "joined": joined, "left": left, "groups_refused": refused}


def sync_group(
    database: Database, corp: Corp, chat_id: str, by: ToldBy, *, status: int = 0, is_removed: bool | None = None
) -> GroupChanges:
    """One group, as it is there now."""
    told = corp.source.group(chat_id, status)
    with database.begin() as work:
        if told is None:
            return groups.dissolve_group(work, ACTOR, corp.corp_id, chat_id, told_by=by.value)
        return tell_group(work, corp.corp_id, told, by, is_removed=is_removed)


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
    return groups.tell_group(work, ACTOR, corp_id, seen, owner, told_by=by.value, is_removed=is_removed)
