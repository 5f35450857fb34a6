"""Which projects the bot can see, for the patterns of the policy."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.store.redis import Client

# Google: a search shows a new project late, so it is remembered beside what was found.
NEW = keys.projects_made.ttl or timedelta()


class Visible:
    """Written by the workers that look and make, each kind to a key of its own; read by every process."""

    def __init__(self, client: Client, now: Callable[[], datetime]) -> None:
        self._redis, self._now = client, now

    async def put(self, project_ids: Iterable[str]) -> None:
        """Keep what Google listed."""
        with translated():
            await self._redis.set(keys.visible(), json.dumps(sorted(project_ids)), ex=keys.visible.ttl)

    async def add(self, project_id: str) -> None:
        """Keep a project that was made now, whatever Google lists in the next hours."""
        now, key = self._now(), keys.projects_made()
        with translated():
            async with self._redis.pipeline(transaction=True) as both:
                both.zadd(key, {project_id: now.timestamp()})
                both.zremrangebyscore(key, "-inf", (now - NEW).timestamp())
                both.expire(key, NEW)
                await both.execute()

    async def made(self) -> list[str]:
        """Read which were made in the last day."""
        with translated():
            since = (self._now() - NEW).timestamp()
            found: list[Any] = await self._redis.zrangebyscore(keys.projects_made(), since, "+inf")
        return found

    async def get(self) -> list[str] | None:
        """Read what was listed and what was made since, None when nobody has looked for a day."""
        with translated():
            found = await self._redis.get(keys.visible())
        return None if found is None else sorted({*json.loads(found), *await self.made()})
