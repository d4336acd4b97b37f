"""What a review looks at: metrics over its days against the days before and against what they were to come to, what made the
difference, and what was done. The numbers are those of the metrics' own pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DEFINITION_STOPPED, DefinitionName
from siyu.domain.entries.contracts import FORM_ANSWERED
from siyu.domain.experiments.contracts import EXPERIMENT_EXPOSED
from siyu.domain.journeys.contracts import JOURNEY_ENTERED
from siyu.domain.messages.contracts import MESSAGE_SENT
from siyu.domain.metrics import reading as metrics
from siyu.domain.metrics.contracts import Grain, Target
from siyu.domain.plans.contracts import (
    CampaignPlan,
    Cause,
    Done,
    DoneKind,
    MetricResult,
    Review,
    ReviewNumbers,
    TrendPoint,
)
from siyu.engines.insight.metric_spans import Span, spans_of
from siyu.engines.insight.metric_trees import Tree, tree
from siyu.engines.insight.metric_values import Numbers, Question
from siyu.engines.insight.plan_numbers import span_of
from siyu.engines.insight.terms.periods import Periods, between, day_start_ms, lengthened, moved, occurred_between
from siyu.kernel.clock import milliseconds_of
from siyu.kernel.errors import InvalidError
from siyu.platform.columns.queries import Parameters
from siyu.platform.columns.schema import CUSTOMER_OF, EVENTS
from siyu.platform.postgres.database import Reading

DAYS_BY_DAY_MAX = 62
DAYS_BY_WEEK_MAX = 366
DONE_MAX = 60
_POSITION = f"SELECT max(position) FROM {EVENTS}"  # noqa: S608 - a name of our own
_KINDS: Mapping[str, tuple[DoneKind, str]] = {
    JOURNEY_ENTERED: ("journey", "journey_id"),
    EXPERIMENT_EXPOSED: ("experiment", "experiment_id"),
    FORM_ANSWERED: ("form", "form_id"),
    MESSAGE_SENT: ("messages", "definition_id"),
}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The days of a review, as many days before them, and the periods of its trend."""

    since_on: date
    until_on: date
    now: Span
    before: Span
    before_on: tuple[date, date]
    periods: Periods
    asked: Periods
    is_partial: bool


def review_numbers(numbers: Numbers, review: Review, plan: CampaignPlan | None) -> ReviewNumbers:
    """As of now, over the customers whom the actor sees. InvalidError where the days have not begun."""
    as_of = numbers.database.clock.now()
    stretch = _stretch(numbers, review.since_on, review.until_on)
    position = int(numbers.columns.query(_POSITION)[0][0])
    trend = spans_of(stretch.asked)
    with numbers.asking([stretch.now, stretch.before, *trend]) as question:
        keys = {question.ids[key]: key for key in question.known}
        wanted = [keys[each] for each in review.metric_ids if each in keys]
        question.find(wanted)
        targets = _targets(question.reading, stretch, [question.ids[key] for key in wanted])
        targets |= _targets_of(plan, stretch)
        results = [_result(question, stretch, key, targets.get(question.ids[key])) for key in wanted]
        done = _done(question, stretch)
    causes = {key: _cause(numbers, stretch, key) for key in wanted}
    planned = spent = None
    if plan is not None:
        with numbers.database.read() as reading:
            planned = sum(each.planned_fen for each in plan.budget)
            if numbers.actor.scope.is_everything:
                spent = metrics.spent_by_campaign(reading, plan.campaign, review.since_on, review.until_on)
    return ReviewNumbers(
        as_of=as_of,
        position=position,
        is_partial=stretch.is_partial,
        before_begins_on=stretch.before_on[0].isoformat(),
        before_ends_on=stretch.before_on[1].isoformat(),
        metrics=tuple(replace(each, cause=causes[each.key]) for each in results),
        done=tuple(done),
        planned_fen=planned,
        spent_fen=spent,
    )


def _stretch(numbers: Numbers, since_on: date, until_on: date) -> _Stretch:
    now = span_of(numbers, since_on, until_on)
    if now is None:
        raise InvalidError("These days have not begun yet.", field="begins_on")
    count = (until_on - since_on).days + 1
    before_on = since_on - timedelta(days=count), since_on - timedelta(days=1)
    before = Span(day_start_ms(before_on[0], numbers.zone), day_start_ms(since_on, numbers.zone))
    as_of = numbers.database.clock.now()
    periods = between(since_on, until_on, grain_of(count), as_of, numbers.zone)
    ends = day_start_ms(until_on + timedelta(days=1), numbers.zone)
    return _Stretch(
        since_on,
        until_on,
        now,
        before,
        before_on,
        periods,
        lengthened(periods, len(periods), 0, numbers.zone),
        ends > milliseconds_of(as_of) + 1,
    )


def grain_of(days: int) -> Grain:
    """By which periods so many days are drawn."""
    if days <= DAYS_BY_DAY_MAX:
        return "day"
    return "week" if days <= DAYS_BY_WEEK_MAX else "month"


def _targets(reading: Reading, stretch: _Stretch, metric_ids: Sequence[int]) -> dict[int, float]:
    """What the metrics were to come to, where these days are a day, a week or a month of their own."""
    return {
        each.metric_id: each.value
        for each in metrics.targets_of(reading, metric_ids)
        if _is_of(each, stretch.since_on, stretch.until_on)
    }


def _is_of(target: Target, since_on: date, until_on: date) -> bool:
    following = moved(target.starts_on, target.grain, 1)
    return target.starts_on == since_on and following == until_on + timedelta(days=1)


def _targets_of(plan: CampaignPlan | None, stretch: _Stretch) -> dict[int, float]:
    """What the plan says of just these days: of the whole of it, or of a phase."""
    if plan is None:
        return {}
    days = (stretch.since_on, stretch.until_on)
    return {each.metric_id: each.value for each in plan.targets if plan.days_of(each) == days}


def _result(question: Question, stretch: _Stretch, key: str, target: float | None) -> MetricResult:
    metric = question.metric(key)
    value, before, *trend = question.values(key)
    size = len(stretch.periods)
    points = [
        TrendPoint(day.isoformat(), now, earlier)
        for day, now, earlier in zip(stretch.periods.days, trend[size:], trend, strict=False)
    ]
    return MetricResult(
        metric_id=question.ids[key],
        key=key,
        zh=metric.zh,
        en=metric.en,
        unit=metric.unit,
        up_is=metric.up_is,
        value=value,
        before=before,
        target=target,
        grain=stretch.periods.unit,
        trend=tuple(points),
        cause=None,
    )


def _cause(numbers: Numbers, stretch: _Stretch, key: str) -> Cause | None:
    """What made the difference; nothing of a metric that is made of no others."""
    with numbers.database.read() as reading:
        live = metrics.live_metrics(reading)
    if key not in live or not metrics.formulas_of(live[key].metric):
        return None
    found = tree(numbers, key, stretch.before, stretch.now)
    return _part(found, found.root, {name: each.metric_id for name, each in live.items()})


def _part(found: Tree, part: metrics.Part, ids: Mapping[str, int]) -> Cause:
    key = part.key.removesuffix(":split")
    metric = found.metrics.get(key)
    return Cause(
        key=part.key,
        metric_id=ids.get(key),
        zh=metric.zh if metric is not None else key,
        en=metric.en if metric is not None else key,
        unit=metric.unit if metric is not None else None,
        how=part.how,
        power=1 if part.power == 1 else -1,
        before=part.before,
        after=part.after,
        contribution=part.contribution,
        parts=tuple(_part(found, each, ids) for each in part.parts),
    )


def _done(question: Question, stretch: _Stretch) -> list[Done]:
    """What customers met in these days, and what was ended; most customers first."""
    columns, parameters = question.numbers.columns, Parameters()
    within = occurred_between(parameters, stretch.now.start_ms, stretch.now.end_ms - 1)
    which = " ".join(
        f"WHEN {parameters.bind(name, 'String')} THEN ifNull(properties.{member}.:Int64, 0)"
        for name, (_, member) in _KINDS.items()
    )
    sql = (
        f"SELECT name, id, count(), uniqExact(customer_id) FROM (SELECT name, CASE name {which} ELSE 0 END AS id,"  # noqa: S608
        f" profile_id, {CUSTOMER_OF} AS customer_id FROM {EVENTS}"
        f" WHERE name IN ({parameters.bind(list(_KINDS), 'Array(String)')}) AND {within})"
        f" WHERE id > 0 AND {question.whom.events(parameters)}"
        f" GROUP BY name, id ORDER BY 4 DESC, 3 DESC, id LIMIT {DONE_MAX}"
    )
    query = parameters.query(sql)
    told = columns.query(query.sql, query.parameters)
    ended = _ended(question, stretch)
    names = definitions.names_of(question.reading, {int(row[1]) for row in told} | {each[1] for each in ended})
    made = [
        Done(kind, int(row[1]), _named(names, int(row[1])), int(row[2]), int(row[3]), (kind, int(row[1])) in ended)
        for row in told
        for kind in [_KINDS[row[0]][0]]
    ]
    met = {(each.kind, each.definition_id) for each in made}
    return made + [Done(kind, number, _named(names, number), 0, 0, ended=True) for kind, number in sorted(ended - met)]


def _ended(question: Question, stretch: _Stretch) -> set[tuple[DoneKind, int]]:
    parameters = Parameters()
    within = occurred_between(parameters, stretch.now.start_ms, stretch.now.end_ms - 1)
    kinds = parameters.bind(["journey", "experiment", "form"], "Array(String)")
    sql = (
        "SELECT DISTINCT ifNull(properties.kind.:String, '') AS kind,"  # noqa: S608 - our own words
        f" ifNull(properties.definition_id.:Int64, 0) AS id FROM {EVENTS}"
        f" WHERE name = {parameters.bind(DEFINITION_STOPPED, 'String')} AND {within} AND kind IN {kinds}"
    )
    query = parameters.query(sql)
    found = question.numbers.columns.query(query.sql, query.parameters)
    return {(kind, int(number)) for kind, number in found}


def _named(names: Mapping[int, DefinitionName], number: int) -> str:
    found = names.get(number)
    return found.name if found is not None else f"#{number}"
