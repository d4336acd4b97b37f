"""Files as tables: rows of named cells, whatever the file is (CSV, Excel, JSON lines, Parquet), read as a stream.

What a file is, is told by what is in it, never by its name. Each kind has a module of its own; all of them give `Row`s and
raise BadTableError, with `why` as a stable word, where the file as a whole cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from siyu.kernel.errors import InvalidError

CELL_CHARACTERS_MAX = 1024 * 1024
LINE_CHARACTERS_MAX = 16 * 1024 * 1024
COLUMNS_MAX = 1_000
COLUMNS_TOLD_MAX = 40
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}

TableFormat = Literal["text", "excel", "json_lines", "parquet"]
Encoding = Literal["utf-8", "gb18030", "utf-16"]
Delimiter = Literal["comma", "semicolon", "tab", "pipe", "space"]


class BadTableError(InvalidError):
    """This file cannot be read as a table."""

    code = "bad_table"


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How to read a file; what is None is found out. `encoding` and `delimiter` are of text, `sheet` is of Excel."""

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class TableShape:
    """What a file is: its options, all told, and its columns. `sheets` are those of an Excel file."""

    format: TableFormat
    options: TableOptions
    columns: Sequence[str]
    sheets: Sequence[str] = ()


class Row(NamedTuple):
    """A row: the line it stands on (1 is the header; JSON lines and Parquet have none), how far in the file it is, and its
    cells as text, by column. `values` are the cells as the file has them, where it has types. `fault` says why a row cannot
    be used at all; its cells are then those that could be read."""

    line: int
    bytes_read: int
    cells: Mapping[str, str]
    values: Mapping[str, Any] | None = None
    fault: str | None = None


class Table(NamedTuple):
    """An opened file."""

    shape: TableShape
    rows: Iterator[Row]


def open_table(path: Path, options: TableOptions = TableOptions(), columns_needed: Sequence[str] = ()) -> Table:
    """The file as a table. BadTableError where it is none, or lacks a column; rows may still raise it."""
    from siyu.engines.intake import tables_excel, tables_json, tables_parquet, tables_text

    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise BadTableError("It is empty.", why="empty")
    if head.startswith(b"PK\x03\x04"):
        table = tables_excel.open_excel(path, options)
    elif head.startswith(b"PAR1"):
        table = tables_parquet.open_parquet(path)
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadTableError(
            "It is an old or a locked Excel file; save it as .xlsx, without a password.", why="old_excel"
        )
    elif tables_json.is_json_lines(path):
        table = tables_json.open_json_lines(path, options)
    else:
        table = tables_text.open_text(path, options)
    if missing := [name for name in columns_needed if name not in table.shape.columns]:
        told = ", ".join(table.shape.columns[:COLUMNS_TOLD_MAX])[:500]
        raise BadTableError(f"It has no column {missing[0]!r}; it has: {told}.", why="no_column", column=missing[0])
    return table


def checked_header(names: Sequence[str]) -> list[str]:
    """The names of the columns. BadTableError where two are the same, or there are absurdly many."""
    header = [name.strip() for name in names]
    if not any(header):
        raise BadTableError("Its first row is empty; it is to name the columns.", why="no_header")
    if len(header) > COLUMNS_MAX:
        raise BadTableError(f"It has more than {COLUMNS_MAX} columns.", why="too_many_columns")
    seen: set[str] = set()
    for name in header:
        if name in seen:
            shown = repr(name[:40]) if name else "none"
            raise BadTableError(
                f"Two of its columns have the same name: {shown}.", why="same_columns", column=name[:40]
            )
        seen.add(name)
    return header


def text_of(value: Any) -> str:
    """A value as people write it: whole numbers without a point or exponent, times as 2026-05-01 09:30:00, nothing for None."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, date | time):
        return value.isoformat()
    return msgspec.json.encode(value).decode()


def plain_number(value: float) -> str:
    """A float in its fifteen sure digits, as Excel shows it, never with an exponent."""
    exact = Decimal(format(value, ".15g"))
    return format(
        exact.quantize(Decimal(1)) if exact == exact.to_integral_value() and abs(exact) < 10**27 else exact, "f"
    )


def fault_in(texts: Sequence[str]) -> str | None:
    """Why cells cannot be used: bytes that are no text (surrogates stand for them), NUL, or absurd length."""
    for text in texts:
        if len(text) > CELL_CHARACTERS_MAX:
            return f"a cell is longer than {CELL_CHARACTERS_MAX} characters"
        if "\x00" in text:
            return "a cell holds the character NUL"
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            return "a cell holds bytes that are no text in this encoding"
    return None
