"""How often one address may do something, counted in this process: against machines, not against a hall full of people."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

ADDRESSES_MAX = 50_000


class Throttle:
    """At most `most` in each span of time from one address. Safe for many threads."""

    def __init__(self, most: int, span: timedelta = timedelta(minutes=1)) -> None:
        self._most, self._span = most, span
        self._since: datetime | None = None
        self._counts: dict[str, int] = {}
        self._lock = Lock()

    def allows(self, address: str, now: datetime) -> bool:
        """Whether one more is allowed; it is counted."""
        with self._lock:
            if self._since is None or not timedelta() <= now - self._since < self._span:
                self._since, self._counts = now, {}
            if address not in self._counts and len(self._counts) >= ADDRESSES_MAX:
                return False
            self._counts[address] = self._counts.get(address, 0) + 1
            return self._counts[address] <= self._most
