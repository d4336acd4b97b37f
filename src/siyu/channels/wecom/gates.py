"""How many calls of one interface are under way at once, who may go next, and less of it when WeCom says that it is too much."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

SUCCESSES_TO_WIDEN = 20


class Priority(IntEnum):
    """Who goes first where calls wait: a welcome dies in 20 seconds, somebody at a screen waits, a sync has the night."""

    WELCOME = 0
    NORMAL = 1
    BULK = 2


class Gate:
    """Lets so many through at once, the most urgent first. A refusal (45033) halves their number, successes widen it again."""

    def __init__(self, most: int) -> None:
        self._most = self._limit = most
        self._running = 0
        self._successes = 0
        self._waiting: list[tuple[int, int]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()

    @property
    def limit(self) -> int:
        return self._limit

    @contextmanager
    def passed(self, priority: Priority, seconds_max: float) -> Iterator[bool]:
        """Whether a place became free in time; it is held for the length of the block."""
        is_in = self._enter((int(priority), next(self._numbers)), time.monotonic() + seconds_max)
        try:
            yield is_in
        finally:
            if is_in:
                with self._changed:
                    self._running -= 1
                    self._changed.notify_all()

    def _enter(self, ticket: tuple[int, int], deadline: float) -> bool:
        with self._changed:
            heapq.heappush(self._waiting, ticket)
            try:
                while self._running >= self._limit or self._waiting[0] != ticket:
                    left = deadline - time.monotonic()
                    if left <= 0 or not self._changed.wait(left):
                        return False
                self._running += 1
                return True
            finally:
                self._waiting.remove(ticket)
                heapq.heapify(self._waiting)
                self._changed.notify_all()

    def narrow(self) -> None:
        """Too many at once: half as many from now on."""
        with self._changed:
            self._limit, self._successes = max(1, min(self._limit, self._running) // 2), 0

    def widen(self) -> None:
        """One succeeded; after enough of them one more is tried at once."""
        with self._changed:
            self._successes += 1
            if self._successes >= SUCCESSES_TO_WIDEN and self._limit < self._most:
                self._limit, self._successes = self._limit + 1, 0
                self._changed.notify_all()
