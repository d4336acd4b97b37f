"""Runs what an analyst wrote: within limits, as it was checked, and in the book before it begins."""

from __future__ import annotations

import json
import math
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from siyu.domain.metrics import service as metrics
from siyu.engines.insight.exports.tables import AnswerTable, TableColumn
from siyu.kernel.actors import Actor
from siyu.kernel.errors import BusyError, SiyuError
from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsError
from siyu.platform.postgres.database import Database
from siyu.platform.table_files import Cell, CellKind

ROWS_MAX: Final = 10_000
SECONDS_MAX: Final = 25
AT_ONCE: Final = 2
"""Statements that run at once in a process: the engine has few slots, and pages wait for them."""
LIMITS: Final = {
    "readonly": "1",
    "max_execution_time": str(SECONDS_MAX),
    "timeout_overflow_mode": "throw",
    "max_rows_to_read": "1000000000",
    "read_overflow_mode": "throw",
    "max_memory_usage": "2000000000",
    "max_result_bytes": "67108864",
    "result_overflow_mode": "throw",
    "max_ast_depth": "500",
    "max_ast_elements": "20000",
    "max_subquery_depth": "40",
    "max_columns_to_read": "500",
    "max_temporary_columns": "2000",
    "allow_introspection_functions": "0",
    "use_query_cache": "0",
}
_WHOLE_MAX = 2**63
_slots = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class SqlAnswer:
    """What a statement found; `is_cut` where there are more rows than are told."""

    table: AnswerTable
    types: Sequence[str]
    is_cut: bool
    seconds: float


def run_statement(database: Database, columns: Columns, zone: ZoneInfo, actor: Actor, text: str) -> SqlAnswer:
    """Runs it, whatever comes of it is in the book. BadStatementError says what is wrong."""
    metrics.require_sql(actor)
    with database.begin() as work:
        run_id = metrics.record_statement(work, actor, text)
    rows: int | None = None
    fault = "unknown"
    try:
        answer = _run(columns, zone, text)
        rows, fault = len(answer.table.rows), ""
        return answer
    except SiyuError as error:
        fault = error.code
        raise
    finally:
        with database.begin() as work:
            metrics.end_statement(work, actor, run_id, rows, fault)


def _run(columns: Columns, zone: ZoneInfo, text: str) -> SqlAnswer:
    from siyu.engines.insight.sql.statements import BadStatementError, runnable  # and with it a parser, slow to load

    query = runnable(text, ROWS_MAX, str(zone), columns.database)
    if not _slots.acquire(blocking=False):
        raise BusyError("Other statements are running; try again in a moment.", retry_after_seconds=5)
    began = time.monotonic()
    try:
        names, types, rows = columns.query_named(query.sql, query.parameters, LIMITS)
    except ColumnsError as error:
        raise BadStatementError(_said(error), reason="engine", engine=error.engine_name) from None
    finally:
        _slots.release()
    shown = rows[:ROWS_MAX]
    cells = [[_cell(value) for value in row] for row in shown]
    kinds = [_kind(type_name, [row[n] for row in cells]) for n, type_name in enumerate(types)]
    for n, kind in enumerate(kinds):
        if kind == "text":
            for row in cells:
                row[n] = None if row[n] is None else str(row[n])
    table = AnswerTable("SQL", [TableColumn(name, name, kind) for name, kind in zip(names, kinds, strict=True)], cells)
    return SqlAnswer(table, list(types), len(rows) > ROWS_MAX, time.monotonic() - began)


def _said(error: ColumnsError) -> str:
    """The engine's own words, for whoever wrote the statement; what is ours alone is taken out."""
    text = re.sub(r"^.*?DB::Exception:\s*", "", error.engine_text, flags=re.DOTALL)
    text = re.split(r"In scope|\(version |: While |for url ", text, maxsplit=1)[0]
    return re.sub(r"\bsiyu_(?:with_(?=\w)|(?=events\b|customers\b))", "", text).strip()[:400]


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | datetime | date):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple | dict):
        return json.dumps(_plain(value), ensure_ascii=False, default=str)
    return str(value)


def _plain(value: Any) -> Any:
    """The same with texts for keys: maps of the engine have days or tuples there."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _kind(type_name: str, values: Sequence[Cell]) -> CellKind:
    told = [value for value in values if value is not None]
    if told and all(isinstance(value, datetime) for value in told):
        return "instant"
    if told and all(isinstance(value, date) and not isinstance(value, datetime) for value in told):
        return "day"
    if told and all(isinstance(value, int) and -_WHOLE_MAX <= value < _WHOLE_MAX for value in told):
        return "whole"
    if told and all(isinstance(value, float) for value in told):
        return "number"
    if not told and re.search(r"\bU?Int(8|16|32|64)\b", type_name):
        return "whole"
    return "text"
