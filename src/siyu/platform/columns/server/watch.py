"""Clients that leave: a query whose client closed its connection is killed, so that nobody pays for an unread answer."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from siyu.platform.columns.server.errors import EngineError

_LOOK_SECONDS = 0.1
_log = logging.getLogger(__name__)


def has_left(client: socket.socket) -> bool:
    """Whether the other end has closed. What it may have sent ahead is left unread."""
    try:
        return client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


class Watch:
    """A thread that looks at the clients of running queries ten times a second, and sleeps while none runs."""

    def __init__(self, kill: Callable[[str], None]) -> None:
        self._kill = kill
        self._changed = threading.Condition()
        self._running: dict[str, socket.socket | None] = {}
        self._is_stopping = False
        self._thread = threading.Thread(target=self._look_around, name="client-watch", daemon=True)
        self._thread.start()

    @contextmanager
    def over(self, tag: str, client: socket.socket | None) -> Iterator[None]:
        """Kill the query `tag` if `client` leaves within the block, or when everything stops; without a client, let it end."""
        with self._changed:
            self._running[tag] = client
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                del self._running[tag]
                self._changed.notify_all()

    @property
    def is_stopping(self) -> bool:
        return self._is_stopping

    def stop(self, wait_seconds: float) -> bool:
        """Kill what runs, now and from now on; whether everything has ended within `wait_seconds`."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._running, wait_seconds)

    def _look_around(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._running)
                # A query is not killable before the engine has begun it, so one that should go is tried each time.
                lost = [
                    tag
                    for tag, client in self._running.items()
                    if client is not None and (self._is_stopping or has_left(client))
                ]
            for tag in lost:
                try:
                    self._kill(tag)
                except EngineError as error:
                    _log.warning("a query without a client could not be killed: code %s", error.code)
            with self._changed:
                self._changed.wait_for(lambda: not self._running, _LOOK_SECONDS)
