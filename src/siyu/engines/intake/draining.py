"""Draining the inbox: a stretch of raw batches becomes events in the log, in one transaction.

Deduplicate, resolve the identities of all events at once, store what identify calls tell, append. If anything fails
the batches are back in the inbox, so what was acknowledged is never lost, and never counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import (
    ATTRIBUTE_NAME_LENGTH_MAX,
    ATTRIBUTES_MAX,
    AttributeChange,
    BadIdentityError,
    Identity,
    MergeCause,
    normal_identity,
)
from siyu.engines.intake.context import event_context, traits_of, with_context
from siyu.engines.intake.contracts import SentEvent
from siyu.engines.intake.rules import group_id_of, identities_of, name_of, times_of
from siyu.engines.intake.sifting import is_events_fault, sift
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.ids import IdSource, derived_hex
from siyu.platform.eventlog.append import EncodedEvent
from siyu.platform.inbox.inbox import InboxBatch, take_batches
from siyu.platform.inbox.message_ids import remember_new
from siyu.platform.inbox.quarantine import put_aside
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, UnitOfWork

EVENTS_MAX = 10_000
SIFTED_MAX = 500
"""Taken at once while the event to blame is sought: the search tries each half anew, and others wait for its locks."""

ACTOR: Actor = system_actor("intake")

log = get_logger(__name__)

_decode_events = msgspec.json.Decoder(list[SentEvent]).decode
_decode_document = msgspec.json.Decoder(dict[str, Any]).decode
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode
_EMPTY = (b"{}", b"null")
_TRAIT_IDENTITIES = {
    "phone": "phone",
    "email": "email",
    "memberId": "member_id",
    "unionid": "unionid",
    "openid": "openid",
    "external_userid": "external_userid",
}


class Arrival(NamedTuple):
    """One event ready to be resolved: all identities of its person, and what it tells of them. The id is 32 hexadecimal
    digits; `hour` is that of the event's own time. Without a name it is no event in the log: it tells traits, or says
    that all identities are one person's."""

    message_id: str
    hour: int
    name: str
    at: datetime
    source: str
    identities: tuple[Identity, ...]
    document: bytes
    traits: Mapping[str, Any] | None


def drain_once(database: Database, shard: int, events_max: int = EVENTS_MAX) -> int:
    """Takes the shard's oldest batches to the log; gives how many events were taken out of the inbox (0: nothing to do).

    Where that fails because of an event, it is found and put into quarantine; the others are taken."""
    try:
        with database.begin() as work:
            batches = take_batches(work, shard, events_max)
            if batches:
                _take(work, batches)
            return sum(batch.size for batch in batches)
    except Exception as error:
        if not is_events_fault(error):
            raise
    return _drain_sifting(database, shard, min(events_max, SIFTED_MAX))


def _drain_sifting(database: Database, shard: int, events_max: int) -> int:
    with database.begin() as work:
        batches = take_batches(work, shard, events_max)
        faults = sift(work, batches, _take) if batches else []
        for fault in faults:
            put_aside(work, fault.batch, fault.reason, work.clock.now())
    for fault in faults:
        log.error("event_quarantined", shard=shard, size=fault.batch.size, reason=fault.reason, exc_info=fault.error)
    return sum(batch.size for batch in batches)


def _take(work: UnitOfWork, batches: Sequence[InboxBatch]) -> None:
    record_arrivals(work, [arrival for batch in batches for arrival in arrivals_of(work.ids, batch)])


def record_arrivals(work: UnitOfWork, arrivals: Sequence[Arrival]) -> int:
    """Records those that were never seen before; gives their number."""
    unseen = {(arrival.hour, arrival.message_id): arrival for arrival in reversed(arrivals)}
    new_keys = remember_new(work.driver, unseen.keys())
    fresh = [arrival for key, arrival in reversed(unseen.items()) if key in new_keys]
    if fresh:
        customers.mark_seen(work, ACTOR, record_new(work, fresh))
    return len(fresh)


def record_new(work: UnitOfWork, arrivals: Sequence[Arrival]) -> Mapping[int, datetime]:
    """Records arrivals of which the caller knows that none was recorded before; gives when each profile was last seen by them,
    which is left to the caller to mark."""
    groups: dict[Sequence[Identity], datetime] = {}
    channels: dict[Sequence[Identity], str] = {}
    for arrival in arrivals:
        known = groups.get(arrival.identities)
        if known is None or arrival.at < known:
            groups[arrival.identities], channels[arrival.identities] = arrival.at, arrival.source
    causes: dict[Sequence[Identity], MergeCause] = {
        a.identities: MergeCause.ALIAS for a in arrivals if not a.name and a.traits is None
    }
    profile_of = customers.resolve(work, ACTOR, groups, causes, channels)
    seen_at = _tell(work, arrivals, profile_of)
    work.record(
        EncodedEvent(
            a.name,
            a.message_id,
            profile_of[a.identities[0]],
            a.at,
            a.source,
            customers.sealed_properties(work, a.document),
        )
        for a in arrivals
        if a.name
    )
    return seen_at


def _tell(work: UnitOfWork, arrivals: Sequence[Arrival], profile_of: Mapping[Identity, int]) -> Mapping[int, datetime]:
    """Stores what identify calls tell; gives when each profile was last seen."""
    seen_at: dict[int, datetime] = {}
    changes = []
    for arrival in arrivals:
        profile_id = profile_of[arrival.identities[0]]
        if profile_id not in seen_at or seen_at[profile_id] < arrival.at:
            seen_at[profile_id] = arrival.at
        if arrival.traits is not None:
            changes.append(AttributeChange(profile_id, arrival.traits, arrival.at))
    customers.set_attributes(work, ACTOR, changes)
    return seen_at


def arrivals_of(ids: IdSource, batch: InboxBatch) -> Iterator[Arrival]:
    """The events of a batch, ready to be resolved."""
    for event in _decode_events(batch.body):
        identities = tuple(identities_of(event))
        at, hour = times_of(event, received_at=batch.received_at, sent_at=batch.sent_at)
        name = name_of(event)
        traits = _traits(event, batch.context) if event.type == "identify" else None
        if traits is not None:
            identities += tuple(_trait_identities(traits))
        yield Arrival(
            message_id=derived_hex(batch.source, event.message_id) if event.message_id else ids.new_id().hex,
            hour=hour,
            name=name,
            at=at,
            source=batch.source,
            identities=identities,
            document=with_context(_document(event), event_context(batch.context, bytes(event.context)))
            if name
            else b"{}",
            traits=traits,
        )


def _document(event: SentEvent) -> bytes:
    """The event's properties as JSON text."""
    if event.type == "track":
        return _told(event.properties)
    if event.type == "group":
        traits = msgspec.Raw(_told(event.traits))
        return _encode({"group_id": group_id_of(event), "traits": traits})
    named = {"name": event.name, "category": event.category}
    told = {name: msgspec.Raw(_encode(text)) for name, text in named.items() if isinstance(text, str) and text}
    return _encode(_decode_members(_told(event.properties)) | told) if told else _told(event.properties)


def _told(raw: msgspec.Raw) -> bytes:
    document = bytes(raw)
    return b"{}" if document in _EMPTY else document


def _traits(event: SentEvent, batch_context: bytes) -> Mapping[str, Any]:
    """What an identify call tells; some clients (RudderStack's) tell it in the context."""
    told = _decode_document(_told(event.traits)) or traits_of(batch_context, bytes(event.context))
    names = [name for name in told if len(name) <= ATTRIBUTE_NAME_LENGTH_MAX][:ATTRIBUTES_MAX]
    return {name: told[name] for name in names}


def _trait_identities(traits: Mapping[str, Any]) -> Iterator[Identity]:
    """Identities among the traits; one that is no good is only an attribute."""
    for trait, kind in _TRAIT_IDENTITIES.items():
        value = traits.get(trait)
        if isinstance(value, str | int) and not isinstance(value, bool):
            try:
                yield normal_identity(kind, str(value))
            except BadIdentityError:
                continue
