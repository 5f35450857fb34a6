from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

import sandbox
from bot.store.api_tokens import ApiTokens
from tests.support.leaks import leaks
from tests.support.portal import Json, Portal, new_token
from tests.support.slack_side import SlackSide

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

POLICY = Path(sandbox.__file__).parent / "policy.toml"


@dataclass
class House:
    """The workspace with the API switched on, its tokens, and the way in."""

    side: SlackSide
    tokens: ApiTokens
    session: aiohttp.ClientSession
    described: Json

    async def portal(self, **token: Any) -> Portal:
        """Give somebody a new token."""
        text = await new_token(self.tokens, self.side.clock(), **token)
        return self.with_token(text)

    def with_token(self, text: str) -> Portal:
        """Come with whatever looks like a token."""
        return Portal(self.session, self.side.address, self.described, text)


@pytest.fixture
async def house(redis_url: str, redis: Redis) -> AsyncIterator[House]:
    """Open the workspace; whatever a test does, only listed keys are left."""
    async with SlackSide(redis_url, POLICY, api=True) as side, aiohttp.ClientSession() as session:
        async with session.get(f"{side.address}/api/v1/openapi.json") as answer:
            described = await answer.json()
        service = side.service
        yield House(side, ApiTokens(service.redis, service.nonce), session, described)
    assert await leaks(redis) == []
