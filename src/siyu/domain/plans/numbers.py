"""The numbers of a review: what they were when it was closed, kept as they are. Part of `contracts`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Value = int | float | None
Grain = Literal["day", "week", "month"]
DoneKind = Literal["journey", "experiment", "form", "messages"]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A metric in the period that begins on that day, and in the one as far into the stretch before."""

    day: str
    value: Value
    before: Value


@dataclass(frozen=True, slots=True)
class Cause:
    """A part of a metric: what it was and is, and what it contributes to the change of the whole."""

    key: str
    metric_id: int | None
    zh: str
    en: str
    unit: str | None
    how: Literal["leaf", "sum", "product"]
    power: Literal[1, -1]
    before: Value
    after: Value
    contribution: Value
    parts: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricResult:
    """A metric over the stretch, over the one before, and what it was to come to. `cause` takes the change apart, where the metric
    is made of others."""

    metric_id: int
    key: str
    zh: str
    en: str
    unit: str
    up_is: Literal["good", "bad", "neither"]
    value: Value
    before: Value
    target: Value
    grain: Grain
    trend: tuple[TrendPoint, ...]
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: so many customers came into a journey, were given an arm, answered a form, or were sent a message of a
    journey; `ended` tells that it was ended in these days."""

    kind: DoneKind
    definition_id: int
    name: str
    times: int
    customers: int
    ended: bool = False


@dataclass(frozen=True, slots=True)
class ReviewNumbers:
    """All numbers of a review, as of an instant. `position` is how far of the log they were counted; `is_partial` tells that the
    stretch was not over. `spent_fen` is None where nothing is known of costs."""

    as_of: datetime
    position: int
    is_partial: bool
    before_begins_on: str
    before_ends_on: str
    metrics: tuple[MetricResult, ...]
    done: tuple[Done, ...]
    planned_fen: int | None = None
    spent_fen: int | None = None
