"""Decisions about one event from outside; pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from zlib import crc32

from siyu.domain.customers.contracts import BadIdentityError, Identity, normal_identity
from siyu.engines.intake.contracts import OWN_EVENTS, SentEvent

EVENT_NAME_LENGTH_MAX = 100
GROUP_ID_LENGTH_MAX = 256
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
TYPES = frozenset({"alias", "group", "identify", "page", "screen", "track"})

PAGE_VIEWED = "page_viewed"
SCREEN_VIEWED = "screen_viewed"
ACCOUNT_JOINED = "account_joined"
"""Segment's groups are companies, families, teams: what a person belongs to. Here a group is a group chat."""

_NAME_OF_TYPE = {"page": PAGE_VIEWED, "screen": SCREEN_VIEWED, "group": ACCOUNT_JOINED}

_UNPADDED = re.compile(
    r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$",
    re.IGNORECASE,
)
_WORD_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_A_WORD = re.compile(r"[\W_]+")


class BadEventError(ValueError):
    """An event that cannot be accepted; the arguments are a stable code and the reason."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@lru_cache(maxsize=10_000)
def event_name(sent: str) -> str:
    """The log's spelling of an event's name: "Order Completed" and "orderCompleted" are both `order_completed`."""
    name = _NOT_A_WORD.sub("_", _WORD_BREAK.sub("_", sent.strip())).strip("_").lower()
    if not name or len(name) > EVENT_NAME_LENGTH_MAX:
        raise BadEventError("bad_name", f"event: a name of 1 to {EVENT_NAME_LENGTH_MAX} characters is needed")
    return name


def outside_name(sent: str) -> str:
    """The name of an event that somebody outside tells of; BadEventError for one that Siyu alone may tell."""
    name = event_name(sent)
    if name in OWN_EVENTS:
        raise BadEventError("reserved_name", f"event: {name} is told by Siyu alone")
    return name


def instant_of(text: str) -> datetime:
    """An ISO 8601 instant in UTC, unpadded ones and those without a zone (taken as UTC) too; BadEventError otherwise."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = _unpadded_instant(text)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    try:
        instant = instant.astimezone(UTC)
    except OverflowError as error:
        raise BadEventError("bad_timestamp", "timestamp: the year is out of range") from error
    if instant < EARLIEST:
        raise BadEventError("bad_timestamp", "timestamp: before 1970")
    return instant


def _unpadded_instant(text: str) -> datetime:
    match = _UNPADDED.match(text.strip())
    if match is None:
        raise BadEventError("bad_timestamp", "timestamp: an ISO 8601 instant is needed, like 2026-06-01T12:00:00Z")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    padded = (
        f"{year}-{int(month):02d}-{int(day):02d}T{int(hour or 0):02d}:{int(minute or 0):02d}:{int(second or 0):02d}"
        f".{(fraction or '0')[:6]:0<6}{(zone or 'Z').upper()}"
    )
    try:
        return datetime.fromisoformat(padded)
    except ValueError as error:
        raise BadEventError("bad_timestamp", "timestamp: there is no such day or time") from error


def name_of(event: SentEvent) -> str:
    """The name under which an event stands in the log; empty for what changes a person and is no event itself."""
    if event.type == "track":
        return event_name(event.event or "")
    return _NAME_OF_TYPE.get(event.type or "", "")


def group_id_of(event: SentEvent) -> str:
    """What a group call names; BadEventError where that is nothing."""
    told = event.group_id
    text = str(told).strip() if isinstance(told, str | int) and not isinstance(told, bool) else ""
    if not 0 < len(text) <= GROUP_ID_LENGTH_MAX:
        raise BadEventError("bad_group", f"groupId: 1 to {GROUP_ID_LENGTH_MAX} characters are needed")
    return text


def hour_of(instant: datetime) -> int:
    """The hour since 1970."""
    return int(instant.timestamp()) // 3600


def times_of(event: SentEvent, *, received_at: datetime, sent_at: datetime | None) -> tuple[datetime, int]:
    """When it happened, by our clock, and the hour (since 1970) of the client's own time, which is the same for every retry.

    The client's clock is corrected by how far off it was when it sent the batch (timestamp = receivedAt - (sentAt -
    originalTimestamp)); nothing happened later than it was received. Without a time it is when it was received, hour 0.
    `sent_at` is that of the request; an event in a request without one may tell its own.
    """
    told = event.original_timestamp or event.timestamp
    if told is None:
        return received_at, 0
    original = instant_of(told)
    hour = hour_of(original)
    if sent_at is None and event.sent_at:
        sent_at = instant_of(event.sent_at)
    if sent_at is not None:
        try:
            original = received_at - (sent_at - original)
        except OverflowError:
            original = datetime.min.replace(tzinfo=UTC)
        if original < EARLIEST:
            raise BadEventError("bad_timestamp", "timestamp: before 1970, by the clock that sentAt tells")
    return min(original, received_at), hour


def identities_of(event: SentEvent) -> list[Identity]:
    """The identities the event itself names, that under which it is kept first. BadEventError where there is none, and for an
    alias that does not name two."""
    found = []
    try:
        if event.user_id is not None and (text := str(event.user_id).strip()):
            found.append(normal_identity("user_id", text))
        if event.anonymous_id is not None and (text := str(event.anonymous_id).strip()):
            found.append(normal_identity("anonymous_id", text))
        if event.type == "alias":
            found += _aliases(event)
    except BadIdentityError as error:
        raise BadEventError("bad_identity", error.message) from error
    if not found:
        raise BadEventError("no_identity", "userId or anonymousId is needed")
    return found


def _aliases(event: SentEvent) -> list[Identity]:
    """What a person was called before. The spec does not say which kind of id that is, so it is linked as either: whichever it
    was is found, and whether its events came before the alias or come after it makes no difference."""
    told = event.previous_id
    text = str(told).strip() if isinstance(told, str | int) and not isinstance(told, bool) else ""
    if not text or event.user_id is None or not str(event.user_id).strip():
        raise BadEventError("no_identity", "alias: userId and previousId are needed")
    return [normal_identity("user_id", text), normal_identity("anonymous_id", text)]


def shard_of(identity: Identity, shards: int) -> int:
    """Which shard works on an identity: all events kept under one identity are worked on in order."""
    if shards == 1:
        return 0
    return crc32(f"{identity.kind}\x1f{identity.value}".encode()) % shards
