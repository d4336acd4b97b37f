"""`Columns`, the one client."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, StreamFailureError
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from siyu.platform.columns.client import INSERT_ROWS_MAX, Columns
from siyu.platform.columns.errors import ColumnsError, ColumnsUnavailableError
from siyu.platform.columns.native import NotNumbersError, read_arrays
from siyu.platform.columns.troubles import Trouble, trouble_of
from tests.platform.columns.servers import a_child, end_child, running, start_child, until


def test_values_come_back_as_bound(columns: Columns) -> None:
    instant = datetime(2026, 3, 1, 8, 30, 0, 123_000, timezone(timedelta(hours=8)))
    some_id = uuid.UUID(int=7)
    row = columns.query(
        "SELECT {a:DateTime64(3, 'UTC')}, {b:DateTime64(3, 'UTC')}, {c:UUID}, {d:Array(UInt64)}, {e:String}, {f:UInt64}",
        {
            "a": instant,
            "b": instant.replace(microsecond=0),
            "c": some_id,
            "d": np.arange(3),
            "e": "%s {e:String} '",
            "f": np.uint64(2**64 - 1),
        },
    )
    [(a, b, *others)] = row
    assert (a, b) == (instant, instant.replace(microsecond=0))
    assert a.tzinfo is not None
    assert others == [some_id, [0, 1, 2], "%s {e:String} '", 2**64 - 1]


@pytest.mark.parametrize("sql", ["SELECT %(a)s", "SELECT {b:String}", "SELECT 1"])
def test_values_are_never_written_into_the_statement(columns: Columns, sql: str) -> None:
    with pytest.raises(ValueError, match=r"no \{a:Type\}"):
        columns.query(sql, {"a": "x"})
    with pytest.raises(ValueError, match="time zone"):
        columns.query("SELECT {a:DateTime64(3)}", {"a": datetime(2026, 1, 1)})  # noqa: DTZ001 - that is the point


def test_ids_come_as_arrays(columns: Columns) -> None:
    ids = columns.query_column("SELECT number + {from:UInt64} FROM numbers(1000000)", {"from": 5})
    assert ids.dtype == np.uint64
    assert np.array_equal(ids, np.arange(5, 1_000_005, dtype=np.uint64))
    nobody = columns.query_column("SELECT number FROM numbers(0)")
    assert (nobody.dtype, len(nobody)) == (np.dtype(np.uint64), 0)
    assert columns.query_column("SELECT toUInt8(7)", dtype=np.int64).dtype == np.int64


def test_several_columns_come_as_arrays_of_the_types_asked_for(columns: Columns) -> None:
    sql = """SELECT number AS id, toDateTime64(number, 3, 'UTC') AS at, number / 2 AS half, number % 2 = 0 AS even
        FROM numbers({n:UInt64})"""
    dtypes = {"id": np.uint64, "at": np.int64, "half": np.float64, "even": np.bool_}
    found = columns.query_arrays(sql, dtypes, {"n": 100_000})
    assert found["id"][-1] == 99_999
    assert found["at"][2] == 2000
    assert found["half"][3] == 1.5
    assert list(found["even"][:3]) == [True, False, True]
    empty = columns.query_arrays(sql, dtypes, {"n": 0})
    assert {name: (array.dtype, len(array)) for name, array in empty.items()} == {
        name: (np.dtype(dtype), 0) for name, dtype in dtypes.items()
    }
    with pytest.raises(ValueError, match="gives"):
        columns.query_arrays("SELECT 1 AS x", {"y": np.uint64})
    with pytest.raises(NotNumbersError):
        columns.query_column("SELECT 'text'")
    with pytest.raises(ValueError, match="one column"):
        columns.query_column("SELECT 1, 2")


def test_a_cut_block_is_no_array() -> None:
    block = b"\x01\x02\x01a\x06UInt64" + bytes(range(16))
    assert list(read_arrays(block)) == ["a"]
    with pytest.raises(ValueError, match="middle"):
        read_arrays(block[:-1])


def test_an_error_in_the_middle_is_an_error_for_every_way_of_reading(columns: Columns) -> None:
    sql = "SELECT number, throwIf(number = 3000000) AS x FROM numbers(4000000)"
    with pytest.raises(ColumnsError) as failed:
        columns.query(sql)
    assert failed.value.engine_code == 395
    with pytest.raises(ColumnsError) as failed:
        columns.query_arrays(sql, {"number": np.uint64, "x": np.uint8})
    assert failed.value.engine_code == 395
    with pytest.raises(ColumnsError) as failed, columns.stream(sql) as rows:
        for _ in rows:
            pass
    assert failed.value.engine_code == 395


def test_errors_say_code_and_name_but_quote_nothing(columns: Columns) -> None:
    with pytest.raises(ColumnsError) as failed:
        columns.query("SELECT throwIf({phone:String} != '')", {"phone": "13800000000"})
    error = failed.value
    assert (error.code, error.engine_code, error.engine_name) == (
        "columns_error",
        395,
        "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO",
    )
    assert "138" not in str(error)
    assert "395" in str(error)


def test_inserts_by_row_and_by_column(columns: Columns, a_table: Callable[[str, str], str]) -> None:
    table = a_table("inserts", "a UInt64, b String, p JSON(n Nullable(Int64))")
    columns.insert(table, ["a", "b", "p"], [(1, "x", {"n": 1, "k": [1, {"z": "中"}]})])
    columns.insert_columns(table, {"a": np.array([2, 3], np.uint64), "b": ["y", "z"], "p": ['{"n": 5}', "{}"]})
    columns.insert(table, ["a", "b", "p"], [])
    columns.insert_columns(table, {})
    assert columns.query("SELECT a, b, p.n FROM inserts ORDER BY a") == [(1, "x", 1), (2, "y", 5), (3, "z", None)]
    assert columns.query("SELECT p FROM inserts WHERE a = 1") == [({"n": 1, "k": [1, {"z": "中"}]},)]
    with pytest.raises(ValueError, match="same length"):
        columns.insert_columns(table, {"a": [1], "b": []})
    with pytest.raises(ValueError, match="at most"):
        columns.insert_columns(table, {"a": range(INSERT_ROWS_MAX + 1)})


def test_a_token_counts_once_and_inserts_without_one_always(
    columns: Columns, a_table: Callable[[str, str], str]
) -> None:
    table = a_table("tokens", "a UInt64")
    for _ in range(3):
        columns.insert(table, ["a"], [(1,)], token="events:1-2")
        columns.insert(table, ["a"], [(1,)])
    assert columns.query("SELECT count() FROM tokens") == [(4,)]


def test_a_table_of_another_shape_is_noticed(columns: Columns, a_table: Callable[[str, str], str]) -> None:
    table = a_table("shapes", "a UInt64")
    columns.insert(table, ["a"], [(1,)])
    columns.command("DROP TABLE shapes SYNC")
    columns.command("CREATE TABLE shapes (a Array(String)) ENGINE = MergeTree ORDER BY tuple()")
    with pytest.raises(ColumnsError):
        columns.insert(table, ["a"], [(1,)])
    columns.insert(table, ["a"], [(["x"],)])
    assert columns.query("SELECT a FROM shapes") == [(["x"],)]


def test_a_stream_left_early_stops_its_query(columns: Columns) -> None:
    with columns.stream("SELECT number, 'left_early' FROM numbers({n:UInt64})", {"n": 10**12}) as rows:
        assert [next(rows)[0] for _ in range(3)] == [0, 1, 2]
        assert any("left_early" in sql for sql in running(columns))
    until(lambda: not any("left_early" in sql for sql in running(columns)), "the query has stopped")
    with columns.stream("SELECT number FROM numbers(300000)") as rows:
        assert sum(row[0] for row in rows) == sum(range(300_000))


def test_many_threads_share_one_client(columns: Columns, a_table: Callable[[str, str], str]) -> None:
    table = a_table("threads", "a UInt64")

    def work(n: int) -> int:
        columns.insert(table, ["a"], [(n,)], token=f"row:{n}")
        return int(columns.query("SELECT {n:UInt64} + 1", {"n": n})[0][0])

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(work, range(64))) == list(range(1, 65))
    assert columns.query("SELECT count(), uniqExact(a) FROM threads") == [(64, 64)]


def test_an_engine_that_is_away_is_waited_for_and_then_given_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with a_child(tmp_path) as child:
        url, port = child.url, child.port
        columns = Columns(url, retry_seconds=20)
        columns.command("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
    hasty = Columns(url, retry_seconds=0.3)
    with pytest.raises(ColumnsUnavailableError) as away:
        hasty.query("SELECT {phone:String}", {"phone": "13800000000"})
    assert away.value.code == "columns_unavailable"
    assert "138" not in caplog.text  # parameters travel in URLs, and HTTP libraries like to log those
    answers: list[object] = []
    asking = threading.Thread(target=lambda: answers.append(columns.query("SELECT count() FROM t")))
    asking.start()
    child = start_child(tmp_path, port=port)
    try:
        asking.join(20)
        assert answers == [[(0,)]]
    finally:
        end_child(child)
        columns.close()
        hasty.close()


def test_only_what_is_harmless_is_tried_again() -> None:
    def caused(cause: Exception) -> DatabaseError:
        error = DatabaseError("x")
        error.__cause__ = cause
        return error

    assert trouble_of(caused(ProtocolError("reset"))) is Trouble.BROKEN
    assert trouble_of(StreamFailureError("cut")) is Trouble.BROKEN
    assert trouble_of(caused(ReadTimeoutError(None, "/", "slow"))) is Trouble.SLOW  # type: ignore[arg-type]  # a pool is not needed
    assert trouble_of(DatabaseError("x", code=202)) is Trouble.BUSY
    assert trouble_of(DatabaseError("x", code=60)) is Trouble.REFUSED
    assert trouble_of(DatabaseError("x")) is Trouble.REFUSED


def test_the_password_does_not_show() -> None:
    assert "secret" not in repr(Columns("http://siyu:secret@127.0.0.1:1/siyu"))
    for wrong in ("siyu", "ftp://x/y", "http:///x", "http://h/a-b", "http://h/a`b"):
        with pytest.raises(ValueError, match="columns URL"):
            Columns(wrong)
