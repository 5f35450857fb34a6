"""What the bot remembers, read from its Redis as an operator would (the keys that docs and code name)."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from sandbox.people import TEAM_ID

if TYPE_CHECKING:
    from redis.asyncio import Redis

ROOT = f"gk:{{{TEAM_ID}}}"
BY_DEFAULT = "pending"
ACTIVE = "active"


async def record(redis: Redis, request_id: str) -> dict[str, Any]:
    """Read one request."""
    body = await redis.hget(f"{ROOT}:request:{request_id}", "json")
    return dict(json.loads(body)) if body else {}


async def state_of(redis: Redis, request_id: str) -> str:
    """Read where a request stands; "" when there is none."""
    found = await record(redis, request_id)
    return str(found.get("state", BY_DEFAULT)) if found else ""


async def until_active(redis: Redis, request_id: str, within: float) -> None:
    """Wait until a request has its key; `TimeoutError` names nobody, so the request is named here."""
    try:
        async with asyncio.timeout(within):
            while await state_of(redis, request_id) != ACTIVE:  # noqa: ASYNC110 - another process's work sets no Event
                await asyncio.sleep(0.25)
    except TimeoutError:
        raise TimeoutError(f"{request_id} did not become {ACTIVE} in {within:.0f} s") from None


async def live(redis: Redis) -> set[str]:
    """List the requests that have a live key."""
    return {_text(member) for member in await redis.zrange(f"{ROOT}:live", 0, -1)}


async def audit(redis: Redis) -> list[dict[str, str]]:
    """Read the whole audit stream: n, event, digest, link."""
    entries: Any = await redis.xrange(f"{ROOT}:audit")
    return [_texts(fields) for _, fields in entries]


async def audit_head(redis: Redis) -> dict[str, str]:
    """Read the end of the audit chain: n, link."""
    return _texts(await redis.hgetall(f"{ROOT}:audit-head"))


async def everything(redis: Redis) -> dict[str, bytes]:
    """Read every byte of every key, the job engine's too: as Redis would save it, and its name."""
    found = {}
    async for key in redis.scan_iter():
        found[f"Redis key {_text(key)}"] = key + b"\n" + (await redis.dump(key) or b"")
    return found


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _texts(fields: Any) -> dict[str, str]:
    return {_text(name): _text(value) for name, value in fields.items()}
