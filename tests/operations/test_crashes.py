"""A worker may die at any moment; the next one finishes, and nothing is made twice or left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.key_request import State
from bot.wiring import FIRST_WAIT, LONGEST_WAIT, wait_longer
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


async def test_what_was_given_up_stays_given_up() -> None:
    """A worker that died while cleaning up is followed by cleaning up, even if the trouble is over."""
    world, whole = await blocked(), Fuse()
    await (await blocked()).attend(whole)
    await killed_at(world, whole.points.index("after write abandon"))
    world.google.errors.clear()

    request = await world.attend()

    assert request.state is State.FAILED
    assert world.left_behind() == {"keys": {}, "secrets": {}}


async def test_an_undo_that_fails_is_tried_until_it_can() -> None:
    """While Google refuses to take things back the request stays due, for good reasons and for as long."""
    world = await blocked()
    world.google.refuse("Keys.delete", "PERMISSION_DENIED", times=15)

    for _ in range(15):
        request = await world.attend()
        assert request.state in {State.PROVISIONING, State.FAILED}
        assert request.failure is not None
        assert request.next_run_at is not None
        assert request.next_run_at > world.clock()
        world.clock.now = request.next_run_at

    assert (await world.attend()).state is State.FAILED
    assert world.left_behind() == {"keys": {}, "secrets": {}}


async def test_an_end_that_fails_is_tried_until_it_can() -> None:
    """A key that Google does not delete yet stays due; it is called over only when it is gone."""
    world = await ending()
    world.google.refuse("Keys.delete", "UNAVAILABLE", times=15)

    for _ in range(15):
        request = await world.attend()
        assert request.state is State.ACTIVE
        assert request.next_run_at is not None
        world.clock.now = request.next_run_at

    assert (await world.attend()).state is State.EXPIRED
    assert world.left_behind() == {"keys": {}, "secrets": {}}


@given(st.integers(0, 10_000))
def test_waits_grow_and_stay_within_bounds(failed_runs: int) -> None:
    """However often it failed, the next try is between seconds and ten minutes away, and never at once."""
    wait = wait_longer(failed_runs)

    assert FIRST_WAIT / 2 <= wait <= LONGEST_WAIT
    assert wait <= FIRST_WAIT * 2 ** min(failed_runs, 10)
    if failed_runs >= 7:
        assert wait >= LONGEST_WAIT / 2
