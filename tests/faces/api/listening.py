"""A server that really listens, for clients that are not ours."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext


@contextmanager
def listening(context: ApiContext) -> Iterator[str]:
    """The address of an API on loopback, for the length of the block."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # who comes before the server does waits for it
        server = uvicorn.Server(uvicorn.Config(create_app(context), log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
