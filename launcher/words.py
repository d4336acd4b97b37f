"""What the launcher says: short lines, Chinese first, then English, on the error stream."""

from __future__ import annotations

import sys
from typing import NoReturn


class LauncherError(Exception):
    """It cannot go on; the two texts say why and what a person can do."""

    def __init__(self, chinese: str, english: str, detail: str = "") -> None:
        super().__init__(english)
        self.chinese = chinese
        self.english = english
        self.detail = detail


def say(chinese: str, english: str) -> None:
    """One line of progress."""
    write(f"▸ {chinese} · {english}")


def write(line: str) -> None:
    """A line as it is."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def leave(error: LauncherError) -> NoReturn:
    """Say what is wrong and end with 1."""
    if error.detail:
        write(error.detail)
    write(f"✗ {error.chinese}")
    write(f"✗ {error.english}")
    sys.exit(1)
