"""Work on many customers at once: prepared for those who are chosen now, looked at, begun, done part by part. Part of `service`.

What is done with each part is not this room's: whoever runs the job does it, and says what became of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from siyu.domain.company.service import record_audit
from siyu.domain.customers import bulks_store as store
from siyu.domain.customers.bulks_contracts import (
    BULK_MAX,
    BULK_PART_MAX,
    BULKS_RUNNING_MAX,
    PREPARED_KEPT,
    RIGHT_OF_ACTION,
    WORK_BULK_JOB,
    BadBulkError,
    BulkAction,
    BulkBegunError,
    BulksRunningError,
    BulkState,
    CustomerBulk,
    PartDone,
    Unchanged,
    UnknownBulkError,
)
from siyu.domain.customers.contracts import UnknownKeeperError
from siyu.domain.customers.reading import current_customer_ids, living_customers, page_key
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.jobs import defer
from siyu.platform.postgres.database import Reading, UnitOfWork

Doing = Callable[[UnitOfWork, CustomerBulk, Sequence[int]], PartDone]
"""Does the action with customers who are there and may be seen."""


def prepare_bulk(
    work: UnitOfWork, actor: Actor, action: BulkAction, parameters: Mapping[str, object], customer_ids: Sequence[int]
) -> CustomerBulk:
    """Settles whom it is about. Nothing is done to them before it is begun; who does not begin within a day prepares again."""
    actor.require("customers.read")
    actor.require(RIGHT_OF_ACTION[action])
    if not 1 <= len(customer_ids) <= BULK_MAX:
        raise BadBulkError(field="customer_ids")
    if action is BulkAction.CUSTODY:
        _require_keeper(work, actor, parameters)
    now = work.clock.now()
    store.forget_prepared(work.driver, now - PREPARED_KEPT)
    bulk_id = store.insert_bulk(work.driver, actor, action, parameters, len(customer_ids), now)
    store.insert_parts(work.driver, bulk_id, customer_ids, BULK_PART_MAX)
    prepared = _get(work, bulk_id)
    record_audit(work, actor, "customers.prepare_bulk", prepared.name, action=action.value, customers=len(customer_ids))
    return prepared


def start_bulk(work: UnitOfWork, actor: Actor, bulk_id: int) -> CustomerBulk:
    """Has a job do it, for who prepared it."""
    actor.require("customers.read")
    found = _get_seen(work, actor, bulk_id)
    actor.require(RIGHT_OF_ACTION[found.action])
    if not found.is_asked_by(actor):
        raise UnknownBulkError
    if store.lock_running(work.driver) >= BULKS_RUNNING_MAX:
        raise BulksRunningError
    is_old = work.clock.now() - found.created_at > PREPARED_KEPT
    if is_old or not store.begin(work.driver, bulk_id):
        raise BulkBegunError
    record_audit(
        work,
        actor,
        "customers.start_bulk",
        found.name,
        action=found.action.value,
        count=found.total,
        told=", ".join(f"{name}={value}" for name, value in found.parameters.items() if isinstance(value, int)),
    )
    defer(work, WORK_BULK_JOB, {"bulk_id": bulk_id}, only_one=f"{WORK_BULK_JOB}:{bulk_id}")
    return _get(work, bulk_id)


def work_bulk(work: UnitOfWork, actor: Actor, bulk_id: int, do: Doing) -> bool:
    """Does the next part of a bulk with those of it who are there and may be seen now; False where there is none."""
    actor.require("customers.assign")
    part = store.lock_part(work.driver, bulk_id)
    if part is None:
        return False
    bulk = _get(work, bulk_id)
    there = living_customers(work, bulk.on_behalf(), part.profile_ids).tolist()
    done = do(work, bulk, there) if there else PartDone(0, {})
    now_ids, seen = current_customer_ids(work, part.profile_ids), set(there)
    gone = {each for each in part.profile_ids if now_ids.get(each) not in seen}
    gone |= set(done.unchanged.get(Unchanged.GONE, ()))
    store.insert_unchanged(work.driver, bulk.name, part.part, {**done.unchanged, Unchanged.GONE: gone})
    store.finish_part(work.driver, part, done.changed, work.clock.now())
    return True


def keep_unchanged(
    work: UnitOfWork, actor: Actor, name: str, part: int, unchanged: Mapping[Unchanged, Collection[int]]
) -> None:
    """Keeps whom a part of another room's work on many, like `tag_bulk:3`, left as they were."""
    actor.require("customers.assign")
    store.insert_unchanged(work.driver, name, part, unchanged)


def list_unchanged(reading: Reading, actor: Actor, name: str, why: Unchanged, page: PageRequest) -> Page[int]:
    """Those of them who are there and whom the actor may see now, as the customers they are now; a page may be short of some.
    Whoever asks has looked at whether the actor may see the work."""
    actor.require("customers.read")
    ids = store.select_unchanged(reading.driver, name, why, page_key(page), page.size + 1)
    shown = ids[: page.size]
    people: list[int] = living_customers(reading, actor, shown)[::-1].tolist()
    return Page(people, str(shown[-1]) if len(ids) > page.size else None)


def unchanged_by(reading: Reading, actor: Actor, bulk_id: int, why: Unchanged, page: PageRequest) -> Page[int]:
    """Whom it left as they were, for who may see the work, as far as they may see them."""
    actor.require("customers.read")
    return list_unchanged(reading, actor, _get_seen(reading, actor, bulk_id).name, why, page)


def fail_bulk(work: UnitOfWork, actor: Actor, bulk_id: int, fault_code: str) -> None:
    """It cannot be gone on with; `fault_code` is an error's code."""
    actor.require("customers.assign")
    store.end(work.driver, bulk_id, BulkState.FAILED, fault_code, work.clock.now())


def stop_bulk(work: UnitOfWork, actor: Actor, bulk_id: int) -> CustomerBulk:
    """Ends it where it stands; what it did stays. For who might have asked for it."""
    actor.require("customers.read")
    found = _get_seen(work, actor, bulk_id)
    actor.require(RIGHT_OF_ACTION[found.action])
    if store.end(work.driver, bulk_id, BulkState.STOPPED, None, work.clock.now()):
        record_audit(work, actor, "customers.stop_bulk", found.name)
    return _get(work, bulk_id)


def get_bulk(reading: Reading, actor: Actor, bulk_id: int) -> CustomerBulk:
    """How far it is: for who asked for it, and for who sees all customers."""
    actor.require("customers.read")
    return _get_seen(reading, actor, bulk_id)


def list_bulks(reading: Reading, actor: Actor, page: PageRequest) -> Page[CustomerBulk]:
    """What was begun, the newest first: all of it for who sees all customers, for others their own."""
    actor.require("customers.read")
    if page.after is not None and not (page.after.isascii() and page.after.isdecimal() and len(page.after) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    before = int(page.after) if page.after else None
    asker = None if actor.scope.is_everything else actor
    rows = store.select_bulks(reading.driver, before, page.size + 1, asker)
    shown = rows[: page.size]
    return Page(shown, str(shown[-1].bulk_id) if len(rows) > page.size else None)


def _require_keeper(reading: Reading, actor: Actor, parameters: Mapping[str, object]) -> None:
    unit_id, staff_id = parameters.get("unit_id"), parameters.get("staff_id")
    if not isinstance(unit_id, int) or not (staff_id is None or isinstance(staff_id, int)):
        raise UnknownKeeperError
    if not store.may_keep(reading.driver, unit_id, staff_id, actor.scope.unit_path):
        raise UnknownKeeperError


def _get_seen(reading: Reading, actor: Actor, bulk_id: int) -> CustomerBulk:
    found = _get(reading, bulk_id)
    if not actor.scope.is_everything and not found.is_asked_by(actor):
        raise UnknownBulkError
    return found


def _get(reading: Reading, bulk_id: int) -> CustomerBulk:
    found = store.find_bulk(reading.driver, bulk_id)
    if found is None:
        raise UnknownBulkError
    return found
