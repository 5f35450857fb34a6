from __future__ import annotations

import asyncio
import os
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from google.rpc import status_pb2

from bot.domain.key_request import State
from bot.operations.retry import retry
from sandbox.google.clock import Delays
from sandbox.google.company import set_bot_roles
from sandbox.google.faults import Fault
from sandbox.google.roles import BOT
from sandbox.people import TEAM_ID
from tests.chaos import invariants
from tests.chaos.killing import Butcher
from tests.chaos.lane import GRACE_P, PROJECT, Phonebook
from tests.chaos.points import Point, redis_call, short
from tests.chaos.tally import ALL

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from tests.chaos.tally import Tally
    from tests.chaos.zygote import Zygote

pytestmark = pytest.mark.chaos

ONLY = os.environ.get("CHAOS_ONLY", "")
LANES = 2
QUICK = {
    "GEMINI_KEY_BOT_WAITS__CALL": "4",
    "GEMINI_KEY_BOT_WAITS__OPERATION": "2",
    "GEMINI_KEY_BOT_WAITS__PROPAGATION": "6",
    "GEMINI_KEY_BOT_WAITS__VISIBILITY": "6",
    "GEMINI_KEY_BOT_MOST_RUNS": "1",
}
# What Google says when it is not at its best, and for how many calls in a row.
FAULTS: dict[str, dict[str, Any]] = {
    "UNAVAILABLE twice": {"code": "UNAVAILABLE", "times": 2},
    "DEADLINE_EXCEEDED": {"code": "DEADLINE_EXCEEDED"},
    "RESOURCE_EXHAUSTED with RetryInfo": {"code": "RESOURCE_EXHAUSTED", "retry_after_s": 0.5},
    "ABORTED": {"code": "ABORTED"},
    "INTERNAL once": {"code": "INTERNAL"},
    "PERMISSION_DENIED": {"code": "PERMISSION_DENIED", "reason": "IAM_PERMISSION_DENIED"},
    "UNAVAILABLE for ever": {"code": "UNAVAILABLE", "times": 60},
}
# Operations of the calls that start one.
OPERATIONS = ("EnableService", "CreateKey", "DeleteKey")
# The pauses of one call begin with 0.2 s and double until 4 s are over; a request has some runs of it.
MOST_CALLS = 40


class Trial(Butcher):
    """A lane whose Google has its bad moments."""

    async def suffer(self, point: Point, fault: Fault) -> tuple[KeyRequest, list[str]]:
        """Live with a fault from one call on; a failure must be told, leave nothing, and be resumable."""
        plan, request = self.town.cloud.plan, await self._fresh()
        if point.n > 1:
            plan.add(Fault(point.call, times=point.n - 1))
        plan.add(fault)
        await self.approved(request)
        told = await self.seen(request, lambda r: r.state in {State.ACTIVE, State.FAILED}, "told how it went")
        if told.state is State.FAILED:
            plan.clear()  # an outage ends some day, and only then can it be cleaned up
        self.end_operations()
        ended = await self.until(request, State.ACTIVE, State.FAILED)
        found = invariants.google(self.town.cloud.world, ended)
        if ended.state is State.FAILED:
            found += self.unexplained(ended)
            plan.clear()
            ended = await self.again(ended)
            found += invariants.google(self.town.cloud.world, ended)
        if ended.state is not State.ACTIVE:
            return ended, [*found, f"it could not be resumed: {ended.failure}"]
        await self.expire(ended)
        await asyncio.sleep(0.3)
        if fault.times > 2:
            await asyncio.sleep(1)
            plan.clear()
        ended = await self.until(request, State.EXPIRED)
        plan.clear()
        return ended, [*found, *invariants.google(self.town.cloud.world, ended), *self.endless(request)]

    def end_operations(self) -> None:
        """Let what never ended end after all: only then is it known what there is to take away."""
        world = self.town.cloud.world
        for operation in world.operations.values():
            if operation.done_at is None:
                operation.done_at = world.clock()
                operation.error = status_pb2.Status(code=13, message="It took too long.")

    async def again(self, request: KeyRequest) -> KeyRequest:
        """Press Try again."""
        desk = self.service.desk(Phonebook(), TEAM_ID)
        await retry(desk, TEAM_ID, request.id, GRACE_P)
        return await self.until(request, State.ACTIVE, State.FAILED)

    def unexplained(self, request: KeyRequest) -> list[str]:
        """A failure names its cause in words."""
        failure = request.failure
        return [] if failure and failure.title else ["the failure says nothing"]

    def endless(self, request: KeyRequest) -> list[str]:
        """Retries are bounded."""
        log = self.town.cloud.log.after(0)
        calls = Counter(short(call["method"]) for call in log if call["request_reason"] == request.id)
        return [f"{call} was made {n} times" for call, n in calls.items() if n > MOST_CALLS]


async def walk(zygote: Zygote, queue: list[tuple[Point, str, Fault]], tally: Tally) -> list[str]:
    async with Trial(zygote, QUICK) as lane:
        await lane.begin()
        found = []
        while queue:
            point, name, fault = queue.pop()
            try:
                _, violations = await lane.suffer(point, fault)
            except TimeoutError as error:
                violations = [f"never ended: {error}"]
            lane.town.cloud.plan.clear()
            if ALL:
                print(name, point, violations)  # noqa: T201
            tally.add(f"Google: {name}", str(point), violations)
            found += [f"{name} {point}: {violation}" for violation in violations]
        return found + await lane.verdict()


async def test_every_call_survives_google_at_its_worst(zygote: Zygote, tally: Tally) -> None:
    """Each refusal at each call ends in a key, or in a failure that says why and leaves nothing."""
    async with Trial(zygote, QUICK) as lane:
        await lane.begin()
        points = [point for point in await lane.points() if point.where == "google"]
    queue = [
        (point, name, Fault(point.call, **how))
        for point in points
        for name, how in FAULTS.items()
        if ONLY in f"{name} {point}"
    ]
    queue += [
        (point, f"operation that {word}", Fault(point.call, operation=kind))
        for point in points
        if point.call.endswith(OPERATIONS)
        for kind, word in (("fail", "fails"), ("never", "never ends"))
        if ONLY in f"operation {kind} {point}"
    ]
    queue = queue if ALL or ONLY else queue[:: len(queue) // 6]

    found = await asyncio.gather(*(walk(zygote, queue, tally) for _ in range(LANES)))

    assert [violation for violations in found for violation in violations] == []


SLOW = timedelta(seconds=2)


@pytest.mark.parametrize(
    "delays",
    [
        Delays(timedelta(), SLOW, timedelta(), timedelta()),
        Delays(timedelta(), timedelta(), SLOW, timedelta()),
        Delays(timedelta(), timedelta(), timedelta(), SLOW),
    ]
    if ALL
    else [Delays(timedelta(), SLOW, timedelta(), SLOW)],
    ids=lambda delays: f"key {delays.key}, API {delays.api}, account {delays.service_account}",
)
async def test_what_spreads_slowly_is_waited_for(zygote: Zygote, tally: Tally, delays: Delays) -> None:
    """A key, an API or an account that Google's other services do not know yet delays, and fails nothing."""
    async with Trial(zygote, QUICK, delays=delays) as lane:
        await lane.begin()
        request = await lane._fresh()
        await lane.approved(request)

        ended = await lane.until(request, State.ACTIVE, State.FAILED)

        found = invariants.google(lane.town.cloud.world, ended)
        tally.add("Google: slow propagation", str(delays), found)
        assert (ended.state, found) == (State.ACTIVE, []), ended.failure


async def test_rights_lost_half_way_leave_nothing_once_they_are_back(zygote: Zygote, tally: Tally) -> None:
    """The bot loses its role in the middle: nothing stays behind, the failure says why, and it can go on."""
    async with Trial(zygote, QUICK) as lane:
        await lane.begin()
        request = await lane._fresh()
        project = lane.town.cloud.world.projects[PROJECT]

        def lose(arguments: list[bytes]) -> None:
            if redis_call(arguments, request.id) == "move create-secret":
                set_bot_roles(project, [])

        lane.door.watch = lose
        await lane.approved(request)
        refused = await lane.seen(request, lambda r: bool(r.failure), "a failure")
        set_bot_roles(project, [BOT])
        failed = await lane.until(request, State.FAILED)
        lane.door.watch = lambda _: None
        found = [*invariants.google(lane.town.cloud.world, failed), *lane.unexplained(refused)]

        ended = await lane.again(failed)

        found += invariants.google(lane.town.cloud.world, ended)
        tally.add("Google: permission lost half-way", "create-secret", found)
        assert (ended.state, found) == (State.ACTIVE, [])
