"""A supervisor in a process of its own, and eyes on every process that descends from it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

MARK = "SIYU_TEST_FAMILY"


def until(condition: Callable[[], bool], what: str, within_seconds: float = 30) -> None:
    """Return as soon as `condition` holds; AssertionError naming `what` where it does not in time."""
    end = time.monotonic() + within_seconds
    while not condition():
        assert time.monotonic() < end, f"not within {within_seconds} s: {what}"
        time.sleep(0.02)


def family(mark: str) -> dict[int, str]:
    """Pid and command of every living process that carries `mark`, a folder, in its environment or works below it
    (PostgreSQL's processes write over their environment)."""
    found = {}
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if process.environ().get(MARK) == mark or process.cwd().startswith(f"{mark}/"):
                found[process.pid] = " ".join(process.cmdline())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


@dataclass
class Supervised:
    """A run of a script that calls a Supervisor over `folder / "run"`."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text("utf-8")

    def pids(self) -> dict[str, int]:
        try:
            return dict(json.loads((self.folder / "run" / "processes.json").read_text("utf-8")))
        except FileNotFoundError:
            return {}

    def has_said(self, text: str, times: int = 1) -> bool:
        return self.output.count(text) >= times

    def family(self) -> dict[int, str]:
        return family(str(self.folder))

    def log(self, name: str) -> str:
        return (self.folder / "run" / "logs" / f"{name}.log").read_text("utf-8")

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)


@contextmanager
def supervised(script: str, folder: Path) -> Iterator[Supervised]:
    """Run `script` (Python; `FOLDER` is defined) until the block ends; whatever it left is killed and told."""
    text = f"from pathlib import Path\nFOLDER = Path({str(folder)!r})\n{script}"
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", text],
            stdout=output,
            stderr=output,
            env={**os.environ, MARK: str(folder), "PYTHONWARNINGS": "error"},
        )
    try:
        yield Supervised(process, folder)
    finally:
        process.kill()
        process.wait()
        for pid in family(str(folder)):
            os.kill(pid, signal.SIGKILL)
