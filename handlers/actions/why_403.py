"""The button [Why does it fail?]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.surfaces import help_message
from handlers.why import open_form

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Open the paste box."""

    @app.action(help_message.WHY)
    async def why_403(ack: AsyncAck, body: dict[str, Any]) -> None:
        await open_form(front, body)
        await ack()
