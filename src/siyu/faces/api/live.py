"""Pages hear at once that something has changed: topics over server-sent events, and nothing of what changed in them."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from siyu.faces.api.access import COOKIE, CurrentSession
from siyu.faces.api.live_streams import LiveStreams
from siyu.platform.crypto import hash_token

router = APIRouter(prefix="/api/live", include_in_schema=False)


@router.get("")
async def open_stream(request: Request, session: CurrentSession) -> StreamingResponse:
    """Lasts as long as the window or the session; ends with an event `over` where the session did. No thread waits for it."""
    streams = cast(LiveStreams, request.app.state.live)
    stream = streams.open(hash_token(request.cookies[COOKIE]), session.actor)
    return StreamingResponse(
        streams.lines(stream),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
