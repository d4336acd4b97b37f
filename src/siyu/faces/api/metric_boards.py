"""Boards: staff, groups, channels, campaigns or any other members of a dimension beside each other, with targets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.domain.metrics import contracts, service
from siyu.domain.metrics import reading as metrics
from siyu.engines.insight.metric_boards import METRICS_MAX, Board, BoardRow, board
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.terms.group_names import group_labels
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, Work
from siyu.faces.api.metric_numbers import MetricGroup, Number, group_told
from siyu.faces.api.metrics import Amount, Day

router = APIRouter(prefix="/api/metric-boards", tags=["metrics"])

FOR_CHANNELS = ("cost_fen", "new_customers", "cost_per_add", "buyers", "paid_fen", "roi")
DEFAULTS = {
    "staff": ("customers", "active_30d", "buyers", "paid_fen", "orders_per_buyer"),
    "unit": ("customers", "new_customers", "active_30d", "buyers", "paid_fen"),
    "entry": FOR_CHANNELS,
    "attribute:channel": FOR_CHANNELS,
}
FOR_EVENTS = ("cost_fen", "visitors", "adds", "orders", "paid_fen", "roi")
Dimension = Annotated[str, Query(min_length=1, max_length=120)]


class BoardColumn(BaseModel):
    """A metric of the board."""

    metric_id: int
    key: str
    zh: str
    en: str
    unit: contracts.Unit
    up_is: str
    sentence_zh: str
    sentence_en: str


class MetricBoardCell(BaseModel):
    """Values in the periods, of which the last is not over, and what each is to come to."""

    values: list[Number]
    targets: list[Number]


class MetricBoardRow(BaseModel):
    """A member, and a cell for each column."""

    group: MetricGroup
    cells: list[MetricBoardCell]


class MetricBoard(BaseModel):
    """Members of a dimension, those with most first, all others and those of none last. `whole` is all together: not always the
    sum of the rows. The days begin the periods."""

    dimension: str
    grain: contracts.Grain
    days: list[date]
    as_of: datetime
    breakdown: contracts.MetricBreakdown
    columns: list[BoardColumn]
    whole: MetricBoardRow
    rows: list[MetricBoardRow]


class MemberTarget(BaseModel):
    """What a member is to come to in the period that begins on that day; null: nothing is said."""

    metric_id: Id
    grain: contracts.Grain
    dimension: Annotated[str, Field(max_length=120)]
    member: Annotated[str, Field(min_length=1, max_length=200)]
    starts_on: Day
    value: Amount | None


@router.get("", summary="A board")
def get_metric_board(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    dimension: Dimension,
    grain: contracts.Grain = "week",
    count: Annotated[int, Query(ge=2, le=30)] = 8,
    keys: Annotated[list[str] | None, Query(max_length=METRICS_MAX)] = None,
) -> MetricBoard:
    """`dimension`: staff, unit, entry, property:NAME, attribute:NAME or tag:NUMBER. Without `keys` some metrics that suit it."""
    actor.require("metrics.read")
    with context.database.read() as reading:
        live = metrics.live_metrics(reading)
        asked = keys or [key for key in DEFAULTS.get(dimension, FOR_EVENTS) if key in live]
        known = {key: each.metric for key, each in live.items()}
        shown = [known[key] for key in asked if key in known]
        told = metrics.sentences_of(reading, shown, known)
    numbers = Numbers(context.database, columns, context.settings.zone, actor)
    found = board(numbers, dimension, asked, grain, count)
    with context.database.read() as reading:
        labels = group_labels(reading, found.breakdown, [row.group for row in found.rows])
    return MetricBoard(
        dimension=dimension,
        grain=grain,
        days=list(found.days),
        as_of=found.as_of,
        breakdown=found.breakdown,
        columns=_columns(found, told),
        whole=_row(found.whole, {}),
        rows=[_row(each, labels) for each in found.rows],
    )


@router.put("/target", summary="Say what a member is to come to", status_code=204)
def set_member_target(actor: CurrentActor, work: Work, told: MemberTarget) -> None:
    service.set_target(
        work,
        actor,
        told.metric_id,
        told.grain,
        told.starts_on,
        told.value,
        dimension=told.dimension,
        member=told.member,
    )


def _columns(found: Board, told: list[metrics.Told]) -> list[BoardColumn]:
    return [
        BoardColumn(
            metric_id=metric_id,
            key=metric.key,
            zh=metric.zh,
            en=metric.en,
            unit=metric.unit,
            up_is=metric.up_is,
            sentence_zh=sentence.zh,
            sentence_en=sentence.en,
        )
        for metric_id, metric, sentence in zip(found.ids, found.metrics, told, strict=True)
    ]


def _row(row: BoardRow, labels: Mapping[str, str]) -> MetricBoardRow:
    cells = [MetricBoardCell(values=list(each.values), targets=list(each.targets)) for each in row.cells]
    return MetricBoardRow(group=group_told(row.group, labels), cells=cells)
