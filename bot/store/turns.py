"""Turns at what Google counts by the minute, shared by all workers and given in a fair order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import keys
from bot.store.redis import script, translated

if TYPE_CHECKING:
    from bot.store.redis import Client

KEY_WRITES = "apikeys-writes"
# A call is on the road for a while, so Google may count two closer together than they were sent.
ON_THE_ROAD = timedelta(seconds=1)
# Every so many-th turn is given to urgent calls only: a leaked key does not wait for a storm of new ones.
RESERVED = 10
QUEUE_SECONDS = keys.turns_queued.seconds


class Turns:
    """A window that slides over Google's minute; the script decides, by Redis's clock."""

    def __init__(self, client: Client, most: int, minute: timedelta) -> None:
        """Give at most so many turns in any minute."""
        self._most = most
        self._window = minute + ON_THE_ROAD
        self._turn = script(client, "turn")

    async def take(self, ticket: str, *, urgent: bool) -> timedelta:
        """Take a turn, or a place in the queue under this ticket; tells how long to wait, zero for a turn."""
        with translated():
            waiting = await self._turn(
                keys=[
                    keys.turns_given(KEY_WRITES),
                    keys.turns_queued(KEY_WRITES),
                    keys.turns_kept(KEY_WRITES),
                ],
                args=[
                    ticket,
                    int(urgent),
                    self._most,
                    int(self._window.total_seconds() * 1000),
                    self._most // RESERVED,
                    QUEUE_SECONDS,
                ],
            )
        return timedelta(milliseconds=int(waiting))
