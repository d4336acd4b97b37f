"""What a seed does to processes: they die at their commits, the database is slow or refuses, others take over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
import sqlalchemy as sa

from siyu.assembly.simulation.trace import Trace
from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import IdSource
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.platform.sealing.ring import KeyRing
from siyu.world.population.chance import Chance

SLOW_SECONDS_MAX = 40.0
AGES_SECONDS_MAX = 900.0
"""Longer than any lease."""
SPELL_SECONDS_MAX = 1_800.0
"""The longest for which the database is slow all the time."""
STATEMENT_SECONDS_MAX = 1.5

_RAISED = "DO $$ BEGIN RAISE EXCEPTION 'simulated' USING ERRCODE = '{}'; END $$"
REFUSALS: Final[Mapping[str, str]] = {
    "serialization": _RAISED.format("40001"),
    "deadlock": _RAISED.format("40P01"),
    "timeout": _RAISED.format("57014"),
    "disconnect": "SELECT pg_terminate_backend(pg_backend_pid())",
}
"""What the server is asked so that it refuses as it does in earnest: by its own errors, on its own connections."""
KINDS: Final = tuple(REFUSALS)
REFUSED: Final = (psycopg.OperationalError, sa.exc.OperationalError)
"""What comes of it: where the connection is gone, its end of the transaction fails as well."""


class Killed(BaseException):
    """The process died here, by a signal that nobody can catch. No `Exception`, so that nothing on the way catches it either."""


@dataclass(frozen=True, slots=True)
class Shares:
    """In which share of all times what goes wrong: the process dies at a commit, a step takes a while, it takes ages, the database
    refuses a statement, refuses a transaction at its end, commits without a word, and begins to be slow for a while."""

    killed: float = 0.005
    slow: float = 0.01
    ages: float = 0.003
    statement: float = 0.0004
    refused: float = 0.003
    unanswered: float = 0.002
    spell: float = 0.0005


class Fates:
    """How often things go wrong, and how often they did. Peaceful from `rest` on. `meanwhile` is what others do while somebody's
    step takes ages."""

    def __init__(self, chance: Chance, clock: ManualClock, shares: Shares) -> None:
        self.chance, self.clock, self.shares = chance, clock, shares
        self.trace = Trace(clock)
        self.kills = self.troubles = self.takeovers = self.refusals = 0
        self.meanwhile: Callable[[], None] = lambda: None
        self._is_at_rest = False
        self._slow_until: datetime = clock.now()

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

    def refuses(self, share: float) -> str | None:
        """By which of KINDS the database refuses at this place, if it does so in this share of all times."""
        if not self.happens(share):
            return None
        self.refusals += 1
        kind = self.chance.one_of(KINDS)
        self.trace.note("refused", kind)
        return kind

    def is_left_unanswered(self) -> bool:
        """Whether nobody hears that the database committed."""
        does = self.happens(self.shares.unanswered)
        if does:
            self.refusals += 1
            self.trace.note("committed without a word")
        return does

    def dawdle(self) -> None:
        """Time that passes for others, now and then, while somebody works; and for a while whenever anybody does."""
        if self.happens(self.shares.spell):
            self._slow_until = self.clock.now() + timedelta(seconds=self.chance.between(0.0, SPELL_SECONDS_MAX))
            self.trace.note("slow until", self._slow_until.isoformat())
        if self._is_slow() or self.happens(self.shares.slow):
            self.clock.advance(timedelta(seconds=self.chance.between(0.0, SLOW_SECONDS_MAX)))

    def drag(self) -> None:
        """The time that a statement takes where the database is slow."""
        if self._is_slow():
            self.clock.advance(timedelta(seconds=self.chance.between(0.0, STATEMENT_SECONDS_MAX)))

    def _is_slow(self) -> bool:
        is_slow = not self._is_at_rest and self.clock.now() < self._slow_until
        self.troubles += is_slow
        return is_slow

    def take_ages(self) -> None:
        """Now and then a call takes longer than anybody waits for it: whoever made it is taken for dead, and others do his work."""
        if self.happens(self.shares.ages):
            self.clock.advance(timedelta(seconds=self.chance.between(0.0, AGES_SECONDS_MAX)))
            self.takeovers += 1
            self.trace.note("taken for dead")
            self.meanwhile()


class MortalDatabase(Database):
    """The database as a process that may die sees it: at a commit, with all that was done undone, or right after it. It may
    be slow, and it may refuse any statement, what was all but done, or to say that it is done."""

    def __init__(self, url: str, clock: ManualClock, ids: IdSource, keys: KeyRing, fates: Fates) -> None:
        super().__init__(url, clock=clock, ids=ids, keys=keys, pool_size=4, pings=False)
        self._fates, self._cursor = fates, _frail_cursor(fates)
        self._spare: list[tuple[ExitStack, psycopg.Connection[Any]]] = []

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        fates = self._fates
        fates.dawdle()
        with super().begin() as work:
            driver = work.driver
            driver.cursor_factory = self._cursor
            try:
                yield work
            finally:
                driver.cursor_factory = psycopg.Cursor
            fates.dawdle()
            if fates.dies():
                raise Killed
            if (kind := fates.refuses(fates.shares.refused)) is not None:
                driver.execute(REFUSALS[kind])
        if fates.dies():
            raise Killed
        if fates.is_left_unanswered():
            raise psycopg.OperationalError("the connection broke while it committed")

    @contextmanager
    def autocommit(self) -> Iterator[psycopg.Connection[Any]]:
        """As any, on a connection that is kept for the next who asks: to make one for each look is most of what a seed costs. With
        whoever dies it is gone, and the locks that it held."""
        if self._spare:
            whole, connection = self._spare.pop()
        else:
            whole = ExitStack()
            connection = whole.enter_context(super().autocommit())
        try:
            yield connection
        except BaseException:
            whole.close()
            raise
        self._spare.append((whole, connection))

    def close(self) -> None:
        """As any."""
        while self._spare:
            self._spare.pop()[0].close()
        super().close()


def _frail_cursor(fates: Fates) -> type[psycopg.Cursor[Any]]:
    """Cursors by which any statement may be refused, and be slow."""

    class FrailCursor(psycopg.Cursor[Any]):
        def execute(self, *given: Any, **named: Any) -> FrailCursor:
            fates.drag()
            if (kind := fates.refuses(fates.shares.statement)) is not None:
                super().execute(REFUSALS[kind])
            super().execute(*given, **named)
            return self

    return FrailCursor


def is_refusal(error: BaseException) -> bool:
    """Whether the database refused something, at the bottom of an error: what its caller has to live with."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, REFUSED):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
