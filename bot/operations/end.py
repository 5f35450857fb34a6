"""Take a key away: its time is over, or somebody wants it gone; and later what was kept for an undo."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import ending
from bot.domain.audit import BOT, Event
from bot.domain.person import service
from bot.errors import Conflict, GoogleError
from bot.operations.explain import explain
from bot.operations.workshop import take_up
from bot.provisioning import runner

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.key_request import KeyRequest
    from bot.operations.workshop import RecordJournal, Workshop


async def end(workshop: Workshop, request: KeyRequest) -> None:
    """Undo every grant; only when Google has confirmed all of it is the request over."""
    if not request.ending:
        now = workshop.now()
        try:
            request = await workshop.requests.edit(
                request.team_id,
                request.id,
                partial(ending.expire, by=service(request.team_id), at=now),
                Event(at=now, by=BOT, verb="expire"),
            )
        except Conflict:
            return  # another worker has ended it, or somebody renewed it, meanwhile
    journal = await take_up(workshop, request, ending.take_up_ending)
    await _take_away(workshop, journal, "end", ending.end, twice=ending.cut_short(journal.request))


async def bury(workshop: Workshop, request: KeyRequest) -> None:
    """Destroy the closed secret of a revoked key that nobody can bring back any more."""
    journal = await take_up(workshop, request, ending.take_up_burying)
    await _take_away(workshop, journal, "bury", ending.bury)


async def _take_away(
    workshop: Workshop,
    journal: RecordJournal,
    verb: str,
    move: Callable[[KeyRequest], KeyRequest],
    *,
    twice: bool = False,
) -> None:
    try:
        await runner.undo(workshop.steps_of(journal.request), journal)
    except GoogleError as error:
        if error.permanent:
            failure = explain(error, journal.request)
            await journal.write(f"{verb}-refused", lambda r: replace(r, failure=failure))
        await journal.put_off(error)
        return
    if twice:
        await journal.put_off()
        return
    await journal.write(verb, move)
