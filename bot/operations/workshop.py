"""The workshop: what the workers need, and the journal that a step writes into."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.domain import granting
from bot.domain.audit import BOT, Event
from bot.errors import Conflict, OutOfTurn
from bot.provisioning import plan
from bot.provisioning.step import Superseded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.operations.desk import Jobs, Requests
    from bot.operations.keeper import Keeper
    from bot.provisioning.step import Step

# When the sweep takes a request up whose worker has written nothing and whose job is lost as
# well. Longer than any single step, because a step at work may be silent.
SILENCE = timedelta(minutes=5)
# An old key counts as unused when it was silent for so long, as far as Monitoring knows: that lags behind.
QUIET, LAG = timedelta(hours=6), timedelta(minutes=30)


class Wait(Protocol):
    """How long to wait before a run is tried again."""

    def __call__(self, failed_runs: int) -> timedelta:
        """Grow with the runs that failed, with jitter."""


async def never(team_id: str) -> bool:
    """Tell that no workspace is paused."""
    return False


@dataclass(frozen=True, slots=True)
class Workshop:
    """The parts that a worker needs, introduced to each other once in `bot.wiring`."""

    requests: Requests
    jobs: Jobs
    steps: tuple[Step, ...]
    keeper: Keeper
    now: Callable[[], datetime]
    wait: Wait
    most_runs: int = 10
    silence: timedelta = SILENCE
    quiet: timedelta = QUIET
    lag: timedelta = LAG
    paused: Callable[[str], Awaitable[bool]] = never

    def steps_for(self, request: KeyRequest) -> tuple[Step, ...]:
        """List the steps that lead to what was asked for."""
        return plan.leading(self.steps, request)

    def steps_of(self, request: KeyRequest) -> tuple[Step, ...]:
        """List the steps that may have left something behind."""
        return plan.taken(self.steps, request)


class RecordJournal:
    """A request's record, as the worker with the newest run number may write it."""

    def __init__(self, workshop: Workshop, request: KeyRequest) -> None:
        """Start from the record as this worker took it up."""
        self._workshop = workshop
        self._run = request.run
        self._request = request
        # Steps run side by side; their writes go one after the other.
        self._writing = asyncio.Lock()

    @property
    def request(self) -> KeyRequest:
        """The record as last written."""
        return self._request

    async def write(self, verb: str, change: Callable[[KeyRequest], KeyRequest]) -> KeyRequest:
        """Apply a change, unless another worker has taken the request up since."""
        request = self._request
        async with self._writing:
            self._request = await self._workshop.requests.edit(
                request.team_id,
                request.id,
                partial(self._if_still_mine, change),
                Event(at=self._workshop.now(), by=BOT, verb=verb),
            )
        return self._request

    async def put_off(self, error: Exception | None = None) -> None:
        """Stop for now, and have the request looked at again later; when it is its turn, where it has one."""
        now = self._workshop.now()
        if isinstance(error, OutOfTurn):
            waiting = await self.write("await-turn", partial(granting.await_turn, until=now + error.wait))
        else:
            until = now + self._workshop.wait(self._request.failed_runs)
            waiting = await self.write("put-off", partial(granting.put_off, until=until))
        await self._workshop.jobs.wake(waiting)

    def _if_still_mine(self, change: Callable[[KeyRequest], KeyRequest], request: KeyRequest) -> KeyRequest:
        if request.run != self._run:
            raise Superseded("Another worker has taken {id} up.", id=request.id)
        changed = change(request)
        held = changed.next_run_at is not None and changed.next_run_at == request.next_run_at
        until = self._workshop.now() + self._workshop.silence
        return replace(changed, next_run_at=until) if held else changed


async def rest(workshop: Workshop, request: KeyRequest) -> None:
    """Let go of a live key that a worker, dead since, had taken up for something that is done."""
    hold = request.next_run_at
    await workshop.requests.edit(
        request.team_id,
        request.id,
        lambda r: replace(r, next_run_at=None) if r.next_run_at == hold else r,
        Event(at=workshop.now(), by=BOT, verb="rest"),
    )


async def take_up(
    workshop: Workshop, request: KeyRequest, move: Callable[[KeyRequest, datetime], KeyRequest]
) -> RecordJournal:
    """Take a request up as the newest run; raises `Superseded` when another worker was quicker."""
    now, seen = workshop.now(), request.run

    def change(current: KeyRequest) -> KeyRequest:
        if current.run != seen:
            raise Superseded("Another worker has taken {id} up.", id=current.id)
        try:
            return move(current, now + workshop.silence)
        except Conflict:
            raise Superseded("{id} needs no work any more.", id=current.id) from None

    taken = await workshop.requests.edit(
        request.team_id, request.id, change, Event(at=now, by=BOT, verb="take-up")
    )
    return RecordJournal(workshop, taken)
