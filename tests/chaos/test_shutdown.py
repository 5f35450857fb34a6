from __future__ import annotations

import asyncio
import signal
import time
from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from sandbox.google.faults import Fault
from tests.chaos import invariants
from tests.chaos.lane import Lane
from tests.chaos.tally import ALL
from tests.chaos.waiting import eventually

if TYPE_CHECKING:
    from tests.chaos.tally import Tally
    from tests.chaos.zygote import Zygote

pytestmark = pytest.mark.chaos

LIMIT = 10.0
# The default is what counts; the selection for `make test` has less time.
DRAIN = "8" if ALL else "1"


@pytest.mark.parametrize("busy", ["with a call under way", "with a call that never ends"])
async def test_a_stopped_worker_hands_its_work_back(zygote: Zygote, tally: Tally, busy: str) -> None:
    """SIGTERM in the middle of a step: the process is gone within 10 s, and the next worker makes the key."""
    async with Lane(zygote) as lane:
        worker = await lane.bot(door=False, GEMINI_KEY_BOT_DRAIN_SECONDS=DRAIN)
        plan, call = lane.town.cloud.plan, "ApiKeys/CreateKey"
        never = busy.endswith("never ends")
        plan.add(Fault(call, hang=True) if never else Fault(call, latency_s=1))
        request = await lane.approved(await lane.submitted())
        assert await eventually(lambda: not plan.entries(), within=20, every=0.01)

        began = time.monotonic()
        worker.signal(signal.SIGTERM)
        await asyncio.wait_for(worker.ended(), 2 * LIMIT)
        took = time.monotonic() - began

        plan.clear()
        await lane.bot(door=False)
        active = await lane.until(request, State.ACTIVE, State.FAILED)
        found = invariants.google(lane.town.cloud.world, active)
        found += [] if took < LIMIT else [f"it took {took:.1f} s to stop"]
        tally.add("worker: SIGTERM", busy, found)
        assert (active.state, found) == (State.ACTIVE, [])
