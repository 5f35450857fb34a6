"""Look at a request that is due, and do what its record says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import calendar, deciding, ending, idleness, office, rotation
from bot.domain.audit import BOT, Event
from bot.domain.key_request import GRANTING, RenewalState, State
from bot.errors import Conflict, NotFound
from bot.operations.end import bury, end
from bot.operations.idle import look_idle
from bot.operations.offboard import hand_on
from bot.operations.pause import hold
from bot.operations.prolong import lapse_renewal, prolong
from bot.operations.provision import clean_up, provision
from bot.operations.remind import escalate, remind, warn
from bot.operations.retire import retire
from bot.operations.turn import turn, turn_by_clock
from bot.operations.workshop import rest
from bot.provisioning.step import Superseded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

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
    if office.may_wait(request, workshop.now()) and await workshop.paused(request.team_id):
        await hold(workshop, request)
    elif request.state is State.PENDING:
        await _wait(workshop, request)
    elif request.state is State.FAILED:
        await (clean_up if request.cleaning else _lapse)(workshop, request)
    elif request.state in GRANTING:
        await provision(workshop, request)
    elif request.state is State.ACTIVE:
        await _live(workshop.now(), request)(workshop, request)
    elif ending.undo_is_over(request, workshop.now()):
        await bury(workshop, request)


async def _wait(workshop: Workshop, request: KeyRequest) -> None:
    """Do what silence calls for; each checks in the record whether its time has come."""
    if request.lapses_at <= workshop.now():
        await _lapse(workshop, request)
        return
    await escalate(workshop, request)
    await remind(workshop, request)


def _live(now: datetime, request: KeyRequest) -> Callable[[Workshop, KeyRequest], Awaitable[None]]:
    """Choose what a live key needs first; the rest is due again right after."""
    wish = request.renewal
    renewing = wish is not None and wish.state is RenewalState.APPROVED
    if request.ending or calendar.over(request, now):
        return end
    if request.left:
        return hand_on
    if request.turn:
        # The end comes first: while no keys are made, a rotation would keep it waiting.
        return prolong if renewing else turn
    if rotation.due(request, now):
        return retire
    if renewing:
        return prolong
    if wish and wish.state is RenewalState.PENDING and wish.lapses_at <= now:
        return lapse_renewal
    if request.rotate_at and request.rotate_at <= now and not request.retiring:
        return turn_by_clock
    if idleness.due(request, now):
        return look_idle
    return rest if request.next_run_at and request.next_run_at <= now else warn


async def _lapse(workshop: Workshop, request: KeyRequest) -> None:
    now = workshop.now()
    try:
        await workshop.requests.edit(
            request.team_id,
            request.id,
            partial(deciding.lapse, at=now),
            Event(at=now, by=BOT, verb="lapse"),
        )
    except Conflict:
        return  # too early, or somebody decided in the last moment
