"""The engine under load: in parallel, within limits, flat in memory, prompt, and never working for nobody."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsUnavailableError
from tests.platform.columns.servers import a_child, ask, running, until


def test_slow_queries_run_side_by_side(columns: Columns) -> None:
    """They sleep, so that neither the number of processors nor who else uses them matters."""

    def sleep(_: int) -> None:
        columns.query("SELECT sleep(0.4)")

    def seconds_of_four() -> float:
        begun = time.perf_counter()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(sleep, range(4)))
        return time.perf_counter() - begun

    begun = time.perf_counter()
    sleep(0)
    assert time.perf_counter() - begun >= 0.4
    # A busy machine may spoil a try; one after another, four never take less than 1.6 s.
    assert any(seconds_of_four() < 1.1 for _ in range(4))


def test_small_answers_do_not_wait_for_the_network(columns: Columns) -> None:
    columns.query("SELECT 1")
    seconds = []
    for _ in range(60):
        begun = time.perf_counter()
        columns.query("SELECT {n:UInt64}", {"n": 1})
        seconds.append(time.perf_counter() - begun)
    # An answer that waits for the other side's acknowledgement takes 0.04 s, every one of them; a busy machine delays just some.
    assert statistics.quantiles(seconds, n=4)[0] < 0.03


def test_a_large_result_passes_through_flat_memory(tmp_path: Path) -> None:
    with a_child(tmp_path) as child:
        columns = Columns(child.url)
        columns.query("SELECT 1")
        highest = before = child.resident_bytes
        size = 0
        with ask(child.url, "SELECT number, toString(number) FROM numbers(20000000) FORMAT Native") as answer:
            while piece := answer.read(1 << 20):
                size += len(piece)
                highest = max(highest, child.resident_bytes)
        columns.close()
    assert size > 300_000_000
    assert highest - before < 120_000_000, f"{(highest - before) / 1e6:.0f} MB more for {size / 1e6:.0f} MB"


def test_a_result_is_only_made_as_fast_as_it_is_read(columns: Columns, url: str) -> None:
    with ask(url, "SELECT number, 'unread' FROM numbers(1000000000000) FORMAT TSV") as answer:
        assert answer.read(5) == b"0\tunr"
        until(lambda: any("unread" in sql for sql in running(columns)), "it runs")
        assert answer.status == 200
    until(lambda: not any("unread" in sql for sql in running(columns)), "it has stopped")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sum(sipHash64(number)), 'abandoned' FROM numbers(1000000000000)",
        "SELECT sum(sipHash64(number)), 'abandoned' FROM numbers(1000000000000) FORMAT JSON",
        "INSERT INTO FUNCTION null('n UInt64') SELECT number + length('abandoned') FROM numbers(1000000000000)",
    ],
)
def test_a_client_that_leaves_takes_its_query_with_it(columns: Columns, url: str, sql: str) -> None:
    authority = url.split("//")[1].split("/", maxsplit=1)[0]
    user, password = authority.split("@")[0].split(":")
    head = f"POST / HTTP/1.1\r\nHost: x\r\nX-ClickHouse-User: {user}\r\nX-ClickHouse-Key: {password}\r\n"
    client = socket.create_connection(("127.0.0.1", int(authority.rsplit(":", 1)[1])))
    client.sendall(f"{head}Content-Length: {len(sql)}\r\n\r\n{sql}".encode())
    until(lambda: any("abandoned" in text for text in running(columns)), "it runs")
    client.close()
    until(lambda: not any("abandoned" in text for text in running(columns)), "it was killed", within_seconds=10)


def test_too_many_are_refused_and_reserved_slots_stay_free(tmp_path: Path) -> None:
    with a_child(tmp_path, "--slots", "3", "--reserved-slots", "1", "--queue-limit", "1") as child:
        ordinary = Columns(child.url, retry_seconds=0)
        reserved = Columns(child.url, retry_seconds=0, is_reserved=True)
        for each in (ordinary, reserved):
            each.query("SELECT 1")
        slow = "SELECT sum(sipHash64(number)) FROM numbers(1000000000000) SETTINGS max_threads = 1"
        open_ones = []
        for _ in range(3):
            client = socket.create_connection(("127.0.0.1", child.port))
            head = f"X-ClickHouse-User: {ordinary.user}\r\nX-ClickHouse-Key: {ordinary.password}\r\n"
            client.sendall(f"POST / HTTP/1.1\r\n{head}Content-Length: {len(slow)}\r\n\r\n{slow}".encode())
            open_ones.append(client)
        until(lambda: len(running(reserved)) == 2, "two run")

        def refused() -> bool:
            try:
                ordinary.query("SELECT 1", settings={"max_execution_time": 1})
            except ColumnsUnavailableError:
                return True
            return False

        until(refused, "one waits, so the next is refused")
        with ask(child.url, "SELECT 1") as answer:
            assert (answer.status, answer.headers["X-ClickHouse-Exception-Code"]) == (503, "202")
        assert reserved.query("SELECT 2") == [(2,)]
        patient = Columns(child.url, retry_seconds=20)
        answers: list[object] = []
        asking = threading.Thread(target=lambda: answers.append(patient.query("SELECT 3")))
        asking.start()
        for client in open_ones:
            client.close()
        asking.join(20)
        assert answers == [[(3,)]]
        until(lambda: running(reserved) == [], "whoever left, waiting or running, holds no slot")
        for each in (ordinary, reserved, patient):
            each.close()


def test_the_memory_of_all_queries_together_is_bounded(tmp_path: Path) -> None:
    with a_child(tmp_path, "--memory-mb", "600") as child:
        columns = Columns(child.url)
        before = child.resident_bytes
        greedy = "SELECT length(groupArray(number)) FROM numbers(1000000000)"
        with ask(child.url, greedy) as answer:
            assert answer.headers["X-ClickHouse-Exception-Code"] == "241"
        with ask(child.url, greedy, max_memory_usage="0") as answer:
            assert answer.headers["X-ClickHouse-Exception-Code"] == "241"
        assert columns.query("SELECT 1") == [(1,)]
        assert child.resident_bytes - before < 700_000_000
        columns.close()
