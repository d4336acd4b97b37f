"""Pictures that a page can show: the codes of this corp, and images that were uploaded; and what a scanned code says."""

from __future__ import annotations

import io
from collections.abc import Container
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import segno

from siyu.world.wecom.errors import RefusedError

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

REAL_PICTURES = "https://wework.qpic.cn/wwpic/"
PICTURES_PATH = "/pictures/"
REAL_DOORS = "https://work.weixin.qq.com/"
WAY, JOIN, KF, LINK, PAGE = "way", "join", "kf", "link", "page"
POSTER, UPLOADED, MEDIA = "poster", "uploaded", "media"
WORDS = {WAY: "u", JOIN: "gm", KF: "kfid", LINK: "ca"}
"""What stands in the address that a code of each kind holds."""
SCALE, BORDER = 8, 3
FIRST_BYTES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


@dataclass(frozen=True, slots=True)
class Poster:
    """A printed code that hangs somewhere: it leads to an address."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code says: a way, a group's code, an account of customer service, a link, or the address of a page."""

    kind: str
    key: str
    scene: str = ""


def picture_address(corp: Corp, kind: str, key: str) -> str:
    """Where the picture of a code is; of a corp that listens nowhere, where the real one would have it."""
    return f"{corp.address}{PICTURES_PATH}{kind}/{key}" if corp.address else f"{REAL_PICTURES}{kind}/{key}"


def door_address(corp: Corp, kind: str, key: str) -> str:
    """The address that a code holds, and a link is: a page of this world that hands a phone over; of a corp that listens nowhere,
    where the real one is."""
    return f"{corp.address}/{WORDS[kind]}/{key}" if corp.address else f"{REAL_DOORS}{WORDS[kind]}/{key}"


def is_door(path: str) -> bool:
    """Whether a path is that of such an address."""
    word, _, key = path.strip("/").partition("/")
    return bool(key) and word in WORDS.values()


def picture(corp: Corp, path: str) -> tuple[bytes, str] | None:
    """(content, type) of a picture by its path below `/pictures/`; None where there is none."""
    kind, _, key = path.partition("/")
    text = _text_of(corp, kind, key)
    if text is not None:
        out = io.BytesIO()
        segno.make(text, error="m", micro=False).save(out, kind="png", scale=SCALE, border=BORDER)
        return out.getvalue(), "image/png"
    content = corp.media.images.get(key) if kind == UPLOADED else corp.media.content(key) if kind == MEDIA else None
    for first, content_type in FIRST_BYTES.items():
        if content is not None and content.startswith(first):
            return content, content_type
    return None


def _text_of(corp: Corp, kind: str, key: str) -> str | None:
    if kind == POSTER:
        return corp.posters[int(key)].url if key.isdecimal() and int(key) < len(corp.posters) else None
    return door_address(corp, kind, key) if kind in WORDS and _is_known(corp, kind, key) else None


def _is_known(corp: Corp, kind: str, key: str) -> bool:
    known: dict[str, Container[str]] = {
        WAY: corp.ways.ways,
        JOIN: corp.chats.ways,
        KF: corp.kf.accounts,
        LINK: corp.links.links,
    }
    return key in known[kind]


def scanned(corp: Corp, text: str) -> Scanned:
    """What somebody reads who scans a code, or presses on the picture with this address; RefusedError for no code of this world."""
    for head in (REAL_PICTURES, f"{corp.address}{PICTURES_PATH}" if corp.address else REAL_PICTURES):
        if text.startswith(head):
            kind, _, key = text.removeprefix(head).partition("/")
            inside = _text_of(corp, kind, key)
            if inside is None:
                raise RefusedError(41044)
            text = inside
            break
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedError(41044, "no address")
    is_own = bool(corp.address) and text.startswith(f"{corp.address}/") and is_door(parts.path)
    if not is_own and not text.startswith(REAL_DOORS):
        return Scanned(PAGE, text)
    word, _, key = parts.path.strip("/").partition("/")
    kind = next((kind for kind, known in WORDS.items() if known == word), "")
    if not kind or not _is_known(corp, kind, key):
        raise RefusedError(41044)
    query = parse_qs(parts.query)
    scene = query.get("enc_scene", query.get("customer_channel", [""]))[0]
    return Scanned(kind, key, scene)
