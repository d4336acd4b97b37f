"""Metrics over time: a value for each period, by group, and beside the periods before; and many metrics at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from siyu.domain.metrics.contracts import Grain, Metric, MetricBreakdown, Value
from siyu.engines.insight.metric_spans import spans_of
from siyu.engines.insight.metric_values import Numbers, Question
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.periods import Periods, between, lengthened, moved, start_of

PERIODS_MAX = 400


@dataclass(frozen=True, slots=True)
class Line:
    """A group's value in each period; None is no value."""

    group: Group
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Series:
    """A metric over periods, each by its first day. `before` are the values of as many periods before these; `is_partial` tells
    that the last period is not over."""

    metric_id: int
    metric: Metric
    grain: Grain
    days: Sequence[date]
    is_partial: bool
    values: Sequence[Value]
    before: Sequence[Value] | None
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Glance:
    """A metric in short: its values in the last periods, of which the very last is not over."""

    metric_id: int
    metric: Metric
    values: Sequence[Value]

    @property
    def last(self) -> Value:
        """Of the last period that is over."""
        return self.values[-2]

    @property
    def before(self) -> Value:
        """Of the one before that."""
        return self.values[-3]


@dataclass(frozen=True, slots=True)
class Glances:
    """Many metrics in short; the days begin their periods."""

    grain: Grain
    days: Sequence[date]
    as_of: datetime
    rows: Sequence[Glance]


def series(
    numbers: Numbers, key: str, periods: Periods, *, breakdown: MetricBreakdown | None = None, compares: bool = False
) -> Series:
    """Only periods that have begun; `compares` asks for as many before them as well."""
    asked = lengthened(periods, len(periods), 0, numbers.zone) if compares else periods
    spans = spans_of(asked)
    begun = len(spans) - (len(asked) - len(periods))
    with numbers.asking(spans) as question:
        values = question.values(key)
        lines = _lines(question, key, breakdown, begun) if breakdown is not None else []
        return Series(
            metric_id=question.ids[key],
            metric=question.metric(key),
            grain=periods.unit,
            days=periods.days[:begun],
            is_partial=begun > 0 and periods.is_partial(begun - 1),
            values=values[len(values) - begun :],
            before=values[: len(periods)][:begun] if compares else None,
            lines=lines,
        )


def _lines(question: Question, key: str, breakdown: MetricBreakdown, begun: int) -> list[Line]:
    with question.broken_down(breakdown, [key]) as parts:
        parts.spans = question.spans[len(question.spans) - begun :]
        groups = parts.groups
        if groups is None:
            raise RuntimeError("a question that is broken down has groups")
        return [Line(groups.group(slot), parts.values(key, slot)) for slot in parts.groups_found(key)]


def glances(numbers: Numbers, grain: Grain, count: int, keys: Sequence[str] | None = None) -> Glances:
    """All metrics in force, or some, over the last `count` periods and the present one; all that they share is asked once."""
    as_of = numbers.database.clock.now()
    today = as_of.astimezone(numbers.zone).date()
    present = start_of(today, grain)
    periods = between(moved(present, grain, -max(count, 2)), today, grain, as_of, numbers.zone)
    with numbers.asking(spans_of(periods)) as question:
        wanted = [key for key in (keys if keys is not None else question.known) if key in question.known]
        question.find(wanted)
        rows = [Glance(question.ids[key], question.metric(key), question.values(key)) for key in wanted]
    return Glances(grain, periods.days, as_of, rows)
