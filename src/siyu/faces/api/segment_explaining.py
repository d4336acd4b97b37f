"""Why a customer is in a segment, or is not."""

from __future__ import annotations

from fastapi import APIRouter

from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id
from siyu.faces.explaining import Explanation, explained

router = APIRouter(prefix="/api/segments", tags=["segments"])


@router.get("/{segment_id}/explain", summary="Why a customer is in it, or not")
def explain_segment(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    segment_id: Id,
    customer_id: Id,
) -> Explanation:
    """As of now, by the version in force; by the draft where there is none yet."""
    return explained(context.database, columns, context.settings.zone, actor, segment_id, customer_id)
