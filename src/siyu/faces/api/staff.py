"""Staff of the company."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from siyu.domain.company import contracts, service
from siyu.domain.company.contracts import Role
from siyu.faces.api.access import CurrentActor, Id, ReadOnly, Searching, Work
from siyu.kernel.paging import Page

router = APIRouter(prefix="/api/staff", tags=["staff"])


class Staff(BaseModel):
    """Somebody who may log in."""

    staff_id: int
    name: str
    email: str
    role: Role
    unit_id: int
    unit_name: str
    is_active: bool


class StaffPage(BaseModel):
    """Staff, in the order they came."""

    rows: list[Staff]
    next_after: str | None


class NewStaff(BaseModel):
    """Somebody to be added. `own_only`: sees just the customers in their own custody; unsaid, as is usual for the role."""

    name: str
    email: str
    password: str = Field(repr=False)
    role: Role
    unit_id: Id
    own_only: bool | None = None


class NewPassword(BaseModel):
    """A password to be set; for one's own the current one as well."""

    new_password: str = Field(repr=False)
    current_password: str = Field(default="", max_length=200, repr=False)


@router.get("", summary="Staff", response_model=StaffPage)
def list_staff(actor: CurrentActor, reading: ReadOnly, page: Searching) -> Page[contracts.Staff]:
    return service.list_staff(reading, actor, page)


@router.post("", summary="Add somebody", response_model=Staff)
def create_staff(actor: CurrentActor, work: Work, new: NewStaff) -> contracts.Staff:
    return service.create_staff(
        work, actor, new.name, new.email, new.password, new.role, new.unit_id, own_only=new.own_only
    )


@router.post("/{staff_id}/password", summary="Set a password", status_code=204)
def change_password(actor: CurrentActor, work: Work, staff_id: Id, given: NewPassword) -> None:
    service.change_password(work, actor, staff_id, given.new_password, given.current_password)


@router.delete("/{staff_id}", summary="Somebody has left", status_code=204)
def deactivate_staff(actor: CurrentActor, work: Work, staff_id: Id) -> None:
    service.deactivate_staff(work, actor, staff_id)
