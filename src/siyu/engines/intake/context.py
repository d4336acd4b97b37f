"""What of an event's context is kept: by an allow-list, for what people are to be asked about and no more.

Addresses of machines, ids of devices and of advertising, user agents and positions are not on it: they are dropped and never
stored with the event. A place is kept no finer than its city, and of a user agent only which system it names, where the client
names none itself. Nothing in a context makes an event refused; what is no good is left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

TEXT_LENGTH_MAX = 1000
BATCH_CONTEXT_BYTES_MAX = 4096
"""Of the context that a batch tells for all of its events: it is stored with each of them."""

KEPT: Final[Mapping[str, frozenset[str]]] = {
    "app": frozenset({"name", "version", "build", "namespace"}),
    "campaign": frozenset({"id", "name", "source", "medium", "term", "content"}),
    "device": frozenset({"type", "manufacturer", "model"}),
    "library": frozenset({"name", "version"}),
    "location": frozenset({"city", "region", "country"}),
    "os": frozenset({"name", "version"}),
    "page": frozenset({"path", "referrer", "search", "title", "url"}),
    "referrer": frozenset({"type", "name", "url", "link"}),
    "screen": frozenset({"width", "height", "density"}),
}
KEPT_VALUES: Final = frozenset({"locale", "timezone"})

_SYSTEMS: Final = (
    ("HarmonyOS", re.compile("HarmonyOS|OpenHarmony|ArkWeb")),
    ("iOS", re.compile("iPhone|iPad|iPod")),
    ("Android", re.compile("Android")),
    ("Windows", re.compile("Windows")),
    ("macOS", re.compile("Macintosh|Mac OS X")),
    ("Linux", re.compile("Linux")),
)
"""How browsers name their system; the first that is found, for some name others beside their own."""

_CACHED_BYTES_MAX = 2048
_WHOLE_NUMBER_MAX = 2**63
_QUOTE = ord('"')
_NOTHING: Final = (b"", b"{}", b"null")

_decode = msgspec.json.Decoder().decode
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


def merged(below: Any, above: Any) -> Any:
    """Both documents in one: objects member by member, and of anything else what stands `above`."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{name: merged(below[name], value) if name in below else value for name, value in above.items()}}


def kept(context: Mapping[str, Any]) -> dict[str, Any]:
    """What is on the allow-list, without what is empty or of the wrong kind."""
    found: dict[str, Any] = {}
    for name, value in context.items():
        if name in KEPT_VALUES and (plain := _plain(value)) is not None:
            found[name] = plain
        elif isinstance(value, dict) and (names := KEPT.get(name)):
            members = {each: plain for each in value if each in names and (plain := _plain(value[each])) is not None}
            if members:
                found[name] = members
    return found


def batch_context(raw: bytes) -> bytes:
    """What is to be kept, for all events of a batch, of the context told with it: JSON text, empty where there is nothing.
    The traits in it are kept too; identify calls may mean them."""
    context = _object(raw)
    found = kept(context)
    if isinstance(context.get("traits"), dict):
        found["traits"] = context["traits"]
    return _encode(found) if found else b""


def traits_of(batch: bytes, raw: bytes) -> dict[str, Any]:
    """The traits that an event's context tells, above those of its batch's; some clients tell them there."""
    told = merged(_object(batch), _object(raw)).get("traits")
    return told if isinstance(told, dict) else {}


def event_context(batch: bytes, raw: bytes) -> bytes:
    """What is kept of an event's own context, above that of its batch: JSON text, empty where there is nothing."""
    if raw in _NOTHING:
        raw = b""
        if not batch:
            return b""
    return _remembered(batch, raw) if len(raw) <= _CACHED_BYTES_MAX else _event_context(batch, raw)


def with_context(document: bytes, context: bytes) -> bytes:
    """The properties with the context as a member of theirs; what the client itself called `context` stays as it is."""
    if not context:
        return document
    if document.find(b'"context"') >= 0 and "context" in _decode_members(document):
        return document
    is_empty = document[1] != _QUOTE and not document[1:-1].strip()
    return b"".join((document[:-1], b'"context":' if is_empty else b',"context":', context, b"}"))


def _event_context(batch: bytes, raw: bytes) -> bytes:
    found = kept(merged(_object(batch), _object(raw)))
    return _encode(found) if found else b""


_remembered = lru_cache(maxsize=4096)(_event_context)
"""Servers tell the same of every event of theirs."""


def _object(raw: bytes) -> dict[str, Any]:
    """The object that the text is, with the system that its user agent names; an empty one where it is none, or cannot be read."""
    if raw in _NOTHING:
        return {}
    try:
        found = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return _with_system(found) if isinstance(found, dict) else {}


def _with_system(context: dict[str, Any]) -> dict[str, Any]:
    agent = context.get("userAgent")
    if not isinstance(agent, str) or "os" in context:
        return context
    name = next((name for name, words in _SYSTEMS if words.search(agent)), None)
    return context if name is None else {**context, "os": {"name": name}}


def _plain(value: Any) -> str | int | float | None:
    """A value that may be kept; None for any other."""
    if isinstance(value, str):
        return value.replace("\x00", "")[:TEXT_LENGTH_MAX] or None
    if isinstance(value, int):
        return value if -_WHOLE_NUMBER_MAX <= value < _WHOLE_NUMBER_MAX else None
    return value if isinstance(value, float) and math.isfinite(value) else None
