"""What the service tells about itself while it works; by default nobody listens."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.telemetry import tracing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.case import Report
    from bot.domain.audit import Event
    from bot.domain.key_request import KeyRequest


class Watch:
    """Hear of what happened; this one forgets it, `Metrics` counts it."""

    def moved(self, before: KeyRequest | None, after: KeyRequest, event: Event) -> None:
        """Hear of a move of a request that was written; None before it was made."""

    def called(self, call: str, status: str, seconds: float) -> None:
        """Hear of one attempt of one call to Google (`ApiKeys/GetKey`); `status` is OK or the refusal's."""

    def answered(self, report: Report) -> None:
        """Hear of an answer of why-403."""

    def acked(self, kind: str, seconds: float) -> None:
        """Hear of an ack to a payload of the chat; `kind` is the chat's own word."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Stand around one run of one provisioning step."""
        with tracing.stepping(name):
            yield
