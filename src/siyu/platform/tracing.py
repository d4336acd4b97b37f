"""Traces: what a request, a step of a loop or a job did, and how long each part took (OpenTelemetry).

Off unless `traces_url` is set; then nothing of OpenTelemetry is loaded, and a span costs a function call. What is told is
names: routes, loops, tables, hosts. Never a value, a path, a parameter, or the text of an error: those may be personal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any, Protocol

Value = str | int | float | bool
TRACEPARENT = "traceparent"

_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_OPERATION = re.compile(r"\s*(?:WITH\b[\s\S]*?\)\s*)?([A-Za-z]+)")
_TABLE = re.compile(
    r"\b(?:FROM|INTO|UPDATE|JOIN|TABLE|COPY)\s+(?:ONLY\s+|IF\s+(?:NOT\s+)?EXISTS\s+)?([a-z_][a-z0-9_.]{0,80})", re.I
)
_STATEMENT_HEAD_MAX = 2_000


class Span(Protocol):
    """A piece of work under way; a context manager. What is raised inside marks it as failed, by its type."""

    def __enter__(self) -> Span: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def tell(self, **attributes: Value) -> None:
        """More of what is known now; dots of a name are written as two underscores."""

    def rename(self, name: str) -> None: ...

    def fail(self, error_type: str) -> None:
        """It went wrong without raising."""


class Tracing(Protocol):
    """Where spans come from."""

    def span(self, name: str, kind: str, parent: str, attributes: dict[str, Value]) -> Span: ...

    def step(self, name: str) -> Span: ...

    def statement(self, system: str, sql: str) -> Span: ...

    def traceparent(self) -> str: ...

    def follow(self, traceparents: list[str]) -> None: ...

    def stop(self) -> None: ...


class _NoSpan:
    """Nothing is traced."""

    def __enter__(self) -> Span:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def tell(self, **attributes: Value) -> None:
        del attributes

    def rename(self, name: str) -> None:
        del name

    def fail(self, error_type: str) -> None:
        del error_type


NO_SPAN: Span = _NoSpan()
_tracing: Tracing | None = None


def configure_traces(url: str, *, process: str, percent: int = 100) -> None:
    """From now on this process sends its spans to `url` (OTLP over HTTP, with its path); with an empty one to nobody."""
    global _tracing  # noqa: PLW0603  # like the logs' configuration, of the whole process
    stop_traces()
    if url:
        from siyu.platform.tracing_otlp import OtlpTracing

        _tracing = OtlpTracing(url, process, percent)


def stop_traces() -> None:
    """Sends what is still waiting, within seconds, and traces no more."""
    global _tracing
    before, _tracing = _tracing, None
    if before is not None:
        before.stop()


def is_tracing() -> bool:
    """Whether this process sends its spans anywhere."""
    return _tracing is not None


def span(name: str, *, kind: str = "internal", parent: str = "", **attributes: Value) -> Span:
    """A piece of work, within the one under way, or within `parent` (W3C traceparent) where a caller told one."""
    if _tracing is None:
        return NO_SPAN
    return _tracing.span(name, kind, parent if _TRACEPARENT.fullmatch(parent) else "", attributes)


def step(name: str) -> Span:
    """One step of a loop. Told only if something `tell`s that it did work: most steps find none."""
    return NO_SPAN if _tracing is None else _tracing.step(name)


def statement(system: str, sql: str) -> Span:
    """A statement sent to a store; only within a span, and told by its operation and its first table."""
    return NO_SPAN if _tracing is None else _tracing.statement(system, sql)


def traceparent() -> str:
    """The span under way, as W3C traceparent; empty where there is none."""
    return "" if _tracing is None else _tracing.traceparent()


def follow(traceparents: list[str]) -> None:
    """The span under way works on what these traces handed in."""
    if _tracing is not None and traceparents:
        _tracing.follow(traceparents)


def traced(name: str, run: Callable[..., None]) -> Callable[..., None]:
    """`run`, each time in a span."""

    @wraps(run)
    def running(*arguments: Any, **named: Any) -> None:
        with span(name):
            run(*arguments, **named)

    return running


def named(sql: str) -> tuple[str, str]:
    """A statement's operation and the first table in it: `("SELECT", "log.events")`. No more of it is ever told."""
    head = sql[:_STATEMENT_HEAD_MAX]
    operation = _OPERATION.match(head)
    table = _TABLE.search(head)
    return (operation[1].upper() if operation else ""), (table[1].lower() if table else "")
