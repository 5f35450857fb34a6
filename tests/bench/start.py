"""Number 6: how long a start takes, and how much memory role `all` holds once every library is loaded."""

from __future__ import annotations

import asyncio
import time

from tests.bench.child import child
from tests.bench.rows import Limit, Row
from tests.bench.stage import bot, redis_beside
from tests.bench.timing import children, median, resident_mib, spread

# The first survey of all projects makes every Google client; it runs at once.
SETTLE = 5.0


async def measure(*, quick: bool) -> list[Row]:
    """Start the bot again and again, with the Redis it brings along and with one that is there already."""
    own: list[float] = []
    given: list[float] = []
    alone: list[float] = []
    both: list[float] = []
    async with child("town") as town, redis_beside() as (url, _):
        for _ in range(1 if quick else 5):
            began = time.perf_counter()
            async with bot(town["environment"]) as resident:
                own.append(time.perf_counter() - began)
                await asyncio.sleep(SETTLE)
                assert resident.process is not None
                pid = resident.process.pid
                alone.append(resident_mib(pid))
                both.append(alone[-1] + sum(map(resident_mib, children(pid))))
            began = time.perf_counter()
            async with bot(town["environment"], url):
                given.append(time.perf_counter() - began)
    return [
        _row("6 start to ready, Redis given", "s", given, 2),
        _row("6 start to ready, embedded Redis", "s", own, 2),
        _row("6 resident, role all", "MiB", alone, 150),
        _row("  with its embedded Redis", "MiB", both, None),
    ]


def _row(number: str, unit: str, values: list[float], most: float | None) -> Row:
    limit = Limit(sense="<=", value=most) if most else None
    return Row(
        number=number, unit=unit, measured=median(values), anchor=None,
        judged=median(values), judged_as=unit, limit=limit, spread=spread(values),
    )  # fmt: skip
