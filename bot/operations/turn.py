"""Make the new key of a rotation, while the old one goes on working."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import rotation
from bot.domain.audit import BOT, Event
from bot.domain.person import service
from bot.errors import BotError, Conflict, GoogleError, Unavailable
from bot.operations.explain import explain
from bot.operations.provision import worth_another_run
from bot.operations.workshop import take_up
from bot.provisioning import runner
from bot.provisioning.step import Superseded

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.operations.workshop import RecordJournal, Workshop
    from bot.provisioning.step import Step


async def turn(workshop: Workshop, request: KeyRequest) -> None:
    """Have the new key in the secret and seen to work, or none: the old one is not touched."""
    journal = await take_up(workshop, request, rotation.take_up_turn)
    try:
        if rotation.moving_in(journal.request):
            await runner.provision(workshop.steps_for(journal.request), journal)
        else:
            await workshop.keeper.mint.do(journal)
    except (Superseded, Unavailable):
        raise
    except Exception as error:
        if rotation.stored(journal.request) or worth_another_run(workshop, journal, error):
            await journal.put_off(error)
        else:
            await _turn_back(workshop, journal, error)
        if not isinstance(error, BotError):
            raise  # a fault of ours: the owner keeps the old key, and the log gets its trace
        return
    await journal.write("rotated", partial(rotation.turned, at=workshop.now()))


async def turn_by_clock(workshop: Workshop, request: KeyRequest) -> None:
    """Begin the rotation whose time has come."""
    now = workshop.now()
    by = service(request.team_id)
    try:
        begun = await workshop.requests.edit(
            request.team_id,
            request.id,
            partial(rotation.rotate, by=by, at=now, grace=request.rotation_grace, reason="schedule"),
            Event(at=now, by=BOT, verb="rotate", details={"reason": "schedule"}),
        )
    except Conflict:
        return  # ended, or somebody rotates it by hand
    await turn(workshop, begun)


async def _turn_back(workshop: Workshop, journal: RecordJournal, error: Exception) -> None:
    """Take the new key away; what cannot be taken away yet is tried again with the next run."""
    failure = explain(error, journal.request)
    try:
        if rotation.moving_in(journal.request):
            await runner.undo(_successors(workshop, journal.request), journal)
        else:
            await workshop.keeper.mint.take_back(journal)
    except GoogleError as kept:
        await journal.put_off(kept)
        return
    back = partial(rotation.turn_back, failure=failure, at=workshop.now())
    await journal.write("rotation-failed", back)


def _successors(workshop: Workshop, request: KeyRequest) -> tuple[Step, ...]:
    """List the steps that were taken for the new key alone."""
    return tuple(step for step in workshop.steps_of(request) if step.name not in rotation.ADOPTING)
