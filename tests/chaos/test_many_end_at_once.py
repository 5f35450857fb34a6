"""Many keys end in one moment: all of them go, and never more at once than Google's quota lets go."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from bot.store.audit import Audit
from sandbox.google.quotas import Quotas
from sandbox.people import TEAM_ID
from tests.chaos import invariants, planted
from tests.chaos.lane import Lane
from tests.chaos.tally import ALL
from tests.chaos.waiting import eventually

if TYPE_CHECKING:
    from tests.chaos.tally import Tally
    from tests.chaos.zygote import Zygote

pytestmark = pytest.mark.chaos

PROJECTS = ("acme-vision", "acme-ml-dev")
KEYS, WRITES = (1000, 60) if ALL else (120, 40)
# A minute of this Google is two seconds; the bot takes it for three, as roads are long on a busy machine.
QUOTAS = Quotas(key_reads=2 * WRITES, key_writes=WRITES, minute=timedelta(seconds=2))
CAREFUL = {"GEMINI_KEY_BOT_QUOTAS__MINUTE": "3"}
TIME = 300 if ALL else 60


async def test_all_keys_that_end_at_once_are_gone_within_the_quota(zygote: Zygote, tally: Tally) -> None:
    """Two workers, one killed on the way: no key is left, and Google refuses no write and no read."""
    async with Lane(zygote, quotas=QUOTAS) as lane:
        over = lane.service.now()
        held = [
            await planted.live(lane, number, PROJECTS[number % len(PROJECTS)], over) for number in range(KEYS)
        ]
        first, _ = await asyncio.gather(*(lane.bot(door=False, **CAREFUL) for _ in range(2)))

        async def left() -> int:
            return int(await lane.service.redis.zcard(f"gk:{{{TEAM_ID}}}:live"))

        async def half_done() -> bool:
            return await left() < KEYS / 2

        async def done() -> bool:
            return await left() == 0

        assert await eventually(half_done, within=TIME, every=0.05)
        await first.kill()
        await lane.bot(door=False, **CAREFUL)
        assert await eventually(done, within=TIME, every=0.1), f"{await left()} of {KEYS} are left"

        ended = [await lane.read(request) for request in held]
        found = [fault for request in ended for fault in invariants.google(lane.town.cloud.world, request)]
        found += [
            f"{request.id} is {request.state}" for request in ended if request.state is not State.EXPIRED
        ]
        found += [*await invariants.audited(lane.service, ended), *await invariants.listed(lane.service)]
        tally.add("load: many keys end at once, a worker killed", f"{KEYS} keys, {WRITES} writes", found)
        assert found == []
        assert lane.town.cloud.meter.refused == 0
        assert "await-turn" in await verbs(lane)


async def verbs(lane: Lane) -> set[str]:
    """List all that was ever done."""
    return {json.loads(entry.event)["verb"] async for entry in Audit(lane.service.redis).entries(TEAM_ID)}
