"""Number 5: what a second worker adds, when Google is what everybody waits for."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import aiohttp

from bot.store import keys
from tests.bench import requests as made
from tests.bench.child import child
from tests.bench.rows import Limit, Row
from tests.bench.stage import bot, redis_beside
from tests.bench.timing import median, spread

if TYPE_CHECKING:
    from bot.store.redis import Client

# Four rounds of the twenty that one worker does at once.
KEYS = 80
# A far Google: enough that two cores, shared with the sandbox and Redis, have time to spare.
LATENCY = 1.0
LOOK = 0.02
WITHIN = 120.0


class Yard:
    """One cloud and one Redis, with as many workers as are wanted."""

    def __init__(self, environment: dict[str, str], url: str, redis: Client) -> None:
        self._environment, self._url, self._redis = environment, url, redis
        self._next = 0

    async def rate(self, workers: int, number: int) -> float:
        """Start workers, let them warm up, and give the keys a second that they make."""
        async with AsyncExitStack() as stack:
            for _ in range(workers):
                await stack.enter_async_context(bot(self._environment, self._url, role="worker"))
            await self._make(20 * workers)
            return number / await self._make(number)

    async def _make(self, number: int) -> float:
        repository, numbers = made.repository(self._redis), range(self._next, self._next + number)
        self._next = numbers.stop
        asked = await made.ask(repository, numbers)
        approved = [await made.approve(repository, request) for request in asked]
        began = time.perf_counter()
        await made.wake(self._url, approved)
        async with asyncio.timeout(WITHIN):
            while await self._redis.zcard(keys.live(made.TEAM)) < numbers.stop:  # noqa: ASYNC110 - Redis
                await asyncio.sleep(LOOK)
        return time.perf_counter() - began


async def measure(*, quick: bool) -> list[Row]:
    """Let one worker and two make the same number of keys, in turn."""
    latency, number, rounds = (0.1, 40, 1) if quick else (LATENCY, KEYS, 2)
    rates = [await _one_and_two(latency, number) for _ in range(rounds)]
    ratios = [two / one for one, two in rates]
    return [
        Row(
            number="5 keys a second, two workers", unit="/s",
            measured=median([two for _, two in rates]), anchor=median([one for one, _ in rates]),
            judged=median(ratios), judged_as="x", limit=Limit(sense=">=", value=1.8), spread=spread(ratios),
            note=f"{number} keys, {latency * 1000:.0f} ms added to each of Google's answers",
        )
    ]  # fmt: skip


async def _one_and_two(latency: float, number: int) -> tuple[float, float]:
    """Compare in a cloud of its own, for Google takes 300 keys in a project."""
    async with child("town", "--no-delays") as town, redis_beside() as (url, redis):
        await _slow_down(town["address"], latency)
        yard = Yard(town["environment"], url, redis)
        return await yard.rate(1, number), await yard.rate(2, number)


async def _slow_down(town: str, seconds: float) -> None:
    fault = {"match": "*", "times": 10**9, "latency_s": seconds}
    url = f"{town}/google/faults"
    async with aiohttp.ClientSession() as session, session.post(url, json=fault) as answer:
        answer.raise_for_status()
