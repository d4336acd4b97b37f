"""When a wait of a document ends, for looking ahead and for walking over the past. Pure.

Times are minutes since a midnight in the business zone: who looks ahead by shares and days does not tell one minute of a change of
clocks from another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from siyu.domain.journeys.contracts import AT_BEST_HOUR
from siyu.domain.journeys.reading import MINUTES_A_DAY, SopNode

BEST_HOUR_MINUTE: Final = 10 * 60
"""Where nobody knows a customer's hours."""


def minute_of(at: str) -> int:
    """The minute of the day of HH:MM."""
    if at == AT_BEST_HOUR:
        return BEST_HOUR_MINUTE
    hours, _, minutes = at.partition(":")
    return int(hours) * 60 + int(minutes)


def until(node: SopNode, now: int, entered: int, first_weekday: int) -> int:
    """When somebody goes on from a `wait_until` node who came to it at the minute `now` and entered at `entered`;
    `first_weekday` is that of minute 0 (1 is Monday). What is past already is at once."""
    minute, weekdays = minute_of(node["at"]), set(node.get("weekdays") or ())
    if node["day"] is not None:
        day = entered // MINUTES_A_DAY + int(node["day"])
    else:
        day = now // MINUTES_A_DAY + (1 if now % MINUTES_A_DAY >= minute else 0)
    if weekdays:
        day = next(each for each in range(day, day + 7) if _weekday(each, first_weekday) in weekdays)
    return max(now, day * MINUTES_A_DAY + minute)


def occasions(trigger: Mapping[str, Any], days: int, first_on: date) -> list[int]:
    """The minutes at which a schedule begins, in the days from minute 0 on; `first_on` is the date of the first."""
    found = []
    for day in range(days):
        on = first_on + timedelta(days=day)
        if trigger.get("weekdays") and on.isoweekday() not in trigger["weekdays"]:
            continue
        if trigger.get("month_days") and on.day not in trigger["month_days"]:
            continue
        if on.isoformat() < trigger["starts_on"] or (trigger.get("ends_on") and on.isoformat() > trigger["ends_on"]):
            continue
        found.append(day * MINUTES_A_DAY + minute_of(trigger["at"]))
    return found


def _weekday(day: int, first_weekday: int) -> int:
    return (first_weekday - 1 + day) % 7 + 1
