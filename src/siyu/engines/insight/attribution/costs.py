"""What was spent on the channels of an attribution, in its own period. The parts add up to all that was spent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from siyu.domain.metrics import reading as metrics
from siyu.domain.metrics.contracts import Attribution, CostField, Spent
from siyu.engines.insight.questions.asking import Asking
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.periods import periods_of
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Database


def spent_on(channels: Collection[Group], spent: Sequence[Spent], field: CostField) -> Mapping[Group, int]:
    """By channel. What was spent on one that is not told apart goes to all others where they are a part, or else has a part of its
    own: nothing came of it."""
    other = Group("other")
    found: dict[Group, int] = dict.fromkeys(channels, 0)
    for each in spent:
        word = getattr(each, field)
        group = Group("value", word) if word else Group("missing")
        if group not in channels and group.kind == "value" and other in channels:
            group = other
        found[group] = found.get(group, 0) + each.amount_fen
    return found


def spent_of(
    database: Database, actor: Actor, asking: Asking, question: Attribution, channels: Collection[Group]
) -> Mapping[Group, int] | None:
    """By channel; None where the question does not say how, or the asker sees but some of the customers."""
    if question.costs_by is None or not actor.scope.is_everything:
        return None
    days = periods_of(question.period, "day", asking.as_of, asking.zone).days
    with database.read() as reading:
        return spent_on(channels, metrics.spent_between(reading, days[0], days[-1]), question.costs_by)
