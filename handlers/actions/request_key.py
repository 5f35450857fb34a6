"""The button [Request a key]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.payload import value
from handlers.surfaces import help_message
from handlers.views.request_key import open_form

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Open the form."""

    @app.action(help_message.REQUEST_KEY)
    async def request_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        await open_form(front, body, kind=value(body))
        await ack()
