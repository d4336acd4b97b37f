"""Which keys are in force, and sealing under them within one transaction.

The newest key in force seals; all in force open and are looked up by. Whoever looks up or writes tokens holds a lock together
with all others who do, and a key comes into force, or leaves, under that lock alone: so nobody who knows of the older keys
only can make a second row of a value that somebody else has just stored under the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from siyu.kernel.errors import ConflictError, NotFoundError
from siyu.platform.sealing.ring import PREFIX, KeyRing, WrongKeyError

Driver = psycopg.Connection[Any]


class KeyInUseError(ConflictError):
    """This key still has sealed values under it; rotate first."""

    code = "key_in_use"


class LastKeyError(ConflictError):
    """This is the newest key, under which everything new is sealed; add another first."""

    code = "last_key"


class NoSuchKeyError(NotFoundError):
    """There is no key of that number in force."""

    code = "no_such_key"


@dataclass(frozen=True, slots=True)
class KeyInForce:
    """A key that is in force since `added_at`."""

    number: int
    added_at: datetime


class Seals:
    """The key ring as it is in force for one transaction."""

    def __init__(self, ring: KeyRing, numbers: Sequence[int]) -> None:
        """`numbers`: the keys in force, the newest first."""
        self.ring = ring
        self.numbers = tuple(numbers)
        self.newest = self.numbers[0]

    def token(self, purpose: str, value: str) -> str:
        """What a new row is to be looked up by."""
        return self.ring.key(self.newest).token(purpose, value)

    def tokens(self, purpose: str, value: str) -> list[str]:
        """All that the value may be stored as, the newest first."""
        return [self.ring.key(number).token(purpose, value) for number in self.numbers]

    def seal_text(self, purpose: str, plain: str) -> bytes:
        return self.ring.seal_text(self.newest, purpose, plain)

    def open_text(self, purpose: str, sealed: bytes) -> str:
        return self.ring.open_text(purpose, sealed)

    def seal_bytes(self, purpose: str, plain: bytes) -> bytes:
        return self.ring.seal_bytes(self.newest, purpose, plain)

    def open_bytes(self, purpose: str, sealed: bytes) -> bytes:
        return self.ring.open_bytes(purpose, sealed)

    def seal_value(self, purpose: str, value: Any) -> str:
        """A value of a JSON document as a text that stands in the document in its place."""
        return self.ring.seal_value(self.newest, purpose, value)

    def resealed(self, document: str) -> str:
        """A JSON text with all its sealed values under the newest key."""
        if f'"{PREFIX}' not in document:
            return document
        return self.ring.replaced(document, self.seal_value)


def held_seals(driver: Driver, ring: KeyRing) -> Seals:
    """The keys in force until the end of this transaction; none comes or goes before. The first call of an installation puts
    its first key in force."""
    rows = driver.execute("SELECT number, mark FROM sealing.held_keys()").fetchall()
    if not rows:
        key = ring.first
        driver.execute(
            "INSERT INTO sealing.keys (number, mark) VALUES (%s, %s) ON CONFLICT DO NOTHING", (key.number, key.mark)
        )
        rows = driver.execute("SELECT number, mark FROM sealing.held_keys()").fetchall()
    return _checked(ring, rows)


def seen_seals(driver: Driver, ring: KeyRing) -> Seals:
    """The keys in force as this transaction sees them, for who only reads."""
    rows = driver.execute("SELECT number, mark FROM sealing.keys").fetchall()
    return _checked(ring, rows) if rows else Seals(ring, [ring.first.number])


def keys_in_force(driver: Driver) -> list[KeyInForce]:
    """The keys in force, the newest first."""
    rows = driver.execute("SELECT number, added_at FROM sealing.keys ORDER BY number DESC").fetchall()
    return [KeyInForce(*row) for row in rows]


def marks_in_force(driver: Driver) -> dict[int, bytes]:
    """The marks of the keys in force, by number; none of them is secret."""
    return dict(driver.execute("SELECT number, mark FROM sealing.keys ORDER BY number").fetchall())


def lock_keys(driver: Driver) -> None:
    """Waits for all who hold keys, and lets nobody else until the end of this transaction."""
    driver.execute("SELECT pg_advisory_xact_lock(sealing.lock_key())")


def put_in_force(driver: Driver, ring: KeyRing, number: int) -> None:
    """From the commit on everything new is sealed under this key. Under `lock_keys`."""
    driver.execute("INSERT INTO sealing.keys (number, mark) VALUES (%s, %s)", (number, ring.key(number).mark))


def put_out_of_force(driver: Driver, number: int) -> None:
    """From the commit on nobody looks for anything under this key. Under `lock_keys`, when nothing is."""
    driver.execute("DELETE FROM sealing.keys WHERE number = %s", (number,))


def _checked(ring: KeyRing, rows: Iterable[tuple[int, bytes]]) -> Seals:
    marks = dict(rows)
    for number, mark in marks.items():
        if ring.key(number).mark != mark:
            raise WrongKeyError(f"It is key {number}.", number=number)
    return Seals(ring, sorted(marks, reverse=True))
