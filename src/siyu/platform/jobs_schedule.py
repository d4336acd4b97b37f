"""Defers scheduled jobs where time is not the machine's: procrastinate knows that of the machine alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from siyu.platform.jobs import Scheduled, defer
from siyu.platform.postgres.database import Database

MINUTE: Final = timedelta(minutes=1)
LOOKED_BACK_MAX: Final = timedelta(days=1)
"""Who looks again later than this has missed what was due before; each job is deferred once in any case."""
LOOK_SECONDS: Final = 5.0


def keep_schedule(database: Database, schedule: Sequence[Scheduled], stop: threading.Event) -> None:
    """Defers what falls due on the database's clock until `stop` is set."""
    seen = database.clock.now()
    while not stop.wait(LOOK_SECONDS):
        seen = defer_due(database, schedule, seen)


def defer_due(database: Database, schedule: Sequence[Scheduled], since: datetime) -> datetime:
    """Defers each job that fell due after `since`, once however often it did; gives until when was looked."""
    now = database.clock.now()
    minutes = list(_minutes(max(since, now - LOOKED_BACK_MAX), now))
    due = [each.name for each in schedule if any(is_due(each.cron, minute) for minute in minutes)]
    if due:
        with database.begin() as work:
            for name in due:
                defer(work, name, {}, only_one=f"scheduled:{name}")
    return now


def is_due(cron: str, at: datetime) -> bool:
    """Whether a cron expression of five fields, each `*`, a number, or a range with a step, names this minute of UTC."""
    there = at.astimezone(UTC)
    values = (there.minute, there.hour, there.day, there.month, there.isoweekday() % 7)
    return all(_matches(field, value) for field, value in zip(cron.split(), values, strict=True))


def _matches(field: str, value: int) -> bool:
    span, _, step = field.partition("/")
    least, _, most = span.partition("-")
    if span == "*":
        return value % int(step or 1) == 0
    if not most and not step:
        return value == int(least)
    return int(least) <= value <= int(most or 59) and (value - int(least)) % int(step or 1) == 0


def _minutes(since: datetime, until: datetime) -> Iterator[datetime]:
    """The whole minutes after one instant, up to another."""
    minute = since.replace(second=0, microsecond=0) + MINUTE
    while minute <= until:
        yield minute
        minute += MINUTE
