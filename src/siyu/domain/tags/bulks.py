"""Tagging many customers, part by part. Used by the service alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from siyu.domain.company.service import record_audit
from siyu.domain.customers.service import keep_unchanged
from siyu.domain.tags import bulk_store, store, tagging
from siyu.domain.tags.contracts import (
    AT_ONCE_MAX,
    BULK_JOB,
    BULK_MAX,
    BULKS_RUNNING_MAX,
    ArchivedTagError,
    BadTaggingError,
    Bulk,
    BulkState,
    How,
    TooManyTagsError,
    UnknownBulkError,
    UnknownTagError,
    Way,
)
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.jobs import defer
from siyu.platform.postgres.database import Reading, UnitOfWork

_SIYU = system_actor("tags")


def start(
    work: UnitOfWork,
    actor: Actor,
    tag_id: int,
    customer_ids: Sequence[int],
    of: str,
    is_removal: bool,
    reason: str,
    expires_at: datetime | None,
) -> Bulk:
    """Writes down what is to be done, and has the job do it."""
    if len(customer_ids) > BULK_MAX:
        raise BadTaggingError(f"At most {BULK_MAX} customers in one bulk.", field="customer_ids")
    known = store.lock_tags(work.driver, [tag_id]).get(tag_id)
    if known is None:
        raise UnknownTagError
    if known.is_archived and not is_removal:
        raise ArchivedTagError
    bulk_store.lock_bulks(work.driver)
    if bulk_store.count_running(work.driver) >= BULKS_RUNNING_MAX:
        raise TooManyTagsError("Wait until some of the work in bulk that goes on is done.")
    now, state = work.clock.now(), BulkState.RUNNING if len(customer_ids) else BulkState.DONE
    bulk_id = bulk_store.insert_bulk(
        work.driver,
        (
            tag_id,
            is_removal,
            actor.kind.value,
            actor.actor_id,
            actor.scope.unit_path,
            actor.scope.own_only,
            reason,
            expires_at,
            of,
            len(customer_ids),
            state.value,
            now,
            now if state is BulkState.DONE else None,
        ),
    )
    for part, first in enumerate(range(0, len(customer_ids), AT_ONCE_MAX)):
        bulk_store.insert_part(work.driver, bulk_id, part, customer_ids[first : first + AT_ONCE_MAX])
    record_audit(work, actor, "tags.start_bulk", f"tag:{tag_id}", of=of, count=len(customer_ids), is_removal=is_removal)
    if len(customer_ids):
        defer(work, BULK_JOB, {"bulk_id": bulk_id}, only_one=f"{BULK_JOB}:{bulk_id}")
    return get(work, bulk_id)


def work_on(work: UnitOfWork, bulk_id: int) -> bool:
    """Does one part, on behalf of who asked for it and within their scope. A tag that was archived meanwhile ends the bulk."""
    part = bulk_store.lock_part(work.driver, bulk_id)
    if part is None:
        return False
    bulk = get(work, bulk_id)
    now = work.clock.now()
    behalf = Actor(
        ActorKind(bulk.actor_kind), bulk.actor_id, frozenset({"tags.apply"}), Scope(part.unit_path, part.own_only)
    )
    way = Way(How.BULK, bulk.reason)
    try:
        if bulk.is_removal:
            applied = tagging.take(work, behalf, bulk.tag_id, part.profile_ids, way)
        elif bulk.expires_at is not None and bulk.expires_at <= now:
            bulk_store.stop(work.driver, bulk_id, now)
            return False
        else:
            applied = tagging.give(work, behalf, bulk.tag_id, dict.fromkeys(part.profile_ids, bulk.expires_at), way)
    except ArchivedTagError:
        bulk_store.stop(work.driver, bulk_id, now)
        return False
    keep_unchanged(work, _SIYU, bulk.name, part.part, applied.unchanged)
    bulk_store.finish_part(work.driver, part, applied.changed, applied.skipped, now)
    return True


def stop(work: UnitOfWork, actor: Actor, bulk_id: int) -> Bulk:
    """Ends a running bulk."""
    found = get_seen(work, actor, bulk_id)
    if bulk_store.stop(work.driver, bulk_id, work.clock.now()):
        record_audit(work, actor, "tags.stop_bulk", found.name)
    return get(work, bulk_id)


def get(reading: Reading, bulk_id: int) -> Bulk:
    found = bulk_store.read_bulks(reading.driver, bulk_id=bulk_id)
    if not found:
        raise UnknownBulkError
    return found[0]


def get_seen(reading: Reading, actor: Actor, bulk_id: int) -> Bulk:
    """As `get`, for who asked for it and for who sees all customers."""
    found = get(reading, bulk_id)
    if not actor.scope.is_everything and (found.actor_kind, found.actor_id) != (actor.kind.value, actor.actor_id):
        raise UnknownBulkError
    return found


def list_page(reading: Reading, actor: Actor, page: PageRequest) -> Page[Bulk]:
    if page.after is not None and not (page.after.isascii() and page.after.isdecimal() and len(page.after) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    before = int(page.after) if page.after else None
    of = None if actor.scope.is_everything else actor
    rows = bulk_store.read_bulks(reading.driver, before=before, size=page.size + 1, asker=of)
    shown = rows[: page.size]
    return Page(shown, str(shown[-1].bulk_id) if len(rows) > page.size else None)
