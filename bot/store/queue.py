"""The way to the workers: docket, on the same Redis. A job is only a wake-up for a record."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from docket import Docket
from redis.exceptions import RedisError

from bot.domain import calendar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from bot.domain.key_request import KeyRequest

NAME = "gemini-key-bot"
ATTEND = "attend"
# Whatever is due later than this is left to the sweep, which comes by twice as often.
SOON = timedelta(minutes=1)
# After a run that Redis cut short.
AGAIN = timedelta(seconds=5)
# Seconds: somebody's click waits for this.
PATIENCE = 1.0

log = structlog.get_logger(__name__)


class SoonClosed(Docket):
    """A docket that waits only so many seconds for its own tasks to hear of their end.

    In redis-py a lost connection can take the place of that news, and the process would never stop.
    """

    closing = 3.0

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, or say that something stayed open."""
        try:
            async with asyncio.timeout(self.closing):
                await super().__aexit__(kind, error, trace)
        except TimeoutError:
            log.warning("queue.left_open")


def open_docket(url: str) -> SoonClosed:
    """Name the queue on this Redis (docket takes the same URL forms as `bot.store.redis.connect`)."""
    docket = SoonClosed(name=NAME, url=url)
    docket.register(_elsewhere, names=[ATTEND])  # docket sends nothing that it has no function for
    return docket


async def _elsewhere(team_id: str, request_id: str) -> None:
    """Stand for the task where it is only sent from; a worker puts its own in this place."""
    raise RuntimeError(f"{ATTEND} runs in a worker, not here")


class Queue:
    """Sends wake-ups. One request at one due time is one job, however often it is sent."""

    def __init__(self, docket: Docket, now: Callable[[], datetime]) -> None:
        """Use an open docket."""
        self._docket = docket
        self._now = now

    async def wake(self, request: KeyRequest) -> None:
        """Have the request attended to when it is due. A failure is not one: the sweep finds the record."""
        due_at = calendar.due_at(request)
        if due_at is None or due_at > self._now() + SOON:
            return
        await self._send(request.team_id, request.id, due_at)

    async def wake_again(self, team_id: str, request_id: str) -> None:
        """Have a request looked at once more, shortly. A failure is not one, as above."""
        await self._send(team_id, request_id, self._now() + AGAIN)

    async def _send(self, team_id: str, request_id: str, due_at: datetime) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.attend(team_id, request_id, due_at)
        except (RedisError, OSError) as error:  # TimeoutError is an OSError
            log.warning("wake.lost", request=request_id, kind=type(error).__name__)

    async def attend(self, team_id: str, request_id: str, due_at: datetime) -> None:
        """Send one wake-up."""
        key = f"{ATTEND}:{team_id}:{request_id}:{due_at.timestamp():.3f}"
        await self._docket.add(ATTEND, when=due_at, key=key)(team_id, request_id)
