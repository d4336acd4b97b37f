"""The governor: no call leaves that WeCom would refuse for coming too fast, whichever process makes it.

What is left of the published limits stands in one place for all processes, which take it out in lots; a lot that is not used in a
few seconds is forgotten, never used later than it was meant for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from siyu.channels.wecom.errors import WecomThrottledError
from siyu.channels.wecom.gates import Gate, Priority
from siyu.channels.wecom.rates import Limit, Lot, Pace, Penalty, limits_of
from siyu.kernel.clock import Clock

LOT_LASTS = timedelta(seconds=5)
KEPT_BACK = {Priority.WELCOME: 0.0, Priority.NORMAL: 0.05, Priority.BULK: 0.25}
"""Which part of a bucket is left to those who are more urgent."""


class RateStore(Protocol):
    """Where all processes keep together what is left of the limits."""

    def take(self, blocked_key: str, limits: dict[str, Limit], kept_back: float, now: datetime) -> Lot:
        """Takes a lot out of all buckets at once."""

    def penalise(self, key: str, now: datetime) -> Penalty:
        """Remembers that WeCom shut somebody out."""


@dataclass(slots=True)
class _Own:
    """The lot this process holds."""

    calls: int
    until: datetime


class Governor:
    """Stands before every call of one process. `pause` is how it waits; a test lets its clock go on instead."""

    def __init__(
        self,
        store: RateStore,
        clock: Clock,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store, self._clock, self._pause = store, clock, pause
        self._gates: dict[tuple[str, str], Gate] = {}
        self._lots: dict[tuple[str, str], _Own] = {}
        self._lock = threading.Lock()
        self._asking: dict[tuple[str, str], threading.Lock] = {}

    def gate(self, corp_id: str, path: str, pace: Pace) -> Gate:
        """The gate before one interface of one corp."""
        with self._lock:
            return self._gates.setdefault((corp_id, path), Gate(pace.at_once))

    @contextmanager
    def admitted(
        self, corp_id: str, path: str, pace: Pace, priority: Priority, patience_seconds: float
    ) -> Iterator[None]:
        """Waits until the call may be made; WecomThrottledError where that would take longer than one is patient."""
        started = self._clock.now()
        with self.gate(corp_id, path, pace).passed(priority, patience_seconds) as is_in:
            if not is_in:
                raise WecomThrottledError(path=path, retry_after_seconds=1)
            waited = (self._clock.now() - started).total_seconds()
            self._draw(corp_id, path, pace, priority, patience_seconds - waited)
            yield

    def penalise(self, corp_id: str, path: str) -> int:
        """WeCom said 45009: nobody calls this until the penalty is over; gives how many seconds that is."""
        now = self._clock.now()
        penalty = self._store.penalise(_blocked_key(corp_id, path), now)
        with self._lock:
            self._lots.pop((corp_id, path), None)
        return max(1, int((penalty.until - now).total_seconds()))

    def _draw(self, corp_id: str, path: str, pace: Pace, priority: Priority, patience_seconds: float) -> None:
        limits = limits_of(corp_id, path, pace)
        key = (corp_id, path)
        waited = 0.0
        while not self._from_own(key):
            with self._lock:
                asking = self._asking.setdefault(key, threading.Lock())
            with asking:  # one of the process's threads asks, the others find what it brought
                if self._from_own(key):
                    return
                now = self._clock.now()
                lot = self._store.take(_blocked_key(corp_id, path), limits, KEPT_BACK[priority], now)
                if lot.calls:
                    with self._lock:
                        self._lots[key] = _Own(lot.calls - 1, now + LOT_LASTS)
                    return
            wait = max(0.01, lot.wait_seconds)
            if waited + wait > patience_seconds:
                raise WecomThrottledError(path=path, retry_after_seconds=int(wait) + 1)
            self._pause(wait)
            waited += wait

    def _from_own(self, key: tuple[str, str]) -> bool:
        with self._lock:
            own = self._lots.get(key)
            if own is None or own.calls < 1 or self._clock.now() >= own.until:
                return False
            own.calls -= 1
            return True


def _blocked_key(corp_id: str, path: str) -> str:
    return f"{corp_id}|{path}|blocked"
