"""Make keys with the bot's worker and bare, in turn, in one process; says in JSON what each took."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
import uvloop

from bot.cloud_wiring import open_cloud
from bot.jobs.worker import new_worker
from bot.settings import Settings
from bot.store import keys
from bot.wiring import open_service
from tests.bench import requests as made
from tests.bench.bare_google import BareGoogle
from tests.bench.child import say, until_stdin_ends

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.wiring import Service

# Looking costs the processor too, so it is done seldom where the processor is measured.
SELDOM, OFTEN = 0.03, 0.003
SETTLE = 3.0


@dataclass
class Took:
    """Milliseconds per key: of the processor, with several keys at once, and of the clock, one at a time."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


@asynccontextmanager
async def working(service: Service) -> AsyncIterator[None]:
    """Run a worker in this process until the block ends."""
    async with open_cloud(service.settings, turns=service.turns()) as cloud:
        worker = new_worker(service, service.workshop(cloud), cloud)
        async with worker:
            running = asyncio.create_task(worker.run_forever())
            yield
            running.cancel()
            await asyncio.wait([running])


class Bot:
    """Keys by the bot: approved requests, a wake-up each, until the index of live keys has them all."""

    def __init__(self, service: Service) -> None:
        self._service, self._next = service, 0

    @property
    def last(self) -> int:
        """The number of the last request."""
        return self._next - 1

    async def ready(self, number: int, look: float = SELDOM) -> Callable[[], Awaitable[None]]:
        """Have requests approved; returns what makes their keys."""
        numbers = range(self._next, self._next + number)
        self._next = numbers.stop
        asked = await made.ask(self._service.requests, numbers)
        approved = [await made.approve(self._service.requests, request) for request in asked]

        async def make() -> None:
            await asyncio.gather(*(self._service.queue.wake(request) for request in approved))
            while await self._service.redis.zcard(keys.live(made.TEAM)) < numbers.stop:  # noqa: ASYNC110 - Redis
                await asyncio.sleep(look)

        return make


class Bare:
    """Keys by the same calls, bare."""

    def __init__(self, google: BareGoogle) -> None:
        self._google, self._next = google, 0

    async def ready(self, number: int, look: float = SELDOM) -> Callable[[], Awaitable[None]]:
        """Choose names; returns what makes their keys."""
        names = [f"bare-{n}" for n in range(self._next, self._next + number)]
        self._next += number

        async def make() -> None:
            await asyncio.gather(*(self._google.make_key(name, made.TEAM) for name in names))

        return make


async def run(town: str, rounds: int, at_once: int) -> dict[str, Any]:
    """Measure both in turn, after each has made a few keys unmeasured."""
    settings = Settings()
    async with open_service(settings) as service, working(service):
        await asyncio.sleep(SETTLE)  # the first survey loads Google's libraries
        ours = Bot(service)
        await (await ours.ready(3))()
        google = await BareGoogle.open(settings.google)
        bare = Bare(google)
        await (await bare.ready(3))()
        took = {"bot": Took(), "bare": Took()}
        for _ in range(rounds):
            for name, maker in (("bare", bare), ("bot", ours)):
                took[name].cpu.append(await _cpu(maker, at_once))
                took[name].wall.append(await _wall(maker))
        methods = await _calls_of(town, made.spelt(ours.last))
        await google.close()
    return {name: asdict(one) for name, one in took.items()} | {"methods": methods}


async def _cpu(maker: Bot | Bare, at_once: int) -> float:
    make = await maker.ready(at_once)
    began = time.process_time()
    await make()
    return (time.process_time() - began) * 1000 / at_once


async def _wall(maker: Bot | Bare) -> float:
    make = await maker.ready(1, OFTEN)
    began = time.perf_counter()
    await make()
    return (time.perf_counter() - began) * 1000


async def _calls_of(town: str, request_id: str) -> list[str]:
    """Read from the cloud's log which methods one request's key took."""
    async with aiohttp.ClientSession() as session, session.get(f"{town}/google/calls") as answer:
        calls = (await answer.json())["calls"]
    named = [call["method"] for call in calls if call["request_reason"] == request_id]
    return [method.rpartition(".")[2] for method in named]


async def main(town: str, rounds: int, at_once: int) -> None:
    """Measure, say it, wait until the parent lets go."""
    found = await run(town, rounds, at_once)
    say(**found)
    await until_stdin_ends()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("town")
    parser.add_argument("rounds", type=int)
    parser.add_argument("at_once", type=int)
    chosen = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for the result
    uvloop.run(main(chosen.town, chosen.rounds, chosen.at_once))
