"""The XML of callbacks, read without ever believing it: no declarations, no entities, no depth, no length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import ClassVar, Final
from xml.parsers import expat
from xml.sax.saxutils import escape

import msgspec

from siyu.kernel.errors import ForbiddenError, InvalidError

BODY_BYTES_MAX: Final = 256 * 1024
"""Five hundred members of a group, sealed, take a quarter of it."""
ELEMENTS_MAX: Final = 2_000
DEPTH_MAX: Final = 5
NAME_LENGTH_MAX = 64

Value = str | Sequence[str]


class CallbackForbiddenError(ForbiddenError):
    """This callback was not signed and sealed for this corp or account."""

    code: ClassVar[str] = "callback_forbidden"


class CallbackMalformedError(InvalidError):
    """This callback is nothing that this platform or vendor sends."""

    code: ClassVar[str] = "callback_malformed"


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


def plain_name(value: Value | None) -> str:
    """A kind as it is kept and shown: plain and short, whoever made it up."""
    text = value if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isascii() and (letter.isalnum() or letter == "_"))[
        :NAME_LENGTH_MAX
    ]


def instant_of(value: Value | None, now: datetime) -> datetime:
    """When it happened; now, where that makes no sense."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 11:
        return datetime.fromtimestamp(int(value), UTC)
    return now


def xml_of(fields: Mapping[str, str | int]) -> str:
    """An answer: numbers as they are, texts escaped."""
    parts = (f"<{name}>{escape(str(value))}</{name}>" for name, value in fields.items())
    return f"<xml>{''.join(parts)}</xml>"
