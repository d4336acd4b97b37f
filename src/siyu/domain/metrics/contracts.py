"""What others may know of metrics: definitions (in the file beside), metrics as they stand, targets, alerts, events, errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.metrics.costs_contracts import (
    COST_FIELDS,
    COST_LINES_MAX,
    COST_TEXT_LENGTH_MAX,
    BadCostError,
    Cost,
    CostField,
    CostFilter,
    CostImport,
    CostPart,
    CostTotals,
    NewCost,
    RecordedCosts,
    Spent,
    UnknownCostError,
)
from siyu.domain.metrics.dashboards_language import (
    Card,
    Dashboard,
    MetricCard,
    Place,
    QuestionCard,
    SegmentCard,
    TextCard,
)
from siyu.domain.metrics.dimensions import BadDimensionError, breakdown_of, dimension_of
from siyu.domain.metrics.formulas import Constant, Formula, MetricRef, Operation, Value, value_of
from siyu.domain.metrics.language import (
    AT_LEAST_MAX,
    DAYS_ROLLING_MAX,
    ActsMeasure,
    CostMeasure,
    EventsMeasure,
    FormulaMeasure,
    MeasureOf,
    Metric,
    SegmentMeasure,
    Unit,
)
from siyu.domain.metrics.questions_language import (
    Attribution,
    Bracket,
    Completion,
    Funnel,
    FunnelStep,
    Lifecycle,
    Paths,
    Question,
    RetentionQuestion,
    Sends,
    Stickiness,
    TouchPoint,
)
from siyu.domain.metrics.questions_words import (
    AttributeBreakdown,
    BetweenDays,
    Breakdown,
    EntryBreakdown,
    Events,
    LastPeriods,
    Length,
    MetricBreakdown,
    Period,
    PropertyBreakdown,
    SegmentBreakdown,
    SomeEvents,
    StaffBreakdown,
    TagBreakdown,
    TurnBreakdown,
    UnitBreakdown,
)
from siyu.domain.metrics.reports_language import DashboardOfReport, QuestionOfReport, Report
from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

__all__ = [
    "AT_LEAST_MAX",
    "COST_FIELDS",
    "COST_LINES_MAX",
    "COST_TEXT_LENGTH_MAX",
    "DAYS_ROLLING_MAX",
    "ActsMeasure",
    "AttributeBreakdown",
    "Attribution",
    "BadCostError",
    "BadDimensionError",
    "BetweenDays",
    "Bracket",
    "Breakdown",
    "Card",
    "Completion",
    "Constant",
    "Cost",
    "CostField",
    "CostFilter",
    "CostImport",
    "CostMeasure",
    "CostPart",
    "CostTotals",
    "Dashboard",
    "DashboardOfReport",
    "EntryBreakdown",
    "Events",
    "EventsMeasure",
    "Formula",
    "FormulaMeasure",
    "Funnel",
    "FunnelStep",
    "LastPeriods",
    "Length",
    "Lifecycle",
    "MeasureOf",
    "Metric",
    "MetricBreakdown",
    "MetricCard",
    "MetricRef",
    "NewCost",
    "Operation",
    "Paths",
    "Period",
    "Place",
    "PropertyBreakdown",
    "Question",
    "QuestionCard",
    "QuestionOfReport",
    "RecordedCosts",
    "Report",
    "RetentionQuestion",
    "SegmentBreakdown",
    "SegmentCard",
    "SegmentMeasure",
    "Sends",
    "SomeEvents",
    "Spent",
    "StaffBreakdown",
    "Stickiness",
    "TagBreakdown",
    "TextCard",
    "TouchPoint",
    "TurnBreakdown",
    "Unit",
    "UnitBreakdown",
    "UnknownCostError",
    "Value",
    "breakdown_of",
    "dimension_of",
    "value_of",
]
"""What of this door is written in the files beside it."""

METRIC_KIND = "metric"
METRIC_ALERTED = "metric_alerted"
"""About nobody: a metric was found where an alert rule says that somebody should know."""
WATCH_JOB = "watch_metrics"
REPORTS_JOB = "send_reports"
POST_ALERTS_JOB = "post_metric_alerts"
RULES_MAX = 200
TARGETS_MAX = 400

Grain = Literal["day", "week", "month"]
GRAINS: tuple[Grain, ...] = ("day", "week", "month")
Trigger = Literal["above", "below", "below_target", "rose", "fell", "changed"]
"""When a rule speaks: the value lies above or below `threshold`, below that part (percent) of the period's target, or rose, fell or
changed either way by more than `threshold` percent against what is usual."""


@dataclass(frozen=True, slots=True)
class MetricState:
    """A metric as it stands: the published one (None before the first), and the draft if one is waiting."""

    metric_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    metric: Metric | None
    draft: Metric | None
    updated_at: datetime

    @property
    def shown(self) -> Metric:
        """What is in force, or what is drafted where nothing is yet."""
        shown = self.metric or self.draft
        if shown is None:
            raise ValueError(f"metric {self.metric_id} has no definition")
        return shown


@dataclass(frozen=True, slots=True)
class NorthStar:
    """The metric that the company steers by, and by which periods."""

    metric_id: int
    grain: Grain


@dataclass(frozen=True, slots=True)
class Target:
    """What a metric is to come to in the period that begins on that day: of all, or of a member of a dimension."""

    metric_id: int
    grain: Grain
    starts_on: date
    value: float
    dimension: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True)
class AlertRule:
    """When somebody should know. It is looked at once after each period: at all together, or by a `dimension` at one `member`, or
    at each where none is told. What it finds is posted to `post_url`, if it says one."""

    rule_id: int
    metric_id: int
    grain: Grain
    trigger: Trigger
    threshold: float
    is_active: bool
    created_at: datetime
    dimension: str = ""
    member: str = ""
    post_url: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a member (empty: of all): its value, what that was held against, and whether somebody should know."""

    value: float | None
    usual: float | None
    is_alert: bool
    member: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """What a rule found of the period that began on that day; `usual` is what it was held against (None where nothing was)."""

    alert_id: int
    rule_id: int
    metric_id: int
    grain: Grain
    trigger: Trigger
    threshold: float
    starts_on: date
    value: float
    usual: float | None
    alerted_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    dimension: str = ""
    member: str = ""
    posted_at: datetime | None = None
    post_told: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """An alert on its way to an address; how often it was tried, this time included."""

    alert: Alert
    key: str
    url: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of it: taken; or not, perhaps for good, and the reason in a few words."""

    is_taken: bool
    is_final: bool
    told: str
    after_seconds: float | None = None


class AlertPoster(Protocol):
    """A way out for alerts. The same `key` goes with the same document, so that whoever takes it knows it again."""

    def post(self, url: str, key: str, document: Mapping[str, object]) -> Posted: ...


class MetricKeyTakenError(ConflictError):
    """Another metric has this key."""

    code = "metric_key_taken"


class MetricNotLiveError(ConflictError):
    """This metric is not in force; publish it first."""

    code = "metric_not_live"


class UnknownRuleError(NotFoundError):
    """There is no such rule, or no such alert."""

    code = "unknown_alert_rule"


class BadTargetError(InvalidError):
    """This target or rule cannot be kept."""

    code = "bad_target"


class NotAdditiveError(InvalidError):
    """This number cannot be taken apart that way: its parts do not add up."""

    code = "not_additive"


class NoSuchPeopleError(InvalidError):
    """Whom this number counts cannot be said as a segment."""

    code = "no_such_people"
