"""Stores: where they are, when they are open, whose codes they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from siyu.domain.entries import contracts, service
from siyu.faces.api.access import Context, CurrentActor, Id, ReadOnly, Searching, Work
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/stores", tags=["codes"])

_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}


class StoreHours(BaseModel):
    """When a store is open on some weekdays (Monday is 1), in minutes of the day; what ends before it begins ends on
    the next day. The room refuses what is beyond, and says how a store's hours are told."""

    weekdays: list[Annotated[int, Field(json_schema_extra={"minimum": 1, "maximum": 7})]]
    begins: int = Field(json_schema_extra={"minimum": 0, "maximum": 24 * 60 - 1})
    ends: int = Field(json_schema_extra={"minimum": 0, "maximum": 24 * 60})


class StoreDraft(BaseModel):
    """A store as it is told. `number` is the company's own. Degrees are those of maps in China (GCJ-02). Without hours it is always
    open. `code_id` is the code of its advisers, `group_code_id` the one of its groups."""

    number: str
    name: str
    city: str
    address: str = ""
    latitude: float
    longitude: float
    hours: list[StoreHours] = []
    unit_id: Id | None = None
    code_id: Id | None = None
    group_code_id: Id | None = None
    is_active: bool = True


class StoreRow(StoreDraft):
    """A store, with the names of what it mentions."""

    store_id: int
    unit_name: str
    code_name: str
    group_code_name: str
    is_made_elsewhere: bool


class StorePage(BaseModel):
    """Stores, the newest first."""

    rows: list[StoreRow]
    next_after: str | None


class StoreFault(BaseModel):
    """What is wrong in a row of a file; the first below the heading is 2."""

    row: int
    reason: str
    reason_zh: str


class StoresImported(BaseModel):
    """What a file came to. With any fault nothing was changed."""

    created: int
    updated: int
    faults: list[StoreFault]


@router.get("", summary="Stores")
def list_stores(actor: CurrentActor, reading: ReadOnly, page: Searching) -> StorePage:
    found = service.list_stores(reading, actor, page)
    return StorePage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="A new store")
def create_store(actor: CurrentActor, work: Work, draft: StoreDraft) -> StoreRow:
    return _row(work, actor, service.create_store(work, actor, _draft(draft)))


@router.post("/import", summary="Stores of a file", openapi_extra=_BODY)
async def import_stores(request: Request, actor: CurrentActor, context: Context) -> StoresImported:
    """By CSV in UTF-8 or GBK; stores that have a number already are changed. Columns: number, name, city, latitude, longitude, and
    if wished address, hours (`1-5 09:00-18:00; 6-7 10:00-22:00`), unit, code, group_code (by their names)."""
    return await run_in_threadpool(_import, context, actor, await request.body())


@router.get("/{store_id}", summary="One store")
def get_store(actor: CurrentActor, reading: ReadOnly, store_id: Id) -> StoreRow:
    return _row(reading, actor, service.get_store(reading, actor, store_id))


@router.put("/{store_id}", summary="Change a store")
def save_store(actor: CurrentActor, work: Work, store_id: Id, draft: StoreDraft) -> StoreRow:
    return _row(work, actor, service.save_store(work, actor, store_id, _draft(draft)))


@router.delete("/{store_id}", summary="Take a store away", status_code=204)
def delete_store(actor: CurrentActor, work: Work, store_id: Id) -> None:
    service.delete_store(work, actor, store_id)


def _import(context: ApiContext, actor: Actor, content: bytes) -> StoresImported:
    with context.database.begin() as work:
        done = service.import_stores(work, actor, content)
    faults = [StoreFault(row=each.row, reason=each.reason, reason_zh=each.reason_zh) for each in done.faults]
    return StoresImported(created=done.created, updated=done.updated, faults=faults)


def _draft(told: StoreDraft) -> contracts.StoreDraft:
    return contracts.StoreDraft(
        number=told.number,
        name=told.name,
        city=told.city,
        address=told.address,
        place=contracts.Place(told.latitude, told.longitude),
        hours=[contracts.OpenHours(tuple(each.weekdays), each.begins, each.ends) for each in told.hours],
        unit_id=told.unit_id,
        code_id=told.code_id,
        group_code_id=told.group_code_id,
        is_active=told.is_active,
    )


def _row(reading: Reading, actor: Actor, store: contracts.Store) -> StoreRow:
    return _rows(reading, actor, [store])[0]


def _rows(reading: Reading, actor: Actor, stores: Sequence[contracts.Store]) -> list[StoreRow]:
    elsewhere = service.stores_elsewhere(reading, actor, stores)
    return [_told(each, is_made_elsewhere=each.store_id in elsewhere) for each in stores]


def _told(store: contracts.Store, *, is_made_elsewhere: bool) -> StoreRow:
    draft = store.draft
    return StoreRow(
        store_id=store.store_id,
        unit_name=store.unit_name,
        code_name=store.code_name,
        group_code_name=store.group_code_name,
        is_made_elsewhere=is_made_elsewhere,
        number=draft.number,
        name=draft.name,
        city=draft.city,
        address=draft.address,
        latitude=draft.place.latitude,
        longitude=draft.place.longitude,
        hours=[StoreHours(weekdays=list(each.weekdays), begins=each.begins, ends=each.ends) for each in draft.hours],
        unit_id=draft.unit_id,
        code_id=draft.code_id,
        group_code_id=draft.group_code_id,
        is_active=draft.is_active,
    )
