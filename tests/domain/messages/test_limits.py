"""Caps, quotas and quiet hours, and which message falls back: pure decisions."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.messages.contracts import (
    ChannelRules,
    HeldReason,
    JudgedRequest,
    Limits,
    MessageRequest,
    MessageState,
    QuietHours,
    ReachRules,
)
from siyu.domain.messages.rules import Counted, Usage, Waiting, counted_from, decided, falls_back, quiet_until

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 6, 1)
NIGHT = QuietHours("21:00", "09:00")


def asked(
    key: str, customer: int = 1, *ways: str, worth: int = 0, purpose: str = "marketing", **rest: object
) -> JudgedRequest:
    channels = ways or ("sms",)
    request = MessageRequest(key, customer, 1, 1, 0, channels, purpose, worth)
    judged: dict[str, object] = {"refusal": None, **rest}
    return JudgedRequest(request, customer, channels, **judged)  # type: ignore[arg-type]  # a test's own names


def fates(judged: list[JudgedRequest], rules: ReachRules, counted: Counted | None = None) -> list[str]:
    """The channel or the reason of each, in their order."""
    found = decided(judged, counted or Counted(), rules, TODAY, SHANGHAI)
    return [each.reason.value if each.reason else each.channel for each in found]


def test_each_limit_has_its_word() -> None:
    counted = counted_from({(1, "sms"): (1, 0, 3, 9), (2, "mail"): (0, 0, 3, 9), (3, "mail"): (0, 0, 0, 9)}, {})
    judged = [asked("a", 1), asked("b", 2), asked("c", 3), asked("d", 4)]
    rules = ReachRules(limits=Limits(per_day=1, per_week=3, per_month=9))
    assert fates(judged, rules, counted) == ["daily_cap", "weekly_cap", "monthly_cap", "sms"]
    stage = [asked("e", 5, limits=Limits(per_day=0))]
    assert fates(stage, ReachRules()) == ["stage_cap"]


def test_a_channel_that_is_used_up_leaves_the_others() -> None:
    rules = ReachRules(
        limits=Limits(), channels={"sms": ChannelRules(limits=Limits(per_day=1)), "mail": ChannelRules(quota_per_day=1)}
    )
    judged = [asked(f"{n}", 1, "sms", "mail") for n in range(3)]
    assert fates(judged, rules) == ["sms", "mail", "channel_cap"]
    assert fates([asked("a", 1, "mail"), asked("b", 2, "mail")], rules) == ["mail", "channel_quota"]


def test_of_a_quota_the_messages_worth_most_get_it_and_else_the_first() -> None:
    rules = ReachRules(channels={"sms": ChannelRules(quota_per_day=2)})
    judged = [asked("a", 1), asked("b", 2, worth=5), asked("c", 3), asked("d", 4, worth=9)]
    assert fates(judged, rules) == ["channel_quota", "sms", "channel_quota", "sms"]


def test_what_is_owed_to_a_customer_is_not_counted_as_disturbing_them() -> None:
    rules = ReachRules(limits=Limits(per_day=1), channels={"sms": ChannelRules(quota_per_day=3)})
    judged = [asked(f"{n}", 1, purpose="service") for n in range(2)] + [asked("m"), asked("n")]
    assert fates(judged, rules) == ["sms", "sms", "sms", "daily_cap"]


def test_what_waits_for_the_morning_counts_for_the_morning() -> None:
    morning = datetime(2026, 6, 2, 1, tzinfo=UTC)
    rules = ReachRules(limits=Limits(per_day=1, per_week=2))
    judged = [asked("a", not_before=morning), asked("b"), asked("c", not_before=morning), asked("d")]
    found = decided(judged, Counted(), rules, TODAY, SHANGHAI)
    assert [(each.reason, each.day_on.day) for each in found] == [
        (None, 2),
        (None, 1),
        (HeldReason.DAILY_CAP, 2),
        (HeldReason.DAILY_CAP, 1),
    ]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from([("sms",), ("mail", "sms"), ("sms", "mail")])), max_size=20),
    st.integers(0, 3),
    st.integers(0, 2),
    st.integers(0, 6),
)
def test_nothing_passes_beyond_a_limit_and_nothing_is_held_that_fits(
    wanted: list[tuple[int, tuple[str, ...]]], per_day: int, sms_per_day: int, quota: int
) -> None:
    rules = ReachRules(
        limits=Limits(per_day=per_day),
        channels={"sms": ChannelRules(limits=Limits(per_day=sms_per_day)), "mail": ChannelRules(quota_per_day=quota)},
    )
    judged = [asked(f"{n}", who, *ways) for n, (who, ways) in enumerate(wanted)]
    got: Counter[int] = Counter()
    by_way: Counter[tuple[int, str]] = Counter()
    mails = 0
    for fate, (who, ways) in zip(fates(judged, rules), wanted, strict=True):
        fits = (
            [way for way in ways if (by_way[who, way] < sms_per_day if way == "sms" else mails < quota)]
            if got[who] < per_day
            else []
        )
        assert fate == (fits[0] if fits else fate)
        assert bool(fits) == (fate in ("sms", "mail"))
        if fits:
            got[who] += 1
            by_way[who, fits[0]] += 1
            mails += fits[0] == "mail"


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("20:59", None),
        ("21:00", "02 09:00"),
        ("23:59", "02 09:00"),
        ("00:00", "01 09:00"),
        ("08:59", "01 09:00"),
        ("09:00", None),
    ],
)
def test_a_night_ends_in_the_morning_of_the_customers_own_clock(local: str, until: str | None) -> None:
    for zone in (SHANGHAI, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")):
        now = datetime.fromisoformat(f"2026-06-01T{local}:00").replace(tzinfo=zone).astimezone(UTC)
        end = quiet_until(NIGHT, now, zone)
        assert (None if end is None else end.astimezone(zone).strftime("%d %H:%M")) == until


def test_quiet_hours_may_lie_in_the_day_or_nowhere() -> None:
    noon = datetime(2026, 6, 1, 5, tzinfo=UTC)
    assert quiet_until(QuietHours("12:30", "14:00"), noon, SHANGHAI) == noon + timedelta(hours=1)
    assert quiet_until(QuietHours("14:00", "14:00"), noon, SHANGHAI) is None
    assert quiet_until(None, noon, SHANGHAI) is None


def test_over_the_change_of_the_clocks_it_is_still_the_clock_that_says() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 28, 22, tzinfo=berlin).astimezone(UTC)
    end = quiet_until(NIGHT, before, berlin)
    assert end is not None
    assert end.astimezone(berlin).strftime("%d %H:%M") == "29 09:00"
    assert end - before == timedelta(hours=10)


@pytest.mark.parametrize(
    ("state", "attempts", "reason", "is_clicked", "tells", "falls"),
    [
        (MessageState.FAILED, 1, "over_quota", False, True, True),
        (MessageState.FAILED, 1, "outcome_unknown", False, True, False),
        (MessageState.HELD, 1, "unreachable", False, True, True),
        (MessageState.HELD, 1, "erased", False, True, False),
        (MessageState.SENT, 1, None, False, True, True),
        (MessageState.SENT, 1, None, True, True, False),
        (MessageState.SENT, 1, None, False, False, False),
        (MessageState.DELIVERED, 1, None, False, True, False),
        (MessageState.CANCELLED, 0, "x", False, True, False),
        (MessageState.REQUESTED, 0, None, False, True, True),
        (MessageState.REQUESTED, 1, "http_503", False, True, None),
        (MessageState.SENDING, 1, None, False, True, None),
        (MessageState.AWAITING_STAFF, 1, None, False, True, None),
    ],
)
def test_another_channel_is_asked_only_of_what_surely_did_not_get_through(
    state: MessageState, attempts: int, reason: str | None, is_clicked: bool, tells: bool, falls: bool | None
) -> None:
    assert falls_back(Waiting(state, attempts, reason, is_clicked, tells), "outcome_unknown") is falls


def test_usage_counts_a_day_once() -> None:
    usage = Usage()
    usage.count(is_tomorrow=True)
    usage.count(is_tomorrow=False)
    assert (usage.today, usage.tomorrow, usage.in_week, usage.in_month) == (1, 1, 2, 2)
