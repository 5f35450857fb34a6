from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain import calendar, deciding
from bot.domain.key_request import State
from bot.errors import Conflict
from bot.operations.attend import attend
from tests.chaos.tally import ALL, only_plain
from tests.support.people import DAY, GRACE, HOUR, NOW, TEAM, active, pending
from tests.support.world import World

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from tests.chaos.tally import Tally

pytestmark = [pytest.mark.chaos, only_plain]

WORKERS = 4
MONTH = timedelta(days=30)


async def pass_by(world: World, step: timedelta, end: timedelta) -> list[tuple[str, timedelta]]:
    """Let time pass in steps with several workers looking at once; list what was told, and when."""
    told: list[tuple[str, timedelta]] = []
    heard = len(world.book.events)
    while world.clock.now < NOW + end:
        world.clock.now += step
        await asyncio.gather(*(attend(world.workshop(), TEAM, world.id) for _ in range(WORKERS)))
        told += [(verb, world.clock.now - NOW) for verb in world.book.events[heard:]]
        heard = len(world.book.events)
    return told


def of(told: list[tuple[str, timedelta]], *verbs: str) -> list[tuple[str, timedelta]]:
    return [(verb, at) for verb, at in told if verb in verbs]


def waiting(**changes: Any) -> World:
    world = World(pending(**changes))
    world.clock.now = NOW
    return world


def living() -> World:
    world = World(active(expires_at=NOW + MONTH))
    world.clock.now = NOW
    return world


async def test_an_undecided_request_is_called_to_mind_three_times_and_lapses() -> None:
    """After 30 minutes, 2 and 6 hours, once each, though four workers look; after 8 hours it is over."""
    world = waiting()

    told = await pass_by(world, timedelta(minutes=10), 9 * HOUR)

    assert told == [
        ("remind", timedelta(minutes=30)),
        ("remind", 2 * HOUR),
        ("remind", 6 * HOUR),
        ("lapse", 8 * HOUR),
    ]


async def test_a_holder_is_warned_three_times_and_the_key_ends() -> None:
    """7, 3 and 1 days before the end, once each, and then the key goes."""
    world = living()

    told = of(await pass_by(world, 6 * HOUR, 31 * DAY), "warn", "expire", "end")

    assert told == [
        ("warn", 23 * DAY),
        ("warn", 27 * DAY),
        ("warn", 29 * DAY),
        ("expire", 30 * DAY),
        ("end", 30 * DAY),
    ]


@pytest.mark.parametrize("asleep", range(1, 48 if ALL else 9))
async def test_a_long_sleep_ends_in_one_message_and_no_storm(asleep: int, tally: Tally) -> None:
    """However long all workers slept, each request is told of once, with what counts now."""
    undecided, live = waiting(), living()
    span = asleep * 2 * HOUR * 12

    first = await pass_by(undecided, span, timedelta(microseconds=1))
    second = of(await pass_by(live, span, timedelta(microseconds=1)), "warn", "expire")

    wrong = [] if [verb for verb, _ in first] == ["lapse"] else [str(first)]
    wrong += [] if len(second) == (span >= 23 * DAY) else [str(second)]
    tally.add("time: all workers asleep", f"{span}", wrong)
    assert wrong == []


@pytest.mark.parametrize("minutes", [29, 31, 119, 121, 359, 361, 479])
def test_due_times_come_from_stored_times_alone(minutes: int) -> None:
    """A record written back unchanged after any sleep is due at the same moment as before."""
    at = NOW + timedelta(minutes=minutes)
    request = pending()
    if minutes > 30:
        request = deciding.remind(request, at)

    assert calendar.due_at(request) == min(
        time
        for time in (NOW + timedelta(minutes=30), NOW + 2 * HOUR, NOW + 6 * HOUR, NOW + 8 * HOUR)
        if time > at
    )


CALLS = (NOW + 3 * HOUR, NOW + 5 * HOUR)


async def test_silence_calls_one_group_after_the_other() -> None:
    """Each group is called at its time, once, though four workers look, and reminders go on beside it."""
    world = waiting(escalates_at=CALLS)

    told = await pass_by(world, timedelta(minutes=10), 9 * HOUR)

    assert of(told, "escalate", "lapse") == [
        ("escalate", 3 * HOUR),
        ("escalate", 5 * HOUR),
        ("lapse", 8 * HOUR),
    ]
    assert len(of(told, "remind")) == 3


async def test_a_week_of_downtime_calls_everybody_once() -> None:
    """Two groups whose time passed while nobody worked are called in one move; then there is silence."""
    world = waiting(escalates_at=CALLS, lapses_at=NOW + MONTH)

    told = await pass_by(world, 7 * DAY, timedelta(microseconds=1))
    told += await pass_by(world, HOUR, 7 * DAY + 3 * HOUR)

    assert told == [("escalate", 7 * DAY), ("remind", 7 * DAY)]
    assert world.request.escalated == 2


def test_the_next_call_is_a_due_time_like_any_other() -> None:
    """The record alone says when a worker must look, before and after the first call."""
    request = pending(escalates_at=CALLS, reminded=3)

    assert calendar.due_at(request) == CALLS[0]
    called = deciding.escalate(request, CALLS[0])
    assert calendar.due_at(called) == CALLS[1]
    with pytest.raises(Conflict):
        deciding.escalate(called, CALLS[0])


def test_a_decided_request_is_not_called_to_mind() -> None:
    """Whoever decides ends the reminders."""
    request: KeyRequest = deciding.approve(pending(), GRACE, NOW + HOUR)

    with pytest.raises(Conflict):
        deciding.remind(request, NOW + 3 * HOUR)
    assert request.state is State.APPROVED
