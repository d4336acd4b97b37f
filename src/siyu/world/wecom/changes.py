"""That something has changed in the world: pages wait for it instead of asking again and again."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Changes:
    """How many changes there were, and who waits for the next one."""

    count: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def tell(self) -> None:
        """Something has changed."""
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait(self, after: int, seconds_max: float) -> int:
        """How many there were, as soon as they are other than `after`, or when the time is up. After a new start there were
        fewer than a page remembers, which is a change too."""
        with self._changed:
            self._changed.wait_for(lambda: self.count != after, seconds_max)
            return self.count
