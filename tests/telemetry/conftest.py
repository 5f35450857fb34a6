from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.company import Company, company

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def acme(tmp_path: Path, redis_url: str) -> AsyncIterator[Company]:
    """A company with a Slack and a Google Cloud, and no bot yet."""
    async with company(tmp_path, redis_url) as here:
        yield here
