"""When somebody who waits goes on, and when a clock lets people in. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siyu.domain.journeys.contracts import TriggerPlan, WaitUntilPlan

USUAL_HOUR: Final = 10
"""The best hour of somebody of whom nobody knows it."""
MISSED_MAX: Final = timedelta(days=1)
"""How long after it an occasion is made up for."""


@dataclass(frozen=True, slots=True)
class Whose:
    """By which clock somebody lives, and their best hour."""

    zone: ZoneInfo
    best_hour: int = USUAL_HOUR


def goes_on_at(plan: WaitUntilPlan, entered_at: datetime, now: datetime, whose: Whose) -> datetime | None:
    """When who comes to rest now goes on; None at once, for the moment of a given day has passed."""
    at = time(whose.best_hour) if plan.at == "best_hour" else time.fromisoformat(plan.at)
    if plan.day is not None:
        first = entered_at.astimezone(whose.zone).date() + timedelta(days=plan.day)
        moment = moment_of(_next_fitting(first, plan.weekdays), at, whose.zone)
        return moment if moment > now else None
    day = now.astimezone(whose.zone).date()
    while (moment := moment_of(_next_fitting(day, plan.weekdays), at, whose.zone)) <= now:
        day = _next_fitting(day, plan.weekdays) + timedelta(days=1)
    return moment


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time as an instant. One that a clock leaps over is as much later as it leaps; of one that comes twice the first."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _next_fitting(day: date, weekdays: Collection[int]) -> date:
    while weekdays and day.isoweekday() not in weekdays:
        day += timedelta(days=1)
    return day


def last_occasion(trigger: TriggerPlan, since_at: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The last moment after `since_at`, and up to now, at which a trigger by the clock lets people in; None where there is none
    that is not too long ago. What was missed is made up for once."""
    at = time.fromisoformat(trigger.at)
    day = now.astimezone(zone).date()
    for _ in range(3):
        moment = moment_of(day, at, zone)
        if moment <= now and _falls_on(trigger, day):
            return moment if moment > since_at and moment > now - MISSED_MAX else None
        day -= timedelta(days=1)
    return None


def _falls_on(trigger: TriggerPlan, day: date) -> bool:
    if trigger.kind == "date":
        return True
    if trigger.starts_on is not None and day < date.fromisoformat(trigger.starts_on):
        return False
    if trigger.ends_on is not None and day > date.fromisoformat(trigger.ends_on):
        return False
    on_weekday = not trigger.weekdays or day.isoweekday() in trigger.weekdays
    return on_weekday and (not trigger.month_days or day.day in trigger.month_days)


def dates_meant(trigger: TriggerPlan, day: date) -> tuple[str, ...]:
    """What a date has to begin or end with for its time to have come on `day`: YYYY-MM-DD, or -MM-DD of any year. Who was born on a
    29th of February has their day on the 28th in years without."""
    meant = day - timedelta(days=trigger.days)
    if not trigger.yearly:
        return (meant.isoformat(),)
    found = [f"-{meant:%m-%d}"]
    if (meant.month, meant.day) == (2, 28) and not calendar.isleap(meant.year):
        found.append("-02-29")
    return tuple(found)
