"""Wait for what takes Google a while: long-running operations, and changes that spread slowly."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, TypeVar

from bot.errors import GoogleError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.google.patience import Patience

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Operation:
    """A long-running operation that has not failed; the response may hold a key and is never shown."""

    name: str
    done: bool
    response: Any = field(default=None, repr=False)


async def finished(
    call: str,
    name: str,
    read: Callable[[str], Awaitable[Operation]],
    patience: Patience,
    *,
    at_once: bool = False,
) -> Operation:
    """Read an operation until it is done; a failed one and one that outlasts our patience raise.

    An answer that did not come is no end of the operation: it is asked again. `at_once` leaves out the pause
    before the first reading.
    """
    async for _ in _turns(patience.operation, patience, at_once=at_once):
        try:
            operation = await read(name)
        except GoogleError as error:
            if error.finished or error.permanent:
                raise
        else:
            if operation.done:
                return operation
    raise GoogleError(
        "DEADLINE_EXCEEDED", f"{name} is still running after {patience.operation:.0f} s.", call=call, http=504
    )


async def settled(
    make: Callable[[], Awaitable[T]],
    passes: Callable[[GoogleError], bool],
    seconds: float,
    patience: Patience,
) -> T:
    """Make a call again while it is refused in a way that passes by itself; in the end raise it, for now."""
    try:
        return await make()
    except GoogleError as error:
        if not passes(error):
            raise
        refusal = error
    async for _ in _turns(seconds, patience):
        try:
            return await make()
        except GoogleError as error:
            if not passes(error):
                raise
            refusal = error
    raise refusal.for_now()


async def _turns(seconds: float, patience: Patience, *, at_once: bool = False) -> AsyncIterator[None]:
    """Pause, yield, pause longer, yield, and so on; the last turn is when the time is over."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    for pause in chain((0.0,) if at_once else (), patience.polls, repeat(patience.polls[-1])):
        left = deadline - clock()
        if left <= 0:
            return
        await asyncio.sleep(min(pause, left))
        yield
