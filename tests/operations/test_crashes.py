"""A worker may die at any moment; the next one finishes, and nothing is made twice or left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from tests.support.fuse import Fuse, Killed
from tests.support.moments import blocked, ending, every_point, granting, granting_blind, points_of
from tests.support.world import World

if TYPE_CHECKING:
    from tests.support.moments import Build


async def killed_at(world: World, moment: int) -> None:
    """Let a worker begin, and kill it."""
    with pytest.raises(Killed):
        await world.attend(Fuse(blow_at=moment))


@every_point(granting)
async def test_a_killed_grant_is_finished_by_the_next_worker(moment: int) -> None:
    """Whatever the moment of the kill, one working key exists after the restart, and one alone."""
    world = await granting()
    await killed_at(world, moment)

    request = await world.attend()

    assert request.state is State.ACTIVE
    world.check_key_works()


@every_point(granting_blind)
async def test_a_text_lost_with_its_worker_costs_at_most_one_key(moment: int) -> None:
    """Without the right to read texts a killed mint is given up and deleted, and the next one is alone."""
    world = await granting_blind()
    await killed_at(world, moment)

    request = await world.attend()

    assert request.state is State.ACTIVE
    assert request.rotation <= 2
    world.check_key_works()


@every_point(granting)
async def test_three_kills_in_a_row_are_no_worse_than_one(moment: int) -> None:
    """Dying again and again at the same point of its work still ends in one working key."""
    world = await granting_blind()
    for _ in range(3):
        try:
            await world.attend(Fuse(blow_at=moment))
        except Killed:
            continue

    assert (await world.attend()).state is State.ACTIVE
    world.check_key_works()


@every_point(blocked)
async def test_a_killed_undo_is_finished_by_the_next_worker(moment: int) -> None:
    """A request that cannot be granted leaves nothing at Google, though its worker died half-way."""
    world = await blocked()
    await killed_at(world, moment)

    request = await world.attend()

    assert request.state is State.FAILED
    assert request.failure is not None
    assert request.failure.title
    assert world.left_behind() == {"keys": {}, "secrets": {}}


@every_point(ending)
async def test_a_killed_end_is_finished_by_the_next_worker(moment: int) -> None:
    """A key whose time is over goes, even if the worker that took it away died at it."""
    world = await ending()
    await killed_at(world, moment)

    request = await world.attend()

    assert request.state is State.EXPIRED
    assert world.left_behind() == {"keys": {}, "secrets": {}}


@pytest.mark.parametrize("build", [granting, granting_blind, blocked, ending])
def test_there_are_moments_to_die_at(build: Build) -> None:
    """The tests above would be empty if nothing were counted; each road has dozens of points."""
    points = points_of(build)

    assert len(points) > 20
    assert len({point.partition(" ")[0] for point in points}) == 2


async def test_every_step_of_the_way_is_in_the_audit() -> None:
    """What was reached before the kill and what after it are both told; nothing else is."""
    healthy, killed, whole = World(), World(), Fuse()
    await healthy.attend(whole)
    await killed_at(killed, whole.points.index("after write key-ordered"))

    await killed.attend()

    assert sorted(killed.book.events) == sorted([*healthy.book.events, "take-up"])
    assert killed.book.events[-1] == "activate"
