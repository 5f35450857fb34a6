"""Number 4: lists stay quick and memory small with a million finished requests behind them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bot.domain.key_request import FINISHED
from bot.store import keys
from tests.bench import finished
from tests.bench import requests as made
from tests.bench.rows import Limit, Row
from tests.bench.stage import redis_beside
from tests.bench.timing import median, percentile, spread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.store.redis import Client
    from bot.store.requests import Requests

    Call = Callable[[Requests, int], Awaitable[list[object]]]

MANY, FEW = 1_000_000, 50_000
# Requests that live their whole life through the repository, one for each of the first people.
LIVED = 100
UNDECIDED = 1000
ROUNDS, CALLS = 12, 250
# How Redis packs small hashes: as its own default has it, and as the bot's embedded server is started.
DEFAULT, PACKED = 64, 2048
# A finished request is kept for `RETENTION`, where it is shown for `FADING` of that.
SHARE_SHOWN = keys.FADING / keys.RETENTION


async def measure(*, quick: bool) -> list[Row]:
    """Compare a Redis with many finished requests to one with a hundred, and weigh what they take."""
    number = FEW if quick else MANY
    weighed: list[Row] = []
    for packed, what in ((DEFAULT, "Redis's own settings"), (PACKED, "as embedded")):
        async with redis_beside() as (_, small), redis_beside() as (url, big):
            for redis in (small, big):
                await redis.config_set("appendonly", "no")
                await redis.config_set("hash-max-listpack-value", packed)
                for each in range(LIVED):
                    await finished.live(redis, each)
                await made.ask(made.repository(redis), range(10**8, 10**8 + UNDECIDED))
            audited = await _audit_bytes(big)
            weighed.append(await _weigh(url, big, number, what))
            lists = await _lists(small, big)
    return [*lists, *weighed, _beside("  its audit events, until exported", audited)]


async def _weigh(url: str, redis: Client, number: int, what: str) -> Row:
    """Load copies of finished requests in two portions: records in the index, then where they are shown."""
    path = unquote(url.removeprefix("unix://"))
    start = await _used(redis)
    record = await finished.Copies.of(redis, 0)
    await finished.load(path, record, range(LIVED, LIVED + number))
    await _check(redis, LIVED + number // 2)
    kept = (await _used(redis) - start) / number
    places = await finished.Copies.of_places(redis, 0)
    await finished.load(path, places, range(LIVED, LIVED + number))
    shown = (await _used(redis) - start) / number - kept
    share = kept + shown * SHARE_SHOWN
    return Row(
        number=f"4 memory per finished request, {what}", unit="B", measured=share, anchor=None,
        judged=share, judged_as="B", limit=Limit(sense="<=", value=1024), spread=(kept, kept + shown),
        note=f"{number:,}: record and index {kept:.0f} B; places {shown:.0f} B for {keys.FADING.days} days",
    )  # fmt: skip


async def _check(redis: Client, number: int) -> None:
    """See that a copy reads as a request that its requester can list."""
    name, requester = made.spelt(number), finished.person(number % finished.PEOPLE)
    request = await made.repository(redis).get(made.TEAM, name)
    assert (request.id, request.requester, request.state in FINISHED) == (name, requester, True)
    assert await redis.zscore(keys.mine(made.TEAM, requester.user_id), name) is not None
    lived, copied = [await redis.hgetall(keys.request(made.TEAM, made.spelt(n))) for n in (0, number)]
    assert [(field, len(lived[field])) for field in lived] == [
        (field, len(copied[field])) for field in copied
    ]


async def _lists(small: Client, big: Client) -> list[Row]:
    """Ask both for the same two lists in turn."""

    async def mine(repository: Requests, n: int) -> list[object]:
        return list(await repository.mine(made.TEAM, finished.person(n % LIVED).user_id))

    async def undecided(repository: Requests, n: int) -> list[object]:
        return list(await repository.pending(made.TEAM, offset=n % UNDECIDED // 2))

    return [
        await _list("4 list of one's own, p99", small, big, mine),
        await _list("4 list of the undecided, p99", small, big, undecided),
    ]


async def _list(number: str, small: Client, big: Client, call: Call) -> Row:
    rounds = [(await _p99(small, call), await _p99(big, call)) for _ in range(ROUNDS)]
    ours = [big for _, big in rounds]
    return Row(
        number=number, unit="ms", measured=median(ours), anchor=median([small for small, _ in rounds]),
        judged=median(ours), judged_as="ms", limit=Limit(sense="<=", value=5), spread=spread(ours),
    )  # fmt: skip


async def _p99(redis: Client, call: Call) -> float:
    repository, ms = made.repository(redis), []
    for n in range(CALLS):
        began = time.perf_counter()
        found = await call(repository, n)
        ms.append((time.perf_counter() - began) * 1000)
        assert found
    return percentile(ms, 0.99)


async def _audit_bytes(redis: Client) -> float:
    """Weigh the events of the requests that lived; each of the undecided has one event more."""
    stream = keys.audit(made.TEAM)
    size, events = int(await redis.memory_usage(stream, samples=0) or 0), await redis.xlen(stream)
    return size * (events - UNDECIDED) / events / LIVED


async def _used(redis: Client) -> int:
    return int((await redis.info("memory"))["used_memory"])


def _beside(number: str, value: float) -> Row:
    return Row(
        number=number, unit="B", measured=value, anchor=None, judged=value, judged_as="B", limit=None,
        spread=(value, value),
    )  # fmt: skip
