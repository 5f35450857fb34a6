"""A week-end in the life of an undecided request: nobody is reminded of it, and it does not lapse."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.calendar import REMINDERS
from bot.domain.hours import Hours
from bot.domain.key_request import State
from bot.operations.attend import attend
from tests.support.people import TEAM, pending
from tests.support.world import World

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest

OFFICE = Hours.model_validate({"zone": "Europe/Berlin"})
# Five in the afternoon in Berlin, before the night in which summer time ends.
FRIDAY = datetime(2026, 10, 23, 15, 0, tzinfo=UTC)
MONDAY = datetime(2026, 10, 26, 8, 0, tzinfo=UTC)
STEP = timedelta(minutes=30)


def asked() -> KeyRequest:
    """Ada's request, with the clocks of people as the policy's hours set them."""
    return pending(
        requested_at=FRIDAY,
        opens_at=OFFICE.opening(FRIDAY),
        reminds_at=tuple(OFFICE.after(FRIDAY, after) for after in REMINDERS),
        escalates_at=(OFFICE.after(FRIDAY, timedelta(hours=4)),),
        lapses_at=OFFICE.after(FRIDAY, timedelta(hours=8)),
    )


async def test_nothing_happens_before_monday_and_all_of_it_then() -> None:
    """Several workers look every half hour, all week-end and all Monday long."""
    world = World(asked())
    world.clock.now = FRIDAY
    told: list[tuple[str, timedelta]] = []

    while world.clock.now < MONDAY + timedelta(hours=9):
        world.clock.now += STEP
        heard = len(world.book.events)
        await asyncio.gather(*(attend(world.workshop(), TEAM, world.id) for _ in range(3)))
        told += [(verb, world.clock.now - MONDAY) for verb in world.book.events[heard:]]

    assert told == [
        ("remind", timedelta(minutes=30)),
        ("remind", timedelta(hours=2)),
        ("escalate", timedelta(hours=4)),
        ("remind", timedelta(hours=6)),
        ("lapse", timedelta(hours=8)),
    ]
    assert world.request.state is State.LAPSED
