from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from bot.domain.names import GEMINI
from bot.errors import GoogleError
from bot.google.patience import Patience

if TYPE_CHECKING:
    from bot.google.calls import Called
    from bot.google.cloud import Cloud
    from tests.google.conftest import Sandbox

PROJECT = "acme-ml-dev"
PROBE = "GenerativeService/GenerateContent"


@pytest.fixture
async def key(cloud: Cloud, sandbox: Sandbox) -> tuple[str, str]:
    """Mint a key; give its text and uid."""
    email = await cloud.service_accounts.ensure(PROJECT, "gemini-keys-tests", "Gemini keys")
    key_id = sandbox.name()
    operation = await cloud.keys.create(
        PROJECT, key_id, display_name=key_id, service_account=email, service=GEMINI, annotations={}
    )
    text, facts = await cloud.keys.wait(operation), await cloud.keys.get(PROJECT, key_id)
    assert text
    assert facts
    return text, facts.uid


async def test_a_fresh_key_is_accepted_after_a_while(
    cloud: Cloud, key: tuple[str, str], called: list[Called]
) -> None:
    """Google refuses a key that it has just made; `accepts` returns when it no longer does."""
    await cloud.gemini.accepts(key[0])

    probes = [c.status for c in called if c.call == PROBE]
    assert probes[0] == "INVALID_ARGUMENT"
    assert probes[-1] == "NOT_FOUND"
    assert all(model.startswith("models/gemini-") for model in await cloud.gemini.models(key[0]))


async def test_an_outage_while_asking_is_waited_out(
    cloud: Cloud, key: tuple[str, str], sandbox: Sandbox
) -> None:
    """An answer that does not come says nothing about the key."""
    sandbox.fault(PROBE, times=2, code="UNAVAILABLE")

    await cloud.gemini.accepts(key[0])


async def test_a_key_reported_as_leaked_is_refused_at_once(
    cloud: Cloud, key: tuple[str, str], sandbox: Sandbox, called: list[Called]
) -> None:
    """What no waiting changes is raised by the first answer that says it."""
    await cloud.gemini.accepts(key[0])
    called.clear()
    sandbox.admin("POST", f"keys/{key[1]}", {"leaked": True})

    with pytest.raises(GoogleError, match="reported as leaked") as refused:
        await cloud.gemini.accepts(key[0])

    assert refused.value.permanent
    assert len(called) == 1


async def test_a_key_that_stays_unknown_is_tried_another_time(hasty: Cloud) -> None:
    """After the propagation time Google's own refusal comes out, as one that may still pass."""
    with pytest.raises(GoogleError) as refused:
        await hasty.gemini.accepts("AQ." + "never-made" * 5)

    assert refused.value.http in {400, 401}
    assert refused.value.transient


async def test_a_key_that_google_echoes_goes_no_further(
    cloud: Cloud, key: tuple[str, str], sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """A suspended key's text is in Google's answer, and neither in our error nor in any log line."""
    text, uid = key
    await cloud.gemini.accepts(text)
    sandbox.admin("POST", f"keys/{uid}", {"suspended": True})

    with caplog.at_level(logging.DEBUG), pytest.raises(GoogleError) as refused:
        await cloud.gemini.accepts(text)

    assert refused.value.reason == "CONSUMER_SUSPENDED"
    assert "api_key:" in refused.value.message
    for place in (str(refused.value), repr(refused.value), str(vars(refused.value)), caplog.text):
        assert text[3:20] not in place
    assert refused.value.__context__ is None


def test_production_waits_as_long_as_google_says_it_may_take() -> None:
    """Nobody overrides these: 15 s and 30 s per attempt, a minute per call, two for what spreads."""
    limits = Patience()

    assert (limits.read, limits.write, limits.total) == (15, 30, 60)
    assert (limits.operation, limits.propagation, limits.visibility) == (120, 120, 60)
