"""Units of the company: regions, stores, teams."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.company import contracts, service
from siyu.faces.api.access import CurrentActor, Id, ReadOnly, Work
from siyu.kernel.paging import Page

router = APIRouter(prefix="/api/units", tags=["units"])


class Unit(BaseModel):
    """A unit; `path` lists the ids from the root to it."""

    unit_id: int
    name: str
    parent_id: int | None
    path: str


class UnitPage(BaseModel):
    """All units in one's scope, each after its parent."""

    rows: list[Unit]
    next_after: str | None


class NewUnit(BaseModel):
    """A unit to be added below another."""

    name: str
    parent_id: Id


class NewParent(BaseModel):
    """Where a unit is to go."""

    parent_id: Id


@router.get("", summary="Units of the company", response_model=UnitPage)
def list_units(actor: CurrentActor, reading: ReadOnly) -> Page[contracts.Unit]:
    return Page(rows=service.list_units(reading, actor))


@router.post("", summary="Add a unit", response_model=Unit)
def create_unit(actor: CurrentActor, work: Work, new: NewUnit) -> contracts.Unit:
    return service.create_unit(work, actor, new.name, new.parent_id)


@router.put("/{unit_id}/parent", summary="Move a unit and all below it", response_model=Unit)
def move_unit(actor: CurrentActor, work: Work, unit_id: Id, given: NewParent) -> contracts.Unit:
    return service.move_unit(work, actor, unit_id, given.parent_id)
