"""Jobs: there if the transaction is, once at a time, again after a failure and after a death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from siyu.assembly import jobs as assembly_jobs
from siyu.platform.jobs import JobCounts, JobsEndedError, Scheduled, counts, defer, run_jobs
from siyu.platform.postgres.database import Database
from tests.conftest import administer


@contextmanager
def working(url: str, tasks: Mapping[str, Callable[..., None]], *schedule: Scheduled) -> Iterator[None]:
    """A worker for the length of the block."""
    stop = threading.Event()
    troubles: list[BaseException] = []

    def run() -> None:
        try:
            run_jobs(url, tasks, schedule, stop)
        except BaseException as error:
            troubles.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
    assert troubles == []


def eventually(condition: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def standing(database: Database) -> JobCounts:
    with database.read() as reading:
        return counts(reading.driver)


def test_a_job_runs_with_its_arguments_and_is_forgotten(database: Database) -> None:
    ran: list[tuple[int, str]] = []
    with database.begin() as work:
        assert defer(work, "greet", {"number": 7, "word": "你好"})
    with working(database.url, {"greet": lambda *, number, word: ran.append((number, word))}):
        eventually(lambda: bool(ran) and standing(database) == JobCounts(0, 0, 0))
    assert ran == [(7, "你好")]


def test_a_job_of_a_transaction_that_failed_is_not_there(database: Database) -> None:
    def fails() -> None:
        with database.begin() as work:
            assert defer(work, "never", {})
            raise OSError("no more room")

    with pytest.raises(OSError, match="no more room"):
        fails()
    assert standing(database) == JobCounts(0, 0, 0)


def test_only_one_of_a_kind_waits_and_what_else_was_done_stays(database: Database) -> None:
    with database.begin() as work:
        assert defer(work, "count", {"of": 1}, only_one="count:1")
        assert not defer(work, "count", {"of": 1}, only_one="count:1")
        assert defer(work, "count", {"of": 2}, only_one="count:2")
    assert standing(database) == JobCounts(2, 0, 0)


def test_only_one_of_a_kind_runs_at_a_time(database: Database) -> None:
    first_runs, go_on, ran = threading.Event(), threading.Event(), list[int]()

    def slow(*, number: int) -> None:
        ran.append(number)
        first_runs.set()
        assert go_on.wait(60)

    with working(database.url, {"slow": slow, "quick": lambda: ran.append(0)}):
        with database.begin() as work:
            defer(work, "slow", {"number": 1}, only_one="slow")
        assert first_runs.wait(60)
        with database.begin() as work:
            assert defer(work, "slow", {"number": 2}, only_one="slow")
            defer(work, "quick", {})
        eventually(lambda: 0 in ran)  # another kind overtakes
        assert ran == [1, 0]
        go_on.set()
        eventually(lambda: 2 in ran)
    assert ran == [1, 0, 2]


def test_a_job_that_fails_is_tried_again(database: Database) -> None:
    tries: list[int] = []

    def shaky() -> None:
        tries.append(len(tries))
        if len(tries) < 2:
            raise OSError("not yet")

    with database.begin() as work:
        defer(work, "shaky", {})
    with working(database.url, {"shaky": shaky}):
        eventually(lambda: len(tries) == 2 and standing(database) == JobCounts(0, 0, 0))


def test_a_job_for_later_waits(database: Database) -> None:
    ran: list[str] = []
    with database.begin() as work:
        defer(work, "say", {"word": "late"}, at=datetime.now(UTC) + timedelta(hours=1))
        defer(work, "say", {"word": "now"})
    with working(database.url, {"say": lambda *, word: ran.append(word)}):
        eventually(lambda: bool(ran))
    assert ran == ["now"]
    assert standing(database) == JobCounts(1, 0, 0)


def test_a_job_whose_worker_was_killed_is_taken_over(database: Database) -> None:
    with database.begin() as work:
        defer(work, "linger", {})
    program = """
        import sys, threading, time
        from siyu.platform.jobs import run_jobs
        def linger():
            print("began", flush=True)
            time.sleep(600)
        run_jobs(sys.argv[1], {"linger": linger}, [], threading.Event())
    """
    worker = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), database.url], stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "began\n"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    with database.begin() as work:  # as if it had been silent for long
        work.driver.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    again = threading.Event()
    with working(database.url, {"linger": again.set}):
        assert again.wait(60)
        eventually(lambda: standing(database) == JobCounts(0, 0, 0))


def test_the_clock_starts_what_is_scheduled(database: Database) -> None:
    ran = threading.Event()
    with working(database.url, {"tick": ran.set}, Scheduled("tick", "* * * * * *")):  # the sixth field is seconds
        assert ran.wait(60)


def test_what_the_clock_starts_is_a_job_that_there_is() -> None:
    assert {each.name for each in assembly_jobs.SCHEDULE} <= set(assembly_jobs.JOBS)


def test_one_that_fails_gives_way_to_one_of_its_kind_that_waits(database: Database) -> None:
    first_runs, go_on, ran = threading.Event(), threading.Event(), list[int]()

    def shaky(*, number: int) -> None:
        ran.append(number)
        if number == 1:
            first_runs.set()
            assert go_on.wait(60)
            raise OSError("not yet")

    with working(database.url, {"shaky": shaky}):
        with database.begin() as work:
            defer(work, "shaky", {"number": 1}, only_one="shaky")
        assert first_runs.wait(60)
        with database.begin() as work:
            assert defer(work, "shaky", {"number": 2}, only_one="shaky")
        go_on.set()
        eventually(lambda: 2 in ran and standing(database) == JobCounts(0, 0, 0))
    assert ran == [1, 2]


def test_one_whose_worker_died_gives_way_to_one_of_its_kind_that_waits(database: Database) -> None:
    ran: list[int] = []
    with database.begin() as work:
        defer(work, "count", {"number": 1}, only_one="count")
    with database.begin() as work:  # begun by a worker that is gone
        work.driver.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    with database.begin() as work:
        assert defer(work, "count", {"number": 2}, only_one="count")
    with working(database.url, {"count": lambda *, number: ran.append(number)}):
        eventually(lambda: bool(ran) and standing(database) == JobCounts(0, 0, 0))
    assert ran == [2]


def test_who_relies_on_one_that_waits_is_seen_by_it(database: Database) -> None:
    """It must not begin before that transaction is committed, for it would not find what it is to work on."""
    asked, ran = threading.Event(), list[str]()
    with database.begin() as work:
        defer(work, "work", {}, only_one="work")
    with ExitStack() as stack:
        with database.begin() as work:
            assert not defer(work, "work", {}, only_one="work")
            stack.enter_context(
                working(database.url, {"work": lambda: ran.append("early" if not asked.is_set() else "")})
            )
            with database.begin() as another:
                defer(another, "else", {}, only_one="else")
            eventually(lambda: standing(database).failed == 1)  # nobody knows that job: so the worker has looked
            asked.set()
        eventually(lambda: bool(ran))
    assert ran == [""]


def test_asking_again_brings_forward_one_that_pauses(database: Database) -> None:
    ran: list[int] = []
    with database.begin() as work:
        defer(work, "count", {}, only_one="count", at=datetime.now(UTC) + timedelta(hours=1))
        assert not defer(work, "count", {}, only_one="count", at=datetime.now(UTC) + timedelta(hours=2))
        assert not defer(work, "count", {}, only_one="count")
    with working(database.url, {"count": lambda: ran.append(1)}):
        eventually(lambda: bool(ran), 20)


def test_a_worker_that_nobody_lets_in_for_a_while_goes_on(database: Database, postgres_url: str) -> None:
    name = sa.make_url(database.url).database
    slow_runs, go_on, ran = threading.Event(), threading.Event(), list[int]()

    def slow() -> None:
        slow_runs.set()
        assert go_on.wait(60)

    with database.begin() as work:
        defer(work, "slow", {})
    seldom = Scheduled("quick", "0 0 29 2 *")  # without any schedule nobody would watch over the worker's heart
    with working(database.url, {"slow": slow, "quick": lambda: ran.append(1)}, seldom):
        assert slow_runs.wait(60)
        try:
            administer(postgres_url, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            with psycopg.connect(postgres_url) as driver:
                ended = driver.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
                ).fetchall()
            assert ended
            time.sleep(7)  # so that its heart wants to beat
            administer(postgres_url, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            with database.begin() as work:
                defer(work, "quick", {})
            eventually(lambda: bool(ran), 30)  # although another is still running
        finally:
            go_on.set()


def test_a_job_is_not_lost_with_the_answer_that_told_of_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[int] = []
    lost: list[object] = []
    ask = PsycopgConnector.execute_query_one_async

    async def loses(self: PsycopgConnector, query: Any, **arguments: Any) -> dict[str, Any]:
        row: dict[str, Any] = await ask(self, query, **arguments)
        if row.get("task_name") == "count" and not lost:
            lost.append(row["id"])
            raise ConnectorException from psycopg.OperationalError("the connection is gone")
        return row

    monkeypatch.setattr(PsycopgConnector, "execute_query_one_async", loses)
    with database.begin() as work:
        defer(work, "count", {})
    with working(database.url, {"count": lambda: ran.append(1)}):
        eventually(lambda: bool(ran) and standing(database) == JobCounts(0, 0, 0))
    assert (len(lost), ran) == (1, [1])


def test_a_worker_that_ends_by_itself_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ends(self: App, **_: Any) -> None:
        """As procrastinate does after a failure that it only logged."""

    monkeypatch.setattr(App, "run_worker_async", ends)
    with pytest.raises(JobsEndedError):
        run_jobs(database.url, {}, [], threading.Event())
