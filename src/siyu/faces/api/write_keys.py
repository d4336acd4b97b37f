"""Write keys as the intake door asks for them: thousands of times a second, so the answer is remembered for a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from siyu.domain.company.service import write_key_source
from siyu.platform.crypto import hash_token
from siyu.platform.postgres.database import Database

REMEMBERED_FOR = timedelta(seconds=10)
"""A revoked key may be accepted for so long after it was revoked."""
REMEMBERED_MAX = 10_000


class _Answer(NamedTuple):
    source: str | None
    until: datetime


class WriteKeys:
    """Remembers which write keys hold, and which do not. Safe for many threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._answers: dict[bytes, _Answer] = {}
        self._lock = Lock()

    def source_of(self, secret: str) -> str | None:
        """The name of the write key with this secret; None where there is none, or it is revoked."""
        now, token_hash = self._database.clock.now(), hash_token(secret)
        known = self._answers.get(token_hash)
        if known is not None and timedelta() < known.until - now <= REMEMBERED_FOR:  # unless the clock was set back
            return known.source
        with self._database.begin() as work:
            source = write_key_source(work, secret)
        with self._lock:
            if len(self._answers) >= REMEMBERED_MAX:
                self._answers.clear()
            self._answers[token_hash] = _Answer(source, now + REMEMBERED_FOR)
        return source
