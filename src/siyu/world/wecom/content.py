"""What a message may hold: a text and up to nine attachments, each checked as WeCom checks it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from siyu.world.wecom.calls import Call, Fields
from siyu.world.wecom.errors import RefusedError

ATTACHMENTS_MAX = 9
TEXT_BYTES_MAX = 4000
KINDS = ("image", "link", "miniprogram", "video", "file")
UPLOADED_IMAGE = "https://wework.qpic.cn/wwpic/uploaded/"
"""How the address of an image begins that came in by media/uploadimg."""


def content_of(call: Call, *, neither: int = 41090) -> dict[str, Any]:
    """Text and attachments of a call; not both may be empty."""
    body = call.body
    text = body.part("text").text("content", missing=None, bytes_max=TEXT_BYTES_MAX, too_long=45002)
    given = body.parts("attachments", most=ATTACHMENTS_MAX, too_many=41064)
    # The field before attachments: one picture, link or mini program, at the top of the body.
    former = [Fields({"msgtype": kind, kind: body.values[kind]}) for kind in KINDS[:3] if body.has(kind)]
    attachments = [attachment_of(call, one) for one in given or former[:1]]
    if not text and not attachments:
        raise RefusedError(neither)
    return ({"text": {"content": text}} if text else {}) | ({"attachments": attachments} if attachments else {})


def attachment_of(call: Call, given: Fields) -> Mapping[str, Any]:
    """One attachment, checked; RefusedError for what cannot be sent."""
    kind = given.text("msgtype", missing=41065)
    if kind not in KINDS:
        raise RefusedError(41065)
    part = given.part(kind, missing=40063)
    if kind == "link":
        part.text("title", bytes_max=128)
        part.text("url", bytes_max=2048)
        part.text("picurl", missing=None, bytes_max=2048)
        part.text("desc", missing=None, bytes_max=512)
    elif kind == "miniprogram":
        part.text("title", bytes_max=64)
        part.text("appid", missing=90207)
        part.text("page")
        _media(call, part.text("pic_media_id", missing=41006), "image", call.now)
    elif kind == "image" and not part.has("media_id"):
        if not part.text("pic_url", missing=41006).startswith(UPLOADED_IMAGE):
            raise RefusedError(40007, "pic_url is not of media/uploadimg")
    else:
        _media(call, part.text("media_id", missing=41006), kind, call.now)
    return {"msgtype": kind, kind: dict(part.values)}


def _media(call: Call, media_id: str, kind: str, now: datetime) -> None:
    if call.corp.media.require(media_id, now).kind != kind:
        raise RefusedError(40007)
