"""The gate: which requests become messages that go out, and which are held and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import (
    ALL_CHANNELS,
    CUSTOMERS_MERGED,
    CUSTOMERS_SPLIT,
    MARKETING,
    PROFILING,
)
from siyu.domain.journeys import reading as journeys
from siyu.domain.journeys.contracts import JourneyVersion
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import (
    MESSAGE_REQUESTED,
    Channel,
    HeldReason,
    JudgedRequest,
    Limits,
    MessageRequest,
)
from siyu.domain.segments import reading as segments
from siyu.kernel.actors import system_actor
from siyu.kernel.events import Event
from siyu.kernel.lots import is_among
from siyu.platform.eventlog.consuming import Handler
from siyu.platform.postgres.database import Reading, UnitOfWork

CONSUMER_NAME = "reach"
ACTOR = system_actor("reach")


@dataclass(frozen=True)
class Reach:
    """What the gate and the delivery need to know: the channels there are, how addresses in messages are made, in which zone
    a business day is counted and how many messages a customer may get in one."""

    channels: Mapping[str, Channel]
    addresses: SignedAddresses
    zone: ZoneInfo
    daily_cap: int

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What this engine asks of the log, for one consumer called CONSUMER_NAME."""
        return {
            MESSAGE_REQUESTED: self.judge_requests,
            CUSTOMERS_MERGED: follow_customers,
            CUSTOMERS_SPLIT: follow_customers,
        }

    def judge_requests(self, work: UnitOfWork, events: Sequence[Event]) -> None:
        """Judges a batch of requests at once: a message or a reason for each key that is new."""
        requests = [_request(event) for event in events]
        customer_of = customers.current_customer_ids(work, {request.profile_id for request in requests})
        refusals = self._refusals(work, requests, customer_of)
        limits = _limits(work, set(customer_of.values()))
        judged = [
            JudgedRequest(request, customer_id, refusal, limits.get(customer_id))
            for request, refusal in zip(requests, refusals, strict=True)
            for customer_id in [customer_of.get(request.profile_id, request.profile_id)]
        ]
        messages.lock_gate(work, ACTOR)
        day_on = work.clock.now().astimezone(self.zone).date()
        messages.admit(work, ACTOR, judged, daily_cap=self.daily_cap, day_on=day_on)

    def _refusals(
        self, reading: Reading, requests: Sequence[MessageRequest], customer_of: Mapping[int, int]
    ) -> list[HeldReason | None]:
        verdicts = {
            name: self.refused(reading, name, {customer_of.get(r.profile_id, 0) for r in requests if r.channel == name})
            for name in {request.channel for request in requests}
        }
        hold_outs = _HoldOuts.of(reading, requests)
        return [
            HeldReason.NO_CUSTOMER
            if request.profile_id not in customer_of
            # who could not be written to anyway is no one to compare with
            else verdicts[request.channel].get(customer_of[request.profile_id])
            or hold_outs.reason(request, customer_of[request.profile_id])
            for request in requests
        ]

    def refused(self, reading: Reading, channel_name: str, customer_ids: Collection[int]) -> dict[int, HeldReason]:
        """Those of the customers whom the channel may not or cannot reach, and why."""
        channel = self.channels.get(channel_name)
        if channel is None:
            return dict.fromkeys(customer_ids, HeldReason.NO_CHANNEL)
        allowed = customers.may_receive(reading, customer_ids, channel_name, MARKETING)
        allowed &= customers.may_receive(reading, allowed, ALL_CHANNELS, PROFILING)  # journeys pick whom they write to
        reachable = _with_address(reading, channel, allowed)
        return {
            customer_id: HeldReason.NO_CONSENT if customer_id not in allowed else HeldReason.NO_ADDRESS
            for customer_id in customer_ids
            if customer_id not in reachable
        }


@dataclass(frozen=True, slots=True)
class _HoldOuts:
    """Who gets no messages for the sake of comparing: of all that the company sends, or of a journey. Both are lots of a customer,
    so that it is always the same people."""

    share: int
    of_journeys: Mapping[JourneyVersion, int]

    @classmethod
    def of(cls, reading: Reading, requests: Sequence[MessageRequest]) -> _HoldOuts:
        found = messages_reading.hold_out(reading)
        versions = {(request.journey_id, request.version) for request in requests}
        return cls(found.share if found else 0, journeys.hold_outs(reading, versions))

    def reason(self, request: MessageRequest, customer_id: int) -> HeldReason | None:
        if is_among(f"hold_out:{customer_id}", self.share):
            return HeldReason.HELD_OUT
        of_journey = self.of_journeys.get((request.journey_id, request.version), 0)
        if is_among(f"hold_out:{request.journey_id}:{customer_id}", of_journey):
            return HeldReason.HELD_OUT_OF_JOURNEY
        return None


def _limits(reading: Reading, customer_ids: Collection[int]) -> dict[int, Limits]:
    """What the stages of ladders that the customers stand on allow."""
    found = segments.pressure_of(reading, customer_ids)
    return {who: Limits(each.per_day, each.per_week, each.per_month) for who, each in found.items()}


def _with_address(reading: Reading, channel: Channel, customer_ids: Collection[int]) -> Collection[int]:
    kinds = channel.identity_kinds
    if kinds is None:
        return customer_ids
    found = customers.identities_of(reading, customer_ids)
    return {
        customer_id
        for customer_id, identities in found.items()
        if any(identity.kind in kinds for identity in identities)
    }


def _request(event: Event) -> MessageRequest:
    properties = event.properties
    return MessageRequest(
        message_key=str(properties["message_key"]),
        profile_id=event.profile_id,
        channel=str(properties["channel"]),
        journey_id=int(properties["journey_id"]),
        version=int(properties["version"]),
        step=int(properties["step"]),
    )


def follow_customers(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Gives messages to the customers they belong to after merges and splits."""
    affected = {event.profile_id for event in events}
    for event in events:
        affected |= {event.properties[name] for name in ("winner_id", "loser_id") if name in event.properties}
    messages.follow_customers(work, ACTOR, affected)
