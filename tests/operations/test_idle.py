"""What nobody could read is no evidence: a key is not taken away for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.idle import Idleness
from bot.domain.idleness import AGAIN
from bot.domain.key_request import State
from tests.support.people import DAY, approved
from tests.support.world import World

WITHIN = timedelta(days=3)


async def asked(*, revokes: bool = True) -> World:
    """Have a live key whose holder was asked, and let the time for an answer pass."""
    rule = Idleness(after=10 * DAY, answer_within=WITHIN, revokes=revokes)
    world = World(
        replace(approved(), idle=rule, lifetime=90 * DAY, expires_at=approved().requested_at + 90 * DAY)
    )
    await world.attend()
    assert world.request.live
    world.clock.forward(days=11)
    question = (await world.attend()).idle
    assert question is not None
    assert question.asked == 1
    world.clock.forward(days=WITHIN.days)
    return world


async def test_silence_is_acted_on_where_google_says_that_nobody_called() -> None:
    """Unused and unanswered: the key goes, as the policy says."""
    world = await asked()
    await world.attend()
    assert (await world.attend()).state is State.REVOKED


@pytest.mark.parametrize("uid_known", [True, False])
async def test_unread_usage_takes_no_key_away(*, uid_known: bool) -> None:
    """An outage at the end of the silence, or a key whose uid nobody knows: looked at again a day later."""
    world = await asked()
    if uid_known:
        world.google.refuse("Usage.history", "UNAVAILABLE")
    else:
        world.put(replace(world.request, key_uid=""))

    later = await world.attend()

    assert later.live
    assert later.idle is not None
    assert later.idle.look_at == world.clock() + AGAIN


async def test_where_silence_keeps_nothing_needs_to_be_read() -> None:
    """The key stays either way, and the question is over."""
    world = await asked(revokes=False)
    world.google.refuse("Usage.history", "UNAVAILABLE")

    kept = (await world.attend()).idle

    assert kept is not None
    assert kept.asked_at is None
