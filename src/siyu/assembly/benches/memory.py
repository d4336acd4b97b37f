"""How much memory this process and its children hold together, at most."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.1
PROC = Path("/proc")


@dataclass
class Peak:
    """The most that was seen. Pages that processes share are counted once (proportional set size, Linux alone)."""

    bytes: int = 0


@contextmanager
def watched_memory(without: str = "") -> Iterator[Peak]:
    """Looks ten times a second for the length of the block. Processes whose command names the module `without` do not count."""
    peak, stop = Peak(), threading.Event()

    def look() -> None:
        while not stop.wait(LOOK_SECONDS):
            counted = [each for each in _family() if not without or without not in _command_of(each)]
            peak.bytes = max(peak.bytes, sum(map(_bytes_of, counted)))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def _family() -> list[int]:
    """This process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue  # it ended while we looked
        children.setdefault(parent, []).append(int(folder.name))
    found, waiting = [], [os.getpid()]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting.extend(children.get(process, []))
    return found


def _command_of(process: int) -> list[str]:
    try:
        return (PROC / str(process) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _bytes_of(process: int) -> int:
    try:
        lines = (PROC / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
