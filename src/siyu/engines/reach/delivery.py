"""Delivery: sends what passed the gate, and writes down what became of it.

Three transactions' worth of care: claim a batch under a lease (committed: the intent), send it, settle it (committed). A worker
killed in between leaves a delivery whose lease runs out, and nobody knows whether the other side has it. What is done then is the
channel's to say (`Repeating`): the same messages go again under the same keys, and the other side drops those it has; or the
other side is asked, and gets what it has not; or they are given up, so that nobody gets them twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from siyu.domain.company import reading as company
from siyu.domain.content import reading as contents
from siyu.domain.content.contracts import ContentForChannel, KeptMessage, MessagePlace, Rendered
from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import MARKETING, Identity
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import (
    AsksOutcomes,
    ClaimedMessage,
    FailedReason,
    HeldReason,
    MessageState,
    OutgoingMessage,
    ReachRules,
    Repeating,
    SendingChannel,
    SendOutcome,
    SendResult,
    Settlement,
)
from siyu.engines.reach.backoff import ATTEMPTS_MAX, rest_after, wait_before_next
from siyu.engines.reach.clocks import quiet_ends
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
    """One batch for each channel, one after the other; gives how many messages were settled."""
    return sum(deliver_by(database, reach, name, lease=lease) for name in list(reach.channels))


def deliver_by(database: Database, reach: Reach, name: str, *, lease: timedelta = LEASE) -> int:
    """One batch of a channel, where it is there and sends anything; gives how many messages were settled. Several workers may do
    this at the same time."""
    channel = reach.channels.get(name)
    return _deliver(database, reach, channel, lease) if isinstance(channel, SendingChannel) else 0


def _deliver(database: Database, reach: Reach, channel: SendingChannel, lease: timedelta) -> int:
    with database.begin() as work:
        rules = messages_reading.reach_rules(work).rules
        repeating = _repeating(channel, rules)
        left = messages.claim_abandoned(work, ACTOR, channel.name, lease=lease)
        if left and repeating is Repeating.NEVER:
            return messages.settle(work, ACTOR, [_unknown(message) for message in left])
        claimed = left or messages.claim(work, ACTOR, channel.name, size=channel.batch_max, lease=lease)
    if not claimed:
        return 0
    if left and repeating is Repeating.ASKED:
        return _ask(database, channel, left)
    with database.read() as reading:
        claimed = _with_customers_of_now(reading, claimed)
        batch = _prepare(reading, reach, channel, claimed, rules)
    results = list(channel.send(batch.outgoing)) if batch.outgoing else []
    with database.begin() as work:
        if results:
            _rest_or_wake(work, channel, results)
        by_key = {result.message_key: result for result in results}
        sent_keys = {each.message_key for each in batch.outgoing}
        settlements = [
            _settlement(work, message, by_key.get(message.message_key), repeating)
            for message in claimed
            if message.message_key in sent_keys
        ]
        return messages.settle(work, ACTOR, batch.settled + settlements)


def _repeating(channel: SendingChannel, rules: ReachRules) -> Repeating:
    """What is done with what may have gone out; the company may want such messages twice rather than not at all."""
    if channel.repeating is Repeating.ASKED and not isinstance(channel, AsksOutcomes):
        raise TypeError(f"channel {channel.name} says that it can be asked, and cannot")
    return Repeating.KEYED if rules.of_channel(channel.name).may_repeat else channel.repeating


def _ask(database: Database, channel: SendingChannel, left: Sequence[ClaimedMessage]) -> int:
    """Asks the other side what it has of messages that may have gone out; only what it surely does not have is sent again."""
    if not isinstance(channel, AsksOutcomes):
        raise TypeError(f"channel {channel.name} cannot be asked")
    told = channel.find_outcomes([message.message_key for message in left])
    with database.begin() as work:
        if told:
            _rest_or_wake(work, channel, list(told.values()))
        now = work.clock.now()
        settlements = []
        for message in left:
            result = told.get(message.message_key)
            if result is not None and result.outcome is SendOutcome.DEFERRED:
                settlements.append(Settlement(message, MessageState.REQUESTED, result.reason, now))
            else:
                settlements.append(_settlement(work, message, result, Repeating.ASKED))
        return messages.settle(work, ACTOR, settlements)


def _rest_or_wake(work: UnitOfWork, channel: SendingChannel, results: Sequence[SendResult]) -> None:
    unreachable = [result for result in results if result.outcome is SendOutcome.UNREACHABLE]
    if not unreachable:
        messages.wake_channel(work, ACTOR, channel.name)
        return
    failures = messages.failures_of(work, ACTOR, channel.name) + 1
    until = work.clock.now() + rest_after(failures, _latest(unreachable))
    messages.rest_channel(work, ACTOR, channel.name, until)


def _latest(results: Sequence[SendResult]) -> float:
    return max(result.retry_after_seconds or 0 for result in results)


def _settlement(
    work: UnitOfWork, message: ClaimedMessage, result: SendResult | None, repeating: Repeating
) -> Settlement:
    if result is None:
        result = SendResult(message.message_key, SendOutcome.UNREACHABLE, NO_ANSWER)
    match result.outcome:
        case SendOutcome.ACCEPTED:
            return Settlement(message, MessageState.SENT)
        case SendOutcome.DELIVERED:
            return Settlement(message, MessageState.DELIVERED)
        case SendOutcome.REJECTED:
            if (
                message.may_be_there and result.reason == FailedReason.NO_ADDRESS
            ):  # the address went since; the message may not
                return _unknown(message)
            return Settlement(message, MessageState.FAILED, result.reason, is_permanent=True)
        case SendOutcome.OVER_QUOTA:
            return Settlement(message, MessageState.FAILED, FailedReason.OVER_QUOTA.value)
        case SendOutcome.DEFERRED | SendOutcome.UNREACHABLE:
            is_unsure = result.outcome is SendOutcome.UNREACHABLE and not result.is_unsent
            may_be_there = is_unsure or message.may_be_there
            if is_unsure and repeating is Repeating.NEVER:
                return _unknown(message)
            if message.attempts >= ATTEMPTS_MAX:
                if is_unsure and repeating is Repeating.ASKED:
                    return _unknown(message)
                return Settlement(message, MessageState.FAILED, result.reason, may_be_there=may_be_there)
            wait = wait_before_next(message.message_key, message.attempts, result.retry_after_seconds)
            # what is to be asked about stays as if its sender had died
            state = MessageState.SENDING if is_unsure and repeating is Repeating.ASKED else MessageState.REQUESTED
            return Settlement(message, state, result.reason, work.clock.now() + wait, may_be_there=may_be_there)


def _unknown(message: ClaimedMessage) -> Settlement:
    reason = FailedReason.OUTCOME_UNKNOWN.value
    return Settlement(message, MessageState.FAILED, reason, is_permanent=True, may_be_there=True)


def _with_customers_of_now(reading: Reading, claimed: Sequence[ClaimedMessage]) -> list[ClaimedMessage]:
    """A merge may have come since the message was admitted, and its news not yet."""
    customer_of = customers.current_customer_ids(reading, {message.customer_id for message in claimed})
    return [replace(each, customer_id=customer_of.get(each.customer_id, each.customer_id)) for each in claimed]


def _prepare(
    reading: Reading, reach: Reach, channel: SendingChannel, claimed: Sequence[ClaimedMessage], rules: ReachRules
) -> _Batch:
    """The texts and addresses of a batch. Consent is asked for once more: it may have been withdrawn since the gate; and so are
    the time and the clock of the customer, for a message may have waited long."""
    customer_ids = {message.customer_id for message in claimed}
    refused = {
        purpose: reach.refused(reading, channel.name, {m.customer_id for m in claimed if m.purpose == purpose}, purpose)
        for purpose in {message.purpose for message in claimed}
    }
    kept = contents.messages_at(reading, {_place(message) for message in claimed})
    texts = {place: (each, each.content.for_channel(channel.name)) for place, each in kept.items()}
    attributes = customers.attributes_of(reading, customer_ids)
    identities = customers.identities_of(reading, customer_ids)
    disturbable = {message.customer_id for message in claimed if message.purpose == MARKETING}
    quiet = quiet_ends(reading, disturbable, rules.quiet, reach.zone)
    senders = _senders(reading, channel, claimed)
    batch = _Batch()
    hour = int(reading.clock.now().timestamp()) // 3600
    for message in claimed:
        if message.attempts > ATTEMPTS_MAX:  # whoever had it before never lived to settle it
            batch.settled.append(Settlement(message, MessageState.FAILED, GIVEN_UP, may_be_there=True))
            continue
        if stopped := _stopped(reading, message, refused[message.purpose], quiet):
            batch.settled.append(stopped)
            continue
        text = texts[_place(message)]
        rendered = text[1].render(attributes.get(message.customer_id, {}))
        if rendered.template is not None and rendered.missing:
            batch.settled.append(_given_up(message, MessageState.HELD, HeldReason.MISSING_VALUE))
            continue
        sender = senders.get(message.persona_id)
        batch.outgoing.append(_outgoing(reach, message, text, rendered, identities[message.customer_id], hour, sender))
    return batch


def _stopped(
    reading: Reading, message: ClaimedMessage, refused: Mapping[int, HeldReason], quiet: Mapping[int, datetime]
) -> Settlement | None:
    """What becomes of a message that is not to go out now."""
    now, until = reading.clock.now(), quiet.get(message.customer_id) if message.purpose == MARKETING else None
    if message.expires_at is not None and message.expires_at <= max(now, until or now):
        return _given_up(message, MessageState.FAILED, FailedReason.EXPIRED)
    if reason := refused.get(message.customer_id):
        return _given_up(message, MessageState.HELD, reason)
    if until is not None:
        there = message.may_be_there
        return Settlement(message, MessageState.REQUESTED, None, until, counts_as_attempt=False, may_be_there=there)
    return None


def _given_up(message: ClaimedMessage, state: MessageState, reason: FailedReason | HeldReason) -> Settlement:
    """It is not sent any more; where an earlier attempt may have got through nobody knows what became of it."""
    if message.may_be_there:
        return _unknown(message)
    return Settlement(message, state, reason.value, is_permanent=reason is FailedReason.EXPIRED)


def _senders(reading: Reading, channel: SendingChannel, claimed: Sequence[ClaimedMessage]) -> dict[int | None, str]:
    """The account by which each persona speaks in this channel."""
    personas = {message.persona_id for message in claimed if message.persona_id is not None}
    accounts = {each: company.accounts_of_persona(reading, each).get(channel.name) for each in personas}
    return {persona_id: own[0] for persona_id, own in accounts.items() if own}


def _place(message: ClaimedMessage) -> MessagePlace:
    return message.definition_id, message.version, message.step


def _outgoing(
    reach: Reach,
    message: ClaimedMessage,
    text: tuple[KeptMessage, ContentForChannel],
    rendered: Rendered,
    identities: Sequence[Identity],
    hour: int,
    sender: str | None,
) -> OutgoingMessage:
    kept, content = text
    link_url = reach.addresses.link_url(kept.link_id, message.message_id) if kept.link_id is not None else None
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
        sender=sender,
    )
