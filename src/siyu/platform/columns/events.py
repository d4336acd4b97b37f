"""Writing events of the log into the columns, whatever their properties look like."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import UNREADABLE_DATA, ColumnsError
from siyu.platform.columns.schema import EVENT_COLUMNS, EVENTS

DEPTH_MAX = 64


class EventRow(NamedTuple):
    """An event as it stands in the log; `properties` is its JSON text, passed on undecoded."""

    position: int
    n: int
    name: str
    event_id: UUID
    profile_id: int
    occurred_at: datetime
    source: str
    properties: str


def insert_events(columns: Columns, rows: Sequence[EventRow], *, token: str | None, table: str = EVENTS) -> None:
    """Insert one batch, all or none, once for each `token` (None: every time).

    JSON that is valid but not to ClickHouse's taste (a number beyond a double, half a surrogate pair, a document a
    thousand levels deep) would keep the batch, and with it the log, waiting for ever; such a batch is cleaned and
    inserted a second time.
    """
    data = dict(zip(EVENT_COLUMNS, zip(*rows, strict=True), strict=True)) if rows else {}
    try:
        columns.insert_columns(table, data, token=token)
    except ColumnsError as error:
        if error.engine_code != UNREADABLE_DATA:
            raise
        cleaned = [clean_document(row.properties) for row in rows]
        columns.insert_columns(table, {**data, "properties": cleaned}, token=token)


def clean_document(text: str) -> str:
    """The same document with what ClickHouse cannot read replaced: numbers without end by null, broken characters by the
    replacement mark, what is nested deeper than 64 levels by null, a text that is no object at all by `{}`."""
    try:
        document = json.loads(text, parse_int=_whole_number, object_pairs_hook=_first_of_each)
    except (ValueError, RecursionError):
        return "{}"
    cleaned = _clean(document, 0)
    return json.dumps(cleaned, ensure_ascii=False) if isinstance(cleaned, dict) else "{}"


def _first_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which the first of two equal names counts, as it does in ClickHouse."""
    first: dict[str, Any] = {}
    for name, value in pairs:
        first.setdefault(name, value)
    return first


def _whole_number(digits: str) -> int | str:
    """Thousands of digits are nobody's number; Python refuses them, and so they stay text."""
    return int(digits) if len(digits) < 1000 else digits


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth >= DEPTH_MAX:
        return None if isinstance(value, (dict, list)) else value
    if isinstance(value, dict):
        return {_clean(key, depth): _clean(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean(each, depth + 1) for each in value]
    return value
