"""What engines and faces read of metrics, on their own account: no actor, no rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import msgspec

from siyu.domain.definitions import reading as definitions
from siyu.domain.metrics import costs_store, store, watching_store
from siyu.domain.metrics.contracts import (
    METRIC_KIND,
    AlertRule,
    CostFilter,
    Grain,
    Metric,
    NorthStar,
    SegmentMeasure,
    Spent,
    Target,
)
from siyu.domain.metrics.dashboards import SavedDashboard
from siyu.domain.metrics.dashboards_rules import DASHBOARD, dashboard_document, parse_dashboard
from siyu.domain.metrics.dashboards_templates import TEMPLATES, DashboardTemplate, from_template
from siyu.domain.metrics.questions import SavedQuestion
from siyu.domain.metrics.questions_rules import QUESTION, parse_question, question_document
from siyu.domain.metrics.reports import SavedReport
from siyu.domain.metrics.reports_rules import REPORT
from siyu.domain.metrics.reports_store import Delivery, DeliveryState
from siyu.domain.metrics.rules import METRIC, as_document, formulas_of, keys_in, parse_metric, parsed
from siyu.domain.metrics.sentences import Told, sentence
from siyu.domain.metrics.statements import SavedStatement
from siyu.domain.metrics.statements_store import StatementRun
from siyu.domain.metrics.templates import shipped_metrics
from siyu.domain.metrics.trees import Part, contributions, part_of
from siyu.platform.postgres.database import Reading

__all__ = [
    "DASHBOARD",
    "METRIC",
    "QUESTION",
    "REPORT",
    "TEMPLATES",
    "DashboardTemplate",
    "Delivery",
    "DeliveryState",
    "Part",
    "SavedDashboard",
    "SavedQuestion",
    "SavedReport",
    "SavedStatement",
    "StatementRun",
    "Told",
    "as_document",
    "contributions",
    "dashboard_document",
    "formulas_of",
    "from_template",
    "keys_in",
    "parse_dashboard",
    "parse_metric",
    "parse_question",
    "parsed",
    "part_of",
    "question_document",
    "shipped_metrics",
]
"""What of this door is written in the files beside it."""


@dataclass(frozen=True, slots=True)
class LiveMetric:
    """A metric in force."""

    metric_id: int
    version: int
    metric: Metric


def live_metrics(reading: Reading) -> dict[str, LiveMetric]:
    """All that are in force, by their keys, in the order in which they were made."""
    found = {}
    for each in definitions.live_versions(reading, METRIC_KIND):
        metric = _parsed(msgspec.json.encode(each.document))
        found[metric.key] = LiveMetric(each.definition_id, each.version, metric)
    return found


@lru_cache(maxsize=2048)
def _parsed(document: bytes) -> Metric:
    """A version never changes, and all of them are read for every page that shows numbers."""
    return parse_metric(msgspec.json.decode(document))


def find_north_star(reading: Reading) -> NorthStar | None:
    """What the company steers by, if it said so."""
    return store.find_north_star(reading.driver)


def targets_of(reading: Reading, metric_ids: Collection[int], dimension: str = "") -> list[Target]:
    """What the metrics are to come to: all together, or the members of a dimension."""
    return watching_store.targets_of(reading.driver, metric_ids, dimension)


def rules_waiting(reading: Reading, ended: Mapping[Grain, date]) -> list[AlertRule]:
    """Active rules that were not yet held against the period which ended last; `ended` says by grain on which day that began."""
    last = watching_store.last_checks(reading.driver)
    return [
        rule
        for rule in watching_store.select_rules(reading.driver)
        if rule.is_active and (rule.rule_id not in last or last[rule.rule_id] < ended[rule.grain])
    ]


def spent_between(reading: Reading, since_on: date, until_on: date) -> list[Spent]:
    """What was spent on each day, both days included, by the words of the lines."""
    return costs_store.spent_between(reading.driver, since_on, until_on)


def spent_by_campaign(reading: Reading, campaign: str, since_on: date, until_on: date) -> int:
    """What was spent on a campaign from one day to another, in fen; both days included."""
    which = CostFilter(since_on=since_on, until_on=until_on, campaign=campaign)
    return costs_store.total(reading.driver, which)[1]


def sentences_of(reading: Reading, metrics: Collection[Metric], known: Mapping[str, Metric]) -> list[Told]:
    """What each of the metrics means."""
    segments = {each.of.segment_id for each in metrics if isinstance(each.of, SegmentMeasure)}
    names = {key: each.name for key, each in definitions.names_of(reading, segments).items()} if segments else {}
    return [sentence(each, known, names) for each in metrics]
