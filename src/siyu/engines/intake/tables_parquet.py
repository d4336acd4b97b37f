"""Tables of Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from siyu.engines.intake.tables import (
    BadTableError,
    Row,
    Table,
    TableOptions,
    TableShape,
    checked_header,
    fault_in,
    text_of,
)

ROWS_AT_ONCE = 2_000


def open_parquet(path: Path) -> Table:
    """The file's rows, in stretches: never a whole row group as Python objects. The library takes 60 MB and is loaded here."""
    from pyarrow import ArrowException, parquet  # type: ignore[import-untyped]  # it has no types

    try:
        file = parquet.ParquetFile(path, memory_map=True)
        columns = checked_header(list(file.schema_arrow.names))
    except (ArrowException, OSError, ValueError) as error:
        raise BadTableError("Its Parquet is broken or cut off.", why="bad_parquet") from error
    return Table(TableShape("parquet", TableOptions(), columns), _rows(file, path.stat().st_size))


def _rows(file: Any, size: int) -> Iterator[Row]:
    import pyarrow as pa

    total = max(file.metadata.num_rows, 1)
    number = 0
    try:
        for batch in file.iter_batches(ROWS_AT_ONCE):
            columns = [_values(column, pa) for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                yield _row(number, size * number // total, dict(zip(batch.schema.names, cells, strict=True)))
    except (pa.ArrowException, OSError, ValueError, OverflowError, KeyError) as error:
        raise BadTableError(f"Its Parquet is broken after row {number}.", why="bad_parquet") from error


def _values(column: Any, pa: Any) -> list[Any]:
    """A column's values; nanoseconds are cut off, for Python's instants have none."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return list(column.to_pylist())


def _row(number: int, bytes_read: int, told: dict[str, Any]) -> Row:
    try:
        values = {name: _plain(value) for name, value in told.items() if value is not None}
        cells = {name: text_of(value) for name, value in values.items()}
    except (UnicodeDecodeError, TypeError, ValueError, OverflowError):
        return Row(number, bytes_read, {}, {}, "a cell holds bytes that are no text, or another kind of value")
    return Row(number, bytes_read, cells, values, fault_in(list(cells.values())) or _fault_within(values))


def _plain(value: Any) -> Any:
    """Bytes as the text they hold; lists, structs and maps (lists of pairs) with plain things in them."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, dict):
        return {name: _nested(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_nested(each) for each in value]
    return value


def _nested(value: Any) -> Any:
    plain = _plain(value)
    return plain.isoformat() if isinstance(plain, datetime | date | time) else plain


def _fault_within(values: dict[str, Any]) -> str | None:
    """A NUL that hides in a nested value: there it is escaped."""
    if any("\\u0000" in text_of(value) for value in values.values() if isinstance(value, dict | list)):
        return "a cell holds the character NUL"
    return None
