"""When somebody who waits goes on, and when clocks let people in; by looking at every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.journeys.contracts import TriggerPlan, WaitUntilPlan
from siyu.engines.orchestration.moments import Whose, dates_meant, goes_on_at, last_occasion

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
"""Of a Monday in Shanghai."""


def until(at: str, day: int | None = None, *weekdays: int) -> WaitUntilPlan:
    return WaitUntilPlan("rest", day, at, weekdays, None)


@settings(max_examples=25)
@given(
    now=st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 1)),  # noqa: DTZ001 - made aware below
    hour=st.integers(4, 23),
    weekdays=st.sets(st.integers(1, 7), max_size=3),
    zone=st.sampled_from([SHANGHAI, BERLIN]),
)
def test_the_next_fitting_moment(now: datetime, hour: int, weekdays: set[int], zone: ZoneInfo) -> None:
    now = now.replace(second=0, microsecond=0, tzinfo=UTC)
    found = goes_on_at(until(f"{hour:02d}:00", None, *sorted(weekdays)), now, now, Whose(zone))
    moment = now
    while True:
        moment += MINUTE
        local = moment.astimezone(zone)
        if (local.hour, local.minute) == (hour, 0) and (not weekdays or local.isoweekday() in weekdays):
            break
    assert found == moment


def test_a_given_day_that_has_passed_is_passed_at_once() -> None:
    here = Whose(SHANGHAI, best_hour=20)
    assert goes_on_at(until("11:59", 0), NOON, NOON, here) is None
    assert goes_on_at(until("12:00", 0), NOON, NOON, here) is None
    assert goes_on_at(until("12:01", 0), NOON, NOON, here) == NOON + MINUTE
    assert goes_on_at(until("09:00", 3), NOON, NOON, here) == NOON + timedelta(days=3, hours=-3)
    assert goes_on_at(until("09:00", 1, 5), NOON, NOON, here) == NOON + timedelta(days=4, hours=-3)
    assert goes_on_at(until("09:00", 1), NOON, NOON + timedelta(days=9), here) is None
    assert goes_on_at(until("best_hour"), NOON, NOON, here) == NOON + timedelta(hours=8)


def test_a_clock_that_leaps_leaves_nobody_behind() -> None:
    """On 29 March 2026 in Berlin there is no half past two; on 25 October there are two."""
    leap = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert goes_on_at(until("02:30"), leap, leap, Whose(BERLIN)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    back = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert goes_on_at(until("02:30"), back, back, Whose(BERLIN)) == first
    assert goes_on_at(until("02:30"), first, first, Whose(BERLIN)) == first + timedelta(hours=25)


def test_an_occasion_is_made_up_for_within_a_day_and_once() -> None:
    nine = NOON - timedelta(hours=3)
    daily = TriggerPlan("schedule", segment_id=1, at="09:00")
    since = nine - timedelta(days=9)
    assert last_occasion(daily, since, NOON, SHANGHAI) == nine
    assert last_occasion(daily, nine, NOON, SHANGHAI) is None
    assert last_occasion(daily, since, nine - MINUTE, SHANGHAI) == nine - timedelta(days=1)
    assert last_occasion(daily, nine + MINUTE, NOON, SHANGHAI) is None
    tuesdays = TriggerPlan("schedule", segment_id=1, at="09:00", weekdays=(2,))
    assert last_occasion(tuesdays, since, NOON, SHANGHAI) is None
    assert last_occasion(tuesdays, since, NOON + timedelta(days=1), SHANGHAI) == nine + timedelta(days=1)
    assert last_occasion(tuesdays, since, NOON + timedelta(days=2), SHANGHAI) is None
    first_of_month = TriggerPlan("schedule", segment_id=1, at="09:00", month_days=(1,), ends_on="2026-05-31")
    assert last_occasion(first_of_month, since, NOON, SHANGHAI) is None


@pytest.mark.parametrize(
    ("days", "yearly", "day", "dates"),
    [
        (0, True, "2026-05-06", ("-05-06",)),
        (-3, True, "2026-05-03", ("-05-06",)),
        (7, False, "2026-05-13", ("2026-05-06",)),
        (0, True, "2026-02-28", ("-02-28", "-02-29")),
        (0, True, "2028-02-28", ("-02-28",)),
    ],
)
def test_whose_day_it_is(days: int, yearly: bool, day: str, dates: tuple[str, ...]) -> None:
    trigger = TriggerPlan("date", attribute="birthday", days=days, yearly=yearly)
    assert dates_meant(trigger, datetime.fromisoformat(day).date()) == dates
