"""What every test may have: a real Redis of its own session, emptied before each use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from redis.asyncio import Redis

from bot.store.redis import connect
from tests.support.redis_server import RedisServer, redis_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

# A busy machine is slow at times, which says nothing about the code.
settings.register_profile("busy", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("busy")


@pytest.fixture(scope="session")
def redis_of_session() -> Iterator[RedisServer]:
    """One real server for all tests of this process."""
    with redis_server() as server:
        yield server


@pytest.fixture
async def redis(redis_of_session: RedisServer) -> AsyncIterator[Redis]:
    """A client as the service makes it, to a server without a single key."""
    client = connect(redis_of_session.url)
    assert isinstance(client, Redis)
    await client.flushall()
    await client.script_flush()
    yield client
    await client.aclose()


@pytest.fixture
def redis_url(redis_of_session: RedisServer, redis: Redis) -> str:
    """Where that server is."""
    return redis_of_session.url
