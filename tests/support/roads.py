"""What a live key goes through: each road begins where a worker takes over, and ends in a known place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import calendar, ending, leaving, names, renewal, rotation
from bot.domain.key_request import State
from tests.support.people import ADA, ALAN, DAY, GRACE, HOUR
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.key_request import KeyRequest

    Begin = Callable[[], Awaitable[World]]

MOST_LOOKS = 6


async def living() -> World:
    """A live key that a worker has just made."""
    world = World()
    await world.attend()
    return world


def move(world: World, change: Callable[[KeyRequest], KeyRequest]) -> World:
    """Let somebody press a button."""
    world.put(change(world.request))
    return world


async def settle(world: World) -> KeyRequest:
    """Attend as long as something is due now."""
    for _ in range(MOST_LOOKS):
        due = calendar.due_at(world.request)
        if due is None or due > world.clock.now + HOUR:
            break
        world.clock.now = max(world.clock.now, due)
        await world.attend()
    return world.request


async def revoking(begin: Begin = living) -> World:
    """Its owner wants it gone."""
    world = await begin()
    return move(world, partial(ending.start_ending, by=ADA, at=world.clock.now))


async def restoring(begin: Begin = living) -> World:
    """Its owner wants it back."""
    world = await revoking(begin)
    await world.attend()
    return move(world, partial(ending.undo, by=ADA, at=world.clock.now))


async def burying() -> World:
    """Nobody can want it back any more."""
    world = await revoking()
    await world.attend()
    until = world.request.undo_until
    assert until is not None
    world.clock.now = until
    return world


async def rotating(begin: Begin = living) -> World:
    """Its owner wants another one."""
    world = await begin()
    return move(world, partial(rotation.rotate, by=ADA, at=world.clock.now, grace=DAY))


async def rotating_blind() -> World:
    """The same, where a text that was lost stays lost."""
    world = await rotating()
    world.google.texts_hidden = True
    return world


async def rotating_in_vain(begin: Begin = living) -> World:
    """The same, where Google refuses the new key for good."""
    world = await rotating(begin)
    world.google.refuse("Gemini.accepts", "PERMISSION_DENIED", times=99, reason="SERVICE_DISABLED")
    return world


async def retiring(begin: Begin = living) -> World:
    """The old key has been silent for its grace."""
    world = await rotating(begin)
    await world.attend()
    world.clock.forward(days=1)
    return world


async def leaking(begin: Begin = living) -> World:
    """Somebody says that it leaked."""
    world = await begin()
    return move(world, partial(rotation.replace_key, by=GRACE, at=world.clock.now, leaked=True))


async def handing_over(begin: Begin = living) -> World:
    """Its owner leaves, and it goes to somebody else."""
    world = await begin()
    return move(world, partial(leaving.hand_over, to=ALAN))


async def prolonging(begin: Begin = living) -> World:
    """An approver lets it live longer."""
    world = await begin()
    world.clock.forward(days=25)
    now = world.clock.now
    wish = partial(renewal.ask, by=ADA, at=now, lifetime=30 * DAY, lapses_at=now + HOUR, approvals_needed=1)
    move(world, wish)
    return move(world, partial(renewal.approve, by=GRACE, at=now))


def one_key(world: World) -> None:
    """The whole grant, with a single key."""
    assert world.request.state is State.ACTIVE
    assert world.request.retiring == ()
    world.check_key_works()


def two_keys(world: World) -> None:
    """The new key in the newest version, and the old one beside it."""
    request = world.request
    assert (request.state, request.turn) == (State.ACTIVE, None)
    (old,) = request.retiring
    key_ids = {names.key_id(request), names.key_id_of(request, old.rotation)}
    assert set(world.google.live_keys) == key_ids
    (secret,) = world.google.secrets.values()
    assert set(secret.versions) == {request.secret_version, old.secret_version}
    assert secret.versions[request.secret_version] == world.google.keys[names.key_id(request)].text
    assert max(secret.versions, key=int) == request.secret_version


def the_old_key(world: World) -> None:
    """What was there before, and a word why there is nothing else."""
    assert world.request.turn_failure is not None
    assert world.request.rotation == 1
    one_key(world)


def closed(world: World) -> None:
    """No key, no reader, and a version that nobody can open."""
    assert (world.request.state, world.google.live_keys) == (State.REVOKED, {})
    (secret,) = world.google.secrets.values()
    assert (secret.grants, set(secret.versions)) == ({}, secret.closed)


def nothing(world: World) -> None:
    """No trace at Google."""
    assert calendar.due_at(world.request) is None
    assert world.left_behind() == {"keys": {}, "secrets": {}}


def longer(world: World) -> None:
    """The new end everywhere."""
    request = world.request
    assert request.expires_at == world.clock.now + 30 * DAY
    (secret,) = world.google.secrets.values()
    assert secret.expires_at == request.expires_at + 7 * DAY
    for written in (secret.annotations, world.google.keys[names.key_id(request)].annotations):
        assert written == names.annotations_for(request)
    one_key(world)


@dataclass(frozen=True)
class Road:
    """Where it begins, and what stands at its end."""

    begin: Begin
    arrived: Callable[[World], None]


ROADS = {
    "revoking": Road(revoking, closed),
    "restoring": Road(restoring, one_key),
    "burying": Road(burying, nothing),
    "rotating": Road(rotating, two_keys),
    "rotating blind": Road(rotating_blind, two_keys),
    "rotating in vain": Road(rotating_in_vain, the_old_key),
    "retiring": Road(retiring, one_key),
    "leaking": Road(leaking, one_key),
    "handing over": Road(handing_over, one_key),
    "prolonging": Road(prolonging, longer),
}
