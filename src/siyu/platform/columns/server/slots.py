"""How many queries run at the same time, and how many may wait for their turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from siyu.platform.columns.server.errors import TOO_MANY_QUERIES, EngineError

_LOOK_SECONDS = 0.5


class Slots:
    """`total` queries run at once, of which `reserved` slots are only for those that ask for them.

    At most `queue_limit` others wait, each for `wait_seconds` at most; who comes then is refused. A reserved query
    may take any free slot and is not counted in the queue, so ordinary load never keeps it out.
    """

    def __init__(self, total: int, reserved: int, queue_limit: int, wait_seconds: float) -> None:
        if not 0 <= reserved < total:
            raise ValueError("at least one slot must be open to everybody")
        self._total = total
        self._ordinary = total - reserved
        self._queue_limit = queue_limit
        self._wait_seconds = wait_seconds
        self._changed = threading.Condition()
        self._running_ordinary = 0
        self._running_reserved = 0
        self._waiting = 0

    @contextmanager
    def one(self, *, is_reserved: bool, is_abandoned: Callable[[], bool]) -> Iterator[bool]:
        """A slot for the length of the block; False in place of it when `is_abandoned` came true while waiting."""
        taken = self._take(is_reserved, is_abandoned)
        try:
            yield taken
        finally:
            if taken:
                self._give_back(is_reserved)

    def _is_free(self, is_reserved: bool) -> bool:
        if self._running_ordinary + self._running_reserved >= self._total:
            return False
        return is_reserved or self._running_ordinary < self._ordinary

    def _take(self, is_reserved: bool, is_abandoned: Callable[[], bool]) -> bool:
        with self._changed:
            if not self._is_free(is_reserved) and not self._wait(is_reserved, is_abandoned):
                return False
            if is_reserved:
                self._running_reserved += 1
            else:
                self._running_ordinary += 1
            return True

    def _wait(self, is_reserved: bool, is_abandoned: Callable[[], bool]) -> bool:
        if not is_reserved and self._waiting >= self._queue_limit:
            raise EngineError(TOO_MANY_QUERIES, f"Too many simultaneous queries: {self._waiting} wait already.")
        until = time.monotonic() + self._wait_seconds
        self._waiting += not is_reserved
        try:
            while not self._is_free(is_reserved):
                left = until - time.monotonic()
                if left <= 0:
                    raise EngineError(TOO_MANY_QUERIES, f"No slot came free within {self._wait_seconds:.0f} s.")
                self._changed.wait(min(left, _LOOK_SECONDS))
                if is_abandoned():
                    return False
        finally:
            self._waiting -= not is_reserved
        return True

    def _give_back(self, is_reserved: bool) -> None:
        with self._changed:
            if is_reserved:
                self._running_reserved -= 1
            else:
                self._running_ordinary -= 1
            self._changed.notify_all()
