"""What stands on a dashboard's cards, as somebody may see it: all of it asked at once, and the fault of one is its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from siyu.domain.customers import reading as customers
from siyu.domain.definitions import reading as definitions
from siyu.domain.metrics import reading as metrics
from siyu.domain.metrics import service as metrics_service
from siyu.domain.metrics.contracts import (
    Card,
    Dashboard,
    Grain,
    LastPeriods,
    MetricBreakdown,
    MetricCard,
    MetricNotLiveError,
    Period,
    Question,
    QuestionCard,
    SegmentCard,
)
from siyu.domain.segments import reading as segments
from siyu.engines.insight.metric_series import PERIODS_MAX, Series, series
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.questions.answered import Answered, SendsFound, answered
from siyu.engines.insight.questions.begin import begun, require_segments
from siyu.engines.insight.terms.group_names import group_labels, sends_labels
from siyu.engines.insight.terms.periods import periods_of
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError, SiyuError
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, Reading

_SHOWN: Mapping[Grain, LastPeriods] = {
    "day": LastPeriods(30, "day"),
    "week": LastPeriods(12, "week"),
    "month": LastPeriods(12, "month"),
}
"""Of a metric, where nobody said how long."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Where numbers come from, and who asks."""

    database: Database
    columns: Columns
    zone: ZoneInfo
    actor: Actor


@dataclass(frozen=True, slots=True)
class SeriesFound:
    """A metric over time, and what it is to come to on the days that it tells."""

    series: Series
    targets: Mapping[date, float]


@dataclass(frozen=True, slots=True)
class QuestionFound:
    """A question as it was asked, its name, and what it came to."""

    name: str
    question: Question
    answer: Answered
    as_of: datetime


@dataclass(frozen=True, slots=True)
class SegmentFound:
    """A segment's name, and how many of it the asker may see; None where it was not reckoned yet."""

    segment_id: int
    name: str
    size: int | None


@dataclass(frozen=True, slots=True)
class CardFound:
    """What stands on a card: one of the three, or the fault that kept it from being asked; a text has none of them."""

    card: Card
    found: SeriesFound | QuestionFound | SegmentFound | None = None
    fault: SiyuError | None = None


def ask_cards(asker: Asker, dashboard: Dashboard, only: str | None = None) -> list[CardFound]:
    """Each card's numbers as of now; or those of one alone."""
    asker.actor.require("dashboards.read")
    return [_asked(asker, card, dashboard) for card in dashboard.cards if only is None or card.key == only]


def ask_question(asker: Asker, question: Question, name: str = "") -> QuestionFound:
    """A question's answer."""
    with begun(asker.database, asker.columns, asker.zone, asker.actor, question) as asking:
        return QuestionFound(name, question, answered(asker.database, asker.actor, asking, question), asking.as_of)


def ask_series(
    asker: Asker, metric_id: int, grain: Grain, period: Period | None, breakdown: MetricBreakdown | None = None
) -> SeriesFound:
    """A metric over the periods of a stretch."""
    asker.actor.require("metrics.read")
    with asker.database.read() as reading:
        key = next((key for key, each in metrics.live_metrics(reading).items() if each.metric_id == metric_id), None)
        if key is None:
            raise MetricNotLiveError
        targets = {
            each.starts_on: each.value for each in metrics.targets_of(reading, [metric_id]) if each.grain == grain
        }
    periods = periods_of(period or _SHOWN[grain], grain, asker.database.clock.now(), asker.zone)
    if len(periods) > PERIODS_MAX:
        raise InvalidError(f"At most {PERIODS_MAX} periods.", field="period")
    if not periods.has_begun(0):
        raise InvalidError("That has not begun yet.", field="period")
    numbers = Numbers(asker.database, asker.columns, asker.zone, asker.actor)
    return SeriesFound(series(numbers, key, periods, breakdown=breakdown), targets)


def labels_in(
    reading: Reading, found: QuestionFound | SeriesFound, breakdown: MetricBreakdown | None
) -> Mapping[str, str]:
    """What the parts of an answer are called; of a report on sends, its journeys."""
    if isinstance(found, SeriesFound):
        return group_labels(reading, breakdown, [line.group for line in found.series.lines])
    if isinstance(found.answer, SendsFound):
        return sends_labels(reading, {each.key for each in found.answer.rows})
    parts = getattr(found.answer, "parts", ())
    return group_labels(
        reading, getattr(found.question, "breakdown", None), [each.group for each in parts if each.group is not None]
    )


def _asked(asker: Asker, card: Card, dashboard: Dashboard) -> CardFound:
    try:
        if isinstance(card, MetricCard):
            period = card.period or dashboard.period
            return CardFound(card, ask_series(asker, card.metric_id, card.grain, period, card.breakdown))
        if isinstance(card, QuestionCard):
            return CardFound(card, _question(asker, card, card.period or dashboard.period))
        if isinstance(card, SegmentCard):
            return CardFound(card, _segment(asker, card.segment_id))
    except SiyuError as error:
        return CardFound(card, fault=error)
    return CardFound(card)


def _question(asker: Asker, card: QuestionCard, period: Period | None) -> QuestionFound:
    with asker.database.read() as reading:
        saved = metrics_service.get_question(reading, asker.actor, card.question_id)
    question = saved.question if period is None else replace(saved.question, period=period)
    return ask_question(asker, question, saved.name)


def _segment(asker: Asker, segment_id: int) -> SegmentFound:
    asker.actor.require("segments.read")
    with asker.database.read() as reading:
        require_segments(reading, [segment_id])
        name = definitions.names_of(reading, [segment_id])[segment_id].name
        members = segments.members_of(reading, segment_id)
        return SegmentFound(segment_id, name, len(customers.visible_among(reading, asker.actor, members)))
