"""Rate quotas of API Keys: so many reads and writes in any minute, counted in the caller's own project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.api_core import exceptions

from sandbox.google.cloud import Cloud
from sandbox.google.quotas import Quotas

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

DEV = "projects/acme-ml-dev/locations/global"
VISION = "projects/acme-vision/locations/global"


@pytest.fixture
async def cloud(tmp_path: Path, clock: Any) -> AsyncIterator[Cloud]:
    cloud = Cloud(tmp_path, clock=clock, quotas=Quotas(key_reads=4, key_writes=3))
    await cloud.start()
    yield cloud
    await cloud.stop()


async def write(clients: Any, number: int, parent: str = DEV) -> None:
    await clients.api_keys.create_key(parent=parent, key={}, key_id=f"k{number}", timeout=5)


async def test_writes_are_refused_when_a_minute_has_had_enough(clients: Any, clock: Any) -> None:
    """All projects' keys count together, where the caller is at home; a minute later there is room again."""
    for number, parent in enumerate((DEV, VISION, DEV)):
        await write(clients, number, parent)

    with pytest.raises(exceptions.ResourceExhausted) as refused:
        await write(clients, 3, VISION)

    assert refused.value.reason == "RATE_LIMIT_EXCEEDED"
    assert refused.value.metadata["quota_limit_value"] == "3"
    clock.forward(seconds=61)
    await write(clients, 3)


async def test_the_minute_slides(clients: Any, clock: Any) -> None:
    """Two calls in one minute by the clock and two a moment into the next are four in one minute."""
    await write(clients, 0)
    clock.forward(seconds=25)
    await write(clients, 1)
    await write(clients, 2)
    clock.forward(seconds=36)
    await write(clients, 3)

    with pytest.raises(exceptions.ResourceExhausted):
        await write(clients, 4)


async def test_reads_are_counted_apart(clients: Any) -> None:
    """Reading uses up no write, and polling an operation uses up neither."""
    for number in range(3):
        await write(clients, number)
    for _ in range(4):
        await clients.api_keys.list_keys(parent=DEV, timeout=5)

    with pytest.raises(exceptions.ResourceExhausted, match="Read requests per minute"):
        await clients.api_keys.list_keys(parent=DEV, timeout=5)


def test_a_cloud_with_googles_own_quotas_needs_no_settings() -> None:
    """Only what differs from Google's defaults is told to the bot."""
    assert Quotas().environment() == {}
    assert Quotas(key_writes=3).environment()["GEMINI_KEY_BOT_QUOTAS__KEY_WRITES"] == "3"
