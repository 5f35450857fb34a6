"""When the payload that is being answered came in: everything before its ack shares Slack's 3 s."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Final

# The rest is for the road, and for saying that it took too long.
LIMIT: Final = 2.4

_arrived: ContextVar[float] = ContextVar("arrived")


def note() -> None:
    """Begin to count, in the task that answers."""
    _arrived.set(asyncio.get_running_loop().time())


def so_far() -> float:
    """Tell how many seconds ago it came in; 0 if nobody has noted it."""
    now = asyncio.get_running_loop().time()
    return now - _arrived.get(now)


def deadline() -> float:
    """Tell by when the work must end, as the loop counts; from now on if nobody has noted the arrival."""
    return _arrived.get(asyncio.get_running_loop().time()) + LIMIT
