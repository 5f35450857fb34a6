"""Setups in Redis: checklists that are over when nobody has touched them for a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from pydantic import TypeAdapter
from redis.exceptions import RedisError

from bot.domain.setup import Setup
from bot.store import keys
from bot.store.records import Records, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from docket import Docket

    from bot.store.redis import Client

SET_UP = "set-up"
SHAPE = Shape(json=TypeAdapter(Setup), key=keys.setup, due=keys.setups_due, lives=lambda _: keys.setup.ttl)

log = structlog.get_logger(__name__)


class Setups(Records[Setup]):
    """The repository of setups."""

    def __init__(self, client: Client, nonce: Callable[[], str]) -> None:
        """Use a client and what tells two moves apart."""
        super().__init__(client, nonce, SHAPE)


class SetupQueue:
    """The way to the workers for setups; the sweep finds what is lost."""

    def __init__(self, docket: Docket) -> None:
        """Use an open docket, which sends nothing that it has no function for."""
        self._docket = docket
        docket.register(_elsewhere, names=[SET_UP])

    async def wake(self, setup: Setup) -> None:
        """Have a setup looked at when it is due; never fails."""
        due_at = setup.due_at()
        if due_at is None:
            return
        key = f"{SET_UP}:{setup.team_id}:{setup.id}:{due_at.timestamp():.3f}"
        try:
            await self._docket.add(SET_UP, when=due_at, key=key)(setup.team_id, setup.id)
        except (RedisError, OSError) as error:
            log.warning("wake.lost", setup=setup.id, kind=type(error).__name__)


async def _elsewhere(team_id: str, setup_id: str) -> None:
    """Stand for the task where it is only sent from; a worker puts its own in this place."""
    raise RuntimeError("this runs in a worker, not here")
