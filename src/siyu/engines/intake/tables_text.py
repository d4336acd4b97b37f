"""Tables of text: CSV, TSV and the like, in UTF-8, GBK/GB18030 or UTF-16, also packed by gzip."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from siyu.engines.intake.tables import (
    CELL_CHARACTERS_MAX,
    DELIMITERS,
    LINE_CHARACTERS_MAX,
    BadTableError,
    Delimiter,
    Encoding,
    Row,
    Table,
    TableOptions,
    TableShape,
    checked_header,
    fault_in,
)

UNPACKED_BYTES_MAX = 8 * 1024 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024
LINES_LOOKED_AT = 20
CHARACTERS_LOOKED_AT = 5_000
_GZIP = b"\x1f\x8b"
_CODECS: dict[Encoding, str] = {"utf-8": "utf-8-sig", "gb18030": "gb18030", "utf-16": "utf-16"}
_ESCAPED = re.compile("[\udc80-\udcff]+")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")


class Line(NamedTuple):
    """A line of text, as it stands, and how far in the file it ends."""

    text: str
    bytes_read: int


class _Unpacked(gzip.GzipFile):
    """A gzip file that ends with an error where it grows beyond all measure."""

    def read1(self, size: int = -1) -> bytes:
        block = super().read1(size)
        if self.tell() > UNPACKED_BYTES_MAX:
            raise BadTableError(f"Unpacked, it is larger than {UNPACKED_BYTES_MAX} bytes.", why="too_large")
        return block


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, io.BufferedReader]]:
    """The file's bytes, unpacked, and the file itself, which tells how far it has been read."""
    with path.open("rb") as file:
        is_packed = file.read(2) == _GZIP
        file.seek(0)
        try:
            if is_packed:
                with _Unpacked(fileobj=file) as unpacked:
                    yield unpacked, file
            else:
                yield file, file
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BadTableError("Its gzip is broken or cut off.", why="bad_gzip") from error


def encoding_of(path: Path) -> Encoding:
    """UTF-16 by its mark, UTF-8 where the whole file is, else GB18030 where the whole file is.

    A file that is neither is UTF-8 with faulty rows; so is one that is nearly UTF-8, although almost any bytes can be
    read as GB18030: as nonsense.
    """
    with opened(path) as (content, _):
        head = content.read1(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8) or _is(path, "utf-8"):
        return "utf-8"
    broken, whole = _broken_and_whole(path)
    return "gb18030" if broken * 10 > whole and _is(path, "gb18030") else "utf-8"


def _is(path: Path, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    with opened(path) as (content, _):
        try:
            while block := content.read1(BLOCK_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _broken_and_whole(path: Path) -> tuple[int, int]:
    """How many characters that are not ASCII are broken in UTF-8, and how many are whole; of the first few thousand."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    broken = others = 0
    with opened(path) as (content, _):
        while others < CHARACTERS_LOOKED_AT and (block := content.read1(BLOCK_BYTES)):
            text = decoder.decode(block)
            broken += sum(map(len, _ESCAPED.findall(text)))
            others += sum(map(len, _NOT_ASCII.findall(text)))
    return broken, others - broken


def lines_of(path: Path, encoding: Encoding) -> Iterator[Line]:
    """The lines of a text file; bytes that are no text stand in it as surrogates."""
    with opened(path) as (content, file):
        text = io.TextIOWrapper(content, _CODECS[encoding], "surrogateescape", newline="")
        try:
            for number in itertools.count(1):
                line = text.readline(LINE_CHARACTERS_MAX)
                if not line:
                    return
                if len(line) == LINE_CHARACTERS_MAX:
                    raise BadTableError(
                        f"Its line {number} is longer than {LINE_CHARACTERS_MAX} characters.", why="long_line"
                    )
                yield Line(line, file.tell())
        except UnicodeDecodeError as error:
            raise BadTableError(f"It is not {encoding}.", why="bad_encoding") from error


def delimiter_of(lines: Sequence[str]) -> Delimiter:
    """What stands between the cells of these lines, the header first: that which cuts most of them alike into most cells."""
    best: tuple[int, int, Delimiter] = (0, 0, "comma")
    for name, character in DELIMITERS.items():
        told = [line.strip() for line in lines] if name == "space" else lines
        try:
            rows = list(csv.reader(told, delimiter=character, skipinitialspace=name == "space"))
        except csv.Error:
            continue
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows if row)
        if width > 1 and (name != "space" or alike == len(rows)) and (alike, width) > best[:2]:
            best = (alike, width, name)  # type: ignore[assignment]  # the keys of DELIMITERS are Delimiters
    return best[2]


def open_text(path: Path, options: TableOptions) -> Table:
    """A CSV file, header first. With a space as the delimiter, any number of spaces stands between two cells."""
    csv.field_size_limit(CELL_CHARACTERS_MAX)
    encoding = options.encoding or encoding_of(path)
    delimiter = options.delimiter or delimiter_of(
        [line.text for line in itertools.islice(lines_of(path, encoding), LINES_LOOKED_AT)]
    )
    reading = _Reading(path, encoding, DELIMITERS[delimiter])
    header = reading.header()
    shape = TableShape("text", replace(options, encoding=encoding, delimiter=delimiter), header)
    return Table(shape, reading.rows(header))


class _Reading:
    """One pass over a CSV file."""

    def __init__(self, path: Path, encoding: Encoding, delimiter: str) -> None:
        self._encoding, self._delimiter, self._bytes_read = encoding, delimiter, 0
        self._lines = lines_of(path, encoding)
        self._reader = csv.reader(self._texts(), delimiter=delimiter, skipinitialspace=delimiter == " ", strict=True)

    def _texts(self) -> Iterator[str]:
        for line in self._lines:
            self._bytes_read = line.bytes_read
            yield line.text

    def header(self) -> list[str]:
        try:
            first = next(self._reader, None)
        except csv.Error as error:
            raise BadTableError(f"Its first line is not a CSV row: {error}.", why="no_header") from error
        if first is None:
            raise BadTableError("It is empty.", why="empty")
        if fault_in(first):
            raise BadTableError(
                f'Its first line is no text in {self._encoding}; a spreadsheet saves a table so as "CSV UTF-8".',
                why="bad_encoding",
            )
        return checked_header([name for name in first if self._delimiter != " " or name.strip()])

    def rows(self, header: Sequence[str]) -> Iterator[Row]:
        reader = self._reader
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                through = f" (to line {reader.line_num})" if reader.line_num > line else ""
                yield Row(line, self._bytes_read, {}, fault=f"not a CSV row: {error}{through}")
                continue
            if self._delimiter == " " and cells and cells[-1] == "":
                cells = cells[:-1]
            if not cells:
                continue
            fault = (
                fault_in(cells)
                if len(cells) == len(header)
                else f"{len(cells)} cells, but the header has {len(header)}"
            )
            yield Row(line, self._bytes_read, dict(zip(header, cells, strict=False)), fault=fault)
