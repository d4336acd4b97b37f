"""Any question answered, by the kind that it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siyu.domain.metrics.contracts import (
    Attribution,
    Completion,
    Funnel,
    Lifecycle,
    Paths,
    Question,
    RetentionQuestion,
    Stickiness,
)
from siyu.engines.insight.attribution.answering import AttributionAnswer, attribution
from siyu.engines.insight.attribution.costs import spent_of
from siyu.engines.insight.questions.activity import LifePeriod, StickinessAnswer, lifecycle, stickiness
from siyu.engines.insight.questions.asking import Asking
from siyu.engines.insight.questions.completion import CompletionAnswer, completion
from siyu.engines.insight.questions.funnel import FunnelAnswer, funnel
from siyu.engines.insight.questions.paths import PathsAnswer, paths
from siyu.engines.insight.questions.retention import RetentionAnswer, retention
from siyu.engines.insight.questions.sends import SendsLift, SendsRow, sends, sends_lifts
from siyu.engines.insight.terms.breakdowns import Group
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Database


@dataclass(frozen=True, slots=True)
class LivesFound:
    """The four kinds of customers in each period."""

    periods: Sequence[LifePeriod]


@dataclass(frozen=True, slots=True)
class AttributionFound:
    """Credits, and what was spent on each channel; None where nobody says how, or the asker may not know."""

    answer: AttributionAnswer
    spent: Mapping[Group, int] | None


@dataclass(frozen=True, slots=True)
class SendsFound:
    """What became of messages, and what they did against those held out."""

    rows: Sequence[SendsRow]
    lifts: Sequence[SendsLift]


Answered = (
    FunnelAnswer
    | RetentionAnswer
    | PathsAnswer
    | LivesFound
    | StickinessAnswer
    | CompletionAnswer
    | AttributionFound
    | SendsFound
)


def answered(database: Database, actor: Actor, asking: Asking, question: Question) -> Answered:
    """What the question comes to."""
    if isinstance(question, Funnel):
        return funnel(asking, question)
    if isinstance(question, RetentionQuestion):
        return retention(asking, question)
    if isinstance(question, Paths):
        return paths(asking, question)
    if isinstance(question, Lifecycle):
        return LivesFound(lifecycle(asking, question))
    if isinstance(question, Stickiness):
        return stickiness(asking, question)
    if isinstance(question, Completion):
        return completion(asking, question)
    if isinstance(question, Attribution):
        found = attribution(asking, question)
        channels = [each.channel for each in found.channels]
        return AttributionFound(found, spent_of(database, actor, asking, question, channels))
    return SendsFound(sends(asking, question), sends_lifts(asking, question))
