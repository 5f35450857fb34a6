from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.doctor.stage import Stage, opened
from tests.support.authority import pytest_collection_finish
from tests.support.redis_server import redis_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

__all__ = ["pytest_collection_finish"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A healthy company, started once: Slack, Google Cloud, and a Redis of its own."""
    with redis_server() as redis:
        async with opened(tmp_path_factory.mktemp("doctor"), redis) as stage:
            yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(town: Stage) -> AsyncIterator[Stage]:
    """The healthy company, put back as it was after each test."""
    with town.restored():
        yield town
