"""The audit: who did what, or was refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.company import contracts, service
from siyu.faces.api.access import CurrentActor, Paging, ReadOnly
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


@router.get("", summary="Who did what", response_model=AuditPage)
def list_audit(actor: CurrentActor, reading: ReadOnly, page: Paging) -> Page[contracts.AuditRow]:
    return service.list_audit(reading, actor, page)
