"""Keeping segments true: by a worker's loops all the time, and at once where somebody asks."""

from __future__ import annotations

import time

from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import Change, SegmentNotLiveError
from siyu.engines.audience.building import build_waiting
from siyu.engines.audience.keeping import LOCK, Audience, Ticked, alone, has_work, tick_held, tick_once
from siyu.kernel.actors import Actor
from siyu.kernel.errors import BusyError

LOCK_WAIT_SECONDS = 10
REST_SECONDS_MIN = 0.1
REST_SECONDS_MAX = 2.0
TICKS_MAX = 3
"""Whoever is not settled after this many waits for the columns, and is looked at by the worker."""
LOOK_SECONDS = 5.0
"""How often it is found out afresh whether a definition comes to something else now, though none was touched."""


class Worker:
    """The steps of a worker's two loops. After a tick it rests for as long as the tick took, so that at most half of a processor
    goes into it however much happens; what happens meanwhile is looked at together."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._rests_until = 0.0
        self._looked_at = 0.0
        self._definitions: object = None

    def tick(self) -> bool:
        """One tick, if there is anything to do; whether there was."""
        started = time.monotonic()
        if started < self._rests_until or tick_once(self._audience) is None:
            return False
        ended = time.monotonic()
        self._rests_until = ended + min(max(ended - started, REST_SECONDS_MIN), REST_SECONDS_MAX)
        return True

    def build(self) -> bool:
        """Builds what waits for it; whether anything did."""
        with self._audience.database.read() as reading:
            definitions = segments_reading.fingerprint(reading)
        now = time.monotonic()
        if definitions == self._definitions and now < self._looked_at + LOOK_SECONDS:
            return False
        try:
            built = bool(build_waiting(self._audience))
        except BusyError:
            return False
        self._definitions, self._looked_at = definitions, now
        return built


def refresh_all(audience: Audience, *, is_told: bool = True) -> int:
    """Brings every segment up to what the columns know, and builds those that wait; gives how many are kept true. BusyError where
    another process is at it for long."""
    build_waiting(audience, is_told=is_told, wait_seconds=LOCK_WAIT_SECONDS)
    ticks_left = TICKS_MAX
    while ticks_left and has_work(audience) and (ticked := tick_now(audience)) is not None:
        ticks_left -= ticked.is_whole
    with audience.database.read() as reading:
        return len(segments_reading.kept(reading))


def refresh_now(audience: Audience, actor: Actor, segment_id: int) -> Change:
    """Brings one live segment up to date at once, and with it all others; says what that changed in it. BusyError where that cannot
    be now."""
    actor.require("segments.publish")
    with audience.database.read() as reading:
        found = {each.segment_id: each for each in segments_reading.wanted(reading)}
    if segment_id not in found:
        raise SegmentNotLiveError(segment_id=segment_id)
    changes = build_waiting(audience, wait_seconds=LOCK_WAIT_SECONDS)
    if segment_id not in changes:
        ticked = tick_now(audience)
        changes = ticked.changes if ticked is not None else {}
    with audience.database.begin() as work:
        segments.record_refresh(work, actor, segment_id, found[segment_id].version)
        state = segments_reading.states_of(work, [segment_id])[segment_id]
    return changes.get(segment_id) or Change(0, 0, state.size or 0)


def tick_now(audience: Audience) -> Ticked | None:
    """A tick, though another process may be at one: then after that."""
    with alone(audience.database, LOCK, wait_seconds=LOCK_WAIT_SECONDS) as is_ours:
        if not is_ours:
            raise BusyError("Segments are being refreshed.", retry_after_seconds=LOCK_WAIT_SECONDS)
        return tick_held(audience)
