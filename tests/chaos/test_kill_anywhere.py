from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest

from tests.chaos.killing import Butcher, Outcome, every
from tests.chaos.tally import ALL

if TYPE_CHECKING:
    from tests.chaos.points import Point
    from tests.chaos.tally import Tally
    from tests.chaos.zygote import Zygote

pytestmark = pytest.mark.chaos

LANES = 4 if ALL else 2
SAMPLE = 12
WORDS = {"before": "killed before", "after": "killed after", "cut": "answer lost"}
# CHAOS_ONLY="move key-ordered" tries the points whose name holds these words.
ONLY = os.environ.get("CHAOS_ONLY", "")


def chosen(points: list[Point]) -> list[tuple[Point, str]]:
    pairs = [pair for pair in every(points) if ONLY in str(pair[0])]
    if ALL or ONLY:
        return pairs
    return pairs[:: max(1, len(pairs) // SAMPLE)]


async def walk(
    zygote: Zygote, queue: list[tuple[Point, str]], tally: Tally, *, long: bool = False
) -> list[str]:
    """Try points from the queue in a lane of its own until none is left."""
    async with Butcher(zygote, long=long) as lane:
        await lane.begin()
        violations = []
        while queue:
            point, how = queue.pop()
            outcome = await lane.attempt(point, how)
            report(outcome, tally)
            violations += [f"{how} {point}: {violation}" for violation in outcome.violations]
        together = await lane.verdict()
        tally.add("afterwards: messages, audit, keys in Redis", "all lives", together)
        return violations + together


def report(outcome: Outcome, tally: Tally) -> None:
    if ALL:
        print(f"{outcome.seconds:5.1f} s {'' if outcome.hit else '(missed) '}{outcome.how} {outcome.point}")  # noqa: T201
    if outcome.hit:
        fault = f"worker {WORDS[outcome.how]}, call to {outcome.point.where}"
        tally.add(fault, str(outcome.point), outcome.violations, outcome.seconds)


async def test_a_life_goes_on_whatever_dies_at_any_call(zygote: Zygote, tally: Tally) -> None:
    """Around each call to Redis and Google a worker may die or lose the answer: one key, no orphan."""
    async with Butcher(zygote) as lane:
        await lane.begin()
        points = await lane.points()
    assert len(points) > 40
    queue = chosen(points)[::-1]

    found = await asyncio.gather(*(walk(zygote, queue, tally) for _ in range(LANES)))

    assert [violation for violations in found for violation in violations] == []


async def test_a_long_life_goes_on_whatever_dies_at_any_call(zygote: Zygote, tally: Tally) -> None:
    """The same for what a plain life has not: a later end, more keys, a leak, a revocation."""
    async with Butcher(zygote) as plain, Butcher(zygote, long=True) as lane:
        await asyncio.gather(plain.begin(), lane.begin())
        known = set(await plain.points())
        points = [point for point in await lane.points() if point not in known]
    assert len(points) > 20
    queue = chosen(points)[::-1]

    found = await asyncio.gather(*(walk(zygote, queue, tally, long=True) for _ in range(LANES)))

    assert [violation for violations in found for violation in violations] == []
