"""Why a customer is in a segment, or is not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id
from siyu.faces.explaining import Explanation, explained

router = APIRouter(prefix="/api/segments", tags=["segments"])


@router.get("/{segment_id}/explain", summary="Why a customer is in it, or not")
def explain_segment(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    segment_id: Id,
    customer_id: Annotated[int, Query(ge=1, le=2**63 - 1)],
) -> Explanation:
    """As of now, by the version in force; by the draft where there is none yet."""
    return explained(context.database, columns, context.settings.zone, actor, segment_id, customer_id)
