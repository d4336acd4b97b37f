"""Reads a playbook's file into frozen dataclasses: each key is there, none is unknown, each number is in its range.

What a field may hold stands beside it in the dataclass (`share()`, `number(1, 9)`, `weights()` …); the file's tables are the
dataclasses' fields that are dataclasses themselves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import Field, field, fields, is_dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from siyu.kernel.errors import InvalidError

Told = TypeVar("Told")


class PlaybookError(InvalidError):
    """A playbook's file cannot be read as it is."""

    code = "bad_playbook"


def share() -> Any:
    """A number from 0 to 1; of a mapping or a list each."""
    return field(metadata={"least": 0.0, "most": 1.0})


def number(least: float, most: float) -> Any:
    """A number in a range, both ends included; of a mapping or a list each."""
    return field(metadata={"least": least, "most": most})


def weights() -> Any:
    """{choice: how likely beside the others}: none below nothing, not all nothing."""
    return field(metadata={"least": 0.0, "most": math.inf, "is_some": True})


def table() -> Any:
    """A table of its own, or tables by their names."""
    return field()


def text() -> Any:
    """Words."""
    return field()


def shares(count: int) -> Any:
    """So many numbers from 0 to 1."""
    return field(metadata={"least": 0.0, "most": 1.0, "count": count})


def numbers(count: int | None, least: float, most: float) -> Any:
    """So many numbers in a range; any number of them without a count."""
    return field(metadata={"least": least, "most": most, "count": count})


def span(least: float, most: float) -> Any:
    """From how much to how much: two numbers in a range, the second not below the first."""
    return field(metadata={"least": least, "most": most, "count": 2, "is_span": True})


def read(kind: type[Told], told: Mapping[str, Any], path: str = "") -> Told:
    """`told` as a `kind`; PlaybookError names the key that is missing, unknown, of another type or out of its range."""
    shape: Any = kind
    known = {each.name: each for each in fields(shape)}
    for key in told:
        if key not in known:
            raise PlaybookError(f"{path}{key} is not known.", key=f"{path}{key}")
    hints = _hints(shape)
    read_fields = {}
    for name, each in known.items():
        if name not in told:
            raise PlaybookError(f"{path}{name} is missing.", key=f"{path}{name}")
        read_fields[name] = _value(hints[name], told[name], each, f"{path}{name}")
    return kind(**read_fields)


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _value(wanted: Any, told: Any, of: Field[Any], path: str) -> Any:
    if is_dataclass(wanted) and isinstance(wanted, type):
        return read(wanted, _table(told, path), f"{path}.")
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin is tuple:
        return _list(inner[0], told, of, path)
    if origin is Mapping or (origin is not None and issubclass(origin, Mapping)):
        table = _table(told, path)
        found = {key: _value(inner[1], each, of, f"{path}.{key}") for key, each in table.items()}
        if not found or (
            of.metadata.get("is_some") and not any(getattr(each, "weight", each) for each in found.values())
        ):
            raise PlaybookError(f"{path} needs at least one that counts.", key=path)
        return MappingProxyType(found)
    return _plain(wanted, told, of, path)


def _table(told: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        raise PlaybookError(f"{path} has to be a table.", key=path)
    return told


def _list(wanted: Any, told: Any, of: Field[Any], path: str) -> tuple[Any, ...]:
    count = of.metadata.get("count")
    if not isinstance(told, list) or (count is not None and len(told) != count) or not told:
        raise PlaybookError(f"{path} has to be a list of {count or 'some'}.", key=path)
    found = tuple(_value(wanted, each, of, f"{path}[{place}]") for place, each in enumerate(told))
    if of.metadata.get("is_span") and found[0] > found[1]:
        raise PlaybookError(f"{path} has to end no earlier than it begins.", key=path)
    return found


def _plain(wanted: Any, told: Any, of: Field[Any], path: str) -> Any:
    if wanted is str:
        if not isinstance(told, str) or not told.strip():
            raise PlaybookError(f"{path} has to be a text.", key=path)
        return told
    is_number = isinstance(told, int) if wanted is int else isinstance(told, int | float)
    if not is_number or isinstance(told, bool) or not math.isfinite(told):
        raise PlaybookError(f"{path} has to be a {'whole ' if wanted is int else ''}number.", key=path)
    least, most = of.metadata.get("least", -math.inf), of.metadata.get("most", math.inf)
    if not least <= told <= most:
        raise PlaybookError(f"{path} has to lie between {least:g} and {most:g}.", key=path)
    return told if wanted is int else float(told)
