"""What every test may have: a real Redis of its own session, emptied before each use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import settings
from redis.asyncio import Redis

from bot.store.redis import connect
from tests.support.redis_server import RedisServer, redis_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

# What a terminal says is looked at in English, whatever this machine speaks.
os.environ["LC_ALL"] = "C"

# A busy machine is slow at times, which says nothing about the code.
settings.register_profile("busy", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("busy")
# Drawing a traceback with all its variables takes a second, in which a bot under test answers nobody.
_PLAIN = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _PLAIN])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what shares a fixture, and in one process when there are several.

    The company of `tests/why` lives in the session's loop, which stands still while other tests run: they
    come one after the other. Playwright keeps a loop running in its thread: the browser comes last of all.
    """
    here = Path(__file__).parent
    last = ["why", "browser"]
    for item in items:
        path = item.path.relative_to(here)
        item.add_marker(pytest.mark.xdist_group("why" if path.parts[0] == "why" else str(path)))
    items.sort(key=lambda item: last.index(f) if (f := item.path.relative_to(here).parts[0]) in last else -1)


@pytest.fixture(scope="session")
def redis_of_session() -> Iterator[RedisServer]:
    """One real server for all tests of this process."""
    with redis_server() as server:
        yield server


@pytest.fixture
async def redis(redis_of_session: RedisServer) -> AsyncIterator[Redis]:
    """A client as the service makes it, to a server without a single key."""
    client = connect(redis_of_session.url)
    assert isinstance(client, Redis)
    await client.flushall()
    await client.script_flush()
    yield client
    await client.aclose()


@pytest.fixture
def redis_url(redis_of_session: RedisServer, redis: Redis) -> str:
    """Where that server is."""
    return redis_of_session.url
