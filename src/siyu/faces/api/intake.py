"""The intake door over HTTP, by Segment's spec: answers when the events are durable.

Each call has the path of the spec and the short one (`/v1/t`) that Segment's client in browsers uses.
"""

from __future__ import annotations

import base64
import binascii
import time
import zlib
from datetime import timedelta
from functools import partial
from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from siyu.domain.company.contracts import UnauthenticatedError
from siyu.engines.intake.contracts import REQUEST_BYTES_MAX, BadRequestBodyError, TooLargeError
from siyu.engines.intake.door import Admission, admit_batch, admit_single, find_write_key
from siyu.faces.api.access import Context, write_keys_of
from siyu.faces.api.context import ApiContext
from siyu.kernel.clock import real_span
from siyu.kernel.errors import BusyError
from siyu.platform.inbox.inbox import oldest_waiting_seconds, put_batches
from siyu.platform.postgres.database import Database

router = APIRouter(prefix="/v1", tags=["intake"])

LAG_CACHE_SECONDS = 1.0
RETRY_AFTER_SECONDS = 5
PREFLIGHT_SECONDS = 86_400
"""How long a browser remembers that it may send here."""

Kind = Literal["alias", "group", "identify", "page", "screen", "track"]
GZIP_MAGIC: Final = b"\x1f\x8b"


class RefusedEvent(BaseModel):
    """An event that was not accepted: its index in the batch, a stable code and the reason."""

    index: int
    code: str
    reason: str


class IntakeAnswer(BaseModel):
    """`success` says that everything accepted is durable."""

    success: bool
    accepted: int
    refused: list[RefusedEvent]


class InboxLag:
    """How long the oldest batch in the inbox waits, looked up once a second: a request costs one commit and no more."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seconds, self._until = 0.0, 0.0

    def seconds(self) -> float:
        now = time.monotonic()
        if self._until <= now:
            with self._database.read() as reading:
                self._seconds = oldest_waiting_seconds(reading.driver, reading.clock.now())
            self._until = now + LAG_CACHE_SECONDS
        return self._seconds


async def _body(request: Request) -> bytes:
    """The body, unpacked where it is gzip, whatever the headers say; TooLargeError before it fills the memory."""
    body = await request.body()
    return await run_in_threadpool(_unpacked, body) if body[:2] == GZIP_MAGIC else body


def _unpacked(body: bytes) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        text = unpacking.decompress(body, REQUEST_BYTES_MAX + 1)
    except zlib.error as error:
        raise BadRequestBodyError("It is not valid gzip.") from error
    if len(text) > REQUEST_BYTES_MAX or unpacking.unconsumed_tail:
        raise TooLargeError(f"A request holds at most {REQUEST_BYTES_MAX} bytes, unpacked.")
    if not unpacking.eof:
        raise BadRequestBodyError("Its gzip is cut off.")
    return text


Body = Annotated[bytes, Depends(_body)]


def _accept(request: Request, context: ApiContext, body: bytes, kind: Kind | None) -> Admission:
    source = write_keys_of(request).source_of(_write_key(request.headers.get("authorization"), body))
    if source is None:
        raise UnauthenticatedError("The write key is unknown or revoked.")
    # A machine gets no faster with a clock that does: what it may owe is measured by its own time.
    owed_max = real_span(context.database.clock, timedelta(seconds=context.settings.intake_lag_seconds_max))
    if cast(InboxLag, request.app.state.inbox_lag).seconds() > owed_max.total_seconds():
        raise BusyError(retry_after_seconds=RETRY_AFTER_SECONDS)
    admit = admit_batch if kind is None else partial(admit_single, kind=kind)
    admission = admit(
        body,
        source=source,
        received_at=context.database.clock.now(),
        shards=context.settings.intake_shards,
        dedupe_days=context.settings.dedupe_days,
    )
    if admission.batches:
        with context.database.begin() as work:
            put_batches(work, admission.batches)
    return admission


def _write_key(authorization: str | None, body: bytes) -> str:
    """The user name of HTTP Basic; Segment's clients send the write key so, with an empty password. Where the header is
    missing, for a browser's beacon cannot set one, that of the body."""
    key = find_write_key(body) if authorization is None else _basic_user(authorization)
    if not key:
        raise UnauthenticatedError("A write key is needed, as the user name of HTTP Basic or as writeKey in the body.")
    return key


def _basic_user(authorization: str) -> str:
    scheme, _, encoded = authorization.partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        decoded = ""
    return decoded.partition(":")[0]


def _answer(admission: Admission) -> IntakeAnswer:
    return IntakeAnswer(
        success=True,
        accepted=admission.accepted,
        refused=[RefusedEvent(index=r.index, code=r.code, reason=r.reason) for r in admission.refusals],
    )


@router.post("/batch", summary="Send many events")
@router.post("/b", include_in_schema=False)
async def send_batch(request: Request, context: Context, body: Body) -> IntakeAnswer:
    """Keeps every good event of the batch; each bad one is named by its index, with the reason."""
    return _answer(await run_in_threadpool(_accept, request, context, body, None))


@router.post("/import", summary="Send many events of the past")
async def send_import(request: Request, context: Context, body: Body) -> IntakeAnswer:
    """The same as a batch; older clients use this address for everything."""
    return _answer(await run_in_threadpool(_accept, request, context, body, None))


@router.post("/track", summary="Send one thing that a person did", response_model=IntakeAnswer)
@router.post("/t", include_in_schema=False)
async def send_track(request: Request, context: Context, body: Body) -> JSONResponse:
    """An event that cannot be accepted is answered 400, with the reason."""
    return await _single(request, context, body, "track")


@router.post("/identify", summary="Say who a person is", response_model=IntakeAnswer)
@router.post("/i", include_in_schema=False)
async def send_identify(request: Request, context: Context, body: Body) -> JSONResponse:
    """Joins the identities named and keeps the traits."""
    return await _single(request, context, body, "identify")


@router.post("/page", summary="Send a view of a web page", response_model=IntakeAnswer)
@router.post("/p", include_in_schema=False)
async def send_page(request: Request, context: Context, body: Body) -> JSONResponse:
    """Becomes the event `page_viewed`."""
    return await _single(request, context, body, "page")


@router.post("/screen", summary="Send a view of an app's screen", response_model=IntakeAnswer)
@router.post("/s", include_in_schema=False)
async def send_screen(request: Request, context: Context, body: Body) -> JSONResponse:
    """Becomes the event `screen_viewed`."""
    return await _single(request, context, body, "screen")


@router.post("/group", summary="Say what account a person belongs to", response_model=IntakeAnswer)
@router.post("/g", include_in_schema=False)
async def send_group(request: Request, context: Context, body: Body) -> JSONResponse:
    """Becomes the event `account_joined`."""
    return await _single(request, context, body, "group")


@router.post("/alias", summary="Say what a person was called before", response_model=IntakeAnswer)
@router.post("/a", include_in_schema=False)
async def send_alias(request: Request, context: Context, body: Body) -> JSONResponse:
    """Makes one customer of userId and previousId."""
    return await _single(request, context, body, "alias")


async def _single(request: Request, context: ApiContext, body: bytes, kind: Kind) -> JSONResponse:
    answer = _answer(await run_in_threadpool(_accept, request, context, body, kind))
    if answer.refused:
        return JSONResponse({**answer.model_dump(), "success": False}, status_code=400)
    return JSONResponse(answer.model_dump())


class IntakeOrigins:
    """Lets pages of other origins send events: to the intake alone, and never with cookies, for write keys are public."""

    def __init__(self, app: ASGIApp, origins: str) -> None:
        self._app = app
        self._open = CORSMiddleware(
            app,
            allow_origins=[origin.strip() for origin in origins.split(",") if origin.strip()],
            allow_methods=["POST"],
            allow_headers=["*"],
            expose_headers=["Retry-After", "X-Request-Id"],
            max_age=PREFLIGHT_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_intake = scope["type"] == "http" and scope["path"].startswith(f"{router.prefix}/")
        await (self._open if is_intake else self._app)(scope, receive, send)
