"""What is done with each part of work on many customers: the verb of the room whose it is, on behalf of who asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import BulkAction, CustomerBulk, PartDone, Unchanged
from siyu.domain.entries import reading as entries_reading
from siyu.domain.entries import service as entries
from siyu.domain.journeys import reading as journeys
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import How, Way
from siyu.domain.tasks import service as tasks
from siyu.domain.tasks.contracts import TaskRequest, TaskSource
from siyu.engines.orchestration import letting_in
from siyu.kernel.actors import system_actor
from siyu.kernel.errors import SiyuError
from siyu.platform.postgres.database import Database, UnitOfWork

ACTOR = system_actor("customers")
LEAD_SOURCE = "bulk"
Doing = Callable[[UnitOfWork, CustomerBulk, Sequence[int]], PartDone]


def work_customer_bulk(database: Database, bulk_id: int) -> None:
    """Works off a bulk, part by part; begun again it goes on where it was. What its room refuses ends it, and is told by it."""
    is_left = True
    while is_left:
        try:
            with database.begin() as work:
                is_left = customers.work_bulk(work, ACTOR, bulk_id, _do)
        except SiyuError as error:
            with database.begin() as work:
                customers.fail_bulk(work, ACTOR, bulk_id, error.code)
            return


def _do(work: UnitOfWork, bulk: CustomerBulk, customer_ids: Sequence[int]) -> PartDone:
    return _DOINGS[bulk.action](work, bulk, customer_ids)


def _tag(work: UnitOfWork, bulk: CustomerBulk, customer_ids: Sequence[int]) -> PartDone:
    way = Way(How.BULK, str(bulk.parameters["reason"]))
    until: dict[int, datetime | None] = dict.fromkeys(customer_ids)
    applied = tags.keep_tagged(work, bulk.on_behalf(), int(bulk.parameters["tag_id"]), until, way)
    return PartDone(applied.changed, applied.unchanged)


def _untag(work: UnitOfWork, bulk: CustomerBulk, customer_ids: Sequence[int]) -> PartDone:
    way = Way(How.BULK, str(bulk.parameters["reason"]))
    applied = tags.keep_untagged(work, bulk.on_behalf(), int(bulk.parameters["tag_id"]), customer_ids, way)
    return PartDone(applied.changed, applied.unchanged)


def _hand_over(work: UnitOfWork, bulk: CustomerBulk, customer_ids: Sequence[int]) -> PartDone:
    keeper = (int(bulk.parameters["unit_id"]), _staff_of(bulk))
    changed = customers.give_custody(work, bulk.on_behalf(), dict.fromkeys(customer_ids, keeper))
    return PartDone(len(changed), {Unchanged.SAME: set(customer_ids) - changed})


def _enter(work: UnitOfWork, bulk: CustomerBulk, customer_ids: Sequence[int]) -> PartDone:
    key = f"bulk:{bulk.bulk_id}:{customer_ids[0]}"
    behalf = bulk.on_behalf("journeys.read")
    journey_id = int(bulk.parameters["journey_id"])
    found = letting_in.enter(work, behalf, journey_id, {"customer": customer_ids}, key)
    left = set(customer_ids) - found.who
    inside = journeys.inside_among(work, journey_id, left)
    return PartDone(found.entered, {Unchanged.INSIDE: inside, Unchanged.RULES: left - inside})


def _task(work: UnitOfWork, bulk: CustomerBulk, customer_ids: Sequence[int]) -> PartDone:
    told = bulk.parameters
    made = tasks.request_tasks(
        work,
        ACTOR,
        [
            TaskRequest(
                task_key=f"bulk:{bulk.bulk_id}:{customer_id}",
                customer_id=customer_id,
                staff_id=_staff_of(bulk),
                persona_id=None,
                title=str(told["title"]),
                body=str(told["body"]),
                script_id=None,
                due_at=datetime.fromisoformat(str(told["due_at"])),
                source=TaskSource.HAND,
            )
            for customer_id in customer_ids
        ],
    )
    return PartDone(made, {})


def _lead(work: UnitOfWork, bulk: CustomerBulk, customer_ids: Sequence[int]) -> PartDone:
    staff_id = _staff_of(bulk)
    if staff_id is None:
        known = entries_reading.leads_among(work, customer_ids)
        return PartDone(entries.open_leads(work, ACTOR, customer_ids, LEAD_SOURCE), {Unchanged.SAME: known})
    handed = [(f"bulk:{bulk.bulk_id}:{customer_id}", customer_id) for customer_id in customer_ids]
    note = str(bulk.parameters["note"])
    return PartDone(entries.hand_over(work, ACTOR, handed, staff_id, note, source=LEAD_SOURCE), {})


def _staff_of(bulk: CustomerBulk) -> int | None:
    found = bulk.parameters.get("staff_id")
    return None if found is None else int(found)


_DOINGS: Final[Mapping[BulkAction, Doing]] = {
    BulkAction.TAG: _tag,
    BulkAction.UNTAG: _untag,
    BulkAction.CUSTODY: _hand_over,
    BulkAction.JOURNEY: _enter,
    BulkAction.TASK: _task,
    BulkAction.LEAD: _lead,
}
