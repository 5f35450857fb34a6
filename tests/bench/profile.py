"""`python -m tests.bench --profile`: where the bot's processor time goes, by package and by function.

The profiler makes every Python call several times slower and none of C's, so read shares and not times.
"""

from __future__ import annotations

import asyncio
import pstats
import signal
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from bot.store import keys
from tests.bench import living
from tests.bench import requests as made
from tests.bench.child import child
from tests.bench.profiled import STATS
from tests.bench.slack_calls import lines
from tests.bench.stage import bot, redis_beside

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.store.redis import Client

    Work = Callable[["Yard", int], Awaitable[None]]

ROOT = Path(__file__).parents[2]
FUNCTIONS = 14
# The first survey loads Google's libraries.
SETTLE = 4.0


class Yard:
    """A profiled bot, and the Redis that it works on."""

    def __init__(self, port: int, secret: str, url: str, redis: Client) -> None:
        self._port, self._secret, self._url, self._redis = port, secret, url, redis
        self._requests, self._next = made.repository(redis), 10**7

    async def withdraw(self, times: int) -> None:
        """Withdraw so many requests, one after the other."""
        undecided = await made.ask(self._requests, self._numbers(times))
        await self._redis.delete(keys.announcements(made.TEAM))
        async with lines(self._port, self._secret, 1) as (line,):
            for request in undecided:
                await line.command(f"withdraw {request.id}", "withdrew")

    async def list(self, times: int) -> None:
        """List one's own requests so often."""
        await made.ask(self._requests, self._numbers(10))
        async with lines(self._port, self._secret, 1) as (line,):
            for _ in range(times):
                await line.command("list", "GK-")

    async def home(self, times: int) -> None:
        """Open Home so often."""
        if not await self._redis.exists(keys.live(made.TEAM)):
            await living.fill(self._redis, 200)
            await self._redis.delete(keys.announcements(made.TEAM))
        async with lines(self._port, self._secret, 1) as (line,):
            for _ in range(times):
                await line.home(made.ADA.user_id)

    async def provision(self, times: int) -> None:
        """Have so many keys made."""
        asked = await made.ask(self._requests, self._numbers(times))
        approved = [await made.approve(self._requests, request) for request in asked]
        await made.wake(self._url, approved)
        await made.until_active(self._requests, approved)

    def _numbers(self, times: int) -> range:
        self._next += times
        return range(self._next - times, self._next)


WORK: dict[str, tuple[Work, int]] = {
    "a withdrawal": (Yard.withdraw, 600),
    "a list": (Yard.list, 600),
    "Home with twenty keys": (Yard.home, 150),
    "a key made": (Yard.provision, 60),
}


async def report(*, quick: bool) -> str:
    """Profile each kind of work in a bot of its own."""
    told = []
    for name, (work, times) in WORK.items():
        number = max(2, times // 10) if quick else times
        told.append(f"{name}, {number} times\n{await _profiled(work, number)}")
    return "\n\n".join(told)


async def _profiled(work: Work, number: int) -> str:
    """Warm up, begin to measure, work, stop the bot, read what it wrote."""
    with tempfile.TemporaryDirectory(prefix="gkb-profile-") as directory:
        path = Path(directory) / "stats"
        async with child("town", "--no-delays", "--no-limits") as town, redis_beside() as (url, redis):
            environment = {**town["environment"], STATS: str(path)}
            async with bot(environment, url, module="tests.bench.profiled") as resident:
                assert resident.process is not None
                yard = Yard(resident.port, environment["SLACK_SIGNING_SECRET"], url, redis)
                await asyncio.sleep(SETTLE)
                await work(yard, 2)
                resident.process.send_signal(signal.SIGUSR1)
                await work(yard, number)
        return table(pstats.Stats(str(path)), number)


def table(stats: pstats.Stats, times: int) -> str:
    """List the packages and the functions in which the time was spent, dearest first."""
    own: dict[tuple[str, int, str], float] = {
        where: numbers[2]
        for where, numbers in stats.stats.items()  # type: ignore[attr-defined]
    }
    whole = sum(own.values())
    packages: Counter[str] = Counter()
    for (path, _, _), seconds in own.items():
        packages[_package(path)] += seconds  # type: ignore[assignment]
    lines = [f"{seconds / whole:6.1%}  {name}" for name, seconds in packages.most_common(FUNCTIONS)]
    lines.append(f"        {whole / times * 1000:.1f} ms each, under the profiler; by function:")
    dearest = sorted(own.items(), key=lambda one: -one[1])[:FUNCTIONS]
    lines += [
        f"{seconds / whole:6.1%}  {_package(path)} {name}:{line}" for (path, line, name), seconds in dearest
    ]
    return "\n".join(lines)


def _package(path: str) -> str:
    """Name the package that a file is of: ours by its folder, others' by theirs, the library as one."""
    parts = Path(path).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1].removesuffix(".py")
    for ours in ("bot", "handlers"):
        if str(ROOT / ours) in path:
            return ours
    return "built in" if path == "~" else "standard library"
