"""A whole corp compared with what stands here: staff, tags, customers, groups.

Page by page, never all at once: what a page tells and how far it is commit together, so a sync that was killed goes on with the
page after the last that was kept, and a page that is told twice changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import psycopg

from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import (
    Changes,
    Refusal,
    SourceRefusedError,
    Sync,
    Told,
    ToldBy,
)
from siyu.domain.entries.reading import origins_of
from siyu.engines.mirror.contracts import ACTOR, Corp
from siyu.engines.mirror.erased import without_erased
from siyu.engines.mirror.grouping import sync_groups
from siyu.engines.mirror.tagging import apply_tags_once, sync_tags
from siyu.kernel.errors import SiyuError
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, UnitOfWork

log = get_logger(__name__)

PAGES_AT_ONCE = 20
"""Pages of one member, of at most a hundred customers each, that are kept in one transaction."""
MEMBERS_AT_ONCE = 3
TRIES_MAX = 5


class StaleCursorError(SiyuError):
    """The pages of a member have to be begun anew again and again."""

    code = "stale_cursor"


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left to do with a member."""

    member_id: int
    userid: str
    cursor: str


def sync_corp(
    database: Database,
    corp: Corp,
    *,
    by: ToldBy = ToldBy.SYNC,
    members_at_once: int = MEMBERS_AT_ONCE,
    on_page: Callable[[int], None] = lambda _customers: None,
) -> Sync:
    """Compares all of a corp; goes on with the sync that is running, if one is. `on_page` is told of how many relations a page told
    when they are kept."""
    with database.begin() as work:
        sync_id = contacts.begin_sync(work, ACTOR, corp.corp_id)
    try:
        left = _plan(database, corp, sync_id)
        sync_tags(database, corp)
        refused = _sync_members(database, corp, sync_id, left, by, members_at_once, on_page)
        counts = {"refused": refused} | sync_groups(database, corp, by)
        while apply_tags_once(database):
            pass
    except SourceRefusedError as error:
        if error.refusal in (Refusal.RETRY, Refusal.WAIT):
            raise  # the job is tried again later, and goes on from here
        with database.begin() as work:
            contacts.end_sync(work, ACTOR, sync_id, {}, failure=str(error.errcode))
        raise
    with database.begin() as work:
        return contacts.end_sync(work, ACTOR, sync_id, counts)


def _plan(database: Database, corp: Corp, sync_id: int) -> list[_Left]:
    followers = corp.source.followers()
    keep_staff(database, corp, followers)
    with database.begin() as work:
        known = contacts.ensure_members(work, ACTOR, corp.corp_id, followers)
        left = contacts.plan_members(work, ACTOR, sync_id, {each[0] for each in known.values()})
    return [_Left(*each) for each in left]


def keep_staff(database: Database, corp: Corp, followers: Sequence[str]) -> None:
    """Brings units and staff up to departments and members."""
    departments, members = corp.source.departments(), corp.source.members()
    with database.begin() as work:
        contacts.keep_departments(work, ACTOR, corp.corp_id, departments)
        contacts.keep_members(work, ACTOR, corp.corp_id, members, followers)


def _sync_members(
    database: Database,
    corp: Corp,
    sync_id: int,
    left: Sequence[_Left],
    by: ToldBy,
    members_at_once: int,
    on_page: Callable[[int], None],
) -> int:
    """Several members at a time; where one fails the others stop at the end of their page. Gives how many were passed over."""
    stopping = threading.Event()
    with ThreadPoolExecutor(max_workers=max(1, members_at_once), thread_name_prefix="mirror") as pool:
        futures = [pool.submit(_or_pass_over, database, corp, sync_id, each, by, on_page, stopping) for each in left]
        done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        failed = [each for each in done if each.exception() is not None]
        if failed:
            stopping.set()
            for each in futures:
                each.cancel()
    for each in failed:
        each.result()
    return sum(not each.result() for each in futures)


def _or_pass_over(
    database: Database,
    corp: Corp,
    sync_id: int,
    left: _Left,
    by: ToldBy,
    on_page: Callable[[int], None],
    stopping: threading.Event,
) -> bool:
    """False for a member whom WeCom says nothing of (without a licence, just gone): what is known of them stands, and the others'
    turn comes."""
    try:
        _sync_member(database, corp, sync_id, left, by, on_page, stopping)
    except SourceRefusedError as error:
        if error.refusal not in (Refusal.FINAL, Refusal.GONE):
            raise
        log.warning("mirror_member_refused", member=left.member_id, errcode=error.errcode)
        with database.begin() as work:
            contacts.save_place(work, ACTOR, sync_id, left.member_id, "", 0, Changes(), is_done=True)
        return False
    return True


def _sync_member(
    database: Database,
    corp: Corp,
    sync_id: int,
    left: _Left,
    by: ToldBy,
    on_page: Callable[[int], None],
    stopping: threading.Event,
) -> None:
    cursor, restarts = left.cursor, 0
    while not stopping.is_set():
        try:
            told, cursor = _pages(corp, left.userid, cursor)
        except SourceRefusedError as error:
            if error.refusal is not Refusal.RESTART:
                raise
            restarts += 1
            if restarts > TRIES_MAX:
                raise StaleCursorError from error
            cursor = ""
            continue
        is_last = not cursor
        _keep(database, corp, sync_id, left, told, cursor, by)
        on_page(len(told))
        if is_last:
            _finish(database, corp, sync_id, left, by)
            return


def _pages(corp: Corp, userid: str, cursor: str) -> tuple[list[Told], str]:
    told: list[Told] = []
    for _ in range(PAGES_AT_ONCE):
        page = corp.source.page(userid, cursor)
        told += page.rows
        cursor = page.next_cursor
        if not cursor:
            break
    return told, cursor


def _keep(
    database: Database, corp: Corp, sync_id: int, left: _Left, told: Sequence[Told], cursor: str, by: ToldBy
) -> None:
    def keep(work: UnitOfWork) -> None:
        changes = tell(work, corp.corp_id, told, by)
        contacts.save_place(work, ACTOR, sync_id, left.member_id, cursor, len(told), changes, is_done=False)

    patiently(database, keep)


def _finish(database: Database, corp: Corp, sync_id: int, left: _Left, by: ToldBy) -> None:
    """Whoever is in the list no more is lost. The list is asked for after the pages, and what is told meanwhile stands."""
    as_of = database.clock.now()
    listed = corp.source.external_ids(left.userid)

    def keep(work: UnitOfWork) -> None:
        changes = contacts.lose_unlisted(work, ACTOR, corp.corp_id, left.userid, listed, as_of, by)
        contacts.save_place(work, ACTOR, sync_id, left.member_id, "", 0, changes, is_done=True)

    patiently(database, keep)


def tell(
    work: UnitOfWork, corp_id: str, told: Sequence[Told], by: ToldBy, *, came_at: datetime | None = None
) -> Changes:
    """Keeps what was told of relations, without those of persons who were erased: only they themselves come back."""
    if not told:
        return Changes()
    kept = without_erased(work, told, lambda each: (each[0].external_userid, each[0].unionid))
    return contacts.tell_relations(work, ACTOR, corp_id, kept, by, partial(origins_of, work), came_at=came_at)


def patiently(database: Database, step: Callable[[UnitOfWork], None]) -> None:
    """Does a step that others may cross; the one that a deadlock hits is done again."""
    for attempt in range(TRIES_MAX):
        try:
            with database.begin() as work:
                step(work)
            return
        except psycopg.errors.DeadlockDetected:
            if attempt == TRIES_MAX - 1:
                raise
            log.info("mirror_deadlock", attempt=attempt)
