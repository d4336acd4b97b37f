"""Killed in the middle of inserts, again and again: what was acknowledged is there, and there once."""

from __future__ import annotations

import random
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsError, ColumnsUnavailableError
from tests.platform.columns.servers import a_child, end_child, start_child, until

KILLS = 12
ROWS = 5_000


@pytest.mark.crash
def test_inserts_with_tokens_survive_being_killed_in_the_middle(tmp_path: Path) -> None:
    child = start_child(tmp_path)
    columns = Columns(child.url, retry_seconds=60)
    columns.command(
        "CREATE TABLE t (batch UInt64, n UInt64, text String) ENGINE = MergeTree ORDER BY (batch, n) "
        "SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1"
    )
    acknowledged: list[list[int]] = [[], []]
    read: list[tuple[int, int]] = []
    failures: list[Exception] = []
    is_over = threading.Event()

    def write(writer: int) -> None:
        batch = writer
        try:
            while not is_over.is_set():
                rows = {"batch": [batch] * ROWS, "n": range(ROWS), "text": ["x" * 50] * ROWS}
                columns.insert_columns("t", rows, token=f"batch:{batch}")
                acknowledged[writer].append(batch)
                batch += 2
        except Exception as error:
            failures.append(error)

    def ask() -> None:
        """A reader meanwhile: it waits through the restarts and never sees fewer rows than were acknowledged before."""
        try:
            while not is_over.is_set():
                known = sum(len(each) for each in acknowledged) * ROWS
                read.append((known, columns.query("SELECT count() FROM t")[0][0]))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(0,)), threading.Thread(target=write, args=(1,))]
    threads.append(threading.Thread(target=ask))
    for thread in threads:
        thread.start()
    chance = random.Random(7)

    def count() -> int:
        return sum(len(each) for each in acknowledged)

    def goes_on(known: int) -> bool:
        return count() > known or failures != []

    try:
        for _ in range(KILLS):
            known = count()
            until(partial(goes_on, known), "inserts go on", 60)
            time.sleep(chance.uniform(0, 0.1))  # the moment of the crash, not a wait for anything
            child.process.kill()
            child.process.wait()
            end_child(child)
            child = start_child(tmp_path, port=child.port)
        is_over.set()
        for thread in threads:
            thread.join(60)
        assert failures == []
        batches = sorted(acknowledged[0] + acknowledged[1])
        found = columns.query("SELECT batch, count(), uniqExact(n) FROM t GROUP BY batch ORDER BY batch")
        assert found == [(batch, ROWS, ROWS) for batch in batches]
        assert len(batches) >= KILLS
        assert all(seen >= known for known, seen in read)
        assert read
        with pytest.raises(ColumnsError):
            columns.query("SELECT no_such_column FROM t")
    finally:
        is_over.set()
        columns.close()
        end_child(child)


@pytest.mark.crash
def test_a_result_cut_by_a_crash_is_an_error_and_never_a_short_result(tmp_path: Path) -> None:
    with a_child(tmp_path) as child:
        columns = Columns(child.url, retry_seconds=0.2)

        def read() -> None:
            with columns.stream("SELECT number FROM numbers(100000000)") as rows:
                for row in rows:
                    if row[0] == 100_000:
                        child.process.kill()

        with pytest.raises(ColumnsUnavailableError):
            read()
        with pytest.raises(ColumnsUnavailableError):
            columns.query_column("SELECT number FROM numbers(10)")
        columns.close()
