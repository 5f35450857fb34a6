"""The button [I'm away…]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.surfaces import away_modal
from handlers.views.away import open_form

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Open the form."""

    @app.action(away_modal.OPEN)
    async def away(ack: AsyncAck, body: dict[str, Any]) -> None:
        await open_form(front, body)
        await ack()
