"""Benchmark `audience`: who is in which segment, for everybody, for one, and again after news.

The population is described in `population`, what is asked of it in `questions`. A full refresh finds out 200 segments for all
customers and puts in place what changed, as after a clock that was set back; the same segments asked one by one are what is
usual. A tick follows 10,000 new events, which the projection has brought into the columns, up to the committed entries and
exits. Time stands still but for a minute before each tick, so that windows slide.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from siyu.assembly.benches.figures import BenchOptions, Figures, Tell
from siyu.assembly.benches.memory import watched_memory
from siyu.assembly.benches.population import fill, random_events
from siyu.assembly.benches.questions import conjunctions, pool, random_segments
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import Condition
from siyu.domain.segments.reading import condition_document, parse_definition
from siyu.engines.audience.building import build_waiting
from siyu.engines.audience.evaluate import evaluate, preview
from siyu.engines.audience.keeping import STEP_BACK_MAX, Audience, Ticked, tick_once
from siyu.engines.audience.sets import StoredSets
from siyu.engines.projection.projecting import COLUMNS_CONSUMER, ROW_EVENTS, columns_projector
from siyu.kernel.actors import Scope, system_actor
from siyu.kernel.clock import ManualClock, SystemClock
from siyu.platform.columns.client import Columns
from siyu.platform.columns.process import running_columns
from siyu.platform.columns.schema import ensure_schema
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.running import running_postgres
from siyu.platform.postgres.server import PostgresTuning
from siyu.platform.sealing.files import ensure_key_ring
from siyu.platform.settings import Settings

CUSTOMERS, EVENTS = 1_000_000, 20_000_000
CUSTOMERS_QUICK, EVENTS_QUICK = 20_000, 400_000
SEGMENTS, SEGMENTS_QUICK = 200, 40
NEWS = 10_000
TICKS, TICKS_QUICK = 15, 3
PREVIEWS, PREVIEWS_QUICK = 25, 5
ONES = 2_000
ACTOR = system_actor("bench")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _Bench:
    """Filled engines, and everything random drawn from one seed."""

    audience: Audience
    clock: ManualClock
    customers: int
    is_quick: bool
    random: Random
    tell: Tell


def run(options: BenchOptions, tell: Tell) -> Figures:
    """Seconds but where the name says otherwise; see the module."""
    customers = options.customers or (CUSTOMERS_QUICK if options.is_quick else CUSTOMERS)
    events = options.events or (EVENTS_QUICK if options.is_quick else EVENTS)
    clock = ManualClock(SystemClock().now())
    with tempfile.TemporaryDirectory(prefix="siyu-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        tuning = PostgresTuning(shared_buffers_mb=512)
        with (
            running_columns(home / "columns") as columns_url,
            running_postgres(home / "postgres", tuning) as database_url,
        ):
            database = Database(database_url, clock=clock, keys=ensure_key_ring(Settings(home=home)))
            migrate(database.engine)
            columns = Columns(columns_url)
            ensure_schema(columns)
            fill(database, columns, customers, events, clock.now(), tell)
            audience = Audience(database, columns, (COLUMNS_CONSUMER,), ZoneInfo("Asia/Shanghai"), ROW_EVENTS)
            bench = _Bench(audience, clock, customers, options.is_quick, Random(1), tell)  # noqa: S311 - the same every time
            figures = {**_previews(bench), **_everybody(bench), **_ticks(bench), **_ones(bench)}
            columns.close()
            database.close()
    return figures


def _timed(do: Callable[[], _Result]) -> tuple[float, _Result]:
    started = time.perf_counter()
    result = do()
    return time.perf_counter() - started, result


def _previews(bench: _Bench) -> Figures:
    count = PREVIEWS_QUICK if bench.is_quick else PREVIEWS
    ones = [parse_definition(each) for each in bench.random.sample(pool(), count)]
    tens = conjunctions(bench.random, count, 10)
    one, ten = _preview_seconds(bench, ones), _preview_seconds(bench, tens)
    bench.tell(f"previews of one condition {_spread(one)}, of ten {_spread(ten)}")
    return {"preview_one_s": statistics.median(one), "preview_ten_s": statistics.median(ten)}


def _preview_seconds(bench: _Bench, conditions: Iterable[Condition]) -> list[float]:
    audience, now = bench.audience, bench.clock.now()

    def asked(condition: Condition) -> float:
        sets = StoredSets(audience.database)
        return _timed(
            lambda: preview(audience.columns, condition, now, Scope(), zone=audience.zone, sets=sets),
        )[0]

    return [asked(condition) for condition in conditions]


def _everybody(bench: _Bench) -> Figures:
    """All segments built, refreshed together, and asked one by one."""
    conditions = random_segments(bench.random, SEGMENTS_QUICK if bench.is_quick else SEGMENTS)
    with bench.audience.database.begin() as work:
        for number, condition in enumerate(conditions):
            made = segments.create(work, ACTOR, f"segment {number}", condition_document(condition))
            segments.publish(work, ACTOR, made.segment_id)
    built, changes = _timed(lambda: build_waiting(bench.audience, is_told=False))
    sizes = sorted(each.size for each in changes.values())
    bench.tell(f"{len(sizes)} segments built in {built:.1f} s, of {sizes[0]} to {sizes[-1]} customers")
    bench.clock.advance(-2 * STEP_BACK_MAX)
    with watched_memory() as peak:
        refreshed, ticked = _timed(lambda: _tick(bench))
    bench.tell(f"refreshed in {refreshed:.1f} s, {_flips(ticked)} entries and exits")
    one_by_one = sum(_one(bench, condition) for condition in conditions)
    return {
        "build_s": built,
        "full_refresh_s": refreshed,
        "one_by_one_s": one_by_one,
        "speedup": one_by_one / refreshed,
        "peak_memory_gb": peak.bytes / 1e9,
    }


def _one(bench: _Bench, condition: Condition) -> float:
    """Seconds to find out one segment for everybody, and nothing else."""
    audience, sets = bench.audience, StoredSets(bench.audience.database)
    return _timed(
        lambda: evaluate(audience.columns, [condition], bench.clock.now(), zone=audience.zone, sets=sets, upto=0)
    )[0]


def _ticks(bench: _Bench) -> Figures:
    seconds, flips, looked_at = [], [], []
    for _ in range(TICKS_QUICK if bench.is_quick else TICKS):
        bench.clock.advance(timedelta(minutes=1))
        _bring_news(bench)
        took, ticked = _timed(lambda: _tick(bench))
        seconds.append(took)
        flips.append(_flips(ticked))
        looked_at.append(ticked.customers or 0)
    bench.tell(
        f"{len(seconds)} ticks of {NEWS} events {_spread(seconds)}; looked at {statistics.median(looked_at):.0f} customers,"
        f" {statistics.median(flips):.0f} entries and exits each"
    )
    return {
        "tick_s": statistics.median(seconds),
        "tick_max_s": max(seconds),
        "tick_flips": statistics.median(flips),
        "tick_customers": statistics.median(looked_at),
    }


def _bring_news(bench: _Bench) -> None:
    """New events in the log and in the columns."""
    database, now = bench.audience.database, bench.clock.now()
    with database.begin() as work:
        work.record(random_events(bench.random, database.ids, NEWS, bench.customers, now))
    with database.autocommit() as driver:
        sequence_once(driver)
    projector = columns_projector(bench.audience.columns)
    while project_once(database, projector):
        pass


def _tick(bench: _Bench) -> Ticked:
    ticked = tick_once(bench.audience)
    if ticked is None:
        raise RuntimeError("there was something to do, and nobody else to do it")
    return ticked


def _ones(bench: _Bench) -> Figures:
    """All segments of one customer."""
    with bench.audience.database.read() as reading:
        asked = [1 + bench.random.randrange(bench.customers) for _ in range(ONES)]
        seconds = [_timed(partial(segments_reading.segments_of, reading, one))[0] for one in asked]
    bench.tell(f"all segments of one customer {_spread(seconds)}")
    return {"customer_segments_ms": statistics.median(seconds) * 1000}


def _flips(ticked: Ticked) -> int:
    return sum(each.entered + each.exited for each in ticked.changes.values())


def _spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.4g} s (most {max(seconds):.4g} s)"
