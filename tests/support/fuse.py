"""Kill or pause a worker at an exact point: before or after its n-th side effect."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Killed(BaseException):
    """End a worker where it stands; a BaseException, so that no handler of ours mistakes it for an error."""


class Fuse:
    """Count the points before and after each side effect of one worker."""

    def __init__(self, *, blow_at: int | None = None, pause_at: int | None = None) -> None:
        self.points: list[str] = []
        self._blow_at, self._pause_at = blow_at, pause_at
        self._blown = False
        self.paused = asyncio.Event()
        self.woken = asyncio.Event()

    @asynccontextmanager
    async def effect(self, name: str) -> AsyncIterator[None]:
        """Stand around one side effect."""
        await self._point(f"before {name}")
        yield
        await self._point(f"after {name}")

    async def _point(self, name: str) -> None:
        if self._blown:
            raise Killed(name)
        number = len(self.points)
        self.points.append(name)
        if number == self._blow_at:
            self._blown = True
            raise Killed(name)
        if number == self._pause_at:
            self.paused.set()
            await self.woken.wait()
        await asyncio.sleep(0)
