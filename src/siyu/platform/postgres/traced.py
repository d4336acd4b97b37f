"""Cursors that tell of their statements in traces; used only where traces are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from siyu.platform.tracing import Span, statement


class TracedCursor(psycopg.Cursor[Any]):
    """psycopg's cursor, each statement in a span; told by operation and table, never by text or values."""

    def execute(self, query: Any, *rest: Any, **more: Any) -> TracedCursor:
        with _told(query):
            super().execute(query, *rest, **more)
        return self

    def executemany(self, query: Any, *rest: Any, **more: Any) -> None:
        with _told(query):
            super().executemany(query, *rest, **more)

    @contextmanager
    def copy(self, statement: Any, *rest: Any, **more: Any) -> Iterator[psycopg.Copy]:
        with _told(statement), super().copy(statement, *rest, **more) as copy:
            yield copy


def _told(query: Any) -> Span:
    return statement("postgresql", query.decode("utf-8", "replace") if isinstance(query, bytes) else str(query))
