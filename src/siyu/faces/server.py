"""The HTTP server as Siyu runs it: uvicorn, which never waits for ever for a request's head.

A client that opens a connection and sends its head a byte a minute would otherwise hold a place for as long as it likes,
and a thousand of them all places. Slow bodies are the business of the frame around every request.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from siyu.faces.api.live_streams import LiveStreams

HEAD_SECONDS_MAX = 15.0
"""How long a request's head may take to arrive, from the first byte or the opening of the connection on."""
CONNECTIONS_MAX = 1000
STOP_SECONDS = 10


class HeadLimitProtocol(H11Protocol):
    """uvicorn's protocol with a limit on how long a head may take."""

    head_seconds_max = HEAD_SECONDS_MAX

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._giving_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_watching()

    def _watch_head(self) -> None:
        """The time runs while a head has begun and has not ended; between requests uvicorn's keep-alive has its own."""
        is_waiting = self.conn.their_state is h11.IDLE
        if not is_waiting:
            self._stop_watching()
        elif self._giving_up is None and self.timeout_keep_alive_task is None:
            self._giving_up = self.loop.call_later(self.head_seconds_max, self._give_up)

    def _stop_watching(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


class LiveServer(uvicorn.Server):
    """uvicorn's server, which would wait for streams to end by themselves: it tells them to, first."""

    def __init__(self, config: uvicorn.Config, streams: LiveStreams | None) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._streams is not None:
            self._streams.close()
        await super().shutdown(sockets)


def server_of(app: FastAPI) -> uvicorn.Server:
    """The server of one API process; give it its sockets."""
    return LiveServer(
        uvicorn.Config(
            app,
            http=HeadLimitProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
            limit_concurrency=CONNECTIONS_MAX,
        ),
        app.state.live,
    )


def shared_socket(host: str, port: int) -> socket.socket:
    """A socket that several API processes listen on together."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, for only then asyncio turns Nagle off, who would hold back each answer's body for 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((host, port))
    return listening
