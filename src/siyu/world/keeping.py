"""A world that is put down and taken up again: what went on in it outlives its process.

What is kept is read again by the same program alone: another release, whose things may have another shape, makes the world anew
from its plan.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from collections.abc import Iterable, Mapping
from enum import Enum
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from siyu.platform.logs import get_logger

log = get_logger(__name__)

OWN: Final = "siyu.world"
KNOWN: Final = frozenset(
    {
        ("_codecs", "encode"),
        ("array", "_array_reconstructor"),
        ("array", "array"),
        ("builtins", "set"),
        ("collections", "defaultdict"),
        ("collections", "deque"),
        ("copyreg", "_reconstructor"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("functools", "partial"),
        ("zoneinfo", "ZoneInfo"),
    }
)
"""What else may stand in a file; it is its owner's alone, and still nothing else is called by reading it."""


def apart(name: str) -> object:
    """Stands in a file for a thing that is not kept and is there again when the file is read."""
    raise LookupError(name)


class _Packer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, others: Mapping[str, object]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._names = {id(other): name for name, other in others.items() if other is not None}

    def reducer_override(self, thing: object) -> Any:
        if isinstance(thing, ZoneInfo):  # by its name; else some releases of Python write down `getattr`
            return ZoneInfo, (thing.key,)
        if isinstance(thing, Enum):  # likewise, by its value
            return type(thing), (thing.value,)
        name = self._names.get(id(thing))
        return (apart, (name,)) if name is not None else NotImplemented


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, others: Mapping[str, object]) -> None:
        super().__init__(file)
        self._others = others

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (__name__, apart.__name__):
            return self._others.__getitem__
        found = super().find_class(module, name) if module.startswith(f"{OWN}.") or (module, name) in KNOWN else None
        # A name with dots leads from a module of ours to whatever that has imported.
        if (module, name) in KNOWN or getattr(found, "__module__", "").startswith(f"{OWN}."):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is nothing of a world")


def packed(things: Mapping[str, object], others: Mapping[str, object]) -> bytes:
    """Things as they are put down. `others` are known to them and not kept: they are named instead."""
    file = io.BytesIO()
    _Packer(file, others).dump(dict(things))
    return file.getvalue()


def write(path: Path, told: bytes) -> bool:
    """Puts it down, whole, for its owner alone; False where there is no room for it, which ends no world."""
    whole = path.with_name(f"{path.name}.new")
    try:
        whole.unlink(missing_ok=True)
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(told)
        whole.replace(path)
    except OSError as error:
        log.error("world_not_kept", exc_info=error)
        return False
    return True


def find(path: Path, mark: bytes, others: Mapping[str, object]) -> dict[str, Any] | None:
    """The things that were put down under this mark, with `others` in their places; None where there are none."""
    try:
        told = path.read_bytes()
    except OSError:
        return None
    if not told.startswith(mark):
        return None
    try:
        things: dict[str, Any] = _Unpacker(io.BytesIO(told[len(mark) :]), others).load()
    except (pickle.UnpicklingError, EOFError, LookupError, AttributeError, ImportError, TypeError, ValueError):
        return None  # cut off, or of another shape after all
    return things


def mark_of(plan: str, folders: Iterable[Path]) -> bytes:
    """What is the same as long as plan and program are."""
    digest = blake2b(f"{sys.version_info[:2]}\n{plan}".encode(), digest_size=32)
    for file in sorted(each for folder in folders for each in folder.glob("*.py")):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.digest()
