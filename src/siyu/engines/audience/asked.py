"""Asking about some customers: their profiles stand in a table of the columns for the length of the question, never in its SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from siyu.domain.segments.contracts import Ids
from siyu.engines.audience.scans import Reach
from siyu.kernel.ids import IdSource, SystemIds
from siyu.platform.columns.client import INSERT_ROWS_MAX, Columns
from siyu.platform.columns.schema import PROFILE_CUSTOMER

PREFIX = "asked_"
LEFT_SECONDS = 86_400


@contextmanager
def asked_about(columns: Columns, whom: Ids | None, upto: int | None, ids: IdSource | None = None) -> Iterator[Reach]:
    """What a question has to look at, for everybody where `whom` is None."""
    is_cluster = bool(columns.cluster)
    if whom is None:
        yield Reach("", upto, is_cluster)
        return
    table = f"{PREFIX}{(ids or SystemIds()).new_id().hex}"
    columns.command(f"CREATE TABLE {table} (profile_id UInt64) ENGINE = Memory", may_repeat=False)
    try:
        for start in range(0, len(whom), INSERT_ROWS_MAX):
            columns.insert_columns(table, {"profile_id": whom[start : start + INSERT_ROWS_MAX]})
        columns.command(
            f"INSERT INTO {table} SELECT profile_id FROM {PROFILE_CUSTOMER} FINAL"  # noqa: S608
            f" WHERE customer_id {'GLOBAL ' if is_cluster else ''}IN (SELECT profile_id FROM {table})"
        )
        yield Reach(table, upto, is_cluster)
    finally:
        columns.command(f"DROP TABLE IF EXISTS {table} SYNC", may_repeat=True)


def drop_left(columns: Columns) -> None:
    """Takes away tables of questions whose asker died."""
    left = columns.query(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, {prefix:String})"
        " AND metadata_modification_time < now() - {seconds:UInt32}",
        {"prefix": PREFIX, "seconds": LEFT_SECONDS},
    )
    for (name,) in left:
        columns.command(f"DROP TABLE IF EXISTS {name} SYNC", may_repeat=True)
