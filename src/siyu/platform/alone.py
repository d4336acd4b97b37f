"""Keeping Siyu from running while somebody works on its stores."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from siyu.platform.processes import AlreadyRunningError

LOCKS = ("supervisor.lock", "children.lock")
"""The supervisor's own, and the one that each of its children inherits: a child may outlive it for a moment."""


@contextmanager
def alone(runtime_folder: Path) -> Iterator[None]:
    """No Siyu runs over this folder, and none starts, for the length of the block; AlreadyRunningError where one does."""
    runtime_folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        for name in LOCKS:
            file = stack.enter_context((runtime_folder / name).open("a+"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise AlreadyRunningError(f"{runtime_folder}. Stop it first.") from error
            if name == LOCKS[0]:
                file.truncate(0)
                file.write(str(os.getpid()))
                file.flush()
        yield
