"""Record what went over the wire, for the page's inspector, without credentials."""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.slack.hub import Hub
    from sandbox.slack.tokens import Credentials

KEPT = 1_000
HIDDEN = "…"
TICKET = re.compile(r"(?<=[?&]ticket=)[^&]+")
SECRET_KEYS = frozenset(
    {"token", "authorization", "x-slack-signature", "ticket", "bot_access_token"}
    | {"access_token", "client_secret", "code"}
)

Direction = Literal["slack→bot", "bot→slack"]
Kind = Literal[
    "command", "block_actions", "block_suggestion", "view_submission", "view_closed", "message_action",
    "event", "web_api", "ack", "response_url", "envelope",
]  # fmt: skip


@dataclass(slots=True)
class Traffic:
    """The last thousand exchanges; each new one is also pushed to the open pages."""

    hub: Hub
    clock: Callable[[], float]
    credentials: Credentials
    entries: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))
    count: int = 0

    def record(
        self,
        direction: Direction,
        kind: Kind,
        title: str,
        *,
        status: str,
        ms: float = 0.0,
        request: Any = None,
        response: Any = None,
    ) -> None:
        """Keep one exchange; what is kept no longer changes with the objects it came from."""
        self.count += 1
        entry = {
            "n": self.count,
            "at": self.clock(),
            "direction": direction,
            "kind": kind,
            "title": title,
            "status": status,
            "ms": round(ms, 1),
            "request": self.redacted(request),
            "response": self.redacted(response),
        }
        self.entries.append(entry)
        self.hub.to_all({"type": "traffic", "entry": entry})

    def after(self, number: int) -> list[dict[str, Any]]:
        """Return the entries with a higher number, oldest first."""
        return [entry for entry in self.entries if entry["n"] > number]

    def redacted(self, value: Any) -> Any:
        """Copy a JSON value with credentials shown as an ellipsis."""
        if isinstance(value, dict):
            return {
                key: HIDDEN if key.lower() in SECRET_KEYS and item else self.redacted(item)
                for key, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self.redacted(item) for item in value]
        return self._without_secrets(value) if isinstance(value, str) else value

    def _without_secrets(self, text: str) -> str:
        for secret in self.credentials.all():
            text = text.replace(secret, HIDDEN)
        return TICKET.sub(HIDDEN, text)


def as_text(value: Any) -> str:
    """Write JSON the short way."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
