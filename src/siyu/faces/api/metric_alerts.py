"""Alert rules on metrics, and what they found."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.domain.metrics import contracts, service
from siyu.domain.metrics import reading as metrics
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.group_names import group_labels
from siyu.faces.api.access import Context, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.context import ApiContext
from siyu.faces.api.metrics import Amount
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/metric-alerts", tags=["metrics"])

Url = Annotated[str, Field(max_length=2000)]


class MetricAlert(BaseModel):
    """What a rule found of the period that began on that day; `usual` is what it was held against. By a dimension it is
    about a `member` of it. `post_told`: what became of posting it, null where it is not posted."""

    alert_id: int
    rule_id: int
    metric_id: int
    key: str
    zh: str
    en: str
    unit: contracts.Unit
    grain: contracts.Grain
    trigger: contracts.Trigger
    threshold: float
    starts_on: date
    value: float
    usual: float | None
    alerted_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    dimension: str
    member: str
    member_label: str
    posted_at: datetime | None
    post_told: str | None


class MetricAlertPage(BaseModel):
    """Alerts, the newest first."""

    rows: list[MetricAlert]
    next_after: str | None


class MetricRule(BaseModel):
    """When somebody should know. A change is in percent of what is usual; below target is in percent of the target. By a dimension
    it is for one member, or without one for each. `post_url`: where alerts are posted."""

    rule_id: int
    metric_id: int
    grain: contracts.Grain
    trigger: contracts.Trigger
    threshold: float
    is_active: bool
    created_at: datetime
    dimension: str
    member: str
    post_url: str


class MetricRules(BaseModel):
    """Rules, the oldest first."""

    rows: list[MetricRule]


class NewMetricRule(BaseModel):
    """A rule to be made."""

    metric_id: Id
    grain: contracts.Grain
    trigger: contracts.Trigger
    threshold: Amount
    dimension: Annotated[str, Field(max_length=120)] = ""
    member: Annotated[str, Field(max_length=200)] = ""
    post_url: Url = ""


class ChangedMetricRule(BaseModel):
    """What a rule becomes."""

    trigger: contracts.Trigger
    threshold: Amount
    is_active: bool
    post_url: Url = ""


@router.get("", summary="What rules found")
def list_metric_alerts(
    actor: CurrentActor, reading: ReadOnly, page: Paging, is_open: Annotated[bool, Query()] = False
) -> MetricAlertPage:
    """With `is_open` those that nobody has acknowledged."""
    found = service.list_alerts(reading, actor, page, is_open=is_open)
    return MetricAlertPage(rows=_alerts(reading, list(found.rows)), next_after=found.next_after)


@router.post("/{alert_id}/acknowledge", summary="Say that you have seen it")
def acknowledge_metric_alert(actor: CurrentActor, work: Work, alert_id: Id) -> MetricAlert:
    return _alerts(work, [service.acknowledge_alert(work, actor, alert_id)])[0]


@router.get("/rules", summary="When somebody should know")
def list_metric_rules(
    actor: CurrentActor,
    reading: ReadOnly,
    metric_id: Id | None = None,
    dimension: Annotated[str | None, Query(max_length=120)] = None,
) -> MetricRules:
    """All, or those of a metric, of a dimension (empty: of all together), or both."""
    found = service.list_rules(reading, actor, metric_id, dimension)
    return MetricRules(rows=[MetricRule(**asdict(each)) for each in found])


@router.post("/rules", summary="A new rule")
def create_metric_rule(actor: CurrentActor, context: Context, work: Work, told: NewMetricRule) -> MetricRule:
    _check_post(context, told.post_url)
    made = service.create_rule(
        work,
        actor,
        told.metric_id,
        told.grain,
        told.trigger,
        told.threshold,
        dimension=told.dimension,
        member=told.member,
        post_url=told.post_url,
    )
    return MetricRule(**asdict(made))


@router.put("/rules/{rule_id}", summary="Change or hold a rule")
def save_metric_rule(
    actor: CurrentActor, context: Context, work: Work, rule_id: Id, told: ChangedMetricRule
) -> MetricRule:
    _check_post(context, told.post_url)
    saved = service.save_rule(
        work, actor, rule_id, told.trigger, told.threshold, is_active=told.is_active, post_url=told.post_url
    )
    return MetricRule(**asdict(saved))


@router.delete("/rules/{rule_id}", summary="Take a rule away", status_code=204)
def delete_metric_rule(actor: CurrentActor, work: Work, rule_id: Id) -> None:
    service.delete_rule(work, actor, rule_id)


def _check_post(context: ApiContext, url: str) -> None:
    if url and not context.settings.webhook_secret:
        raise contracts.BadTargetError("Set webhook_secret first: what is posted is signed.", field="post_url")


def _alerts(reading: Reading, found: list[contracts.Alert]) -> list[MetricAlert]:
    """With what the metrics are called; a rule goes with its metric, so each is there."""
    labels: dict[tuple[str, str], str] = {}
    for dimension in {each.dimension for each in found if each.dimension}:
        members = [Group("value", each.member) for each in found if each.dimension == dimension]
        named = group_labels(reading, contracts.breakdown_of(dimension), members)
        labels |= {(dimension, member): name for member, name in named.items()}
    known = {each.metric_id: each.metric for each in metrics.live_metrics(reading).values()}
    return [
        MetricAlert(
            **asdict(each),
            key=known[each.metric_id].key,
            zh=known[each.metric_id].zh,
            en=known[each.metric_id].en,
            unit=known[each.metric_id].unit,
            member_label=labels.get((each.dimension, each.member), each.member),
        )
        for each in found
    ]
