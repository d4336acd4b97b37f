"""The bytes of files, in a folder that only Siyu reads: each under the hash of its content."""

from __future__ import annotations

import os
from collections.abc import Collection
from hashlib import blake2b
from pathlib import Path

from siyu.platform.private_files import new_private_file, private_folder


def put_bytes(folder: Path, content: bytes, half_name: str) -> str:
    """Keeps the bytes, whole or not at all; gives the name under which they are found. Until they are whole they are called
    `half_name`, which nothing else is."""
    key = blake2b(content, digest_size=20).hexdigest()
    path = private_folder(folder) / key
    if path.exists():
        return key
    half = path.with_name(f"{half_name}.part")
    with new_private_file(half) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    return key


def path_of(folder: Path, content_key: str) -> Path:
    """Where the bytes lie; `content_key` is one that `put_bytes` gave."""
    return folder / content_key


def drop_bytes(folder: Path, kept: Collection[str]) -> int:
    """Deletes all bytes but those under the names that are kept; gives how many files that were. Nobody puts any meanwhile."""
    gone = [path for path in folder.iterdir() if path.name not in kept] if folder.is_dir() else []
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
