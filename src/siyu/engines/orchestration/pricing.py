"""What a journey costs before it is published: who would enter, what would go out, and what it takes: staff, money, people.

Nothing is counted on anybody for it. Each number says where it comes from, and what is not known is not made up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import numpy as np

from siyu.domain.journeys.reading import MINUTES_A_DAY, SopNode
from siyu.domain.segments import reading as segments
from siyu.domain.segments.contracts import Ids
from siyu.domain.sends.contracts import WECOM_CHANNEL as WECOM
from siyu.engines.orchestration.course_times import minute_of, occasions
from siyu.engines.orchestration.expecting import Cohort, Expected, Prospect, expected
from siyu.engines.orchestration.happened import (
    Audience,
    Losses,
    count_keepers,
    count_with,
    losses_of,
    match_of,
    matches_of,
    people_of,
)
from siyu.platform.columns.client import Columns
from siyu.platform.numbers import distinct, union
from siyu.platform.postgres.database import Reading

DAYS: Final = 7
LONG_DAYS: Final = 30
"""For the most that one person gets."""
PAST_DAYS: Final = 30
TASK_SECONDS: Final = 5 * 60
"""What a staff task takes, where nobody has measured it."""
ShareSource = Literal["audience", "past", "weights", "guess"]
RateSource = Literal["log", "attribute", "schedule", "targets", "by_hand", "none"]


@dataclass(frozen=True, slots=True)
class Costs:
    """What the company says that things cost: a message by channel, in fen, and a confirmation in WeCom, in seconds."""

    channels_fen: Mapping[str, int]
    confirmation_seconds: int


@dataclass(frozen=True, slots=True)
class PartedShare:
    """The shares of the ways out of a node, and where they come from: the audience as it is now, the last 30 days, the weights that
    the document says, or a guess."""

    key: str
    shares: Sequence[float]
    source: ShareSource


@dataclass(frozen=True, slots=True)
class ChannelPrice:
    """What goes out by a channel, and what that costs."""

    channel: str
    messages: float
    cost_fen: float


@dataclass(frozen=True, slots=True)
class Price:
    """`now` enter at once, `per_day` after that. `passed`: how often each node is done in DAYS. `most`: messages to one person in
    these days, `most_in_30` in LONG_DAYS. `losses` where messages go by WeCom."""

    now: float
    per_day: float
    sources: Sequence[RateSource]
    parted: Sequence[PartedShare]
    passed: Mapping[str, float]
    channels: Sequence[ChannelPrice]
    tasks: float
    task_seconds: float
    confirmations: float
    confirmation_seconds: float
    group_messages: float
    moments: float
    coupons: float
    most: int
    most_in_30: int
    losses: Losses | None
    is_whole: bool

    @property
    def lost(self) -> float | None:
        """How many customers it is likely to lose; None where nobody knows."""
        if self.losses is None or self.losses.rate is None:
            return None
        return self.losses.rate * sum(each.messages for each in self.channels if each.channel == WECOM)


@dataclass(frozen=True, slots=True)
class Pricing:
    """What is priced, and with what."""

    reading: Reading
    columns: Columns
    audience: Audience
    zone: ZoneInfo
    costs: Costs


def priced(pricing: Pricing, document: Mapping[str, Any], *, targets: int, is_new: bool) -> Price:
    """What a document would come to if it were published now. `targets`: how many groups or accounts it is for, where it is for
    those; `is_new`: whether it was never published, so that members of its segment would come in at once."""
    now = pricing.reading.clock.now().astimezone(pricing.zone)
    entering = _entering(pricing, document, now, targets, is_new=is_new)
    parted = [
        _parted(pricing, node, entering.base, now)
        for node in document["nodes"]
        if node["kind"] in ("branch", "split", "wait_event")
    ]
    shares = {each.key: each.shares for each in parted}
    prospect = Prospect(document, shares, DAYS, now.isoweekday())
    found = expected(prospect, entering.cohorts)
    alone = expected(prospect, [Cohort(0, 1.0)])  # whoever enters first, though nobody may
    longer = expected(Prospect(document, shares, LONG_DAYS, now.isoweekday()), [Cohort(0, 1.0)])
    losses = None
    channels = _channels(document, found, pricing.costs)
    if any(each.channel == WECOM for each in channels):
        losses = losses_of(pricing.columns, WECOM, now)
    confirmations = _confirmations(pricing, document, found)
    kinds = _by_kind(document, found)
    return Price(
        now=entering.now,
        per_day=entering.per_day,
        sources=entering.sources,
        parted=parted,
        passed=dict(found.passed),
        channels=channels,
        tasks=kinds["task"],
        task_seconds=kinds["task"] * TASK_SECONDS,
        confirmations=confirmations,
        confirmation_seconds=confirmations * pricing.costs.confirmation_seconds,
        group_messages=kinds["group_message"],
        moments=kinds["moment"],
        coupons=kinds["coupon"],
        most=max(found.most, alone.most),
        most_in_30=max(found.most, longer.most),
        losses=losses,
        is_whole=found.is_whole and longer.is_whole,
    )


@dataclass
class _Entering:
    cohorts: list[Cohort]
    now: float
    per_day: float
    sources: list[RateSource]
    base: Ids


def _entering(pricing: Pricing, document: Mapping[str, Any], now: datetime, targets: int, *, is_new: bool) -> _Entering:
    """Who would enter, and who they are like: the members of the segments, or those to whom it happened."""
    found = _Entering([], 0.0, 0.0, [], np.empty(0, np.uint64))
    minute = now.hour * 60 + now.minute
    for trigger in document["triggers"]:
        members: Ids = np.empty(0, np.uint64)
        if trigger.get("segment_id"):
            members = segments.members_of(pricing.reading, trigger["segment_id"])
        match trigger["kind"]:
            case "segment_entered" | "segment_exited" | "event":
                happened = matches_of(trigger)
                people, _ = (
                    people_of(pricing.columns, happened, now - timedelta(days=PAST_DAYS), now)
                    if happened
                    else (members, 0)
                )
                if trigger.get("include_members") and is_new and len(members):
                    found.now += len(members)
                    found.cohorts.append(Cohort(minute, float(len(members))))
                _every_day(found, minute, len(people) / PAST_DAYS, "log" if len(people) else "none")
                found.base = union(found.base, members if len(members) else people)
            case "date" if document["subject"] != "customer":
                rate = targets / 365 if trigger["yearly"] else 0.0
                _every_day(found, minute_of(trigger["at"]), rate, "targets" if rate else "none")
            case "date":
                count = len(members) if len(members) else count_with(pricing.columns, trigger["attribute"])
                rate = count / 365 if trigger["yearly"] else 0.0
                _every_day(found, minute_of(trigger["at"]), rate, "attribute" if rate else "none")
            case "schedule":
                people_each = len(members) if document["subject"] == "customer" else targets
                midnight = datetime.combine(now.date(), time(), now.tzinfo)
                for at in occasions(trigger, DAYS, midnight.date()):
                    if at >= minute:
                        found.cohorts.append(Cohort(at, float(people_each)))
                        found.per_day += people_each / DAYS
                found.sources.append("schedule")
                found.base = union(found.base, members)
            case _ if document["subject"] != "customer":
                found.now += targets
                found.cohorts.append(Cohort(minute, float(targets)))
                found.sources.append("targets")
            case _:
                found.sources.append("by_hand")
    return found


def _every_day(found: _Entering, minute: int, rate: float, source: RateSource) -> None:
    """So many people a day, in the middle of each day that is still to come whole; today's are those of what is left of it."""
    found.per_day += rate
    found.sources.append(source)
    if rate <= 0:
        return
    left = 1 - minute / MINUTES_A_DAY
    found.cohorts.append(Cohort(minute + (MINUTES_A_DAY - minute) // 2, rate * left))
    found.cohorts += [Cohort(day * MINUTES_A_DAY + MINUTES_A_DAY // 2, rate) for day in range(1, DAYS)]


def _parted(pricing: Pricing, node: SopNode, base: Ids, now: datetime) -> PartedShare:
    """The shares of the ways out of a node."""
    if node["kind"] == "split":
        weights = [float(arm["weight"]) for arm in node["arms"]]
        return PartedShare(node["key"], [weight / sum(weights) for weight in weights], "weights")
    if node["kind"] == "wait_event":
        return _awaited(pricing, node, base, now)
    found = pricing.audience.members([way["condition"] for way in node["ways"]], now, base if len(base) else None)
    whole = base if len(base) else distinct(np.concatenate([np.empty(0, np.uint64), *found]))
    if not len(whole):
        count = len(node["ways"]) + 1
        return PartedShare(node["key"], [1 / count] * count, "guess")
    total = len(base) if len(base) else max(len(whole), 1)
    shares, left = [], whole
    for members in found:
        taken = np.intersect1d(left, members, assume_unique=True)
        shares.append(len(taken) / total)
        left = np.setdiff1d(left, taken, assume_unique=True)
    return PartedShare(node["key"], [*shares, len(left) / total], "audience")


def _awaited(pricing: Pricing, node: SopNode, base: Ids, now: datetime) -> PartedShare:
    """How many of those who wait see what they wait for: as many as had it in the last 30 days, over the time that they wait."""
    people, _ = people_of(pricing.columns, match_of(node["event"]), now - timedelta(days=PAST_DAYS), now)
    if not len(base):
        return PartedShare(node["key"], [0.5, 0.5], "guess")
    in_a_month = len(np.intersect1d(people, base, assume_unique=True)) / len(base)
    part = int(node["timeout_minutes"]) / (PAST_DAYS * MINUTES_A_DAY)
    share = 1 - (1 - in_a_month) ** part if in_a_month < 1 else 1.0
    return PartedShare(node["key"], [share, 1 - share], "past")


def _channels(document: Mapping[str, Any], found: Expected, costs: Costs) -> list[ChannelPrice]:
    """What goes out by each channel, the most first; the router may take others where several are allowed."""
    messages: defaultdict[str, float] = defaultdict(float)
    let_through = 1 - int(document["hold_out"]) / 100
    for node in document["nodes"]:
        if node["kind"] == "message" or (node["kind"] == "group_invite" and node["by"] == "message"):
            messages[node["channel"]] += found.passed.get(node["key"], 0.0) * let_through
    priced_channels = [
        ChannelPrice(channel, count, count * costs.channels_fen.get(channel, 0)) for channel, count in messages.items()
    ]
    return sorted(priced_channels, key=lambda each: (-each.messages, each.channel))


def _confirmations(pricing: Pricing, document: Mapping[str, Any], found: Expected) -> float:
    """How often staff confirm: once for each content of a day, everybody who has one of the customers; for groups and moments each
    by itself."""
    kinds = {node["key"]: node for node in document["nodes"]}
    by_wecom = [
        people
        for (key, _), people in found.days.items()
        if kinds[key]["kind"] == "message" and kinds[key]["channel"] == WECOM
    ]
    alone = sum(
        found.passed.get(key, 0.0) for key, node in kinds.items() if node["kind"] in ("group_message", "moment")
    )
    if not by_wecom:
        return alone
    keepers = count_keepers(pricing.columns)
    return alone + sum(min(people, keepers) for people in by_wecom)


def _by_kind(document: Mapping[str, Any], found: Expected) -> defaultdict[str, float]:
    counts: defaultdict[str, float] = defaultdict(float)
    for node in document["nodes"]:
        kind = "task" if node["kind"] == "group_invite" and node["by"] == "task" else node["kind"]
        counts[kind] += found.passed.get(node["key"], 0.0)
    return counts
