"""A worker that was silent for too long has been replaced: when it wakes up, it can change nothing."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from typing import TYPE_CHECKING

import pytest

from bot.domain.granting import resume
from bot.domain.key_request import State
from tests.support.fuse import Fuse
from tests.support.moments import blocked, ending, every_point, granting, granting_blind

if TYPE_CHECKING:
    from tests.support.world import World


async def overtaken(world: World, moment: int) -> tuple[asyncio.Task[object], Fuse]:
    """Let a worker pause at a moment, and another one do all the work meanwhile."""
    fuse = Fuse(pause_at=moment)
    sleeper = asyncio.create_task(world.attend(fuse))
    async with asyncio.timeout(5):
        await fuse.paused.wait()
    await world.attend()
    return sleeper, fuse


async def woken(sleeper: asyncio.Task[object], fuse: Fuse) -> None:
    """Let the paused worker go on to its end."""
    fuse.woken.set()
    async with asyncio.timeout(5):
        await sleeper


@every_point(granting)
async def test_an_overtaken_grant_changes_nothing(moment: int) -> None:
    """The record, the key and the access stay as the newer worker left them."""
    world = await granting()
    sleeper, fuse = await overtaken(world, moment)
    assert world.request.state is State.ACTIVE
    record, told = world.request, list(world.book.events)

    await woken(sleeper, fuse)

    assert (world.request, world.book.events) == (record, told)
    world.check_key_works()


@every_point(granting_blind)
async def test_an_overtaken_mint_puts_no_dead_key_before_the_living_one(moment: int) -> None:
    """A worker that wakes up with the text of a key that was given up leaves it nowhere."""
    world = await granting_blind()
    sleeper, fuse = await overtaken(world, moment)
    record = world.request

    await woken(sleeper, fuse)

    assert world.request == record
    world.check_key_works()


@every_point(ending)
async def test_an_overtaken_end_changes_nothing(moment: int) -> None:
    """Taking away twice is taking away once, and the record is closed once."""
    world = await ending()
    sleeper, fuse = await overtaken(world, moment)
    record, told = world.request, list(world.book.events)

    await woken(sleeper, fuse)

    assert (world.request, world.book.events) == (record, told)
    assert record.state is State.EXPIRED
    assert world.left_behind() == {"keys": {}, "secrets": {}}


@every_point(blocked)
async def test_an_overtaken_worker_makes_no_key_and_grants_nothing(moment: int) -> None:
    """When the newer worker has given up and cleaned up, no key comes after it, and no access.

    An empty secret may, for Google knows no "create unless": `reconcile` finds it, and it ends by itself.
    """
    world = await blocked()
    sleeper, fuse = await overtaken(world, moment)
    record = world.request
    assert record.state is State.FAILED

    await woken(sleeper, fuse)

    assert world.request == record
    assert world.google.live_keys == {}
    assert all(not secret.versions and not secret.grants for secret in world.google.secrets.values())


@pytest.mark.parametrize("moment", range(0, 45, 4))
async def test_an_overtaken_worker_deletes_nothing_of_a_renewed_request(moment: int) -> None:
    """A failed request that was tried again and works now is safe from the worker of its first try.

    That one may at worst repeat the grant it was about to make, which ended earlier, never later.
    """
    world = await blocked()
    sleeper, fuse = await overtaken(world, moment)
    world.google.errors.clear()
    world.put(resume(world.request, world.clock()))
    await world.attend()
    standing = deepcopy(world.google.live_keys)

    await woken(sleeper, fuse)

    assert world.google.live_keys == standing
    (secret,) = world.google.secrets.values()
    assert secret.versions == {world.request.secret_version: next(iter(standing.values())).text}
    assert [*secret.grants] == [world.request.requester.member]
    assert max(secret.grants.values()) <= world.request.expires_at
