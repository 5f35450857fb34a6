"""Send traces by OTLP; every word in them passes the redactor. Loaded only where traces are wanted."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Status

from bot.domain.redact import redact
from bot.telemetry import tracing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# A collector that is away must not hold up the end of the process for long.
FLUSH_MILLISECONDS = 2_000


class Redacted(SpanExporter):
    """An exporter that takes credentials out of what it is given."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send the spans, redacted."""
        return self._exporter.export([_redacted(span) for span in spans])

    def shutdown(self) -> None:
        """Stop."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = FLUSH_MILLISECONDS) -> bool:
        """Send what waits."""
        return self._exporter.force_flush(timeout_millis)


class Traces:
    """The way of the traces; one for the whole process, because the API knows only one."""

    def __init__(self, role: str, exporter: SpanExporter | None = None) -> None:
        """Start to record; the exporter reads OpenTelemetry's own settings (`OTEL_EXPORTER_OTLP_…`)."""
        called = {SERVICE_NAME: f"gemini-key-bot-{role}", SERVICE_VERSION: version("gemini-key-bot")}
        named = Resource.create(called)
        self._provider = TracerProvider(resource=named, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(Redacted(exporter or OTLPSpanExporter())))
        trace.set_tracer_provider(self._provider)
        tracing.record()

    def stop(self) -> None:
        """Send what waits and stop; it blocks, so call it off the loop."""
        self._provider.force_flush(FLUSH_MILLISECONDS)
        self._provider.shutdown()


def _redacted(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=redact(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_values(span.attributes),
        events=[Event(redact(e.name), _values(e.attributes), e.timestamp) for e in span.events],
        links=[Link(link.context, _values(link.attributes)) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code, span.status.description and redact(span.status.description)),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _values(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: redact(value) if isinstance(value, str) else _each(value)
        for name, value in (attributes or {}).items()
    }


def _each(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [redact(item) if isinstance(item, str) else item for item in value]
    return value
