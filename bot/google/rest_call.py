"""A call over REST, for what Google's gRPC clients do not know."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RestCall:
    """One REST call, made with an API key as whoever holds it, else as the bot."""

    name: str
    method: str
    url: str
    json: object = field(default=None, repr=False)
    key: str = field(default="", repr=False)
