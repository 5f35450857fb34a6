"""Count for Prometheus, in a registry of one's own."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.domain.key_request import State
from bot.errors import GoogleError
from bot.telemetry.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.case import Report
    from bot.domain.audit import Event
    from bot.domain.key_request import KeyRequest

PREFIX: Final = "gemini_key_bot_"
MINUTE, HOUR = 60, 3600
# Acks are promised within milliseconds, Google answers in seconds, people decide in hours.
ACK: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
CALL: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
WORK: Final = (0.5, 1, 2.5, 5, 10, 20, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE)
DECISION: Final = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR)
# A label is one of a few words; whatever does not look like Google's own reasons is not kept apart.
_REASON = re.compile(r"[A-Z][A-Z0-9_]{2,63}")
OTHER: Final = "OTHER"


class Metrics(Watch):
    """Every number that `/metrics` shows; gauges are set when somebody looks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.moves = self._counter("moves", "moves of requests by the state they led to", "state")
        self.failures = self._counter(
            "failures", "requests that failed, by the cause people are told", "cause"
        )
        self.findings = self._counter("findings", "what why-403 found", "cause", "sure")
        self.decision = self._histogram("decision_seconds", "from request to decision", DECISION, "outcome")
        self.key = self._histogram("key_seconds", "from the last approval to a working key", WORK)
        self.steps = self._histogram("step_seconds", "runs of provisioning steps", WORK, "step", "reason")
        self.calls = self._histogram("google_call_seconds", "attempts", CALL, "api", "method", "status")
        self.acks = self._histogram("ack_seconds", "from a payload's arrival to its ack", ACK, "kind")
        self.lag = self._gauge("queue_lag_seconds", "how long the longest overdue record has waited")
        self.overdue = self._gauge("queue_overdue", "records that are due and wait for a worker")
        self.pending = self._gauge("requests_pending", "requests that wait for a decision")
        self.live = self._gauge("keys_live", "requests with a live key")
        self.workspaces = self._gauge("workspaces", "workspaces by how the app stands there", "standing")
        self.worker_age = self._gauge(
            "worker_sweep_age_seconds", "since a worker last swept; -1 when none has"
        )
        self.connections = self._gauge("slack_connections", "open Socket Mode connections")
        self.ready = self._gauge("ready", "1 while /readyz says ready")

    def text(self) -> bytes:
        """Render every number as Prometheus reads it."""
        return generate_latest(self.registry)

    def moved(self, before: KeyRequest | None, after: KeyRequest, event: Event) -> None:
        """Count a move, and how long people and workers took for it."""
        was = before.state if before else None
        if was is after.state:
            return
        self.moves.labels(after.state.value).inc()
        if was is State.PENDING:
            waited = event.at - after.requested_at
            self.decision.labels(after.state.value).observe(waited.total_seconds())
        if after.state is State.ACTIVE and after.rotation == 1 and after.approvals:
            self.key.observe((event.at - after.approvals[-1].at).total_seconds())
        if after.state is State.FAILED and after.failure:
            self.failures.labels(after.failure.cause).inc()

    def called(self, call: str, status: str, seconds: float) -> None:
        """Time one attempt."""
        api, _, method = call.partition("/")
        self.calls.labels(api, method, status).observe(seconds)

    def answered(self, report: Report) -> None:
        """Count findings by cause."""
        for found in report.findings:
            self.findings.labels(found.cause, found.sure.value).inc()

    def acked(self, kind: str, seconds: float) -> None:
        """Time one ack."""
        self.acks.labels(kind).observe(seconds)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one run of a step; `reason` is OK when it reached its state."""
        began, reason = time.monotonic(), "OK"
        try:
            with super().step(name):
                yield
        except BaseException as error:
            reason = _reason(error)
            raise
        finally:
            self.steps.labels(name, reason).observe(time.monotonic() - began)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(PREFIX + name, what, labels, registry=self.registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(PREFIX + name, what, labels, registry=self.registry)

    def _histogram(self, name: str, what: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(PREFIX + name, what, labels, buckets=buckets, registry=self.registry)


def _reason(error: BaseException) -> str:
    """Name why a step stopped: Google's own word, else the kind of error."""
    if not isinstance(error, GoogleError):
        return type(error).__name__
    said = error.reason or error.status
    return said if _REASON.fullmatch(said) else OTHER
