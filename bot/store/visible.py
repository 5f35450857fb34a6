"""Which projects the bot can see, for the patterns of the policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.redis import Client


class Visible:
    """Written by the worker that looks, read by every process."""

    def __init__(self, client: Client) -> None:
        self._redis = client

    async def put(self, project_ids: Iterable[str]) -> None:
        """Keep what Google listed."""
        with translated():
            await self._redis.set(keys.visible(), json.dumps(sorted(project_ids)), ex=keys.VISIBLE.ttl)

    async def get(self) -> list[str] | None:
        """Read it, None when nobody has looked for a day."""
        with translated():
            found = await self._redis.get(keys.visible())
        return None if found is None else list(json.loads(found))
