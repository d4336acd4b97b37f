"""Files as tables, and files that are made to hurt."""

from __future__ import annotations

import codecs
import gzip
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
import pytest
from openpyxl import Workbook
from pyarrow import parquet

from siyu.engines.intake import tables_excel, tables_text
from siyu.engines.intake.tables import BadTableError, Row, TableOptions, open_table, plain_number

NINE = datetime(2026, 5, 1, 9, 5)  # noqa: DTZ001 - as files have it, without a zone
CSV = "客户,时间,金额\n李雷,2026-05-01,1\n"


def rows_of(path: Path, content: bytes, options: TableOptions = TableOptions()) -> tuple[Any, list[Row]]:
    file = path / "table"
    file.write_bytes(content)
    table = open_table(file, options)
    return table.shape, list(table.rows)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (CSV.encode(), "utf-8"),
        (codecs.BOM_UTF8 + CSV.encode(), "utf-8"),
        (CSV.encode("gbk"), "gb18030"),
        (CSV.replace("李雷", "𠮷野").encode("gb18030"), "gb18030"),
        (codecs.BOM_UTF16_LE + CSV.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + CSV.encode("utf-16-be"), "utf-16"),
        (gzip.compress(CSV.encode("gbk"), mtime=0), "gb18030"),
        pytest.param(b"who\n" + b"x\n" * 700_000 + "李\n".encode("gbk"), "gb18030", id="far down"),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, content: bytes, encoding: str) -> None:
    shape, rows = rows_of(tmp_path, content)
    assert shape.options.encoding == encoding
    assert all(row.fault is None for row in rows)
    assert shape.columns in (["客户", "时间", "金额"], ["who"])
    assert next(iter(rows[-1].cells.values())) in ("李雷", "𠮷野", "李")


def test_a_utf8_file_with_a_broken_byte_is_not_read_as_nonsense(tmp_path: Path) -> None:
    text = "客户,时间\n" + "李雷,2026\n" * 20
    shape, rows = rows_of(tmp_path, text.encode() + b"\xe6\x9d,2026\n")
    assert shape.options.encoding == "utf-8"
    assert [row.line for row in rows if row.fault] == [22]


def test_the_encoding_can_be_told(tmp_path: Path) -> None:
    shape, rows = rows_of(tmp_path, CSV.encode(), TableOptions(encoding="gb18030"))
    assert shape.columns[0] != "客户"
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b;c\n1,2;3\n", "comma"),
        ("a;b\n1,5;2,5\n", "semicolon"),
        ("a\tb\n1, 2\t3\n", "tab"),
        ("a|b\n1|2\n", "pipe"),
        ("a  b\n 1 2\n", "space"),
        ("first name\nLi\n", "comma"),
        ('a,b\n"x;y;z",1\n', "comma"),
    ],
)
def test_the_delimiter_is_found_out(tmp_path: Path, text: str, delimiter: str) -> None:
    assert rows_of(tmp_path, text.encode())[0].options.delimiter == delimiter


def test_lines_may_end_in_any_way(tmp_path: Path) -> None:
    _, rows = rows_of(tmp_path, b'a,b\r1,"x\r\ny"\r\n2,z\n')
    assert [(row.line, row.cells["b"]) for row in rows] == [(2, "x\r\ny"), (4, "z")]


def test_a_huge_cell_is_a_faulty_row(tmp_path: Path) -> None:
    _, rows = rows_of(tmp_path, b"a,b\n" + b"x" * 10_000_000 + b",1\n2,3\n")
    assert [row.fault is None for row in rows] == [False, True]


def test_json_lines_keep_their_types(tmp_path: Path) -> None:
    lines = [{"a": 1, "b": "007", "c": {"d": [1.5]}, "e": None}, {"a": True, "f": 1e20}]
    content = "\n".join(json.dumps(line) for line in lines).encode()
    for told in (content, codecs.BOM_UTF8 + content, gzip.compress(content)):
        shape, rows = rows_of(tmp_path, told)
        assert (shape.format, shape.columns) == ("json_lines", ["a", "b", "c", "f"])
        assert rows[0].cells == {"a": "1", "b": "007", "c": '{"d":[1.5]}'}
        assert rows[0].values is not None
        assert rows[0].values["c"] == {"d": [1.5]}
        assert rows[1].cells == {"a": "true", "f": "100000000000000000000"}


@pytest.mark.parametrize(
    "line",
    [
        b'{"a": "\\u0000"}',
        b'{"a": {"b": "x\\u0000"}}',
        b'{"a": "\\ud800"}',
        b"[1]",
        b'{"a": 1',
        b'{"a": NaN}',
        b'{"a": "\xff"}',
        pytest.param(b'{"a":' * 2000 + b"1" + b"}" * 2000, id="too deep"),
        pytest.param(b'{"a": "' + b"x" * 2_000_000 + b'"}', id="too long"),
    ],
)
def test_a_bad_json_line_is_a_faulty_row_and_no_more(tmp_path: Path, line: bytes) -> None:
    _, rows = rows_of(tmp_path, b'{"a": 1}\n' + line + b"\n{}\n")
    assert [row.fault is None for row in rows] == [True, False, True]


def workbook(path: Path, *rows: list[Any], change: Callable[[Workbook], None] = lambda _: None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "订单"
    for row in rows:
        sheet.append(row)
    change(book)
    book.save(path / "book.xlsx")
    return (path / "book.xlsx").read_bytes()


def test_excel_is_read_as_people_see_it(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["订单"]["E2"].number_format = "00000"
        book.create_sheet("退货").append(["x"])
        book.create_sheet("藏").sheet_state = "hidden"

    content = workbook(
        tmp_path,
        ["订单号", "手机", "金额", "时间", "编号", "注"],
        ["001", 13800000000, 1234.5, NINE, 42, 0.1 + 0.2],
        [],
        ["=1+1", 1.38e10, -1, date(2026, 5, 2), 7.0, True],
        change=change,
    )
    shape, rows = rows_of(tmp_path, content)
    assert (shape.format, shape.options.sheet, shape.sheets) == ("excel", "订单", ["订单", "退货"])
    assert list(rows[0].cells.values()) == ["001", "13800000000", "1234.5", "2026-05-01 09:05:00", "00042", "0.3"]
    assert rows[0].values is not None
    assert rows[0].values["时间"] == NINE
    assert rows[1].line == 4
    assert list(rows[1].cells.values()) == ["", "13800000000", "-1", "2026-05-02", "7", "true"]
    assert rows_of(tmp_path, content, TableOptions(sheet="退货"))[0].columns == ["x"]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["五月订单", None, None], ["a", "b", "c"], [1, 2, 3]], "title_row"),
        ([["a", None, "c"], [1, 2, 3]], "unnamed_column"),
        ([["a", "a"], [1, 2]], "same_columns"),
        ([[None, None], ["a", "b"]], "no_header"),
        ([], "no_header"),
        ([[f"x{n}" for n in range(1_001)]], "too_many_columns"),
    ],
)
def test_a_sheet_that_is_no_table_is_told_why(tmp_path: Path, rows: list[list[Any]], why: str) -> None:
    with pytest.raises(BadTableError) as caught:
        rows_of(tmp_path, workbook(tmp_path, *rows))
    assert caught.value.fields["why"] == why


def rezipped(content: bytes, path: Path, changes: dict[str, bytes]) -> bytes:
    (path / "one.xlsx").write_bytes(content)
    with (
        zipfile.ZipFile(path / "one.xlsx") as one,
        zipfile.ZipFile(path / "two.xlsx", "w", zipfile.ZIP_DEFLATED) as two,
    ):
        for part in one.infolist():
            two.writestr(part.filename, changes.get(part.filename, one.read(part)))
        for name in set(changes) - set(one.namelist()):
            two.writestr(name, changes[name])
    return (path / "two.xlsx").read_bytes()


BOMB = b"<sst>" + b" " * 24 * 1024 * 1024 + b"</sst>"
BOMB_BYTES_MAX = 20 * 1024 * 1024
"""What parts may unpack to in place of the true limit, whose bombs would take seconds and half a gigabyte to make."""
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "' + b"ha" * 1000 + b'">'
    b'<!ENTITY b "' + b"&a;" * 1000 + b'"><!ENTITY c "' + b"&b;" * 1000 + b'">]>'
)
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
HEAD = b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
LAUGHS = ENTITIES + SHEET % HEAD.replace(b"<t>a", b"<t>&c;")


def test_excel_bombs_are_refused_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_excel, "PARTS_BYTES_MAX", BOMB_BYTES_MAX)
    whole = workbook(tmp_path, ["a", "b"], ["x", "y"])
    bomb = rezipped(whole, tmp_path, {"xl/sharedStrings.xml": BOMB})
    assert len(bomb) < 1_000_000
    lying = bytearray(bomb)  # its directory says that all its parts are small
    for header, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = lying.find(header)
        while place >= 0:
            lying[place + at : place + at + 4] = (1_000).to_bytes(4, "little")
            place = lying.find(header, place + 4)
    laughs = rezipped(whole, tmp_path, {"xl/worksheets/sheet1.xml": LAUGHS})
    for content, why in ((bomb, "too_large"), (bytes(lying), "too_large"), (laughs, "bad_excel")):
        with pytest.raises(BadTableError) as caught:
            rows_of(tmp_path, content)
        assert caught.value.fields["why"] == why


@pytest.mark.parametrize(
    "rows",
    [
        HEAD + b'<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
        HEAD + b'<row r="2"><c r="A2" t="s"><v>99</v></c></row>',
        HEAD + b'<row r="2"><c r="A2"><v>much</v></c></row>',
        HEAD + b'<row r="2"><c r="A2" s="999"><v>1</v></c></row>',
        HEAD + b'<row r="2"><c r="A2"',
        b'<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>',
        b"",
    ],
)
def test_a_sheet_made_to_hurt_is_refused(tmp_path: Path, rows: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_excel, "ROWS_MAX", 2_000)
    content = rezipped(workbook(tmp_path, ["a"]), tmp_path, {"xl/worksheets/sheet1.xml": SHEET % rows})
    with pytest.raises(BadTableError):
        rows_of(tmp_path, content)


def test_dates_that_excel_cannot_have_are_empty_cells(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["订单"]["A2"].number_format = "yyyy-mm-dd"

    _, rows = rows_of(tmp_path, workbook(tmp_path, ["a", "b"], [99_999_999, 1], ["#N/A", 2], change=change))
    assert [row.cells["a"] for row in rows] == ["", ""]


def test_a_cell_beyond_the_header_is_a_fault(tmp_path: Path) -> None:
    _, rows = rows_of(tmp_path, workbook(tmp_path, ["a", "b"], [1, 2, 3], [1, 2]))
    assert [row.fault is None for row in rows] == [False, True]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    zone = timedelta(hours=8)
    columns = {
        "id": pa.array(["007", None]),
        "n": pa.array([1, 2], pa.int64()),
        "money": pa.array([Decimal("1.50"), None]),
        "at": pa.array([NINE] * 2, pa.timestamp("ns")),
        "told": pa.array([NINE] * 2, pa.timestamp("ms", tz="Asia/Shanghai")),
        "on": pa.array([date(2026, 5, 1)] * 2),
        "nested": pa.array([{"x": [date(2026, 5, 1)]}, None]),
        "pairs": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
        "for": pa.array([timedelta(seconds=90), None]),
        "bytes": pa.array([b"ok", b"\xff"]),
        "kind": pa.array(["a", "b"]).dictionary_encode(),
    }
    parquet.write_table(pa.table(columns), tmp_path / "table.parquet")
    shape, rows = rows_of(tmp_path, (tmp_path / "table.parquet").read_bytes())
    assert (shape.format, shape.columns) == ("parquet", list(columns))
    values = rows[0].values
    assert values is not None
    assert values["told"].utcoffset() == zone
    assert (values["at"], values["nested"]) == (NINE, {"x": ["2026-05-01"]})
    assert (rows[0].cells["money"], rows[0].cells["bytes"], rows[0].cells["for"]) == ("1.50", "ok", "90")
    assert rows[1].fault is not None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n\n", "no_header"),
        (b",,\n1,2,3\n", "no_header"),
        (b"a,b,a\n", "same_columns"),
        (b"PK\x03\x04rubbish", "bad_excel"),
        (b"PAR1rubbish", "bad_parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b'[{"a": 1}]', "json_array"),
        (b'{"a', "no_header"),
        (gzip.compress(b"a,b\n1,2\n" * 1000, mtime=0)[:-20], "bad_gzip"),
        (b"\x1f\x8bnot gzip", "bad_gzip"),
        (codecs.BOM_UTF16_LE + b"a\xd8\x00", "bad_encoding"),
        pytest.param(b'"' + b"a" * 2_000_000 + b'"\n', "no_header", id="a cell of two megabytes"),
    ],
)
def test_what_is_no_table_is_told_why(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(BadTableError) as caught:
        rows_of(tmp_path, content)
    assert caught.value.fields["why"] == why


def test_a_zip_of_something_else_is_not_excel(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(BadTableError) as caught:
        rows_of(tmp_path, (tmp_path / "x.zip").read_bytes())
    assert caught.value.fields["why"] == "not_excel"


def test_gzip_that_grows_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_text, "UNPACKED_BYTES_MAX", 1_000_000)
    with pytest.raises(BadTableError) as caught:
        rows_of(tmp_path, gzip.compress(b"a\n" * 1_000_000))
    assert caught.value.fields["why"] == "too_large"


@pytest.mark.parametrize(
    ("number", "text"), [(1.38e10, "13800000000"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (-0.0, "0"), (1e300, None)]
)
def test_numbers_are_written_without_exponents(number: float, text: str | None) -> None:
    told = plain_number(number)
    assert "e" not in told.lower()
    assert told.lstrip("-") == text or text is None
