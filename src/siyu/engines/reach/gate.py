"""The gate: which requests become messages that go out, and which are held and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
        refusals = self._routed(work, requests, customer_of)
        limits = _limits(work, set(customer_of.values()))
        judged = [
            JudgedRequest(request, customer_id, channel, refusal, limits.get(customer_id))
            for request, (channel, refusal) in zip(requests, refusals, strict=True)
            for customer_id in [customer_of.get(request.profile_id, request.profile_id)]
        ]
        messages.lock_gate(work, ACTOR)
        day_on = work.clock.now().astimezone(self.zone).date()
        messages.admit(work, ACTOR, judged, daily_cap=self.daily_cap, day_on=day_on)

    def _routed(
        self, reading: Reading, requests: Sequence[MessageRequest], customer_of: Mapping[int, int]
    ) -> list[tuple[str, HeldReason | None]]:
        """The channel that each request goes by; or the first of its channels, and why that one may not."""
        asked: dict[tuple[str, str], set[int]] = {}
        for request in requests:
            for channel in request.channels:
                asked.setdefault((channel, request.purpose), set()).add(customer_of.get(request.profile_id, 0))
        verdicts = {way: self.refused(reading, way[0], ids, way[1]) for way, ids in asked.items()}
        hold_outs = _HoldOuts.of(reading, requests)
        routed: list[tuple[str, HeldReason | None]] = []
        for request in requests:
            customer_id = customer_of.get(request.profile_id)
            if customer_id is None:
                routed.append((request.channels[0], HeldReason.NO_CUSTOMER))
                continue
            refusals = {each: verdicts[each, request.purpose].get(customer_id) for each in request.channels}
            channel = next((each for each, refusal in refusals.items() if refusal is None), request.channels[0])
            # who could not be written to anyway is no one to compare with
            routed.append((channel, refusals[channel] or hold_outs.reason(request, customer_id)))
        return routed

    def refused(
        self, reading: Reading, channel_name: str, customer_ids: Collection[int], purpose: str = MARKETING
    ) -> dict[int, HeldReason]:
        """Those of the customers whom the channel may not or cannot reach, and why."""
        channel = self.channels.get(channel_name)
        if channel is None:
            return dict.fromkeys(customer_ids, HeldReason.NO_CHANNEL)
        allowed = customers.may_receive(reading, customer_ids, channel_name, purpose)
        if purpose == MARKETING:
            allowed &= customers.may_receive(
                reading, allowed, ALL_CHANNELS, PROFILING
            )  # somebody picked whom to write to
        reachable = _reachable(reading, channel, allowed, purpose)
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
        versions = {(request.definition_id, request.version) for request in requests}
        return cls(found.share if found else 0, journeys.hold_outs(reading, versions))

    def reason(self, request: MessageRequest, customer_id: int) -> HeldReason | None:
        if is_among(f"hold_out:{customer_id}", self.share):
            return HeldReason.HELD_OUT
        of_journey = self.of_journeys.get((request.definition_id, request.version), 0)
        if is_among(f"hold_out:{request.definition_id}:{customer_id}", of_journey):
            return HeldReason.HELD_OUT_OF_JOURNEY
        return None


def _limits(reading: Reading, customer_ids: Collection[int]) -> dict[int, Limits]:
    """What the stages of ladders that the customers stand on allow."""
    found = segments.pressure_of(reading, customer_ids)
    return {who: Limits(each.per_day, each.per_week, each.per_month) for who, each in found.items()}


def _reachable(reading: Reading, channel: Channel, customer_ids: Collection[int], purpose: str) -> Collection[int]:
    kinds = channel.identity_kinds
    if kinds is None:
        return customer_ids
    found = customers.identities_of(reading, customer_ids)
    known = {who: [each for each in identities if each.kind in kinds] for who, identities in found.items()}
    return channel.reachable(reading, {who: identities for who, identities in known.items() if identities}, purpose)


def _request(event: Event) -> MessageRequest:
    properties = event.properties
    expires_at, persona_id = properties.get("expires_at"), properties.get("persona_id")
    return MessageRequest(
        message_key=str(properties["message_key"]),
        profile_id=event.profile_id,
        definition_id=int(properties["definition_id"]),
        version=int(properties["version"]),
        step=int(properties["step"]),
        channels=tuple(properties["channels"]),
        purpose=str(properties["purpose"]),
        worth=int(properties["worth"]),
        persona_id=int(persona_id) if persona_id is not None else None,
        expires_at=datetime.fromisoformat(expires_at) if expires_at is not None else None,
    )


def follow_customers(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Gives messages to the customers they belong to after merges and splits."""
    affected = {event.profile_id for event in events}
    for event in events:
        affected |= {event.properties[name] for name in ("winner_id", "loser_id") if name in event.properties}
    messages.follow_customers(work, ACTOR, affected)
