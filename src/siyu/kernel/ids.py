"""Where ids and randomness come from, so that a seed gives the same run again."""

from __future__ import annotations

import random
import secrets
import uuid
from hashlib import blake2b
from typing import Protocol


class IdSource(Protocol):
    """Makes ids nobody has used before, and secrets nobody can guess."""

    def new_id(self) -> uuid.UUID: ...

    def new_secret(self, length_bytes: int = 32) -> str: ...


class SystemIds:
    """Ids and secrets from the operating system's randomness."""

    def new_id(self) -> uuid.UUID:
        return uuid.uuid4()

    def new_secret(self, length_bytes: int = 32) -> str:
        return secrets.token_urlsafe(length_bytes)


class SeededIds:
    """The same ids for the same seed; for tests and rehearsal, never for a real installation."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def new_id(self) -> uuid.UUID:
        return uuid.UUID(int=self._random.getrandbits(128), version=4)

    def new_secret(self, length_bytes: int = 32) -> str:
        return self._random.randbytes(length_bytes).hex()


def derived_id(*parts: object) -> uuid.UUID:
    """One id for one list of parts, always the same: the id of a consequence is derived from its causes, so that a
    step that is repeated after a crash records the same event and not a second one."""
    return uuid.UUID(hex=derived_hex(*map(str, parts)))


def derived_hex(*parts: str) -> str:
    """`derived_id` as 32 hexadecimal digits, for where a million of them are made."""
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
