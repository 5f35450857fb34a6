"""Find keys in Redis that `bot.store.keys` does not list, or that outlive what it says."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.domain import key_request, repair
from bot.store import keys
from bot.store.queue import NAME

if TYPE_CHECKING:
    from redis.asyncio import Redis

# On a Cluster the engine puts its name between braces.
ENGINE = (NAME, f"{{{NAME}}}")
# Records that leave when nothing happens to them any more.
OVER = {keys.request: key_request.FINISHED, keys.repair: repair.FINISHED}

# Redis: what TTL answers for a key that is not there.
GONE = -2


async def leaks(client: Redis) -> list[str]:
    """Describe every key that should not be there as it is; docket's own keys are its business."""
    found = [key async for key in client.scan_iter(count=1000) if not str(key).startswith(ENGINE)]
    told = [await _fault(client, str(key)) for key in found]
    return sorted(fault for fault in told if fault)


async def _fault(client: Redis, key: str) -> str:
    kind = next((kind for kind in keys.KINDS if fnmatchcase(key, kind.pattern)), None)
    if kind is None:
        return f"{key} is not listed"
    kept_as, left = await client.type(key), await client.ttl(key)
    if kept_as == "none" or left == GONE:  # it ended while we looked
        return ""
    if kept_as != kind.type:
        return f"{key} is a {kept_as}, not a {kind.type}"
    most = kind.ttl
    if kind in OVER:
        state = json.loads(str(await client.hget(key, "json"))).get("state")
        most = keys.RETENTION if state in OVER[kind] else most
    if most is None:
        return f"{key} ends in {left} s and should stay" if left >= 0 else ""
    return "" if 0 <= left <= most.total_seconds() else f"{key} lives for {left} s, at most {most} is listed"
