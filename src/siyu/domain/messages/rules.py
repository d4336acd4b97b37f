"""Who may get how many messages, and when: pure decisions of the gate. What is counted comes in as numbers."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from siyu.domain.customers.contracts import MARKETING
from siyu.domain.messages.contracts import (
    HeldReason,
    JudgedRequest,
    Limits,
    MessageState,
    QuietHours,
    ReachRules,
)


@dataclass(slots=True)
class Usage:
    """How many messages count already: on the day itself, on the one after it, in the last seven and the last thirty, the day after
    with them."""

    today: int = 0
    tomorrow: int = 0
    in_week: int = 0
    in_month: int = 0

    def exceeded(self, limits: Limits, *, is_tomorrow: bool) -> HeldReason | None:
        """Which limit one more would break."""
        on_day = self.tomorrow if is_tomorrow else self.today
        if limits.per_day is not None and on_day >= limits.per_day:
            return HeldReason.DAILY_CAP
        if limits.per_week is not None and self.in_week >= limits.per_week:
            return HeldReason.WEEKLY_CAP
        if limits.per_month is not None and self.in_month >= limits.per_month:
            return HeldReason.MONTHLY_CAP
        return None

    def count(self, *, is_tomorrow: bool) -> None:
        """One more."""
        if is_tomorrow:
            self.tomorrow += 1
        else:
            self.today += 1
        self.in_week += 1
        self.in_month += 1


@dataclass(slots=True)
class Counted:
    """What counts so far: {(customer, channel): usage}, and {(channel, day): what the company let through}."""

    usages: MutableMapping[tuple[int, str], Usage] = field(default_factory=dict)
    let_through: MutableMapping[tuple[str, date], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a request: it goes by `channel` on business day `day_on`, or not, for a reason."""

    judged: JudgedRequest
    channel: str
    day_on: date
    reason: HeldReason | None


def decided(
    judged: Sequence[JudgedRequest], counted: Counted, rules: ReachRules, today: date, zone: ZoneInfo
) -> list[Decision]:
    """What becomes of each request, those worth most first and then in their order: each that is let through counts for those after
    it. Only messages that serve marketing count for a customer and are held by a customer's limits; the company's quota of a
    channel counts all."""
    in_all: dict[int, Usage] = {}
    for (customer_id, _), usage in counted.usages.items():
        total = in_all.setdefault(customer_id, Usage())
        total.today += usage.today
        total.tomorrow += usage.tomorrow
        total.in_week += usage.in_week
        total.in_month += usage.in_month
    found: list[Decision | None] = [None] * len(judged)
    for n in sorted(range(len(judged)), key=lambda place: -judged[place].request.worth):
        each = judged[n]
        wait = each.not_before
        day_on = today if wait is None else wait.astimezone(zone).date()
        found[n] = _decide(each, counted, in_all.setdefault(each.customer_id, Usage()), rules, today, day_on)
    return [each for each in found if each is not None]


def _decide(
    judged: JudgedRequest, counted: Counted, in_all: Usage, rules: ReachRules, today: date, day_on: date
) -> Decision:
    request = judged.request
    first = judged.ways[0] if judged.ways else request.channels[0]
    if judged.refusal is not None or not judged.ways:
        return Decision(judged, first, day_on, judged.refusal or HeldReason.NO_CHANNEL)
    is_tomorrow, is_limited = day_on > today, request.purpose == MARKETING
    if is_limited:
        if reason := in_all.exceeded(rules.limits, is_tomorrow=is_tomorrow):
            return Decision(judged, first, day_on, reason)
        if judged.limits is not None and in_all.exceeded(judged.limits, is_tomorrow=is_tomorrow):
            return Decision(judged, first, day_on, HeldReason.STAGE_CAP)
    refusals: list[HeldReason] = []
    for channel in judged.ways:
        own = rules.of_channel(channel)
        usage = counted.usages.setdefault((judged.customer_id, channel), Usage())
        let_through = counted.let_through.get((channel, day_on), 0)
        if is_limited and usage.exceeded(own.limits, is_tomorrow=is_tomorrow):
            refusals.append(HeldReason.CHANNEL_CAP)
        elif own.quota_per_day is not None and let_through >= own.quota_per_day:
            refusals.append(HeldReason.CHANNEL_QUOTA)
        else:
            if is_limited:
                usage.count(is_tomorrow=is_tomorrow)
                in_all.count(is_tomorrow=is_tomorrow)
            counted.let_through[channel, day_on] = let_through + 1
            return Decision(judged, channel, day_on, None)
    return Decision(judged, first, day_on, refusals[0])


def quiet_until(quiet: QuietHours | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours end in which `now` lies by the clock of `zone`; None where it lies in none."""
    if quiet is None or quiet.start == quiet.end:
        return None
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    local = now.astimezone(zone)
    clock = local.time()
    is_night = start > end
    if not (clock >= start or clock < end if is_night else start <= clock < end):
        return None
    day = local.date() + timedelta(days=1) if is_night and clock >= start else local.date()
    return datetime.combine(day, end, tzinfo=zone).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message whose time to get through is over."""

    state: MessageState
    attempts: int
    reason: str | None
    is_clicked: bool
    tells_arrival: bool


def falls_back(waiting: Waiting, unsure: str) -> bool | None:
    """Whether the next channel is asked: True; False where the message got through, or may have; None where it may still go out."""
    match waiting.state:
        case MessageState.FAILED | MessageState.HELD:
            return waiting.reason not in (unsure, HeldReason.ERASED.value)
        case MessageState.CANCELLED | MessageState.DELIVERED:
            return False
        case MessageState.SENT:
            return waiting.tells_arrival and not waiting.is_clicked
        case MessageState.REQUESTED:
            return True if waiting.attempts == 0 else None
        case MessageState.SENDING | MessageState.AWAITING_STAFF:
            return None


def rest_of(channels: Sequence[str], channel: str) -> tuple[str, ...]:
    """The channels that are left when one did not get through."""
    return tuple(each for each in channels if each != channel)


def counted_from(
    usages: Mapping[tuple[int, str], tuple[int, int, int, int]], let_through: Mapping[tuple[str, date], int]
) -> Counted:
    """What storage counted, for `decided` to go on from."""
    return Counted({key: Usage(*numbers) for key, numbers in usages.items()}, dict(let_through))
