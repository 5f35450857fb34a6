from __future__ import annotations

import asyncio
import contextlib
import random
from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from sandbox.google.company import set_bot_roles
from sandbox.google.roles import BOT
from sandbox.people import TEAM_ID
from tests.chaos import invariants
from tests.chaos.lane import Lane
from tests.chaos.tally import ALL
from tests.chaos.waiting import eventually

if TYPE_CHECKING:
    from tests.chaos.tally import Tally
    from tests.chaos.zygote import Child, Zygote

pytestmark = pytest.mark.chaos

REQUESTS = 1000 if ALL else 40
KILL_EVERY = 4.0 if ALL else 1.5
# Google gives a project 300 keys.
PROJECTS = ("acme-vision", "acme-ml-dev", "acme-stranger", "acme-locked")
TIME = 900 if ALL else 60


async def test_a_thousand_at_once_while_workers_die(zygote: Zygote, tally: Tally) -> None:
    """All approved at once, two workers, one killed every few seconds: a key each, none twice, no orphan."""
    async with Lane(zygote) as lane:
        workers = [await lane.bot(door=False) for _ in range(2)]
        prepare(lane)
        asked = [
            await lane.approved(await lane.submitted(PROJECTS[number % len(PROJECTS)]))
            for number in range(REQUESTS)
        ]
        killing = asyncio.create_task(kill_again_and_again(lane, workers))

        async def left() -> int:
            live = await lane.service.redis.zcard(f"gk:{{{TEAM_ID}}}:live")
            if ALL:
                print(f"{live} of {REQUESTS}")  # noqa: T201 - progress
            return REQUESTS - int(live)

        async def done() -> bool:
            return await left() == 0

        finished = await eventually(done, within=TIME, every=2 if ALL else 0.2)
        killing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await killing
        assert finished, f"{await left()} of {REQUESTS} are left"
        ended = [await lane.read(request) for request in asked]
        found = [fault for request in ended for fault in invariants.google(lane.town.cloud.world, request)]
        found += [f"{r.id} is {r.state}" for r in ended if r.state is not State.ACTIVE]
        found += [*await invariants.audited(lane.service, ended), *await invariants.listed(lane.service)]
        tally.add("load: workers killed again and again", f"{REQUESTS} requests at once", found)
        assert found == []


def prepare(lane: Lane) -> None:
    """Let the bot into all of them."""
    projects = lane.town.cloud.world.projects
    set_bot_roles(projects["acme-stranger"], [BOT])
    projects["acme-locked"].org_policies.clear()


async def kill_again_and_again(lane: Lane, workers: list[Child]) -> None:
    """Kill one of the two and start another, for ever."""
    dice = random.Random(7)
    while True:
        await asyncio.sleep(KILL_EVERY)
        number = dice.randrange(2)
        await workers[number].kill()
        workers[number] = await lane.bot(door=False)
