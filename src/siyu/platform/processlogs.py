"""The file a child process writes its output to, kept from growing without end."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import IO

TAIL_MAX_BYTES = 64 * 1024


class ProcessLog:
    """`path`, and `path.1` with what came before. The child writes to the file itself, not through the supervisor, so
    its output outlives the supervisor; it is opened for appending, so cutting it to nothing below the writer is safe."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.path = path
        self.max_bytes = max_bytes
        self._tail_from_bytes = 0

    def open(self) -> IO[bytes]:
        """A new handle for a child to write to."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("ab")
        self._tail_from_bytes = file.tell()
        return file

    def rotate_if_large(self) -> None:
        """Move the contents to `path.1` where there are more than `max_bytes`. What a child writes between the copy
        and the cut, a millisecond, is lost; in exchange no child has to reopen anything."""
        with contextlib.suppress(OSError):
            if self.path.stat().st_size > self.max_bytes:
                self._tail_from_bytes = 0
                with contextlib.suppress(OSError):  # no room for a copy: the more reason to cut
                    shutil.copyfile(self.path, self.path.with_name(self.path.name + ".1"))
                os.truncate(self.path, 0)

    def tail(self, lines: int) -> list[str]:
        """The last `lines` lines since the file was last opened for a child."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(min(self._tail_from_bytes, size), size - TAIL_MAX_BYTES))
                return file.read().decode("utf-8", "replace").splitlines()[-lines:]
        except FileNotFoundError:
            return []
