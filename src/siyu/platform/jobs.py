"""Rare, long or scheduled work: imports, erasures, retention, backups. Never per message, never per step.

A job is deferred in the transaction that wants it, so it is there if, and only if, that transaction is committed. It runs
in a worker of the group `jobs` (procrastinate on the same database), is tried again with growing pauses where it fails,
and is taken over where its worker died: so a job must bear to be run again from any point.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa

from siyu.kernel.errors import SiyuError
from siyu.platform import tracing
from siyu.platform.postgres.database import UnitOfWork

if TYPE_CHECKING:  # procrastinate is loaded when something is deferred or run: most processes never do
    from procrastinate import App

CONCURRENCY = 2
"""Jobs that run at once in a process: a short one need not wait for a long one to end."""
ATTEMPTS_MAX = 12
FIRST_PAUSE_SECONDS = 2
"""Doubled after every failure: a job that fails every time is given up after about two hours."""
HEARTBEAT_SECONDS = 5.0
DEAD_AFTER_SECONDS = 20.0
"""A worker that has been silent for longer is dead; others take its jobs over."""
STOP_POLL_SECONDS = 0.2


class JobsEndedError(SiyuError):
    """The worker of the jobs ended, though nobody told it to."""

    code = "jobs_ended"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A job that is deferred by the clock: `cron` has five fields and is read in UTC."""

    name: str
    cron: str


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How many jobs wait, run, and have failed for good."""

    waiting: int
    running: int
    failed: int


def schema_sql() -> str:
    """The statements that make procrastinate's tables, types and functions; for the migration."""
    from procrastinate.schema import SchemaManager

    return SchemaManager.get_schema()


def defer(
    work: UnitOfWork,
    name: str,
    arguments: Mapping[str, Any],
    *,
    only_one: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Has the job `name` run once this unit of work is committed (`at` or later); whether it was put in the queue.

    Of those with the same `only_one` at most one waits and at most one runs, and they are taken to do the same work. Where one
    waits already it does what this one was to do: it begins no later than `at`, and not before this unit of work has ended,
    so that it finds what was done here. Who fails or dies while one waits gives way to it.
    """
    from procrastinate.exceptions import AlreadyEnqueued

    deferrer = _outside_worker().configure_task(
        name, allow_unknown=True, lock=only_one, queueing_lock=only_one, schedule_at=at, connection=work.driver
    )
    while True:
        work.driver.execute("SAVEPOINT deferring")  # one that waits already must not undo what the caller did
        try:
            deferrer.defer(**arguments)
        except AlreadyEnqueued:
            work.driver.execute("ROLLBACK TO SAVEPOINT deferring")
            if _is_kept_waiting(work.driver, only_one, at):
                return False
        else:
            return True
        finally:
            work.driver.execute("RELEASE SAVEPOINT deferring")


def _is_kept_waiting(driver: psycopg.Connection[Any], only_one: str | None, at: datetime | None) -> bool:
    """Locks the one that waits, which workers then pass over; False where one has just begun it."""
    return (
        driver.execute(
            """
            UPDATE procrastinate_jobs SET scheduled_at = nullif(least(coalesce(scheduled_at, '-infinity'),
                                                                      coalesce(%s::timestamptz, '-infinity')), '-infinity')
            WHERE queueing_lock = %s AND status = 'todo'
            """,
            (at, only_one),
        ).rowcount
        > 0
    )


def is_under_way(driver: psycopg.Connection[Any], only_one: str) -> bool:
    """Whether one of those that were deferred with this `only_one` waits or runs."""
    row = driver.execute(
        "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = %s AND status IN ('todo', 'doing'))", (only_one,)
    ).fetchone()
    return bool(row and row[0])


def counts(driver: psycopg.Connection[Any]) -> JobCounts:
    """How the jobs stand."""
    rows = dict(driver.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1").fetchall())
    return JobCounts(rows.get("todo", 0), rows.get("doing", 0), rows.get("failed", 0))


def run_jobs(
    url: str, tasks: Mapping[str, Callable[..., None]], schedule: Sequence[Scheduled], stop: threading.Event
) -> None:
    """Runs jobs until `stop` is set. A job that is still running then is left to be taken over by the next worker. Raises where
    the worker ends before."""
    asyncio.run(_run(_app(url, tasks, schedule, stop), stop))
    if not stop.is_set():
        raise JobsEndedError


@cache
def _outside_worker() -> App:
    """procrastinate for those who only defer, each with a connection of their own."""
    from procrastinate import App, SyncPsycopgConnector

    return App(connector=SyncPsycopgConnector())


def _app(
    url: str, tasks: Mapping[str, Callable[..., None]], schedule: Sequence[Scheduled], stop: threading.Event
) -> App:
    from procrastinate import App, RetryStrategy

    from siyu.platform.jobs_connector import PatientConnector

    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PatientConnector(plain, stop, connections_max=CONCURRENCY + 2))
    retry = RetryStrategy(max_attempts=ATTEMPTS_MAX, exponential_wait=FIRST_PAUSE_SECONDS)
    for name, run in tasks.items():
        app.task(name=name, retry=retry)(tracing.traced(f"job {name}", run))
    for each in schedule:
        name = f"scheduled:{each.name}"
        task = app.task(name=name, queueing_lock=name, lock=name, retry=retry)
        app.periodic(cron=each.cron)(task(_by_the_clock(tracing.traced(f"job {each.name}", tasks[each.name]))))
    return app


def _by_the_clock(run: Callable[..., None]) -> Callable[[int], None]:
    """procrastinate tells a scheduled job its moment, which ours do not want."""
    return lambda timestamp: run()  # noqa: ARG005 - named so by procrastinate


async def _run(app: App, stop: threading.Event) -> None:
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=DEAD_AFTER_SECONDS,
            )
        )
        taking_over = asyncio.create_task(_take_over(app))
        try:
            while not stop.is_set() and not worker.done() and not taking_over.done():
                await asyncio.sleep(STOP_POLL_SECONDS)
        finally:
            for task in (taking_over, worker):
                task.cancel()
            ended = await asyncio.gather(taking_over, worker, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error


async def _take_over(app: App) -> None:
    """Has the jobs of workers that died run again."""
    from procrastinate.exceptions import ConnectorException

    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
            with contextlib.suppress(ConnectorException):  # somebody else was quicker, or it has ended after all
                await app.job_manager.retry_job(job)
        await asyncio.sleep(HEARTBEAT_SECONDS)
