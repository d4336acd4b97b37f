"""Where the key ring is kept: in the setting `data_keys`, or in a file of the installation's folder that only its owner reads."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from siyu.kernel.errors import ConflictError
from siyu.platform.sealing.ring import BadKeyRingError, DataKey, KeyRing, new_key, parse_keys, written_keys
from siyu.platform.settings import Settings, write_once

FILE_NAME = "data_keys"


class KeysAreSetError(ConflictError):
    """The data keys are given by the setting data_keys: change it there, on every machine, and start again."""

    code = "keys_are_set"


def ensure_key_ring(settings: Settings) -> KeyRing:
    """The installation's key ring: as set, or made once with one key and kept. Without it nothing sealed can ever be read
    again: it belongs into every backup, and not beside it."""
    if settings.data_keys:
        return KeyRing(_some(parse_keys(settings.data_keys)))
    path = settings.home / FILE_NAME
    settings.home.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        write_once(path, written_keys([new_key(1)]))

    def read() -> list[DataKey]:
        return _some(parse_keys(path.read_text(encoding="ascii")))

    return KeyRing(read(), read)


def store_keys(settings: Settings, keys: Iterable[DataKey]) -> None:
    """Puts these keys in the place of those in the file, whole or not at all; KeysAreSetError where a setting tells them."""
    if settings.data_keys:
        raise KeysAreSetError
    path = settings.home / FILE_NAME
    whole = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    _write_whole(whole, written_keys(keys))
    whole.replace(path)
    folder = os.open(settings.home, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_whole(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _some(keys: list[DataKey]) -> list[DataKey]:
    if not keys:
        raise BadKeyRingError("It holds no key.")
    return keys
