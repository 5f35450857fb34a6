"""A revoked key can be had again as long as Google can give it back, and not a moment longer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.domain import calendar, ending
from bot.domain.key_request import State
from tests.support.people import ADA, DAY, NOW
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.key_request import KeyRequest


async def living() -> World:
    world = World()
    await world.attend()
    return world


def move(world: World, change: Callable[[KeyRequest], KeyRequest]) -> None:
    world.put(change(world.request))


async def revoked() -> World:
    world = await living()
    move(world, partial(ending.start_ending, by=ADA, at=world.clock.now))
    await world.attend()
    return world


async def test_a_revoked_key_is_gone_and_its_text_opens_to_nobody() -> None:
    """No key lives, nobody may read, and the version is closed; the secret waits for an undo."""
    world = await revoked()

    assert (world.request.state, world.google.live_keys) == (State.REVOKED, {})
    (secret,) = world.google.secrets.values()
    assert (secret.grants, secret.closed) == ({}, {"1"})


async def test_an_expired_key_leaves_nothing() -> None:
    """What ended by the clock never comes back, so its secret goes at once."""
    world = await living()
    world.clock.forward(days=31)

    await world.attend()

    assert (world.request.state, world.request.undo_until) == (State.EXPIRED, None)
    assert world.left_behind() == {"keys": {}, "secrets": {}}


async def test_undo_brings_the_same_key_back_with_the_same_end() -> None:
    """Nobody has to change a thing: the text is the one that was there before."""
    world = await revoked()
    end = world.request.expires_at

    move(world, partial(ending.undo, by=ADA, at=world.clock.now))
    await world.attend()

    assert (world.request.state, world.request.rotation, world.request.expires_at) == (State.ACTIVE, 1, end)
    (secret,) = world.google.secrets.values()
    assert secret.closed == set()
    world.check_key_works()


async def test_undo_makes_a_new_key_where_the_old_one_is_lost() -> None:
    """A version that somebody destroyed cannot be read again: the next rotation takes its place."""
    world = await revoked()
    next(iter(world.google.secrets.values())).versions.clear()

    move(world, partial(ending.undo, by=ADA, at=world.clock.now))
    await world.attend()

    assert (world.request.state, world.request.rotation) == (State.ACTIVE, 2)
    world.check_key_works()


@pytest.mark.parametrize("call", ["Secrets.enable_version", "Keys.undelete"])
async def test_undo_makes_a_new_key_where_the_bot_may_not_bring_the_old_one_back(call: str) -> None:
    """A bot without the right to undelete or to enable still gives its owner a key."""
    world = await revoked()
    world.google.refuse(call, "PERMISSION_DENIED")

    move(world, partial(ending.undo, by=ADA, at=world.clock.now))
    await world.attend()

    assert (world.request.state, world.request.rotation) == (State.ACTIVE, 2)
    world.check_key_works()


async def test_when_the_time_for_an_undo_is_over_nothing_is_left() -> None:
    """The secret goes with the last chance, which never outlives the key's own time."""
    world = await revoked()
    until = world.request.undo_until
    assert until == world.request.expires_at == NOW + 30 * DAY + (world.clock.now - NOW) / 2

    world.clock.now = until
    await world.attend()

    assert world.left_behind() == {"keys": {}, "secrets": {}}
    assert (world.request.undo_until, calendar.due_at(world.request)) == (None, None)


async def test_a_refusal_to_delete_is_no_end() -> None:
    """While Google refuses, the request is ending and tried again; when Google gives in, it is over."""
    world = await living()
    world.google.refuse("Keys.delete", "PERMISSION_DENIED")
    move(world, partial(ending.start_ending, by=ADA, at=world.clock.now))

    await world.attend()
    assert (world.request.state, bool(world.request.failure)) == (State.ACTIVE, True)
    assert calendar.due_at(world.request) == world.request.next_run_at
    world.clock.forward(minutes=1)
    await world.attend()

    assert (world.request.state, world.request.failure) == (State.REVOKED, None)
    assert world.google.live_keys == {}


async def test_an_undo_that_fails_early_leaves_nothing_behind() -> None:
    """The key and its closed secret are there from before, whichever step of the way back was refused."""
    world = await revoked()
    world.google.refuse("Projects.get", "PERMISSION_DENIED", reason="IAM_PERMISSION_DENIED")

    move(world, partial(ending.undo, by=ADA, at=world.clock.now))
    await world.attend()

    assert world.request.state is State.FAILED
    assert world.left_behind() == {"keys": {}, "secrets": {}}
