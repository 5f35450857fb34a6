"""Tokens of the HTTP API in Redis: their digests, how often each was used lately, and when last."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from bot.domain.api_token import ApiToken
from bot.errors import NotFound
from bot.store import keys
from bot.store.records import Records, Shape
from bot.store.redis import translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.api_token import Scope
    from bot.store.redis import Client

# The longest token lives 366 days, so its record, written once and once more when revoked, outlives it.
SHAPE = Shape(
    json=TypeAdapter(ApiToken),
    key=keys.api_token,
    due=keys.api_tokens,
    lives=lambda _: keys.RETENTION,
)


class ApiTokens(Records[ApiToken]):
    """The repository of tokens; their list is the index by end."""

    def __init__(self, client: Client, nonce: Callable[[], str]) -> None:
        """Use a client and what tells two moves apart."""
        super().__init__(client, nonce, SHAPE)

    async def listed(self, team_id: str) -> list[ApiToken]:
        """List every token that was not revoked, what ends first in front."""
        with translated():
            found = [str(token_id) for token_id in await self._redis.zrange(keys.api_tokens(team_id), 0, -1)]
        tokens = []
        for token_id in found:
            with suppress(NotFound):  # retention has taken it
                tokens.append(await self.get(team_id, token_id))
        return tokens

    async def tidy(self, team_id: str, now: datetime) -> None:
        """Take out of the list what retention has taken."""
        with translated():
            before = (now - keys.RETENTION).timestamp()
            await self._redis.zremrangebyscore(keys.api_tokens(team_id), "-inf", before)

    async def used(self, token: ApiToken, scope: Scope, now: datetime) -> int:
        """Note a use of one scope; returns how many there were in this minute."""
        minute = keys.api_uses(token.team_id, f"{token.name}:{scope}:{int(now.timestamp()) // 60}")
        with translated():
            pipeline: Any = self._redis.pipeline(transaction=False)
            pipeline.incr(minute)
            pipeline.expire(minute, keys.api_uses.ttl)
            pipeline.set(
                keys.api_last_use(token.team_id, token.name), now.isoformat(), ex=keys.api_last_use.ttl
            )
            count, *_ = await pipeline.execute()
        return int(count)

    async def last_use(self, token: ApiToken) -> datetime | None:
        """Read when it was used last, None when never."""
        with translated():
            found = await self._redis.get(keys.api_last_use(token.team_id, token.name))
        return datetime.fromisoformat(str(found)) if found else None
