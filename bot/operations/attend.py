"""Look at a request that is due, and do what its record says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import key_request
from bot.domain.audit import BOT, Event
from bot.domain.key_request import GRANTING, State
from bot.errors import Conflict, NotFound
from bot.operations.end import end
from bot.operations.provision import clean_up, provision
from bot.operations.remind import escalate, remind, warn
from bot.provisioning.step import Superseded

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.operations.workshop import Workshop


async def attend(workshop: Workshop, team_id: str, request_id: str) -> None:
    """Do what is due. A wake-up that came twice, or too late, finds nothing to do.

    A record that a worker holds is taken over: the queue hands a job out again only when
    the worker that had it is silent, and the run number keeps that one from writing.
    """
    try:
        await _act(workshop, await workshop.requests.get(team_id, request_id))
        await workshop.jobs.wake(await workshop.requests.get(team_id, request_id))
    except (Superseded, NotFound):
        return


async def _act(workshop: Workshop, request: KeyRequest) -> None:
    if request.state is State.PENDING:
        await _wait(workshop, request)
    elif request.state is State.FAILED:
        await (clean_up if request.cleaning else _lapse)(workshop, request)
    elif request.state in GRANTING:
        await provision(workshop, request)
    elif request.state is State.ACTIVE:
        await (end if _over(workshop, request) else warn)(workshop, request)


async def _wait(workshop: Workshop, request: KeyRequest) -> None:
    """Do what silence calls for; each checks in the record whether its time has come."""
    if request.lapses_at <= workshop.now():
        await _lapse(workshop, request)
        return
    await escalate(workshop, request)
    await remind(workshop, request)


def _over(workshop: Workshop, request: KeyRequest) -> bool:
    expired = request.expires_at is not None and request.expires_at <= workshop.now()
    return expired or request.ending is not None


async def _lapse(workshop: Workshop, request: KeyRequest) -> None:
    now = workshop.now()
    try:
        await workshop.requests.edit(
            request.team_id,
            request.id,
            partial(key_request.lapse, at=now),
            Event(at=now, by=BOT, verb="lapse"),
        )
    except Conflict:
        return  # too early, or somebody decided in the last moment
