"""A plan in numbers: what its targets have come to, and what was spent of its budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from siyu.domain.metrics import reading as metrics
from siyu.domain.metrics.contracts import Metric, Value
from siyu.domain.plans.contracts import CampaignPlan, PlanTarget
from siyu.engines.insight.metric_spans import Span
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.terms.periods import day_start_ms
from siyu.kernel.clock import milliseconds_of

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class TargetNumber:
    """A target and what it has come to so far; `metric` is None where it is in force no more, `actual` where nothing has begun."""

    target: PlanTarget
    since_on: date
    until_on: date
    metric: Metric | None
    actual: Value


@dataclass(frozen=True, slots=True)
class PlanNumbers:
    """What was planned and what has come of it. Costs are told by the campaign's name, whenever they were, and to those who see all
    customers: they know no scope, and a plan may name any campaign."""

    targets: Sequence[TargetNumber]
    planned_fen: int
    spent_fen: int | None


def plan_numbers(numbers: Numbers, plan: CampaignPlan) -> PlanNumbers:
    """As of now, over the customers whom the actor sees."""
    days = [plan.days_of(each) for each in plan.targets]
    spans = {each: span_of(numbers, *each) for each in days}
    begun = sorted({span for span in spans.values() if span is not None})
    found: dict[int, tuple[Metric, Mapping[Span, Value]]] = {}
    if begun:
        with numbers.asking(begun) as question:
            keys = {
                question.ids[key]: key
                for key in question.known
                if question.ids[key] in {each.metric_id for each in plan.targets}
            }
            question.find(list(keys.values()))
            for metric_id, key in keys.items():
                found[metric_id] = question.metric(key), dict(zip(begun, question.values(key), strict=True))
    with numbers.database.read() as reading:
        spent = None
        if numbers.actor.scope.is_everything:
            spent = metrics.spent_by_campaign(reading, plan.campaign, FIRST_DAY, LAST_DAY)
        live = {each.metric_id: each.metric for each in metrics.live_metrics(reading).values()}
    made = []
    for target, (since_on, until_on) in zip(plan.targets, days, strict=True):
        span = spans[since_on, until_on]
        actual = found[target.metric_id][1][span] if span is not None and target.metric_id in found else None
        made.append(TargetNumber(target, since_on, until_on, live.get(target.metric_id), actual))
    return PlanNumbers(made, sum(each.planned_fen for each in plan.budget), spent)


def span_of(numbers: Numbers, since_on: date, until_on: date) -> Span | None:
    """The whole days from one to another, or as much of them as has been; None where they have not begun."""
    now_ms = milliseconds_of(numbers.database.clock.now())
    start = day_start_ms(since_on, numbers.zone)
    end = min(day_start_ms(until_on + timedelta(days=1), numbers.zone), now_ms + 1)
    return Span(start, end) if start < end else None
