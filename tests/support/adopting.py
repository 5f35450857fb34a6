"""What a key goes through that was there before the bot: roads like those of `roads`."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from bot.domain import ending, leaving, names, renewal, rotation
from bot.domain.key_request import Adopted, State
from tests.support.fake_keys import Key
from tests.support.fuse import Fuse, Killed
from tests.support.people import ADA, DAY, GRACE, RADIA, approved
from tests.support.roads import Road, one_key
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
    world = await adopted()
    move = partial(rotation.rotate, by=ADA, at=world.clock.now, grace=DAY)
    world.put(move(world.request))
    return world


async def moving_in_vain() -> World:
    """The same, where Google refuses the new key for good."""
    world = await moving()
    world.google.refuse("Gemini.accepts", "PERMISSION_DENIED", times=99, reason="SERVICE_DISABLED")
    return world


async def moved() -> World:
    """The new key has been in place for its grace, and nobody calls the old one."""
    world = await moving()
    await world.attend()
    world.clock.forward(days=1)
    return world


async def leaking() -> World:
    """The adopted key was found in public."""
    world = await adopted()
    world.put(rotation.replace_key(world.request, ADA, world.clock.now, leaked=True))
    return world


async def prolonging() -> World:
    """An approver lets it live longer."""
    world = await adopted()
    world.clock.forward(days=25)
    now = world.clock.now
    asked = renewal.ask(world.request, ADA, now, lifetime=30 * DAY, lapses_at=now + DAY, approvals_needed=1)
    world.put(renewal.approve(asked, GRACE, now))
    return world


async def handing_over() -> World:
    """Its owner leaves, and somebody else takes it."""
    world = await adopted()
    world.put(leaving.hand_over(world.request, RADIA))
    return world


async def handing_over_amid_the_move() -> World:
    """The same, while its successor is being made: the new owner may read it, and nobody else."""
    world = await moving()
    world.put(leaving.hand_over(world.request, RADIA))
    return world


async def revoking() -> World:
    """Its owner wants it gone."""
    world = await adopted()
    world.put(ending.start_ending(world.request, ADA, world.clock.now))
    return world


async def restoring() -> World:
    """Its owner wants it back."""
    world = await revoking()
    await world.attend()
    world.put(ending.undo(world.request, ADA, world.clock.now))
    return world


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
    "moving in vain": Road(moving_in_vain, in_place),
    "moved": Road(moved, one_key),
    "an adopted key leaked": Road(leaking, one_key),
    "prolonging an adopted key": Road(prolonging, in_place),
    "handing an adopted key over": Road(handing_over, in_place),
    "handing it over amid the move": Road(handing_over_amid_the_move, beside),
    "revoking an adopted key": Road(revoking, gone),
    "restoring an adopted key": Road(restoring, in_place),
}
