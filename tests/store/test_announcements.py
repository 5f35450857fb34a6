"""The stream of changed requests: each entry reaches one reader, and a dead reader's entries the next."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from bot.domain.audit import Event
from bot.store import keys
from bot.store.announcements import GROUP, Announcements
from bot.store.redis import connect
from bot.store.requests import Requests
from tests.support.people import ADA, NOW, TEAM, pending

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from redis.asyncio import Redis

    Readers = Callable[[str], Announcements]
    Change = Callable[..., Awaitable[None]]

NOT_LONG = timedelta(milliseconds=20)
AT_ONCE = timedelta(0)


@pytest.fixture
async def reader(redis_url: str) -> AsyncIterator[Readers]:
    """Make a reader by its name."""
    patient = connect(redis_url, patient=True)
    yield lambda name: Announcements(patient, TEAM, name)
    await patient.aclose()


@pytest.fixture
def change(redis: Redis) -> Change:
    """Change requests, by making them."""
    numbers = count()
    requests = Requests(redis, lambda: str(next(numbers)))

    async def made(*ids: str) -> None:
        for request_id in ids:
            await requests.add(pending(id=request_id), Event(at=NOW, by=ADA.user_id, verb="request"), once="")

    return made


async def test_each_change_reaches_one_reader(reader: Readers, change: Change) -> None:
    """Two readers of one group share the changes and repeat none."""
    one, other = reader("one"), reader("other")
    await one.open()
    await other.open()
    await change("GK-2222", "GK-3333", "GK-4444", "GK-5555")

    first = await one.read(NOT_LONG, count=2)
    second = await other.read(NOT_LONG)

    assert [request_id for _, request_id in first + second] == ["GK-2222", "GK-3333", "GK-4444", "GK-5555"]
    assert await one.read(NOT_LONG) == []


async def test_what_was_announced_before_anyone_listened_is_read(reader: Readers, change: Change) -> None:
    """A group that is made late begins at the beginning."""
    await change("GK-2222")

    one = reader("one")
    await one.open()

    assert [request_id for _, request_id in await one.read(NOT_LONG)] == ["GK-2222"]


async def test_a_dead_readers_work_is_taken_over(reader: Readers, change: Change) -> None:
    """What a reader took and never finished is claimed by another one, and finished work is not."""
    dead, heir = reader("dead"), reader("heir")
    await dead.open()
    await change("GK-2222", "GK-3333")
    (done, _), (left, _) = await dead.read(NOT_LONG)
    await dead.done(done)

    assert await heir.claim(timedelta(minutes=1)) == []
    assert await heir.claim(AT_ONCE) == [(left, "GK-3333")]
    await heir.done(left)
    assert await heir.claim(AT_ONCE) == []


async def test_a_reader_wakes_up_for_news(reader: Readers, change: Change) -> None:
    """Waiting for news ends when there is some, not when the time is over."""
    one = reader("one")
    await one.open()
    waiting = asyncio.create_task(one.read(timedelta(seconds=30)))
    await asyncio.sleep(0.05)

    await change("GK-2222")

    async with asyncio.timeout(3):
        assert [request_id for _, request_id in await waiting] == ["GK-2222"]


async def test_a_server_that_lost_its_data_is_no_end(reader: Readers, change: Change, redis: Redis) -> None:
    """When the group is gone it is made again, and reading goes on."""
    one = reader("one")
    await one.open()
    await redis.flushall()

    assert await one.read(NOT_LONG) == []
    await change("GK-2222")
    assert [request_id for _, request_id in await one.read(NOT_LONG)] == ["GK-2222"]
    assert [group["name"] for group in await redis.xinfo_groups(keys.announcements(TEAM))] == [GROUP]


async def test_opening_twice_is_opening_once(reader: Readers, change: Change) -> None:
    """Every process opens the group; only the first one makes it."""
    one = reader("one")
    await one.open()
    await change("GK-2222")
    await one.read(NOT_LONG)

    await reader("other").open()

    assert await reader("other").read(NOT_LONG) == []
