"""What WeCom calls: each corp that is connected has an address of its own.

Everything is answered in the words that WeCom looks for: the opened challenge, `success`, or a status that is no 200. Of what a
refused call says nothing is logged.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse

from siyu.assembly import wecom
from siyu.faces.api.access import ReadOnly, Work
from siyu.kernel.errors import ForbiddenError, InvalidError
from siyu.platform.logs import get_logger
from siyu.platform.metrics import WECOM_CALLBACKS

router = APIRouter(prefix="/callbacks/wecom", tags=["callbacks"])

log = get_logger(__name__)

Text = Annotated[str, Query(max_length=128)]
_WORDS: dict[int | str, dict[str, Any]] = {200: {"description": "What WeCom looks for", "content": {"text/plain": {}}}}
"""What is refused is told like everywhere else."""


async def _body(request: Request) -> bytes:
    """The body, read no further than a callback can be long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > wecom.CALLBACK_BYTES_MAX:
            WECOM_CALLBACKS.labels("too_large").inc()
            raise InvalidError("A callback is not so large.")
    return bytes(body)


Body = Annotated[bytes, Depends(_body)]


@router.get("/{corp_id}", summary="WeCom asks whether this address is ours", response_class=Response, responses=_WORDS)
def answer_wecom_challenge(
    reading: ReadOnly,
    corp_id: str,
    msg_signature: Text = "",
    timestamp: Text = "",
    nonce: Text = "",
    echostr: Annotated[str, Query(max_length=4096)] = "",
) -> PlainTextResponse:
    try:
        return PlainTextResponse(wecom.answer_challenge(reading, corp_id, msg_signature, timestamp, nonce, echostr))
    except ForbiddenError as error:
        _note_refusal(error)
        raise


@router.post("/{corp_id}", summary="Something happened in WeCom", response_class=Response, responses=_WORDS)
def take_wecom_callback(
    body: Body, work: Work, corp_id: str, msg_signature: Text = "", timestamp: Text = "", nonce: Text = ""
) -> PlainTextResponse:
    """Answered when it is durable; where that failed the answer is an error, and WeCom sends again."""
    try:
        is_new = wecom.take_callback(work, corp_id, msg_signature, timestamp, nonce, body)
    except (ForbiddenError, InvalidError) as error:
        _note_refusal(error)
        raise
    WECOM_CALLBACKS.labels("kept" if is_new else "repeated").inc()
    return PlainTextResponse("success")


def _note_refusal(error: ForbiddenError | InvalidError) -> None:
    WECOM_CALLBACKS.labels(error.code).inc()
    log.warning("callback_refused", code=error.code)
