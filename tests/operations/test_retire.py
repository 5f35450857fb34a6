"""An old key goes when it is seen to be unused; what could not be seen is no evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import rotation
from bot.operations.workshop import LAG, QUIET
from tests.support.adopting import beside, moved
from tests.support.people import DAY
from tests.support.roads import move, one_key, retiring, settle, two_keys

if TYPE_CHECKING:
    from tests.support.world import World


def old_uid(world: World) -> str:
    return world.request.retiring[0].key_uid


async def test_a_key_that_is_still_used_stays_and_its_owner_is_asked() -> None:
    """One call within the window is enough to keep it; the count is what the owner is told."""
    world = await retiring()
    world.google.calls[old_uid(world)] = [world.clock.now - QUIET]

    await world.attend()

    two_keys(world)
    (old,) = world.request.retiring
    assert (old.still_used, old.calls, old.look_at) == (True, 1, world.clock.now + QUIET)
    assert world.request.asked_turn == world.request.turns


async def test_a_key_that_falls_silent_goes_without_another_question() -> None:
    """Looked at again a window later, nothing is left that uses it."""
    world = await retiring()
    world.google.calls[old_uid(world)] = [world.clock.now - QUIET]
    await world.attend()

    world.clock.now += QUIET
    await settle(world)

    one_key(world)


async def test_what_monitoring_does_not_tell_is_no_evidence_of_disuse() -> None:
    """A refused look keeps the key, and says that nothing is known."""
    world = await retiring()
    world.google.refuse("Usage.requests", "PERMISSION_DENIED")

    await world.attend()

    two_keys(world)
    assert (world.request.retiring[0].still_used, world.request.retiring[0].calls) == (True, None)


async def test_an_adopted_key_that_calls_other_apis_is_used() -> None:
    """Others made it for more than Gemini: their maps stay, and its owner is asked."""
    world = await moved()
    world.google.other_calls[old_uid(world)] = [world.clock.now - QUIET]

    await world.attend()

    beside(world)
    assert world.request.retiring[0].calls == 1


async def test_monitoring_is_not_asked_before_it_can_know() -> None:
    """However short the grace: within Monitoring's own lag its silence says nothing."""
    world = await retiring()
    now = world.clock.now
    (old,) = world.request.retiring
    world.put(rotation.look_later(world.request, old.rotation, now))
    since = replace(old, since=now - LAG, look_at=now)
    world.put(replace(world.request, retiring=(since,)))

    await world.attend()

    two_keys(world)
    assert world.request.retiring[0].look_at == now + LAG


async def test_the_owner_may_let_a_used_key_go() -> None:
    """Forced, it goes whatever uses it, with its version of the secret."""
    world = await retiring()
    world.google.calls[old_uid(world)] = [world.clock.now - timedelta(minutes=1)]

    move(world, partial(rotation.retire_anyway, at=world.clock.now))
    await settle(world)

    one_key(world)


async def test_no_old_key_outlives_the_request() -> None:
    """Used or not, with the request's own end every key goes."""
    world = await retiring()
    world.google.calls[old_uid(world)] = [world.clock.now]
    await world.attend()
    world.clock.now += 40 * DAY

    await world.attend()

    assert world.left_behind() == {"keys": {}, "secrets": {}}
