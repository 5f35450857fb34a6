"""Small memories beside the records: deliveries, people, readiness, and wake-ups."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from bot.domain.readiness import ProjectReadiness
from bot.store import keys
from bot.store.deliveries import Deliveries
from bot.store.people import Profiles
from bot.store.queue import Queue, open_docket
from bot.store.readiness import Readiness
from bot.store.visible import Visible
from tests.support.leaks import leaks
from tests.support.people import DAY, HOUR, NOW, TEAM, approved, in_state, pending
from tests.support.redis_server import redis_server

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bot.domain.key_request import KeyRequest

READY = ProjectReadiness(
    project_id="acme-ml-dev", checked_at=NOW, state="ACTIVE", number="1", billing_enabled=None,
    api_enabled=True, unreadable={"billing_enabled": "PERMISSION_DENIED"},
)  # fmt: skip


async def test_a_delivery_is_first_once(redis: Redis) -> None:
    """The same signature is new one time in each workspace, and is forgotten by itself."""
    deliveries = Deliveries(redis)

    assert await deliveries.first(TEAM, "v0=abc", 310)
    assert not await deliveries.first(TEAM, "v0=abc", 310)
    assert await deliveries.first("T0OTHER", "v0=abc", 310)
    assert 300 < await redis.ttl(keys.once(TEAM, "v0=abc")) <= 310
    assert await leaks(redis) == []


async def test_a_profile_is_fresh_for_a_while(redis: Redis) -> None:
    """A profile is kept as it was given, per workspace, and ends."""
    profiles = Profiles(redis)
    await profiles.put(TEAM, "U0ADA", '{"x": "é"}', timedelta(minutes=5))

    assert await profiles.get(TEAM, "U0ADA") == '{"x": "é"}'
    assert await profiles.get("T0OTHER", "U0ADA") is None
    assert 0 < await redis.ttl(keys.person(TEAM, "U0ADA")) <= 300


async def test_who_looked_long_ago_does_not_watch(redis: Redis) -> None:
    """Watchers are those who looked since a time; the others are dropped for good."""
    profiles = Profiles(redis)
    await profiles.watch(TEAM, "U0ADA", NOW - 2 * DAY)
    await profiles.watch(TEAM, "U0GRACE", NOW - HOUR)

    assert await profiles.watchers(TEAM, NOW - DAY) == {"U0GRACE"}
    assert await redis.zcard(keys.watchers(TEAM)) == 1


async def test_readiness_is_known_or_not(redis: Redis) -> None:
    """A survey's facts come back whole, unknown ones as unknown; what was never looked at is absent."""
    readiness = Readiness(redis)
    await readiness.put(READY)

    assert await readiness.of(["acme-ml-dev", "acme-vision"]) == {"acme-ml-dev": READY}
    assert await readiness.of([]) == {}
    assert await leaks(redis) == []


@pytest.mark.parametrize(
    ("record", "jobs"),
    [
        (approved(next_run_at=NOW), 1),
        (approved(next_run_at=NOW + timedelta(seconds=59)), 1),
        (pending(), 0),
        (in_state(State.DENIED), 0),
    ],
    ids=["now", "soon", "later", "never"],
)
async def test_only_what_is_due_soon_is_sent_at_once(redis_url: str, record: KeyRequest, jobs: int) -> None:
    """What is due later is left to the sweep, and what is over wakes nobody."""
    async with open_docket(redis_url) as docket:
        await Queue(docket, lambda: NOW).wake(record)
        snapshot = await docket.snapshot()

    assert snapshot.total_tasks == jobs


async def test_one_due_time_is_one_job(redis_url: str) -> None:
    """A wake-up that is sent again is the same job; a new due time is a new one."""
    due = approved(next_run_at=NOW + timedelta(seconds=30))
    async with open_docket(redis_url) as docket:
        queue = Queue(docket, lambda: NOW)
        for _ in range(3):
            await queue.wake(due)
        await queue.wake(replace(due, next_run_at=NOW + timedelta(seconds=40)))
        snapshot = await docket.snapshot()

    assert snapshot.total_tasks == 2


async def test_a_wake_up_that_cannot_be_sent_is_no_failure() -> None:
    """The record is the truth: without a queue the verb succeeds, and the sweep finds the record."""
    with redis_server() as server:
        async with open_docket(server.url) as docket:
            server.kill()
            await Queue(docket, lambda: NOW).wake(approved(next_run_at=NOW))
            server.start()
            assert (await docket.snapshot()).total_tasks == 0


async def test_a_queue_that_does_not_hear_of_its_end_is_left(redis_url: str) -> None:
    """One of its tasks goes on for ever; whoever closes the queue does not wait for that."""
    async with asyncio.timeout(30), open_docket(redis_url) as docket:
        docket.closing = 0.1
        docket._stack.push_async_callback(asyncio.Event().wait)


async def test_what_was_just_made_is_seen_before_google_lists_it(redis: Redis) -> None:
    """Two projects made at once are both kept, and a search that does not know them yet drops neither."""
    mine, anothers = Visible(redis, lambda: NOW), Visible(redis, lambda: NOW)
    await mine.put(["acme-old-dev"])
    await asyncio.gather(mine.add("acme-new-dev"), anothers.add("acme-other-dev"))
    await mine.put(["acme-old-dev"])

    assert await anothers.get() == ["acme-new-dev", "acme-old-dev", "acme-other-dev"]
    later = Visible(redis, lambda: NOW + DAY + HOUR)
    assert await later.get() == ["acme-old-dev"]
    assert 0 < await redis.ttl(keys.projects_made()) <= 86_400
    assert await leaks(redis) == []


async def test_a_project_made_is_not_all_there_is(redis: Redis) -> None:
    """While nobody knows what a search would list, nothing is said, so that nobody forgets what he saw."""
    visible = Visible(redis, lambda: NOW)
    await visible.add("acme-new-dev")

    assert await visible.get() is None
    assert await visible.made() == ["acme-new-dev"]
