"""What a key goes through that was there before the bot: roads of its own, and those of `roads`."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from bot.domain import leaving, names
from bot.domain.key_request import Adopted, State
from tests.support.fake_keys import Key
from tests.support.fuse import Fuse, Killed
from tests.support.people import approved
from tests.support.roads import (
    Road,
    handing_over,
    leaking,
    one_key,
    prolonging,
    restoring,
    retiring,
    revoking,
    rotating,
    rotating_in_vain,
)
from tests.support.world import World

OLD = "7f0c3a52-old-key"
OTHERS = {"cost-centre": "42"}


async def adopting(*, replaced: bool = False) -> World:
    """A key that somebody made in the console years ago gets an owner."""
    found = Adopted(key_id=OLD, name="Ada's notebook", replaced=replaced)
    world = World(approved(adopted=found, rotation=0))
    world.google.keys[OLD] = Key("a text that nobody here knows", dict(OTHERS))
    return world


async def adopted() -> World:
    """It has one."""
    world = await adopting()
    await world.attend()
    return world


async def adopting_what_is_gone() -> World:
    """Somebody deleted it before the worker came."""
    world = await adopting()
    world.google.keys[OLD].deleted = True
    return world


async def stopped() -> World:
    """Its owner leaves before the worker came."""
    world = await adopting()
    world.put(leaving.stop(world.request, world.clock.now))
    return world


async def stopped_when_marked() -> World:
    """He leaves when the worker has just written his name on the key, and died."""
    world, whole = await adopting(), Fuse()
    await (await adopting()).attend(whole)
    with suppress(Killed):
        await world.attend(Fuse(blow_at=whole.points.index("after Keys.annotate")))
    assert world.google.keys[OLD].annotations != OTHERS
    world.put(leaving.stop(world.request, world.clock.now))
    return world


async def moving() -> World:
    """Its owner wants a key bound to a service account instead."""
    return await rotating(adopted)


async def moved() -> World:
    """The new key has been in place for its grace, and nobody calls the old one."""
    return await retiring(adopted)


def in_place(world: World) -> None:
    """The same key with our marks beside those of others, and no other key.

    A worker that was overtaken may come late with an empty secret, which nobody may read.
    """
    request, google = world.request, world.google
    assert (request.state, request.rotation, request.turn) == (State.ACTIVE, 0, None)
    assert list(google.live_keys) == [OLD]
    assert google.keys[OLD].annotations == {**OTHERS, **names.annotations_for(request)}
    assert not any(secret.versions or secret.grants for secret in google.secrets.values())


def untouched(world: World) -> None:
    """The key as it was found, alive or not: a claim that failed is no reason to delete it."""
    assert world.request.state is State.FAILED
    assert world.google.keys[OLD].annotations == OTHERS
    assert world.google.secrets == {}


def alive(world: World) -> None:
    """The same, and it works."""
    untouched(world)
    assert list(world.google.live_keys) == [OLD]


def beside(world: World) -> None:
    """The new key in the secret, and the old one still alive beside it."""
    request = world.request
    assert (request.state, request.turn, request.in_place) == (State.ACTIVE, None, False)
    assert set(world.google.live_keys) == {OLD, names.key_id(request)}
    (secret,) = world.google.secrets.values()
    assert secret.versions == {request.secret_version: world.google.keys[names.key_id(request)].text}
    assert secret.grants == {request.requester.member: request.expires_at}


def gone(world: World) -> None:
    """Deleted at Google, for 30 days."""
    assert (world.request.state, world.google.live_keys) == (State.REVOKED, {})


ROADS = {
    "adopting": Road(adopting, in_place),
    "replacing": Road(partial(adopting, replaced=True), beside),
    "adopting what is gone": Road(adopting_what_is_gone, untouched),
    "stopped before it was adopted": Road(stopped, alive),
    "stopped when it was marked": Road(stopped_when_marked, alive),
    "moving": Road(moving, beside),
    "moving in vain": Road(partial(rotating_in_vain, adopted), in_place),
    "moved": Road(moved, one_key),
    "an adopted key leaked": Road(partial(leaking, adopted), one_key),
    "prolonging an adopted key": Road(partial(prolonging, adopted), in_place),
    "handing an adopted key over": Road(partial(handing_over, adopted), in_place),
    "handing it over amid the move": Road(partial(handing_over, moving), beside),
    "revoking an adopted key": Road(partial(revoking, adopted), gone),
    "restoring an adopted key": Road(partial(restoring, adopted), in_place),
}
