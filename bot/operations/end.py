"""Take a key away: its time is over, or somebody wants it gone."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import key_request
from bot.domain.audit import BOT, Event
from bot.domain.person import service
from bot.errors import Conflict, GoogleError
from bot.operations.explain import explain
from bot.operations.workshop import take_up
from bot.provisioning import runner

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.operations.workshop import Workshop


async def end(workshop: Workshop, request: KeyRequest) -> None:
    """Undo every grant; only when Google has confirmed all of it is the request over."""
    if not request.ending:
        now = workshop.now()
        try:
            request = await workshop.requests.edit(
                request.team_id,
                request.id,
                partial(key_request.start_ending, by=service(request.team_id), at=now),
                Event(at=now, by=BOT, verb="expire"),
            )
        except Conflict:
            return  # another worker has ended it meanwhile
    journal = await take_up(workshop, request, key_request.take_up_ending)
    try:
        await runner.undo(workshop.steps, journal)
    except GoogleError as error:
        if error.permanent:
            failure = explain(error, journal.request)
            await journal.write("end-refused", lambda r: replace(r, failure=failure))
        await journal.put_off()
        return
    await journal.write("end", key_request.end)
