"""People as the chat last described them, shared by all processes for a short while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.store.redis import Client


class Profiles:
    """A cache of whatever the front end knows of a person, as its own JSON text."""

    def __init__(self, client: Client) -> None:
        self._redis = client

    async def get(self, team_id: str, user_id: str) -> str | None:
        """Read a profile, if it is still fresh."""
        with translated():
            profile: str | None = await self._redis.get(keys.person(team_id, user_id))
            return profile

    async def put(self, team_id: str, user_id: str, profile: str, fresh_for: timedelta) -> None:
        """Keep a profile for a while."""
        with translated():
            await self._redis.set(keys.person(team_id, user_id), profile, ex=fresh_for)
