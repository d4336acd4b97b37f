"""Files that were uploaded: kept for three days, shared by all apps of a corp."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from siyu.world.wecom.calls import Call, File, Reply, Upload
from siyu.world.wecom.content import UPLOADED_IMAGE
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window

BYTES_LEAST = 5
BYTES_MAX = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}
IMAGE_BYTES_MAX = 2 << 20
ATTACHMENT_BYTES_MAX = 10 << 20
FIRST_BYTES = {"image": (b"\xff\xd8\xff", b"\x89PNG"), "voice": (b"#!AMR",)}
MEDIA, MOMENT_ATTACHMENT, ALBUM_ATTACHMENT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Media:
    """One file. `purpose` tells media of messages from attachments of moments and of the album: neither takes the other's."""

    media_id: str
    kind: str
    purpose: int
    file_name: str
    content_type: str
    content: bytes
    expires_at: datetime


class MediaStore:
    """All files that were uploaded."""

    def __init__(self) -> None:
        self._media: dict[str, Media] = {}
        self.images: dict[str, bytes] = {}

    def keep(self, media: Media) -> None:
        self._media[media.media_id] = media

    def require(self, media_id: str, now: datetime, purpose: int = MEDIA) -> Media:
        """A file that can be used; RefusedError for none, an old one, and one of another purpose."""
        media = self._media.get(media_id)
        if media is None or media.purpose != purpose:
            raise RefusedError(40007)
        if now >= media.expires_at:
            raise RefusedError(40145)
        return media

    def content(self, media_id: str) -> bytes | None:
        """What is in a file, for a page that shows it; None where it is gone."""
        media = self._media.get(media_id)
        return media.content if media else None

    def drop_expired(self, now: datetime) -> None:
        """Forgets the contents of what is long over, but not that it was there."""
        for media_id, media in list(self._media.items()):
            if now >= media.expires_at + timedelta(days=7):
                del self._media[media_id]


def upload(call: Call) -> Reply:
    kind = call.query.text("type", missing=40004)
    if kind not in BYTES_MAX:
        raise RefusedError(40004)
    media = _kept(call, _required(call, "media"), kind, MEDIA, BYTES_MAX[kind])
    return {"type": kind, "media_id": media.media_id, "created_at": str(call.now_seconds)}


def upload_attachment(call: Call) -> Reply:
    kind = call.query.text("media_type", missing=40004)
    purpose = call.query.whole("attachment_type", least=1, most=2)
    if kind not in ("image", "video", "file") or (purpose == ALBUM_ATTACHMENT and kind != "image"):
        raise RefusedError(40004)
    media = _kept(call, _required(call, "media"), kind, purpose, ATTACHMENT_BYTES_MAX)
    return {"type": kind, "media_id": media.media_id, "created_at": call.now_seconds}


def upload_image(call: Call) -> Reply:
    upload = _required(call, None)
    if not BYTES_LEAST < len(upload.content) <= IMAGE_BYTES_MAX:
        raise RefusedError(40009)
    if not upload.content.startswith(FIRST_BYTES["image"]):
        raise RefusedError(40004)
    rules = call.corp.rules
    limits = [(Window.DAY, rules.images_per_day), (Window.MONTH, rules.images_per_month)]
    call.corp.meter.count("images", limits, call.now)
    name = blake2b(upload.content, digest_size=16).hexdigest()
    call.corp.media.images[name] = upload.content
    return {"errmsg": "", "url": UPLOADED_IMAGE + name}


def get_media(call: Call) -> File:
    media_id = call.query.text("media_id", missing=41006)
    known = call.corp.media
    try:
        media = known.require(media_id, call.now)
    except RefusedError as refusal:
        raise RefusedError(40007) from refusal
    return File(media.content, media.content_type, media.file_name)


def _required(call: Call, field_name: str | None) -> Upload:
    upload = call.upload
    if upload is None or (field_name is not None and upload.field_name != field_name):
        raise RefusedError(44001)
    return upload


def _kept(call: Call, upload: Upload, kind: str, purpose: int, bytes_max: int) -> Media:
    if len(upload.content) <= BYTES_LEAST:
        raise RefusedError(44001 if not upload.content else 40006)
    if len(upload.content) > bytes_max:
        raise RefusedError(45001)
    known = FIRST_BYTES.get(kind)
    if known is not None and not upload.content.startswith(known):
        raise RefusedError(40004)
    call.corp.media.drop_expired(call.now)
    expires_at = call.now + timedelta(days=call.corp.rules.media_days)
    made = Media(
        call.corp.new_key("3", 64), kind, purpose, upload.file_name, upload.content_type, upload.content, expires_at
    )
    call.corp.media.keep(made)
    return made
