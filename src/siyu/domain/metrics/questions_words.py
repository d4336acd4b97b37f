"""The words that questions to insight are made of: periods, breakdowns, lengths of time. Part of `contracts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from siyu.domain.definitions.contracts import WITH_KIND, WITHOUT_KIND, EventMatch, Id, Text

CHOICES_MAX = 10
GROUPS_MAX = 30
PERIODS_MAX = 800
SEGMENTS_MAX = 10
UNIT_MS = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}

Events = Annotated[tuple[EventMatch, ...], Field(max_length=CHOICES_MAX)]
"""Any of several events."""
SomeEvents = Annotated[tuple[EventMatch, ...], Field(min_length=1, max_length=CHOICES_MAX)]
Top = Annotated[int, Field(strict=True, ge=1, le=GROUPS_MAX)]


@dataclass(frozen=True, slots=True)
class LastPeriods:
    """The last `amount` days, weeks (from Monday) or months of the business time zone; the present one is the last of them."""

    __pydantic_config__ = WITH_KIND

    amount: Annotated[int, Field(strict=True, ge=1, le=PERIODS_MAX)]
    unit: Literal["day", "week", "month"] = "day"
    kind: Literal["last"] = "last"


@dataclass(frozen=True, slots=True)
class BetweenDays:
    """From the beginning of the day `since_on` to the end of the day `until_on`, both like "2026-03-01"."""

    __pydantic_config__ = WITH_KIND

    since_on: Text
    until_on: Text
    kind: Literal["days"] = "days"


Period = Annotated[LastPeriods | BetweenDays, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time. A day is 24 hours."""

    __pydantic_config__ = WITHOUT_KIND

    amount: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    unit: Literal["minute", "hour", "day"] = "day"

    @property
    def ms(self) -> int:
        """In milliseconds."""
        return self.amount * UNIT_MS[self.unit]


@dataclass(frozen=True, slots=True)
class PropertyBreakdown:
    """By what stands in a property of the events."""

    __pydantic_config__ = WITH_KIND

    property: Text
    top: Top = 10
    kind: Literal["property"] = "property"


@dataclass(frozen=True, slots=True)
class AttributeBreakdown:
    """By what is known of the customers now."""

    __pydantic_config__ = WITH_KIND

    attribute: Text
    top: Top = 10
    kind: Literal["attribute"] = "attribute"


@dataclass(frozen=True, slots=True)
class TagBreakdown:
    """By the tags of a group that the customers bear now. Who bears several counts in each."""

    __pydantic_config__ = WITH_KIND

    group_id: Id
    top: Top = 10
    kind: Literal["tag"] = "tag"


@dataclass(frozen=True, slots=True)
class SegmentBreakdown:
    """By the segments that the customers are in now. Who is in several counts in each."""

    __pydantic_config__ = WITH_KIND

    segment_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=SEGMENTS_MAX)]
    kind: Literal["segments"] = "segments"


@dataclass(frozen=True, slots=True)
class EntryBreakdown:
    """By the channel that the customers first came by."""

    __pydantic_config__ = WITH_KIND

    top: Top = 10
    kind: Literal["entry"] = "entry"


@dataclass(frozen=True, slots=True)
class UnitBreakdown:
    """By the unit of the organisation that the customers belong to now."""

    __pydantic_config__ = WITH_KIND

    top: Top = 10
    kind: Literal["unit"] = "unit"


@dataclass(frozen=True, slots=True)
class StaffBreakdown:
    """By the staff in whose care the customers are now. Who is in the care of several counts in each."""

    __pydantic_config__ = WITH_KIND

    top: Top = 10
    kind: Literal["staff"] = "staff"


Breakdown = Annotated[
    PropertyBreakdown
    | AttributeBreakdown
    | TagBreakdown
    | SegmentBreakdown
    | EntryBreakdown
    | UnitBreakdown
    | StaffBreakdown,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class TurnBreakdown:
    """By whether it was the customer's first such event or came after it: new business and old. For metrics alone."""

    __pydantic_config__ = WITH_KIND

    kind: Literal["turn"] = "turn"


MetricBreakdown = Annotated[
    PropertyBreakdown
    | AttributeBreakdown
    | TagBreakdown
    | SegmentBreakdown
    | EntryBreakdown
    | UnitBreakdown
    | StaffBreakdown
    | TurnBreakdown,
    Field(discriminator="kind"),
]
