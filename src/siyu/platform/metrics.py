"""Numbers about the running installation, for Prometheus.

What a process counts itself (requests) is summed over processes where PROMETHEUS_MULTIPROC_DIR names a folder they
share; what the database knows (lag, waiting batches) is asked when the numbers are fetched.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import prometheus_client.values
import psycopg
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from siyu.platform.eventlog.consuming import lags
from siyu.platform.eventlog.reading import head_position
from siyu.platform.inbox.quarantine import count_quarantined
from siyu.platform.logs import dropped_fields

FILE_BYTES = 1024 * 1024


class _AllocatedDict(MmapedDict):
    """The library's file of numbers, with room on the disk from the beginning. It makes files with holes, and whoever writes to a
    hole of a mapped file when the disk is full is killed (SIGBUS)."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if not read_mode:
            with Path(filename).open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, FILE_BYTES)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]  # the library has no types here


vars(prometheus_client.values)["MmapedDict"] = _AllocatedDict

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS = Counter("siyu_requests_total", "HTTP requests answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "siyu_request_seconds",
    "Time from a request's head to the end of its answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

WECOM_CALLBACKS = Counter("siyu_wecom_callbacks_total", "Callbacks of WeCom: kept, repeated, refused.", ["outcome"])

CHANNEL_CALLBACKS = Counter(
    "siyu_channel_callbacks_total",
    "Callbacks of accounts and vendors: taken, or why they were refused.",
    ["kind", "outcome"],
)

LOOP_STEPS = Counter("siyu_loop_steps_total", "Steps that workers' loops made, with work or without.", ["loop"])
LOOP_FAILURES = Counter("siyu_loop_failures_total", "Steps that failed and were tried again.", ["loop"])

AUDIENCE_TICK_SECONDS = Histogram(
    "siyu_audience_tick_seconds",
    "Time in which membership of all segments caught up with what had happened.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
)
AUDIENCE_CUSTOMERS = Counter("siyu_audience_customers_total", "Customers that audience looked at again.")
AUDIENCE_FLIPS = Counter("siyu_audience_flips_total", "Entries and exits.")


class _Gauges(Collector):
    def __init__(self, gauges: Iterable[Metric]) -> None:
        self._gauges = list(gauges)

    def collect(self) -> Iterable[Metric]:
        return self._gauges


def exposition(driver: psycopg.Connection[Any] | None) -> bytes:
    """All numbers as Prometheus's text; without a database those of the processes alone."""
    registry = CollectorRegistry()
    registry.register(_Gauges(_gauges(driver)))
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(REGISTRY)


def _gauges(driver: psycopg.Connection[Any] | None) -> Iterable[Metric]:
    yield _gauge("siyu_database_up", "1 where PostgreSQL answers.", 1 if driver is not None else 0)
    yield _gauge("siyu_log_fields_dropped", "Log fields dropped by this process.", dropped_fields())
    if driver is None:
        return
    yield _gauge("siyu_log_head_position", "Last position of the event log.", head_position(driver))
    lag = GaugeMetricFamily("siyu_consumer_lag", "Positions that a consumer is behind the log.", labels=["consumer"])
    for name, positions in sorted(lags(driver).items()):
        lag.add_metric([name], positions)
    yield lag
    waiting = driver.execute("SELECT coalesce(sum(size), 0)::bigint FROM inbox.batches").fetchone()
    yield _gauge("siyu_inbox_events", "Events that wait in the inbox.", waiting[0] if waiting else 0)
    yield _gauge("siyu_inbox_quarantined", "Events that could not be worked on.", count_quarantined(driver))


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
