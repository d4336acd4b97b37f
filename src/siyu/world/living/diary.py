"""What is to be done, by whom and when; done in that order."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import datetime

ENTRIES_MAX = 200_000


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """Something that somebody means to do. `order` is the order of noting down, in which things of one instant are done."""

    at: datetime
    order: int
    whose: int
    act: str
    step: int = 0


class Diary:
    """Entries by time, a bounded number of them: what would be too much is not noted down."""

    def __init__(self, most: int = ENTRIES_MAX) -> None:
        self._entries: list[Entry] = []
        self._order, self._most = 0, most
        self.refused = 0

    def __len__(self) -> int:
        return len(self._entries)

    def note(self, at: datetime, whose: int, act: str, step: int = 0) -> None:
        if len(self._entries) >= self._most:
            self.refused += 1
            return
        self._order += 1
        heapq.heappush(self._entries, Entry(at, self._order, whose, act, step))

    @property
    def next_at(self) -> datetime | None:
        return self._entries[0].at if self._entries else None

    def take(self, until: datetime) -> Entry | None:
        """The first entry that is due; None where none is."""
        return heapq.heappop(self._entries) if self._entries and self._entries[0].at <= until else None
