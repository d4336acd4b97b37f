"""The body of a request: how large it may be, how slow, and what becomes of the rest of one that is not wanted."""

from __future__ import annotations

import time
from typing import Final

from anyio import move_on_after
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

BODY_BYTES_MAX: Final = {
    "/api/imports/": 1024 * 1024,
    "/api/imports": 1024 * 1024 * 1024,
    "/api/content-files": 21 * 1024 * 1024,
    "/api/lists/": 128 * 1024 * 1024,
    "/v1/": 4 * 1024 * 1024,
    "/": 1024 * 1024,
}
"""How large a body may be, by the beginning of the path; the first that fits counts."""

BODY_PAUSE_SECONDS_MAX = 30.0
BODY_BYTES_PER_SECOND_MIN = 1024
"""A body that comes more slowly, or not for so long, is not waited for: whoever sends it holds a place of others."""


class LimitedBody:
    """One request's body, as it comes. HTTPException 413 for too much of it, 408 for too little in its time."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        headers = Headers(scope=scope)
        path = scope["path"]
        self._receive = receive
        self._limit = next(size for start, size in BODY_BYTES_MAX.items() if path.startswith(start) or start == "/")
        self._length = headers.get("content-length", "0")
        self._is_expected = self._length != "0" or "transfer-encoding" in headers
        self._is_whole = False
        self._bytes = 0
        self._started = time.monotonic()

    @property
    def is_announced_too_large(self) -> bool:
        """By its own header, or that is no number."""
        return not self._length.isdecimal() or int(self._length) > self._limit

    @property
    def has_rest(self) -> bool:
        """Whether the client may still be sending. Who answers now has to close the connection, or the server would read on
        to the end for nothing."""
        return self._is_expected and not self._is_whole

    async def receive(self) -> Message:
        """The next piece."""
        if self._is_whole:
            return await self._receive()  # only whether the client has left
        with move_on_after(BODY_PAUSE_SECONDS_MAX) as waiting:
            message = await self._receive()
        if waiting.cancelled_caught:
            raise HTTPException(408)
        self._bytes += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        if self._bytes > self._limit:
            raise HTTPException(413)
        due_seconds = time.monotonic() - self._started - BODY_PAUSE_SECONDS_MAX
        if not self._is_whole and self._bytes < due_seconds * BODY_BYTES_PER_SECOND_MIN:
            raise HTTPException(408)
        return message
