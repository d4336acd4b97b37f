"""What accounts of WeChat, vendors and mail servers call: each connection has an address of its own.

Everything is answered in the words that the other side looks for, when it is durable; where that failed the answer is an error, and
it comes again. Of what a refused call says nothing is logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from siyu.assembly import vendor_callbacks, wechat
from siyu.faces.api.access import Context, ReadOnly, Work
from siyu.faces.h5.addresses import addresses_of
from siyu.kernel.errors import ForbiddenError, InvalidError
from siyu.platform.callbacks.xml import BODY_BYTES_MAX
from siyu.platform.logs import get_logger
from siyu.platform.metrics import CHANNEL_CALLBACKS

router = APIRouter(prefix="/callbacks", tags=["callbacks"])

log = get_logger(__name__)

BYTES_MAX = 4 * BODY_BYTES_MAX
Text = Annotated[str, Query(max_length=128)]
Signature = Annotated[str, Header(alias="Siyu-Signature", max_length=200)]
_WORDS: dict[int | str, dict[str, Any]] = {
    200: {"description": "What the other side looks for", "content": {"text/plain": {}}}
}
_TAKEN: dict[int | str, dict[str, Any]] = {200: {"description": "Taken", "content": {"application/json": {}}}}


async def _body(request: Request) -> bytes:
    """The body, read no further than a callback can be long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BYTES_MAX:
            raise InvalidError("A callback is not so large.")
    return bytes(body)


Body = Annotated[bytes, Depends(_body)]


@router.get(
    "/wechat/{app_id}", summary="WeChat asks whether this address is ours", response_class=Response, responses=_WORDS
)
def answer_wechat_challenge(
    reading: ReadOnly,
    app_id: str,
    signature: Text = "",
    timestamp: Text = "",
    nonce: Text = "",
    echostr: Annotated[str, Query(max_length=4096)] = "",
) -> PlainTextResponse:
    with _noted("wechat"):
        wechat.answer_account_challenge(reading, app_id, signature, timestamp, nonce)
    return PlainTextResponse(echostr)


@router.post("/wechat/{app_id}", summary="Something happened at an account", response_class=Response, responses=_WORDS)
def take_wechat_callback(
    body: Body,
    work: Work,
    context: Context,
    app_id: str,
    signature: Text = "",
    timestamp: Text = "",
    nonce: Text = "",
    msg_signature: Text = "",
) -> Response:
    """An answer that says something is seen by whoever wrote, so it has to be there within five seconds."""
    with _noted("wechat"):
        told = (signature, timestamp, nonce, msg_signature)
        answer = wechat.take_account_callback(work, addresses_of(context), app_id, told, body)
    return Response(answer, media_type="text/plain" if answer == wechat.ANSWERED else "application/xml")


@router.post(
    "/sms/{account}", summary="What became of text messages, signed", response_class=Response, responses=_TAKEN
)
def take_sms_callback(
    body: Body, work: Work, context: Context, account: str, signature: Signature = ""
) -> JSONResponse:
    with _noted("sms"):
        vendor_callbacks.take_sms_callback(work, context.secret_key, account, body, signature=signature)
    return JSONResponse({"code": 0})


@router.post(
    "/sms/{account}/{token}",
    summary="What became of text messages, by a vendor that signs nothing",
    response_class=Response,
    responses=_TAKEN,
)
def take_unsigned_sms_callback(body: Body, work: Work, context: Context, account: str, token: str) -> JSONResponse:
    with _noted("sms"):
        vendor_callbacks.take_sms_callback(work, context.secret_key, account, body, token=token)
    return JSONResponse({"code": 0, "msg": "成功"})


@router.post("/aicall/{account}", summary="What became of calls", response_class=Response, responses=_TAKEN)
def take_call_callback(body: Body, work: Work, account: str, signature: Signature = "") -> JSONResponse:
    with _noted("aicall"):
        vendor_callbacks.take_call_callback(work, account, body, signature)
    return JSONResponse({"code": 0})


@router.post("/mail/{token}", summary="Letters that came back", response_class=Response, responses=_TAKEN)
def take_mail_bounces(
    body: Body, work: Work, context: Context, token: str, content_type: Annotated[str, Header(max_length=500)] = ""
) -> JSONResponse:
    with _noted("mail"):
        vendor_callbacks.take_bounces(work, context.secret_key, token, body, content_type)
    return JSONResponse({"code": 0})


@contextmanager
def _noted(kind: str) -> Iterator[None]:
    """Counts it, and says why one was refused."""
    try:
        yield
    except (ForbiddenError, InvalidError) as error:
        CHANNEL_CALLBACKS.labels(kind, error.code).inc()
        log.warning("callback_refused", kind=kind, code=error.code)
        raise
    CHANNEL_CALLBACKS.labels(kind, "taken").inc()
