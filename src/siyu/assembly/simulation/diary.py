"""What is to happen when: calls that people make, letters on their way, the night's work."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime

Act = Callable[[], None]


class Diary:
    """Everything that has not happened yet; of one instant in the order in which it was written down."""

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, Act]] = []
        self._numbers = itertools.count()

    def __bool__(self) -> bool:
        return bool(self._acts)

    def note(self, at: datetime, act: Act) -> None:
        """This is to happen then."""
        heapq.heappush(self._acts, (at, next(self._numbers), act))

    def next_until(self, until: datetime) -> tuple[datetime, Act] | None:
        """Takes out what comes next; None where nothing comes so soon."""
        if not self._acts or self._acts[0][0] > until:
            return None
        at, _, act = heapq.heappop(self._acts)
        return at, act
