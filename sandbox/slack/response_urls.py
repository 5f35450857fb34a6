"""Keep response_urls: five uses in thirty minutes (Slack: handling user interaction)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.slack.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.slack.records import Message

LIFETIME = 30 * 60.0
USES = 5


@dataclass(slots=True)
class ResponseUrl:
    """The right to answer one interaction; `source` is the message whose element was used, if any."""

    user: str
    channel: str
    issued: float
    source: Message | None = None
    thread_ts: str | None = None
    uses: int = 0


@dataclass(slots=True)
class ResponseUrls:
    """Issue a response_url with each interaction in a conversation, and count its uses."""

    clock: Callable[[], float]
    address: str = ""
    issued: dict[str, ResponseUrl] = field(default_factory=dict)

    def issue(
        self, user: str, channel: str, source: Message | None = None, thread_ts: str | None = None
    ) -> str:
        """Return a new address on this Slack."""
        key = secrets.token_urlsafe(24)
        self.issued[key] = ResponseUrl(user, channel, self.clock(), source, thread_ts)
        return f"{self.address}/response/{key}"

    def use(self, key: str) -> ResponseUrl:
        """Count one use; ApiError (HTTP 404) used_url, expired_url, or no_such_url."""
        url = self.issued.get(key)
        if url is None:
            raise ApiError("no_such_url", status=404)
        if self.clock() - url.issued > LIFETIME:
            raise ApiError("expired_url", status=404)
        if url.uses >= USES:
            raise ApiError("used_url", status=404)
        url.uses += 1
        return url
