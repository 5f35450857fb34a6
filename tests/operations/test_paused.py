"""A worker whose workspace is paused makes no key, and takes keys away as ever."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.domain import calendar, ending, leaving, office, renewal, rotation
from bot.domain.key_request import RenewalState, State
from bot.errors import Conflict
from bot.operations.attend import attend
from bot.operations.pause import hold
from tests.support.people import ADA, ALAN, DAY, HOUR, TEAM, active, approved
from tests.support.roads import move, rotating
from tests.support.world import World

if TYPE_CHECKING:
    from bot.operations.workshop import Workshop


async def yes(_team_id: str) -> bool:
    return True


def paused(world: World) -> Workshop:
    return replace(world.workshop(), paused=yes)


async def test_approved_work_waits() -> None:
    """Nothing is begun at Google; the record says that it waits, and it is due again."""
    world = World(approved())

    await attend(paused(world), TEAM, world.id)

    assert world.request.paused
    assert world.request.state is State.APPROVED
    assert world.left_behind() == {"keys": {}, "secrets": {}}
    assert calendar.due_at(world.request) is not None


async def test_released_work_has_its_whole_time() -> None:
    """The pause does not eat the life of a key that was not begun; then the key is made."""
    world = World(approved())
    await attend(paused(world), TEAM, world.id)
    world.clock.forward(seconds=DAY.total_seconds() * 3)
    now = world.clock()

    world.put(office.release(world.request, now))
    await world.attend()

    assert world.request.state is State.ACTIVE
    assert not world.request.paused
    assert world.request.expires_at == now + world.request.lifetime
    world.check_key_works()


async def test_a_key_is_taken_away_all_the_same() -> None:
    """Revoking does not wait for anybody to resume."""
    world = World(approved())
    await world.attend()
    world.put(ending.start_ending(world.request, ADA, world.clock(), ""))

    await attend(paused(world), TEAM, world.id)

    assert not world.google.live_keys
    assert world.request.state is State.REVOKED


def test_only_work_that_makes_a_key_may_wait() -> None:
    """A live key without a rotation under way has nothing to wait for."""
    now = approved().requested_at + HOUR
    assert office.may_wait(approved(), now)
    assert not office.may_wait(active(), now)


async def test_a_key_changes_hands_although_its_rotation_waits() -> None:
    """Whoever left is shut out now; only then does the new key wait."""
    world = move(await rotating(), partial(leaving.hand_over, to=ALAN))

    await attend(paused(world), TEAM, world.id)
    (secret,) = world.google.secrets.values()
    assert (world.request.left, [*secret.grants]) == ((), [ALAN.member])

    assert calendar.due_at(world.request) <= world.clock.now
    await attend(paused(world), TEAM, world.id)
    assert world.request.paused
    assert len(world.google.live_keys) == 1


async def test_a_renewal_is_carried_out_although_a_rotation_waits() -> None:
    """The key that lives gets the end that was promised."""
    world = await rotating()
    now = world.clock.now
    wish = partial(renewal.ask, by=ADA, at=now, lifetime=60 * DAY, lapses_at=now, approvals_needed=0)
    move(world, wish)

    await attend(paused(world), TEAM, world.id)

    assert world.request.renewal is not None
    assert world.request.renewal.state is RenewalState.DONE
    assert world.request.expires_at == now + 60 * DAY
    assert calendar.due_at(world.request) <= now
    await attend(paused(world), TEAM, world.id)
    assert world.request.paused


async def test_what_became_urgent_meanwhile_is_not_held() -> None:
    """Between the look and the write somebody may have revoked: nothing is put off then."""
    world = await rotating()
    seen = world.request
    move(world, partial(ending.start_ending, by=ADA, at=world.clock.now))
    going = world.request

    await hold(paused(world), seen)

    assert world.request == going
    with pytest.raises(Conflict):
        office.hold(going, world.clock.now, world.clock.now + HOUR)


def test_a_rotation_that_was_begun_may_wait_but_no_hand_over() -> None:
    """Making the second key waits; the rest of a record does not."""
    now = approved().requested_at + HOUR
    turning = rotation.rotate(active(secret_version="1"), ADA, now, DAY)
    assert office.may_wait(turning, now)
    assert not office.may_wait(leaving.hand_over(turning, ALAN), now)
    assert not office.may_wait(ending.start_ending(turning, ADA, now), now)
