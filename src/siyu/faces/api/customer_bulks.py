"""What is done with many customers at once: prepared, with what it will touch in numbers; begun; watched; stopped."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from siyu.domain.company.reading import staff_in_scope
from siyu.domain.customers import reading as customers
from siyu.domain.customers import service
from siyu.domain.customers.contracts import BulkAction, CustomerBulk, Unchanged
from siyu.domain.entries import reading as entries
from siyu.domain.journeys import reading as journeys
from siyu.domain.journeys import service as journeys_service
from siyu.domain.segments import service as segments_service
from siyu.domain.segments.contracts import ExportFormat, ListMode
from siyu.domain.tags import reading as tags_reading
from siyu.domain.tasks import reading as tasks_reading
from siyu.domain.tasks.contracts import TaskDraft
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.customer_search import CustomersMeant, customers_meant
from siyu.faces.api.customers import PeopleBehind, people_behind
from siyu.faces.api.segment_exports import ExportAsked, ExportRow, export_row
from siyu.faces.naming import namer_of
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.platform.postgres.database import Reading, UnitOfWork

router = APIRouter(prefix="/api", tags=["customers"])


class TagEach(BaseModel):
    """Give a tag to each, or take it."""

    kind: Literal["tag", "untag"]
    tag_id: Id
    reason: Annotated[str, Field(max_length=200)] = ""


class HandOverEach(BaseModel):
    """Give each into the keeping of a unit, and of one of its staff, whoever kept them."""

    kind: Literal["custody"]
    unit_id: Id
    staff_id: Id | None = None


class EnterEach(BaseModel):
    """Let each into a journey, by its rules."""

    kind: Literal["journey"]
    journey_id: Id


class TaskEach(BaseModel):
    """A task about each: for somebody of the staff, or for who keeps the customer."""

    kind: Literal["task"]
    title: Annotated[str, Field(min_length=1, max_length=100)]
    body: Annotated[str, Field(max_length=1_000)] = ""
    due_at: AwareDatetime
    staff_id: Id | None = None


class LeadEach(BaseModel):
    """Make each a lead: somebody's, or with who keeps the customer, or else in the pool."""

    kind: Literal["lead"]
    staff_id: Id | None = None
    note: Annotated[str, Field(max_length=500)] = ""


Deed = Annotated[TagEach | HandOverEach | EnterEach | TaskEach | LeadEach, Field(discriminator="kind")]


class CustomerBulkAsked(BaseModel):
    """What is to be done, and with whom."""

    meant: CustomersMeant
    deed: Deed


class TouchedCount(BaseModel):
    """How many of them stand in a way that matters: `same` stay as they are, `kept_by_others` are taken from who keeps them,
    `unkept` nobody keeps, `inside` are in the journey already, `open` are leads already."""

    what: Literal["same", "kept_by_others", "unkept", "inside", "open"]
    count: int


class CustomerBulkRow(BaseModel):
    """Work on many customers. `prepared` waits for its start, with whom it was prepared for; `unchanged` is how many were left as
    they were, for which reason."""

    bulk_id: int
    action: Literal["tag", "untag", "custody", "journey", "task", "lead"]
    parameters: dict[str, Any]
    state: Literal["prepared", "running", "done", "stopped", "failed"]
    total: int
    done: int
    changed: int
    unchanged: dict[Unchanged, int]
    fault_code: str | None
    is_own: bool
    created_at: datetime
    finished_at: datetime | None


class PreparedBulk(CustomerBulkRow):
    """What will be touched, told before anything is."""

    touched: list[TouchedCount]


class CustomerBulkPage(BaseModel):
    """Work that was begun, the newest first."""

    rows: list[CustomerBulkRow]
    next_after: str | None


class ExportOfCustomers(ExportAsked):
    """Whose file it is to be, and how it is to be written."""

    meant: CustomersMeant


class SegmentOfCustomers(BaseModel):
    """Whom a segment is to be of, and what it is to be called. Published, it is in force at once: what a send needs."""

    meant: CustomersMeant
    name: Annotated[str, Field(min_length=1, max_length=100)]
    is_published: bool = False


class MadeSegment(BaseModel):
    """A segment; `list_id` is the list that it asks for, where it is of people and not of a condition."""

    segment_id: int
    list_id: int | None
    size: int


@router.post("/customer-bulks", summary="Prepare work on many customers", status_code=201)
def prepare_customer_bulk(
    actor: CurrentActor, context: Context, columns: ColumnsClient, asked: CustomerBulkAsked
) -> PreparedBulk:
    """Settles who is meant and tells what it will touch; nothing is done before `start`."""
    ids = customers_meant(context, columns, actor, asked.meant)
    parameters = asked.deed.model_dump(mode="json", exclude={"kind"})
    with context.database.begin() as work:
        found = service.prepare_bulk(work, actor, BulkAction(asked.deed.kind), parameters, ids)
        _check(work, actor, asked.deed, ids)
        return PreparedBulk(**_row(actor, found).model_dump(), touched=_touched(work, asked.deed, ids))


@router.get("/customer-bulks", summary="Work on many customers")
def list_customer_bulks(actor: CurrentActor, reading: ReadOnly, page: Paging) -> CustomerBulkPage:
    """All of it for who sees all customers, for others their own."""
    found = service.list_bulks(reading, actor, page)
    return CustomerBulkPage(rows=[_row(actor, each) for each in found.rows], next_after=found.next_after)


@router.get("/customer-bulks/{bulk_id}", summary="How far it is")
def get_customer_bulk(actor: CurrentActor, reading: ReadOnly, bulk_id: Id) -> CustomerBulkRow:
    return _row(actor, service.get_bulk(reading, actor, bulk_id))


@router.post("/customer-bulks/{bulk_id}/start", summary="Begin it", status_code=202)
def start_customer_bulk(actor: CurrentActor, work: Work, bulk_id: Id) -> CustomerBulkRow:
    """With just those for whom it was prepared, as far as they are there and may be seen when it is their turn."""
    return _row(actor, service.start_bulk(work, actor, bulk_id))


@router.post("/customer-bulks/{bulk_id}/stop", summary="Stop it")
def stop_customer_bulk(actor: CurrentActor, work: Work, bulk_id: Id) -> CustomerBulkRow:
    """What it did stays."""
    return _row(actor, service.stop_bulk(work, actor, bulk_id))


@router.get("/customer-bulks/{bulk_id}/unchanged", summary="Whom it left as they were")
def list_customers_unchanged(
    actor: CurrentActor, reading: ReadOnly, bulk_id: Id, why: Unchanged, page: Paging
) -> PeopleBehind:
    """For one of the reasons."""
    return people_behind(reading, actor, service.unchanged_by(reading, actor, bulk_id, why, page))


@router.post("/customers/exports", summary="Export what the list shows", status_code=201)
def export_customers_meant(
    actor: CurrentActor, context: Context, columns: ColumnsClient, asked: ExportOfCustomers
) -> ExportRow:
    """The file is written in the background and kept for a day; it is among the exports of members."""
    actor.require("segments.export")
    ids = customers_meant(context, columns, actor, asked.meant)
    with context.database.begin() as work:
        made = segments_service.ask_export_of(work, actor, ids, ExportFormat(asked.format), asked.columns)
        return export_row(context, actor, made)


@router.post("/customers/segments", summary="Make a segment of what the list shows", status_code=201)
def make_segment_of_customers(
    actor: CurrentActor, context: Context, columns: ColumnsClient, asked: SegmentOfCustomers
) -> MadeSegment:
    """A draft, or published at once. A condition, or a segment, stays one and follows customers as they change; people who were
    chosen or searched stand on a fixed list."""
    actor.require("segments.write")
    ids = customers_meant(context, columns, actor, asked.meant)
    told = asked.meant.filter
    conditions: list[Any] = [told.condition] if told.condition is not None else []
    if told.segment_id is not None:
        conditions.append({"kind": "segment", "segment_id": told.segment_id})
    with context.database.begin() as work:
        if asked.meant.customer_ids is not None or told.q.strip() or not conditions:
            made = segment_of_people(work, actor, asked.name, ids)
        else:
            document = conditions[0] if len(conditions) == 1 else {"kind": "all", "of": conditions}
            draft = segments_service.create(work, actor, asked.name, document, namer=namer_of(work))
            made = MadeSegment(segment_id=draft.segment_id, list_id=None, size=len(ids))
        if asked.is_published:
            segments_service.publish(work, actor, made.segment_id, namer=namer_of(work))
        return made


def segment_of_people(work: UnitOfWork, actor: Actor, name: str, ids: list[int]) -> MadeSegment:
    """A draft of a segment of exactly these people, who stand on a fixed list of the same name."""
    listed = segments_service.create_list(work, actor, name)
    changed = segments_service.change_list(work, actor, listed.list_id, ListMode.ADD, ids)
    document = {"kind": "list", "list_id": listed.list_id}
    made = segments_service.create(work, actor, name, document, namer=namer_of(work))
    return MadeSegment(segment_id=made.segment_id, list_id=listed.list_id, size=changed.size)


def _check(reading: Reading, actor: Actor, deed: Deed, ids: list[int]) -> None:
    """What the rooms would refuse only when the work goes on."""
    if isinstance(deed, TagEach):
        known = tags_reading.tag_names(reading, [deed.tag_id])
        if not known or (deed.kind == "tag" and not tags_reading.tags_in_use(reading, [deed.tag_id])):
            raise InvalidError("There is no such tag in use.", field="tag_id")
    elif isinstance(deed, EnterEach):
        journey = journeys_service.get(reading, actor, deed.journey_id)
        if journey.definition is None or journey.definition.subject != "customer":
            raise InvalidError("That journey is not in force, or not about customers.", field="journey_id")
    elif deed.staff_id is not None and not isinstance(deed, HandOverEach):
        _require_staff(reading, actor, deed.staff_id)
    if isinstance(deed, TaskEach):  # a text that cannot be filled would be in the way of every list that it stands in
        draft = TaskDraft(ids[0], deed.title, deed.body, deed.due_at, deed.staff_id)
        tasks_reading.checked_draft(draft, reading.clock.now())


def _require_staff(reading: Reading, actor: Actor, staff_id: int) -> None:
    if staff_id not in staff_in_scope(reading, actor, [staff_id]):
        raise InvalidError("There is no such member of the staff.", field="staff_id")


def _touched(reading: Reading, deed: Deed, ids: list[int]) -> list[TouchedCount]:
    if isinstance(deed, TagEach):
        bearing = tags_reading.count_bearing(reading, deed.tag_id, ids)
        return [TouchedCount(what="same", count=bearing if deed.kind == "tag" else len(ids) - bearing)]
    if isinstance(deed, EnterEach):
        return [TouchedCount(what="inside", count=len(journeys.inside_among(reading, deed.journey_id, ids)))]
    if isinstance(deed, LeadEach):
        return [TouchedCount(what="open", count=len(entries.leads_among(reading, ids)))]
    if isinstance(deed, HandOverEach):
        others, same = customers.kept_among(reading, ids, deed.unit_id, deed.staff_id)
        return [TouchedCount(what="kept_by_others", count=others), TouchedCount(what="same", count=same)]
    kept = len(customers.keepers_of(reading, ids))
    return [TouchedCount(what="unkept", count=len(ids) - kept)] if deed.staff_id is None else []


def _row(actor: Actor, found: CustomerBulk) -> CustomerBulkRow:
    return CustomerBulkRow(
        bulk_id=found.bulk_id,
        action=found.action.value,
        parameters=dict(found.parameters),
        state=found.state.value,
        total=found.total,
        done=found.done,
        changed=found.changed,
        unchanged=dict(found.unchanged),
        fault_code=found.fault_code,
        is_own=found.is_asked_by(actor),
        created_at=found.created_at,
        finished_at=found.finished_at,
    )
