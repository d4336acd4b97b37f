"""The verbs of room `metrics`. None of them commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from siyu.domain.company.service import record_audit
from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, Document
from siyu.domain.metrics import store
from siyu.domain.metrics.contracts import (
    METRIC_KIND,
    Metric,
    MetricKeyTakenError,
    MetricState,
    NorthStar,
    SegmentMeasure,
)
from siyu.domain.metrics.costs import (
    correct_cost,
    list_cost_imports,
    list_costs,
    record_costs,
    total_costs,
    withdraw_cost,
    withdraw_cost_import,
)
from siyu.domain.metrics.dashboards import (
    create_dashboard,
    delete_dashboard,
    get_dashboard,
    list_dashboards,
    save_dashboard,
)
from siyu.domain.metrics.faults import fault
from siyu.domain.metrics.questions import create_question, delete_question, get_question, list_questions, save_question
from siyu.domain.metrics.reading import live_metrics
from siyu.domain.metrics.reports import (
    ask_report,
    begin_runs,
    claim_delivery,
    create_report,
    delete_report,
    end_delivery,
    get_report,
    last_runs,
    list_deliveries,
    list_reports,
    save_report,
)
from siyu.domain.metrics.rules import as_document, check_formulas, keys_in, parse_metric
from siyu.domain.metrics.statements import (
    create_statement,
    delete_statement,
    end_statement,
    forget_statement_runs,
    list_statement_runs,
    list_statements,
    record_statement,
    require_sql,
    save_statement,
)
from siyu.domain.metrics.templates import shipped_metrics
from siyu.domain.metrics.watching import (
    acknowledge_alert,
    claim_posts,
    create_rule,
    delete_rule,
    list_alerts,
    list_rules,
    list_targets,
    record_check,
    record_posted,
    require_live,
    save_rule,
    set_target,
    set_targets,
)
from siyu.kernel.actors import Actor
from siyu.kernel.paging import MAX_PAGE_SIZE, Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

__all__ = [
    "acknowledge_alert",
    "ask_report",
    "begin_runs",
    "claim_delivery",
    "claim_posts",
    "correct_cost",
    "create_dashboard",
    "create_metric",
    "create_question",
    "create_report",
    "create_rule",
    "create_statement",
    "delete_dashboard",
    "delete_metric",
    "delete_question",
    "delete_report",
    "delete_rule",
    "delete_statement",
    "end_delivery",
    "end_statement",
    "forget_statement_runs",
    "get_dashboard",
    "get_metric",
    "get_question",
    "get_report",
    "install_shipped",
    "last_runs",
    "list_alerts",
    "list_cost_imports",
    "list_costs",
    "list_dashboards",
    "list_deliveries",
    "list_metrics",
    "list_questions",
    "list_reports",
    "list_rules",
    "list_statement_runs",
    "list_statements",
    "list_targets",
    "publish_metric",
    "record_check",
    "record_costs",
    "record_posted",
    "record_statement",
    "require_sql",
    "save_dashboard",
    "save_metric",
    "save_question",
    "save_report",
    "save_rule",
    "save_statement",
    "set_north_star",
    "set_target",
    "set_targets",
    "total_costs",
    "understand",
    "withdraw_cost",
    "withdraw_cost_import",
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
    """Metrics, the newest first; found by their key, or their name in any language."""
    if page.search:
        called = frozenset(_called(reading, actor, page.search.casefold()))
        page = replace(page, search="", ids=called if page.ids is None else page.ids & called)
    found = definitions.list_definitions(reading, actor, METRIC_KIND, page)
    return Page([_state(each) for each in found.rows], found.next_after)


def _called(reading: Reading, actor: Actor, sought: str) -> Iterator[int]:
    """The metrics with this in their key or a name of theirs: all are looked through, for their names stand in their documents."""
    page: PageRequest | None = PageRequest(MAX_PAGE_SIZE)
    while page is not None:
        found = definitions.list_definitions(reading, actor, METRIC_KIND, page)
        for each in found.rows:
            shown = _state(each).shown
            if any(sought in word.casefold() for word in (shown.key, shown.zh, shown.en)):
                yield each.definition_id
        page = None if found.next_after is None else replace(page, after=found.next_after)


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


# --- north star


def set_north_star(work: UnitOfWork, actor: Actor, star: NorthStar | None) -> None:
    """Says what the company steers by, or that it steers by nothing."""
    actor.require("metrics.publish")
    if star is not None:
        require_live(work, star.metric_id)
    store.set_north_star(work.driver, star)
    record_audit(work, actor, "metrics.set_north_star", f"metric:{star.metric_id}" if star else "metric")


# --- what hangs together


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
