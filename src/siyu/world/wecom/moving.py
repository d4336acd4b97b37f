"""Time in the emulated WeCom: it runs with another clock, can be moved on, and what falls due on the way happens then."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from siyu.kernel.clock import Clock


class MovingClock:
    """Another clock, ahead by as much as it was moved on."""

    def __init__(self, below: Clock) -> None:
        self._below = below
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return self._below.now() + self.ahead

    def advance(self, by: timedelta) -> None:
        if by < timedelta(0):
            raise ValueError("time does not run backwards")
        self.ahead += by


class Agenda:
    """What is to happen at an instant, in that order; it happens when somebody looks at the time."""

    def __init__(self) -> None:
        self.due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0
        self._lock = threading.RLock()

    def at(self, instant: datetime, happening: Callable[[], None]) -> None:
        with self._lock:
            self._count += 1
            heapq.heappush(self.due, (instant, self._count, happening))

    def resume(self, due: list[tuple[datetime, int, Callable[[], None]]]) -> None:
        """What was to happen when it was put down."""
        with self._lock:
            self.due, self._count = due, max((number for _, number, _ in due), default=0)

    def run(self, now: datetime) -> int:
        """Lets everything happen that is due; how much it was."""
        happened = 0
        with self._lock:
            while self.due and self.due[0][0] <= now:
                heapq.heappop(self.due)[2]()
                happened += 1
        return happened
