"""The intake door: checks a request event by event, keeps the good ones, says of each bad one why. Pure; nothing is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from siyu.engines.intake.contracts import (
    BATCH_EVENTS_MAX,
    EVENT_BYTES_MAX,
    REQUEST_BYTES_MAX,
    BadRequestBodyError,
    Refusal,
    SentContext,
    SentEvent,
    TooLargeError,
)
from siyu.engines.intake.rules import (
    TYPES,
    BadEventError,
    event_name,
    identities_of,
    instant_of,
    shard_of,
    times_of,
)
from siyu.platform.inbox.inbox import InboxBatch

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of the character NUL, which PostgreSQL cannot store; not a backslash that is escaped itself."""


class _Batch(msgspec.Struct, rename="camel"):
    batch: list[msgspec.Raw]
    sent_at: str | None = None
    context: msgspec.Raw = msgspec.Raw(b"{}")


@dataclass(frozen=True, slots=True)
class Admission:
    """What a request comes to: batches for the inbox, how many events are in them, and the events refused."""

    batches: Sequence[InboxBatch]
    accepted: int
    refusals: Sequence[Refusal]


_decode_batch = msgspec.json.Decoder(_Batch).decode
_decode_context = msgspec.json.Decoder(SentContext).decode
_decode_event = msgspec.json.Decoder(SentEvent).decode


def admit_batch(body: bytes, *, source: str, received_at: datetime, shards: int) -> Admission:
    """A request to /v1/batch. BadRequestBodyError or TooLargeError where the request as a whole is no good."""
    if len(body) > REQUEST_BYTES_MAX:
        raise TooLargeError(f"A request holds at most {REQUEST_BYTES_MAX} bytes.")
    try:
        request = _decode_batch(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequestBodyError(f"{error}.") from error
    if len(request.batch) > BATCH_EVENTS_MAX:
        raise TooLargeError(f"A batch holds at most {BATCH_EVENTS_MAX} events.")
    return _admit([bytes(raw) for raw in request.batch], request.sent_at, source, received_at, shards)


def admit_single(body: bytes, kind: str, *, source: str, received_at: datetime, shards: int) -> Admission:
    """A request to /v1/track or /v1/identify: one event, whose type is that of the path."""
    if len(body) > EVENT_BYTES_MAX:
        raise TooLargeError(f"An event holds at most {EVENT_BYTES_MAX} bytes.")
    try:
        event: dict[str, Any] = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequestBodyError(f"{error}.") from error
    event["type"] = kind
    sent_at = event.get("sentAt")
    told = sent_at if isinstance(sent_at, str) else None
    return _admit([msgspec.json.encode(event)], told, source, received_at, shards)


def _admit(
    raws: Sequence[bytes], told_sent_at: str | None, source: str, received_at: datetime, shards: int
) -> Admission:
    sent_at = _sent_at(told_sent_at)
    kept: dict[int, list[bytes]] = {}
    refusals: list[Refusal] = []
    for index, raw in enumerate(raws):
        try:
            kept.setdefault(_shard(raw, received_at, sent_at, shards), []).append(raw)
        except BadEventError as error:
            refusals.append(Refusal(index, error.code, error.reason))
    batches = [
        InboxBatch(shard, source, received_at, sent_at, len(events), b"[" + b",".join(events) + b"]")
        for shard, events in sorted(kept.items())
    ]
    return Admission(batches, sum(batch.size for batch in batches), refusals)


def _check_documents(event: SentEvent) -> None:
    document = event.traits if event.type == "identify" else event.properties
    if bytes(document)[:1] not in {b"{", b"n"}:
        raise BadEventError("bad_properties", "properties and traits are objects")
    if event.type == "identify" and bytes(event.context)[:1] != b"n":
        try:
            _decode_context(event.context)
        except msgspec.DecodeError as error:
            raise BadEventError("bad_context", f"context: {error}") from error


def _sent_at(told: str | None) -> datetime | None:
    try:
        return instant_of(told) if told else None
    except BadEventError as error:
        raise BadRequestBodyError("sentAt is not an ISO 8601 instant.") from error


def _shard(raw: bytes, received_at: datetime, sent_at: datetime | None, shards: int) -> int:
    """The shard of a good event; BadEventError for one that the drain could not work on."""
    if len(raw) > EVENT_BYTES_MAX:
        raise BadEventError("too_large", f"an event holds at most {EVENT_BYTES_MAX} bytes")
    try:
        event = _decode_event(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadEventError("bad_json", str(error)) from error
    if b"\\u0000" in raw and _NUL.search(raw):
        raise BadEventError("bad_text", "the character NUL (\\u0000) cannot be stored")
    if event.type not in TYPES:
        raise BadEventError("bad_type", f"type: one of {', '.join(sorted(TYPES))} is needed")
    if event.message_id is not None and not 0 < len(event.message_id) <= 200:
        raise BadEventError("bad_message_id", "messageId: 1 to 200 characters are needed")
    if event.type == "track":
        event_name(event.event or "")
    _check_documents(event)
    times_of(event, received_at=received_at, sent_at=sent_at)
    return shard_of(identities_of(event)[0], shards)
