"""Say what a transport does: send one parcel, return the ack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import uuid4

if TYPE_CHECKING:
    from sandbox.slack.traffic import Kind

Json = dict[str, Any]
EnvelopeType = Literal["slash_commands", "interactive", "events_api"]
ANSWERED = frozenset({"command", "view_submission", "block_suggestion"})


@dataclass(frozen=True, slots=True)
class Parcel:
    """One payload on its way to the app."""

    kind: Kind
    title: str
    payload: Json
    envelope_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def envelope_type(self) -> EnvelopeType:
        """Name the kind of Socket Mode envelope."""
        if self.kind == "command":
            return "slash_commands"
        return "events_api" if self.kind == "event" else "interactive"

    @property
    def accepts_response_payload(self) -> bool:
        """Tell whether the ack may carry an answer."""
        return self.kind in ANSWERED


@dataclass(frozen=True, slots=True)
class Retry:
    """The mark of a redelivered event: 1 to 3, and why the delivery before failed."""

    attempt: int
    reason: str


class NotAcknowledged(Exception):  # noqa: N818 - it is an outcome, and Slack's word for it
    """The app did not acknowledge; `reason` is Slack's X-Slack-Retry-Reason word."""

    def __init__(self, reason: str, *, retry: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry


class Transport(Protocol):
    """A way to the app."""

    async def send(self, parcel: Parcel, retry: Retry | None = None) -> Json | None:
        """Deliver and return what the ack carries; NotAcknowledged when the app refuses or is not there."""

    async def start(self) -> None:
        """Get ready."""

    async def stop(self) -> None:
        """Let go of connections."""
