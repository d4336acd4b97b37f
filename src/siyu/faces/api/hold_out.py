"""The hold-out of the whole company: customers who get no messages, to compare with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictInt

from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service
from siyu.domain.messages.contracts import HOLD_OUT_MAX
from siyu.faces.api.access import CurrentActor, ReadOnly, Work

router = APIRouter(prefix="/api/hold-out", tags=["journeys"])


class HoldOutShare(BaseModel):
    """Percent of all customers."""

    share: Annotated[StrictInt, Field(ge=0, le=HOLD_OUT_MAX)]


class HoldOut(HoldOutShare):
    """`set_at` is empty where it was never set."""

    set_at: datetime | None


@router.get("", summary="How many customers get no messages")
def get_hold_out(actor: CurrentActor, reading: ReadOnly) -> HoldOut:
    actor.require("journeys.read")
    found = messages_reading.hold_out(reading)
    return HoldOut(share=found.share if found else 0, set_at=found.set_at if found else None)


@router.put("", summary="Set how many customers get no messages")
def set_hold_out(actor: CurrentActor, work: Work, wanted: HoldOutShare) -> HoldOut:
    """Always the same customers, and more of them where it is more."""
    found = service.set_hold_out(work, actor, wanted.share)
    return HoldOut(share=found.share, set_at=found.set_at)
