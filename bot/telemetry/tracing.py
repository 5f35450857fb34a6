"""One trace from a click in the chat to Google's answer; without an exporter a span is a no-op."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from opentelemetry import context, trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from bot.errors import BotError, GoogleError

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from opentelemetry.context import Context
    from opentelemetry.trace import Span

_NOTHING = nullcontext()
_TRACER = trace.get_tracer("gemini-key-bot")


class _Switch:
    """Whether anybody records."""

    on = False


_SWITCH = _Switch()


def record() -> None:
    """Begin to record; before that nothing here does a thing, for a span that goes nowhere costs time too."""
    _SWITCH.on = True


def arriving(kind: str) -> AbstractContextManager[None]:
    """Span a payload of the chat; it is `named` once it has been read."""
    return _span(kind, SpanKind.SERVER) if _SWITCH.on else _NOTHING


def named(verb: str, **attributes: str) -> None:
    """Name the span that is open now by what somebody wants."""
    if not _SWITCH.on:
        return
    span = trace.get_current_span()
    span.update_name(verb)
    span.set_attributes({name: value for name, value in attributes.items() if value})


def working(task: str, sent_from: Context | None, **attributes: str) -> AbstractContextManager[None]:
    """Span a job as a part of the trace that sent it.

    docket's own span only links to the sender's: a trace would end where the queue begins.
    """
    return _continued(task, sent_from, **attributes) if _SWITCH.on else _NOTHING


def stepping(name: str) -> AbstractContextManager[None]:
    """Span one run of a provisioning step."""
    return _span(name, SpanKind.INTERNAL) if _SWITCH.on else _NOTHING


def calling(call: str) -> AbstractContextManager[None]:
    """Span one attempt of one call to Google."""
    return _span(call, SpanKind.CLIENT) if _SWITCH.on else _NOTHING


@contextmanager
def _continued(task: str, sent_from: Context | None, **attributes: str) -> Iterator[None]:
    token = context.attach(sent_from) if sent_from is not None else None
    try:
        with _span(task, SpanKind.CONSUMER, **attributes):
            yield
    finally:
        if token is not None:
            context.detach(token)


@contextmanager
def _span(name: str, kind: SpanKind, **attributes: str) -> Iterator[None]:
    # Not recorded as exceptions: those carry whole stack traces and what the libraries put into their words.
    with _TRACER.start_as_current_span(
        name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except BaseException as error:
            _mark(span, error)
            raise


def _mark(span: Span, error: BaseException) -> None:
    """Say why, in words that hold nobody's text."""
    kind = (
        f"{error.status} {error.reason}".strip() if isinstance(error, GoogleError) else type(error).__name__
    )
    span.set_attribute("error.type", kind)
    if not isinstance(error, BotError) or isinstance(error, GoogleError):
        span.set_status(Status(StatusCode.ERROR, kind))


def ids(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the ids of the open trace on a log line, when it is recorded."""
    if not _SWITCH.on:
        return event
    span = trace.get_current_span()
    if span.is_recording():
        found = span.get_span_context()
        event["trace_id"] = trace.format_trace_id(found.trace_id)
        event["span_id"] = trace.format_span_id(found.span_id)
    return event
