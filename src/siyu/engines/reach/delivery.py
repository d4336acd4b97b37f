"""Delivery: sends what passed the gate, and writes down what became of it.

Three transactions' worth of care: claim a batch under a lease (committed), send it, settle it (committed). A worker killed in
between leaves a delivery whose lease runs out; another then sends the same messages again, together and under the same
keys, and the other side drops those it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from siyu.domain.content import reading as contents
from siyu.domain.content.contracts import ContentForChannel, KeptMessage, MessagePlace
from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import (
    Channel,
    ClaimedMessage,
    FailedReason,
    MessageState,
    OutgoingMessage,
    SendOutcome,
    SendResult,
    Settlement,
)
from siyu.engines.reach.backoff import ATTEMPTS_MAX, rest_after, wait_before_next
from siyu.engines.reach.gate import ACTOR, Reach
from siyu.platform.postgres.database import Database, Reading, UnitOfWork

LEASE = timedelta(minutes=5)
"""After this a sender counts as dead; much longer than any channel takes for a batch."""

NO_ANSWER = "no_answer_for_message"
GIVEN_UP = "sender_died_too_often"


@dataclass
class _Batch:
    """A claimed batch on its way: what is to be sent, and what needs no sending."""

    outgoing: list[OutgoingMessage] = field(default_factory=list)
    settled: list[Settlement] = field(default_factory=list)


def deliver_once(database: Database, reach: Reach, *, lease: timedelta = LEASE) -> int:
    """One batch for each channel; gives how many messages were settled. Several workers may do this at the same time."""
    return sum(_deliver(database, reach, each, lease) for each in reach.channels.values() if not each.is_by_tasks)


def _deliver(database: Database, reach: Reach, channel: Channel, lease: timedelta) -> int:
    with database.begin() as work:
        claimed = messages.claim(work, ACTOR, channel.name, size=channel.batch_max, lease=lease)
    if not claimed:
        return 0
    with database.read() as reading:
        claimed = _with_customers_of_now(reading, claimed)
        batch = _prepare(reading, reach, channel, claimed)
    results = list(channel.send(batch.outgoing)) if batch.outgoing else []
    with database.begin() as work:
        unreachable = [result for result in results if result.outcome is SendOutcome.UNREACHABLE]
        if unreachable:
            failures = messages.failures_of(work, ACTOR, channel.name) + 1
            until = work.clock.now() + rest_after(failures, _latest(unreachable))
            messages.rest_channel(work, ACTOR, channel.name, until)
        elif results:
            messages.wake_channel(work, ACTOR, channel.name)
        by_key = {result.message_key: result for result in results}
        sent_keys = {each.message_key for each in batch.outgoing}
        settlements = [
            _settlement(work, message, by_key.get(message.message_key))
            for message in claimed
            if message.message_key in sent_keys
        ]
        return messages.settle(work, ACTOR, batch.settled + settlements)


def _latest(results: Sequence[SendResult]) -> float:
    return max(result.retry_after_seconds or 0 for result in results)


def _settlement(work: UnitOfWork, message: ClaimedMessage, result: SendResult | None) -> Settlement:
    if result is None:
        result = SendResult(message.message_key, SendOutcome.DEFERRED, NO_ANSWER)
    match result.outcome:
        case SendOutcome.ACCEPTED:
            return Settlement(message, MessageState.SENT)
        case SendOutcome.DELIVERED:
            return Settlement(message, MessageState.DELIVERED)
        case SendOutcome.REJECTED:
            return Settlement(message, MessageState.FAILED, result.reason, is_permanent=True)
        case SendOutcome.OVER_QUOTA:
            return Settlement(message, MessageState.FAILED, FailedReason.OVER_QUOTA.value)
        case SendOutcome.DEFERRED | SendOutcome.UNREACHABLE:
            if message.attempts >= ATTEMPTS_MAX:
                return Settlement(message, MessageState.FAILED, result.reason)
            wait = wait_before_next(message.message_key, message.attempts, result.retry_after_seconds)
            return Settlement(message, MessageState.REQUESTED, result.reason, work.clock.now() + wait)


def _with_customers_of_now(reading: Reading, claimed: Sequence[ClaimedMessage]) -> list[ClaimedMessage]:
    """A merge may have come since the message was admitted, and its news not yet."""
    customer_of = customers.current_customer_ids(reading, {message.customer_id for message in claimed})
    return [replace(each, customer_id=customer_of.get(each.customer_id, each.customer_id)) for each in claimed]


def _prepare(reading: Reading, reach: Reach, channel: Channel, claimed: Sequence[ClaimedMessage]) -> _Batch:
    """The texts and addresses of a batch. Consent is asked for once more: it may have been withdrawn since the gate."""
    customer_ids = {message.customer_id for message in claimed}
    refused = {
        purpose: reach.refused(reading, channel.name, {m.customer_id for m in claimed if m.purpose == purpose}, purpose)
        for purpose in {message.purpose for message in claimed}
    }
    kept = contents.messages_at(reading, {_place(message) for message in claimed})
    texts = {place: (each, each.content.for_channel(channel.name)) for place, each in kept.items()}
    attributes = customers.attributes_of(reading, customer_ids)
    identities = customers.identities_of(reading, customer_ids)
    batch = _Batch()
    hour = int(reading.clock.now().timestamp()) // 3600
    for message in claimed:
        if message.attempts > ATTEMPTS_MAX:  # whoever had it before never lived to settle it
            batch.settled.append(Settlement(message, MessageState.FAILED, GIVEN_UP))
            continue
        if reason := refused[message.purpose].get(message.customer_id):
            batch.settled.append(Settlement(message, MessageState.HELD, reason.value))
            continue
        known = attributes.get(message.customer_id, {})
        text = texts[_place(message)]
        batch.outgoing.append(_outgoing(reach, message, text, known, identities[message.customer_id], hour))
    return batch


def _place(message: ClaimedMessage) -> MessagePlace:
    return message.definition_id, message.version, message.step


def _outgoing(
    reach: Reach,
    message: ClaimedMessage,
    text: tuple[KeptMessage, ContentForChannel],
    attributes: Mapping[str, object],
    identities: Sequence[Identity],
    hour: int,
) -> OutgoingMessage:
    kept, content = text
    link_url = reach.addresses.link_url(kept.link_id, message.message_id) if kept.link_id is not None else None
    rendered = content.render(attributes)
    return OutgoingMessage(
        message_key=message.message_key,
        customer_id=message.customer_id,
        identities=identities,
        title=rendered.title,
        body=rendered.body,
        link_url=link_url,
        preferences_url=reach.addresses.preferences_url(message.customer_id, hour),
        purpose=message.purpose,
        template=rendered.template,
        attachments=content.attachments,
    )
