"""The question of attribution answered: every channel's credit by every model. The parts add up to the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siyu.domain.metrics.contracts import Attribution
from siyu.engines.insight.attribution.journeys import Asked, Tally, Touch, journeys, tally, touched
from siyu.engines.insight.attribution.models import MODELS, Chain, Model, shapley_shares, whole_parts
from siyu.engines.insight.questions.asking import Asking
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.periods import periods_of
from siyu.engines.insight.terms.whom import Ids
from siyu.platform.columns.queries import Parameters
from siyu.platform.numbers import distinct


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
class AttributionAnswer:
    """Conversions of the period, those before which nothing touched, journeys that led to none, and the channels, the busiest
    first."""

    conversions: int
    value: int
    untouched: int
    untouched_value: int
    lost: int
    channels: Sequence[ChannelCredits]


def attribution(asking: Asking, question: Attribution) -> AttributionAnswer:
    """All channels, by all models."""
    asked = asked_of(asking, question)
    busiest = touched(asking.columns, asked, asking.whom)
    names = [each.channel for each in busiest if each.channel]
    found = tally(asking.columns, asked, names, asking.whom)
    by_model = {model: _credits(found, model) for model in MODELS}
    seen = {each.channel: (each.touches, each.customers) for each in busiest}
    rows = []
    for slot, group in enumerate([Group("missing"), *(Group("value", name) for name in names), Group("other")]):
        touches, customers = (None, None) if group.kind == "other" else seen.get(group.key, (0, 0))
        credits_of = {model: by_model[model].get(slot, Credit(0.0, 0)) for model in MODELS}
        if touches or any(each.conversions for each in credits_of.values()) or slot in found.ended:
            rows.append(ChannelCredits(group, touches, customers, credits_of))
    rows.sort(key=lambda row: -1 if row.touches is None else row.touches, reverse=True)
    return AttributionAnswer(found.conversions, found.value, found.untouched, found.untouched_value, found.lost, rows)


def attribution_people(asking: Asking, question: Attribution, channel: Group, *, converted: bool) -> Ids:
    """Whom a channel touched before a conversion that counts, or on a journey that led to none, ascending."""
    asked = asked_of(asking, question)
    names = [each.channel for each in touched(asking.columns, asked, asking.whom) if each.channel]
    slots = {Group("missing"): 0, **{Group("value", name): n for n, name in enumerate(names, start=1)}}
    slot = slots.get(channel, len(names) + 1)
    parameters = Parameters()
    holds = f"counts AND has(by, {slot})" if converted else f"has(lost, {slot})"
    found = asking.people(parameters, journeys(parameters, asked, names, asking.whom), holds)
    return distinct(found)


def asked_of(asking: Asking, question: Attribution) -> Asked:
    """The question with its period in instants, up to now."""
    periods = periods_of(question.period, "day", asking.as_of, asking.zone)
    return Asked(
        question.conversion,
        [Touch(each.of, each.name, each.property) for each in question.touches],
        periods.start_ms,
        min(periods.end_ms - 1, asking.as_of_ms),
        question.window.ms,
        question.half_life.ms,
        question.value,
    )


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
