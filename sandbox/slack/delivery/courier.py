"""Deliver parcels on Slack's terms: three seconds for the ack, redelivery for events only."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from sandbox.slack.delivery.transport import NotAcknowledged, Parcel, Retry, Transport
from sandbox.slack.scheduler import Scheduler

if TYPE_CHECKING:
    from sandbox.slack.faults import Faults
    from sandbox.slack.hub import Hub
    from sandbox.slack.traffic import Traffic

REDELIVERY_WAITS = (0.0, 60.0, 300.0)
"""Seconds before the first, second and third redelivery of an event (Slack: Events API)."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a delivery ended; `error` is the word people see, `reason` the one for redelivery."""

    state: Literal["acked", "timeout", "failed"]
    payload: Json | None = None
    error: str = ""
    reason: str = ""
    retry: bool = True


Then = Callable[[Outcome], Awaitable[None]]


@dataclass(slots=True)
class Courier:
    """Send parcels in the background and report how each of them fared."""

    transport: Transport
    traffic: Traffic
    hub: Hub
    faults: Faults
    ack_seconds: float = 3.0
    scale: float = 1.0
    scheduler: Scheduler = field(default_factory=Scheduler)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def send(self, parcel: Parcel, user: str, then: Then | None = None) -> str:
        """Deliver once, never again; `then` gets the outcome. Returns the delivery's id, e.g. d-17."""
        delivery = self._number()

        async def work() -> None:
            outcome = await self.attempt(parcel, delivery, user)
            if then is not None:
                await then(outcome)

        self.scheduler.start(work())
        return delivery

    async def ask(self, parcel: Parcel, user: str) -> Outcome:
        """Deliver once and wait for the outcome."""
        return await self.attempt(parcel, self._number(), user)

    def publish(self, parcel: Parcel, user: str) -> str:
        """Deliver an event, again after 0, 60 and 300 seconds while it is not acknowledged."""
        delivery = self._number()
        self.scheduler.start(self._redeliver(parcel, delivery, user))
        return delivery

    async def attempt(self, parcel: Parcel, delivery: str, user: str, retry: Retry | None = None) -> Outcome:
        """Deliver one time and wait for the ack."""
        started = perf_counter()
        self._report(delivery, user, "sent", 0.0)
        self.traffic.record(
            "slack→bot", parcel.kind, parcel.title, status="sent", request=_shown(parcel, retry)
        )
        outcome = await self._outcome(parcel, retry)
        ms = (perf_counter() - started) * 1000
        self._report(delivery, user, outcome.state, ms)
        status = outcome.error or outcome.state
        title = f"{parcel.title} · {delivery}"
        self.traffic.record("bot→slack", "ack", title, status=status, ms=ms, response=outcome.payload)
        return outcome

    async def _outcome(self, parcel: Parcel, retry: Retry | None) -> Outcome:
        try:
            async with asyncio.timeout(self.ack_seconds):
                await self.faults.slowness()
                payload = await self.transport.send(parcel, retry)
                if self.faults.loses_ack():
                    await asyncio.Event().wait()
        except TimeoutError:
            return Outcome("timeout", error="operation_timeout", reason="http_timeout")
        except NotAcknowledged as refused:
            return Outcome("failed", error="dispatch_failed", reason=refused.reason, retry=refused.retry)
        return Outcome("acked", payload)

    async def _redeliver(self, parcel: Parcel, delivery: str, user: str) -> None:
        retry: Retry | None = None
        if self.faults.doubles_event():
            await self.attempt(parcel, delivery, user)
            retry = Retry(1, "http_timeout")
        outcome = await self.attempt(parcel, delivery, user, retry)
        for number, wait in enumerate(REDELIVERY_WAITS, start=1):
            if outcome.state == "acked" or not outcome.retry:
                return
            await asyncio.sleep(wait * self.scale)
            outcome = await self.attempt(parcel, delivery, user, Retry(number, outcome.reason))

    def _number(self) -> str:
        return f"d-{next(self.numbers)}"

    def _report(self, delivery: str, user: str, state: str, ms: float) -> None:
        self.hub.to(user, {"type": "delivery", "delivery": delivery, "state": state, "ms": round(ms, 1)})


def _shown(parcel: Parcel, retry: Retry | None) -> Json:
    mark = {"retry_attempt": retry.attempt, "retry_reason": retry.reason} if retry else {}
    return {"envelope_id": parcel.envelope_id, **mark, "payload": parcel.payload}
