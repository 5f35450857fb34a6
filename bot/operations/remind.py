"""Remind, call others, and warn those whose key is about to end; each time once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import deciding, granting
from bot.domain.audit import BOT, Event
from bot.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.operations.workshop import Workshop


async def remind(workshop: Workshop, request: KeyRequest) -> None:
    """Note that the approvers must be reminded; the front end shows it."""
    await _note(workshop, request, deciding.remind, "remind")


async def escalate(workshop: Workshop, request: KeyRequest) -> None:
    """Let the next group of approvers decide too; the front end calls it."""
    await _note(workshop, request, deciding.escalate, "escalate")


async def warn(workshop: Workshop, request: KeyRequest) -> None:
    """Note that the holder must be warned of the key's end."""
    await _note(workshop, request, granting.warn, "warn")


async def _note(
    workshop: Workshop, request: KeyRequest, move: Callable[[KeyRequest, datetime], KeyRequest], verb: str
) -> None:
    now = workshop.now()
    try:
        await workshop.requests.edit(
            request.team_id, request.id, lambda current: move(current, now), Event(at=now, by=BOT, verb=verb)
        )
    except Conflict:
        return  # decided, ended, or another worker has said it already
