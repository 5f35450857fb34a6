"""Wait for what other processes do, of which nobody is told."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


async def eventually(look: Callable[[], Any], within: float = 60, every: float = 0.03) -> Any:
    """Look (the look may be awaitable) until something is there or the time is over; give the last look."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + within
    while True:
        seen = look()
        seen = await seen if inspect.isawaitable(seen) else seen
        if seen or clock() > deadline:
            return seen
        await asyncio.sleep(every)
