"""The child's entry: opens the folder, listens, says that it is ready, and stops when it is told to or its parent is gone."""

from __future__ import annotations

import argparse
import errno
import fcntl
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import IO

from siyu.kernel.ids import SystemIds
from siyu.platform.columns.server import (
    DATABASE,
    EXIT_ENGINE_FAILED,
    EXIT_FOLDER_IN_USE,
    EXIT_PORT_IN_USE,
    PASSWORD_VARIABLE,
)
from siyu.platform.columns.server.engine import Engine
from siyu.platform.columns.server.errors import EngineError
from siyu.platform.columns.server.http import Context, Server
from siyu.platform.columns.server.queries import Limits, Queries
from siyu.platform.columns.server.slots import Slots
from siyu.platform.columns.server.watch import Watch
from siyu.platform.watch import stop_when_parent_is_gone

STOP_SECONDS = 8.0
_log = logging.getLogger("siyu.columns.server")


def main(arguments: list[str] | None = None) -> int:
    """Serve one folder until told to stop; the exit code says why it could not."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    given = _parse(arguments)
    os.environ["TZ"] = "UTC"  # the engine takes its default time zone from the machine
    password = os.environ.pop(PASSWORD_VARIABLE, "")
    if not password:
        _log.error("%s is not set", PASSWORD_VARIABLE)
        return EXIT_ENGINE_FAILED
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("a") as lock_file:
        if not _lock(lock_file):
            _log.error("the folder %s is in use by another columns server", folder)
            return EXIT_FOLDER_IN_USE
        try:
            server = Server(given.port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            _log.error("port %d is in use", given.port)
            return EXIT_PORT_IN_USE
        return _serve(server, folder / "data", password, given)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="siyu.platform.columns.server")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--memory-mb", type=int, default=4096)
    parser.add_argument("--slots", type=int, default=6)
    parser.add_argument("--reserved-slots", type=int, default=2)
    parser.add_argument("--queue-limit", type=int, default=64)
    parser.add_argument("--queue-seconds", type=float, default=60.0)
    parser.add_argument("--query-seconds", type=int, default=300)
    return parser.parse_args(arguments)


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _serve(server: Server, data_folder: Path, password: str, given: argparse.Namespace) -> int:
    memory_bytes = given.memory_mb << 20
    try:
        engine = Engine(data_folder, memory_bytes, mark_cache_bytes=min(256 << 20, memory_bytes // 16))
        engine.run_once(f"CREATE DATABASE IF NOT EXISTS {DATABASE} ENGINE = Atomic")
    except EngineError as error:
        _log.error("the engine does not start: %s", error)
        return EXIT_ENGINE_FAILED
    watch = Watch(engine.kill)
    slots = Slots(given.slots, given.reserved_slots, given.queue_limit, given.queue_seconds)
    limits = Limits(query_memory_bytes=memory_bytes * 7 // 10, query_seconds=given.query_seconds)
    server.context = Context(Queries(engine, slots, watch, limits), password, SystemIds())
    stopping = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopping.set())
    stop_when_parent_is_gone(STOP_SECONDS + 4)
    threading.Thread(target=server.serve_forever, name="listener", daemon=True).start()
    _say_ready(server.server_port)
    stopping.wait()
    return _stop(server, watch, engine)


def _say_ready(port: int) -> None:
    sys.stdout.write(json.dumps({"ready": True, "port": port, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()


def _stop(server: Server, watch: Watch, engine: Engine) -> int:
    """No new connections; queries are killed without an answer, so that their clients ask the next server instead."""
    server.shutdown()
    server.server_close()
    if watch.stop(STOP_SECONDS):
        engine.close()
    logging.shutdown()
    os._exit(0)  # threads that wait for the next request of an idle client need no farewell


if __name__ == "__main__":
    sys.exit(main())
