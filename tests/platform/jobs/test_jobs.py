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
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from siyu.assembly import jobs as assembly_jobs
from siyu.platform.jobs import JobCounts, Scheduled, counts, defer, run_jobs
from siyu.platform.postgres.database import Database


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
