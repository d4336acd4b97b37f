"""What questions to insight come to, in the words of the API. Lengths of time are in milliseconds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel

from siyu.domain.metrics import contracts
from siyu.engines.insight.questions.activity import LifePeriod, StickinessAnswer
from siyu.engines.insight.questions.completion import CompletionAnswer
from siyu.engines.insight.questions.funnel import FunnelAnswer, Times
from siyu.engines.insight.questions.paths import PathsAnswer
from siyu.engines.insight.questions.retention import Curve, RetentionAnswer
from siyu.engines.insight.questions.sends import Outcome, SendsRow
from siyu.engines.insight.questions.sends import SendsLift as Lift
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.group_names import group_labels, sends_labels
from siyu.platform.postgres.database import Database


class InsightGroup(BaseModel):
    """A part of a breakdown. `label` is what a tag, a segment or a unit is called."""

    kind: Literal["value", "other", "missing"]
    key: str
    label: str


class TimeBar(BaseModel):
    """Customers who took at least so long, and less than the next bar."""

    at_least_ms: int
    customers: int


class TakenTimes(BaseModel):
    """How long it took: the quartiles (the one that so large a share of all stands before), and bars."""

    quarter_ms: int
    median_ms: int
    three_quarters_ms: int
    bars: list[TimeBar]


class FunnelGroup(BaseModel):
    """Customers of a part who came to each step."""

    group: InsightGroup
    reached: list[int]


class FunnelPeriod(BaseModel):
    """Those who began in a period; `is_open` where some of them still have time."""

    starts_on: date
    reached: list[int]
    is_open: bool


class FunnelNumbers(BaseModel):
    """`reached`: customers who came to each step. `times`: from each step to the next (null where nobody did), `whole`: from the
    first to the last. Parts of tags and segments may come to more than the whole."""

    reached: list[int]
    times: list[TakenTimes | None]
    whole: TakenTimes | None
    parts: list[FunnelGroup]
    periods: list[FunnelPeriod]


class RetentionBracket(BaseModel):
    """From so many periods after the first up to so many; `most` null: and all after it."""

    least: int
    most: int | None


class RetentionCell(BaseModel):
    """Who came back; `is_open` where some still have time to."""

    customers: int
    is_open: bool


class RetentionCohort(BaseModel):
    """Who began in a period; a cell is null where its time has not come."""

    starts_on: date
    customers: int
    cells: list[RetentionCell | None]


class RetentionCurve(BaseModel):
    """All cohorts together: `customers` in all; of those for whom the time of a cell is over, `of` and who came `back`."""

    group: InsightGroup | None
    customers: int
    of: list[int]
    back: list[int]


class RetentionNumbers(BaseModel):
    """The matrix, and curves of the whole and of each part."""

    brackets: list[RetentionBracket]
    cohorts: list[RetentionCohort]
    whole: RetentionCurve
    parts: list[RetentionCurve]


class PathNode(BaseModel):
    """What was done at a step (0 is the anchor; an empty name stands for all others), and how many ended with it."""

    step: int
    name: str
    goes: int
    ended: int


class PathFlow(BaseModel):
    """From a node of a step to one of the next."""

    step: int
    name: str
    to: str
    goes: int


class PathsNumbers(BaseModel):
    """What flows into a node flows out of it, or ends there."""

    goes: int
    customers: int
    nodes: list[PathNode]
    flows: list[PathFlow]


class LifecyclePeriod(BaseModel):
    """`active` = new + returning + resurrecting; returning + dormant are those active in the period before."""

    starts_on: date
    active: int
    new: int
    returning: int
    resurrecting: int
    dormant: int
    is_open: bool


class LifecycleNumbers(BaseModel):
    """Each period."""

    periods: list[LifecyclePeriod]


class StickinessDay(BaseModel):
    """Who was active on a day, and in the days that end with it."""

    day: date
    active: int
    active_of_days: int
    is_open: bool


class StickinessNumbers(BaseModel):
    """`days_active`: how many were active on 1, 2 … of the last days."""

    days: list[StickinessDay]
    days_active: list[int]


class CompletedContents(BaseModel):
    """Who opened a content, and who of them finished it."""

    content: str
    opened: int
    finished: int
    median_ms: int | None


class CompletionNumbers(BaseModel):
    """The most opened first; `contents`, `opened` and `finished` of all together."""

    contents: int
    opened: int
    finished: int
    rows: list[CompletedContents]


class SendsLine(BaseModel):
    """Messages of a journey, of a step of one, or of a channel; an empty key: of all. `reasons`: why they were held."""

    key: str
    label: str
    customers: int
    counts: dict[Outcome, int]
    reasons: dict[str, int]


class SendsLift(BaseModel):
    """Customers who were meant to get messages against those held out, by the company (no journey) or by a journey; `low` and
    `high` are the interval of what messages add to the share of success."""

    journey_id: int | None
    label: str
    meant: int
    meant_converted: int
    held_out: int
    held_out_converted: int
    low: float | None
    high: float | None
    p_value: float | None


class SendsNumbers(BaseModel):
    """All together first, then those with most."""

    rows: list[SendsLine]
    lifts: list[SendsLift]


@dataclass(frozen=True, slots=True)
class Names:
    """What numbers of tags, segments, units and journeys are called, and the messages of journeys."""

    database: Database

    def of_groups(self, breakdown: contracts.Breakdown | None, groups: Collection[Group]) -> Mapping[str, str]:
        with self.database.read() as reading:
            return group_labels(reading, breakdown, groups)

    def of_sends(self, keys: Collection[str]) -> Mapping[str, str]:
        if not keys:
            return {}
        with self.database.read() as reading:
            return sends_labels(reading, keys)


def funnel_numbers(found: FunnelAnswer, question: contracts.Funnel, names: Names) -> FunnelNumbers:
    """A funnel."""
    labels = names.of_groups(question.breakdown, [each.group for each in found.parts])
    return FunnelNumbers(
        reached=list(found.reached),
        times=[_times(each) for each in found.times],
        whole=_times(found.whole),
        parts=[FunnelGroup(group=_group(each.group, labels), reached=list(each.reached)) for each in found.parts],
        periods=[
            FunnelPeriod(starts_on=each.starts_on, reached=list(each.reached), is_open=each.is_open)
            for each in found.days
        ],
    )


def retention_numbers(found: RetentionAnswer, question: contracts.RetentionQuestion, names: Names) -> RetentionNumbers:
    """A retention matrix."""
    labels = names.of_groups(question.breakdown, [each.group for each in found.parts if each.group is not None])
    is_since = question.how == "since"
    return RetentionNumbers(
        brackets=[RetentionBracket(least=each.least, most=None if is_since else each.most) for each in found.brackets],
        cohorts=[
            RetentionCohort(
                starts_on=each.starts_on,
                customers=each.customers,
                cells=[
                    None if cell is None else RetentionCell(customers=cell.customers, is_open=cell.is_open)
                    for cell in each.cells
                ],
            )
            for each in found.cohorts
        ],
        whole=_curve(found.whole, labels),
        parts=[_curve(each, labels) for each in found.parts],
    )


def paths_numbers(found: PathsAnswer) -> PathsNumbers:
    """Flows."""
    return PathsNumbers(
        goes=found.goes,
        customers=found.customers,
        nodes=[PathNode(step=each.step, name=each.name, goes=each.goes, ended=each.ended) for each in found.nodes],
        flows=[PathFlow(step=each.step, name=each.name, to=each.to, goes=each.goes) for each in found.flows],
    )


def lifecycle_numbers(found: Sequence[LifePeriod]) -> LifecycleNumbers:
    """The four kinds of customers."""
    return LifecycleNumbers(
        periods=[
            LifecyclePeriod(
                starts_on=each.starts_on,
                active=each.active,
                new=each.new,
                returning=each.returning,
                resurrecting=each.resurrecting,
                dormant=each.dormant,
                is_open=each.is_open,
            )
            for each in found
        ]
    )


def stickiness_numbers(found: StickinessAnswer) -> StickinessNumbers:
    """How often customers come."""
    return StickinessNumbers(
        days=[
            StickinessDay(day=each.day, active=each.active, active_of_days=each.active_of_days, is_open=each.is_open)
            for each in found.days
        ],
        days_active=list(found.days_active),
    )


def completion_numbers(found: CompletionAnswer) -> CompletionNumbers:
    """Contents, opened and finished."""
    return CompletionNumbers(
        contents=found.contents,
        opened=found.opened,
        finished=found.finished,
        rows=[
            CompletedContents(
                content=each.content, opened=each.opened, finished=each.finished, median_ms=each.median_ms
            )
            for each in found.rows
        ],
    )


def sends_numbers(
    found: Sequence[SendsRow], lifts: Sequence[Lift], question: contracts.Sends, names: Names
) -> SendsNumbers:
    """What became of messages, and what they did."""
    keys = {each.key for each in found if each.key and question.by != "channel"}
    labels = names.of_sends(keys | {str(each.journey_id) for each in lifts if each.journey_id is not None})
    return SendsNumbers(
        rows=[
            SendsLine(
                key=each.key,
                label=labels.get(each.key, each.key),
                customers=each.customers,
                counts=dict(each.counts),
                reasons=dict(each.reasons),
            )
            for each in found
        ],
        lifts=[
            SendsLift(
                journey_id=each.journey_id,
                label="" if each.journey_id is None else labels.get(str(each.journey_id), str(each.journey_id)),
                meant=each.meant,
                meant_converted=each.meant_converted,
                held_out=each.held_out,
                held_out_converted=each.held_out_converted,
                low=each.verdict.low if each.verdict else None,
                high=each.verdict.high if each.verdict else None,
                p_value=each.verdict.p_value if each.verdict else None,
            )
            for each in lifts
        ],
    )


def _group(group: Group, labels: Mapping[str, str]) -> InsightGroup:
    return InsightGroup(kind=group.kind, key=group.key, label=labels.get(group.key, group.key))


def _curve(curve: Curve, labels: Mapping[str, str]) -> RetentionCurve:
    return RetentionCurve(
        group=_group(curve.group, labels) if curve.group is not None else None,
        customers=curve.customers,
        of=list(curve.of),
        back=list(curve.back),
    )


def _times(times: Times | None) -> TakenTimes | None:
    if times is None:
        return None
    return TakenTimes(
        quarter_ms=times.quarter_ms,
        median_ms=times.median_ms,
        three_quarters_ms=times.three_quarters_ms,
        bars=[TimeBar(at_least_ms=bar, customers=count) for bar, count in sorted(times.bars.items())],
    )
