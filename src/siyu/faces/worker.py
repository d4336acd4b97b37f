"""The worker: a process that keeps loops running, each in a thread of its own, until it is told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

from prometheus_client import Counter

from siyu.assembly.installation import Installation
from siyu.assembly.loops import Loop, loops
from siyu.assembly.processes import JOBS_GROUP
from siyu.kernel.clock import ScaledClock
from siyu.platform import tracing
from siyu.platform.collection import collect_seldom
from siyu.platform.eventlog.sequencer import run_sequencer
from siyu.platform.eventlog.waking import LogBell, listen
from siyu.platform.logs import get_logger
from siyu.platform.metrics import LOOP_FAILURES, LOOP_STEPS

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 15.0
LOOKS_MAX = 20
"""Whoever finds nothing looks at most so often within its `idle_seconds`, however often the log grows meanwhile: each look is a
transaction, and most loops are about other things than what the log has just told."""
STOP_SECONDS_MAX = 8.0
"""How long loops may take to end their step. What is cut off then is rolled back and done by the next worker."""

log = get_logger(__name__)


def run_worker(installation: Installation, group: str, stop: threading.Event) -> bool:
    """Runs a group of loops, and the sequencer if nobody else does; returns when `stop` is set, and whether all have ended.
    Who has not is to be cut off with the process."""
    collect_seldom()
    bell = LogBell()
    database = installation.database
    threads = [
        _thread("sequencer", stop, lambda: run_sequencer(database, stop)),
        _thread("bell", stop, lambda: listen(database, bell, stop)),
        *_of_group(installation, group, bell, stop),
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    bell.ring()
    until = time.monotonic() + STOP_SECONDS_MAX
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


def _of_group(installation: Installation, group: str, bell: LogBell, stop: threading.Event) -> list[threading.Thread]:
    if group == JOBS_GROUP:
        from siyu.assembly.jobs import SCHEDULE, jobs_of
        from siyu.platform.jobs import run_jobs

        jobs, database = jobs_of(installation), installation.database
        if isinstance(database.clock, ScaledClock):
            from siyu.platform.jobs_schedule import keep_schedule

            return [
                _thread("jobs", stop, lambda: run_jobs(database.url, jobs, (), stop)),
                _thread("schedule", stop, lambda: keep_schedule(database, SCHEDULE, stop)),
            ]
        return [_thread("jobs", stop, lambda: run_jobs(database.url, jobs, SCHEDULE, stop))]
    return [_thread(each.name, stop, partial(run_loop, each, bell, stop)) for each in loops(installation, group)]


def run_loop(loop: Loop, bell: LogBell, stop: threading.Event) -> None:
    """Steps as long as there is work; otherwise waits for the log to grow, or for a while. Until `stop` is set."""
    steps = LOOP_STEPS.labels(loop.name)
    while not stop.is_set():
        seen = bell.rings
        with tracing.step(loop.name) as span:
            has_worked = loop.step()
            if has_worked:
                span.tell(siyu__worked=True)
        steps.inc()
        if not has_worked:
            rest = loop.idle_seconds / LOOKS_MAX
            stop.wait(rest)
            bell.wait(seen, loop.idle_seconds - rest)


def _thread(name: str, stop: threading.Event, run: Callable[[], None]) -> threading.Thread:
    failures = LOOP_FAILURES.labels(
        name
    )  # its file is made now: on a disk that is full, to make it would end the thread
    return threading.Thread(target=_patiently, args=(name, failures, stop, run), name=name, daemon=True)


def _patiently(name: str, failures: Counter, stop: threading.Event, run: Callable[[], None]) -> None:
    """Runs again what failed, after a pause that doubles: a store that is away comes back, and a batch that fails is
    tried again, never skipped."""
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        started = time.monotonic()
        try:
            run()
        except Exception as error:
            failures.inc()
            log.error("loop_failed", process=name, exc_info=error)
            if time.monotonic() - started > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        else:
            return
