"""Costs as numbers of metrics: what was spent on the days that begin in each span, by the words that costs tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siyu.domain.metrics import reading as metrics
from siyu.domain.metrics.contracts import (
    AttributeBreakdown,
    CostField,
    CostMeasure,
    EntryBreakdown,
    MetricBreakdown,
    PropertyBreakdown,
    Spent,
)
from siyu.engines.insight.metric_spans import Span
from siyu.engines.insight.terms.breakdowns import Group, Groups
from siyu.engines.insight.terms.periods import day_start_ms
from siyu.platform.postgres.database import Reading

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS: Final[dict[str, CostField]] = {
    "channel": "channel",
    "campaign": "campaign",
    "content": "content",
    "utm_source": "channel",
    "utm_campaign": "campaign",
    "utm_content": "content",
}


def cost_field(breakdown: MetricBreakdown | None) -> CostField | None:
    """Which word of a cost tells its part; None where none does."""
    if isinstance(breakdown, EntryBreakdown):
        return "channel"
    if isinstance(breakdown, PropertyBreakdown):
        return _FIELDS.get(breakdown.property)
    return _FIELDS.get(breakdown.attribute) if isinstance(breakdown, AttributeBreakdown) else None


def spent_within(reading: Reading, spans: Sequence[Span], zone: ZoneInfo) -> list[Spent]:
    """All that was spent on days of these spans, and between them."""
    first = _day_of(min(span.start_ms for span in spans), zone)
    return metrics.spent_between(reading, first, _day_of(max(span.end_ms for span in spans) - 1, zone))


def words_by_cost(spent: Sequence[Spent], field: CostField) -> list[str]:
    """What costs tell there, those that cost most first."""
    totals: dict[str, int] = {}
    for each in spent:
        word = getattr(each, field)
        totals[word] = totals.get(word, 0) + each.amount_fen
    return sorted((word for word in totals if word), key=lambda word: (-totals[word], word))


def spent_in(
    spent: Sequence[Spent], of: CostMeasure, spans: Sequence[Span], zone: ZoneInfo, groups: Groups | None = None
) -> dict[int, list[int]]:
    """By part (0 where nothing is broken down): what each span comes to. Nothing where costs do not know the parts."""
    field = cost_field(groups.breakdown) if groups is not None else None
    if groups is not None and field is None:
        return {}
    found: dict[int, list[int]] = {}
    for each in spent:
        if not _counts(each, of):
            continue
        slot = 0
        if groups is not None and field is not None:
            word = getattr(each, field)
            slot = groups.slot(Group("value", word) if word else Group("missing"))
        start = day_start_ms(each.spent_on, zone)
        for n, span in enumerate(spans):
            if span.start_ms <= start < span.end_ms:
                found.setdefault(slot, [0] * len(spans))[n] += each.amount_fen
    return found


def _counts(spent: Spent, of: CostMeasure) -> bool:
    return (
        (not of.channels or spent.channel in of.channels)
        and (not of.campaigns or spent.campaign in of.campaigns)
        and (not of.contents or spent.content in of.contents)
    )


def _day_of(ms: int, zone: ZoneInfo) -> date:
    return (_EPOCH + timedelta(milliseconds=ms)).astimezone(zone).date()
