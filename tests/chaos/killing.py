"""Live one request's life with something broken at one point of it, and look at what is left."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.key_request import State
from bot.operations.renew import approve_renewal, renew
from bot.operations.revoke import revoke
from bot.operations.rotate import report_leak, retire_anyway
from sandbox.people import TEAM_ID
from tests.chaos import invariants
from tests.chaos.lane import ADA_P, GRACE_P, PATIENCE, PROJECT, Lane, Phonebook
from tests.chaos.points import HOWS, Point, Recorder, Trap, short
from tests.chaos.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.key_request import KeyRequest
    from sandbox.google.clock import Delays
    from tests.chaos.zygote import Child, Zygote

# Between a call that was taken and its effect there is no other await than these few turns.
COMMITS_WITHIN = 0.03
# The job still has its last calls to make when the record has ended already.
LAST_CALLS = 1.0
LONGER = timedelta(days=90)
LOST = frozenset({"UNAVAILABLE", "CANCELLED"})


@dataclass
class Outcome:
    """What came of one try; `hit` is false when the life went by without the point."""

    point: Point
    how: str
    hit: bool = False
    violations: list[str] = field(default_factory=list)
    seconds: float = 0


class Butcher(Lane):
    """A lane with one worker at a time, and one that announces."""

    def __init__(
        self,
        zygote: Zygote,
        settings: Mapping[str, str] | None = None,
        *,
        delays: Delays | None = None,
        long: bool = False,
    ) -> None:
        """`settings` are the worker's, beside every lane's; a `long` life has all that can happen."""
        super().__init__(zygote, delays=delays)
        self._long = long
        self._settings = dict(settings or {})
        self.worker: Child
        self.lived: list[KeyRequest] = []

    async def begin(self) -> None:
        """Start both bots and wait for the first survey, so that no call but the request's is made."""
        self.worker = await self.bot(**self._settings)
        await self.bot("slack", door=False)
        projects = self.service.policies.project_ids()

        async def surveyed() -> bool:
            return len(await self.service.readiness.of(projects)) == len(projects)

        assert await eventually(surveyed)

    async def points(self) -> list[Point]:
        """Live undisturbed and list every point of the way."""
        request = await self._fresh()
        recorder = Recorder(self, lambda: request.id)
        self.door.watch = recorder.watch
        violations = await self._live(request)
        assert not violations, violations
        return recorder.points()

    async def attempt(self, point: Point, how: str) -> Outcome:
        """Live once more, with the break."""
        began, request = time.monotonic(), await self._fresh()
        trap = Trap(self, request.id, point, how)
        self.door.watch, self.door.slay = trap.watch, lambda: self.worker.signal(signal.SIGKILL)
        before = len(self.town.cloud.log.after(0)) and self.town.cloud.log.after(0)[-1]["n"]
        living = asyncio.create_task(self._live(request))
        breaking = asyncio.create_task(self._break(trap, point, how))
        try:
            violations = await living
        except TimeoutError as error:
            alive = "runs" if self.worker.alive else "has ended"
            violations = [f"never recovered: {error}; the worker {alive}, the last log: {self.log_tail()}"]
        await asyncio.wait([breaking], timeout=LAST_CALLS)
        if not trap.sprang:
            breaking.cancel()
        await asyncio.wait([breaking])
        trap.release()
        hit = trap.sprang and (point.where == "redis" or self._lost(point, request, before))
        return Outcome(point, how, hit, violations, time.monotonic() - began)

    async def _break(self, trap: Trap, point: Point, how: str) -> None:
        await eventually(lambda: trap.sprang, within=2 * PATIENCE, every=0.005)
        if how == "cut":
            return
        if point.where == "google":
            await asyncio.sleep(COMMITS_WITHIN)
            self.worker.signal(signal.SIGKILL)
        await self.worker.ended()
        trap.release()
        self.worker = await self.bot(**self._settings)

    async def _fresh(self) -> KeyRequest:
        self.fresh_project()
        request = await self.submitted()
        self.lived.append(request)
        return request

    async def _live(self, request: KeyRequest) -> list[str]:
        """Approve, wait for the key, let it go through its life, wait for its end; look at each stop."""
        await self.approved(request)
        active = await self.until(request, State.ACTIVE, State.FAILED)
        world = self.town.cloud.world
        if active.state is not State.ACTIVE:
            return [f"it failed: {active.failure}"]
        found = [*invariants.google(world, active), *invariants.accounts(world, PROJECT)]
        if self._long:
            for chapter in (self._renew, self._rotate, self._leak, self._revoke):
                found += await chapter(active)
            return found
        await self.expire(active)
        over = await self.until(request, State.EXPIRED)
        return [*found, *invariants.google(world, over)]

    async def _renew(self, active: KeyRequest) -> list[str]:
        """Have a later end."""
        desk, world = self.service.desk(Phonebook(), TEAM_ID), self.town.cloud.world
        await renew(desk, active.team_id, active.id, ADA_P, LONGER)
        await approve_renewal(desk, active.team_id, active.id, GRACE_P)
        later = await self.seen(active, lambda r: r.renewals == 1, "a later end")
        return invariants.google(world, later)

    async def _rotate(self, active: KeyRequest) -> list[str]:
        """Have another key, then let the old one go."""
        desk, world = self.service.desk(Phonebook(), TEAM_ID), self.town.cloud.world
        both = await self.rotated(active)
        found = invariants.google(world, both)
        await retire_anyway(desk, active.team_id, active.id, ADA_P)
        one = await self.seen(active, lambda r: not r.retiring, "the old key gone")
        return [*found, *invariants.google(world, one)]

    async def _leak(self, active: KeyRequest) -> list[str]:
        """Have the key replaced at once, as somebody else may know it."""
        desk, world = self.service.desk(Phonebook(), TEAM_ID), self.town.cloud.world
        await report_leak(desk, active.team_id, active.id, ADA_P)
        new = await self.until(active, State.ACTIVE)
        return invariants.google(world, new)

    async def _revoke(self, active: KeyRequest) -> list[str]:
        """Take the key away, and when it cannot be brought back any more, the rest."""
        world = self.town.cloud.world
        await revoke(self.service.desk(Phonebook(), TEAM_ID), active.team_id, active.id, ADA_P)
        over = await self.until(active, State.REVOKED)
        found = invariants.google(world, over)
        await self.too_late(over)
        gone = await self.seen(active, lambda r: r.undo_until is None, "nothing left")
        return [*found, *invariants.google(world, gone)]

    def _lost(self, point: Point, request: KeyRequest, after: int) -> bool:
        """Tell whether Google saw the call of this very request end without an answer."""
        return any(
            short(call["method"]) == point.call
            and call["request_reason"] == request.id
            and call["code"] in LOST
            for call in self.town.cloud.log.after(after)
        )

    async def verdict(self) -> list[str]:
        """Look at what all lives left together: messages, audit, keys in Redis."""
        lived = [await self.service.requests.get(TEAM_ID, request.id) for request in self.lived]
        return [
            *await invariants.told(self, lived),
            *await invariants.audited(self.service, lived),
            *await invariants.listed(self.service),
        ]


def every(points: list[Point]) -> list[tuple[Point, str]]:
    """Pair every point with every way to break it."""
    return [(point, how) for point in points for how in HOWS]
