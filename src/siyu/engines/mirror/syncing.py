"""A whole corp compared with what stands here: staff, tags, customers, groups.

Page by page, never all at once: what a page tells and how far it is commit together, so a sync that was killed goes on with the
page after the last that was kept, and a page that is told twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial

from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import (
    Changes,
    Place,
    Refusal,
    SourceRefusedError,
    Sync,
    Told,
    ToldBy,
)
from siyu.domain.entries.reading import origins_of
from siyu.engines.mirror.contracts import ACTOR, Corp
from siyu.engines.mirror.erased import without_erased
from siyu.engines.mirror.fetching import Left, Piece, fetched
from siyu.engines.mirror.grouping import sync_groups
from siyu.engines.mirror.patience import patiently
from siyu.engines.mirror.tagging import apply_tags, sync_tags
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.platform.postgres.statistics import freshen_statistics

log = get_logger(__name__)

KEPT_AT_ONCE = 2_000
"""Relations that are kept in one transaction, of as many members as it takes."""
FETCHING_AT_ONCE = 6
"""Threads that fetch ahead; one keeps, for two would wait for each other where members have customers in common."""
LOOKED_FIRST_AT = 10_000
"""After so many relations it is looked at how large the tables have become, and again after each four times as many."""


def sync_corp(
    database: Database,
    corp: Corp,
    *,
    by: ToldBy = ToldBy.SYNC,
    fetching_at_once: int = FETCHING_AT_ONCE,
    on_kept: Callable[[int], None] = lambda _customers: None,
) -> Sync:
    """Compares all of a corp; goes on with the sync that is running, if one is. `on_kept` is told how many relations
    were kept, each time."""
    with database.begin() as work:
        sync_id = contacts.begin_sync(work, ACTOR, corp.corp_id)
    try:
        left, members = _plan(database, corp, sync_id)
        sync_tags(database, corp)
        refusals, kept, look_at = [], 0, LOOKED_FIRST_AT
        with closing(fetched(corp, database.clock, left, fetching_at_once, KEPT_AT_ONCE)) as batches:
            for pieces in batches:
                _keep(database, corp, sync_id, pieces, by)
                refusals += [each.refusal for each in pieces if each.refusal is not None]
                count = sum(len(each.rows) for each in pieces)
                on_kept(count)
                kept += count
                if kept >= look_at:
                    freshen_statistics(database)
                    look_at *= 4
        if members and _all_to_be_configured(refusals, members):
            raise refusals[0]
        settle_left(database, corp, by)
        counts = sync_groups(database, corp, by, fetching_at_once)
        freshen_statistics(database)
        apply_tags(database)
    except SourceRefusedError as error:
        if error.refusal in (Refusal.RETRY, Refusal.WAIT):
            raise  # the job is tried again later, and goes on from here
        with database.begin() as work:
            contacts.end_sync(work, ACTOR, sync_id, {}, failure=str(error.errcode))
        raise
    with database.begin() as work:
        return contacts.end_sync(work, ACTOR, sync_id, counts)


def _all_to_be_configured(refusals: Sequence[SourceRefusedError], members: int) -> bool:
    """Whether nobody is told of because something has to be set right: that is no member's own, and somebody has to hear of it."""
    return len(refusals) == members and all(each.refusal is Refusal.CONFIGURATION for each in refusals)


def _plan(database: Database, corp: Corp, sync_id: int) -> tuple[list[Left], int]:
    """With whom there is something left to do, and how many members there are."""
    followers = corp.source.followers()
    keep_staff(database, corp, followers)
    with database.begin() as work:
        known = contacts.ensure_members(work, ACTOR, corp.corp_id, followers)
        left = contacts.plan_members(work, ACTOR, sync_id, {each[0] for each in known.values()})
    return [Left(*each) for each in left], len(known)


def settle_left(database: Database, corp: Corp, by: ToldBy) -> None:
    """Customers of those who left come to whoever took them over in WeCom's own console: of who left nothing more is told but
    whom they still wait for. Where WeCom does not give that list, all stands as it was."""
    with database.read() as reading:
        left = contacts.members_with_left_behind(reading, ACTOR, corp.corp_id)
    if not left:
        return
    asked_at = database.clock.now()
    try:
        waiting = [pair for page in corp.source.unassigned() for pair in page if pair[0].lower() in left]
    except SourceRefusedError as error:
        if error.refusal in (Refusal.RETRY, Refusal.WAIT):
            raise
        log.warning("mirror_unassigned_refused", corp_id=corp.corp_id, errcode=error.errcode)
        return

    def keep(work: UnitOfWork) -> None:
        contacts.lose_taken_over(work, ACTOR, corp.corp_id, waiting, by, as_of=asked_at)

    patiently(database, keep)


def keep_staff(database: Database, corp: Corp, followers: Sequence[str]) -> None:
    """Brings units and staff up to departments and members."""
    departments, members = corp.source.departments(), corp.source.members()
    with database.begin() as work:
        contacts.keep_departments(work, ACTOR, corp.corp_id, departments)
        contacts.keep_members(work, ACTOR, corp.corp_id, members, followers)


def _keep(database: Database, corp: Corp, sync_id: int, pieces: Sequence[Piece], by: ToldBy) -> None:
    """What was told and how far the sync is with whom, in one transaction; whoever is in the list of a member no more is lost."""
    rows = [row for each in pieces for row in each.rows]
    lists = {
        each.of.userid: (each.listed, each.listed_at)
        for each in pieces
        if each.listed is not None and each.listed_at is not None
    }

    def keep(work: UnitOfWork) -> None:
        told = tell(work, corp.corp_id, rows, by, asked_at=min(each.asked_at for each in pieces))
        lost = contacts.lose_unlisted(work, ACTOR, corp.corp_id, lists, by)
        contacts.save_places(work, ACTOR, sync_id, _places(pieces, told, lost))

    patiently(database, keep)
    for each in pieces:
        if each.refusal is not None:
            log.warning("mirror_member_refused", member_id=each.of.member_id, errcode=each.refusal.errcode)


def _places(pieces: Sequence[Piece], told: Mapping[int, Changes], lost: Mapping[int, Changes]) -> list[Place]:
    """How far it is with each member: where their last piece leads on to."""
    last = {each.of.member_id: each for each in pieces}
    customers = Counter[int]()
    for each in pieces:
        customers[each.of.member_id] += len(each.rows)
    nothing = Changes()
    return [
        Place(
            member_id,
            each.cursor,
            customers[member_id],
            told.get(member_id, nothing) + lost.get(member_id, nothing),
            is_done=each.is_last,
            refusal=str(each.refusal.errcode) if each.refusal is not None else "",
        )
        for member_id, each in last.items()
    ]


def tell(
    work: UnitOfWork,
    corp_id: str,
    told: Sequence[Told],
    by: ToldBy,
    *,
    asked_at: datetime,
    came_at: datetime | None = None,
) -> dict[int, Changes]:
    """Keeps what was told of relations, without those of persons who were erased: only they themselves come back."""
    if not told:
        return {}
    kept = without_erased(work, told, lambda each: (each[0].external_userid, each[0].unionid))
    origins = partial(origins_of, work)
    return contacts.tell_relations(work, ACTOR, corp_id, kept, by, origins, asked_at=asked_at, came_at=came_at)
