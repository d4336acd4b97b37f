"""The course of a run in one number: two runs took the same one if, and only if, their traces are alike."""

from __future__ import annotations

import hashlib

from siyu.kernel.clock import Clock

LINES_KEPT = 400
"""So many of the last things that happened are kept in words."""


class Trace:
    """Takes down what happens, and when."""

    def __init__(self, clock: Clock, *, keeps_all: bool = False) -> None:
        self.lines: list[str] = []
        self._clock, self._keeps_all = clock, keeps_all
        self._digest = hashlib.sha256()

    def note(self, *told: object) -> None:
        """Something more has happened."""
        line = " ".join([self._clock.now().isoformat(), *map(str, told)])
        self._digest.update(line.encode())
        self.lines.append(line)
        if not self._keeps_all and len(self.lines) > 2 * LINES_KEPT:
            del self.lines[:LINES_KEPT]

    @property
    def digest(self) -> str:
        """The number, as of now."""
        return self._digest.hexdigest()[:16]
