"""Acquisition links (获客助手): what WeCom tells of them, how much of the quota is left, who came by which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from siyu.domain.company.contracts import WecomCallback
from siyu.domain.contacts.reading import staff_of
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import LinkSource, LinkVisitor
from siyu.engines.acquisition.contracts import ACTOR
from siyu.platform.postgres.database import Database

LINK_EVENT: Final = "customer_acquisition"
QUOTA_CHANGES: Final = frozenset({"balance_low", "balance_exhausted", "balance_increased", "quota_expire_soon"})
UNUSABLE, DELETED, CHATTED = "link_unavailable", "delete_link", "customer_start_chat"
TOLD_OTHERWISE: Final = frozenset({"open_profile", "friend_request", "message_from_customer"})
"""Who opened and asked is counted by Siyu's own page, and who was added by the adding; nothing follows from these."""


def apply_link_callback(database: Database, source: LinkSource, callback: WecomCallback) -> bool:
    """Does what WeCom tells of a link; False for what is nobody's business here. Told twice it changes nothing."""
    corp_id, link_id = callback.corp_id, _text(callback, "LinkId")
    if callback.change in QUOTA_CHANGES:
        read_quota(database, source, corp_id)
        return True
    if callback.change in TOLD_OTHERWISE:
        return True
    with database.begin() as work:
        if callback.change == UNUSABLE:
            is_ours = entries.link_unusable(work, ACTOR, corp_id, link_id)
        elif callback.change == DELETED:
            is_ours = entries.link_deleted(work, ACTOR, corp_id, link_id)
        elif callback.change == CHATTED:
            visitor = LinkVisitor(_text(callback, "ExternalUserID"), _text(callback, "UserID"), has_written=True)
            code_id = entries.links_of(work, ACTOR, corp_id).get(link_id)
            is_ours = code_id is not None
            if code_id is not None:
                staff = staff_of(work, corp_id, [visitor.userid])
                entries.keep_link_customers(work, ACTOR, code_id, _told([visitor], staff))
        else:
            return False
    if callback.change == UNUSABLE:
        read_quota(database, source, corp_id)  # most often it is used up
    return is_ours


def read_quota(database: Database, source: LinkSource, corp_id: str, *, tries_again: bool = False) -> None:
    """Asks how many customers links may still bring; links that WeCom refused are tried again if it is asked for."""
    total, left = source.quota()
    with database.begin() as work:
        entries.keep_quota(work, ACTOR, corp_id, total, left, tries_again=tries_again)


def read_first_quota(database: Database, source: LinkSource, corp_id: str) -> None:
    """Reads the quota of a corp that has a link and of which it was never read."""
    with database.read() as reading:
        is_known = entries.find_quota(reading, ACTOR, corp_id) is not None
        is_needed = not is_known and bool(entries.links_of(reading, ACTOR, corp_id))
    if is_needed:
        read_quota(database, source, corp_id)


def sync_links(database: Database, source: LinkSource, corp_id: str) -> int:
    """Reads the quota, and who came by each link of a corp, page by page; gives how many were told. What is known already changes
    nothing, so it may be begun again at any point. A corp without links is not asked."""
    with database.read() as reading:
        links = entries.links_of(reading, ACTOR, corp_id)
    if not links:
        return 0
    read_quota(database, source, corp_id, tries_again=True)
    told = 0
    for link_id, code_id in sorted(links.items()):
        for page in source.customers(link_id):
            with database.begin() as work:
                staff = staff_of(work, corp_id, {each.userid for each in page})
                entries.keep_link_customers(work, ACTOR, code_id, _told(page, staff))
            told += len(page)
    return told


def _told(visitors: Iterable[LinkVisitor], staff: Mapping[str, int]) -> dict[tuple[str, int], bool]:
    told: dict[tuple[str, int], bool] = {}
    for each in visitors:
        if each.external_userid:
            key = (each.external_userid, staff.get(each.userid.lower(), 0))
            told[key] = told.get(key, False) or each.has_written
    return told


def _text(callback: WecomCallback, name: str) -> str:
    value = callback.fields.get(name, "")
    return value if isinstance(value, str) else ""
