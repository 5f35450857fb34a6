"""Dozens of workspaces wait on Redis at once, and who runs the bot hears when no connection is left."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.errors import Unavailable
from bot.store import keys
from bot.store.announcements import Announcements
from bot.store.redis import connect

if TYPE_CHECKING:
    from redis.asyncio import Redis

WORKSPACES = 120
LONG = timedelta(seconds=60)


async def blocked(redis: Redis, readers: int) -> None:
    """Wait until so many wait."""
    async with asyncio.timeout(20):
        while (await redis.info("clients"))["blocked_clients"] < readers:  # noqa: ASYNC110 - in Redis
            await asyncio.sleep(0.01)


async def test_more_workspaces_wait_than_redis_py_has_connections(redis: Redis, redis_url: str) -> None:
    """Every reader waits on a connection of its own, beyond the hundred of a client that nobody limited."""
    async with AsyncExitStack() as stack:
        patient = await stack.enter_async_context(connect(redis_url, patient=True))
        streams = [Announcements(patient, f"T{n}", "reader") for n in range(WORKSPACES)]
        await asyncio.gather(*(stream.open() for stream in streams))
        reading = [asyncio.create_task(stream.read(LONG)) for stream in streams]
        await blocked(redis, WORKSPACES)
        for n in range(WORKSPACES):
            await redis.xadd(keys.announcements(f"T{n}"), {"request": f"GK-{n}"})

        said = await asyncio.gather(*reading)

    assert [request for ((_, request),) in said] == [f"GK-{n}" for n in range(WORKSPACES)]


async def test_a_pool_that_is_used_up_is_logged(redis: Redis, redis_url: str) -> None:
    """Whoever asked hears that the memory is away; the log says which limit it was."""
    async with connect(f"{redis_url}?max_connections=1", patient=True) as patient:
        first, second = (Announcements(patient, team_id, "reader") for team_id in ("T1", "T2"))
        await first.open()
        waiting = asyncio.create_task(first.read(LONG))
        await blocked(redis, 1)
        with capture_logs() as logged, pytest.raises(Unavailable):
            await second.open()

        assert "redis.connections_used_up" in {line["event"] for line in logged}
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
