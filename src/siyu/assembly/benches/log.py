"""Benchmark `log`: how fast a consumer reads the log, and how long after its commit an event reaches a waiting consumer."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from siyu.assembly.benches.figures import BenchOptions, Figures, Tell
from siyu.kernel.events import NOBODY, Event, NewEvent
from siyu.platform.eventlog.consuming import Consumer, consume_once
from siyu.platform.eventlog.reading import ANY_NAME
from siyu.platform.eventlog.sequencer import run_sequencer
from siyu.platform.eventlog.waking import LogBell, listen
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.running import running_postgres
from siyu.platform.postgres.server import PostgresTuning

EVENTS = 400_000
EVENTS_QUICK = 50_000
BATCH = 500
SINGLES = 200


def run(options: BenchOptions, tell: Tell) -> Figures:
    """consumed_per_second over a full log; lag_seconds is the median of single events that a consumer waits for."""
    events = options.events or (EVENTS_QUICK if options.is_quick else EVENTS)
    stop = threading.Event()
    with tempfile.TemporaryDirectory(prefix="siyu-bench-") as folder:
        Path(folder).chmod(0o711)
        with running_postgres(Path(folder) / "postgres", PostgresTuning()) as url:
            database = Database(url)
            migrate(database.engine)
            sequencer = threading.Thread(target=run_sequencer, args=(database, stop))
            sequencer.start()
            tell(f"appending {events} events in batches of {BATCH}")
            appended = events / _append(database, events)
            tell("consuming")
            consumed = events / _consume(database, events)
            lags = _lags(database)
            stop.set()
            sequencer.join()
            database.close()
    return {
        "appended_per_second": appended,
        "consumed_per_second": consumed,
        "lag_seconds": statistics.median(lags),
        "lag_max_seconds": max(lags),
    }


def _event(database: Database, number: int) -> NewEvent:
    properties = {"number": number, "title": "冷泡茶", "path": f"/goods/{number % 5000}", "price": 12.5}
    return NewEvent("page_viewed", database.ids.new_id(), NOBODY, database.clock.now(), "bench", properties)


def _append(database: Database, events: int) -> float:
    started = time.perf_counter()
    for start in range(0, events, BATCH):
        with database.begin() as work:
            work.record(_event(database, number) for number in range(start, min(start + BATCH, events)))
    return time.perf_counter() - started


def _consume(database: Database, events: int) -> float:
    seen = 0

    def count(_: UnitOfWork, batch: Sequence[Event]) -> None:
        nonlocal seen
        seen += len(batch)

    consumer = Consumer("bench", {ANY_NAME: [count]})
    started = time.perf_counter()
    while seen < events:
        consume_once(database, consumer)
    return time.perf_counter() - started


def _lags(database: Database) -> list[float]:
    """Seconds between the commit of a single event and its handling, one after the other."""
    bell, done = LogBell(), threading.Event()
    listener = threading.Thread(target=listen, args=(database, bell, done))
    listener.start()
    arrived: list[float] = []
    consumer = Consumer("bench", {ANY_NAME: [lambda *_: arrived.append(time.perf_counter())]})

    def wait_and_consume() -> None:
        while not done.is_set():
            seen = bell.rings
            if consume_once(database, consumer) is None:
                bell.wait(seen, 1.0)

    waiting = threading.Thread(target=wait_and_consume)
    waiting.start()
    lags = []
    for number in range(SINGLES):
        with database.begin() as work:
            work.record([_event(database, number)])
        committed = time.perf_counter()
        while len(arrived) <= number:
            time.sleep(0.0005)
        lags.append(arrived[number] - committed)
    done.set()
    bell.ring()
    waiting.join()
    listener.join()
    return lags
