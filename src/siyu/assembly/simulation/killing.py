"""What a seed does to processes: they die at their commits, the database is slow or refuses, others take over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from siyu.assembly.simulation.trace import Trace
from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import IdSource
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.platform.sealing.ring import KeyRing
from siyu.world.population.chance import Chance

SLOW_SECONDS_MAX = 40.0
AGES_SECONDS_MAX = 900.0
"""Longer than any lease."""


class Killed(BaseException):
    """The process died here, by a signal that nobody can catch. No `Exception`, so that nothing on the way catches it either."""


class DatabaseRefusedError(Exception):
    """The database took too long over a transaction, or would not have it beside another: nothing of it was done."""


@dataclass(frozen=True, slots=True)
class Shares:
    """In which share of all times what goes wrong: the process dies at a commit, a step takes a while, it takes ages, the database
    refuses a transaction at its end."""

    killed: float = 0.008
    slow: float = 0.01
    ages: float = 0.003
    refused: float = 0.003


class Fates:
    """How often things go wrong, and how often they did. Peaceful from `rest` on. `meanwhile` is what others do while somebody's
    step takes ages."""

    def __init__(self, chance: Chance, clock: ManualClock, shares: Shares) -> None:
        self.chance, self.clock, self.shares = chance, clock, shares
        self.trace = Trace(clock)
        self.kills = self.troubles = self.takeovers = 0
        self.meanwhile: Callable[[], None] = lambda: None
        self._is_at_rest = False

    @contextmanager
    def peace(self) -> Iterator[None]:
        """All goes well for a while."""
        self._is_at_rest = True
        yield
        self._is_at_rest = False

    def rest(self) -> None:
        """From now on all goes well, so that what waits can come to its end."""
        self._is_at_rest = True

    def happens(self, share: float) -> bool:
        """Whether something goes wrong that does so in this share of all times."""
        does = not self._is_at_rest and self.chance.happens(share)
        self.troubles += does
        return does

    def dies(self) -> bool:
        """Whether the process dies at this place."""
        dies = self.happens(self.shares.killed)
        if dies:
            self.kills += 1
            self.trace.note("killed")
        return dies

    def dawdle(self) -> None:
        """Time that passes for others, now and then, while somebody works."""
        if self.happens(self.shares.slow):
            self.clock.advance(timedelta(seconds=self.chance.between(0.0, SLOW_SECONDS_MAX)))

    def take_ages(self) -> None:
        """Now and then a call takes longer than anybody waits for it: whoever made it is taken for dead, and others do his work."""
        if self.happens(self.shares.ages):
            self.clock.advance(timedelta(seconds=self.chance.between(0.0, AGES_SECONDS_MAX)))
            self.takeovers += 1
            self.trace.note("taken for dead")
            self.meanwhile()


class MortalDatabase(Database):
    """The database as a process that may die sees it: at a commit, with all that was done undone, or right after it. It may
    be slow, and it may refuse what was all but done."""

    def __init__(self, url: str, clock: ManualClock, ids: IdSource, keys: KeyRing, fates: Fates) -> None:
        super().__init__(url, clock=clock, ids=ids, keys=keys, pool_size=4)
        self._fates = fates

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        self._fates.dawdle()
        with super().begin() as work:
            yield work
            self._fates.dawdle()
            if self._fates.dies():
                raise Killed
            if self._fates.happens(self._fates.shares.refused):
                raise DatabaseRefusedError("could not serialize access")
        if self._fates.dies():
            raise Killed
