"""Metrics in numbers: over time, at a glance, what changed and why, and who it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.domain.definitions.contracts import check_in_plain, check_parts
from siyu.domain.metrics import contracts, service
from siyu.domain.metrics import reading as metrics
from siyu.engines.insight.metric_people import people_of
from siyu.engines.insight.metric_series import PERIODS_MAX, Glance, Glances, Series, glances, series
from siyu.engines.insight.metric_spans import Span
from siyu.engines.insight.metric_trees import Tree, tree
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.group_names import group_labels
from siyu.engines.insight.terms.periods import between, day_start_ms, moved
from siyu.faces.api.access import ONLY_READS, ColumnsClient, Context, CurrentActor, Id, ReadOnly
from siyu.faces.api.context import ApiContext
from siyu.faces.api.metrics import Day
from siyu.faces.api.segments import Condition
from siyu.kernel.actors import Actor
from siyu.kernel.clock import milliseconds_of
from siyu.kernel.errors import InvalidError
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/metric-numbers", tags=["metrics"])

Breakdown = contracts.MetricBreakdown
Number = int | float | None


class MetricGroup(BaseModel):
    """A part: a value, all others, or those of whom nothing is known. `label` is what it is called, where it has a name."""

    kind: Literal["value", "other", "missing"]
    key: str
    label: str


class MetricLine(BaseModel):
    """A part over time."""

    group: MetricGroup
    values: list[Number]


class MetricSeries(BaseModel):
    """A metric over periods, each by its first day; null is no value. `before` are as many periods before these, `targets` what
    it is to come to. `is_partial` tells that the last period is not over."""

    metric_id: int
    days: list[date]
    is_partial: bool
    values: list[Number]
    before: list[Number] | None
    targets: list[Number]
    lines: list[MetricLine]


class MetricSeriesQuestion(BaseModel):
    """From the period of one day to that of another."""

    grain: contracts.Grain = "day"
    since_on: Day
    until_on: Day
    breakdown: Annotated[Breakdown | None, Field()] = None
    compares: bool = False


class MetricGlance(BaseModel):
    """A metric in short. `values` are those of the periods, of which the last is not over."""

    metric_id: int
    key: str
    zh: str
    en: str
    unit: contracts.Unit
    up_is: Literal["good", "bad", "neither"]
    board: Literal["acquisition", "operation", "transaction"] | None
    sentence_zh: str
    sentence_en: str
    values: list[Number]


class MetricGlances(BaseModel):
    """Metrics in short, each period by its first day."""

    grain: contracts.Grain
    days: list[date]
    as_of: datetime
    rows: list[MetricGlance]


class DaysBetween(BaseModel):
    """Both days are included."""

    since_on: Day
    until_on: Day


class MetricTreeQuestion(BaseModel):
    """What changed between two stretches of days; by groups where a breakdown is told."""

    before: DaysBetween
    after: DaysBetween
    breakdown: Breakdown | None = None


class MetricPart(BaseModel):
    """A node: how it is made of its parts, and what it contributes to the change of the whole. `metric_id` and names where it is a
    metric; `group` where it is a part of one; `rest` is what a split leaves over, `overlap` who counts in several groups.
    `power` -1 is taken away from a sum, or divides a product."""

    key: str
    metric_id: int | None
    zh: str
    en: str
    unit: contracts.Unit | None
    group: MetricGroup | None
    how: Literal["leaf", "sum", "product"]
    power: Literal[1, -1]
    before: Number
    after: Number
    contribution: Number
    parts: list[MetricPart]


class MetricTree(BaseModel):
    """A change, taken apart. Contributions of a node's parts come to that of the node."""

    metric_id: int
    root: MetricPart


class MetricPeopleQuestion(BaseModel):
    """Whom a number counts. `group` is a part's key, empty for the missing; without a breakdown everybody."""

    since_on: Day
    until_on: Day
    breakdown: Breakdown | None = None
    group: Annotated[str, Field(max_length=200)] | None = None


class MetricPeople(BaseModel):
    """Whom a number counts, as the definition of a segment."""

    definition: Condition


class HomeNorthStar(BaseModel):
    """What the company steers by: its last periods, and what made the last one that is over another than the one before."""

    glance: MetricGlance
    grain: contracts.Grain
    days: list[date]
    targets: list[Number]
    tree: MetricPart


class HomeMetrics(BaseModel):
    """The north star, if somebody said what it is."""

    north_star: HomeNorthStar | None


@router.get("/glances", summary="Metrics at a glance")
def get_metric_glances(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    grain: contracts.Grain = "day",
    count: Annotated[int, Query(ge=2, le=60)] = 14,
    is_board: Annotated[bool, Query()] = False,
    key: Annotated[list[Annotated[str, Field(max_length=100)]] | None, Query(max_length=20)] = None,
) -> MetricGlances:
    """The last `count` periods and the present one; with `is_board` only what stands on the board of growth, with `key` only the
    metrics so named."""
    actor.require("metrics.read")
    with context.database.read() as reading:
        live = metrics.live_metrics(reading)
        keys = [
            name
            for name, each in live.items()
            if (each.metric.board is not None or not is_board) and (key is None or name in key)
        ]
        known = {key: each.metric for key, each in live.items()}
        told = dict(zip(keys, metrics.sentences_of(reading, [known[key] for key in keys], known), strict=True))
    found = glances(_numbers(context, columns, actor), grain, count, keys)
    return MetricGlances(
        grain=grain, days=list(found.days), as_of=found.as_of, rows=[_glance(each, told) for each in found.rows]
    )


@router.get("/home", summary="The north star on the home page")
def get_home_metrics(actor: CurrentActor, context: Context, columns: ColumnsClient) -> HomeMetrics:
    actor.require("metrics.read")
    with context.database.read() as reading:
        star = metrics.find_north_star(reading)
        if star is None:
            return HomeMetrics(north_star=None)
        targets = {
            each.starts_on: each.value
            for each in metrics.targets_of(reading, [star.metric_id])
            if each.grain == star.grain
        }
        key = _key_of(reading, star.metric_id)
        live = metrics.live_metrics(reading)
        known = {name: each.metric for name, each in live.items()}
        told = {key: metrics.sentences_of(reading, [known[key]], known)[0]}
    numbers = _numbers(context, columns, actor)
    found: Glances = glances(numbers, star.grain, 12, [key])
    last, before = found.days[-2], found.days[-3]
    made = tree(numbers, key, _span(context, before, last), _span(context, last, found.days[-1]))
    with context.database.read() as reading:
        root = _Parts(reading, made, {name: each.metric_id for name, each in live.items()}, None).part(made.root)
    return HomeMetrics(
        north_star=HomeNorthStar(
            glance=_glance(found.rows[0], told),
            grain=star.grain,
            days=list(found.days),
            targets=[targets.get(day) for day in found.days],
            tree=root,
        )
    )


@router.post("/{metric_id}/series", summary="A metric over time", dependencies=[ONLY_READS])
def get_metric_series(
    actor: CurrentActor, context: Context, columns: ColumnsClient, metric_id: Id, question: MetricSeriesQuestion
) -> MetricSeries:
    actor.require("metrics.read")
    _check_days(question.since_on, question.until_on)
    _check_breakdown(question.breakdown)
    now, zone = context.database.clock.now(), context.settings.zone
    if (question.until_on - question.since_on).days > PERIODS_MAX * _DAYS_AT_MOST[question.grain]:
        raise InvalidError(f"At most {PERIODS_MAX} periods.", field="since_on")
    periods = between(question.since_on, question.until_on, question.grain, now, zone)
    if not periods.has_begun(0):
        raise InvalidError("That has not begun yet.", field="since_on")
    with context.database.read() as reading:
        key = _key_of(reading, metric_id)
        targets = {
            each.starts_on: each.value
            for each in metrics.targets_of(reading, [metric_id])
            if each.grain == question.grain
        }
    numbers = _numbers(context, columns, actor)
    found = series(numbers, key, periods, breakdown=question.breakdown, compares=question.compares)
    return series_told(context, found, targets, question.breakdown)


def series_told(
    context: ApiContext, found: Series, targets: Mapping[date, float], breakdown: Breakdown | None
) -> MetricSeries:
    """A series in the words of the API."""
    with context.database.read() as reading:
        labels = group_labels(reading, breakdown, [line.group for line in found.lines])
    return MetricSeries(
        metric_id=found.metric_id,
        days=list(found.days),
        is_partial=found.is_partial,
        values=list(found.values),
        before=list(found.before) if found.before is not None else None,
        targets=[targets.get(day) for day in found.days],
        lines=[MetricLine(group=group_told(line.group, labels), values=list(line.values)) for line in found.lines],
    )


@router.post("/{metric_id}/tree", summary="What changed, and why", dependencies=[ONLY_READS])
def get_metric_tree(
    actor: CurrentActor, context: Context, columns: ColumnsClient, metric_id: Id, question: MetricTreeQuestion
) -> MetricTree:
    actor.require("metrics.read")
    _check_breakdown(question.breakdown)
    for each in (question.before, question.after):
        _check_days(each.since_on, each.until_on)
    with context.database.read() as reading:
        key = _key_of(reading, metric_id)
        ids = {name: each.metric_id for name, each in metrics.live_metrics(reading).items()}
    spans = [
        _span(context, each.since_on, moved(each.until_on, "day", 1)) for each in (question.before, question.after)
    ]
    found = tree(_numbers(context, columns, actor), key, spans[0], spans[1], question.breakdown)
    with context.database.read() as reading:
        root = _Parts(reading, found, ids, question.breakdown).part(found.root)
    return MetricTree(metric_id=metric_id, root=root)


@router.post("/{metric_id}/people", summary="Whom a number counts")
def get_metric_people(
    actor: CurrentActor, reading: ReadOnly, metric_id: Id, question: MetricPeopleQuestion
) -> MetricPeople:
    """As the definition of a segment, where the language of segments can say it."""
    _check_days(question.since_on, question.until_on)
    _check_breakdown(question.breakdown)
    metric = service.get_metric(reading, actor, metric_id).shown
    document = people_of(metric, question.since_on, question.until_on, question.breakdown, question.group)
    return MetricPeople(definition=Condition.model_validate(document))


_DAYS_AT_MOST = {"day": 1, "week": 7, "month": 31}


class _Parts:
    """A tree in the words of the API."""

    def __init__(self, reading: Reading, found: Tree, ids: dict[str, int], breakdown: Breakdown | None) -> None:
        self._found, self._ids = found, ids
        self._labels = group_labels(reading, breakdown, list(found.groups.values()))

    def part(self, part: metrics.Part) -> MetricPart:
        key = part.key.removesuffix(":split")
        metric = self._found.metrics.get(key)
        group = self._found.groups.get(key)
        return MetricPart(
            key=part.key,
            metric_id=self._ids.get(key),
            zh=metric.zh if metric is not None else key,
            en=metric.en if metric is not None else key,
            unit=metric.unit if metric is not None else None,
            group=group_told(group, self._labels) if group is not None else None,
            how=part.how,
            power=1 if part.power == 1 else -1,
            before=part.before,
            after=part.after,
            contribution=part.contribution,
            parts=[self.part(each) for each in part.parts],
        )


def _numbers(context: ApiContext, columns: Columns, actor: Actor) -> Numbers:
    return Numbers(context.database, columns, context.settings.zone, actor)


def _key_of(reading: Reading, metric_id: int) -> str:
    for key, each in metrics.live_metrics(reading).items():
        if each.metric_id == metric_id:
            return key
    raise contracts.MetricNotLiveError


def _span(context: ApiContext, first: date, until: date) -> Span:
    """From the beginning of a day to that of another, or until now."""
    zone, now_ms = context.settings.zone, milliseconds_of(context.database.clock.now())
    start = day_start_ms(first, zone)
    end = min(day_start_ms(until, zone), now_ms + 1)
    if end <= start:
        raise InvalidError("That has not begun yet.", field="since_on")
    return Span(start, end)


def _check_days(since_on: date, until_on: date) -> None:
    if since_on > until_on:
        raise InvalidError("It ends before it begins.", field="since_on")


def _check_breakdown(breakdown: Breakdown | None) -> None:
    if breakdown is None:
        return
    check_parts(("breakdown",), breakdown)
    for name in ("property", "attribute"):
        if (told := getattr(breakdown, name, None)) is not None:
            check_in_plain(("breakdown", name), told)


def _glance(glance: Glance, told: dict[str, metrics.Told]) -> MetricGlance:
    metric = glance.metric
    return MetricGlance(
        metric_id=glance.metric_id,
        key=metric.key,
        zh=metric.zh,
        en=metric.en,
        unit=metric.unit,
        up_is=metric.up_is,
        board=metric.board,
        sentence_zh=told[metric.key].zh,
        sentence_en=told[metric.key].en,
        values=list(glance.values),
    )


def group_told(group: Group, labels: Mapping[str, str]) -> MetricGroup:
    """A part in the words of the API."""
    return MetricGroup(kind=group.kind, key=group.key, label=labels.get(group.key, group.key))
