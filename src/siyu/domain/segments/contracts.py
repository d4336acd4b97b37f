"""What others may know of segments: the language of definitions (in the files beside), segments as they stand, events, errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from siyu.domain.customers.contracts import CUSTOMER_ERASED, CUSTOMERS_MERGED, CUSTOMERS_SPLIT
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.segments.language import (
    AllCondition,
    AnniversaryCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    ConsentCondition,
    CustomerLeaf,
    EntryCondition,
    EventCondition,
    EventLeaf,
    EventValueCondition,
    IdentityCondition,
    KeeperCondition,
    Leaf,
    ListCondition,
    MomentCondition,
    NamedLeaf,
    NotCondition,
    RegularCondition,
    ResumedCondition,
    RfmCondition,
    SampleCondition,
    SegmentCondition,
    SequenceCondition,
    SetLeaf,
    StageCondition,
    Step,
    StoppedCondition,
    TagCondition,
    UnitCondition,
)
from siyu.domain.segments.language_words import (
    CONDITIONS_MAX,
    COUNT_MAX,
    DAYS_MAX,
    DEPTH_MAX,
    FILTERS_MAX,
    HOURS,
    NUMBER_MAX,
    PERIODS_MAX,
    STEPS_MAX,
    TEXT_LENGTH_MAX,
    UNITS_MAX,
    VALUES_MAX,
    Amount,
    CalendarWindow,
    Comparison,
    Count,
    Duration,
    EventMatch,
    Filter,
    Filters,
    FixedWindow,
    Id,
    IdList,
    Number,
    Operator,
    RollingWindow,
    Text,
    TextList,
    Value,
    Which,
    Window,
)
from siyu.kernel.errors import ConflictError

__all__ = [
    "CONDITIONS_MAX",
    "COUNT_MAX",
    "DAYS_MAX",
    "DEPTH_MAX",
    "FILTERS_MAX",
    "HOURS",
    "NUMBER_MAX",
    "PERIODS_MAX",
    "STEPS_MAX",
    "TEXT_LENGTH_MAX",
    "UNITS_MAX",
    "VALUES_MAX",
    "AllCondition",
    "Amount",
    "AnniversaryCondition",
    "AnyCondition",
    "AttributeCondition",
    "CalendarWindow",
    "Comparison",
    "Condition",
    "ConsentCondition",
    "Count",
    "CustomerLeaf",
    "Duration",
    "EntryCondition",
    "EventCondition",
    "EventLeaf",
    "EventMatch",
    "EventValueCondition",
    "Filter",
    "Filters",
    "FixedWindow",
    "Id",
    "IdList",
    "IdentityCondition",
    "KeeperCondition",
    "Leaf",
    "ListCondition",
    "MomentCondition",
    "NamedLeaf",
    "NotCondition",
    "Number",
    "Operator",
    "RegularCondition",
    "ResumedCondition",
    "RfmCondition",
    "RollingWindow",
    "SampleCondition",
    "SegmentCondition",
    "SequenceCondition",
    "SetLeaf",
    "StageCondition",
    "Step",
    "StoppedCondition",
    "TagCondition",
    "Text",
    "TextList",
    "UnitCondition",
    "Value",
    "Which",
    "Window",
]
"""What of this door is written in the files beside it."""

SEGMENT_KIND = "segment"
SEGMENT_ENTERED = "segment_entered"
SEGMENT_EXITED = "segment_exited"
MERGE_CONSUMER = "segments"
"""The consumer of the log that moves members when customers are merged."""
MERGE_EVENTS = (CUSTOMERS_MERGED, CUSTOMERS_SPLIT)
UNSETTLING_EVENTS = (*MERGE_EVENTS, CUSTOMER_ERASED)
"""After these a customer's membership is not changed until the columns have followed."""

Ids = NDArray[np.uint64]
"""Customer ids, ascending and without repetition."""


@dataclass(frozen=True, slots=True)
class Merge:
    """`loser_id` became part of `winner_id`; `is_split` where they were parted again."""

    winner_id: int
    loser_id: int
    is_split: bool = False


@dataclass(frozen=True, slots=True)
class SegmentState:
    """What the last refresh left: `version` that was evaluated, its size, the instant it was evaluated as of, the position
    up to which everything in the log had been seen, and what it cost. `refreshes` counts them."""

    segment_id: int
    version: int | None = None
    size: int | None = None
    refreshed_at: datetime | None = None
    position: int = 0
    refreshes: int = 0
    cost_ms: int = 0


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Who matches, found out: as of an instant, in columns that held all of the log up to `position`, perhaps more."""

    segment_id: int
    version: int
    members: Ids
    as_of: datetime
    position: int
    cost_ms: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as it stands: the published `definition` (None before the first), the `draft` if one is waiting. The sentences
    say what is in force, or what is drafted where nothing is yet."""

    segment_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    definition: Condition | None
    draft: Condition | None
    sentence_zh: str
    sentence_en: str
    state: SegmentState
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SegmentVersion:
    """A published version, ready to be evaluated. `slides` where the mere passing of time can change who matches."""

    segment_id: int
    version: int
    definition: Condition
    slides: bool


@dataclass(frozen=True, slots=True)
class Understood:
    """A document that was understood, and what it says."""

    condition: Condition
    sentence_zh: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class Change:
    """Who a refresh let in and out."""

    entered: int
    exited: int
    size: int


class SegmentNotLiveError(ConflictError):
    """This segment is not in force; publish it first."""

    code = "segment_not_live"
