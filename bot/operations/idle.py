"""Find out whether a live key is still used, ask when it is not, and act on the answer or on silence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import ending, idleness
from bot.domain.audit import BOT, Event
from bot.domain.person import service
from bot.domain.usage import LAG
from bot.errors import Conflict, GoogleError
from bot.operations.desk import check_keeper

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person
    from bot.operations.desk import Desk
    from bot.operations.workshop import Workshop


async def look_idle(workshop: Workshop, request: KeyRequest) -> None:
    """Do what is due: read usage and ask, or take silence for what policy says."""
    assert request.idle is not None  # noqa: S101 - only what has a rule is due
    now = workshop.now()
    since = max(request.live_since or now, now - request.idle.after - LAG)
    try:
        last = await workshop.keeper.last_used(request, since, now)
    except GoogleError:
        if request.idle.asked_at is None or request.idle.revokes:
            await _write(workshop, request, partial(idleness.look_again, at=now), "idle-unread")
            return
        last = None  # silence keeps the key, used or not
    if last is not None:
        await _write(workshop, request, partial(idleness.used, at=last), "idle-used")
    elif request.idle.asked_at is None:
        await _write(workshop, request, partial(idleness.ask, at=now), "idle-ask")
    else:
        await _write(workshop, request, partial(_silence, at=now), "idle-silence")


async def keep(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Keep an idle key, by its holder or an approver."""
    await check_keeper(desk, await desk.requests.get(team_id, request_id), by)
    now = desk.now()
    return await desk.requests.edit(
        team_id,
        request_id,
        partial(idleness.keep, at=now),
        Event(at=now, by=by.user_id, verb="idle-keep"),
    )


def _silence(request: KeyRequest, at: datetime) -> KeyRequest:
    """Take silence for the answer that the policy gives it."""
    idleness.check_silent(request, at)
    assert request.idle is not None  # noqa: S101 - just checked
    if not request.idle.revokes:
        return idleness.keep(request, at)
    return ending.start_ending(request, service(request.team_id), at, "idle")


async def _write(
    workshop: Workshop, request: KeyRequest, move: Callable[[KeyRequest], KeyRequest], verb: str
) -> None:
    event = Event(at=workshop.now(), by=BOT, verb=verb)
    try:
        await workshop.requests.edit(request.team_id, request.id, move, event)
    except Conflict:
        return  # answered, ended, or another worker was quicker
