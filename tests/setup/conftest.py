from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.setup.town import Company, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def started(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    """The company, started once: each story breaks a project and finds the others whole."""
    async with opened(tmp_path_factory.mktemp("setup")) as company:
        yield company


@pytest_asyncio.fixture(loop_scope="module")
async def company(started: Company) -> AsyncIterator[Company]:
    """Lend the company, and put its cloud back."""
    with started.restored():
        yield started
