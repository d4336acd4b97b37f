"""The embedded PostgreSQL without a supervisor: for the length of a command or a test."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from siyu.platform.postgres.server import EmbeddedPostgres, EmbeddedPostgresError, PostgresTuning


@contextmanager
def running_server(server: EmbeddedPostgres, log: Path) -> Iterator[None]:
    """Runs `server` for the length of the block; it stops with this process, however that ends. What it says goes to `log`."""
    server.initialise()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        watcher = subprocess.Popen(
            server.command(),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env={**os.environ, **server.environment()},
            start_new_session=True,
        )
        try:
            wait_until_ready(server, watcher, log)
            yield
        finally:
            watcher.terminate()
            watcher.communicate(timeout=60)


@contextmanager
def running_postgres(folder: Path | None = None, tuning: PostgresTuning | None = None) -> Iterator[str]:
    """A server of its own, for tests: yields its URL. Without `tuning` it is small and not durable.

    Without `folder` it lives in a temporary one, which is best: pytest closes its own folders to other users again
    whenever another run starts, and as root the server is another user.
    """
    with ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="siyu-postgres-")))
        small = PostgresTuning(shared_buffers_mb=64, is_durable=False)
        server = EmbeddedPostgres(folder / "data", folder / "run", tuning or small)
        stack.callback(lambda: shutil.rmtree(server.socket_folder, ignore_errors=True))
        stack.enter_context(running_server(server, folder / "postgres.log"))
        yield server.url


def wait_until_ready(
    server: EmbeddedPostgres, watcher: subprocess.Popen[bytes], log: Path, within_seconds: float = 60
) -> None:
    """Return when the server answers; EmbeddedPostgresError with its log where it ends or takes too long."""
    until = time.monotonic() + within_seconds
    while not server.is_ready():
        if watcher.poll() is not None or time.monotonic() > until:
            raise EmbeddedPostgresError(f"It did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.02)
