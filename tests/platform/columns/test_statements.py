"""What the server reads off a statement, and how bodies come apart."""

from __future__ import annotations

import gzip
import io
import zlib
from email.message import Message
from importlib import import_module
from typing import Any

import pytest

from siyu.platform.columns.server.bodies import Body, BodyCutError
from siyu.platform.columns.server.errors import EngineError, engine_error
from siyu.platform.columns.server.statements import read_statement

lz4_frame: Any = import_module("lz4.frame")


@pytest.mark.parametrize(
    ("text", "head", "input_format", "data"),
    [
        (b"INSERT INTO t (a, b) FORMAT Native\n\x01\x02", b"INSERT INTO t (a, b) ", "Native", b"\x01\x02"),
        (b"insert into t format TSV 1\t2", b"insert into t ", "TSV", b"1\t2"),
        (b"INSERT INTO t (`format`) FORMAT CSV\r\nx", b"INSERT INTO t (`format`) ", "CSV", b"x"),
        (b"INSERT INTO t (format) FORMAT CSV\n\n", b"INSERT INTO t (format) ", "CSV", b"\n"),
        (
            b"/* FORMAT A */ INSERT INTO t -- FORMAT B\n FORMAT C\n",
            b"/* FORMAT A */ INSERT INTO t -- FORMAT B\n ",
            "C",
            b"",
        ),
        (b"INSERT INTO t SETTINGS a = 'FORMAT X' FORMAT Y\nz", b"INSERT INTO t SETTINGS a = 'FORMAT X' ", "Y", b"z"),
        (
            b"INSERT INTO FUNCTION file('x.tsv', 'TSV') FORMAT TSV\n1",
            b"INSERT INTO FUNCTION file('x.tsv', 'TSV') ",
            "TSV",
            b"1",
        ),
    ],
)
def test_an_insert_is_parted_from_its_data(text: bytes, head: bytes, input_format: str, data: bytes) -> None:
    statement = read_statement(text)
    assert (text[: statement.head_end], statement.format, text[statement.data_at :]) == (head, input_format, data)


@pytest.mark.parametrize(
    "text",
    [
        b"INSERT INTO t VALUES (1, 'FORMAT TSV')",
        b"INSERT INTO t SELECT 1 FORMAT TSV",
        b"INSERT INTO t WITH 1 AS x SELECT x",
        b"INSERT INTO t FORMAT Values (1)",
        b"INSERT INTO t (a)",
        b"SELECT 1 FORMAT Native",
    ],
)
def test_what_brings_no_data_is_run_whole(text: bytes) -> None:
    assert not read_statement(text).brings_data


@pytest.mark.parametrize(
    ("text", "verb", "output_format"),
    [
        (b"SELECT 1", "SELECT", None),
        (b"SELECT 1 FORMAT JSON", "SELECT", "JSON"),
        (b"SELECT 1\n FORMAT Native;\n-- done", "SELECT", "Native"),
        (b"SELECT 1 FORMAT JSON SETTINGS max_threads = 1", "SELECT", "JSON"),
        (b"SELECT format('{} FORMAT JSON', 'x') AS f", "SELECT", None),
        (b"SELECT a AS format FROM t", "SELECT", None),
        (b"SELECT '-- ' FORMAT JSON /* 'x */", "SELECT", "JSON"),
        (b"(SELECT 1) UNION ALL (SELECT 2) FORMAT CSV", "UNION", "CSV"),
        (b"SELECT $tag$ FORMAT JSON $tag$", "SELECT", None),
        (b"show tables", "SHOW", None),
        (b"", "", None),
        (b"SELECT 'unclosed FORMAT JSON", "SELECT", "JSON"),
    ],
)
def test_verb_and_format_are_read(text: bytes, verb: str, output_format: str | None) -> None:
    statement = read_statement(text)
    assert (statement.verb, statement.format) == (verb, output_format)


def a_body(data: bytes, **headers: str) -> Body:
    message = Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return Body(io.BytesIO(data), message)


def chunked(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


PLAIN = bytes(range(256)) * 5000


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", gzip.compress(PLAIN)),
        ("gzip", gzip.compress(PLAIN[:100]) + gzip.compress(PLAIN[100:])),
        ("deflate", zlib.compress(PLAIN)),
        ("lz4", lz4_frame.compress(PLAIN)),
        ("lz4", lz4_frame.compress(PLAIN[:7]) + lz4_frame.compress(PLAIN[7:])),
        ("identity", PLAIN),
    ],
)
def test_bodies_come_back_as_they_were(encoding: str, data: bytes) -> None:
    sized = a_body(data, Content_Length=str(len(data)), Content_Encoding=encoding)
    assert b"".join(sized) == PLAIN
    pieces = [data[at : at + 1000] for at in range(0, len(data), 1000)]
    in_chunks = a_body(chunked(*pieces), Transfer_Encoding="chunked", Content_Encoding=encoding)
    assert b"".join(in_chunks) == PLAIN


def test_a_body_that_breaks_off_is_an_error_and_never_a_shorter_body() -> None:
    for cut in (chunked(b"abc", b"def")[:-3], chunked(b"abc")[:4], b"zz\r\n"):
        with pytest.raises(BodyCutError):
            list(a_body(cut, Transfer_Encoding="chunked"))
    with pytest.raises(BodyCutError):
        list(a_body(b"abc", Content_Length="4"))
    whole = lz4_frame.compress(PLAIN)
    with pytest.raises(EngineError):
        list(a_body(whole[:-20], Content_Length=str(len(whole) - 20), Content_Encoding="lz4"))
    with pytest.raises(EngineError):
        list(a_body(b"not gzip", Content_Length="8", Content_Encoding="gzip"))
    with pytest.raises(EngineError):
        list(a_body(b"", Content_Encoding="br"))


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("Code: 60. DB::Exception: Table t does not exist. (UNKNOWN_TABLE)", 60, 404),
        ("Code: 62. DB::Exception: Syntax error", 62, 400),
        ("Code: 159. DB::Exception: Timeout exceeded", 159, 408),
        ("Code: 241. DB::Exception: memory limit exceeded", 241, 500),
        ("something else", 1002, 500),
        ("", 1002, 500),
    ],
)
def test_codes_of_the_engine_become_http_statuses(text: str, code: int, status: int) -> None:
    error = engine_error(text)
    assert (error.code, error.status) == (code, status)
    assert error.text.startswith(f"Code: {code}")
