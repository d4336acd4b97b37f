"""The gate: which requests become messages that go out, and which are held and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from siyu.domain.content import reading as content
from siyu.domain.content.contracts import MessagePlace, SignedAddresses
from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import (
    ALL_CHANNELS,
    CONSENT_CHANGED,
    CUSTOMERS_MERGED,
    CUSTOMERS_SPLIT,
    MARKETING,
    PROFILING,
    ConsentState,
    Identity,
)
from siyu.domain.journeys import reading as journeys
from siyu.domain.journeys.contracts import JourneyVersion
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import (
    HAND,
    MESSAGE_REQUESTED,
    Channel,
    ClaimedMessage,
    FailedReason,
    HeldReason,
    JudgedRequest,
    Limits,
    MessageRequest,
    MessageState,
    ReachRules,
    Recent,
    Settlement,
)
from siyu.domain.segments import reading as segments
from siyu.engines.reach.clocks import quiet_ends
from siyu.engines.reach.routing import Route, routed
from siyu.kernel.actors import system_actor
from siyu.kernel.events import Event
from siyu.kernel.lots import is_among
from siyu.platform.eventlog.consuming import Handler
from siyu.platform.postgres.database import Reading, UnitOfWork

CONSUMER_NAME = "reach"
ACTOR = system_actor("reach")
CONSENT_OF = {HAND: messages.WECOM}
"""Channels for which nobody is asked, and in whose stead: what staff send by hand goes by their WeCom."""


@dataclass(frozen=True)
class Reach:
    """What the gate and the delivery need to know: the channels there are, how addresses in messages are made, and in which zone a
    business day is counted. What the company may change stands in its rules of reaching customers."""

    channels: Mapping[str, Channel]
    addresses: SignedAddresses
    zone: ZoneInfo

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What this engine asks of the log, for one consumer called CONSUMER_NAME."""
        return {
            MESSAGE_REQUESTED: self.judge_requests,
            CONSENT_CHANGED: self.take_back,
            CUSTOMERS_MERGED: follow_customers,
            CUSTOMERS_SPLIT: follow_customers,
        }

    def judge_requests(self, work: UnitOfWork, events: Sequence[Event]) -> None:
        """Judges a batch of requests at once: a message or a reason for each key that is new. Who was erased gets nothing."""
        events = [event for event in events if not event.is_stripped]
        rules = messages_reading.reach_rules(work).rules
        judged = self.judged(work, [_request(event) for event in events], rules)
        messages.lock_gate(work, ACTOR)
        messages.admit(work, ACTOR, judged, rules, self.zone)

    def take_back(self, work: UnitOfWork, events: Sequence[Event]) -> None:
        """Takes what is to be sent by hand away from staff where the customer does not want it any more."""
        said = {event.profile_id for event in events if event.properties.get("state") == ConsentState.WITHDRAWN}
        people = set(customers.current_customer_ids(work, said).values())
        waiting = messages.with_staff(work, ACTOR, people) if people else []
        messages.settle(work, ACTOR, self.stopped_by_hand(work, waiting))

    def stopped_by_hand(self, reading: Reading, claimed: Sequence[ClaimedMessage]) -> list[Settlement]:
        """What is not to be sent by hand after all: consent may have been withdrawn since the gate, or the message have expired."""
        now, found = reading.clock.now(), list[Settlement]()
        for purpose in sorted({each.purpose for each in claimed}):
            theirs = [each for each in claimed if each.purpose == purpose]
            refused = self.refused(reading, HAND, {each.customer_id for each in theirs}, purpose)
            for each in theirs:
                if each.expires_at is not None and each.expires_at <= now:
                    reason = FailedReason.EXPIRED.value
                    found.append(Settlement(each, MessageState.FAILED, reason, is_permanent=True))
                elif each.customer_id in refused:
                    found.append(Settlement(each, MessageState.HELD, refused[each.customer_id].value))
        return found

    def judged(self, reading: Reading, requests: Sequence[MessageRequest], rules: ReachRules) -> list[JudgedRequest]:
        """What is to be said of requests before anything is counted."""
        customer_of = customers.current_customer_ids(reading, {request.profile_id for request in requests})
        people = set(customer_of.values())
        verdicts = self._verdicts(reading, requests, customer_of)
        hold_outs = _HoldOuts.of(reading, requests)
        router = _Router.of(reading, requests, people, rules, self.costs_fen(rules))
        limits = _limits(reading, people)
        disturbable = {customer_of.get(each.profile_id, 0) for each in requests if each.purpose == MARKETING}
        quiet = quiet_ends(reading, disturbable, rules.quiet, self.zone)
        contents = content.messages_at(reading, {_place(request) for request in requests})
        now = reading.clock.now()
        found: list[JudgedRequest] = []
        for request in requests:
            customer_id = customer_of.get(request.profile_id)
            if customer_id is None:
                found.append(JudgedRequest(request, request.profile_id, (), HeldReason.NO_CUSTOMER))
                continue
            refusals = {each: verdicts[each, request.purpose].get(customer_id) for each in request.channels}
            open_ways = [each for each, refusal in refusals.items() if refusal is None]
            not_before = quiet.get(customer_id) if request.purpose == MARKETING else None
            # who could not be written to anyway is no one to compare with
            refusal = hold_outs.reason(request, customer_id) if open_ways else refusals[request.channels[0]]
            route = router.route(request, customer_id, open_ways)
            kept = contents.get(_place(request))
            found.append(
                JudgedRequest(
                    request,
                    customer_id,
                    route.ways,
                    refusal or _too_late(request, now, not_before),
                    limits.get(customer_id),
                    route.routed_by,
                    not_before,
                    kept.content.fall_back_after_hours if kept else None,
                )
            )
        return found

    def _verdicts(
        self, reading: Reading, requests: Sequence[MessageRequest], customer_of: Mapping[int, int]
    ) -> dict[tuple[str, str], dict[int, HeldReason]]:
        asked: dict[tuple[str, str], set[int]] = {}
        for request in requests:
            if (customer_id := customer_of.get(request.profile_id)) is not None:
                for channel in request.channels:
                    asked.setdefault((channel, request.purpose), set()).add(customer_id)
        return {way: self.refused(reading, way[0], ids, way[1]) for way, ids in asked.items()}

    def costs_fen(self, rules: ReachRules) -> dict[str, int]:
        """What a message of each channel costs: what the company says, or else the channel."""
        return {
            name: channel.cost_fen if (own := rules.of_channel(name).cost_fen) is None else own
            for name, channel in self.channels.items()
        }

    def refused(
        self, reading: Reading, channel_name: str, customer_ids: Collection[int], purpose: str = MARKETING
    ) -> dict[int, HeldReason]:
        """Those of the customers whom the channel may not or cannot reach, and why."""
        channel = self.channels.get(channel_name)
        if channel is None:
            return dict.fromkeys(customer_ids, HeldReason.NO_CHANNEL)
        unwilling = self.unwilling(reading, channel_name, customer_ids, purpose)
        allowed = [each for each in customer_ids if each not in unwilling]
        return unwilling | _not_reached(reading, channel, allowed, purpose)

    def unwilling(
        self, reading: Reading, channel_name: str, customer_ids: Collection[int], purpose: str
    ) -> dict[int, HeldReason]:
        """Those of the customers who do not agree to it: the part of `refused` that whoever has their addresses need ask for."""
        agreed_to = CONSENT_OF.get(channel_name, channel_name)
        allowed = customers.may_receive(reading, customer_ids, agreed_to, purpose)
        if purpose == MARKETING:
            allowed &= customers.may_receive(
                reading, allowed, ALL_CHANNELS, PROFILING
            )  # somebody picked whom to write to
        return {customer_id: HeldReason.NO_CONSENT for customer_id in customer_ids if customer_id not in allowed}


def _too_late(request: MessageRequest, now: datetime, not_before: datetime | None) -> HeldReason | None:
    if request.expires_at is None:
        return None
    if request.expires_at <= now:
        return HeldReason.EXPIRED
    return HeldReason.QUIET_HOURS if not_before is not None and request.expires_at <= not_before else None


def _place(request: MessageRequest) -> MessagePlace:
    return request.definition_id, request.version, request.step


@dataclass(frozen=True, slots=True)
class _Router:
    """What is known of channels and customers, for the router to choose by; nothing is read where there is nothing to choose."""

    rules: ReachRules
    costs_fen: Mapping[str, int]
    of_channels: Mapping[str, Recent]
    of_customers: Mapping[tuple[int, str], Recent]

    @classmethod
    def of(
        cls,
        reading: Reading,
        requests: Sequence[MessageRequest],
        customer_ids: Collection[int],
        rules: ReachRules,
        costs_fen: Mapping[str, int],
    ) -> _Router:
        if rules.choosing == "author" or all(len(request.channels) == 1 for request in requests):
            return cls(rules, costs_fen, {}, {})
        of_channels = messages_reading.recent_of_channels(reading)
        return cls(rules, costs_fen, of_channels, messages_reading.recent_of(reading, customer_ids))

    def route(self, request: MessageRequest, customer_id: int, ways: Sequence[str]) -> Route:
        own = {way: recent for way in ways if (recent := self.of_customers.get((customer_id, way)))}
        return routed(ways, self.rules.choosing, self.costs_fen, self.of_channels, own, request.worth)


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


def _not_reached(
    reading: Reading, channel: Channel, customer_ids: Collection[int], purpose: str
) -> dict[int, HeldReason]:
    """Those of the customers whom the channel cannot reach: it has no address of theirs, or cannot use it at this moment."""
    kinds = channel.identity_kinds
    if kinds is None:
        return {}
    known: dict[int, list[Identity]] = {customer_id: [] for customer_id in customer_ids}
    if kinds:
        known = customers.identities_of(reading, customer_ids, kinds)
    reached = set(channel.reachable(reading, known, purpose))
    without = HeldReason.NO_ADDRESS
    return {
        who: HeldReason.UNREACHABLE if kinds and who in known else without for who in customer_ids if who not in reached
    }


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
