"""Let a rotated key go when nobody uses it any more: seen in Monitoring, never assumed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import rotation
from bot.errors import GoogleError
from bot.operations.workshop import take_up
from bot.provisioning.step import Superseded

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest, Retiring
    from bot.operations.workshop import RecordJournal, Workshop


async def retire(workshop: Workshop, request: KeyRequest) -> None:
    """Look at the old keys that are due: delete the unused ones, and tell of the others."""
    journal = await take_up(workshop, request, rotation.take_up_retiring)
    try:
        for old in rotation.due(journal.request, workshop.now()):
            await _look(workshop, journal, old)
    except GoogleError as error:
        await journal.put_off(error)
        return
    await journal.write("looked", rotation.looked)


async def delete_forced(workshop: Workshop, journal: RecordJournal) -> None:
    """Delete the old keys that must go, used or not."""
    for old in journal.request.retiring:
        if old.forced:
            await _delete(workshop, journal, old)


async def _look(workshop: Workshop, journal: RecordJournal, old: Retiring) -> None:
    now = workshop.now()
    # Monitoring lags: of a key that was put aside a moment ago it knows nothing, whatever it says.
    known_at = (old.since or now) + 2 * workshop.lag
    if not old.forced and now < known_at:
        later = partial(rotation.look_later, number=old.rotation, look_at=known_at)
        await journal.write("look-later", later)
        return
    calls = None if old.forced else await _calls(workshop, journal.request, old)
    if old.forced or calls == 0:
        await _delete(workshop, journal, old)
        return
    again = partial(rotation.still_used, number=old.rotation, calls=calls, look_at=now + workshop.quiet)
    await journal.write("still-used", again)


async def _calls(workshop: Workshop, request: KeyRequest, old: Retiring) -> int | None:
    """Count the calls since the new key was in place, or of the time that must be quiet; None: can't tell."""
    now = workshop.now()
    since = max(old.since or now, now - workshop.lag - workshop.quiet)
    if not old.key_uid:
        return None
    try:
        return await workshop.keeper.calls(request, old, since, now)
    except GoogleError:
        return None


async def _delete(workshop: Workshop, journal: RecordJournal, old: Retiring) -> None:
    """Look at the record first, so that nothing is deleted that was given more time meanwhile."""

    def check(request: KeyRequest) -> KeyRequest:
        if old not in request.retiring:
            raise Superseded("Somebody has decided about the old key of {id}.", id=request.id)
        return request

    await journal.write("retiring", check)
    await workshop.keeper.delete_old(journal.request, old)
    await journal.write("retire", partial(rotation.retired, number=old.rotation))
