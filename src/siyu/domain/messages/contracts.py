"""What others may know of messages: requests, states, outcomes, and what a channel has to be able to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from siyu.domain.customers.contracts import Identity

MESSAGE_REQUESTED = "message_requested"
MESSAGE_HELD = "message_held"
MESSAGE_SENT = "message_sent"
MESSAGE_DELIVERED = "message_delivered"
MESSAGE_FAILED = "message_failed"
MESSAGE_CLICKED = "message_clicked"

REASON_LENGTH_MAX = 200


class MessageState(StrEnum):
    """`requested`: may go out, waits for its turn. `held`: may not. `sending`: somebody is at it. `sent`: the channel took it.
    `delivered`: the channel says that it arrived. `failed`: given up."""

    REQUESTED = "requested"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


MONTH_DAYS = 30


class HeldReason(StrEnum):
    """Why the gate let a message not pass."""

    NO_CHANNEL = "no_channel"
    NO_CONSENT = "no_consent"
    NO_ADDRESS = "no_address"
    DAILY_CAP = "daily_cap"
    STAGE_CAP = "stage_cap"
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
    """Somebody wants a message sent: the same key is one message, however often it is asked for. Its text stands in step
    `step` of version `version` of the journey."""

    message_key: str
    profile_id: int
    channel: str
    journey_id: int
    version: int
    step: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How many messages a customer gets at most on a business day, in seven of them and in MONTH_DAYS, today's with them."""

    per_day: int | None = None
    per_week: int | None = None
    per_month: int | None = None


@dataclass(frozen=True, slots=True)
class JudgedRequest:
    """A request with what the gate says of it so far; `customer_id` as of now. The daily cap, and `limits` of the customer's own,
    are still to come."""

    request: MessageRequest
    customer_id: int
    refusal: HeldReason | None
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands."""

    message_id: int
    message_key: str
    customer_id: int
    channel: str
    journey_id: int
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
    """A message that this worker is to send. `attempts` counts this one too and tells it from a later worker's."""

    message_id: int
    message_key: str
    customer_id: int
    channel: str
    journey_id: int
    version: int
    step: int
    attempts: int
    delivery_id: UUID


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message as a channel gets it: its text is ready, its addresses are whole."""

    message_key: str
    customer_id: int
    identities: Sequence[Identity]
    title: str
    body: str
    link_url: str | None
    preferences_url: str


class SendOutcome(StrEnum):
    """What a channel says of one message.

    `accepted`: the other side has it. `delivered`: it has arrived. `rejected`: never try again. `deferred`: try this one
    again later. `unreachable`: the other side did not answer or is overloaded; whether it has the message is unknown, and
    the whole channel should be left alone for a while.
    """

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class SendResult:
    """The outcome of one message; `retry_after_seconds` where the other side said when to come back."""

    message_key: str
    outcome: SendOutcome
    reason: str | None = None
    retry_after_seconds: float | None = None


class Channel(Protocol):
    """A pipe to customers. The same batch may be given twice, after a crash between sending and writing it down: a channel
    passes the keys on so that the other side can tell."""

    @property
    def name(self) -> str:
        """As steps of journeys name it."""

    @property
    def batch_max(self) -> int:
        """How many messages it takes at once."""

    @property
    def identity_kinds(self) -> frozenset[str] | None:
        """A customer needs an identity of one of these kinds to be reached; None where anybody can be."""

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        """Sends at most `batch_max` messages; one result for each. Never raises for what the other side does."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a claimed message: its new state, and when to try again where that is `requested`."""

    message: ClaimedMessage
    state: MessageState
    reason: str | None = None
    next_attempt_at: datetime | None = None
    is_permanent: bool = False
    counts_as_attempt: bool = True


@dataclass(frozen=True, slots=True)
class MessageNumbers:
    """How many messages of a journey are where. `sent` counts those delivered too; `clicked` those with at least one click."""

    requested: int = 0
    held: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    clicked: int = 0
