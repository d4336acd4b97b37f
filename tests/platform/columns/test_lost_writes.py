"""What fails after the last row was read is told, though the engine's library keeps it to itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsError
from siyu.platform.columns.process import running_columns
from tests.faults.small_disk import can_mount, filled, small_disk


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Columns]:
    with running_columns(tmp_path / "columns") as url:
        client = Columns(url)
        yield client
        client.close()


def numbers(columns: Columns) -> list[int]:
    return [row[0] for row in columns.query("SELECT a FROM t ORDER BY a")]


def test_a_write_that_fails_at_the_end_is_an_error(own: Columns) -> None:
    own.command("CREATE TABLE t (a UInt64, CONSTRAINT small CHECK a < 10) ENGINE = MergeTree ORDER BY a")
    own.insert("t", ["a"], [[1]], token="one")
    with pytest.raises(ColumnsError) as caught:
        own.insert("t", ["a"], [[2], [11]], token="two")
    assert caught.value.engine_name == "NOT_ENOUGH_SPACE"
    own.insert("t", ["a"], [[2], [3]], token="three")
    assert numbers(own) == [1, 2, 3]


@pytest.mark.parametrize("size_mb", [200] if can_mount() else [])
def test_a_full_disk_is_an_error_and_a_second_try_is_one_write(size_mb: int) -> None:
    with small_disk(size_mb) as folder, running_columns(folder / "columns") as url:
        columns = Columns(url)
        columns.command(
            "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 1000"
        )
        expected = []
        for number in range(12):
            expected.append(number)
            if number % 3 == 1:
                with filled(folder), pytest.raises(ColumnsError):
                    columns.insert("t", ["a"], [[number]], token=f"t{number}")
            columns.insert("t", ["a"], [[number]], token=f"t{number}")
            columns.insert("t", ["a"], [[number]], token=f"t{number}")
        assert numbers(columns) == expected
        columns.close()
