"""Reading a table of text (CSV) row by row, with line numbers and how far we are in the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from siyu.kernel.errors import InvalidError

FIELD_BYTES_MAX = 1024 * 1024
LINE_BYTES_MAX = 16 * 1024 * 1024
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " "}


class BadTableError(InvalidError):
    """This file cannot be read as a table."""

    code = "bad_table"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the line it begins on (1 is the header), the bytes of the file read so far, and its cells by column.
    `fault` says why a row cannot be used at all; its cells are then those that could be read."""

    line: int
    bytes_read: int
    cells: Mapping[str, str]
    fault: str | None = None


def read_rows(path: Path, *, delimiter: str = ",", columns_needed: Sequence[str] = ()) -> Iterator[Row]:
    """The rows of a CSV file in UTF-8 (with or without a byte-order mark), header first. With a space as the delimiter,
    any number of spaces stands between two cells. BadTableError where the file has no header or lacks a column."""
    csv.field_size_limit(FIELD_BYTES_MAX)
    bytes_read = 0

    def lines() -> Iterator[str]:
        nonlocal bytes_read
        with path.open("rb") as file:
            for number, raw in enumerate(iter(partial(file.readline, LINE_BYTES_MAX), b"")):
                if len(raw) == LINE_BYTES_MAX:
                    raise BadTableError(f"Its line {number + 1} is longer than {LINE_BYTES_MAX} bytes.")
                bytes_read += len(raw)
                text = raw.removeprefix(b"\xef\xbb\xbf") if number == 0 else raw
                yield text.decode("utf-8", "surrogateescape").replace("\x00", "\udc00")

    reader = csv.reader(lines(), delimiter=delimiter, skipinitialspace=delimiter == " ", strict=True)
    header = _header(reader, delimiter, columns_needed)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            through = f" (to line {reader.line_num})" if reader.line_num > line else ""
            yield Row(line, bytes_read, {}, f"not a CSV row: {error}{through}")
            continue
        if delimiter == " " and cells and cells[-1] == "":
            cells = cells[:-1]
        if not cells:
            continue
        yield Row(line, bytes_read, dict(zip(header, cells, strict=False)), _fault(cells, header))


def _header(reader: Iterator[list[str]], delimiter: str, columns_needed: Sequence[str]) -> list[str]:
    try:
        first = next(reader)
    except StopIteration:
        raise BadTableError("It is empty.") from None
    except csv.Error as error:
        raise BadTableError(f"Its first line is not a CSV row: {error}.") from error
    if any(_is_unreadable(name) for name in first):
        raise BadTableError('It is not UTF-8; a spreadsheet saves it so as "CSV UTF-8".')
    header = [name.strip() for name in first if delimiter != " " or name.strip()]
    if missing := [name for name in columns_needed if name not in header]:
        raise BadTableError(f"It has no column {missing[0]!r}; it has: {', '.join(header)[:500]}.")
    if len(set(header)) != len(header):
        raise BadTableError("Two of its columns have the same name.")
    return header


def _fault(cells: Sequence[str], header: Sequence[str]) -> str | None:
    if len(cells) != len(header):
        return f"{len(cells)} cells, but the header has {len(header)}"
    if any(_is_unreadable(cell) for cell in cells):
        return "not UTF-8, or holds the character NUL"
    return None


def _is_unreadable(cell: str) -> bool:
    return not cell.isascii() and any("\udc00" <= character <= "\udcff" for character in cell)
