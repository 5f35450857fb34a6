from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from tests.chaos import invariants
from tests.chaos.lane import Lane
from tests.support.leaks import ENGINE

if TYPE_CHECKING:
    from tests.chaos.tally import Tally
    from tests.chaos.zygote import Zygote

pytestmark = pytest.mark.chaos


async def forget_every_job(lane: Lane) -> None:
    """Take away all that the job engine keeps, while no worker runs."""
    redis = lane.service.redis
    for key in [key async for key in redis.scan_iter(count=1000) if str(key).startswith(ENGINE)]:
        await redis.delete(key)


async def test_lost_jobs_lengthen_no_wait_and_no_life(zygote: Zygote, tally: Tally) -> None:
    """The engine forgets all after the approval, and again at the key's end: both are seen to."""
    async with Lane(zygote) as lane:
        request = await lane.approved(await lane.submitted())
        await forget_every_job(lane)
        worker = await lane.bot(door=False)
        active = await lane.until(request, State.ACTIVE, State.FAILED)
        found = invariants.google(lane.town.cloud.world, active)
        await worker.kill()
        over = await lane.expire(active)
        await forget_every_job(lane)
        await lane.bot(door=False)

        over = await lane.until(request, State.EXPIRED)

        found += invariants.google(lane.town.cloud.world, over)
        tally.add("jobs: all of them lost", "after the approval, at the end", found)
        assert (active.state, found) == (State.ACTIVE, [])
