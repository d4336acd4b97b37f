"""Asks the columns who matches a definition."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from siyu.domain.segments.contracts import Condition, Ids
from siyu.engines.audience.compile import members_query, preview_query
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns

SAMPLE_SIZE = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """How many of all customers match as of an instant, and who the newest of them are."""

    count: int
    total: int
    sample_ids: Sequence[int]
    elapsed_ms: int


def members(columns: Columns, condition: Condition, as_of: datetime, scope: Scope | None = None) -> Ids:
    """The ids of all who match, ascending."""
    query = members_query(condition, as_of, scope or Scope())
    return np.sort(columns.query_column(query.sql, query.parameters))


def preview(columns: Columns, condition: Condition, as_of: datetime, scope: Scope) -> Preview:
    """What an operator sees while designing: only customers in their scope count."""
    query = preview_query(condition, as_of, scope, SAMPLE_SIZE)
    started = time.perf_counter()
    ((count, total, sample_ids),) = columns.query(query.sql, query.parameters)
    return Preview(count, total, sample_ids, milliseconds_since(started))


def milliseconds_since(started: float) -> int:
    """Whole milliseconds since `time.perf_counter()` was `started`."""
    return round((time.perf_counter() - started) * 1000)
