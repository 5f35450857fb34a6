from __future__ import annotations

import asyncio
import signal
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from bot.errors import Unavailable
from tests.chaos import invariants
from tests.chaos.lane import Lane
from tests.chaos.servers import Servers, cluster, free_port, with_sentinels
from tests.chaos.tally import ALL, only_full, only_plain
from tests.chaos.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.chaos.tally import Tally
    from tests.chaos.zygote import Zygote

pytestmark = [pytest.mark.chaos, only_plain]

LOAD = 30 if ALL else 6
PAUSE = 10 if ALL else 3


async def through(lane: Lane, trouble: Callable[[], Awaitable[None]]) -> list[str]:
    """Approve a load, make trouble in the middle of it, see every key come and go."""
    asked = [await lane.approved(await lane.submitted()) for _ in range(LOAD)]
    await trouble()
    active = [await lane.until(request, State.ACTIVE, State.FAILED) for request in asked]
    found = [fault for request in active for fault in invariants.google(lane.town.cloud.world, request)]
    found += [f"{r.id} failed: {r.failure}" for r in active if r.state is not State.ACTIVE]
    over = [await lane.until(await lane.expire(request), State.EXPIRED) for request in active]
    found += [fault for request in over for fault in invariants.google(lane.town.cloud.world, request)]
    return [*found, *await invariants.audited(lane.service, over), *await invariants.listed(lane.service)]


async def some_done(lane: Lane, requests: int = 1) -> None:
    """Wait until work is under way."""

    async def begun() -> bool:
        moves = await lane.service.redis.xlen("gk:{T0ACME}:audit")
        return int(moves) > 2 * LOAD + 10 * requests

    await eventually(begun, within=20, every=0.01)


async def test_a_redis_killed_in_the_middle_loses_nothing_acked(zygote: Zygote, tally: Tally) -> None:
    """The server dies under load and comes back with its file: every approved key is made, once."""
    async with Lane(zygote) as lane:
        await lane.bot(door=False)
        server = lane.server
        assert server is not None

        async def restart() -> None:
            await some_done(lane)
            server.kill()
            await asyncio.sleep(1)
            server.start()

        found = await through(lane, restart)
        tally.add("Redis: killed and restarted under load (AOF)", f"{LOAD} requests", found)
        assert found == []


async def test_a_redis_that_hangs_is_waited_for_and_readiness_says_so(zygote: Zygote, tally: Tally) -> None:
    """The server stops answering under load: not ready meanwhile, and everything is done afterwards."""
    async with Lane(zygote) as lane:
        port = free_port()
        await lane.bot(door=False, PORT=str(port))
        assert await eventually(lambda: asyncio.to_thread(ready, port), within=20)
        server = lane.server
        assert server is not None
        assert server._process is not None
        process = server._process
        seen: list[bool] = []

        async def pause() -> None:
            await some_done(lane)
            process.send_signal(signal.SIGSTOP)
            began = time.monotonic()
            while time.monotonic() - began < PAUSE:
                seen.append(await asyncio.to_thread(ready, port))
                await asyncio.sleep(0.5)
            process.send_signal(signal.SIGCONT)

        found = await through(lane, pause)
        found += [] if False in seen else ["readiness said nothing"]
        found += [] if await eventually(lambda: asyncio.to_thread(ready, port), 20) else ["never ready again"]
        tally.add("Redis: no answer under load", f"{PAUSE} s", found)
        assert found == []


def ready(port: int) -> bool:
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{port}/readyz", timeout=4) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


async def test_a_full_redis_refuses_and_recovers(zygote: Zygote, tally: Tally) -> None:
    """Memory is full (noeviction): what cannot be kept is refused, and works with room again."""
    async with Lane(zygote) as lane:
        await lane.bot(door=False)
        kept = await lane.submitted()
        await lane.service.redis.config_set("maxmemory", "1mb")

        with pytest.raises(Unavailable):
            await lane.approved(kept)
        assert (await lane.read(kept)).state is State.PENDING
        await asyncio.sleep(2)
        await lane.service.redis.config_set("maxmemory", "0")
        active = await lane.until(await lane.approved(kept), State.ACTIVE)

        found = invariants.google(lane.town.cloud.world, active)
        found += await invariants.audited(lane.service, [active])
        tally.add("Redis: memory full", "an approval", found)
        assert found == []


@only_full
async def test_a_failover_keeps_what_was_acked(zygote: Zygote, tally: Tally) -> None:
    """The primary dies under load and a Sentinel promotes the replica: every approved key is made, once."""
    async with Servers() as servers:
        url = await with_sentinels(servers)
        primary = next(iter(servers.processes))
        async with Lane(zygote, url=url) as lane:
            await lane.bot(door=False)

            async def die() -> None:
                await some_done(lane)
                servers.processes[primary].kill()
                assert await eventually(lambda: written(lane), within=30, every=0.2)

            found = await through(lane, die)
            tally.add("Redis: primary killed under load, Sentinel", f"{LOAD} requests", found)
            assert found == []


async def written(lane: Lane) -> bool:
    """Whether the record store takes writes."""
    try:
        await lane.service.redis.set("gk:worker", "", ex=60)
    except Exception:  # noqa: BLE001 - the failover is under way, and takes many forms
        return False
    return True


@only_full
async def test_a_cluster_runs_everything_and_survives_killed_workers(zygote: Zygote, tally: Tally) -> None:
    """Three nodes: the whole life, with a worker killed in the middle of it."""
    async with Servers() as servers:
        url = await cluster(servers)
        async with Lane(zygote, url=url) as lane:
            worker = await lane.bot(door=False)

            async def kill() -> None:
                await some_done(lane)
                await worker.kill()
                await lane.bot(door=False)

            found = await through(lane, kill)
            tally.add("Redis: Cluster of three, worker killed", f"{LOAD} requests", found)
            assert found == []
