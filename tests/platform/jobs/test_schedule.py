"""Scheduled jobs under a clock of one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from siyu.kernel.clock import ManualClock
from siyu.platform.jobs import Scheduled, is_under_way
from siyu.platform.jobs_schedule import defer_due, is_due
from siyu.platform.postgres.database import Database

AT = datetime(2026, 3, 2, 18, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "is_named"),
    [
        ("20 18 * * *", True),
        ("20 17 * * *", False),
        ("20 * * * *", True),
        ("*/5 * * * *", True),
        ("2-59/5 * * * *", False),
        ("0-30/10 * * * *", True),
        ("* * * * 1", True),
        ("* * * * 0", False),
    ],
)
def test_a_cron_expression_names_its_minutes(cron: str, is_named: bool) -> None:
    assert is_due(cron, AT) is is_named
    assert is_due(cron, AT.replace(second=59)) is is_named


def test_every_schedule_of_the_installation_is_understood() -> None:
    from siyu.assembly.jobs import SCHEDULE

    day = [AT + timedelta(minutes=each) for each in range(1440)]
    for each in SCHEDULE:
        assert any(is_due(each.cron, minute) for minute in day), each.name


def test_what_falls_due_is_deferred_once_however_late_one_looks(database: Database) -> None:
    clock = ManualClock(AT)
    database.clock = clock
    schedule = [
        Scheduled("often", "*/5 * * * *"),
        Scheduled("nightly", "30 18 * * *"),
        Scheduled("later", "0 23 * * *"),
    ]
    clock.advance(timedelta(minutes=12))
    assert defer_due(database, schedule, AT) == clock.now()
    with database.read() as reading:
        known = {each.name: is_under_way(reading.driver, f"scheduled:{each.name}") for each in schedule}
    assert known == {"often": True, "nightly": True, "later": False}
    assert defer_due(database, schedule, clock.now()) == clock.now()
