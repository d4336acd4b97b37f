"""The verbs of room `metrics`. None of them commits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

from siyu.domain.company.service import record_audit
from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, Document
from siyu.domain.metrics import store
from siyu.domain.metrics.contracts import (
    GRAINS,
    METRIC_ALERTED,
    METRIC_KIND,
    RULES_MAX,
    TARGETS_MAX,
    Alert,
    AlertRule,
    BadTargetError,
    Grain,
    Metric,
    MetricKeyTakenError,
    MetricState,
    NorthStar,
    SegmentMeasure,
    Target,
    Trigger,
    UnknownRuleError,
)
from siyu.domain.metrics.faults import fault
from siyu.domain.metrics.questions import create_question, delete_question, get_question, list_questions, save_question
from siyu.domain.metrics.reading import live_metrics
from siyu.domain.metrics.rules import as_document, check_formulas, keys_in, parse_metric
from siyu.domain.metrics.templates import shipped_metrics
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.events import NOBODY, NewEvent
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

__all__ = [
    "acknowledge_alert",
    "create_metric",
    "create_question",
    "create_rule",
    "delete_metric",
    "delete_question",
    "delete_rule",
    "get_metric",
    "get_question",
    "install_shipped",
    "list_alerts",
    "list_metrics",
    "list_questions",
    "list_rules",
    "list_targets",
    "publish_metric",
    "record_check",
    "save_metric",
    "save_question",
    "save_rule",
    "set_north_star",
    "set_targets",
    "understand",
]
"""What of this door is written in the files beside it, and below."""

SEGMENT_KIND = "segment"

# --- metrics


def understand(reading: Reading, actor: Actor, document: object) -> Metric:
    """What a document means; InvalidDefinitionError says where it is wrong and what to do."""
    actor.require("metrics.read")
    metric = parse_metric(document)
    _check(reading, metric)
    return metric


def create_metric(work: UnitOfWork, actor: Actor, document: object) -> MetricState:
    """A new metric, as a draft; MetricKeyTakenError where another has its key."""
    actor.require("metrics.write")
    metric = parse_metric(document)
    store.lock_keys(work.driver)
    references = _check(work, metric)
    if store.ids_of_keys(work.driver, [metric.key]):
        raise MetricKeyTakenError(f"“{metric.key}” is taken.", key=metric.key)
    made = definitions.create(work, actor, METRIC_KIND, metric.zh, as_document(metric), references)
    store.insert_key(work.driver, metric.key, made.definition_id)
    return _state(made)


def save_metric(
    work: UnitOfWork, actor: Actor, metric_id: int, document: object, *, revision: int | None = None
) -> MetricState:
    """Saves a draft; what is in force stays in force until it is published."""
    actor.require("metrics.write")
    metric = parse_metric(document)
    store.lock_keys(work.driver)
    before = _state(definitions.get(work, actor, metric_id, METRIC_KIND))
    if before.shown.key != metric.key:
        raise fault(("key",), "key_fixed", key=before.shown.key)
    references = _check(work, metric)
    saved = definitions.save_draft(
        work, actor, metric_id, metric.zh, as_document(metric), references, kind=METRIC_KIND, revision=revision
    )
    return _state(saved)


def publish_metric(work: UnitOfWork, actor: Actor, metric_id: int) -> MetricState:
    """Puts the draft in force; refused where it, or one that is made of it, would come to no number any more."""
    actor.require("metrics.publish")
    store.lock_keys(work.driver)
    published = _state(definitions.publish(work, actor, metric_id, kind=METRIC_KIND))
    known = {key: each.metric for key, each in live_metrics(work).items()}
    _check(work, published.shown)
    for key, metric in known.items():
        if published.shown.key in keys_in(metric) or key == published.shown.key:
            check_formulas(metric, known)
    return published


def delete_metric(work: UnitOfWork, actor: Actor, metric_id: int) -> None:
    """Takes it away with its targets and rules, unless something uses it."""
    actor.require("metrics.write")
    definitions.delete(work, actor, metric_id, kind=METRIC_KIND)
    store.delete_metric(work.driver, metric_id)


def get_metric(reading: Reading, actor: Actor, metric_id: int) -> MetricState:
    """The metric as it stands."""
    return _state(definitions.get(reading, actor, metric_id, METRIC_KIND))


def list_metrics(reading: Reading, actor: Actor, page: PageRequest) -> Page[MetricState]:
    """Metrics, the newest first."""
    found = definitions.list_definitions(reading, actor, METRIC_KIND, page)
    return Page([_state(each) for each in found.rows], found.next_after)


def install_shipped(work: UnitOfWork, actor: Actor, currency: str) -> list[MetricState]:
    """Makes and publishes those of the metrics that Siyu brings along whose keys are free; those it made."""
    actor.require("metrics.publish")
    metrics = shipped_metrics(currency)
    taken = store.ids_of_keys(work.driver, [each.key for each in metrics])
    made = []
    for metric in metrics:
        if metric.key not in taken:
            state = create_metric(work, actor, as_document(metric))
            made.append(publish_metric(work, actor, state.metric_id))
    return made


# --- north star and targets


def set_north_star(work: UnitOfWork, actor: Actor, star: NorthStar | None) -> None:
    """Says what the company steers by, or that it steers by nothing."""
    actor.require("metrics.publish")
    if star is not None:
        _require_live(work, star.metric_id)
    store.set_north_star(work.driver, star)
    record_audit(work, actor, "metrics.set_north_star", f"metric:{star.metric_id}" if star else "metric")


def set_targets(
    work: UnitOfWork, actor: Actor, metric_id: int, grain: Grain, targets: Mapping[date, float]
) -> list[Target]:
    """What the metric is to come to in the periods that begin on these days; in all others nothing is said."""
    actor.require("metrics.publish")
    _require_live(work, metric_id)
    if len(targets) > TARGETS_MAX:
        raise BadTargetError(f"At most {TARGETS_MAX} targets.", field="targets")
    for day, value in targets.items():
        if not math.isfinite(value):
            raise BadTargetError("A target is a number.", field="targets")
        if (grain == "week" and day.weekday() != 0) or (grain == "month" and day.day != 1):
            raise BadTargetError(f"No {grain} begins on {day}.", field="targets")
    store.replace_targets(work.driver, metric_id, grain, targets)
    record_audit(work, actor, "metrics.set_targets", f"metric:{metric_id}", grain=grain, count=len(targets))
    return store.targets_of(work.driver, [metric_id])


def list_targets(reading: Reading, actor: Actor, metric_id: int) -> list[Target]:
    """What the metric is to come to."""
    actor.require("metrics.read")
    return store.targets_of(reading.driver, [metric_id])


# --- rules and alerts


def create_rule(
    work: UnitOfWork, actor: Actor, metric_id: int, grain: Grain, trigger: Trigger, threshold: float
) -> AlertRule:
    """A new rule, active from the next period's end on."""
    actor.require("metrics.publish")
    _require_live(work, metric_id)
    if store.count_rules(work.driver) >= RULES_MAX:
        raise BadTargetError(f"There are {RULES_MAX} rules.", field="rules")
    if grain not in GRAINS:
        raise BadTargetError("There is no such grain.", field="grain")
    rule = store.insert_rule(
        work.driver, (metric_id, grain, trigger, _checked_threshold(trigger, threshold), work.clock.now())
    )
    record_audit(work, actor, "metrics.create_rule", f"metric:{metric_id}", rule_id=rule.rule_id)
    return rule


def save_rule(
    work: UnitOfWork, actor: Actor, rule_id: int, trigger: Trigger, threshold: float, *, is_active: bool
) -> AlertRule:
    """Changes a rule, or holds it."""
    actor.require("metrics.publish")
    rule = store.update_rule(work.driver, rule_id, (trigger, _checked_threshold(trigger, threshold), is_active))
    if rule is None:
        raise UnknownRuleError
    record_audit(work, actor, "metrics.save_rule", f"metric:{rule.metric_id}", rule_id=rule_id)
    return rule


def delete_rule(work: UnitOfWork, actor: Actor, rule_id: int) -> None:
    """Takes a rule away, with all that it found."""
    actor.require("metrics.publish")
    if not store.delete_rule(work.driver, rule_id):
        raise UnknownRuleError
    record_audit(work, actor, "metrics.delete_rule", f"metric_rule:{rule_id}")


def list_rules(reading: Reading, actor: Actor, metric_id: int | None = None) -> list[AlertRule]:
    """All rules, or those of a metric."""
    actor.require("metrics.read")
    return store.select_rules(reading.driver, metric_id)


def list_alerts(reading: Reading, actor: Actor, page: PageRequest, *, is_open: bool = False) -> Page[Alert]:
    """What rules found, the newest first. They are about all customers: who may see but some is told none."""
    actor.require("metrics.read")
    if page.after is not None and not (page.after.isdecimal() and page.after.isascii() and len(page.after) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    before = int(page.after) if page.after else None
    if not actor.scope.is_everything:
        return Page([], None)
    rows = store.select_alerts(reading.driver, page.size + 1, before, is_open=is_open)
    more = len(rows) > page.size
    rows = rows[: page.size]
    return Page(rows, str(rows[-1].alert_id) if more else None)


def acknowledge_alert(work: UnitOfWork, actor: Actor, alert_id: int) -> Alert:
    """Notes who has seen it; who did so first stays so."""
    actor.require("metrics.read")
    if not actor.scope.is_everything:
        raise UnknownRuleError
    found = store.acknowledge(work.driver, alert_id, f"{actor.kind}:{actor.actor_id}", work.clock.now())
    if found is None:
        raise UnknownRuleError
    record_audit(work, actor, "metrics.acknowledge_alert", f"metric:{found.metric_id}", alert_id=alert_id)
    return found


def record_check(
    work: UnitOfWork,
    actor: Actor,
    rule: AlertRule,
    key: str,
    starts_on: date,
    value: float | None,
    usual: float | None,
    *,
    is_alert: bool,
) -> bool:
    """Keeps what a rule found of a period and tells it; False, and nothing is changed, where that was done before."""
    actor.require("metrics.run")
    check_id = store.insert_check(work.driver, rule, starts_on, (value, usual, is_alert), work.clock.now())
    if check_id is None:
        return False
    if is_alert:
        work.record([_alerted(work, rule, key, starts_on, value, usual)])
    return True


def _alerted(
    work: UnitOfWork, rule: AlertRule, key: str, starts_on: date, value: float | None, usual: float | None
) -> NewEvent:
    return NewEvent(
        name=METRIC_ALERTED,
        event_id=derived_id(METRIC_ALERTED, rule.rule_id, starts_on.isoformat()),
        profile_id=NOBODY,
        occurred_at=work.clock.now(),
        source="metrics",
        properties={
            "rule_id": rule.rule_id,
            "metric_id": rule.metric_id,
            "key": key,
            "starts_on": starts_on.isoformat(),
            "value": value,
            "usual": usual,
        },
    )


def _checked_threshold(trigger: Trigger, threshold: float) -> float:
    if not math.isfinite(threshold) or abs(threshold) > 1e15:
        raise BadTargetError("A threshold is a number.", field="threshold")
    if trigger not in {"above", "below"} and threshold <= 0:
        raise BadTargetError("A percentage is more than 0.", field="threshold")
    return threshold


def _require_live(reading: Reading, metric_id: int) -> None:
    if metric_id not in {each.metric_id for each in live_metrics(reading).values()}:
        raise BadTargetError("There is no such metric in force.", field="metric_id")


def _check(reading: Reading, metric: Metric) -> Sequence[int]:
    """Whether what it refers to is there; the definitions that are."""
    live = live_metrics(reading)
    check_formulas(metric, {key: each.metric for key, each in live.items()})
    references = [live[key].metric_id for key in keys_in(metric)]
    if isinstance(metric.of, SegmentMeasure):
        found = definitions_reading.names_of(reading, [metric.of.segment_id]).get(metric.of.segment_id)
        if found is None or found.kind != SEGMENT_KIND:
            raise fault(("of", "segment_id"), "no_segment")
        references.append(metric.of.segment_id)
    return references


def _state(found: Definition) -> MetricState:
    return MetricState(
        metric_id=found.definition_id,
        name=found.name,
        status=found.status,
        version=found.version,
        revision=found.revision,
        metric=_parsed(found.document),
        draft=_parsed(found.draft),
        updated_at=found.updated_at,
    )


def _parsed(document: Document | None) -> Metric | None:
    return parse_metric(document) if document is not None else None
