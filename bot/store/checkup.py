"""Read of Redis what the doctor judges."""

from __future__ import annotations

import asyncio
import ipaddress
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from redis.exceptions import RedisError

from bot.doctor import memory
from bot.doctor.memory import RedisFacts
from bot.errors import BotError, Misconfigured
from bot.store import keys
from bot.store.api_tokens import ApiTokens
from bot.store.redis import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.doctor.line import Line
    from bot.domain.api_token import ApiToken
    from bot.store.redis import Client

PINGS = 9


async def checkup(url: str, now: Callable[[], datetime]) -> list[Line]:
    """Look at the Redis behind a URL."""
    try:
        async with _opened(url) as client:
            await client.ping()
            try:
                said: dict[str, Any] = await client.info()
            except RedisError as error:
                return [memory.unsaid(type(error).__name__)]
            return list(memory.lines(await _facts(client, said, url, now)))
    except Misconfigured as error:
        return [memory.unreachable(str(error).partition(".")[0])]
    except (RedisError, OSError) as error:
        return [memory.unreachable(type(error).__name__)]


async def tokens(url: str) -> list[ApiToken]:
    """Read the tokens of the HTTP API; none where Redis can't be used, which `checkup` has told."""
    try:
        async with _opened(url) as client:
            kept = ApiTokens(client, str)
            teams = sorted(str(team_id) for team_id in await client.smembers(keys.workspaces()))
            return [token for team_id in teams for token in await kept.listed(team_id)]
    except (BotError, RedisError, OSError):
        return []


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Client]:
    client = connect(url)
    try:
        await client.initialize()
        yield client
    finally:
        await client.aclose()


async def _facts(client: Client, said: dict[str, Any], url: str, now: Callable[[], datetime]) -> RedisFacts:
    clock = asyncio.get_running_loop().time
    took = []
    for _ in range(PINGS):
        began = clock()
        await client.ping()
        took.append(clock() - began)
    seconds, micros = await client.time()
    theirs = datetime.fromtimestamp(int(seconds) + int(micros) / 1e6, UTC)
    return RedisFacts(
        version=str(said.get("valkey_version") or said.get("redis_version") or "0"),
        role=str(said.get("role", "master")),
        aof=bool(int(said.get("aof_enabled", 0))),
        aof_fails=said.get("aof_last_write_status", "ok") != "ok",
        fsync=await _setting(client, "appendfsync"),
        eviction=str(said.get("maxmemory_policy", "noeviction")),
        used=int(said.get("used_memory", 0)),
        limit=int(said.get("maxmemory", 0)),
        ping=timedelta(seconds=median(took)),
        skew=now() - theirs,
        plain_to=_plain_to(url),
        writes=await _write(client),
    )


async def _setting(client: Client, name: str) -> str | None:
    """Read a setting; managed servers forbid it."""
    try:
        return str((await client.config_get(name))[name])
    except (RedisError, KeyError):
        return None


async def _write(client: Client) -> str:
    """Write and take away a key that is listed; returns the refusal's first words, empty when it worked."""
    try:
        await client.set(keys.doctor(), "written", ex=keys.doctor.ttl)
        await client.delete(keys.doctor())
    except RedisError as error:
        return type(error).__name__
    return ""


def _plain_to(url: str) -> str:
    """Name the host of a connection that leaves the machine unencrypted, empty when it does neither."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "redis+cluster", "redis+sentinel"}:
        return ""
    try:
        host = parts.netloc.rpartition("@")[2].split(",")[0].rpartition(":")[0].strip("[]")
        return "" if ipaddress.ip_address(host).is_private else host
    except ValueError:
        return "" if host in {"", "localhost"} or "." not in host else host
