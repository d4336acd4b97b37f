"""Costs: told line by line or in a file, corrected, withdrawn, and added up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from siyu.domain.metrics import contracts, service
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.metrics import Day

router = APIRouter(prefix="/api/costs", tags=["metrics"])

LINES_MAX = 500
"""Of one call: all of them, as long as they may be, fit into a body. A file may hold more."""

Word = Annotated[str, Field(max_length=contracts.COST_TEXT_LENGTH_MAX)]
Fen = Annotated[int, Field(strict=True, ge=0, le=10**13)]
Which = Annotated[str | None, Query(max_length=contracts.COST_TEXT_LENGTH_MAX)]


class CostRow(BaseModel):
    """What was spent on a day, in fen of the company's currency. `corrects_id`: the line whose place it took."""

    cost_id: int
    source: str
    key: str
    spent_on: date
    amount_fen: int
    channel: str
    campaign: str
    content: str
    note: str
    import_id: int | None
    corrects_id: int | None
    recorded_at: datetime
    recorded_by: str


class CostPage(BaseModel):
    """Lines that count, those of the latest days first."""

    rows: list[CostRow]
    next_after: str | None


class CostPart(BaseModel):
    """What lines with the same word come to; empty where none was told."""

    word: str
    lines: int
    amount_fen: int


class CostTotals(BaseModel):
    """What lines come to together, and by the channels and campaigns that cost most."""

    lines: int
    amount_fen: int
    channels: list[CostPart]
    campaigns: list[CostPart]


class CostImport(BaseModel):
    """An import of which lines still count."""

    import_id: int
    source: str
    lines: int
    amount_fen: int
    since_on: date
    until_on: date


class CostImports(BaseModel):
    """The newest first."""

    rows: list[CostImport]


class CostTold(BaseModel):
    """What a line says."""

    spent_on: Day
    amount_fen: Fen
    channel: Word = ""
    campaign: Word = ""
    content: Word = ""
    note: Word = ""


class NewCostLine(CostTold):
    """A line. Told again under the same key it changes nothing, or where it says something else it is corrected."""

    key: Annotated[str, Field(min_length=1, max_length=contracts.COST_TEXT_LENGTH_MAX)]


class NewCostLines(BaseModel):
    """Lines of a source, like the name of an advertising account."""

    source: Annotated[str, Field(min_length=1, max_length=200)]
    lines: Annotated[list[NewCostLine], Field(min_length=1, max_length=LINES_MAX)]


class CostsRecorded(BaseModel):
    """What became of them."""

    new: int
    corrected: int
    known: int


class CostsWithdrawn(BaseModel):
    """How many lines count no more."""

    lines: int


def _filter(
    since_on: Annotated[Day | None, Query()] = None,
    until_on: Annotated[Day | None, Query()] = None,
    channel: Which = None,
    campaign: Which = None,
    content: Which = None,
    import_id: Id | None = None,
) -> contracts.CostFilter:
    return contracts.CostFilter(since_on, until_on, channel, campaign, content, import_id)


Filter = Annotated[contracts.CostFilter, Depends(_filter)]


@router.get("", summary="Costs")
def list_costs(actor: CurrentActor, reading: ReadOnly, page: Paging, which: Filter) -> CostPage:
    found = service.list_costs(reading, actor, which, page)
    return CostPage(rows=[_row(each) for each in found.rows], next_after=found.next_after)


@router.get("/totals", summary="What costs come to")
def total_costs(actor: CurrentActor, reading: ReadOnly, which: Filter) -> CostTotals:
    found = service.total_costs(reading, actor, which)
    return CostTotals(
        lines=found.lines,
        amount_fen=found.amount_fen,
        channels=[CostPart(**asdict(each)) for each in found.channels],
        campaigns=[CostPart(**asdict(each)) for each in found.campaigns],
    )


@router.post("", summary="Tell costs")
def record_costs(actor: CurrentActor, work: Work, told: NewCostLines) -> CostsRecorded:
    lines = [
        contracts.NewCost(
            each.key, each.spent_on, each.amount_fen, each.channel, each.campaign, each.content, each.note
        )
        for each in told.lines
    ]
    return CostsRecorded(**asdict(service.record_costs(work, actor, told.source, lines)))


@router.put("/{cost_id}", summary="Correct a cost")
def correct_cost(actor: CurrentActor, work: Work, cost_id: Id, told: CostTold) -> CostRow:
    """Another line takes its place, under a number of its own; both are kept."""
    wanted = contracts.NewCost("", told.spent_on, told.amount_fen, told.channel, told.campaign, told.content, told.note)
    return _row(service.correct_cost(work, actor, cost_id, wanted))


@router.delete("/{cost_id}", summary="Withdraw a cost", status_code=204)
def withdraw_cost(actor: CurrentActor, work: Work, cost_id: Id) -> None:
    service.withdraw_cost(work, actor, cost_id)


@router.get("/imports", summary="Imports of costs that count")
def list_cost_imports(actor: CurrentActor, reading: ReadOnly) -> CostImports:
    return CostImports(rows=[CostImport(**asdict(each)) for each in service.list_cost_imports(reading, actor)])


@router.post("/imports/{import_id}/withdraw", summary="Undo an import of costs")
def withdraw_cost_import(actor: CurrentActor, work: Work, import_id: Id) -> CostsWithdrawn:
    """No line of it counts any more; its file may be imported again."""
    return CostsWithdrawn(lines=service.withdraw_cost_import(work, actor, import_id))


def _row(found: contracts.Cost) -> CostRow:
    return CostRow(**asdict(found))
