"""The button [Request a key]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.commands.gemini_key import open_request_modal
from handlers.surfaces import help_message

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Open the form."""

    @app.action(help_message.REQUEST_KEY)
    async def request_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        await open_request_modal(front, body)
        await ack()
