"""A worker whose workspace is paused makes no key, and takes keys away as ever."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain import calendar, ending, office
from bot.domain.key_request import State
from bot.operations.attend import attend
from tests.support.people import ADA, DAY, HOUR, TEAM, active, approved
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
