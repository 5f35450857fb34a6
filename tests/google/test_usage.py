from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.names import GEMINI

if TYPE_CHECKING:
    from bot.google.cloud import Cloud
    from tests.google.conftest import Sandbox

PROJECT = "acme-ml-dev"


async def test_the_calls_of_one_key_are_counted_by_outcome(cloud: Cloud, sandbox: Sandbox) -> None:
    """What was called with this key is there by HTTP status; a key nobody used has no calls."""
    email = await cloud.service_accounts.ensure(PROJECT, "gemini-keys-tests", "Gemini keys")
    key_id = sandbox.name()
    text = await cloud.keys.wait(
        await cloud.keys.create(
            PROJECT, key_id, display_name=key_id, service_account=email, service=GEMINI, annotations={}
        )
    )
    facts = await cloud.keys.get(PROJECT, key_id)
    assert text
    assert facts
    since, until = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(minutes=1)

    await cloud.gemini.accepts(text)
    await cloud.gemini.models(text)

    counts = await cloud.usage.requests(PROJECT, facts.uid, since, until)
    assert counts["404"] == 1
    assert counts["200"] == 1
    assert not await cloud.usage.requests(PROJECT, "11111111-2222-4333-8444-555555555555", since, until)
