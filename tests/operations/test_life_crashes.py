"""Whatever a worker does to a live key, it may die or fall asleep at any moment of it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.domain import ending
from tests.support import adopting, roads
from tests.support.fuse import Fuse, Killed
from tests.support.moments import points_of
from tests.support.people import ADA
from tests.support.roads import closed, move, one_key, rotating, settle

if TYPE_CHECKING:
    from tests.support.roads import Road

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
