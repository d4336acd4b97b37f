"""The embedded columns engine as a process to be supervised: its command, its password and port, whether it is ready."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from siyu.kernel.ids import IdSource, SystemIds
from siyu.platform.columns.errors import ColumnsFolderInUseError, ColumnsUnavailableError
from siyu.platform.columns.server import (
    DATABASE,
    EXIT_FOLDER_IN_USE,
    EXIT_PORT_IN_USE,
    PASSWORD_VARIABLE,
    SERVER_NAME,
    USER,
)

ADDRESS_FILE = "columns.json"
DEFAULT_MEMORY_MB = 4096
_PORTS = range(20_000, 32_000)
_START_SECONDS = 60.0
_START_ATTEMPTS = 5
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.02


class EmbeddedColumns:
    """The child that serves `folder`, as a supervisor starts, watches and restarts it.

    Port and password are made once and kept in `runtime_folder`, readable by its owner only, so that the URL outlives
    restarts of the child and other commands of the same installation find it.
    """

    def __init__(
        self,
        folder: Path,
        runtime_folder: Path,
        *,
        memory_mb: int = DEFAULT_MEMORY_MB,
        ids: IdSource | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.memory_mb = memory_mb
        self._ids = ids or SystemIds()
        self._address_file = runtime_folder / ADDRESS_FILE
        self._port, self._password = self._read_address() or self._make_address()

    @property
    def url(self) -> str:
        """Where `Columns` finds the engine. It holds the password: never log it."""
        return f"http://{USER}:{self._password}@127.0.0.1:{self._port}/{DATABASE}"

    def claim(self) -> None:
        """Take another port if a stranger has taken ours. For the supervisor, once, before anybody else has the URL."""
        if not _is_free(self._port):
            self._address_file.unlink(missing_ok=True)
            self._port, self._password = self._make_address()

    def command(self) -> list[str]:
        """The child's command line. It stops when its standard input, a pipe of the supervisor's, closes."""
        return [
            sys.executable,
            "-m",
            "siyu.platform.columns.server",
            "--folder",
            str(self.folder),
            "--port",
            str(self._port),
            "--memory-mb",
            str(self.memory_mb),
        ]

    def environment(self) -> dict[str, str]:
        """What the child's environment needs beyond the supervisor's own."""
        return {PASSWORD_VARIABLE: self._password}

    def is_ready(self) -> bool:
        """Whether the child answers. Never raises, and takes a second at most."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=1)
        try:
            # With the password, so that another installation's engine on this port is not taken for ours.
            connection.request("GET", "/ping", headers={"X-ClickHouse-User": USER, "X-ClickHouse-Key": self._password})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return False
        else:
            return answer.status == 200 and answer.headers.get("X-ClickHouse-Server-Display-Name") == SERVER_NAME
        finally:
            connection.close()

    def _read_address(self) -> tuple[int, str] | None:
        try:
            found = json.loads(self._address_file.read_text("utf-8"))
            return int(found["port"]), str(found["password"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            self._address_file.unlink(missing_ok=True)  # cut off by a crash
            return None

    def _make_address(self) -> tuple[int, str]:
        self._address_file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"port": _free_port(self.folder), "password": self._ids.new_secret()})
        # Whoever comes first decides, even among several at the same moment; the link makes the file appear whole.
        handle, new = tempfile.mkstemp(prefix=f".{ADDRESS_FILE}.", dir=self._address_file.parent)  # mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(new, self._address_file)
        Path(new).unlink()
        made = json.loads(self._address_file.read_text("utf-8"))
        return int(made["port"]), str(made["password"])


@contextlib.contextmanager
def running_columns(folder: Path, *, memory_mb: int = 2048) -> Iterator[str]:
    """An engine of its own over `folder` for the length of the block; gives its URL. For tests and single commands.

    ColumnsFolderInUseError where another engine has the folder open.
    """
    with tempfile.TemporaryDirectory(prefix="siyu-columns-") as runtime:
        spec = EmbeddedColumns(folder, Path(runtime), memory_mb=memory_mb)
        child = _start(spec)
        try:
            yield spec.url
        finally:
            _stop(child)


def _start(spec: EmbeddedColumns) -> subprocess.Popen[bytes]:
    for _ in range(_START_ATTEMPTS):
        child = subprocess.Popen(
            spec.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, **spec.environment()},
        )
        try:
            if _becomes_ready(spec, child):
                return child
            spec.claim()
        except BaseException:
            _stop(child)
            raise
        _stop(child)
    raise ColumnsUnavailableError("Every port that was free was taken before the engine had it.")


def _becomes_ready(spec: EmbeddedColumns, child: subprocess.Popen[bytes]) -> bool:
    """Wait until the child answers; False where somebody else was faster at its port."""
    until = time.monotonic() + _START_SECONDS
    while not spec.is_ready():
        code = child.poll()
        if code == EXIT_PORT_IN_USE:
            return False
        if code == EXIT_FOLDER_IN_USE:
            raise ColumnsFolderInUseError(f"{spec.folder}.")
        if code is not None:
            raise ColumnsUnavailableError(f"The engine ended with exit code {code}.")
        if time.monotonic() > until:
            raise ColumnsUnavailableError(f"The engine was not ready within {_START_SECONDS:.0f} s.")
        time.sleep(_POLL_SECONDS)
    return True


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        child.stdin.close()
    child.terminate()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _free_port(folder: Path) -> int:
    """A free port below those that systems give to outgoing connections, so that nobody takes it during a restart."""
    first = zlib.crc32(os.fsencode(folder)) % len(_PORTS)
    for offset in range(len(_PORTS)):
        port = _PORTS[(first + offset) % len(_PORTS)]
        if _is_free(port):
            return port
    raise ColumnsUnavailableError(f"No port is free between {_PORTS[0]} and {_PORTS[-1]}.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
