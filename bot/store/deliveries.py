"""Deliveries that were seen already, so that a captured one cannot be sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from bot.store.redis import Client


class Deliveries:
    """A set of names with a time to live each."""

    def __init__(self, client: Client) -> None:
        self._redis = client

    async def first(self, team_id: str, name: str, seconds: int) -> bool:
        """Tell whether this is the first time, and remember it."""
        with translated():
            return bool(await self._redis.set(keys.once(team_id, name), "1", nx=True, ex=seconds))
