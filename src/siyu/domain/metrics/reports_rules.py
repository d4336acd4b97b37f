"""When a report is due, and what its document may say. Pure; time is an argument."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from siyu.domain.definitions.contracts import Faults, Path, check_part, check_parts
from siyu.domain.metrics.reports_language import (
    RECEIVERS_MAX,
    DashboardOfReport,
    EveryDay,
    EveryWeek,
    Report,
    When,
)

FAULTS = Faults(
    {
        "receivers": ("请选 1 到 {limit} 位收件人。", "Choose 1 to {limit} receivers."),
        "twice": ("同一位收件人只选一次。", "Choose each receiver once."),
    },
    of_lists={"to": "receivers"},
    limits={"receivers": RECEIVERS_MAX},
)
REPORT: TypeAdapter[Report] = TypeAdapter(Report)
LATE_MAX = timedelta(hours=12)
"""What nobody sent in time is not news any more."""


def parse_report(document: object) -> Report:
    """The report of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        report: Report = REPORT.validate_python(document)
    except ValidationError as error:
        raise FAULTS.explained(document, error.errors(include_url=False)) from None
    check_parts((), report)
    return report


def report_document(report: Report) -> dict[str, Any]:
    """The document of a report, in its one spelling."""
    document: dict[str, Any] = REPORT.dump_python(report, mode="json")
    return document


def shown_by(report: Report) -> int:
    """The definition that it tells of."""
    return report.of.dashboard_id if isinstance(report.of, DashboardOfReport) else report.of.question_id


def last_due(when: When, now: datetime, zone: ZoneInfo) -> datetime:
    """The last moment, up to now, at which it was to go out. A time that a day leaves out (summer time begins) is an hour later
    by the clock; one that it has twice is the first of them."""
    day = now.astimezone(zone).date()
    for _ in range(63):
        if _is_day(when, day):
            hour, minute = when.at.split(":")
            due = datetime.combine(day, time(int(hour), int(minute)), zone).astimezone(UTC)
            if due <= now:
                return due
        day -= timedelta(days=1)
    raise RuntimeError("two months hold a day of each kind")


def _is_day(when: When, day: date) -> bool:
    if isinstance(when, EveryDay):
        return True
    if isinstance(when, EveryWeek):
        return day.isoweekday() == when.weekday
    return day.day == min(when.day, calendar.monthrange(day.year, day.month)[1])


def is_due(report: Report, saved_at: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When it was to go out, if that was not long ago and after it was last saved."""
    if not report.is_active:
        return None
    due = last_due(report.when, now, zone)
    return due if saved_at < due and now - due <= LATE_MAX else None


@check_part.register
def _(node: Report, path: Path) -> None:
    if len(set(node.to)) != len(node.to):
        raise FAULTS.fault((*path, "to"), "twice")
