from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.google.company import BOT_EMAIL
from tests.support.company import Company, company
from tests.support.google_calls import calls_in_code

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def acme(tmp_path: Path, redis_url: str) -> AsyncIterator[Company]:
    """A company without a bot yet; afterwards Google was asked nothing that the bot's role leaves out."""
    async with company(tmp_path, redis_url) as here:
        yield here
        assert asked_of_google(here) <= calls_in_code()


def asked_of_google(here: Company) -> set[str]:
    """List the calls that the bot made; polling is granted with the call that began what is polled."""
    bot = f"serviceAccount:{BOT_EMAIL}"
    made = [call["method"] for call in here.town.cloud.log.after(0) if call["principal"] == bot]
    return {method.rpartition(".")[2] for method in made} - {"Operations/GetOperation"}
