"""Turns at Google: never more than may be, urgent ones first, everybody else in the order of asking."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.store import keys
from bot.store.turns import KEY_WRITES, ON_THE_ROAD, Turns
from tests.support.leaks import leaks

if TYPE_CHECKING:
    from redis.asyncio import Redis

MINUTE = timedelta(minutes=1)
WINDOW = MINUTE + ON_THE_ROAD
NOW = timedelta()
GIVEN = keys.turns_given(KEY_WRITES)


@pytest.fixture
def turns(redis: Redis) -> Turns:
    """Three a minute: too few to keep one for the urgent."""
    return Turns(redis, 3, MINUTE)


async def pass_time(redis: Redis, seconds: float) -> None:
    """Let what was given, and what is kept, be older."""
    for key in (GIVEN, keys.turns_kept(KEY_WRITES)):
        for ticket, score in await redis.zrange(key, 0, -1, withscores=True):
            await redis.zadd(key, {ticket: score - seconds * 1000})


async def mints(turns: Turns, *tickets: str) -> list[timedelta]:
    return [await turns.take(ticket, urgent=False) for ticket in tickets]


async def test_a_minute_has_so_many_turns_and_no_more(turns: Turns) -> None:
    """Twenty ask at once, of whichever worker: three are served, the others are told a time in the future."""
    waits = await asyncio.gather(*(turns.take(f"GK-{n}", urgent=False) for n in range(20)))

    assert waits.count(NOW) == 3
    assert all(wait <= WINDOW * 6 for wait in waits)


async def test_who_waits_is_told_when_his_turn_is(turns: Turns) -> None:
    """Three turns come free with every window, so the seventh in the queue waits for three windows."""
    await mints(turns, "a", "b", "c")

    waits = await mints(turns, *(f"late-{n}" for n in range(7)))

    full = [round(wait / WINDOW) for wait in waits]
    assert full == [1, 1, 1, 2, 2, 2, 3]


async def test_a_place_is_kept_while_somebody_sleeps(turns: Turns, redis: Redis) -> None:
    """Whoever was put off finds his turn, though others ask just before he comes back."""
    await mints(turns, "a", "b", "c", "put-off")
    await pass_time(redis, WINDOW.total_seconds())

    *others, pushed = await mints(turns, "new-1", "new-2", "new-3")

    assert others == [NOW, NOW]
    assert pushed > NOW
    assert await mints(turns, "put-off") == [NOW]


async def test_who_never_comes_loses_his_place(turns: Turns, redis: Redis) -> None:
    """A place whose holder died is given up, a window after his time."""
    await mints(turns, "a", "b", "c", "dead")
    await pass_time(redis, 2 * WINDOW.total_seconds())

    assert await mints(turns, "new-1", "new-2", "new-3") == [NOW] * 3
    assert await redis.zrange(keys.turns_queued(KEY_WRITES), 0, -1) == []


async def test_deleting_goes_before_making(turns: Turns, redis: Redis) -> None:
    """A key that must go takes the next turn, however many that are wanted have waited for it longer."""
    await mints(turns, "a", "b", "c", *(f"mint-{n}" for n in range(5)))
    revoked = await turns.take("revoked", urgent=True)
    assert round(revoked / WINDOW) == 1
    await pass_time(redis, WINDOW.total_seconds())

    assert await turns.take("revoked", urgent=True) == NOW
    assert await mints(turns, "mint-0", "mint-1", "mint-2") == [
        NOW,
        NOW,
        pytest.approx(WINDOW, abs=MINUTE / 10),
    ]


async def test_a_storm_of_new_keys_leaves_turns_for_a_leaked_one(redis: Redis) -> None:
    """A tenth of all turns is never given to what is only wanted."""
    turns = Turns(redis, 20, MINUTE)
    assert (await mints(turns, *(f"mint-{n}" for n in range(40)))).count(NOW) == 18

    deleted = [await turns.take(f"leaked-{n}", urgent=True) for n in range(3)]

    assert deleted[:2] == [NOW, NOW]
    assert deleted[2] > NOW


async def test_the_window_slides(turns: Turns, redis: Redis) -> None:
    """Turns given late in one minute still count early in the next: no sixty seconds hold four."""
    await mints(turns, "a")
    await pass_time(redis, 50)
    await mints(turns, "b", "c")
    await pass_time(redis, 12)

    assert await mints(turns, "d") == [NOW]
    (wait,) = await mints(turns, "e")
    assert timedelta(seconds=45) < wait < timedelta(seconds=50)


async def test_asking_again_costs_nothing(turns: Turns) -> None:
    """Looking three times whether it is one's turn takes one place, and one turn."""
    await mints(turns, "a", "b")
    assert await mints(turns, "c") == [NOW]

    first, *again = await mints(turns, "d", "d", "d")

    assert all(abs(wait - first) < timedelta(seconds=5) for wait in again)


async def test_all_of_it_ends_by_itself(turns: Turns, redis: Redis) -> None:
    """Every key is listed and has its end, as nobody cleans up behind a bot that is gone."""
    await mints(turns, "a", "b", "c", "d")

    assert await redis.exists(GIVEN, keys.turns_queued(KEY_WRITES), keys.turns_kept(KEY_WRITES)) == 3
    assert await leaks(redis) == []
