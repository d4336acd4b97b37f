"""Columns of numbers straight into numpy, from ClickHouse's Native format.

A block is: how many columns, how many rows, then each column's name, type and values. Values of fixed width are laid out
as numpy wants them, so a million ids cost a copy and no loop.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_DTYPES: dict[str, str] = {
    "UInt8": "<u1",
    "UInt16": "<u2",
    "UInt32": "<u4",
    "UInt64": "<u8",
    "Int8": "<i1",
    "Int16": "<i2",
    "Int32": "<i4",
    "Int64": "<i8",
    "Float32": "<f4",
    "Float64": "<f8",
    "Bool": "<u1",
    "Date": "<u2",
    "Date32": "<i4",
    "DateTime": "<u4",
    "DateTime64": "<i8",
}
_PARAMETERS = re.compile(r"\(.*\)\Z", re.DOTALL)


class NotNumbersError(ValueError):
    """A column's values have no fixed width; read it with `query`."""


def read_arrays(data: bytes) -> dict[str, Array]:
    """Every column by name, in order; empty where the result has no rows at all. Times are numbers (DateTime64: ticks)."""
    parts: dict[str, list[Array]] = {}
    at = 0
    while at < len(data):
        column_count, at = _read_number(data, at)
        row_count, at = _read_number(data, at)
        for _ in range(column_count):
            name, at = _read_text(data, at)
            type_name, at = _read_text(data, at)
            dtype = np.dtype(_dtype_of(name, type_name))
            size_bytes = dtype.itemsize * row_count
            if at + size_bytes > len(data):
                raise ValueError("the result ends in the middle of a block")
            parts.setdefault(name, []).append(np.frombuffer(data, dtype, row_count, at))
            at += size_bytes
    return {name: arrays[0] if len(arrays) == 1 else np.concatenate(arrays) for name, arrays in parts.items()}


def _dtype_of(name: str, type_name: str) -> str:
    dtype = _DTYPES.get(_PARAMETERS.sub("", type_name))
    if dtype is None:
        raise NotNumbersError(f"column {name} is {type_name}")
    return dtype


def _read_number(data: bytes, at: int) -> tuple[int, int]:
    """A LEB128 number and where it ends."""
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7


def _read_text(data: bytes, at: int) -> tuple[str, int]:
    size, at = _read_number(data, at)
    return data[at : at + size].decode(), at + size
