from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest_asyncio

from tests.why.company import Company, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def started(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    """Start the company once: every test breaks something in it and finds it mended by the next."""
    async with opened(tmp_path_factory.mktemp("why")) as company:
        # Made before any test, so that no test's mending of Google takes away what another test asked for.
        for project in ("acme-ml-dev", "acme-ml-prod"):
            await company.key(project)
        yield company


@pytest_asyncio.fixture(loop_scope="session")
async def company(started: Company) -> AsyncIterator[Company]:
    """Lend the company, and put Google back as it was: projects, keys, secrets, accounts."""
    world = started.town.cloud.world
    projects = copy.deepcopy(world.projects)
    accounts = copy.deepcopy(world.billing_accounts)
    yield started
    kept = {project_id: world.projects[project_id] for project_id in started.kept}
    world.projects.clear()
    world.projects.update({**projects, **kept})
    world.billing_accounts.clear()
    world.billing_accounts.update(accounts)
