"""The form of an approver who will be away, opened and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.languages.words import Words
from bot.operations.away import leave
from handlers.payload import trigger
from handlers.surfaces import away_modal
from handlers.surfaces.blocks import section

if TYPE_CHECKING:
    from datetime import datetime

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.domain.absence import Absence
    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Keep the absence, then say so to both."""

    @app.view(away_modal.CALLBACK_ID)
    async def away(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        absence = await leave_and_tell(front, body, *away_modal.read(view))
        await ack(response_action="update", view=away_modal.saved(await front.words(body), absence))


async def open_form(front: Front, body: dict[str, Any]) -> None:
    """Open the form; whether one may be away is said when it is sent."""
    await front.outbox.open_view(trigger(body), away_modal.build(await front.words(body)))


async def leave_and_tell(front: Front, body: dict[str, Any], deputy_id: str, until: datetime) -> Absence:
    """Keep the absence and let the deputy know."""
    absence = await leave(front.desk, await front.person(body), deputy_id, until)
    words = Words(await front.directory.locale(front.team_id, deputy_id))
    said = away_modal.to_deputy(words, absence)
    await front.outbox.tell(deputy_id, said, [section(said)])
    return absence
