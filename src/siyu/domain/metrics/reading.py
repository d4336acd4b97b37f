"""What engines and faces read of metrics, on their own account: no actor, no rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from siyu.domain.definitions import reading as definitions
from siyu.domain.metrics import store
from siyu.domain.metrics.contracts import METRIC_KIND, AlertRule, Grain, Metric, NorthStar, SegmentMeasure, Target
from siyu.domain.metrics.questions import SavedQuestion
from siyu.domain.metrics.questions_rules import QUESTION, parse_question, question_document
from siyu.domain.metrics.rules import METRIC, as_document, formulas_of, keys_in, parse_metric, parsed
from siyu.domain.metrics.sentences import Told, sentence
from siyu.domain.metrics.templates import shipped_metrics
from siyu.domain.metrics.trees import Part, contributions, part_of
from siyu.platform.postgres.database import Reading

__all__ = [
    "METRIC",
    "QUESTION",
    "Part",
    "SavedQuestion",
    "Told",
    "as_document",
    "contributions",
    "formulas_of",
    "keys_in",
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
        metric = parse_metric(each.document)
        found[metric.key] = LiveMetric(each.definition_id, each.version, metric)
    return found


def find_north_star(reading: Reading) -> NorthStar | None:
    """What the company steers by, if it said so."""
    return store.find_north_star(reading.driver)


def targets_of(reading: Reading, metric_ids: Collection[int]) -> list[Target]:
    """What the metrics are to come to."""
    return store.targets_of(reading.driver, metric_ids)


def rules_waiting(reading: Reading, ended: Mapping[Grain, date]) -> list[AlertRule]:
    """Active rules that were not yet held against the period which ended last; `ended` says by grain on which day that began."""
    last = store.last_checks(reading.driver)
    return [
        rule
        for rule in store.select_rules(reading.driver)
        if rule.is_active and (rule.rule_id not in last or last[rule.rule_id] < ended[rule.grain])
    ]


def sentences_of(reading: Reading, metrics: Collection[Metric], known: Mapping[str, Metric]) -> list[Told]:
    """What each of the metrics means."""
    segments = {each.of.segment_id for each in metrics if isinstance(each.of, SegmentMeasure)}
    names = {key: each.name for key, each in definitions.names_of(reading, segments).items()} if segments else {}
    return [sentence(each, known, names) for each in metrics]
