"""Tables of Excel (.xlsx): a sheet's rows, numbers as people see them, dates as dates, formulas by their last value."""

from __future__ import annotations

import itertools
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from siyu.engines.intake.tables import (
    COLUMNS_MAX,
    BadTableError,
    Row,
    Table,
    TableOptions,
    TableShape,
    checked_header,
    fault_in,
    plain_number,
    text_of,
)

SHEET_BYTES_MAX = 4 * 1024 * 1024 * 1024
PARTS_BYTES_MAX = 512 * 1024 * 1024
"""Unpacked: a sheet, which is read as a stream, and all that is read whole (texts, styles)."""
PARTS_MAX = 5_000
ROWS_MAX = 1_048_576
"""Excel's own limit; what claims more rows is made to hurt."""
BLOCK_BYTES = 1024 * 1024
ROWS_AT_ONCE = 200
_READ_WHOLE = (".xml", ".rels")
_SHEETS = "worksheets/"
_ZEROS = re.compile(r"0{2,20}")


def open_excel(path: Path, options: TableOptions) -> Table:
    """A sheet of the file: the one named, or the first that is shown."""
    size = path.stat().st_size
    check_parts(path)
    file = path.open("rb")  # by its path the library reads none whose name it does not like
    try:
        with _readable():
            from openpyxl import load_workbook

            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            shown = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not shown:
            raise BadTableError("It has no sheet with rows.", why="no_sheet")
        name = options.sheet or shown[0]
        if name not in shown:
            raise BadTableError(f"It has no sheet {name!r}; it has: {', '.join(shown)[:500]}.", why="no_sheet")
        with _readable():
            sheet: Any = book[name]
            rows_told = min(sheet.max_row or 0, ROWS_MAX)
            sheet.reset_dimensions()  # what a file says of its size may be wrong
        header = _header(sheet)
    except BaseException:
        file.close()
        raise
    shape = TableShape("excel", replace(options, sheet=name), header, shown)
    return Table(shape, _rows(file, sheet, header, size / max(rows_told, 1), size))


def check_parts(path: Path) -> None:
    """Refuses what would unpack to more than memory holds (a "zip bomb"), whatever its directory says of sizes."""
    left = PARTS_BYTES_MAX
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS_MAX or "xl/workbook.xml" not in archive.namelist():
                raise BadTableError("It is a zip file, but not of Excel.", why="not_excel")
            for part in parts:
                if _SHEETS in part.filename and not part.filename.endswith(".rels"):
                    if part.file_size > SHEET_BYTES_MAX:
                        raise _too_large()
                elif part.filename.endswith(_READ_WHOLE):
                    left -= _unpacked_bytes(path, part, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise BadTableError("Its .xlsx is broken, cut off or locked.", why="bad_excel") from error


def _unpacked_bytes(path: Path, part: zipfile.ZipInfo, most: int) -> int:
    """How large the part really is, counted block by block and up to `most`."""
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadTableError("Its .xlsx is packed in a way that Excel does not use.", why="bad_excel")
    if part.compress_type == zipfile.ZIP_STORED:
        return _within(max(part.file_size, part.compress_size), most)
    total, left = 0, part.compress_size
    with path.open("rb") as file:
        file.seek(part.header_offset + 26)
        names = file.read(4)
        file.seek(int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little"), 1)
        unpacking = zlib.decompressobj(-15)
        while left > 0 and not unpacking.eof and (block := file.read(min(BLOCK_BYTES, left))):
            left -= len(block)
            while block and not unpacking.eof:
                total = _within(total + len(unpacking.decompress(block, BLOCK_BYTES)), most)
                block = unpacking.unconsumed_tail
    return _within(max(total, part.file_size), most)


def _within(size: int, most: int) -> int:
    if size > most:
        raise _too_large()
    return size


def _too_large() -> BadTableError:
    return BadTableError("Unpacked, it is absurdly large.", why="too_large")


@contextmanager
def _readable() -> Iterator[None]:
    """Around every call of the library: a file made to hurt can make it raise anything, and what it warns of (styles,
    validations) is no matter here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except BadTableError:
        raise
    except Exception as error:
        raise BadTableError("Its .xlsx is broken.", why="bad_excel") from error


def _header(sheet: Any) -> list[str]:
    with _readable():
        rows = sheet.iter_rows(max_row=2, max_col=COLUMNS_MAX + 1)
        first = [_cell(cell)[0] for cell in next(rows, ())]
        second = [_cell(cell)[0] for cell in next(rows, ())]
    width = max((place for place, text in enumerate(first, 1) if text.strip()), default=0)
    named = sum(bool(text.strip()) for text in first)
    if width == 0:
        raise BadTableError("Its first row is empty; it is to name the columns.", why="no_header")
    if named == 1 and sum(bool(text.strip()) for text in second) > 1:
        raise BadTableError(
            "Its first row is a title over the table, not the names of the columns; take it away.", why="title_row"
        )
    if named < width:
        place = first.index("") + 1 if "" in first[:width] else width
        raise BadTableError(
            f"Its first row has no name in column {place}; cells there may be merged.",
            why="unnamed_column",
            place=place,
        )
    return checked_header(first[:width])


def _rows(file: BinaryIO, sheet: Any, header: Sequence[str], bytes_per_row: float, size: int) -> Iterator[Row]:
    try:
        with _readable():
            rows = enumerate(sheet.iter_rows(min_row=2, max_col=len(header) + 1), 2)
        while True:
            with _readable():
                stretch = [
                    (line, [_cell(cell) for cell in cells]) for line, cells in itertools.islice(rows, ROWS_AT_ONCE)
                ]
            if not stretch:
                return
            for line, told in stretch:
                if line > ROWS_MAX:
                    raise BadTableError(f"It has more than {ROWS_MAX} rows.", why="too_large")
                if any(text for text, _ in told):
                    yield _row(line, min(size, int(line * bytes_per_row)), header, told)
    finally:
        file.close()


def _row(line: int, bytes_read: int, header: Sequence[str], told: Sequence[tuple[str, Any]]) -> Row:
    texts = [text for text, _ in told]
    fault = fault_in(texts)
    if len(texts) > len(header) and texts[-1].strip():
        fault = f"a cell beyond the last column of the header, which has {len(header)}"
    values = {name: value for name, (_, value) in zip(header, told, strict=False) if value is not None}
    return Row(line, bytes_read, dict(zip(header, texts, strict=False)), values, fault)


def _cell(cell: Any) -> tuple[str, Any]:
    """A cell as text and as a value; an error (#N/A) is an empty cell."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return "", None
    if isinstance(value, str):
        return value, value
    if isinstance(value, bool):
        return text_of(value), value
    if isinstance(value, int | float):
        text = plain_number(value)
        if (zeros := cell.number_format) != "General" and zeros and _ZEROS.fullmatch(zeros) and text.isdigit():
            return (text := text.zfill(len(zeros))), text
        return text, int(text) if text.removeprefix("-").isdigit() else float(text)
    return (str(value), str(value)) if isinstance(value, timedelta) else (text_of(value), value)
