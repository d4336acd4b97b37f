"""The way to PostgreSQL: a pool of connections, and transactions with what they need inside.

A face or a worker opens a `UnitOfWork`; rooms and engines use it and never commit. Everything recorded in it is
appended to the event log in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, cast

import psycopg
import sqlalchemy as sa

from siyu.kernel.clock import Clock, SystemClock
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import IdSource, SystemIds
from siyu.platform.eventlog.append import EncodedEvent, append_events
from siyu.platform.postgres.patience import (
    GRACE_SECONDS,
    NETWORK,
    PatientConnection,
    connect,
    options,
)
from siyu.platform.sealing.ring import KeyRing
from siyu.platform.sealing.seals import Seals, held_seals, seen_seals

CONNECT_SECONDS_MAX = 10
STATEMENT_SECONDS_MAX = 300
POOL_SECONDS_MAX = 30


class Reading:
    """A transaction to read in: one consistent picture of PostgreSQL, and the time."""

    def __init__(self, connection: sa.Connection, clock: Clock, keys: KeyRing) -> None:
        self.connection = connection
        self.clock = clock
        self.keys = keys

    @property
    def driver(self) -> psycopg.Connection[Any]:
        """psycopg's own connection in the same transaction, for COPY and unnest."""
        return cast("psycopg.Connection[Any]", self.connection.connection.driver_connection)

    @cached_property
    def seals(self) -> Seals:
        """What opens sealed values, and gives the tokens to look them up by."""
        return seen_seals(self.driver, self.keys)


class UnitOfWork(Reading):
    """A transaction to change things in. What is recorded here is in the log if, and only if, the change is committed."""

    def __init__(self, connection: sa.Connection, clock: Clock, ids: IdSource, keys: KeyRing) -> None:
        super().__init__(connection, clock, keys)
        self.ids = ids
        self._recorded: list[NewEvent | EncodedEvent] = []

    @cached_property
    def seals(self) -> Seals:
        """As for reading, and to seal with: no key comes into force or leaves before this unit of work has ended."""
        return held_seals(self.driver, self.keys)

    def record(self, events: Iterable[NewEvent | EncodedEvent]) -> None:
        """Appends events to the log when this unit of work is committed, in the order recorded."""
        self._recorded.extend(events)

    def append_recorded(self) -> None:
        """Writes what was recorded so far; called by the Database just before it commits."""
        sealed_under = self.seals.newest if "seals" in self.__dict__ else None
        append_events(self.driver, self._recorded, sealed_under=sealed_under)
        self._recorded.clear()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part that may fail alone: where the block raises, what it changed and recorded is undone, and all before it stands."""
        self.append_recorded()
        knew_seals = "seals" in self.__dict__
        try:
            with self.connection.begin_nested():
                yield
                self.append_recorded()
        except BaseException:
            self._recorded.clear()
            if not knew_seals:
                self.__dict__.pop("seals", None)  # the lock that held the keys went with the part
            raise


class Database:
    """One PostgreSQL. `url` is psycopg's: `postgresql://user@host/name`. Safe for many threads."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock | None = None,
        ids: IdSource | None = None,
        keys: KeyRing | None = None,
        pool_size: int = 10,
        statement_seconds_max: int = STATEMENT_SECONDS_MAX,
        pings: bool = True,
    ) -> None:
        """Without `keys` nothing sealed can be stored or read: UnknownKeyError where it is tried. A statement may take
        `statement_seconds_max`; a server that does not even say so is given up a little later. `pings`: a connection is tried
        before it is used again, for the server may have come up anew."""
        self.url = url
        self.clock: Clock = clock or SystemClock()
        self.ids: IdSource = ids or SystemIds()
        self.keys = keys or KeyRing([])
        self.engine = sa.create_engine(
            sa.make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=pings,
            pool_timeout=min(statement_seconds_max, POOL_SECONDS_MAX),
            connect_args={
                "connect_timeout": CONNECT_SECONDS_MAX,
                "options": options(statement_seconds_max),
                **NETWORK,
            },
        )
        answer_seconds_max = statement_seconds_max + GRACE_SECONDS

        @sa.event.listens_for(self.engine, "do_connect")
        def connect_patiently(_dialect: Any, _record: Any, arguments: Any, parameters: Any) -> PatientConnection:
            return connect(*arguments, answer_seconds_max=answer_seconds_max, **parameters)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """A unit of work; committed at the end of the block, rolled back where it raises."""
        with self.engine.begin() as connection:
            work = UnitOfWork(connection, self.clock, self.ids, self.keys)
            yield work
            work.append_recorded()

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """A read-only transaction with one consistent picture."""
        with self.engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as connection:
            yield Reading(connection, self.clock, self.keys)

    @contextmanager
    def autocommit(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection of its own outside the pool, for LISTEN and session locks; each statement commits by itself."""
        plain = sa.make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX, **NETWORK) as connection:
            yield connection

    @contextmanager
    def look(self, seconds_max: float) -> Iterator[psycopg.Connection[Any]]:
        """A connection of its own to look through, for a moment: one that hangs, or a pool that is empty, hides nothing."""
        plain = sa.make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        parameters = {"autocommit": True, "connect_timeout": max(2, int(seconds_max)), **NETWORK}
        with connect(plain, answer_seconds_max=seconds_max, **parameters) as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()
