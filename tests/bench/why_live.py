"""A check of one's key against the sandbox's Google in another process, each probe as slow as a real one."""

from __future__ import annotations

import argparse
import asyncio
import time
from typing import TYPE_CHECKING, Any

import uvloop

from bot import settings
from bot.cloud_wiring import open_cloud
from bot.diagnosis.case import Case
from bot.operations.why_403.explain import Explainer, explain
from bot.wiring import utc_now
from tests.bench.child import say, until_stdin_ends
from tests.support.people import ADA, POLICY, active

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds that a call to Google is on the road; on loopback it would be none.
ROAD = 0.15


class Timed:
    """Pass calls on after the time on the road, and note how long each took in milliseconds."""

    def __init__(self, inner: Any, took: list[float]) -> None:
        self._inner, self._took = inner, took

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Wrap one method."""
        method = getattr(self._inner, name)

        async def timed(*args: Any, **more: Any) -> Any:
            began = time.perf_counter()
            try:
                await asyncio.sleep(ROAD)
                return await method(*args, **more)
            finally:
                self._took.append((time.perf_counter() - began) * 1000)

        return timed


class Records:
    """Ada's one live key."""

    async def mine(self, *_: object, **__: object) -> list[Any]:
        """List it."""
        return [active()]


async def run(rounds: int) -> None:
    """Answer once to warm up, then several times; say how long each answer and its slowest probe took."""
    answers, slowest, probes = [], [], 0
    async with open_cloud(settings.load()) as cloud:
        await cloud.warm()
        for _ in range(rounds + 1):
            took: list[float] = []
            rights: Any = Timed(cloud.projects, took)
            world: Any = Timed(cloud.for_diagnosis(), took)
            records: Any = Records()
            explainer = Explainer(world, rights, rights, records, lambda _: POLICY, utc_now)
            began = time.perf_counter()
            await explain(explainer, Case(id="bench", asker=ADA, asked_at=utc_now()))
            answers.append((time.perf_counter() - began) * 1000)
            slowest.append(max(took))
            probes = len(took)
    say(answers=answers[1:], slowest=slowest[1:], probes=probes)
    await until_stdin_ends()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int)
    uvloop.run(run(parser.parse_args().rounds))
