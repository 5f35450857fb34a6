"""What is counted, what is left out of traces, and what it is called."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.domain import deciding
from bot.domain.audit import Event
from bot.domain.failure import Failure
from bot.domain.key_request import State
from bot.errors import GoogleError
from bot.telemetry import tracing
from bot.telemetry.metrics import Metrics
from bot.telemetry.otlp import Redacted
from handlers import payload
from tests.support.people import GRACE, HOUR, NOW, active, in_state, pending

KEY = "AI" + "za" + "Sy" + "A" * 33


def happened(minutes: int = 60) -> Event:
    """Something happened some minutes after the request was made."""
    return Event(at=NOW + timedelta(minutes=minutes), by="U0GRACE", verb="approve")


def test_a_decision_is_timed_from_the_request_on() -> None:
    """Whoever waited an hour for a yes is one observation of 3600 s under that outcome."""
    metrics = Metrics()
    asked = pending()

    metrics.moved(None, asked, happened(0))
    metrics.moved(asked, deciding.approve(asked, GRACE, NOW + HOUR), happened(60))

    assert value(metrics, "moves_total", state="pending") == 1
    assert value(metrics, "decision_seconds_sum", outcome="approved") == 3600
    assert value(metrics, "decision_seconds_count", outcome="approved") == 1


def test_a_first_of_two_approvals_is_no_decision() -> None:
    """A move that leaves the state as it is counts nothing."""
    metrics = Metrics()
    asked = pending(approvals_needed=2)

    metrics.moved(asked, deciding.approve(asked, GRACE, NOW + HOUR), happened())

    assert "decision_seconds_count" not in metrics.text().decode()


def test_a_key_made_anew_says_nothing_about_the_time_to_a_key() -> None:
    """The time to a key runs from the approval; a rotation had its approval long ago."""
    metrics = Metrics()
    made = active()
    began = replace(made, state=State.PROVISIONING)

    metrics.moved(began, made, happened(61))
    metrics.moved(replace(began, rotation=2), replace(made, rotation=2), happened(90_000))

    assert value(metrics, "key_seconds_count") == 1
    assert value(metrics, "key_seconds_sum") == 60


def test_a_failure_is_counted_by_what_people_are_told() -> None:
    """The cause is the id of docs/causes.md, once, and not again when it is tried again and lapses."""
    metrics = Metrics()
    failed = replace(in_state(State.FAILED), failure=Failure(cause="billing-disabled", title="No billing"))

    metrics.moved(replace(failed, state=State.PROVISIONING), failed, happened())
    metrics.moved(failed, replace(failed, state=State.LAPSED), happened())

    assert value(metrics, "failures_total", cause="billing-disabled") == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (GoogleError("PERMISSION_DENIED", reason="IAM_PERMISSION_DENIED"), "IAM_PERMISSION_DENIED"),
        (GoogleError("UNAVAILABLE"), "UNAVAILABLE"),
        (GoogleError("UNKNOWN", reason="a sentence with a name in it"), "OTHER"),
        (ValueError("a fault of ours"), "ValueError"),
    ],
)
def test_a_step_is_timed_by_why_it_stopped(error: Exception, reason: str) -> None:
    """A label is one of Google's own words or the kind of an error, never a sentence."""
    metrics = Metrics()

    with pytest.raises(type(error)), metrics.step("mint-key"):
        raise error
    with metrics.step("mint-key"):
        pass

    assert value(metrics, "step_seconds_count", step="mint-key", reason=reason) == 1
    assert value(metrics, "step_seconds_count", step="mint-key", reason="OK") == 1


def test_no_credential_leaves_with_a_trace() -> None:
    """Names, attributes, events and the status of a span pass the redactor; the ids stay as they are."""
    kept = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(Redacted(kept)))

    with provider.get_tracer("test").start_as_current_span(f"call {KEY}") as span:
        span.set_attributes({"who": KEY, "several": ["fine", KEY], "count": 3})
        span.add_event(KEY, {"said": KEY})
        span.record_exception(ValueError(KEY))
        span.set_status(tracing.Status(tracing.StatusCode.ERROR, KEY))

    (sent,) = kept.get_finished_spans()
    assert KEY not in sent.to_json()
    assert sent.context == span.get_span_context()
    assert sent.attributes is not None
    assert sent.attributes["count"] == 3


def test_a_log_line_names_the_trace_it_belongs_to() -> None:
    """Inside a recorded span a line carries its ids, outside none."""
    tracing.record()
    with TracerProvider(shutdown_on_exit=False).get_tracer("test").start_as_current_span("x") as span:
        line = tracing.ids(None, "", {"event": "a.b"})

    assert line["trace_id"] == f"{span.get_span_context().trace_id:032x}"
    assert tracing.ids(None, "", {"event": "a.b"}) == {"event": "a.b"}


@pytest.mark.parametrize(
    ("body", "verb", "request_id"),
    [
        ({"command": "/gemini-key", "text": "Request my-project"}, "/gemini-key request", ""),
        ({"command": "/gemini-key", "text": KEY}, "/gemini-key", ""),
        ({"command": "/gemini-key", "text": ""}, "/gemini-key", ""),
        (
            {"type": "block_actions", "actions": [{"action_id": "deny_request", "value": "GK-7F3K"}]},
            "deny_request",
            "GK-7F3K",
        ),
        ({"type": "block_actions", "actions": [{"action_id": "x", "value": "gk"}]}, "x", ""),
        ({"type": "event_callback", "event": {"type": "app_home_opened"}}, "app_home_opened", ""),
        ({"type": "view_submission", "view": {"callback_id": "gk_request_v1"}}, "gk_request_v1", ""),
        ({"type": "block_suggestion", "action_id": "project"}, "project", ""),
    ],
)
def test_a_payload_is_called_by_slacks_own_ids(body: dict[str, Any], verb: str, request_id: str) -> None:
    """The verb is an id or a word that looks like one; what people typed is no name for anything."""
    assert (payload.verb(body), payload.request(body)) == (verb, request_id)


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    """Read one sample."""
    return metrics.registry.get_sample_value(f"gemini_key_bot_{name}", labels)


def test_what_is_off_is_not_even_loaded() -> None:
    """A bot that nobody watches loads neither Prometheus' client nor an exporter, and opens no span."""
    code = (
        "import sys, bot.serving.role, bot.jobs.worker, handlers.app; from bot.telemetry import tracing; "
        "print(tracing.calling('a') is tracing.arriving('b'), "
        "[m for m in sys.modules if m.startswith(('prometheus_client', 'opentelemetry.exporter'))])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["True", "[]"]
