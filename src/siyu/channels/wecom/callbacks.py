"""Opening what WeCom calls back with: who signed it, whom it is for, what it says. Nothing here stores or acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import ClassVar, Final
from xml.parsers import expat

import msgspec

from siyu.channels.wecom.crypto import CallbackKeys, is_signed, opened
from siyu.kernel.errors import ForbiddenError, InvalidError

BODY_BYTES_MAX: Final = 256 * 1024
"""Five hundred members of a group, sealed, take a quarter of it."""
ELEMENTS_MAX: Final = 2_000
DEPTH_MAX: Final = 5
AGE_MAX: Final = timedelta(days=7)
"""What was signed longer ago is refused: its dedupe key may have been forgotten."""
NAME_LENGTH_MAX = 64

Value = str | Sequence[str]


class CallbackForbiddenError(ForbiddenError):
    """This callback was not signed and sealed for this corp."""

    code: ClassVar[str] = "wecom_callback_forbidden"


class CallbackMalformedError(InvalidError):
    """This callback is no XML that WeCom sends."""

    code: ClassVar[str] = "wecom_callback_malformed"


@dataclass(frozen=True, slots=True)
class Signed:
    """The parts of the address that a callback is posted to."""

    signature: str
    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True)
class OpenedCallback:
    """A callback: its fields as they came, and the key that is the same for every time it is sent."""

    fields: Mapping[str, Value]
    dedupe_key: bytes
    event: str
    change: str
    happened_at: datetime

    def text(self, name: str) -> str:
        """A field that is one text; "" where there is none."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""


def open_challenge(keys: CallbackKeys, signed: Signed, sealed: str) -> bytes:
    """What has to be answered, and nothing else, for WeCom to believe that the address is ours."""
    content = (
        opened(keys, sealed) if is_signed(keys, signed.signature, signed.timestamp, signed.nonce, sealed) else None
    )
    if content is None:
        raise CallbackForbiddenError
    return content


def open_callback(keys: CallbackKeys, signed: Signed, body: bytes, now: datetime) -> OpenedCallback:
    """The callback in a body. CallbackForbiddenError for what somebody else made, CallbackMalformedError for what is no XML."""
    outer = fields_of(body)
    sealed, receiver = outer.get("Encrypt"), outer.get("ToUserName")
    if not isinstance(sealed, str) or not sealed:
        raise CallbackMalformedError("It holds nothing sealed.")
    if not is_signed(keys, signed.signature, signed.timestamp, signed.nonce, sealed) or receiver != keys.corp_id:
        raise CallbackForbiddenError
    if not signed.timestamp.isdecimal() or abs(now.timestamp() - int(signed.timestamp[:12])) > AGE_MAX.total_seconds():
        raise CallbackForbiddenError("It is too old.")
    content = opened(keys, sealed)
    if content is None:
        raise CallbackForbiddenError
    fields = fields_of(content)
    if fields.get("ToUserName") != keys.corp_id:
        raise CallbackForbiddenError
    return OpenedCallback(
        fields,
        dedupe_key_of(fields),
        _name(fields.get("Event")) or _name(fields.get("MsgType")) or "unknown",
        _name(fields.get("ChangeType")),
        _instant(fields.get("CreateTime"), now),
    )


def dedupe_key_of(fields: Mapping[str, Value]) -> bytes:
    """Messages have an id. Events have none, and sender and second, which WeCom names, are the same for two customers who come in
    one second: so all that an event says is its key."""
    message_id = fields.get("MsgId")
    told = {"MsgId": message_id} if message_id else dict(sorted(fields.items()))
    return blake2b(msgspec.json.encode(told), digest_size=16).digest()


def fields_of(document: bytes) -> dict[str, Value]:
    """The elements below the root: their texts, or those of the items in them. No declarations, no entities, no depth."""
    if len(document) > BODY_BYTES_MAX:
        raise CallbackMalformedError("It is too large.")
    reading = _Reading()
    parser = expat.ParserCreate("UTF-8")
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    parser.CharacterDataHandler = reading.text
    parser.buffer_text = True
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise CallbackMalformedError from error
    return reading.fields


class _Reading:
    """What has been read so far. Deeper parts keep the texts of their leaves alone."""

    def __init__(self) -> None:
        self.fields: dict[str, Value] = {}
        self._path: list[str] = []
        self._texts: list[str] = []
        self._items: list[str] = []
        self._elements = 0

    def start(self, name: str, _attributes: object) -> None:
        self._elements += 1
        self._path.append(name)
        self._texts = []
        if len(self._path) == 2:
            self._items = []
        if self._elements > ELEMENTS_MAX or len(self._path) > DEPTH_MAX:
            raise CallbackMalformedError("It holds too much.")

    def text(self, text: str) -> None:
        self._texts.append(text)

    def end(self, name: str) -> None:
        depth = len(self._path)
        self._path.pop()
        text, self._texts = "".join(self._texts), []
        if depth == 2:
            self.fields[name] = tuple(self._items) if self._items else text
        elif depth > 2 and text.strip():
            self._items.append(text)


def _refuse(*_: object) -> int:
    raise CallbackMalformedError("It declares something.")


def _name(value: Value | None) -> str:
    """A kind as it is kept and shown: plain and short, whoever made it up."""
    text = value if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isascii() and (letter.isalnum() or letter == "_"))[
        :NAME_LENGTH_MAX
    ]


def _instant(value: Value | None, now: datetime) -> datetime:
    """When it happened; now, where that makes no sense."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 11:
        return datetime.fromtimestamp(int(value), UTC)
    return now
