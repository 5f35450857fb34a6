"""Let few browsers finish an installation at a time: each costs a key in Redis and a call with our secret."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from bot.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE: Final = 4
# Anybody may come back from Slack; people who install are few.
A_MINUTE: Final = 30
MINUTE: Final = 60.0


class Crowded(Conflict):
    """Say that somebody has to come again."""


class Throttle:
    """Counts what this process lets in."""

    def __init__(self) -> None:
        """Begin with none."""
        self._inside = 0
        self._begun: deque[float] = deque()

    @contextmanager
    def one(self, begin_again: str) -> Iterator[None]:
        """Let one in, or raise `Crowded`, which names the page to begin again from."""
        now = asyncio.get_running_loop().time()
        while self._begun and self._begun[0] <= now - MINUTE:
            self._begun.popleft()
        if self._inside >= AT_ONCE or len(self._begun) >= A_MINUTE:
            raise Crowded(
                "Too many people are installing the app right now. Begin again in a minute: {path}",
                path=begin_again,
            )
        self._begun.append(now)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
