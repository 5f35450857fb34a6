"""Hold back the calls that Google takes only so often a minute, until it is their turn."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.errors import OutOfTurn
from bot.google import reason

if TYPE_CHECKING:
    from collections.abc import Mapping

# Google: API Keys API, 120 write requests a minute and project of the caller, wherever the keys are.
# Deleting is urgent: a key that must not live does not wait for those that are wanted.
URGENT: Mapping[str, bool] = {
    "ApiKeys/CreateKey": False,
    "ApiKeys/DeleteKey": True,
    "ApiKeys/UndeleteKey": False,
    "ApiKeys/UpdateKey": False,
}
# A job may keep a worker's place so long for its turn; for longer it is put off.
SOON = timedelta(seconds=1)

# The call that this job has a turn for which it has not used.
_unused: ContextVar[str] = ContextVar("google_unused_turn", default="")


class Turns(Protocol):
    """Turns that all workers share."""

    async def take(self, ticket: str, *, urgent: bool) -> timedelta:
        """Take a turn, or a place in the queue under this ticket; tells how long to wait, zero for a turn."""


class Freely:
    """Turns without end."""

    async def take(self, ticket: str, *, urgent: bool) -> timedelta:
        """Give one."""
        return timedelta()


class Turnstile:
    """Every attempt of such a call passes here, and counts; other calls pass uncounted."""

    def __init__(self, turns: Turns, soon: timedelta = SOON) -> None:
        """Wait here for turns that come `soon`."""
        self._turns = turns
        self._soon = soon

    async def passed(self, call: str) -> None:
        """Return when the call may be made; raise `OutOfTurn` when that is not soon."""
        if _unused.get() == call:
            _unused.set("")
            return
        if call in URGENT:
            await self._turn(call)

    async def ahead(self, call: str) -> None:
        """Take the turn before reading whether the call is needed, as readings are counted, too.

        A turn that turns out not to be needed is kept for the job's next such call.
        """
        if _unused.get() != call:
            await self._turn(call)
            _unused.set(call)

    async def _turn(self, call: str) -> None:
        """Queue under the name of the request that the call is for: it keeps its place while put off."""
        ticket, patience = f"{reason.current()}/{call}", self._soon
        while wait := await self._turns.take(ticket, urgent=URGENT[call]):
            if wait > patience:
                raise OutOfTurn(call, wait)
            patience -= wait
            await asyncio.sleep(wait.total_seconds())
