"""The intake door: checks a request event by event, keeps the good ones, says of each bad one why. Pure; nothing is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from siyu.engines.intake.context import BATCH_CONTEXT_BYTES_MAX, batch_context
from siyu.engines.intake.contracts import (
    BATCH_EVENTS_MAX,
    DEPTH_MAX,
    EVENT_BYTES_MAX,
    REQUEST_BYTES_MAX,
    BadRequestBodyError,
    Refusal,
    SentEvent,
    TooLargeError,
)
from siyu.engines.intake.rules import (
    TYPES,
    BadEventError,
    group_id_of,
    hour_of,
    identities_of,
    instant_of,
    outside_name,
    shard_of,
    times_of,
)
from siyu.platform.inbox.inbox import InboxBatch

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of the character NUL, which PostgreSQL cannot store; not a backslash that is escaped itself."""

_SURROGATES = re.compile(
    rb"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
"""Half a surrogate pair, as an escape; browsers send it where a text was cut within an emoji. What stands in the group (an
escaped backslash, a whole pair) is to be kept."""

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|([\[{])|[\]}]', re.DOTALL)

_Decoded = TypeVar("_Decoded")


class _Batch(msgspec.Struct, rename="camel"):
    batch: list[msgspec.Raw]
    sent_at: str | None = None
    context: msgspec.Raw = msgspec.Raw(b"{}")


class _Keyed(msgspec.Struct, rename="camel"):
    write_key: str | None = None


class _TraitContext(msgspec.Struct):
    traits: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """What a request comes to: batches for the inbox, how many events are in them, and the events refused."""

    batches: Sequence[InboxBatch]
    accepted: int
    refusals: Sequence[Refusal]


@dataclass(frozen=True, slots=True)
class _Request:
    source: str
    received_at: datetime
    sent_at: datetime | None
    shards: int
    oldest_hour: int
    context: bytes = b""


_decode_batch = msgspec.json.Decoder(_Batch).decode
_decode_key = msgspec.json.Decoder(_Keyed).decode
_decode_context = msgspec.json.Decoder(_TraitContext).decode
_decode_document = msgspec.json.Decoder(dict[str, Any] | None).decode
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_event = msgspec.json.Decoder(SentEvent).decode


def find_write_key(body: bytes) -> str | None:
    """The write key that the body tells itself: browsers send it so, where they cannot set a header."""
    try:
        return _decoded(_decode_key, body).write_key
    except BadRequestBodyError:
        return None


def admit_batch(body: bytes, *, source: str, received_at: datetime, shards: int, dedupe_days: int = 0) -> Admission:
    """A request to /v1/batch or /v1/import. BadRequestBodyError or TooLargeError where the request as a whole is no good.

    `dedupe_days`: for so many days a repeated message is known again (0: for ever). An event of before is refused, for nobody
    could tell whether it was counted already."""
    if len(body) > REQUEST_BYTES_MAX:
        raise TooLargeError(f"A request holds at most {REQUEST_BYTES_MAX} bytes.")
    sent = _decoded(_decode_batch, body)
    if len(sent.batch) > BATCH_EVENTS_MAX:
        raise TooLargeError(f"A batch holds at most {BATCH_EVENTS_MAX} events.")
    context = batch_context(bytes(sent.context))
    if len(context) > BATCH_CONTEXT_BYTES_MAX:
        raise TooLargeError(f"A context for a whole batch holds at most {BATCH_CONTEXT_BYTES_MAX} bytes.")
    oldest_hour = _oldest_hour(received_at, dedupe_days)
    request = _Request(source, received_at, _sent_at(sent.sent_at), shards, oldest_hour, context)
    return _admit([bytes(raw) for raw in sent.batch], request)


def admit_single(
    body: bytes, kind: str, *, source: str, received_at: datetime, shards: int, dedupe_days: int = 0
) -> Admission:
    """A request to /v1/track, /v1/identify …: one event, whose type is that of the path."""
    if len(body) > EVENT_BYTES_MAX:
        raise TooLargeError(f"An event holds at most {EVENT_BYTES_MAX} bytes.")
    members = _decoded(_decode_members, body)
    members.pop("writeKey", None)
    sent_at = _decoded(msgspec.json.decode, bytes(members.get("sentAt", b"null")))
    members["type"] = msgspec.Raw(msgspec.json.encode(kind))
    told = sent_at if isinstance(sent_at, str) else None
    request = _Request(source, received_at, _sent_at(told), shards, _oldest_hour(received_at, dedupe_days))
    return _admit([msgspec.json.encode(members)], request)


def _decoded(decode: Callable[[bytes], _Decoded], body: bytes) -> _Decoded:
    """The body decoded, halves of surrogate pairs in it replaced; BadRequestBodyError where it cannot be."""
    try:
        return decode(body)
    except msgspec.DecodeError as error:
        repaired = _SURROGATES.sub(lambda found: found[1] or rb"\ufffd", body)
        if repaired == body:
            raise BadRequestBodyError(f"{error}.") from error
        return _decoded(decode, repaired)
    except (UnicodeDecodeError, RecursionError) as error:
        raise BadRequestBodyError("It is not UTF-8, or nested too deeply.") from error


def _admit(raws: Sequence[bytes], request: _Request) -> Admission:
    kept: dict[int, list[bytes]] = {}
    refusals: list[Refusal] = []
    for index, raw in enumerate(raws):
        try:
            kept.setdefault(_shard(raw, request), []).append(raw)
        except BadEventError as error:
            refusals.append(Refusal(index, error.code, error.reason))
    batches = [
        InboxBatch(
            shard,
            request.source,
            request.received_at,
            request.sent_at,
            len(events),
            b"[" + b",".join(events) + b"]",
            request.context,
        )
        for shard, events in sorted(kept.items())
    ]
    return Admission(batches, sum(batch.size for batch in batches), refusals)


def _check_documents(event: SentEvent) -> None:
    """Decodes what those down the line will decode, so that nothing they cannot read gets past the door."""
    document = bytes(event.traits if event.type in {"identify", "group"} else event.properties)
    try:
        _decode_document(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadEventError("bad_properties", f"properties and traits are objects: {_fault(error)}") from error
    if event.type == "identify" and bytes(event.context)[:1] != b"n":
        try:
            _decode_context(event.context)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadEventError("bad_context", f"context: {_fault(error)}") from error


def _fault(error: Exception) -> str:
    """What is wrong, without a word of what was sent."""
    return "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


def _is_too_deep(raw: bytes) -> bool:
    if raw.count(b"[") + raw.count(b"{") <= DEPTH_MAX:
        return False
    depth = 0
    for found in _BRACKETS.finditer(raw):
        if found[1]:
            depth += 1
            if depth > DEPTH_MAX:
                return True
        elif not found[0].startswith(b'"'):
            depth -= 1
    return False


def _oldest_hour(received_at: datetime, dedupe_days: int) -> int:
    """The hour (since 1970) before which nothing is taken; 0 where everything is."""
    return hour_of(received_at - timedelta(days=dedupe_days)) if dedupe_days else 0


def _sent_at(told: str | None) -> datetime | None:
    try:
        return instant_of(told) if told else None
    except BadEventError as error:
        raise BadRequestBodyError("sentAt is not an ISO 8601 instant.") from error


def _shard(raw: bytes, request: _Request) -> int:
    """The shard of a good event; BadEventError for one that the drain could not work on."""
    if len(raw) > EVENT_BYTES_MAX:
        raise BadEventError("too_large", f"an event holds at most {EVENT_BYTES_MAX} bytes")
    if _is_too_deep(raw):
        raise BadEventError("too_deep", f"an event has at most {DEPTH_MAX} levels")
    try:
        event = _decode_event(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadEventError("bad_json", _fault(error)) from error
    if b"\\u0000" in raw and _NUL.search(raw):
        raise BadEventError("bad_text", "the character NUL (\\u0000) cannot be stored")
    if event.type not in TYPES:
        raise BadEventError("bad_type", f"type: one of {', '.join(sorted(TYPES))} is needed")
    if event.message_id is not None and not 0 < len(event.message_id) <= 200:
        raise BadEventError("bad_message_id", "messageId: 1 to 200 characters are needed")
    if event.type == "track":
        outside_name(event.event or "")
    elif event.type == "group":
        group_id_of(event)
    _check_documents(event)
    _, hour = times_of(event, received_at=request.received_at, sent_at=request.sent_at)
    if 0 < hour < request.oldest_hour:
        raise BadEventError(
            "too_old", "timestamp: so long ago that a repeated message could not be told from a new one"
        )
    return shard_of(identities_of(event)[0], request.shards)
