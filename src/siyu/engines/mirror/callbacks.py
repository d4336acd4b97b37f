"""What callbacks tell of: the thing is read again as it is now, and what differs is kept.

A callback is never believed: it may be late, doubled, out of order, or lost. So what it names is asked for, and the same verbs
keep the answer that keep a sync's. Only that a customer deleted a member is said by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from siyu.domain.company.contracts import WecomCallback
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import LostBy, LostRelation, ToldBy
from siyu.engines.mirror.contracts import ACTOR, Corp
from siyu.engines.mirror.grouping import sync_group
from siyu.engines.mirror.patience import patiently
from siyu.engines.mirror.syncing import keep_staff, tell
from siyu.engines.mirror.tagging import sync_tags
from siyu.platform.postgres.database import Database, UnitOfWork

ADDED = "add_external_contact"
REMOVED = "1"
BY_TRANSFER = "DELETE_BY_TRANSFER"

Handler = Callable[[Database, Corp, WecomCallback], None]


def apply_callback(database: Database, corp: Corp, callback: WecomCallback) -> bool:
    """Brings what a callback names up to how it is now; False where it is nobody's business here. Told twice it changes nothing.
    SourceRefusedError where WeCom does not answer: to be tried again later."""
    handler = HANDLERS.get((callback.event, callback.change)) or HANDLERS.get((callback.event, ""))
    if handler is None:
        return False
    handler(database, corp, callback)
    return True


def _contact(database: Database, corp: Corp, callback: WecomCallback) -> None:
    """Somebody was added or changed. Half a friend is told only when the member has confirmed; then this comes again."""
    asked_at = database.clock.now()
    told = corp.source.contact(_text(callback, "ExternalUserID"))
    userid = _text(callback, "UserID").lower()
    concerned = [each for each in told if each[1].userid.lower() == userid]
    came_at = callback.happened_at if callback.change == ADDED else None

    def keep(work: UnitOfWork) -> None:
        tell(work, corp.corp_id, concerned, ToldBy.CALLBACK, asked_at=asked_at, came_at=came_at)

    if concerned:
        patiently(database, keep)


def _ended(by: LostBy) -> Handler:
    def end(database: Database, corp: Corp, callback: WecomCallback) -> None:
        userid, external = _text(callback, "UserID"), _text(callback, "ExternalUserID")
        asked_at = database.clock.now()
        told = corp.source.contact(external)  # who was added again since is told with a later beginning
        is_transfer = _text(callback, "Source") == BY_TRANSFER
        concerned = [each for each in told if is_transfer or each[1].userid.lower() == userid.lower()]
        lost = LostRelation(userid, external, LostBy.TRANSFER if is_transfer else by, callback.happened_at)

        def keep(work: UnitOfWork) -> None:
            if is_transfer:  # who took over is told first: nobody is lost in between
                tell(work, corp.corp_id, concerned, ToldBy.CALLBACK, asked_at=asked_at)
            contacts.lose_relations(work, ACTOR, corp.corp_id, [lost], ToldBy.CALLBACK)
            if not is_transfer:
                tell(work, corp.corp_id, concerned, ToldBy.CALLBACK, asked_at=asked_at)

        patiently(database, keep)

    return end


def _group(database: Database, corp: Corp, callback: WecomCallback) -> None:
    is_leaving = _text(callback, "UpdateDetail") == "del_member"
    is_removed = _text(callback, "QuitScene") == REMOVED if is_leaving else None
    sync_group(database, corp, _text(callback, "ChatId"), ToldBy.CALLBACK, is_removed=is_removed)


def _tags(database: Database, corp: Corp, _callback: WecomCallback) -> None:
    sync_tags(database, corp)


def _staff(database: Database, corp: Corp, _callback: WecomCallback) -> None:
    keep_staff(database, corp, corp.source.followers())


def _staff_gone(database: Database, corp: Corp, callback: WecomCallback) -> None:
    with database.begin() as work:
        contacts.let_go_members(work, ACTOR, corp.corp_id, [_text(callback, "UserID")])


def _text(callback: WecomCallback, name: str) -> str:
    value = callback.fields.get(name, "")
    return value if isinstance(value, str) else ""


HANDLERS: Final[Mapping[tuple[str, str], Handler]] = {
    ("change_external_contact", ADDED): _contact,
    ("change_external_contact", "add_half_external_contact"): _contact,
    ("change_external_contact", "edit_external_contact"): _contact,
    ("change_external_contact", "transfer_fail"): _contact,
    ("change_external_contact", "del_external_contact"): _ended(LostBy.STAFF),
    ("change_external_contact", "del_follow_user"): _ended(LostBy.CUSTOMER),
    ("change_external_chat", ""): _group,
    ("change_external_tag", ""): _tags,
    ("change_contact", "delete_user"): _staff_gone,
    ("change_contact", ""): _staff,
}
"""(Event, ChangeType) → what is done; with an empty ChangeType for all the others of the event."""
