"""Reports: definitions of kind `report`, their runs, and what became of each delivery.

A report goes out at most once to a receiver for each moment it is due. A delivery is taken before it is sent and ended after it:
who dies between leaves one of which nobody knows, and that one is not sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from siyu.domain.company import reading as company
from siyu.domain.company.service import record_audit
from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, UnknownReferenceError
from siyu.domain.metrics import reports_store as store
from siyu.domain.metrics.dashboards import get_dashboard
from siyu.domain.metrics.questions import QUESTION_KIND
from siyu.domain.metrics.reports_language import DashboardOfReport, Report
from siyu.domain.metrics.reports_rules import is_due, parse_report, report_document, shown_by
from siyu.domain.metrics.reports_store import Delivery, DeliveryState
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

REPORT_KIND = "report"
ATTEMPTS_MAX = 6
FIRST_PAUSE = timedelta(minutes=5)
RUNS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A report as it was last saved. Hand `revision` back when saving to be told of others' edits."""

    report_id: int
    name: str
    revision: int
    report: Report
    updated_at: datetime


def create_report(work: UnitOfWork, actor: Actor, name: str, document: object) -> SavedReport:
    """A new one, which goes out from its next moment on."""
    actor.require("reports.write")
    report = parse_report(document)
    _check(work, actor, report)
    made = definitions.create(work, actor, REPORT_KIND, name, report_document(report), [shown_by(report)])
    return _saved(made)


def save_report(
    work: UnitOfWork, actor: Actor, report_id: int, name: str, document: object, *, revision: int | None = None
) -> SavedReport:
    """Changes it, or holds it."""
    actor.require("reports.write")
    report = parse_report(document)
    _check(work, actor, report)
    saved = definitions.save_draft(
        work,
        actor,
        report_id,
        name,
        report_document(report),
        [shown_by(report)],
        kind=REPORT_KIND,
        revision=revision,
    )
    return _saved(saved)


def delete_report(work: UnitOfWork, actor: Actor, report_id: int) -> None:
    """Takes it away, with the book of its runs."""
    actor.require("reports.write")
    definitions.delete(work, actor, report_id, kind=REPORT_KIND)
    store.delete_report(work.driver, report_id)


def get_report(reading: Reading, actor: Actor, report_id: int) -> SavedReport:
    """One of them."""
    return _saved(definitions.get(reading, actor, report_id, REPORT_KIND))


def list_reports(reading: Reading, actor: Actor, page: PageRequest) -> Page[SavedReport]:
    """The newest first."""
    found = definitions.list_definitions(reading, actor, REPORT_KIND, page)
    return Page([_saved(each) for each in found.rows], found.next_after)


def list_deliveries(reading: Reading, actor: Actor, report_id: int) -> list[Delivery]:
    """What became of the last runs of a report, the newest first."""
    get_report(reading, actor, report_id)
    return store.deliveries_of(reading.driver, report_id, RUNS_SHOWN)


def last_runs(
    reading: Reading, actor: Actor, report_ids: list[int]
) -> Mapping[int, tuple[datetime, Mapping[str, int]]]:
    """When each went out last, and how many of its deliveries stand how."""
    actor.require("reports.read")
    return store.last_runs(reading.driver, report_ids)


def ask_report(work: UnitOfWork, actor: Actor, report_id: int) -> int:
    """Has it sent to whoever asks, now; gives the number of the run."""
    get_report(work, actor, report_id)
    if actor.kind is not ActorKind.STAFF:
        raise ForbiddenError("A key has no mailbox.")
    now = work.clock.now()
    run_id = store.insert_run(work.driver, report_id, now, f"{actor.kind}:{actor.actor_id}", [int(actor.actor_id)], now)
    record_audit(work, actor, "metrics.ask_report", f"report:{report_id}")
    return run_id or 0


# --- for the engine that sends them


def begin_runs(work: UnitOfWork, actor: Actor, zone: ZoneInfo) -> int:
    """Notes which reports are to go out now, each once for each moment; gives how many."""
    actor.require("reports.run")
    now, begun = work.clock.now(), 0
    after: str | None = None
    while True:
        found = definitions.list_definitions(work, actor, REPORT_KIND, PageRequest(100, after))
        for each in map(_saved, found.rows):
            due_at = is_due(each.report, each.updated_at, now, zone)
            if due_at is not None:
                begun += store.insert_run(work.driver, each.report_id, due_at, "", each.report.to, now) is not None
        if found.next_after is None:
            return begun
        after = found.next_after


def claim_delivery(work: UnitOfWork, actor: Actor) -> Delivery | None:
    """Takes one that waits, to be sent after the commit."""
    actor.require("reports.run")
    store.give_up_lost(work.driver, work.clock.now())
    return store.claim(work.driver, work.clock.now())


def end_delivery(
    work: UnitOfWork, actor: Actor, delivery: Delivery, state: DeliveryState, fault: str = ""
) -> DeliveryState:
    """Notes what came of it. One that is to be tried again waits ever longer, and fails in the end."""
    actor.require("reports.run")
    if state == "waiting" and delivery.attempts >= ATTEMPTS_MAX:
        state = "failed"
    now = work.clock.now()
    pause: timedelta = FIRST_PAUSE * 2 ** (delivery.attempts - 1)
    store.end(work.driver, delivery, state, fault, now, now + pause)
    return state


def _check(work: UnitOfWork, actor: Actor, report: Report) -> None:
    """Whether what it tells of is there, and theirs to tell of; and whether its receivers are, or no run of any report begins."""
    strangers = set(report.to) - company.staff_names(work, report.to).keys()
    if strangers:
        raise UnknownReferenceError(f"There is no staff member {min(strangers)}.")
    if isinstance(report.of, DashboardOfReport):
        get_dashboard(work, actor, report.of.dashboard_id)
        return
    found = definitions_reading.names_of(work, [report.of.question_id]).get(report.of.question_id)
    if found is None or found.kind != QUESTION_KIND:
        raise UnknownReferenceError(f"There is no question {report.of.question_id}.")


def _saved(found: Definition) -> SavedReport:
    return SavedReport(
        report_id=found.definition_id,
        name=found.name,
        revision=found.revision,
        report=parse_report(found.latest),
        updated_at=found.updated_at,
    )
