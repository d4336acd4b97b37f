"""What others may know of segments: the language of definitions (in the files beside), segments as they stand, events, errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from siyu.domain.customers.contracts import CUSTOMER_ERASED, CUSTOMERS_MERGED, CUSTOMERS_SPLIT
from siyu.domain.definitions.contracts import (
    FILTERS_MAX,
    NUMBER_MAX,
    TEXT_LENGTH_MAX,
    VALUES_MAX,
    DefinitionStatus,
    EventMatch,
    Filter,
    Filters,
    Id,
    Number,
    Operator,
    Text,
    Value,
)
from siyu.domain.segments.acts_contracts import ACTS_IN_ROOMS, ROOM_SOURCES, ActedCondition
from siyu.domain.segments.estimates_contracts import (
    ESTIMATE_JOB,
    ESTIMATE_OPERATORS,
    ESTIMATES,
    EstimateKind,
    EstimateModel,
    EstimateState,
    EstimateTrouble,
    UnknownEstimateError,
)
from siyu.domain.segments.exports_contracts import (
    ATTRIBUTE_COLUMN,
    EXPORT_COLUMNS,
    EXPORT_COLUMNS_MAX,
    EXPORT_KEPT,
    EXPORT_MEMBERS_JOB,
    FORGET_EXPORTS_JOB,
    BadExportError,
    ExportFormat,
    ExportState,
    FailedExportError,
    SegmentExport,
    UnknownExportError,
)
from siyu.domain.segments.filters_contracts import (
    SHOWN_COLUMNS,
    USUAL_COLUMNS,
    BadFilterError,
    FilterDraft,
    KeptFilter,
    Sort,
    UnknownFilterError,
    checked_columns,
)
from siyu.domain.segments.hidden_contracts import HIDDEN_KIND
from siyu.domain.segments.keeping_contracts import (
    AUDIENCE_CONSUMER,
    NEVER_MS,
    SEGMENT_MOVED,
    Call,
    Change,
    Found,
    Ids,
    Merge,
    Reason,
    SegmentState,
    Served,
    Standing,
)
from siyu.domain.segments.ladders_contracts import (
    LADDER_KIND,
    LADDERS_CONSUMER,
    STAGE_CHANGED,
    Ladder,
    LadderState,
    PressureOf,
    Stage,
    StageFlip,
    StageOf,
)
from siyu.domain.segments.language import (
    AllCondition,
    AnniversaryCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    ConsentCondition,
    CustomerLeaf,
    EntryCondition,
    EstimateCondition,
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
    HOURS,
    PERIODS_MAX,
    STEPS_MAX,
    UNITS_MAX,
    Amount,
    CalendarWindow,
    Comparison,
    Count,
    Duration,
    FixedWindow,
    IdList,
    RollingWindow,
    TextList,
    Which,
    Window,
)
from siyu.domain.segments.lists_contracts import LIST_KIND, CustomerList, ListChange, ListMode
from siyu.domain.segments.naming_contracts import Named, NamedKind, Namer, Names
from siyu.domain.segments.rfm_contracts import RFM_KIND, Box, Cell, Measure, RfmScheme, RfmState, Scale, ScoreRange
from siyu.kernel.errors import ConflictError

__all__ = [
    "ACTS_IN_ROOMS",
    "ATTRIBUTE_COLUMN",
    "AUDIENCE_CONSUMER",
    "CONDITIONS_MAX",
    "COUNT_MAX",
    "DAYS_MAX",
    "DEPTH_MAX",
    "ESTIMATES",
    "ESTIMATE_JOB",
    "ESTIMATE_OPERATORS",
    "EXPORT_COLUMNS",
    "EXPORT_COLUMNS_MAX",
    "EXPORT_KEPT",
    "EXPORT_MEMBERS_JOB",
    "FILTERS_MAX",
    "FORGET_EXPORTS_JOB",
    "HIDDEN_KIND",
    "HOURS",
    "LADDERS_CONSUMER",
    "LADDER_KIND",
    "LIST_KIND",
    "NEVER_MS",
    "NUMBER_MAX",
    "PERIODS_MAX",
    "RFM_KIND",
    "ROOM_SOURCES",
    "SEGMENT_MOVED",
    "SHOWN_COLUMNS",
    "STAGE_CHANGED",
    "STEPS_MAX",
    "TEXT_LENGTH_MAX",
    "UNITS_MAX",
    "USUAL_COLUMNS",
    "VALUES_MAX",
    "ActedCondition",
    "AllCondition",
    "Amount",
    "AnniversaryCondition",
    "AnyCondition",
    "AttributeCondition",
    "BadExportError",
    "BadFilterError",
    "Box",
    "CalendarWindow",
    "Call",
    "Cell",
    "Change",
    "Comparison",
    "Condition",
    "ConsentCondition",
    "Count",
    "CustomerLeaf",
    "CustomerList",
    "Duration",
    "EntryCondition",
    "EstimateCondition",
    "EstimateKind",
    "EstimateModel",
    "EstimateState",
    "EstimateTrouble",
    "EventCondition",
    "EventLeaf",
    "EventMatch",
    "EventValueCondition",
    "ExportFormat",
    "ExportState",
    "FailedExportError",
    "Filter",
    "FilterDraft",
    "Filters",
    "FixedWindow",
    "Found",
    "Id",
    "IdList",
    "IdentityCondition",
    "Ids",
    "KeeperCondition",
    "KeptFilter",
    "Ladder",
    "LadderState",
    "Leaf",
    "ListChange",
    "ListCondition",
    "ListMode",
    "Measure",
    "Merge",
    "MomentCondition",
    "Named",
    "NamedKind",
    "NamedLeaf",
    "Namer",
    "Names",
    "NotCondition",
    "Number",
    "Operator",
    "PressureOf",
    "Reason",
    "RegularCondition",
    "ResumedCondition",
    "RfmCondition",
    "RfmScheme",
    "RfmState",
    "RollingWindow",
    "SampleCondition",
    "Scale",
    "ScoreRange",
    "SegmentCondition",
    "SegmentExport",
    "SegmentState",
    "SequenceCondition",
    "Served",
    "SetLeaf",
    "Sort",
    "Stage",
    "StageCondition",
    "StageFlip",
    "StageOf",
    "Standing",
    "Step",
    "StoppedCondition",
    "TagCondition",
    "Text",
    "TextList",
    "UnitCondition",
    "UnknownEstimateError",
    "UnknownExportError",
    "UnknownFilterError",
    "Value",
    "Which",
    "Window",
    "checked_columns",
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
class Understood:
    """A document that was understood, and what it says; `expanded` has all written out that it refers to."""

    condition: Condition
    expanded: Condition
    sentence_zh: str
    sentence_en: str


class SegmentNotLiveError(ConflictError):
    """This segment is not in force; publish it first."""

    code = "segment_not_live"
