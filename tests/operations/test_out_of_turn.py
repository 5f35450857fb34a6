"""Waiting for Google's quota is no failure: the record is put off until its turn, however often that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.domain import ending, rotation
from bot.domain.key_request import State
from bot.errors import OutOfTurn
from tests.support.people import GRACE
from tests.support.world import World

WAIT = timedelta(minutes=3)


def full(world: World, call: str, times: int = 1) -> None:
    """Let Google take no such call for a while."""
    world.google.errors.setdefault(call, []).extend([OutOfTurn(call, WAIT)] * times)


async def test_a_mint_waits_for_its_turn_and_is_never_given_up() -> None:
    """Twenty minutes in the queue are more runs than a failing request may have; it gets its key."""
    world = World()
    last_chance = world.workshop().most_runs
    world.put(replace(world.request, failed_runs=last_chance))
    full(world, "Keys.create", times=20)

    for _ in range(20):
        request = await world.attend()
        assert (request.state, request.failed_runs) == (State.PROVISIONING, last_chance)
        assert request.next_run_at == world.clock() + WAIT
        world.clock.forward(seconds=WAIT.total_seconds())

    assert (await world.attend()).state is State.ACTIVE
    world.check_key_works()


async def test_a_key_that_must_go_waits_without_a_failed_run() -> None:
    """An ending out of turn is due again when its turn comes, and nothing of it is forgotten."""
    world = World()
    request = await world.attend()
    world.put(ending.start_ending(request, GRACE, world.clock()))
    full(world, "Keys.delete", times=2)

    for _ in range(2):
        request = await world.attend()
        assert (request.state, request.failed_runs) == (State.ACTIVE, 0)
        assert request.ending is not None
        assert request.next_run_at == world.clock() + WAIT
        world.clock.forward(seconds=WAIT.total_seconds())

    assert (await world.attend()).state is State.REVOKED
    assert world.google.live_keys == {}


async def test_a_failed_request_is_cleaned_up_in_its_turn() -> None:
    """What was made for a request that failed stays no longer than the queue is."""
    world = World()
    world.google.refuse("Gemini.accepts", "PERMISSION_DENIED", times=9, reason="SERVICE_DISABLED")
    full(world, "Keys.delete")

    request = await world.attend()
    assert (request.state, request.cleaning, request.next_run_at) == (
        State.FAILED,
        True,
        world.clock() + WAIT,
    )
    world.clock.forward(seconds=WAIT.total_seconds())

    assert not (await world.attend()).cleaning
    assert world.google.live_keys == {}


async def test_the_end_comes_though_the_turn_would_come_later() -> None:
    """A renewal that waits for a turn does not hold up what the record's own clock says."""
    world = World()
    request = await world.attend()
    assert request.expires_at is not None
    soon = world.clock() + timedelta(minutes=1)
    world.put(replace(request, expires_at=soon, next_run_at=soon + WAIT))
    world.clock.forward(minutes=1)

    assert (await world.attend()).state is State.EXPIRED


async def test_a_rotation_waits_beside_the_old_key() -> None:
    """While the new key is out of turn, the old one works and no rotation fails."""
    world = World()
    request = await world.attend()
    turn = partial(rotation.rotate, by=GRACE, at=world.clock(), grace=timedelta(hours=1))
    world.put(turn(request))
    full(world, "Keys.create", times=12)

    for _ in range(12):
        request = await world.attend()
        assert (request.turn is not None, request.failed_runs) == (True, 0)
        assert len(world.google.live_keys) == 1
        world.clock.forward(seconds=WAIT.total_seconds())

    assert (await world.attend()).turn is None
    assert len(world.google.live_keys) == 2
