"""What the outside tells later knocks at a door of the company's: mostly at once, sometimes late, twice, or never."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from siyu.assembly.simulation.diary import Diary
from siyu.assembly.simulation.killing import Fates
from siyu.world.population.chance import Chance

LOST_SHARE, TWICE_SHARE, LATE_SHARE, LATE_SECONDS_MAX = 0.05, 0.05, 0.15, 7_200.0
AT_ONCE_SECONDS, AGAIN_SECONDS, ATTEMPTS_MAX = 3.0, 60.0, 3
TAKEN: Final = 200

Knock = Callable[[], int]
"""One knock; gives the status, 0 where nobody answers."""


class Knocking:
    """Whose word has to be heard: what is not taken knocks again, so many times."""

    def __init__(self, fates: Fates, diary: Diary, *seed: int) -> None:
        self._fates, self._diary, self._chance = fates, diary, Chance(*seed)

    def carry(self, what: str, knock: Knock) -> None:
        """Writes down when it knocks, and how often."""
        if self._fates.happens(LOST_SHARE):
            self._fates.trace.note("lost callback", what)
            return
        for _ in range(2 if self._fates.happens(TWICE_SHARE) else 1):
            seconds = self._chance.between(0.1, AT_ONCE_SECONDS)
            if self._fates.happens(LATE_SHARE):
                seconds = self._chance.between(AT_ONCE_SECONDS, LATE_SECONDS_MAX)
            self._in(seconds, what, knock, 1)

    def _in(self, seconds: float, what: str, knock: Knock, attempt: int) -> None:
        at = self._fates.clock.now() + timedelta(seconds=seconds)
        self._diary.note(at, partial(self._try, what, knock, attempt))

    def _try(self, what: str, knock: Knock, attempt: int) -> None:
        status = knock()
        self._fates.trace.note("callback", what, status)
        if status != TAKEN and attempt < ATTEMPTS_MAX:
            self._in(AGAIN_SECONDS, what, knock, attempt + 1)
