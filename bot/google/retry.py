"""Decide by status and RetryInfo whether a failed call is made again, and when."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import stamina

from bot.errors import GoogleError, OutOfTurn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.google.patience import Patience

T = TypeVar("T")

# Safe because every call of this package may run twice; see each gateway for what makes it so.
AGAIN = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "ABORTED"})
# May be a bug that repeats, so it gets one more chance and no more.
ONCE_MORE = frozenset({"INTERNAL", "UNKNOWN", "CANCELLED"})


class Retry:
    """Make one call until it is answered for good, or its total time is used up."""

    def __init__(self, patience: Patience, *, aborted: bool = True) -> None:
        """Start the clock; without `aborted` an etag race is left to the caller, who reads again first."""
        self._patience = patience
        self._again = AGAIN if aborted else AGAIN - {"ABORTED"}
        self._clock = asyncio.get_running_loop().time
        self._deadline = self._clock() + patience.total
        self._last_chance_used = False
        self._last: GoogleError | None = None

    async def run(self, attempt: Callable[[float], Awaitable[T]], longest: float) -> T:
        """Await `attempt(seconds)`, none longer than `longest`, with jittered back-off between attempts."""
        async for turn in stamina.retry_context(
            on=self._pause,
            attempts=None,
            timeout=None,
            wait_initial=self._patience.first_pause,
            wait_max=self._patience.longest_pause,
            wait_jitter=self._patience.first_pause,
        ):
            with turn:
                if self._last and self._left() <= 0:
                    raise self._last
                return await attempt(min(longest, self._left()))
        raise AssertionError("stamina ends with a result or an error")  # pragma: no cover

    def _left(self) -> float:
        return self._deadline - self._clock()

    def _pause(self, error: Exception) -> bool | float:
        """Give the pause before the next attempt: True is the usual back-off, False is to give up."""
        if not isinstance(error, GoogleError) or error.permanent or not self._worth_it(error):
            return False
        if isinstance(error, OutOfTurn):  # whoever sent the call is put off, and keeps its place
            return False
        self._last = error
        wished = error.retry_after.total_seconds() if error.retry_after else 0.0
        return False if wished >= self._left() else wished or True

    def _worth_it(self, error: GoogleError) -> bool:
        if error.status in ONCE_MORE and not self._last_chance_used:
            self._last_chance_used = True
            return True
        return error.status in self._again
