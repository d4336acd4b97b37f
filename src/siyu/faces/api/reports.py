"""Reports that go out by themselves: kept, changed, what became of them, and one to yourself now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, RootModel

from siyu.domain.company import reading as company
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.metrics import contracts, service
from siyu.domain.metrics import reading as metrics
from siyu.faces.api.access import TOUCHES_ONES_OWN, Context, CurrentActor, Id, Paging, ReadOnly, Version, Work
from siyu.faces.api.context import ApiContext
from siyu.faces.api.documents import DescribedAs, Document
from siyu.platform.jobs import defer
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/reports", tags=["reports"])

Way = Literal["mail", "wecom"]
State = Literal["waiting", "sending", "sent", "failed", "unknown"]


class ReportDefinition(RootModel[contracts.Report]):
    """What is told, when, and to whom."""


class LastRun(BaseModel):
    """When it went out last, and how many of its deliveries stand how."""

    due_at: datetime
    states: dict[State, int]


class ReportRow(BaseModel):
    """A report. Hand `revision` back when saving. `names` are those of its receivers."""

    report_id: int
    name: str
    revision: int
    report: ReportDefinition
    names: dict[int, str]
    last: LastRun | None
    updated_at: datetime
    is_made_elsewhere: bool


class ReportPage(BaseModel):
    """Reports, the newest first; `ways` are those by which they can go."""

    rows: list[ReportRow]
    ways: list[Way]
    next_after: str | None


class ReportDraft(BaseModel):
    """What is to be saved."""

    name: str
    report: Annotated[Document, DescribedAs(ReportDefinition)]
    revision: Version | None = None


class DeliveryRow(BaseModel):
    """What became of a report for one receiver. `unknown`: it may have arrived or not, so it is not sent again."""

    run_id: int
    due_at: datetime
    staff_id: int
    name: str
    state: State
    attempts: int
    ended_at: datetime | None
    fault: str


class DeliveryList(BaseModel):
    """The last runs, the newest first."""

    rows: list[DeliveryRow]


class ReportAsked(BaseModel):
    """The number of the run that was begun."""

    run_id: int


@router.get("", summary="Reports")
def list_reports(actor: CurrentActor, context: Context, reading: ReadOnly, page: Paging) -> ReportPage:
    found = service.list_reports(reading, actor, page)
    last = service.last_runs(reading, actor, [each.report_id for each in found.rows])
    names = company.staff_names(reading, {staff_id for each in found.rows for staff_id in each.report.to})
    elsewhere = made_elsewhere(reading, actor, [each.report_id for each in found.rows])
    rows = [_row(each, names, last.get(each.report_id), elsewhere) for each in found.rows]
    return ReportPage(rows=rows, ways=_ways(context, reading), next_after=found.next_after)


@router.post("", summary="Make a report", status_code=201)
def create_report(actor: CurrentActor, work: Work, draft: ReportDraft) -> ReportRow:
    made = service.create_report(work, actor, draft.name, draft.report)
    return _row(made, company.staff_names(work, made.report.to), None, ())


@router.put("/{report_id}", summary="Change it, or hold it")
def save_report(actor: CurrentActor, work: Work, report_id: Id, draft: ReportDraft) -> ReportRow:
    saved = service.save_report(work, actor, report_id, draft.name, draft.report, revision=draft.revision)
    return _row(saved, company.staff_names(work, saved.report.to), None, ())


@router.delete("/{report_id}", summary="Take it away", status_code=204)
def delete_report(actor: CurrentActor, work: Work, report_id: Id) -> None:
    service.delete_report(work, actor, report_id)


@router.get("/{report_id}/deliveries", summary="What became of it")
def list_report_deliveries(actor: CurrentActor, reading: ReadOnly, report_id: Id) -> DeliveryList:
    found = service.list_deliveries(reading, actor, report_id)
    names = company.staff_names(reading, {each.staff_id for each in found})
    rows = [
        DeliveryRow(
            run_id=each.run_id,
            due_at=each.due_at,
            staff_id=each.staff_id,
            name=names.get(each.staff_id, ""),
            state=each.state,
            attempts=each.attempts,
            ended_at=each.ended_at,
            fault=each.fault,
        )
        for each in found
    ]
    return DeliveryList(rows=rows)


@router.post("/{report_id}/send", summary="Send me one now", status_code=202, dependencies=[TOUCHES_ONES_OWN])
def send_report(actor: CurrentActor, work: Work, report_id: Id) -> ReportAsked:
    """To yourself alone, with the numbers that you may see."""
    run_id = service.ask_report(work, actor, report_id)
    defer(work, contracts.REPORTS_JOB, {}, only_one=contracts.REPORTS_JOB)
    return ReportAsked(run_id=run_id)


def _ways(context: ApiContext, reading: Reading) -> list[Way]:
    ways: list[Way] = ["mail"] if context.settings.mail_host else []
    return [*ways, "wecom"] if company.has_wecom(reading) else ways


def _row(
    found: metrics.SavedReport,
    names: dict[int, str],
    last: tuple[datetime, Mapping[str, int]] | None,
    elsewhere: Collection[int],
) -> ReportRow:
    return ReportRow(
        report_id=found.report_id,
        name=found.name,
        revision=found.revision,
        report=ReportDefinition(found.report),
        names={staff_id: names.get(staff_id, "") for staff_id in found.report.to},
        last=LastRun.model_validate({"due_at": last[0], "states": dict(last[1])}) if last is not None else None,
        updated_at=found.updated_at,
        is_made_elsewhere=found.report_id in elsewhere,
    )
