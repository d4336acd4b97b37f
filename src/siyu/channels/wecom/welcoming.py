"""The welcome lane: from a callback to the greeting before the code dies, ahead of everything else.

A welcome is claimed for longer than an attempt can take, so there is never a second attempt beside a first one. Whoever is killed
over one leaves it to the next, and if it had been delivered WeCom refuses it: nobody is greeted twice.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from siyu.channels.wecom import welcomes_store as store
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.errors import (
    WecomAnswerError,
    WecomBusyError,
    WecomConfigurationError,
    WecomCursorError,
    WecomRefusedError,
    WecomThrottledError,
)
from siyu.channels.wecom.welcome import send_welcome, welcome_body
from siyu.channels.wecom.welcomes_store import Welcome, WelcomeOutcome, WelcomeResult
from siyu.domain.company.contracts import WelcomeMessage
from siyu.kernel.clock import Clock
from siyu.platform.http import HttpLimits
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database
from siyu.platform.threads import side_by_side

HTTP_LIMITS = HttpLimits(connect_seconds=2, read_seconds=4, total_seconds=5, answer_bytes_max=64 * 1024)
PATIENCE_SECONDS = 3.0
"""With the time of a call it is shorter than the lease of a welcome."""
AT_ONCE = 10
AGAIN_SECONDS = 0.5
BETWEEN_SECONDS = 0.02
"""Between two looks while there is much to do: so many end, and so many come, that one transaction is worth it."""

DEAD, DELIVERED = 41050, 41051
BAD_ATTACHMENTS: Final = frozenset(
    {40007, 40009, 40039, 40127, 40145, 41064, 41065, 41072, 41080, 41081, 90206, 90207, 90208}
)
"""What is wrong with attachments; the text can still go."""

log = get_logger(__name__)

Find = Callable[[Welcome], tuple[Wecom, WelcomeMessage] | None]
"""The client of a corp, and what it greets somebody with; None for one that is switched off, or has nothing to say."""


class WelcomeLane:
    """Sends welcomes in threads of its own. `step` is called again and again by one loop, which alone writes: what came of many
    attempts in one transaction."""

    def __init__(
        self, database: Database, find: Find, *, at_once: int = AT_ONCE, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._database, self._find, self._pause = database, find, pause
        self._threads = side_by_side(at_once, "welcome")
        self._free = threading.BoundedSemaphore(at_once)
        self._results = queue.SimpleQueue[WelcomeResult]()

    def step(self) -> bool:
        """Keeps what came of attempts, and takes what waits, as far as threads are free; whether there was any of it."""
        free = 0
        while self._free.acquire(blocking=False):
            free += 1
        results = self._came()
        try:
            with self._database.begin() as work:
                if results:
                    store.settle_welcomes(work, results)
                welcomes = store.claim_welcomes(work, free) if free else []
        except BaseException:  # what was taken for welcomes is given back: else nobody would be greeted any more
            for _ in range(free):
                self._free.release()
            for result in results:
                self._results.put(result)
            raise
        for _ in range(free - len(welcomes)):
            self._free.release()
        for welcome in welcomes:
            self._threads.submit(self._greet, welcome)
        if welcomes or not free:
            self._pause(BETWEEN_SECONDS)
        return bool(welcomes or results) or not free

    def close(self) -> None:
        """Waits for what is being sent, and keeps what came of it."""
        self._threads.shutdown()
        if results := self._came():
            with self._database.begin() as work:
                store.settle_welcomes(work, results)

    def _came(self) -> list[WelcomeResult]:
        results = []
        with suppress(queue.Empty):
            while True:
                results.append(self._results.get_nowait())
        return results

    def _greet(self, welcome: Welcome) -> None:
        try:
            self._results.put(greet(self._database.clock, self._find, welcome))
        except Exception as error:
            log.error("welcome_broken_off", exc_info=error)  # its lease ends, and it is tried again
        finally:
            self._free.release()


def greet(clock: Clock, find: Find, welcome: Welcome) -> WelcomeResult:
    """One attempt, and what came of it."""

    def ended(outcome: WelcomeOutcome, errcode: int = 0) -> WelcomeResult:
        return WelcomeResult(welcome.welcome_id, clock.now(), outcome, errcode)

    left_seconds = (welcome.dies_at - clock.now()).total_seconds()
    found = find(welcome) if left_seconds > 0 else None
    if found is None:
        return ended(WelcomeOutcome.EXPIRED)
    try:
        _send(found[0], welcome, found[1], min(PATIENCE_SECONDS, left_seconds))
    except WecomRefusedError as error:
        return ended(_refused(welcome, error.errcode), error.errcode)
    except (WecomConfigurationError, WecomCursorError) as error:
        return ended(WelcomeOutcome.CONFIGURATION, error.errcode)
    except (WecomBusyError, WecomAnswerError) as error:
        # A lost answer may have been a delivery; that is known when WeCom is asked again.
        wait = error.retry_after_seconds if isinstance(error, WecomThrottledError) else AGAIN_SECONDS
        return WelcomeResult(welcome.welcome_id, clock.now() + timedelta(seconds=min(wait, left_seconds + 0.1)))
    return ended(WelcomeOutcome.SENT)


def _send(wecom: Wecom, welcome: Welcome, message: WelcomeMessage, patience_seconds: float) -> None:
    """The whole message, or its text alone where something about its attachments is refused."""
    try:
        send_welcome(wecom, welcome.greeted.code, welcome_body(message), patience_seconds=patience_seconds)
    except WecomRefusedError as error:
        if error.errcode not in BAD_ATTACHMENTS or not message.text:
            raise
        log.warning("welcome_without_attachments", code=str(error.errcode))
        body = welcome_body(message, is_whole=False)
        send_welcome(wecom, welcome.greeted.code, body, patience_seconds=patience_seconds)


def _refused(welcome: Welcome, errcode: int) -> WelcomeOutcome:
    if errcode == DELIVERED:
        return WelcomeOutcome.ASSUMED if welcome.attempts > 1 else WelcomeOutcome.CHATTING
    return WelcomeOutcome.EXPIRED if errcode == DEAD else WelcomeOutcome.REFUSED
