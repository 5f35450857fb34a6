"""Every key is listed with its type and how long it lives, and the check that says so can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.store import keys
from tests.support.leaks import leaks

if TYPE_CHECKING:
    from redis.asyncio import Redis

# What all workspaces share.
SHARED = {
    keys.workspaces,
    keys.visible,
    keys.projects_made,
    keys.worker,
    keys.readiness,
    keys.uses,
    keys.doctor,
}


async def test_an_unlisted_key_is_found(redis: Redis) -> None:
    """A key that no kind describes is named; the job engine's own are not ours to list."""
    await redis.set("gk:{T0ACME}:surprise", "x")
    await redis.set("gemini-key-bot:anything", "x")

    assert await leaks(redis) == ["gk:{T0ACME}:surprise is not listed"]


async def test_a_key_without_its_end_is_found(redis: Redis) -> None:
    """A key that should end and lives for ever, or too long, is named."""
    await redis.set(keys.once("T0ACME", "V1"), "x")
    await redis.set(keys.person("T0ACME", "U0ADA"), "x", ex=keys.person.seconds * 2)
    await redis.set(keys.worker(), "x", ex=keys.worker.ttl)

    first, second = await leaks(redis)

    assert first.startswith("gk:{T0ACME}:once:V1 lives for -1 s")
    assert second.startswith("gk:{T0ACME}:person:U0ADA lives for 17")


async def test_a_key_that_should_stay_and_would_end_is_found(redis: Redis) -> None:
    """Losing an index by time would be losing requests."""
    await redis.zadd(keys.due("T0ACME"), {"GK-7F3K": 1})
    await redis.expire(keys.due("T0ACME"), 60)

    assert "should stay" in (await leaks(redis))[0]


async def test_a_key_of_the_wrong_type_is_found(redis: Redis) -> None:
    """A kind says its type, too."""
    await redis.set(keys.due("T0ACME"), "x")

    assert await leaks(redis) == ["gk:{T0ACME}:due is a string, not a zset"]


async def test_a_finished_request_that_would_stay_is_found(redis: Redis) -> None:
    """Retention holds for every record that nothing can happen to any more."""
    await redis.hset(keys.request("T0ACME", "GK-7F3K"), mapping={"v": 1, "json": '{"state":"denied"}'})

    assert "lives for -1 s" in (await leaks(redis))[0]


@pytest.mark.parametrize("kind", keys.KINDS, ids=lambda kind: kind.pattern)
def test_keys_of_a_workspace_share_its_hash_tag(kind: keys.Kind) -> None:
    """One script may touch all keys of a workspace on a cluster, because one tag holds them together."""
    assert kind.pattern.startswith("gk:")
    if kind not in SHARED:
        assert kind.pattern.startswith("gk:{*}:")
    assert kind.what
