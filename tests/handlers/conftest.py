from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sandbox
from tests.support.installed import write_policies
from tests.support.leaks import leaks
from tests.support.slack_side import SlackSide

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

POLICY = Path(sandbox.__file__).parent / "policy.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A policy for each of two workspaces: Grace approves in Acme, Alan in Beta."""
    return write_policies(tmp_path)


@pytest.fixture
async def side(redis_url: str, redis: Redis) -> AsyncIterator[SlackSide]:
    """Our app in the sandbox workspace; whatever a test does, only listed keys are left."""
    async with SlackSide(redis_url, POLICY) as side:
        yield side
    assert await leaks(redis) == []
