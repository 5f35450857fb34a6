"""The roads that a worker can be on, and every moment of them at which it can die or fall asleep."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.support.fuse import Fuse
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Build = Callable[[], Awaitable[World]]


async def granting() -> World:
    """An approved request; the bot may read a lost text again."""
    return World()


async def granting_blind() -> World:
    """An approved request; a text that was lost stays lost."""
    world = World()
    world.google.texts_hidden = True
    return world


async def blocked() -> World:
    """An approved request whose key is minted and stored, and then refused for good."""
    world = World()
    world.google.refuse("Gemini.accepts", "PERMISSION_DENIED", times=99, reason="SERVICE_DISABLED")
    return world


async def ending() -> World:
    """A live key whose time is over."""
    world = World()
    await world.attend()
    world.clock.forward(days=31)
    return world


def points_of(build: Build) -> list[str]:
    """Let one healthy worker go through, and name every point at which it could have died."""

    async def walk() -> list[str]:
        world, fuse = await build(), Fuse()
        await world.attend(fuse)
        return fuse.points

    return asyncio.run(walk())


def every_point(build: Build) -> pytest.MarkDecorator:
    """Parametrise over every moment at which a worker can die."""
    points = points_of(build)
    return pytest.mark.parametrize(
        "moment", range(len(points)), ids=[f"{n} {point}" for n, point in enumerate(points)]
    )
