"""Time in the emulated WeCom: it runs with another clock, can be moved on, and what falls due on the way happens then."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from siyu.kernel.clock import Clock


class MovingClock:
    """Another clock, ahead by as much as it was moved on."""

    def __init__(self, below: Clock) -> None:
        self._below = below
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return self._below.now() + self._ahead

    def advance(self, by: timedelta) -> None:
        if by < timedelta(0):
            raise ValueError("time does not run backwards")
        self._ahead += by


class Agenda:
    """What is to happen at an instant, in that order; it happens when somebody looks at the time."""

    def __init__(self) -> None:
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._lock = threading.RLock()

    def at(self, instant: datetime, happening: Callable[[], None]) -> None:
        with self._lock:
            heapq.heappush(self._due, (instant, next(self._numbers), happening))

    def run(self, now: datetime) -> int:
        """Lets everything happen that is due; how much it was."""
        happened = 0
        with self._lock:
            while self._due and self._due[0][0] <= now:
                heapq.heappop(self._due)[2]()
                happened += 1
        return happened
