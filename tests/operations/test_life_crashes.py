"""Whatever a worker does to a live key, it may die or fall asleep at any moment of it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.domain import ending, leaving
from bot.domain.key_request import GRANTING, State
from tests.support import adopting, roads
from tests.support.fuse import Fuse, Killed
from tests.support.moments import granting, points_of
from tests.support.people import ADA, ALAN, RADIA
from tests.support.roads import closed, handing_over, longer, move, one_key, prolonging, rotating, settle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.key_request import KeyRequest
    from tests.support.roads import Road
    from tests.support.world import World

ROADS = {**roads.ROADS, **adopting.ROADS}
MOMENTS = [
    pytest.param(road, moment, id=f"{name} {moment} {point}")
    for name, road in ROADS.items()
    for moment, point in enumerate(points_of(road.begin))  # type: ignore[arg-type]
]


@pytest.mark.parametrize("road", ROADS.values(), ids=ROADS)
async def test_each_road_leads_where_it_should(road: Road) -> None:
    """Undisturbed, and once more when there is nothing left to do."""
    world = await road.begin()

    await settle(world)

    road.arrived(world)
    record = world.request
    await world.attend()
    assert world.request == record


@pytest.mark.parametrize(("road", "moment"), MOMENTS)
async def test_a_killed_worker_is_followed_to_the_same_end(road: Road, moment: int) -> None:
    """The next worker finishes: no key too many, none too few, and no text left open."""
    world = await road.begin()
    with pytest.raises(Killed):
        await world.attend(Fuse(blow_at=moment))

    await world.attend()
    await settle(world)

    road.arrived(world)


@pytest.mark.parametrize(("road", "moment"), MOMENTS)
async def test_a_worker_that_wakes_up_too_late_changes_nothing(road: Road, moment: int) -> None:
    """The record and Google stay as the newer worker left them."""
    world, fuse = await road.begin(), Fuse(pause_at=moment)
    sleeper = asyncio.create_task(world.attend(fuse))
    async with asyncio.timeout(5):
        await fuse.paused.wait()
    await world.attend()
    await settle(world)

    fuse.woken.set()
    async with asyncio.timeout(5):
        await sleeper

    road.arrived(world)


@pytest.mark.parametrize("moment", range(len(points_of(rotating))))
async def test_a_revocation_in_the_midst_of_a_rotation_stops_it(moment: int) -> None:
    """Wherever the rotating worker stands: no key is left, and an undo gives one that works."""
    world, fuse = await rotating(), Fuse(pause_at=moment)
    sleeper = asyncio.create_task(world.attend(fuse))
    async with asyncio.timeout(5):
        await fuse.paused.wait()
    move(world, partial(ending.start_ending, by=ADA, at=world.clock.now))

    fuse.woken.set()
    async with asyncio.timeout(5):
        await sleeper
    await settle(world)
    closed(world)

    move(world, partial(ending.undo, by=ADA, at=world.clock.now))
    await settle(world)
    one_key(world)


@pytest.mark.parametrize("moment", range(len(points_of(prolonging))))
async def test_a_key_changes_hands_in_the_midst_of_its_renewal(moment: int) -> None:
    """Wherever the renewing worker stands: the new owner alone may read the secret, to the new end."""
    world = await _in_the_midst_of(prolonging, moment, partial(leaving.hand_over, to=ALAN))

    longer(world)
    assert world.request.requester == ALAN


@pytest.mark.parametrize("moment", range(len(points_of(handing_over))))
async def test_a_key_changes_hands_twice_at_once(moment: int) -> None:
    """Wherever the first hand-over stands: the last owner alone may read the secret."""
    world = await _in_the_midst_of(handing_over, moment, partial(leaving.hand_over, to=RADIA))

    one_key(world)
    assert (world.request.requester, world.request.left) == (RADIA, ())


@pytest.mark.parametrize("moment", range(points_of(granting).index("after write activate")))
async def test_who_leaves_while_a_key_is_made_leaves_nothing(moment: int) -> None:
    """Wherever the minting worker stands, even if the key it ordered is not there yet to be undone."""
    world, fuse = await granting(), Fuse(pause_at=moment)
    sleeper = asyncio.create_task(world.attend(fuse))
    async with asyncio.timeout(5):
        await fuse.paused.wait()
    assert world.request.state in GRANTING
    move(world, partial(leaving.stop, at=world.clock.now))
    await world.attend()

    fuse.woken.set()
    async with asyncio.timeout(5):
        await sleeper
    await settle(world)

    assert world.request.state is State.FAILED
    assert world.left_behind() == {"keys": {}, "secrets": {}}


async def test_a_hand_over_that_google_refuses_is_told_and_tried_again() -> None:
    """The reason is in the record until somebody mends it."""
    world = await handing_over()
    world.google.refuse("Secrets.withdraw", "PERMISSION_DENIED")
    await world.attend()
    assert world.request.handover_failure is not None
    assert world.request.left == (ADA,)

    await settle(world)

    one_key(world)
    assert world.request.handover_failure is None


async def _in_the_midst_of(
    road: Callable[[], Awaitable[World]], moment: int, change: Callable[[KeyRequest], KeyRequest]
) -> World:
    """Let something happen while a worker stands at that moment of a road; come back when all is done."""
    world, fuse = await road(), Fuse(pause_at=moment)
    sleeper = asyncio.create_task(world.attend(fuse))
    async with asyncio.timeout(5):
        await fuse.paused.wait()
    move(world, change)

    fuse.woken.set()
    async with asyncio.timeout(5):
        await sleeper
    await settle(world)
    return world
