"""Files that hold personal data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO


def new_private_file(path: Path) -> BinaryIO:
    """A new file that only Siyu's own user can read; FileExistsError where there is one."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")


def private_folder(path: Path) -> Path:
    """The folder, made where it is not there yet, that only Siyu's own user can enter."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path
