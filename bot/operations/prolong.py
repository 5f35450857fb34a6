"""Carry an approved renewal out: the new end at Google first, then in the record."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import renewal
from bot.domain.audit import BOT, Event
from bot.errors import Conflict, GoogleError
from bot.operations.explain import explain
from bot.operations.workshop import take_up

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.operations.workshop import RecordJournal, Workshop


async def prolong(workshop: Workshop, request: KeyRequest) -> None:
    """Move the end of secret, access and key; a crash at any point is finished by the next run."""
    journal = await take_up(workshop, request, renewal.take_up)
    wish = journal.request.renewal
    assert wish is not None  # noqa: S101 - what was taken up has its new end
    assert wish.expires_at is not None  # noqa: S101 - the same
    try:
        await workshop.keeper.prolong(journal.request, wish.expires_at)
    except GoogleError as error:
        if error.transient:
            await journal.put_off(error)
        else:
            await _give_up(workshop, journal, error)
        return
    await journal.write("renewed", renewal.renewed)


async def lapse_renewal(workshop: Workshop, request: KeyRequest) -> None:
    """Close a renewal that nobody decided in time."""
    now = workshop.now()
    with suppress(Conflict):  # decided in the last moment
        await workshop.requests.edit(
            request.team_id,
            request.id,
            partial(renewal.lapse, at=now),
            Event(at=now, by=BOT, verb="renewal-lapse"),
        )


async def _give_up(workshop: Workshop, journal: RecordJournal, error: GoogleError) -> None:
    """Put the old end back where it was moved; in any case the record's end is the one that counts."""
    request = journal.request
    assert request.expires_at is not None  # noqa: S101 - a live key has its clock
    with suppress(GoogleError):
        await workshop.keeper.prolong(request, request.expires_at)
    failure = explain(error, request)
    await journal.write("renewal-failed", partial(renewal.fail, failure=failure))
