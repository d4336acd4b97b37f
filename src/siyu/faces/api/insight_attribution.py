"""What the question of attribution comes to, in the words of the API."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from siyu.engines.insight.attribution.answering import AttributionAnswer
from siyu.engines.insight.attribution.models import MODELS, Model
from siyu.engines.insight.terms.breakdowns import Group
from siyu.faces.api.insight_answers import InsightGroup


class ChannelCredit(BaseModel):
    """What a model gives to a channel; `value` is in the unit of the conversions' worth (fen)."""

    conversions: float
    value: int


class AttributedChannel(BaseModel):
    """A channel: how often it touched in the period, whom, and its credit by each model. Of all others together the touches are
    not told. `spent_fen`: what was spent on it in the period, where the question says how to tell."""

    channel: InsightGroup
    touches: int | None
    customers: int | None
    credits: dict[Model, ChannelCredit]
    spent_fen: int | None


class AttributionNumbers(BaseModel):
    """Conversions of the period; `untouched` are those that nothing came before; `lost`: journeys that led to none. The credits of
    a model add up to what was touched."""

    conversions: int
    value: int
    untouched: int
    untouched_value: int
    lost: int
    spent_fen: int | None
    channels: list[AttributedChannel]


def attribution_numbers(found: AttributionAnswer, spent: Mapping[Group, int] | None) -> AttributionNumbers:
    """In the words of the API. What something was spent on, and nothing came of, comes last."""
    idle = [each for each in spent or () if all(row.channel != each for row in found.channels)]
    nothing = {model: ChannelCredit(conversions=0.0, value=0) for model in MODELS}
    return AttributionNumbers(
        conversions=found.conversions,
        value=found.value,
        untouched=found.untouched,
        untouched_value=found.untouched_value,
        lost=found.lost,
        spent_fen=sum(spent.values()) if spent is not None else None,
        channels=[
            AttributedChannel(
                channel=_told(row.channel),
                touches=row.touches,
                customers=row.customers,
                credits={
                    model: ChannelCredit(conversions=row.credits[model].conversions, value=row.credits[model].value)
                    for model in MODELS
                },
                spent_fen=spent.get(row.channel, 0) if spent is not None else None,
            )
            for row in found.channels
        ]
        + [
            AttributedChannel(
                channel=_told(each), touches=0, customers=0, credits=nothing, spent_fen=spent[each] if spent else 0
            )
            for each in idle
        ],
    )


def _told(channel: Group) -> InsightGroup:
    return InsightGroup(kind=channel.kind, key=channel.key, label=channel.key)
