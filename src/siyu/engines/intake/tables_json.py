"""Tables of JSON lines: an object in each line; its keys are the columns. Also packed by gzip."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from siyu.engines.intake.tables import (
    COLUMNS_MAX,
    BadTableError,
    Encoding,
    Row,
    Table,
    TableOptions,
    TableShape,
    fault_in,
    text_of,
)
from siyu.engines.intake.tables_text import encoding_of, lines_of, opened

ROWS_LOOKED_AT = 1_000
"""Columns are those of the first so many lines."""

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def is_json_lines(path: Path) -> bool:
    """Whether the file begins as JSON does. BadTableError for one that is a single array."""
    with opened(path) as (content, _):
        head = content.read1(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"\[\s*\{", head):
        raise BadTableError("It is one JSON array; an object in each line is needed (JSON lines).", why="json_array")
    return bool(re.match(rb'\{\s*["}]', head))


def open_json_lines(path: Path, options: TableOptions) -> Table:
    """The file's objects as rows. A key that a line has not is an empty cell of it."""
    encoding = options.encoding or encoding_of(path)
    columns: dict[str, None] = {}
    for row in itertools.islice(_rows(path, encoding), ROWS_LOOKED_AT):
        columns.update(dict.fromkeys(row.cells))
    if not columns:
        raise BadTableError("None of its first lines is an object with keys.", why="no_header")
    if len(columns) > COLUMNS_MAX:
        raise BadTableError(f"It has more than {COLUMNS_MAX} columns.", why="too_many_columns")
    return Table(TableShape("json_lines", replace(options, encoding=encoding), list(columns)), _rows(path, encoding))


def _rows(path: Path, encoding: Encoding) -> Iterator[Row]:
    for number, line in enumerate(lines_of(path, encoding), 1):
        if not line.text.strip():
            continue
        try:
            values = _decode(line.text)
            cells = {name: text_of(value) for name, value in values.items() if value is not None}
            fault = _fault(line.text, list(cells.values()))
        except (msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError) as error:
            yield Row(number, line.bytes_read, {}, {}, f"not a JSON object: {_told(error)}")
            continue
        yield Row(number, line.bytes_read, cells, values, fault)


def _fault(line: str, texts: Sequence[str]) -> str | None:
    if "\\u0000" in line and _NUL.search(line):
        return "a cell holds the character NUL"
    return fault_in(texts)


def _told(error: Exception) -> str:
    """What is wrong, without a word of the line."""
    if isinstance(error, UnicodeError):
        return "bytes that are no text in this encoding"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
