"""What the question of attribution comes to, in the words of the API."""

from __future__ import annotations

from pydantic import BaseModel

from siyu.engines.insight.attribution.answering import AttributionAnswer
from siyu.engines.insight.attribution.models import MODELS, Model
from siyu.faces.api.insight_answers import InsightGroup


class ChannelCredit(BaseModel):
    """What a model gives to a channel; `value` is in the unit of the conversions' worth (fen)."""

    conversions: float
    value: int


class AttributedChannel(BaseModel):
    """A channel: how often it touched in the period, whom, and its credit by each model. Of all others together the touches are
    not told."""

    channel: InsightGroup
    touches: int | None
    customers: int | None
    credits: dict[Model, ChannelCredit]


class AttributionNumbers(BaseModel):
    """Conversions of the period; `untouched` are those that nothing came before; `lost`: journeys that led to none. The credits of
    a model add up to what was touched."""

    conversions: int
    value: int
    untouched: int
    untouched_value: int
    lost: int
    channels: list[AttributedChannel]


def attribution_numbers(found: AttributionAnswer) -> AttributionNumbers:
    """In the words of the API."""
    return AttributionNumbers(
        conversions=found.conversions,
        value=found.value,
        untouched=found.untouched,
        untouched_value=found.untouched_value,
        lost=found.lost,
        channels=[
            AttributedChannel(
                channel=InsightGroup(kind=row.channel.kind, key=row.channel.key, label=row.channel.key),
                touches=row.touches,
                customers=row.customers,
                credits={
                    model: ChannelCredit(conversions=row.credits[model].conversions, value=row.credits[model].value)
                    for model in MODELS
                },
            )
            for row in found.channels
        ],
    )
