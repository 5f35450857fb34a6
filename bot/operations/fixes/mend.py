"""Carry out an approved repair, then watch until calls work or Google's documented time has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.domain import repair
from bot.domain.audit import BOT, Event
from bot.domain.repair import Remedy, State
from bot.errors import BotError, Conflict, GoogleError, NotFound, OutOfTurn, Unavailable, may_pass
from bot.operations.fixes.stopped import explained

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.domain.repair import Repair
    from bot.operations.fixes.fix import Repairs, Waking
    from bot.operations.projects.make_project import Maker
    from bot.operations.workshop import Wait

MOST_RUNS = 10
# A worker that took a repair up and is not heard of for this long is dead.
SILENCE = timedelta(minutes=3)
FIRST_LOOK, LONGEST_PAUSE = timedelta(seconds=0.5), timedelta(seconds=30)


class Hands(Protocol):
    """What a repair does at Google and what it sees afterwards; every act may run twice."""

    async def do(self, repair: Repair) -> None:
        """Reach the state that the repair is for; raises `BotError` when it cannot be."""

    async def works(self, repair: Repair) -> bool | None:
        """Tell whether a call was seen to work since (True), surely does not (False), or cannot be seen."""

    async def take_back(self, repair: Repair) -> None:
        """Take away what was given until a time that is over."""


async def never(_: str) -> bool:
    """Let everything be made."""
    return False


@dataclass(frozen=True, slots=True)
class Mender:
    """What the workers need for repairs, introduced once in `bot.wiring`."""

    repairs: Repairs
    queue: Waking
    hands: Hands
    maker: Maker
    now: Callable[[], datetime]
    wait: Wait
    propagation: timedelta
    paused: Callable[[str], Awaitable[bool]] = never


async def mend(mender: Mender, team_id: str, repair_id: str) -> None:
    """Do what is due. A wake-up that came twice, or too late, finds nothing to do."""
    try:
        found = await mender.repairs.get(team_id, repair_id)
        if found.state is State.PENDING or found.stopped:
            await _lapse(mender, found)
        elif found.state is State.APPROVED and not await _waits(mender, found):
            taken = partial(repair.take_up, until=mender.now() + SILENCE)
            await _do(mender, await _write(mender, found, "fix-take-up", taken))
        elif found.ends_at is not None and found.state is State.WATCHING:
            await _take_back(mender, found, found.ends_at)
        elif found.state is State.WATCHING:
            await _look(mender, found)
    except (Conflict, NotFound):
        return  # somebody was quicker


async def _waits(mender: Mender, found: Repair) -> bool:
    """Tell whether nothing may be made now; the sweep comes by again."""
    return found.offer.remedy in repair.FOR_ONESELF and await mender.paused(found.team_id)


async def _do(mender: Mender, held: Repair) -> None:
    try:
        held = await _done(mender, held)
    except OutOfTurn as error:
        later = partial(repair.await_turn, until=mender.now() + error.wait)
        await _write(mender, held, "fix-put-off", later)
        return
    except Unavailable:
        raise  # nothing is known of the record: whoever finds it due goes on
    except Exception as error:
        await (_put_off(mender, held) if _may_pass(error, held) else _give_up(mender, held, error))
        if not isinstance(error, BotError):
            raise  # a fault of ours: the asker is told all the same, and the log gets its trace
        return
    now = mender.now()
    watched = partial(repair.watch, at=now, until=now + mender.propagation)
    done = await _write(mender, held, "fix-done", watched)
    await (mender.queue.wake(done) if done.ends_at else _look(mender, done))


async def _done(mender: Mender, held: Repair) -> Repair:
    """Do it; what takes several steps writes each of them down, and whoever follows goes on from there."""
    if held.offer.remedy is not Remedy.NEW_PROJECT:
        await mender.hands.do(held)
        return held

    async def note(verb: str, change: Callable[[Repair], Repair]) -> Repair:
        return await _write(mender, held, verb, change)

    return await mender.maker.make(held, note)


def _may_pass(error: Exception, held: Repair) -> bool:
    return may_pass(error) and held.failed_runs < MOST_RUNS


async def _put_off(mender: Mender, held: Repair) -> None:
    until = mender.now() + mender.wait(held.failed_runs)
    await _write(mender, held, "fix-put-off", partial(repair.put_off, until=until))


async def _give_up(mender: Mender, held: Repair, error: Exception) -> None:
    """Say what stands in the way; some of the roles may have been given before one was refused."""
    if held.offer.remedy is Remedy.GRANT_ROLE:
        try:
            await mender.hands.take_back(held)
        except GoogleError as refusal:
            if _may_pass(refusal, held):
                await _put_off(mender, held)
                return  # else Google ends them by itself, at the end that was promised
    await _fail(mender, held, error)


async def _fail(mender: Mender, held: Repair, error: Exception) -> None:
    stopped = partial(repair.fail, failure=explained(error, held), at=mender.now())
    await _write(mender, held, "fix-fail", stopped)


async def _look(mender: Mender, held: Repair) -> None:
    """Say that it works, or that the time is over; else look again, ever more rarely.

    Looks in between leave no trace in the record; if one is lost, the sweep comes by at the end.
    """
    assert held.fixed_at is not None  # noqa: S101 - what is watched has been done
    assert held.next_run_at is not None  # noqa: S101 - and it is known until when
    works, now = await _seen(mender, held), mender.now()
    if works or now >= held.next_run_at:
        await _write(mender, held, "fix-seen", partial(repair.finish, works=works))
        return
    pause = max(FIRST_LOOK, min((now - held.fixed_at) / 2, LONGEST_PAUSE))
    await mender.queue.wake(held, min(now + pause, held.next_run_at))


async def _take_back(mender: Mender, held: Repair, ends_at: datetime) -> None:
    """Sweep up what Google does not count any more; a refusal is tried again, rarely, and then told."""
    if mender.now() < ends_at:
        await mender.queue.wake(held)
        return
    try:
        await mender.hands.take_back(held)
    except GoogleError as error:
        if held.failed_runs < MOST_RUNS:
            await _put_off(mender, held)
            return
        await _fail(mender, held, error)
        return
    await _write(mender, held, "fix-taken-back", partial(repair.finish, works=None))


async def _seen(mender: Mender, held: Repair) -> bool | None:
    try:
        return await mender.hands.works(held)
    except GoogleError:
        return None  # what could not be read says nothing


async def _lapse(mender: Mender, found: Repair) -> None:
    now, due_at = mender.now(), found.due_at()
    if due_at and now >= due_at:
        await _write(mender, found, "fix-lapse", partial(repair.lapse, at=now))


async def _write(mender: Mender, held: Repair, verb: str, change: Callable[[Repair], Repair]) -> Repair:
    """Apply a change unless another worker has taken the repair up since."""

    def if_still_mine(current: Repair) -> Repair:
        if current.run != held.run:
            raise Conflict("Another worker has taken {id} up.", id=current.id)
        return change(current)

    event = Event(at=mender.now(), by=BOT, verb=verb)
    changed = await mender.repairs.edit(held.team_id, held.id, if_still_mine, event)
    if changed.next_run_at and verb == "fix-put-off":
        await mender.queue.wake(changed)
    return changed
