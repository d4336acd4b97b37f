"""A disk that is soon full, and processes that are stopped: what the tests of faults stand on."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil


@contextmanager
def small_disk(size_mb: int) -> Iterator[Path]:
    """A folder on a disk of its own, of that size."""
    with tempfile.TemporaryDirectory(prefix="siyu-disk-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        subprocess.run(
            [*_as_root(), "mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=0711", "tmpfs", name], check=True
        )
        try:
            yield folder
        finally:
            subprocess.run([*_as_root(), "umount", "--lazy", name], check=True)


def can_mount() -> bool:
    """Whether this machine lets us make a disk."""
    try:
        with small_disk(1):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def _as_root() -> list[str]:
    return [] if os.geteuid() == 0 else ["sudo", "-n"]


@contextmanager
def filled(folder: Path, left_bytes: int = 0) -> Iterator[None]:
    """The disk of `folder` full, but for so many bytes."""
    filler = folder / "filler"
    try:
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 4096)
        if left_bytes:
            os.truncate(filler, max(0, filler.stat().st_size - left_bytes))
        yield
    finally:
        filler.unlink(missing_ok=True)


@contextmanager
def stopped(root: psutil.Process) -> Iterator[None]:
    """A process and all below it stand still (SIGSTOP): they are there, and say nothing."""
    family = [root, *root.children(recursive=True)]
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.send_signal(signal.SIGCONT)


def wait_for(condition: Callable[[], bool], seconds_max: float, what: str) -> None:
    until = time.monotonic() + seconds_max
    while not condition():
        assert time.monotonic() < until, f"waited {seconds_max} s for {what}"
        time.sleep(0.02)


def took(work: Callable[[], object]) -> float:
    """How many seconds it took."""
    started = time.monotonic()
    work()
    return time.monotonic() - started
