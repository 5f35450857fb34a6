"""Read the numbers that stand in Redis when somebody looks at `/metrics`."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from bot.errors import Unavailable
from bot.serving import installed
from bot.store import keys
from bot.store.installations import Installations
from bot.store.redis import translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.telemetry.metrics import Metrics
    from bot.wiring import Service

PROMETHEUS_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
# A scrape waits for this; numbers of Redis that come later are those of the last scrape.
PATIENCE: Final = 2.0


async def numbers(service: Service, metrics: Metrics, *, ready: bool, connections: int) -> bytes:
    """Render every number, those of Redis as they stand now; without Redis, `ready` says so."""
    metrics.ready.set(ready)
    metrics.connections.set(connections)
    try:
        async with asyncio.timeout(PATIENCE):
            await _read(service, metrics)
    except (Unavailable, TimeoutError):
        pass
    return metrics.text()


async def _read(service: Service, metrics: Metrics) -> None:
    now, redis = service.now().timestamp(), service.redis
    oldest, overdue, pending, live = now, 0, 0, 0
    teams = await service.requests.workspaces()
    with translated():
        for team in teams:
            first: Any = await redis.zrange(keys.due(team), 0, 0, withscores=True)
            oldest = min([oldest, *(float(score) for _, score in first)])
            overdue += await redis.zcount(keys.due(team), "-inf", now)
            pending += await redis.zcard(keys.pending(team))
            live += await redis.zcard(keys.live(team))
        swept = await redis.get(keys.worker())
    if service.settings.sealing_keys:  # the worker, which has none, may not read installations
        await _read_workspaces(service, metrics, teams)
    metrics.lag.set(now - oldest)
    metrics.overdue.set(overdue)
    metrics.pending.set(pending)
    metrics.live.set(live)
    metrics.worker_age.set(now - datetime.fromisoformat(str(swept)).timestamp() if swept else -1)


async def _read_workspaces(service: Service, metrics: Metrics, teams: Iterable[str]) -> None:
    """Count the workspaces by standing, where the Slack role of several runs."""
    with_policy = service.policies.teams()
    kept = Installations(service.redis, service.nonce)
    found = await installed.look(service.settings, kept, {*teams, *with_policy})
    counted = Counter(installed.standing(one, with_policy) for one in found)
    for standing in installed.Standing:
        metrics.workspaces.labels(standing.value).set(counted[standing])
