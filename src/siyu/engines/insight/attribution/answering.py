"""The question of attribution answered: every channel's credit by every model. The parts add up to the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siyu.engines.insight.attribution.journeys import Asked, Tally, tally, touched
from siyu.engines.insight.attribution.models import MODELS, Chain, Model, shapley_shares, whole_parts
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.whom import Whom
from siyu.platform.columns.client import Columns


@dataclass(frozen=True, slots=True)
class Credit:
    """What a model gives to a channel: conversions (parts of them too), and whole units of their worth."""

    conversions: float
    value: int


@dataclass(frozen=True, slots=True)
class ChannelCredits:
    """A channel, its touches and touched customers in the period, and its credit by each model. Of all other channels together the
    touched are not known."""

    channel: Group
    touches: int | None
    customers: int | None
    credits: Mapping[Model, Credit]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Conversions of the period, those before which nothing touched, journeys that led to none, and the channels, the busiest
    first."""

    conversions: int
    value: int
    untouched: int
    untouched_value: int
    lost: int
    channels: Sequence[ChannelCredits]


def attribution(columns: Columns, asked: Asked, whom: Whom) -> Attribution:
    """Answers the question."""
    busiest = touched(columns, asked, whom)
    names = [each.channel for each in busiest if each.channel]
    found = tally(columns, asked, names, whom)
    by_model = {model: _credits(found, model) for model in MODELS}
    seen = {each.channel: (each.touches, each.customers) for each in busiest}
    rows = []
    for slot, group in enumerate([Group("missing"), *(Group("value", name) for name in names), Group("other")]):
        touches, customers = (None, None) if group.kind == "other" else seen.get(group.key, (0, 0))
        credits_of = {model: by_model[model].get(slot, Credit(0.0, 0)) for model in MODELS}
        if touches or any(each.conversions for each in credits_of.values()) or slot in found.ended:
            rows.append(ChannelCredits(group, touches, customers, credits_of))
    rows.sort(key=lambda row: -1 if row.touches is None else row.touches, reverse=True)
    return Attribution(found.conversions, found.value, found.untouched, found.untouched_value, found.lost, rows)


def _credits(found: Tally, model: Model) -> dict[int, Credit]:
    conversions, weights = _dealt(found, model)
    values = whole_parts(found.value - found.untouched_value, weights)
    return {channel: Credit(conversions[channel], values[channel]) for channel in conversions}


def _dealt(found: Tally, model: Model) -> tuple[dict[int, float], dict[int, float]]:
    """Conversions by channel, and by which weights their worth is dealt out."""
    if model == "markov":
        shares = Chain(found.moves, found.converted, found.ended).shares()
        return {channel: share * (found.conversions - found.untouched) for channel, share in shares.items()}, shares
    if model == "shapley":
        counted = {channels: float(count) for channels, (count, _) in found.sets.items()}
        worth = {channels: float(value) for channels, (_, value) in found.sets.items()}
        return shapley_shares(counted), shapley_shares(worth)
    rule = found.rules[model]
    return {channel: each[0] for channel, each in rule.items()}, {channel: each[1] for channel, each in rule.items()}
