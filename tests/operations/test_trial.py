"""The key that is made to see whether keys can be made: it never outlives its trial, nor ignores a pause."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import GoogleError
from bot.operations.projects.trial import FINE, PAUSED, Closed, Trial
from tests.support.clock import Clock
from tests.support.fake_google import State
from tests.support.fake_keys import FakeGemini, FakeKeys
from tests.support.fake_secrets import FakeSecrets
from tests.support.fuse import Fuse
from tests.support.people import NOW, TEAM

ACCOUNT = "gemini@acme-ml-dev.iam.gserviceaccount.com"


async def run(google: State, *, paused: bool = False) -> str:
    async def stopped(team_id: str) -> bool:
        return paused and team_id == TEAM

    fuse = Fuse()
    trial = Trial(
        FakeKeys(google, fuse), FakeSecrets(google, fuse), FakeGemini(google, fuse), stopped, Clock(NOW)
    )
    return await trial.run("acme-ml-dev", ACCOUNT, f"{TEAM}/SET-AAAA", 1)


async def test_a_key_is_made_tried_and_deleted() -> None:
    """Nothing is left but the id, which stays taken."""
    google = State()

    assert await run(google) == FINE
    assert len(google.keys) == 1
    assert google.live_keys == google.secrets == {}


async def test_nothing_is_made_while_paused() -> None:
    """Whoever stopped the making of keys stopped this one, too."""
    google = State()

    assert await run(google, paused=True) == PAUSED
    assert google.keys == google.orders == {}


async def test_a_secret_that_is_closed_to_the_bot_stops_it() -> None:
    """No key is minted that could not be kept, and what is missing is named."""
    google = State(not_on_secrets=frozenset({"secretmanager.versions.add"}))

    with pytest.raises(Closed, match=r"secretmanager\.versions\.add"):
        await run(google)

    assert google.keys == google.orders == {}
    assert google.secrets["gemini-key-trial-set-aaaa"].expires_at == NOW + timedelta(hours=1)


async def test_a_key_that_comes_late_is_deleted_too() -> None:
    """When waiting fails, Google may still be making the key: the delete comes after it."""
    google = State(slow=True)
    google.refuse("Keys.wait", "DEADLINE_EXCEEDED")

    with pytest.raises(GoogleError, match="DEADLINE_EXCEEDED"):
        await run(google)

    google.finish_orders()
    assert google.live_keys == {}
