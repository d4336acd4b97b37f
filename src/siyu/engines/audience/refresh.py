"""Keeps the membership of live segments true: now when somebody asks, and when it is due without anybody asking.

One process refreshes at a time. A segment is evaluated outside of any transaction, in columns that hold the log up to a known
position at least; then its membership, the events and its state are changed in one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg

from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import (
    Change,
    Evaluated,
    SegmentNotLiveError,
    SegmentState,
    SegmentVersion,
)
from siyu.engines.audience.evaluate import members, milliseconds_since
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import BusyError
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.consuming import slowest_position
from siyu.platform.postgres.database import Database

ACTOR = system_actor("audience")
LOCK = "audience"

AFTER_NEWS_SECONDS = 5
"""How soon a segment is looked at again when the columns have grown."""
SLIDING_SECONDS = 60
"""How often one is looked at whose answer changes as time passes."""
STANDING_SECONDS = 600
"""How often any other: an event told with a time in the future begins to count when that time has come."""
IDLE_SHARE = 10
"""Between two refreshes of a segment lies at least this many times what the last one took."""
LOCK_WAIT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Audience:
    """What refreshing needs. `projectors` are the consumers of the log that fill the columns."""

    database: Database
    columns: Columns
    projectors: tuple[str, ...]


def run_once(audience: Audience) -> bool:
    """Refreshes what is due; whether anything was. For a worker's loop."""
    return refresh_due(audience) > 0


def refresh_due(audience: Audience) -> int:
    """Refreshes every live segment whose time has come; their number. 0 where another process is at it."""
    if not _due_segments(audience):
        return 0
    with _lock(audience.database, wait_seconds=0) as is_ours:
        if not is_ours:
            return 0
        refreshed = 0
        for version in _due_segments(audience):
            refreshed += _apply(audience, ACTOR, _evaluate(audience, version)) is not None
        return refreshed


def refresh_now(audience: Audience, actor: Actor, segment_id: int) -> Change | None:
    """Refreshes one live segment at once; None where it was changed meanwhile. BusyError where that cannot be now."""
    actor.require("segments.publish")
    with audience.database.read() as reading:
        found = [each for each in segments_reading.live_segments(reading) if each.segment_id == segment_id]
    if not found:
        raise SegmentNotLiveError(segment_id=segment_id)
    with _lock(audience.database, wait_seconds=LOCK_WAIT_SECONDS) as is_ours:
        if not is_ours:
            raise BusyError("Other segments are being refreshed.", retry_after_seconds=LOCK_WAIT_SECONDS)
        return _apply(audience, actor, _evaluate(audience, found[0]))


def is_due(version: SegmentVersion, state: SegmentState, position: int, now: datetime) -> bool:
    """Whether a segment is to be looked at again, when the columns stand at `position`."""
    if state.refreshed_at is None or state.version != version.version or now < state.refreshed_at:
        return True
    waited = now - state.refreshed_at
    if waited < timedelta(milliseconds=state.cost_ms * IDLE_SHARE):
        return False
    if position > state.position and waited >= timedelta(seconds=AFTER_NEWS_SECONDS):
        return True
    return waited >= timedelta(seconds=SLIDING_SECONDS if version.slides else STANDING_SECONDS)


def _due_segments(audience: Audience) -> list[SegmentVersion]:
    """Those due, the longest unattended first."""
    with audience.database.read() as reading:
        live = segments_reading.live_segments(reading)
        states = segments_reading.states_of(reading, [each.segment_id for each in live])
        position = slowest_position(reading.driver, audience.projectors) or 0
    now = audience.database.clock.now()
    due = [each for each in live if is_due(each, states[each.segment_id], position, now)]
    return sorted(due, key=lambda each: _age_order(states[each.segment_id]))


def _age_order(state: SegmentState) -> tuple[bool, float]:
    return (state.refreshed_at is not None, state.refreshed_at.timestamp() if state.refreshed_at else 0.0)


def _evaluate(audience: Audience, version: SegmentVersion) -> Evaluated:
    """What the columns say. Their position is read before they are asked, so they hold at least that much."""
    with audience.database.read() as reading:
        position = slowest_position(reading.driver, audience.projectors) or 0
    as_of = audience.database.clock.now()
    started = time.perf_counter()
    found = members(audience.columns, version.definition, as_of)
    return Evaluated(
        segment_id=version.segment_id,
        version=version.version,
        members=found,
        as_of=as_of,
        position=position,
        cost_ms=milliseconds_since(started),
    )


def _apply(audience: Audience, actor: Actor, evaluated: Evaluated) -> Change | None:
    with audience.database.begin() as work:
        return segments.apply_refresh(work, actor, evaluated)


@contextmanager
def _lock(database: Database, *, wait_seconds: int) -> Iterator[bool]:
    """Whether this process is now the one that refreshes. The lock goes with the connection, so nobody keeps it after death."""
    with database.autocommit() as driver:
        if wait_seconds:
            driver.execute(f"SET lock_timeout = '{int(wait_seconds)}s'")
            try:
                driver.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (LOCK,))
            except psycopg.errors.LockNotAvailable:
                yield False
                return
            yield True
            return
        row = driver.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (LOCK,)).fetchone()
        yield bool(row and row[0])
