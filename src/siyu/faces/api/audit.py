"""The audit: who did what, or was refused."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from siyu.domain.company import contracts, service
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly
from siyu.faces.api.segments import Instant
from siyu.kernel.actors import ActorKind
from siyu.kernel.paging import Page

router = APIRouter(prefix="/api/audit", tags=["audit"])


class AuditRow(BaseModel):
    """One line of the audit."""

    at: datetime
    actor_kind: str
    actor_name: str
    verb: str
    subject: str
    outcome: str
    fields: dict[str, Any]


class AuditPage(BaseModel):
    """Lines of the audit, the newest first."""

    rows: list[AuditRow]
    next_after: str | None


Verb = Annotated[str | None, Query(pattern="^[a-z0-9_.]+$", max_length=200)]
Subject = Annotated[str | None, Query(pattern=r"^[^\x00]+$", max_length=200)]


def _filter(
    actor_kind: ActorKind | None = None,
    staff_id: Id | None = None,
    verb: Verb = None,
    subject: Subject = None,
    outcome: Literal["allowed", "denied"] | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
) -> contracts.AuditFilter:
    ended = contracts.Outcome(outcome) if outcome else None
    return contracts.AuditFilter(actor_kind, staff_id, verb, subject, ended, since, until)


Filter = Annotated[contracts.AuditFilter, Depends(_filter)]


@router.get("", summary="Who did what", response_model=AuditPage)
def list_audit(actor: CurrentActor, reading: ReadOnly, page: Paging, which: Filter) -> Page[contracts.AuditRow]:
    """All that is told holds together. `verb` is one, like `definitions.publish`, or the room of many, like `definitions`;
    `subject` is one thing, like `customer:7`, or a kind, like `customer`; `until` is the first moment after the span."""
    return service.list_audit(reading, actor, page, which)
