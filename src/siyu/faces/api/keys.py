"""Keys of programs."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.company import contracts, service
from siyu.domain.company.contracts import KeyKind, Role
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Work
from siyu.kernel.paging import Page

router = APIRouter(prefix="/api/keys", tags=["keys"])


class Key(BaseModel):
    """A program's key; `prefix` is how its secret begins."""

    key_id: int
    name: str
    kind: KeyKind
    prefix: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class KeyPage(BaseModel):
    """Keys, the newest first."""

    rows: list[Key]
    next_after: str | None


class NewKey(BaseModel):
    """A key to be made. A write key may send events and nothing else; an API key has the rights of its role."""

    name: str
    kind: KeyKind
    role: Role | None = None


class CreatedKey(BaseModel):
    """The secret is answered this once and never again."""

    key: Key
    secret: str


@router.get("", summary="Keys of programs", response_model=KeyPage)
def list_keys(actor: CurrentActor, reading: ReadOnly, page: Paging) -> Page[contracts.Key]:
    return service.list_keys(reading, actor, page)


@router.post("", summary="Create a key", response_model=CreatedKey)
def create_key(actor: CurrentActor, work: Work, new: NewKey) -> contracts.CreatedKey:
    return service.create_key(work, actor, new.kind, new.name, new.role)


@router.delete("/{key_id}", summary="Revoke a key", status_code=204)
def revoke_key(actor: CurrentActor, work: Work, key_id: Id) -> None:
    service.revoke_key(work, actor, key_id)
