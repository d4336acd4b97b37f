"""Files at WeCom: for three days under an id, or pictures for ever under an address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.errors import WecomRefusedError

LASTS = timedelta(days=3)
BYTES_MIN = 6
BYTES_MAX = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}
IMAGE_BYTES_MAX = 2 << 20
MOMENTS, ALBUM = 1, 2
TOO_SMALL, TOO_LARGE = 40006, 45001


class MediaKind(StrEnum):
    """What a file is."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Media:
    """A file that was put there."""

    media_id: str
    made_at: datetime

    @property
    def dies_at(self) -> datetime:
        return self.made_at + LASTS


def upload(wecom: Wecom, kind: MediaKind, name: str, content: bytes, now: datetime) -> Media:
    """Puts a file there for messages; all applications of the corp may use it."""
    _check(content, BYTES_MAX[kind.value])
    body, content_type = _form(name, content)
    return Media(str(wecom.upload("media/upload", {"type": kind.value}, body, content_type)["media_id"]), now)


def upload_attachment(
    wecom: Wecom, kind: MediaKind, name: str, content: bytes, now: datetime, *, purpose: int = MOMENTS
) -> Media:
    """Puts a file there for moments, or for the product album."""
    _check(content, BYTES_MAX["image"])
    body, content_type = _form(name, content)
    query = {"media_type": kind.value, "attachment_type": purpose}
    return Media(str(wecom.upload("media/upload_attachment", query, body, content_type)["media_id"]), now)


def upload_image(wecom: Wecom, name: str, content: bytes) -> str:
    """Puts a picture there for ever; gives its address."""
    _check(content, IMAGE_BYTES_MAX)
    body, content_type = _form(name, content)
    return str(wecom.upload("media/uploadimg", {}, body, content_type)["url"])


def get_media(wecom: Wecom, media_id: str) -> bytes:
    """The content of a file; WecomRefusedError where it is there no more."""
    answer = wecom.download("media/get", {"media_id": media_id})
    if answer.is_cut:
        raise WecomRefusedError(TOO_LARGE, "media/get")
    return answer.body


def _check(content: bytes, most: int) -> None:
    """Refuses as WeCom would, without sending megabytes for it."""
    if len(content) < BYTES_MIN:
        raise WecomRefusedError(TOO_SMALL, "media")
    if len(content) > most:
        raise WecomRefusedError(TOO_LARGE, "media")


def _form(name: str, content: bytes) -> tuple[bytes, str]:
    """A form with one file, whose field is called `media`."""
    boundary = "siyu-media-boundary"
    while f"--{boundary}".encode() in content:
        boundary += "-x"
    plain = "".join(letter for letter in name if letter.isprintable() and letter not in '"\\') or "file"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="media"; filename="{plain}"; filelength={len(content)}\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
