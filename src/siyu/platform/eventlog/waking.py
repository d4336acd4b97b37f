"""Wakes workers when the log has grown, so that nobody has to poll fast."""

from __future__ import annotations

import threading

from siyu.platform.eventlog.sequencer import CHANNEL
from siyu.platform.postgres.database import Database


class LogBell:
    """Rings for every thread that waits when the sequencer says that the log has grown."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rings = 0

    @property
    def rings(self) -> int:
        """How often it has rung; pass it to `wait` so that a ring between looking and waiting is not missed."""
        return self._rings

    def ring(self) -> None:
        with self._condition:
            self._rings += 1
            self._condition.notify_all()

    def wait(self, seen: int, seconds_max: float) -> None:
        """Returns at once where it has rung since `seen`, else at the next ring or after `seconds_max`."""
        with self._condition:
            self._condition.wait_for(lambda: self._rings != seen, timeout=seconds_max)


def listen(database: Database, bell: LogBell, stop: threading.Event) -> None:
    """Rings `bell` at every notice of the sequencer until told to stop. Raises where the database goes away."""
    with database.autocommit() as driver:
        driver.execute(f"LISTEN {CHANNEL}")
        while not stop.is_set():
            for _ in driver.notifies(timeout=0.5, stop_after=1):
                bell.ring()
