"""People as the chat last described them, and who of them looks at Home; shared by all processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.store.redis import Client


class Profiles:
    """A cache of whatever the front end knows of a person, as its own JSON text."""

    def __init__(self, client: Client) -> None:
        self._redis = client

    async def get(self, team_id: str, user_id: str) -> str | None:
        """Read a profile, if it is still fresh."""
        with translated():
            profile = await self._redis.get(keys.person(team_id, user_id))
        return str(profile) if profile else None

    async def put(self, team_id: str, user_id: str, profile: str, fresh_for: timedelta) -> None:
        """Keep a profile for a while."""
        with translated():
            await self._redis.set(keys.person(team_id, user_id), profile, ex=fresh_for)

    async def watch(self, team_id: str, user_id: str, now: datetime) -> None:
        """Note that a person looked at Home."""
        with translated():
            await self._redis.zadd(keys.watchers(team_id), {user_id: now.timestamp()})

    async def watchers(self, team_id: str, since: datetime) -> set[str]:
        """List who looked at Home lately; earlier lookers are forgotten."""
        key = keys.watchers(team_id)
        with translated():
            await self._redis.zremrangebyscore(key, "-inf", since.timestamp())
            return {str(user_id) for user_id in await self._redis.zrange(key, 0, -1)}
