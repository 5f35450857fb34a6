"""The kill switch: no keys are made until somebody resumes; requests, approvals and revoking go on."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.domain import office
from bot.domain.audit import BOT, Event
from bot.domain.redact import redact
from bot.errors import Conflict, NotFound
from bot.operations.desk import check_admin

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.key_request import KeyRequest
    from bot.domain.office import Office
    from bot.domain.person import Person
    from bot.operations.desk import Desk
    from bot.operations.workshop import Workshop

# Held work is looked at again after so long, should the resume have missed it.
HOLD = timedelta(minutes=5)


class Offices(Protocol):
    """Where it is written that nothing is made."""

    async def get(self, team_id: str) -> Office:
        """Read how things stand."""

    async def edit(self, team_id: str, change: Callable[[Office], Office], event: Event) -> Office:
        """Apply a pure change, trying again when another writer was first."""


async def pause(desk: Desk, offices: Offices, by: Person, reason: str) -> Office:
    """Stop the making of keys in the admin's workspace."""
    await check_admin(desk, by.team_id, by)
    now, reason = desk.now(), redact(reason)
    stopped = partial(office.pause, by=by, at=now, reason=reason)
    details = {"reason": reason} if reason else {}
    return await offices.edit(
        by.team_id, stopped, Event(at=now, by=by.user_id, verb="pause", details=details)
    )


async def resume(desk: Desk, offices: Offices, by: Person) -> Office:
    """Go on making keys; what was held is taken up at once."""
    await check_admin(desk, by.team_id, by)
    now = desk.now()
    event = Event(at=now, by=by.user_id, verb="resume")
    opened = await offices.edit(by.team_id, partial(office.resume, by=by, at=now), event)
    for request_id in await desk.requests.held_back(by.team_id):
        try:
            released = await desk.requests.edit(
                by.team_id, request_id, partial(office.release, at=now), event
            )
        except (Conflict, NotFound):
            continue  # a worker has looked at it meanwhile
        await desk.jobs.wake(released)
    return opened


async def hold(workshop: Workshop, request: KeyRequest) -> None:
    """Write down that granted work waits."""
    now = workshop.now()
    with suppress(Conflict):  # meanwhile it became something that does not wait
        await workshop.requests.edit(
            request.team_id,
            request.id,
            partial(office.hold, at=now, until=now + HOLD),
            Event(at=now, by=BOT, verb="hold"),
        )
