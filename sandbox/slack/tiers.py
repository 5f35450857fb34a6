"""Hold the app to Slack's rate limits: tiers per method, one message per second and channel."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.slack.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE = 60.0
TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100
SPECIAL = 600
"""Calls a minute. SPECIAL stands for "hundreds per minute", which Slack does not number."""

CHANNEL_BURST = 5
CHANNEL_RATE = 1.0


def ratelimited(retry_after: float) -> ApiError:
    """Refuse as Slack does: HTTP 429 and whole seconds to wait."""
    seconds = max(1, math.ceil(retry_after))
    return ApiError("ratelimited", status=429, headers={"Retry-After": str(seconds)})


@dataclass(slots=True)
class Bucket:
    """Tokens that refill with time."""

    tokens: float
    at: float


@dataclass(slots=True)
class RateLimits:
    """Count calls per method in a sliding minute and messages per channel in a bucket."""

    clock: Callable[[], float]
    factor: float = 1.0
    calls: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def call(self, method: str, per_minute: int) -> None:
        """Count one call; ApiError ratelimited when the minute is full."""
        now = self.clock()
        recent = self.calls[method]
        while recent and now - recent[0] >= MINUTE:
            recent.popleft()
        if len(recent) >= per_minute * self.factor:
            raise ratelimited(MINUTE - (now - recent[0]))
        recent.append(now)

    def message(self, channel: str) -> None:
        """Count one message; ApiError ratelimited beyond 1/s with a burst of 5 (Slack: chat.postMessage)."""
        now = self.clock()
        burst, rate = CHANNEL_BURST * self.factor, CHANNEL_RATE * self.factor
        bucket = self.buckets.setdefault(channel, Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.tokens < 1:
            raise ratelimited((1 - bucket.tokens) / rate)
        bucket.tokens -= 1
