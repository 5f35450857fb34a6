"""Work on something for as long as nobody else may."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.errors import Unavailable
from bot.store.messages import LEASE

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from bot.store.messages import Messages

RENEW = LEASE.total_seconds() / 3

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def while_held(
    messages: Messages, team_id: str, record_id: str, token: str, work: Coroutine[Any, Any, T]
) -> T:
    """Do the work and keep the lease up meanwhile; raise `Unavailable` when the lease may be somebody else's.

    The work may take longer than the lease lives, for instance when Slack asks for patience.
    """
    working = asyncio.create_task(work)
    keeping = asyncio.create_task(_keep(messages, team_id, record_id, token))
    try:
        await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            log.info("announcement.lease_lost", record=record_id)
            raise Unavailable("Somebody else shows {id} now.", id=record_id)
        return working.result()
    finally:
        for task in (working, keeping):
            task.cancel()
        await asyncio.gather(working, keeping, return_exceptions=True)


async def _keep(messages: Messages, team_id: str, record_id: str, token: str) -> None:
    """Renew the lease until it is lost, or until nobody has said for its whole life that it is held."""
    loop = asyncio.get_running_loop()
    confirmed = loop.time()
    while loop.time() - confirmed < LEASE.total_seconds():
        await asyncio.sleep(RENEW)
        asked = loop.time()
        try:
            if not await messages.keep(team_id, record_id, token):
                return
            confirmed = asked
        except Unavailable:
            continue
