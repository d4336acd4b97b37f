"""Tables written row by row, in memory that does not grow: CSV, Excel's .xlsx, Parquet.

Nothing that a customer told becomes a formula: in CSV a text that a spreadsheet would take for one gets an apostrophe before
it, in .xlsx every text is written as text. An .xlsx is written here, part by part, since what libraries put beside it while
they write would lie outside of the installation.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Literal, Protocol
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from siyu.kernel.errors import InvalidError
from siyu.platform.private_files import new_private_file
from siyu.platform.spreadsheets import harmless

CellKind = Literal["text", "whole", "number", "money", "day", "instant"]
Cell = str | int | float | Decimal | date | datetime | None
XLSX_ROWS_MAX = 1_048_576
XLSX_CELL_MAX = 32_767
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
"""Excel counts days from here."""


class TableFormat(StrEnum):
    """How a file is written: text that spreadsheets open, Excel's own, or columns for programs."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


class TooManyRowsError(InvalidError):
    """A sheet of Excel holds 1,048,575 rows; export this as CSV."""

    code = "too_many_rows"


class Column(Protocol):
    """A column: its heading for people, its name for programs, and what is in it."""

    @property
    def title(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> CellKind: ...


class TableWriter(Protocol):
    """Writes rows; the file is whole after `close`."""

    def write(self, rows: Sequence[Sequence[Cell]]) -> None: ...
    def close(self) -> None: ...


def open_writer(path: Path, export_format: TableFormat, columns: Sequence[Column], zone: ZoneInfo) -> TableWriter:
    """A writer of a new file that only Siyu's own user can read. Instants are told in `zone`; in Parquet they are instants."""
    if export_format is TableFormat.CSV:
        return CsvWriter(path, columns, zone)
    if export_format is TableFormat.XLSX:
        return XlsxWriter(path, columns, zone)
    return ParquetWriter(path, columns)


class CsvWriter:
    """UTF-8 with the mark that tells a spreadsheet so."""

    def __init__(self, path: Path, columns: Sequence[Column], zone: ZoneInfo) -> None:
        self._file = io.TextIOWrapper(new_private_file(path), encoding="utf-8-sig", errors="replace", newline="")
        self._csv = csv.writer(self._file)
        self._zone = zone
        self._csv.writerow([harmless(column.title) for column in columns])

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._csv.writerows([[self._text(cell) for cell in row] for row in rows])

    def _text(self, cell: Cell) -> str | int | float | Decimal | None:
        if isinstance(cell, datetime):
            return cell.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
        if isinstance(cell, date):
            return cell.isoformat()
        return harmless(cell) if isinstance(cell, str) else cell

    def close(self) -> None:
        self._file.close()


class XlsxWriter:
    """One sheet. TooManyRowsError where Excel could not open it."""

    def __init__(self, path: Path, columns: Sequence[Column], zone: ZoneInfo) -> None:
        self._file = new_private_file(path)
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        for name, content in _XLSX_PARTS.items():
            self._zip.writestr(name, content)
        self._sheet: IO[bytes] = self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._sheet.write(_SHEET_HEAD.encode())
        self._rows, self._zone = 0, zone
        self.write([[column.title for column in columns]])

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._rows += len(rows)
        if self._rows > XLSX_ROWS_MAX:
            raise TooManyRowsError
        self._sheet.write("".join(f"<row>{''.join(map(self._cell, row))}</row>" for row in rows).encode())

    def _cell(self, cell: Cell) -> str:
        if cell is None or cell == "":
            return "<c/>"
        if isinstance(cell, str):
            text = escape(_NOT_XML.sub("", cell[:XLSX_CELL_MAX]))
            return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        if isinstance(cell, datetime):
            days = (cell.astimezone(self._zone).replace(tzinfo=UTC) - _DAY_ZERO) / timedelta(days=1)
            return f'<c s="1"><v>{days:.9f}</v></c>'
        if isinstance(cell, date):
            return self._cell(cell.isoformat())
        return f"<c><v>{cell}</v></c>"

    def close(self) -> None:
        if not self._sheet.closed:
            self._sheet.write(b"</sheetData></worksheet>")
            self._sheet.close()
        self._zip.close()
        self._file.close()


class ParquetWriter:
    """Typed columns under the names that programs know."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        # here: half a second and 100 MB, for those alone who write such a file
        import pyarrow  # type: ignore[import-untyped]  # it has no types
        from pyarrow import parquet

        types: dict[CellKind, Any] = {
            "text": pyarrow.string(),
            "whole": pyarrow.int64(),
            "number": pyarrow.float64(),
            "day": pyarrow.date32(),
            "money": pyarrow.decimal128(18, 2),
            "instant": pyarrow.timestamp("us", tz="UTC"),
        }
        self._arrow = pyarrow
        self._schema = pyarrow.schema([(column.name, types[column.kind]) for column in columns])
        self._file = new_private_file(path)
        self._parquet = parquet.ParquetWriter(self._file, self._schema, compression="zstd")

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        if rows:
            arrays = [
                self._arrow.array(values, field.type)
                for values, field in zip(zip(*rows, strict=True), self._schema, strict=True)
            ]
            self._parquet.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        self._parquet.close()
        self._file.close()


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET_HEAD = f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'
_XLSX_PARTS = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="数据" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


def table_bytes(
    folder: Path,
    name: str,
    table_format: TableFormat,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    zone: ZoneInfo,
) -> bytes:
    """A small table as a file's bytes; `name` is one that nobody else uses, in a folder of Siyu's own."""
    path = folder / name
    try:
        writer = open_writer(path, table_format, columns, zone)
        try:
            writer.write(rows)
        finally:
            writer.close()
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)
