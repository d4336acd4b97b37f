"""ClickHouse's own client, unchanged, against the embedded engine; and what goes over the wire."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, StreamFailureError

from tests.platform.columns.servers import ask

pa: Any = import_module("pyarrow")  # it has no types


def a_client(url: str, *, password: str | None = None, compress: str | bool = "lz4") -> Client:
    parts = urlsplit(url)
    return clickhouse_connect.get_client(
        host=parts.hostname,
        port=parts.port or 0,
        username=parts.username,
        password=password or parts.password or "",
        database=parts.path.strip("/"),
        compress=compress,
        autogenerate_session_id=False,
    )


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    client = a_client(url)
    yield client
    client.close()


@pytest.mark.parametrize("compression", ["lz4", "zstd", "gzip", False])
def test_rows_go_in_and_come_out(url: str, a_table: Callable[[str, str], str], compression: str | bool) -> None:
    table = a_table("rows_in_out", "a UInt64, b String, c Nullable(Float64), d UUID, e Array(String)")
    client = a_client(url, compress=compression)
    rows = [(n, f"行 {n}", None if n % 2 else n / 4, uuid.UUID(int=n), ["x"] * (n % 3)) for n in range(20_000)]
    summary = client.insert(table, rows, ["a", "b", "c", "d", "e"])
    assert summary.written_rows == 20_000
    assert client.query("SELECT * FROM rows_in_out ORDER BY a").result_rows == rows
    client.close()


@pytest.mark.parametrize(
    ("input_format", "data"),
    [
        ("JSONEachRow", '{"a": 1, "b": "中"}\n'),
        ("TSV", "1\t中\n"),
        ("TabSeparatedWithNames", "b\ta\n中\t1\n"),
        ("CSV", '1,"中"\n'),
        ("Values", "(1, '中')"),
    ],
)
def test_text_formats_go_in(client: Client, a_table: Callable[[str, str], str], input_format: str, data: str) -> None:
    table = a_table("texts", "a UInt64, b String")
    client.raw_insert(table, ["a", "b"], data, fmt=input_format)
    assert client.query("SELECT * FROM texts").result_rows == [(1, "中")]


def test_arrow_goes_in_and_out(client: Client, a_table: Callable[[str, str], str]) -> None:
    table = a_table("arrows", "a UInt64, b String")
    numbers = pa.table({"a": pa.array(range(100_000), pa.uint64()), "b": ["x"] * 100_000})
    client.insert_arrow(table, numbers)
    out = client.query_arrow("SELECT a FROM arrows ORDER BY a")
    assert out["a"].to_pylist() == list(range(100_000))


def test_parameters_are_bound_by_type_short_and_long(client: Client) -> None:
    text = "it's \\ a\ttab\nand 中文 `\"{x:String}"
    row = client.query(
        "SELECT {n:UInt64}, {t:String}, {l:Array(String)}", parameters={"n": 2**63, "t": text, "l": [text, ""]}
    ).result_rows
    assert row == [(2**63, text, [text, ""])]
    many = list(range(300_000))  # beyond what fits into a URL: sent as a form
    assert client.query("SELECT sum(arraySum({l:Array(UInt64)}))", parameters={"l": many}).result_rows == [(sum(many),)]


def test_settings_hold_for_one_request_only(client: Client) -> None:
    ask_it = "SELECT getSetting('max_block_size')"
    assert client.query(ask_it, settings={"max_block_size": 77}).result_rows == [(77,)]
    assert client.query(ask_it).result_rows != [(77,)]
    with pytest.raises(DatabaseError) as refused:
        client.query("SELECT 1", settings={"no_such_setting": 1})
    assert refused.value.code == 115


def test_a_small_engine_has_more_than_one_thread_for_a_query(client: Client) -> None:
    explained = client.query(
        "EXPLAIN PIPELINE SELECT sum(number) FROM numbers_mt(100000000)",
        settings={"max_threads": 3, "max_memory_usage": 1000 << 20},
    )
    assert "AggregatingTransform × 3" in "".join(row[0] for row in explained.result_rows)


def test_errors_carry_their_code_and_name(client: Client, a_table: Callable[[str, str], str]) -> None:
    with pytest.raises(DatabaseError) as refused:
        client.query("SELECT * FROM no_such_table")
    assert (refused.value.code, refused.value.name) == (60, "UNKNOWN_TABLE")
    table = a_table("errors", "a UInt64")
    with pytest.raises(DatabaseError) as refused:
        client.raw_insert(table, ["a"], b"12\nthirteen\n", fmt="TSV")
    assert refused.value.code == 27
    assert client.query("SELECT count() FROM errors").result_rows == [(0,)]
    with pytest.raises(DatabaseError) as refused:
        client.query("SELECT sum(sipHash64(number)) FROM numbers(100000000000)", settings={"max_execution_time": 1})
    assert refused.value.code == 159
    with pytest.raises(DatabaseError) as refused:
        client.query(
            "SELECT length(groupArray(number)) FROM numbers(100000000)", settings={"max_memory_usage": 50_000_000}
        )
    assert refused.value.code == 241


def test_an_error_in_the_middle_of_a_result_is_never_a_short_result(client: Client) -> None:
    with pytest.raises(StreamFailureError) as failed:
        client.query("SELECT number, throwIf(number = 3000000) FROM numbers(4000000)").result_rows  # noqa: B018 - reads
    assert failed.value.code == 395


def test_a_wrong_password_or_user_is_refused(url: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        a_client(url, password="wrong")
    assert refused.value.code == 516
    for stranger in (url.replace("siyu:", "root:", 1), url.replace("siyu:", "", 1).replace("//", "//:", 1)):
        with ask(stranger, "SELECT 1") as answer:
            assert answer.status == 403
            assert answer.headers["X-ClickHouse-Exception-Code"] == "516"
            assert b"SELECT" not in answer.read()


def test_get_reads_and_never_writes(url: str) -> None:
    with ask(url, "SELECT 1 + 1", method="GET") as answer:
        assert (answer.status, answer.read()) == (200, b"2\n")
    with ask(url, "CREATE TABLE x (a UInt8) ENGINE = Memory", method="GET") as answer:
        assert (answer.status, answer.headers["X-ClickHouse-Exception-Code"]) == (403, "164")


def test_heads_tell_format_query_and_summary(url: str) -> None:
    with ask(url, "SELECT number FROM numbers(3)", query_id="my-query", default_format="JSON") as answer:
        assert answer.headers["X-ClickHouse-Query-Id"] == "my-query"
        assert answer.headers["X-ClickHouse-Format"] == "JSON"
        assert json.loads(answer.headers["X-ClickHouse-Summary"])["result_rows"] == "3"
        assert json.loads(answer.read())["rows"] == 3
    with ask(url, "SELECT number FROM numbers(1000000) FORMAT TSV") as answer:
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert answer.read().count(b"\n") == 1_000_000
    with ask(url, "SELECT number FROM numbers(200000) FORMAT JSON") as answer:
        assert json.loads(answer.read())["rows"] == 200_000  # in pieces it would be several documents
    with ask(url, "SELECT 1", query_id="a\r\nSet-Cookie: x") as answer:
        assert answer.headers["Set-Cookie"] is None


def test_what_the_engine_does_not_offer_is_refused_in_words(url: str) -> None:
    for arguments in ({"session_id": "s"}, {"a; DROP TABLE t": "1"}):
        with ask(url, "SELECT 1", **arguments) as answer:
            assert answer.status == 400
            assert answer.headers["X-ClickHouse-Exception-Code"] == "36"
    with ask(url, "  ") as answer:
        assert answer.status == 400


def test_statements_without_rows_and_with_are_commands(client: Client, a_table: Callable[[str, str], str]) -> None:
    a_table("commands", "a UInt64")
    client.command("INSERT INTO commands SELECT number FROM numbers(10)")
    client.command("INSERT INTO commands VALUES (10), (11)")
    client.command("ALTER TABLE commands DELETE WHERE a < 5", settings={"mutations_sync": 1})
    assert client.command("SELECT count() FROM commands") == 7
    assert client.command("EXISTS TABLE commands") == 1
    assert client.query("SELECT a FROM commands LIMIT 0").column_names == ("a",)
    assert client.query("SELECT a FROM commands WHERE a > 100").result_rows == []


def test_an_insert_token_counts_once(client: Client, a_table: Callable[[str, str], str]) -> None:
    table = a_table("tokens", "a UInt64")
    for token in ("one", "one", "two", "one"):
        client.insert(table, [[1], [2]], ["a"], settings={"insert_deduplication_token": token})
    assert client.command("SELECT count() FROM tokens") == 4
