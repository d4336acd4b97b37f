"""The words that conditions are made of: limits, lengths of time and windows; filters are in `definitions`. Part of `contracts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from siyu.domain.definitions.contracts import VALUES_MAX, WITH_KIND, WITHOUT_KIND, Id, Text

DEPTH_MAX = 8
CONDITIONS_MAX = 100
STEPS_MAX = 10
PERIODS_MAX = 60
DAYS_MAX = 3650
COUNT_MAX = 1_000_000_000
UNITS_MAX = {"day": DAYS_MAX, "week": 520, "month": 120, "quarter": 40, "year": 10}
"""How many units of the calendar a window may look back."""
HOURS = {"hour": 1, "day": 24, "week": 168}

Count = Annotated[int, Field(strict=True, ge=0, le=COUNT_MAX)]
Amount = Annotated[int, Field(strict=True, ge=1, le=DAYS_MAX * 24)]
Percent = Annotated[float, Field(strict=True, ge=0, le=100)]
IdList = Annotated[tuple[Id, ...], Field(min_length=1, max_length=VALUES_MAX)]
TextList = Annotated[tuple[Text, ...], Field(min_length=1, max_length=VALUES_MAX)]
Comparison = Literal["at_least", "at_most", "exactly", "more_than", "less_than"]
Which = Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time. A day is 24 hours, a week seven of them."""

    __pydantic_config__ = WITHOUT_KIND

    amount: Amount
    unit: Literal["hour", "day", "week"] = "day"


@dataclass(frozen=True, slots=True)
class RollingWindow:
    """Before `as_of` by less than `most` (None: any time) and by at least `least` (None: 0).

    `most` 30 days is "in the last 30 days": `as_of` - 30·24 h < t ≤ `as_of`. `least` 90 days is "more than 90 days ago":
    t ≤ `as_of` - 90·24 h. Both: `as_of` - most < t ≤ `as_of` - least. One of them at least is given.
    """

    __pydantic_config__ = WITH_KIND

    most: Duration | None = None
    least: Duration | None = None
    kind: Literal["rolling"] = "rolling"


@dataclass(frozen=True, slots=True)
class CalendarWindow:
    """`count` whole units of the business calendar, of which the first began `back` units before the one that `as_of` is in.

    `back` 0 is this month so far, `back` 1 last month, `back` 3 with `count` 3 the last three whole months. All of them have
    begun: `count` is at most `back` + 1.
    """

    __pydantic_config__ = WITH_KIND

    unit: Literal["day", "week", "month", "quarter", "year"]
    back: Annotated[int, Field(strict=True, ge=0, le=DAYS_MAX)] = 0
    count: Annotated[int, Field(strict=True, ge=1, le=DAYS_MAX)] = 1
    kind: Literal["calendar"] = "calendar"


@dataclass(frozen=True, slots=True)
class FixedWindow:
    """From the beginning of the day `since_on` to the end of the day `until_on`, both like "2026-03-01"; one of them at least."""

    __pydantic_config__ = WITH_KIND

    since_on: Text | None = None
    until_on: Text | None = None
    kind: Literal["fixed"] = "fixed"


Window = Annotated[RollingWindow | CalendarWindow | FixedWindow, Field(discriminator="kind")]
