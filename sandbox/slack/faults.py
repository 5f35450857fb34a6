"""Break things on request, a counted number of times."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.errors import ApiError, PageError
from sandbox.slack.tiers import ratelimited

SOCKET_FAULTS = ("abort", "silent", "disconnect")


@dataclass(slots=True)
class Failures:
    """How often a method still answers with which HTTP status and error word."""

    status: int
    times: int
    error: str = "internal_error"


@dataclass(slots=True)
class Faults:
    """The fault knobs of the page; all zero is a healthy Slack."""

    drop_acks: int = 0
    duplicate_events: int = 0
    delay_ms: int = 0
    rate_limit: Counter[str] = field(default_factory=Counter)
    fail: dict[str, Failures] = field(default_factory=dict)

    def set(self, knobs: dict[str, Any]) -> None:
        """Turn the knobs that are named; PageError invalid_fault on a knob that does not exist."""
        for name, value in knobs.items():
            if name in {"drop_acks", "duplicate_events", "delay_ms"}:
                setattr(self, name, int(value))
            elif name == "rate_limit":
                self.rate_limit.update({method: int(times) for method, times in value.items()})
            elif name == "fail":
                self.fail.update({key: Failures(**how) for key, how in value.items()})
            else:
                raise PageError("invalid_fault", knob=name)

    def clear(self) -> None:
        """Make Slack healthy again."""
        self.drop_acks = self.duplicate_events = self.delay_ms = 0
        self.rate_limit.clear()
        self.fail.clear()

    async def slowness(self) -> None:
        """Wait as long as the slow network takes."""
        if self.delay_ms:
            await asyncio.sleep(self.delay_ms / 1000)

    def hit(self, method: str) -> None:
        """Fail this Web API call when a knob says so."""
        if self.rate_limit[method] > 0:
            self.rate_limit[method] -= 1
            raise ratelimited(1)
        failures = self.fail.get(method)
        if failures and failures.times > 0:
            failures.times -= 1
            raise ApiError(failures.error, status=failures.status)

    def loses_ack(self) -> bool:
        """Tell whether this ack gets lost on its way."""
        self.drop_acks, lost = max(0, self.drop_acks - 1), self.drop_acks > 0
        return lost

    def doubles_event(self) -> bool:
        """Tell whether this event is delivered twice."""
        self.duplicate_events, doubled = max(0, self.duplicate_events - 1), self.duplicate_events > 0
        return doubled

    def as_json(self) -> dict[str, Any]:
        """Show how the knobs stand."""
        return {
            "drop_acks": self.drop_acks,
            "duplicate_events": self.duplicate_events,
            "delay_ms": self.delay_ms,
            "rate_limit": dict(self.rate_limit),
            "fail": {key: {"status": how.status, "times": how.times} for key, how in self.fail.items()},
        }
