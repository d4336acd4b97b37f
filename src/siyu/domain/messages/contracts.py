"""What others may know of messages: requests, states, outcomes, and what a channel has to be able to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable
from uuid import UUID

from siyu.domain.content.contracts import Attachment, TemplateContent
from siyu.domain.customers.contracts import MARKETING, SERVICE, Identity
from siyu.domain.messages.rules_contracts import (
    ChannelRules,
    Confirming,
    KeptRules,
    Limits,
    QuietHours,
    ReachRules,
)
from siyu.kernel.errors import NotFoundError
from siyu.platform.postgres.database import Reading

__all__ = ["ChannelRules", "Confirming", "KeptRules", "Limits", "QuietHours", "ReachRules"]
"""What of this door is written in files beside it."""

MESSAGE_REQUESTED = "message_requested"
MESSAGE_HELD = "message_held"
MESSAGE_AWAITING_STAFF = "message_awaiting_staff"
MESSAGE_CANCELLED = "message_cancelled"
MESSAGE_SENT = "message_sent"
MESSAGE_DELIVERED = "message_delivered"
MESSAGE_FAILED = "message_failed"
MESSAGE_CLICKED = "message_clicked"

REASON_LENGTH_MAX = 200


class MessageState(StrEnum):
    """`requested`: may go out, waits for its turn. `awaiting_staff`: a staff member has it, unconfirmed. `held`: may
    not. `sending`: somebody is at it. `sent`: the channel took it. `delivered`: the channel says that it arrived. `failed`: given
    up. `cancelled`: called back before it went out."""

    REQUESTED = "requested"
    AWAITING_STAFF = "awaiting_staff"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class FailedReason(StrEnum):
    """Words for why a message failed that are the same in all channels; a channel may say others of its own."""

    OVER_QUOTA = "over_quota"
    NOT_A_FRIEND = "not_a_friend"
    NOT_CONFIRMED = "not_confirmed"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    UNSUBSCRIBED = "unsubscribed"
    EXPIRED_MEDIA = "expired_media"
    BAD_TEMPLATE = "bad_template"
    NO_ADDRESS = "no_address"
    OUTCOME_UNKNOWN = "outcome_unknown"


MONTH_DAYS = 30
STRANDED_AFTER: Final[Mapping[str, timedelta]] = {SERVICE: timedelta(hours=6), MARKETING: timedelta(hours=24)}
"""So long after its turn a message waits for a channel that is not there any more, by its purpose."""


class HeldReason(StrEnum):
    """Why the gate let a message not pass. `unreachable`: the channel has an address and cannot use it at this moment.
    `quiet_hours`: they end only after the message expires. `missing_value`: the customer has nothing for a field of the
    channel's template."""

    NO_CHANNEL = "no_channel"
    NO_CONSENT = "no_consent"
    NO_ADDRESS = "no_address"
    UNREACHABLE = "unreachable"
    DAILY_CAP = "daily_cap"
    WEEKLY_CAP = "weekly_cap"
    MONTHLY_CAP = "monthly_cap"
    CHANNEL_CAP = "channel_cap"
    STAGE_CAP = "stage_cap"
    CHANNEL_QUOTA = "channel_quota"
    QUIET_HOURS = "quiet_hours"
    EXPIRED = "expired"
    MISSING_VALUE = "missing_value"
    NO_CUSTOMER = "no_customer"
    ERASED = "erased"
    HELD_OUT = "held_out"
    HELD_OUT_OF_JOURNEY = "held_out_of_journey"


HOLD_OUT_MAX = 50


@dataclass(frozen=True, slots=True)
class HoldOut:
    """How many percent of all customers get no messages, so that it can be seen what messages do."""

    share: int
    set_at: datetime
    set_by: str


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """Somebody wants a message sent: the same key is one message, however often it is asked for. Its text stands in step `step`
    of version `version` of a journey or a send. It may go by any of `channels`, which stand in the order its author likes them.
    `worth`: what it is expected to bring, in fen; 0 where nobody knows. After `expires_at` it is not sent any more."""

    message_key: str
    profile_id: int
    definition_id: int
    version: int
    step: int
    channels: tuple[str, ...]
    purpose: str = MARKETING
    worth: int = 0
    persona_id: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JudgedRequest:
    """A request with what the gate says of it so far; `customer_id` as of now. `ways`: the channels that may and can, best first;
    `routed_by`: why they stand so; without any there is a `refusal`. The caps, and `limits` of the customer's own, are still
    to come. It waits until `not_before`; the next channel is asked after so many hours."""

    request: MessageRequest
    customer_id: int
    ways: tuple[str, ...]
    refusal: HeldReason | None
    limits: Limits | None = None
    routed_by: str | None = None
    not_before: datetime | None = None
    fall_back_after_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Recent:
    """How many messages of late got through, and how many failed."""

    got_through: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands."""

    message_id: int
    message_key: str
    customer_id: int
    channel: str
    definition_id: int
    version: int
    step: int
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    clicked_at: datetime | None
    reason: str | None
    state: MessageState


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that this worker is to send, or to put into a task of a staff member (those have no `delivery_id`). `attempts`
    counts this one too and tells it from a later worker's. `may_be_there`: an earlier attempt may have got through."""

    message_id: int
    message_key: str
    customer_id: int
    channel: str
    definition_id: int
    version: int
    step: int
    attempts: int
    delivery_id: UUID | None
    purpose: str = MARKETING
    persona_id: int | None = None
    expires_at: datetime | None = None
    may_be_there: bool = False


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message as a channel gets it: its text is ready, its addresses are whole. `sender`: the account that is to speak, where
    somebody said which."""

    message_key: str
    customer_id: int
    identities: Sequence[Identity]
    title: str
    body: str
    link_url: str | None
    preferences_url: str
    purpose: str = MARKETING
    template: TemplateContent | None = None
    attachments: tuple[Attachment, ...] = ()
    sender: str | None = None


class SendOutcome(StrEnum):
    """What a channel says of one message.

    `accepted`: the other side has it. `delivered`: it has arrived. `rejected`: never try again; the reason is one of
    FailedReason where one fits. `over_quota`: the quota of this customer in this channel is used; another channel may have the
    message. `deferred`: try this one again later; the other side does not have it. `unreachable`: the other side did not answer
    or is overloaded; whether it has the message is unknown, and the whole channel should be left alone for a while.
    """

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    OVER_QUOTA = "over_quota"
    DEFERRED = "deferred"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class SendResult:
    """The outcome of one message; `retry_after_seconds` where the other side said when to come back. `is_unsent`: it was
    unreachable, and surely does not have the message (nobody took up the connection, or it answered 429)."""

    message_key: str
    outcome: SendOutcome
    reason: str | None = None
    retry_after_seconds: float | None = None
    is_unsent: bool = False


class Repeating(StrEnum):
    """What may be done with a message of which it is unknown whether the other side has it.

    `keyed`: it may be sent again, the other side drops what it has by the message's key. `asked`: the other side says what it has,
    see `AsksOutcomes`. `never`: it is not sent again; the customer gets it at most once, and perhaps not at all.
    """

    KEYED = "keyed"
    ASKED = "asked"
    NEVER = "never"


class Channel(Protocol):
    """A way to customers: whom it can reach, and for what. Of one that is nothing else, staff members send what is to go by it."""

    @property
    def name(self) -> str:
        """As steps of journeys name it."""

    @property
    def cost_fen(self) -> int:
        """About what a message costs."""

    @property
    def identity_kinds(self) -> frozenset[str] | None:
        """What it needs a customer's identities of; None where it looks at none of them, and everybody can be reached."""

    def reachable(
        self, reading: Reading, customers: Mapping[int, Sequence[Identity]], purpose: str, /
    ) -> Collection[int]:
        """Those of the customers, given with their identities of `identity_kinds`, whom it can reach at this moment. Not
        asked where that is None."""


@runtime_checkable
class SendingChannel(Channel, Protocol):
    """A pipe: the delivery gives it messages, and it sends them. With `repeating` `keyed` the same batch may be given twice, after
    a crash between sending and writing it down: the channel passes the keys on so that the other side can tell."""

    @property
    def batch_max(self) -> int:
        """How many messages it takes at once."""

    @property
    def repeating(self) -> Repeating:
        """What is done where it is unknown whether a message went out."""

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        """Sends at most `batch_max` messages; one result for each. Never raises for what the other side does."""


@runtime_checkable
class AsksOutcomes(Protocol):
    """A channel whose other side says what became of messages, by their keys."""

    def find_outcomes(self, message_keys: Collection[str], /) -> Mapping[str, SendResult]:
        """What the other side says of each; `deferred` of those it surely does not have. Those it says nothing of are left out."""


def having_identity(customers: Mapping[int, Sequence[Identity]], kinds: Collection[str]) -> set[int]:
    """Those of the customers with an identity of one of the kinds: all that most channels need."""
    return {who for who, identities in customers.items() if any(each.kind in kinds for each in identities)}


SENDING_SECONDS_MAX = 120.0
"""For how long a channel sends one message after another; much shorter than a worker has them for."""


def one_by_one(sends: Mapping[str, Callable[[], SendResult]]) -> list[SendResult]:
    """For channels that take one message a call: {key: the call}. What comes after one that was not answered, or when it has
    taken too long, is put off."""
    until = time.monotonic() + SENDING_SECONDS_MAX
    results: list[SendResult] = []
    put_off: str | None = None
    for key, send in sends.items():
        result = SendResult(key, SendOutcome.DEFERRED, put_off) if put_off else send()
        results.append(result)
        if result.outcome is SendOutcome.UNREACHABLE:
            put_off = "unreachable_before_it"
        elif time.monotonic() > until:
            put_off = put_off or "took_too_long"
    return results


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a claimed message: its new state, and when to try again where that is `requested`. `may_be_there`: it may
    have got through all the same, so once it is given up no other channel gets it."""

    message: ClaimedMessage
    state: MessageState
    reason: str | None = None
    next_attempt_at: datetime | None = None
    is_permanent: bool = False
    counts_as_attempt: bool = True
    may_be_there: bool = False


HAND = "hand"
"""The channel of last resort: the staff member who keeps the customer copies the text and sends it by hand."""


class HandTaskState(StrEnum):
    """`open` until the staff member says that it was sent (`done`), or that it will not be (`skipped`)."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class HandTask:
    """A message that a staff member is to send by hand; its text is made when they look at it."""

    message_id: int
    staff_id: int
    customer_id: int
    definition_id: int
    version: int
    step: int
    state: HandTaskState
    created_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None


class UnknownHandTaskError(NotFoundError):
    """Nobody is to send this by hand, or it is another's to send."""

    code = "unknown_hand_task"


@dataclass(frozen=True, slots=True)
class MessageNumbers:
    """How many messages of a journey or a send are where. `sent` counts those delivered too; `clicked` those with at least one
    click."""

    requested: int = 0
    held: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    clicked: int = 0


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """What a customer was to be sent, and what became of it; `reason` says why it was held, or why it failed."""

    message_id: int
    definition_id: int
    channel: str
    purpose: str
    state: str
    reason: str | None
    created_at: datetime
    sent_at: datetime | None
    clicked_at: datetime | None
