"""Traces by OpenTelemetry, sent in batches over HTTP. Loaded only where traces are wanted."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import TracebackType

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

import siyu
from siyu.platform.tracing import NO_SPAN, TRACEPARENT, Span, Value, named

EXPORT_SECONDS_MAX = 5
STOP_MILLISECONDS_MAX = 3_000
LINKS_MAX = 32
SPANS_OF_STEP_MAX = 2_000
TENTATIVE = "siyu.step"
WORKED = "siyu.worked"

_propagator = TraceContextTextMapPropagator()


class OtlpTracing:
    """Sends the spans of this process. Of traces that others began the share is kept too: it goes by the trace's id, which is
    the same for all, so that a stranger cannot have everything traced."""

    def __init__(self, url: str, process: str, percent: int) -> None:
        share = TraceIdRatioBased(percent / 100)
        self._provider = TracerProvider(
            sampler=ParentBased(share, remote_parent_sampled=share, remote_parent_not_sampled=ALWAYS_OFF),
            resource=Resource(
                {"service.name": "siyu", "service.version": siyu.__version__, "service.instance.id": process}
            ),
        )
        sending = BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=EXPORT_SECONDS_MAX))
        self._provider.add_span_processor(_StepsThatWorked(sending))
        self._tracer = self._provider.get_tracer("siyu")

    def span(self, name: str, kind: str, parent: str, attributes: dict[str, Value]) -> Span:
        context = _propagator.extract({TRACEPARENT: parent}) if parent else None
        return _OtlpSpan(self._started(name, SpanKind[kind.upper()], context, attributes))

    def step(self, name: str) -> Span:
        return _OtlpSpan(self._started(name, SpanKind.INTERNAL, Context(), {TENTATIVE: True}))

    def statement(self, system: str, sql: str) -> Span:
        if not trace.get_current_span().is_recording():
            return NO_SPAN
        operation, table = named(sql)
        attributes: dict[str, Value] = {"db.system.name": system, "db.operation.name": operation}
        if table:
            attributes["db.collection.name"] = table
        return _OtlpSpan(self._started(f"{operation} {table}".strip(), SpanKind.CLIENT, None, attributes))

    def traceparent(self) -> str:
        carrier: dict[str, str] = {}
        _propagator.inject(carrier)
        return carrier.get(TRACEPARENT, "")

    def follow(self, traceparents: list[str]) -> None:
        current = trace.get_current_span()
        for each in list(dict.fromkeys(traceparents))[:LINKS_MAX]:
            context = trace.get_current_span(_propagator.extract({TRACEPARENT: each})).get_span_context()
            if context.is_valid:
                current.add_link(context)

    def stop(self) -> None:
        self._provider.force_flush(STOP_MILLISECONDS_MAX)
        self._provider.shutdown()

    def _started(
        self, name: str, kind: SpanKind, context: Context | None, attributes: Mapping[str, Value]
    ) -> trace.Span:
        return self._tracer.start_span(
            name,
            context,
            kind,
            {key.replace("__", "."): value for key, value in attributes.items()},
            record_exception=False,
            set_status_on_exception=False,
        )


class _OtlpSpan:
    def __init__(self, told: trace.Span) -> None:
        self._span = told

    def __enter__(self) -> Span:
        self._token = attach(trace.set_span_in_context(self._span))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.fail(kind.__name__)
        detach(self._token)
        self._span.end()

    def tell(self, **attributes: Value) -> None:
        for name, value in attributes.items():
            self._span.set_attribute(name.replace("__", "."), value)

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def fail(self, error_type: str) -> None:
        self._span.set_attribute("error.type", error_type)
        self._span.set_status(Status(StatusCode.ERROR))


class _StepsThatWorked(SpanProcessor):
    """Holds the spans of a step back until it is known whether the step did any work; those of one that did none are dropped."""

    def __init__(self, sending: SpanProcessor) -> None:
        self._sending = sending
        self._held: dict[int, list[ReadableSpan]] = {}
        self._lock = threading.Lock()

    def on_start(self, span: ReadableSpan, parent_context: Context | None = None) -> None:
        del parent_context
        if span.attributes and TENTATIVE in span.attributes and span.context is not None:
            with self._lock:
                self._held[span.context.trace_id] = []

    def on_end(self, span: ReadableSpan) -> None:
        if span.context is None:
            return
        trace_id, attributes = span.context.trace_id, span.attributes or {}
        with self._lock:
            if TENTATIVE in attributes:
                held = [*self._held.pop(trace_id, []), span]
                ready = held if WORKED in attributes or not span.status.is_ok else []
            elif (waiting := self._held.get(trace_id)) is not None:
                if len(waiting) < SPANS_OF_STEP_MAX:
                    waiting.append(span)
                ready = []
            else:
                ready = [span]
        for each in ready:
            self._sending.on_end(each)

    def shutdown(self) -> None:
        self._sending.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._sending.force_flush(timeout_millis)
