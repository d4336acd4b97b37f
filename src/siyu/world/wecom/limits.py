"""Rates and their penalties: who goes over a limit is shut out for as long as the window that was exceeded."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from enum import Enum

from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.rules import ZONE


class Window(Enum):
    """In what time calls are counted."""

    MINUTE = 60
    HOUR = 3600
    DAY = 86400
    MONTH = 2_592_000


Limit = tuple[Window, int]
"""At most so many in the window."""


class Meter:
    """Counts calls under a key, and remembers who is shut out until when."""

    def __init__(self) -> None:
        self._counts: dict[tuple[Hashable, Window], tuple[object, int]] = {}
        self._blocked: dict[Hashable, datetime] = {}

    def count(self, key: Hashable, limits: Sequence[Limit], now: datetime) -> None:
        """One call more; RefusedError 45009 for who is over a limit or still shut out."""
        until = self._blocked.get(key)
        if until is not None:
            if now < until:
                raise RefusedError(45009)
            del self._blocked[key]
            for window in Window:
                self._counts.pop((key, window), None)
        for window, most in limits:
            part = part_of(now, window)
            known, number = self._counts.get((key, window), (part, 0))
            number = number + 1 if known == part else 1
            self._counts[key, window] = (part, number)
            if number > most:
                self.block(key, penalty_ends_at(now, window))
                raise RefusedError(45009)

    def block(self, key: Hashable, until: datetime) -> None:
        """Shuts a key out."""
        self._blocked[key] = until

    def counted(self, key: Hashable, window: Window, now: datetime) -> int:
        part, number = self._counts.get((key, window), (None, 0))
        return number if part == part_of(now, window) else 0


def part_of(now: datetime, window: Window) -> object:
    """Which of all windows of this kind an instant lies in."""
    if window in (Window.MINUTE, Window.HOUR):
        return int(now.timestamp()) // window.value
    day = now.astimezone(ZONE).date()
    return day if window is Window.DAY else (day.year, day.month)


def penalty_ends_at(now: datetime, window: Window) -> datetime:
    """Until when somebody is shut out who went over the limit of a window."""
    if window is Window.DAY:
        tomorrow = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return tomorrow.astimezone(now.tzinfo)
    return now + timedelta(seconds=window.value)
